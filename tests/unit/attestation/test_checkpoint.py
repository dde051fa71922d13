"""Checkpoints: signed notes of the very log, under its very name (steps 6.1 to 6.4)."""

import base64
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provcheck.attestation.bundle import InclusionProof
from provcheck.attestation.checkpoint import parse_checkpoint, verify_checkpoint
from provcheck.codes import Code
from provcheck.errors import VerificationError
from provcheck.trust.root import Log, parse_trusted_root
from support.judging import trusted_root
from support.mint import SIGSTORE, STRANGER, NoteSigner, put, signed_note, witness
from support.mint.rekor import checkpoint

ROOT = bytes(range(32))
V1, V2 = SIGSTORE.rekor, SIGSTORE.rekor_v2


def proof(text: str, *, size: int = 7, root: bytes = ROOT) -> InclusionProof:
    return InclusionProof(log_index=0, tree_size=size, root_hash=root, hashes=(), checkpoint=text)


def verify(text: str, log: Log | None = None, *, sharded: bool = True) -> None:
    verify_checkpoint(proof(text), log or trusted_root().transparency_logs[V1.log_id], sharded=sharded)


def refused(text: str, log: Log | None = None, *, sharded: bool = True) -> Code:
    with pytest.raises(VerificationError) as caught:
        verify(text, log, sharded=sharded)
    return caught.value.code


def note(origin: str = V1.origin, signers: Iterable[NoteSigner] = (V1.note_signer,), more: str = "") -> str:
    return signed_note(checkpoint(origin, 7, ROOT) + more, signers)


# ---- The form ------------------------------------------------------------------------------------------------------

LINES = st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1, max_size=20)
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\n +"), min_size=1, max_size=20)


@given(
    LINES,
    st.integers(0, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
    st.lists(LINES, max_size=3),
    st.lists(st.tuples(NAMES, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=64)), min_size=1),
)
def test_every_part_is_read_back(
    origin: str, size: int, root: bytes, more: list[str], signatures: list[tuple[str, bytes, bytes]]
) -> None:
    body = "\n".join((origin, str(size), base64.b64encode(root).decode(), *more)) + "\n"
    lines = (f"\u2014 {name} {base64.b64encode(hint + data).decode()}\n" for name, hint, data in signatures)

    parsed = parse_checkpoint(f"{body}\n{''.join(lines)}")

    assert parsed.signed == body.encode()
    assert (parsed.origin, parsed.tree_size, parsed.root_hash) == (origin, size, root)
    assert parsed.signatures == tuple(signatures)


@given(st.text())
def test_whatever_is_no_note_is_refused(text: str) -> None:
    assert refused(text) is Code.CHECKPOINT_INVALID


@given(st.integers(0, 400), st.text(max_size=3))
def test_no_place_of_a_note_can_be_changed(position: int, inserted: str) -> None:
    text = note()
    changed = text[:position] + inserted + text[position + 1 :]
    if changed != text:
        assert refused(changed).startswith("checkpoint-")


BLOB = base64.b64encode(bytes(68)).decode()
BODY = checkpoint(V1.origin, 7, ROOT)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(BODY, id="no-signatures"),
        pytest.param(f"{BODY}\n", id="no-signature-line"),
        pytest.param(f"{BODY}\n\n", id="empty-signature-line"),
        pytest.param(note().rstrip("\n"), id="no-final-line-break"),
        pytest.param(f"{note()}\n", id="blank-line-at-the-end"),
        pytest.param(note().replace("\n", "\r\n"), id="carriage-returns"),
        pytest.param(f"\n{note()}", id="blank-line-at-the-beginning"),
        pytest.param(note().replace("\u2014", "-"), id="hyphen"),
        pytest.param(note().replace("\u2014", "\u2013"), id="en-dash"),
        pytest.param(note().replace("\u2014 ", "\u2014  "), id="two-spaces"),
        pytest.param(f"{note()}\u2014 a+b {BLOB}\n", id="plus-in-a-name"),
        pytest.param(f"{note()}\u2014 a b {BLOB}\n", id="space-in-a-name"),
        pytest.param(f"{note()}\u2014 witness.example AAAAAA==\n", id="signature-without-a-signature"),
        pytest.param(f"{note()}\u2014 witness.example {BLOB[:-1]}\n", id="signature-without-padding"),
        pytest.param(f"{note()}\u2014 witness.example {BLOB} \n", id="space-after-a-signature"),
        pytest.param(signed_note(f"{V1.origin}\n7\n", [V1.note_signer]), id="no-root"),
        pytest.param(signed_note(f"{V1.origin}\n07\n{BLOB}\n", [V1.note_signer]), id="leading-zero"),
        pytest.param(signed_note(f"{V1.origin}\n+7\n{BLOB}\n", [V1.note_signer]), id="plus-sign"),
        pytest.param(signed_note(f"{V1.origin}\n\u0667\n{BLOB}\n", [V1.note_signer]), id="other-digits"),
        pytest.param(signed_note(f"{V1.origin}\n7\n{BLOB}\n", [V1.note_signer]), id="long-root"),
        pytest.param(signed_note(f"{V1.origin}\n7\nAAAA\n", [V1.note_signer]), id="short-root"),
        pytest.param(signed_note(f"\n7\n{BLOB}\n", [V1.note_signer]), id="no-origin"),
    ],
)
def test_notes_have_one_spelling(text: str) -> None:
    assert refused(text) is Code.CHECKPOINT_INVALID


# ---- Who signed it -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", ["", "Timestamp: 1\n", "a\n" * 20, "\u2014 looks like a signature\n"])
def test_lines_after_the_root_mean_nothing(more: str) -> None:
    verify(note(more=more))


def test_others_may_sign_in_any_order() -> None:
    log, others = V1.note_signer, (witness("a.example"), witness("b.example"))
    namesake = replace(witness("c.example"), name=log.name)  # of this name, with another key and so another hint
    for signers in ((log,), (*others, log), (log, *others), (namesake, log), (log, log)):
        verify(note(signers=signers))
    assert refused(note(signers=others)) is Code.CHECKPOINT_UNSIGNED
    assert refused(note(signers=(namesake,))) is Code.CHECKPOINT_UNSIGNED


@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_line_that_claims_to_be_the_log_s_must_verify_wherever_it_stands(position: int) -> None:
    signers = [V1.note_signer, witness()]
    signers.insert(position, replace(V1.note_signer, key=STRANGER.rekor.key))

    assert refused(note(signers=signers)) is Code.CHECKPOINT_INVALID


@pytest.mark.parametrize(
    "origin",
    [
        V1.host,
        f"{V1.host} - ",
        f"{V1.host} - x",
        f"{V1.host} - 1 ",
        f"{V1.host} -1",
        f"{V1.host}  - 1",
        f"{V1.host} - -1",
        f"{V1.host} - 1 - 2",
        f"{V1.host} - \u0661",
        f"{V1.host}.mallory.example - 1",
        f"mallory.{V1.host} - 1",
        V1.host.upper() + " - 1",
        f"https://{V1.host} - 1",
        "mallory.example - 1",
    ],
)
def test_the_origin_is_the_log_and_a_shard_of_it(origin: str) -> None:
    assert refused(note(origin)) is Code.CHECKPOINT_ORIGIN_MISMATCH


def test_rekor_v2_has_no_shards() -> None:
    log = trusted_root().transparency_logs[V2.log_id]

    verify(note(V2.origin, [V2.note_signer]), log, sharded=False)
    assert refused(note(f"{V2.origin} - 1", [V2.note_signer]), log, sharded=False) is Code.CHECKPOINT_ORIGIN_MISMATCH


def test_a_log_with_a_port_signs_under_either_name_and_only_one_at_a_time() -> None:
    root = parse_trusted_root(SIGSTORE.trusted_root(put("tlogs", 3, "baseUrl", to="https://log.example:3000")))
    log = root.transparency_logs[V2.log_id]
    signers = {
        name: replace(V2.note_signer, name=name, hint=log.checkpoint_hints[name])
        for name in ("log.example", "log.example:3000")
    }
    for name, signer in signers.items():
        verify(note(name, [signer]), log, sharded=False)
        verify(note(name, signers.values()), log, sharded=False)
    assert refused(note("log.example", [signers["log.example:3000"]]), log, sharded=False) is Code.CHECKPOINT_UNSIGNED
    assert refused(note("log.example:3001", signers.values()), log, sharded=False) is Code.CHECKPOINT_ORIGIN_MISMATCH


def test_the_proof_repeats_size_and_root() -> None:
    log = trusted_root().transparency_logs[V1.log_id]
    for wrong in (proof(note(), size=8), proof(note(), root=bytes(32)), proof(note(), root=ROOT[:31])):
        with pytest.raises(VerificationError) as caught:
            verify_checkpoint(wrong, log, sharded=True)
        assert caught.value.code is Code.CHECKPOINT_TREE_MISMATCH
