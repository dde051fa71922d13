"""Other people's verifier as an oracle: where the `sigstore` package can judge a bundle, our verdict is its verdict.

Where it is not, the tables `THEY_ACCEPT` and `WE_ACCEPT` say why, with the number of the rule. The tables are exact.
"""

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

import pytest
from sigstore.models import Bundle, TrustedRoot
from sigstore.verify import Verifier as Oracle
from sigstore.verify.policy import UnsafeNoOp
from sigstore_models.trustroot import v1 as trustroot_v1

from provcheck.attestation.artifact import Artifact
from provcheck.attestation.bundle import parse_bundle
from provcheck.attestation.verifier import Verifier
from provcheck.errors import VerificationError
from provcheck.trust.embedded import read_embedded
from provcheck.trust.npm_keys import parse_npm_keys
from provcheck.trust.root import parse_trusted_root
from support.corpus import requires_corpus
from support.mint import REGISTRY, SIGSTORE, Json
from support.mint.crypto import sha256
from support.oracle_bundles import (
    ARTIFACT,
    BASES,
    cases,
    changed,
    flipped,
    minted_bundles,
    minted_bundles_with_a_bit_flipped,
    real_bundles,
)

pytestmark = pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Bundles about which the verifiers do not agree."""

    names: str
    """A regular expression for the whole name."""
    why: str


def _cases(*names: str) -> str:
    return rf"case ({'|'.join(names)}) 1"


_CHANGED = r"(v0\.2|v0\.3|rekor-v2|artifact): "
_BYTES = (
    r"(rawBytes|keyId|signedEntryTimestamp|rootHash|hashes\.\d+|canonicalizedBody|signedTimestamp|payload|sig|signature"
    r"|digest)"
)
_NUMBERS = r"(logIndex|integratedTime|treeSize)"

THEY_ACCEPT = (
    Difference(
        names=rf"{_CHANGED}.*\.{_BYTES}: (line break behind|space before|with junk|with other trailing bits)",
        why="0.2: sigstore-models decodes base64 as Python does by default, so bytes have endless spellings",
    ),
    Difference(
        names=_cases("base64-with-(other-trailing-bits|junk|a-line-break)_invalid"),
        why="0.2: likewise",
    ),
    Difference(
        names=rf"{_CHANGED}.*\.{_NUMBERS}: (line break behind|space before|with an underscore|in other digits"
        r"|with a (plus|leading zero))",
        why="0.3: sigstore-models reads numbers with Python's int()",
    ),
    Difference(
        names=_cases("number-(with-an-underscore|in-other-digits|with-a-line-break)_invalid"),
        why="0.3: likewise",
    ),
    Difference(
        names=_cases("log-entry-key-twice_invalid", "log-entry-with-an-unknown-field_unsupported"),
        why="0.1, 7: it reads log entries with pydantic, which takes the last of two members and ignores unknown ones",
    ),
    Difference(
        names=rf"{_CHANGED}dsseEnvelope\.signatures\.0\.keyid: (a text instead|line break behind|space before)",
        why="1.6: it does not look at the key id",
    ),
    Difference(names=_cases("key-id-beside-a-certificate_invalid"), why="1.6: likewise"),
    Difference(
        names=_cases("rekor-v2-entry-in-a-v02-bundle_invalid", "log-entry-of-rekor-v[12]-in-rekor-v[12]_invalid"),
        why="1.7, 2.3: it does not tie kinds of entries to versions of bundles and logs",
    ),
    Difference(
        names=r"rekor-v2: .*\.logId\.keyId: (a byte (longer|shorter)|last bit flipped)"
        r"|minted (.*rekor-v2.*|timestamp only), flipped \d+: .*\.logId\.keyId: byte ([4-9]|[1-3]\d)",
        why="2.3: where no log has the id, it tries the keys of all logs; four bytes of it must fit the checkpoint",
    ),
    Difference(
        names=_cases(
            "log-key-retired(-without-a-promise)?_invalid",
            "rekor-v2-key-(retired|not-yet-in-use)_invalid",
            "certificate-of-a-retired-authority_invalid",
            "sct-of-a-retired-log_invalid",
        ),
        why="2.4, 4.3, 5: it ignores the windows of logs and certificate authorities",
    ),
    Difference(
        names=_cases("time-that-nobody-signed-outside-the-certificate_invalid"),
        why="3.2: it ignores a time that no promise covers",
    ),
    Difference(
        names=_cases("timestamp-false-beside-a-promise_invalid", "timestamps-by-one-authority_invalid"),
        why="3.4: it passes over timestamps that do not verify, and does not count authorities",
    ),
    Difference(
        names=_cases("certificate-for-two_invalid", "certificate-of-another-issuer-key_invalid"),
        why="4.1, 4.2: it leaves this to whoever asks for an identity, or to nobody",
    ),
    Difference(
        names=_cases("certificate-of-the-root_invalid"),
        why="4.2: any authority of a chain may issue; ours is narrower than need be, because production's never did",
    ),
    Difference(
        names=_cases(
            "checkpoint-with-(two-blank-lines|a-padded-size|a-stray-line)_invalid",
        ),
        why="6.1: it finds signature lines with a regular expression and skips everything else",
    ),
    Difference(
        names=_cases(
            "checkpoint-of-(another-log|a-log-with-a-shorter-name|rekor-v2-with-a-shard)_invalid",
            "checkpoint-without-a-shard_invalid",
            "checkpoint-signed-under-another-name_invalid",
        ),
        why="6.2: it looks neither at the checkpoint's origin nor at the signer's name",
    ),
    Difference(
        names=rf"{_cases('checkpoint-of-another-size_invalid')}|{_CHANGED}.*\.treeSize: one more",
        why="6.4: of the checkpoint it compares the root only",
    ),
    Difference(
        names=rf"{_cases('rekor-v2-entry-at-another-place_invalid')}|rekor-v2: .*\.0\.logIndex: one more",
        why="6.6: it does not compare the two indexes of an entry in Rekor v2",
    ),
    Difference(
        names=_cases("signature-with-lengths-in-characters_invalid"),
        why="8: it counts the characters of the payload type, not its bytes",
    ),
    Difference(
        names=_cases(
            "certificate-of-two-(issuers|triggers|commits|repositories|refs|signers|workflow-commits)_invalid",
            "certificate-with-(a-loose-end|bare-text)_invalid",
        ),
        why="11.1: it reads only the extensions that a policy asks for",
    ),
)
WE_ACCEPT = (
    Difference(
        names=rf"{_CHANGED}.*\.{_NUMBERS}: as a number|{_cases('number-bare_verified')}",
        why="0.3: Protobuf's JSON allows numbers for 64-bit integers; sigstore-models takes texts only",
    ),
    Difference(
        names=rf"(?!rekor-v2){_CHANGED}.*\.rfc3161Timestamps: null instead|{_cases('tree-of-one-leaf_verified')}",
        why="0.4: in Protobuf's JSON null is absent, and empty and zero may be left out; sigstore-models wants them",
    ),
    Difference(
        names="minted whole chain with a broken root",
        why="1.3: certificates behind the signer's are never used, so we do not parse them either",
    ),
    Difference(
        names=rf"minted (p384|p521|ed25519)|{_cases('key-(on-p384|on-p521|of-ed25519)_verified')}",
        why="8: it verifies envelopes with ECDSA and SHA-256 only",
    ),
)
"""Every bundle that an entry covers is judged differently, and no other one."""


# ---- Two judges ----------------------------------------------------------------------------------------------------


class Judges:
    """Two verifiers that trust the same."""

    def __init__(self, trusted_root: bytes, npm_keys: bytes) -> None:
        self._ours = Verifier(parse_trusted_root(trusted_root), parse_npm_keys(npm_keys, registry=REGISTRY))
        self._theirs = Oracle(trusted_root=TrustedRoot(trustroot_v1.TrustedRoot.from_json(trusted_root)))

    def we_accept(self, bundle: Json) -> bool:
        try:
            self._ours.verify(parse_bundle(bundle), Artifact(digests={"sha256": sha256(ARTIFACT)}))
        except VerificationError:
            return False
        return True

    def they_accept(self, bundle: Json) -> bool:
        try:
            read = Bundle.from_json(json.dumps(bundle))
            if "messageSignature" in bundle:
                self._theirs.verify_artifact(ARTIFACT, read, UnsafeNoOp())
            else:
                self._theirs.verify_dsse(read, UnsafeNoOp())
        except Exception:  # noqa: BLE001 - it lets exceptions of many libraries pass; each is a refusal
            return False
        return True


@cache
def minted_judges() -> Judges:
    return Judges(SIGSTORE.trusted_root(), SIGSTORE.npm_keys())


@cache
def production_judges() -> Judges:
    embedded = read_embedded()
    return Judges(embedded.trusted_root, embedded.npm_keys)


def is_judged_by_both(bundle: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Tell whether the bundle is of a kind that the oracle takes: by a certificate, with a proof, not `intoto`."""
    try:
        (entry,) = bundle["verificationMaterial"]["tlogEntries"]
        return (
            "publicKey" not in bundle["verificationMaterial"]
            and entry["kindVersion"]["kind"] != "intoto"
            and bool(entry["inclusionProof"])
        )
    except (KeyError, TypeError, ValueError):
        return isinstance(bundle, dict)  # of no kind at all: neither may accept it


def check(named_bundles: Iterator[tuple[str, Json]], judges: Judges, *, at_least: int) -> None:
    """Fail unless the tables tell exactly on which of the bundles the verdicts differ, and how."""
    ours: dict[str, bool] = {}
    theirs: dict[str, bool] = {}
    for name, bundle in named_bundles:
        if is_judged_by_both(bundle):
            assert name not in ours
            ours[name], theirs[name] = judges.we_accept(bundle), judges.they_accept(bundle)
    for table, (accepting, refusing) in ((WE_ACCEPT, (ours, theirs)), (THEY_ACCEPT, (theirs, ours))):
        differing = {name for name in ours if accepting[name] and not refusing[name]}
        listed = {name for name in ours if any(re.fullmatch(entry.names, name) for entry in table)}
        assert differing == listed
    assert len(ours) >= at_least


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


# ---- The comparison ------------------------------------------------------------------------------------------------


@requires_corpus
def test_real_bundles() -> None:
    assert all(production_judges().we_accept(bundle) for _, bundle in real_bundles())
    check(real_bundles(), production_judges(), at_least=1)


def test_minted_bundles() -> None:
    assert all(map(minted_judges().we_accept, minted_bundles().values()))
    check(iter(minted_bundles().items()), minted_judges(), at_least=30)


def test_cases() -> None:
    check(cases(), minted_judges(), at_least=250)


@pytest.mark.parametrize("base", BASES)
def test_bundles_with_one_thing_changed(base: str) -> None:
    check(changed(base, BASES[base]()), minted_judges(), at_least=300)


def test_minted_bundles_with_a_bit_flipped() -> None:
    check(minted_bundles_with_a_bit_flipped(), minted_judges(), at_least=500)


@requires_corpus
def test_real_bundles_with_a_bit_flipped() -> None:
    bad = (item for name, bundle in real_bundles() for item in flipped(name, bundle, 200))

    check(bad, production_judges(), at_least=200)


def test_no_difference_is_a_thing_of_the_past() -> None:
    changes_of_bases = (item for base, make in BASES.items() for item in changed(base, make()))
    every = chain(minted_bundles().items(), cases(), changes_of_bases, minted_bundles_with_a_bit_flipped())
    names = [name for name, bundle in every if is_judged_by_both(bundle)]

    stale = [
        entry for entry in (*THEY_ACCEPT, *WE_ACCEPT) if not any(re.fullmatch(entry.names, name) for name in names)
    ]

    assert stale == []
