"""The log's key, promises and proofs (steps 2.3, 2.4, 3.1, 3.2 and 6)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provcheck.attestation.bundle import Bundle, LogEntry, parse_bundle
from provcheck.attestation.tlog import (
    check_log_key_time,
    select_log,
    verify_inclusion_proof,
    verify_signed_entry_timestamp,
)
from provcheck.codes import Code
from provcheck.errors import UnsupportedError, VerificationError
from provcheck.trust.root import Log
from support.judging import PACKAGE, trusted_root
from support.mint import (
    BUNDLE_V01,
    REKOR_V2_RETIRED_AT,
    RETIRED_AT,
    SIGSTORE,
    Edit,
    EntryKind,
    Era,
    Recipe,
    change,
    mint,
    provenance_recipe,
)
from support.mint.edits import same
from support.mint.rekor import Rekor, promise, promised

ROOT = trusted_root()


def bundle(era: Era = Era.E2025, edit: Edit[Recipe] = same) -> Bundle:
    return parse_bundle(mint(edit(provenance_recipe(PACKAGE, era))))


def log(rekor: Rekor = SIGSTORE.rekor) -> Log:
    return ROOT.transparency_logs[rekor.log_id]


def entry(**fields: Any) -> LogEntry:  # noqa: ANN401 - of many types
    return replace(bundle().log_entry, **fields)


# ---- Which log -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("era", "rekor"),
    [
        (Era.E2023, SIGSTORE.rekor),
        (Era.E2024, SIGSTORE.rekor),
        (Era.E2025, SIGSTORE.rekor),
        (Era.REKOR_V2, SIGSTORE.rekor_v2),
    ],
)
def test_the_log_is_the_one_that_the_entry_names(era: Era, rekor: Rekor) -> None:
    assert select_log(bundle(era), ROOT) is log(rekor)


@pytest.mark.parametrize("log_id", [b"", b"\0", SIGSTORE.rekor.log_id[:4], SIGSTORE.rekor.log_id + b"\0", bytes(32)])
def test_no_other_log_is_tried(log_id: bytes) -> None:
    made = replace(bundle(), log_entry=entry(log_id=log_id))

    with pytest.raises(VerificationError) as caught:
        select_log(made, ROOT)
    assert caught.value.code is Code.LOG_UNKNOWN


@pytest.mark.parametrize(
    ("kind", "version"),
    [
        ("intoto", "0.0.1"),
        ("intoto", "0.0.3"),
        ("dsse", "0.0.2"),
        ("DSSE", "0.0.1"),
        ("dsse", "0.0.1 "),
        ("hashedrekord", "0.0.1"),
        ("hashedrekord", "0.0.3"),
        ("rekord", "0.0.1"),
        ("helm", "0.0.1"),
    ],
)
def test_entries_of_other_kinds_are_not_judged(kind: str, version: str) -> None:
    made = replace(bundle(), log_entry=entry(kind=kind, version=version))

    with pytest.raises(UnsupportedError) as caught:
        select_log(made, ROOT)
    assert caught.value.code is Code.LOG_ENTRY_UNSUPPORTED


@pytest.mark.parametrize("kind", [kind for kind in EntryKind if kind is not EntryKind.HASHEDREKORD])
@pytest.mark.parametrize("rekor", [SIGSTORE.rekor, SIGSTORE.rekor_v2], ids=["v1", "v2"])
def test_each_kind_of_log_takes_its_own_entries(kind: EntryKind, rekor: Rekor) -> None:
    name, version = kind.split()
    made = bundle(Era.REKOR_V2)
    made = replace(made, log_entry=replace(made.log_entry, kind=name, version=version, log_id=rekor.log_id))
    if (kind is EntryKind.HASHEDREKORD_V2) == (rekor is SIGSTORE.rekor_v2):
        assert select_log(made, ROOT) is log(rekor)
    else:
        with pytest.raises(VerificationError) as caught:
            select_log(made, ROOT)
        assert caught.value.code is Code.LOG_ENTRY_MISPLACED


@given(st.integers(0, 2**63 - 1))
def test_rekor_v2_has_one_index(index: int) -> None:
    made = bundle(Era.REKOR_V2)
    if index != made.log_entry.log_index:
        with pytest.raises(VerificationError) as caught:
            select_log(replace(made, log_entry=replace(made.log_entry, log_index=index)), ROOT)
        assert caught.value.code is Code.INCLUSION_PROOF_INVALID


@pytest.mark.parametrize(
    ("rekor", "end"), [(SIGSTORE.rekor_retired, RETIRED_AT), (SIGSTORE.rekor_v2_retired, REKOR_V2_RETIRED_AT)]
)
def test_both_ends_of_a_log_key_s_window_belong_to_it(rekor: Rekor, end: datetime) -> None:
    for time in (rekor.valid.start, end):
        check_log_key_time(log(rekor), time)
    for time in (rekor.valid.start - timedelta(seconds=1), end + timedelta(seconds=1)):
        with pytest.raises(VerificationError) as caught:
            check_log_key_time(log(rekor), time)
        assert caught.value.code is Code.LOG_KEY_EXPIRED


# ---- Its promise ---------------------------------------------------------------------------------------------------


@given(st.integers(int(SIGSTORE.rekor.valid.start.timestamp()), 253402300799), st.integers(0, 2**63 - 1), st.binary())
def test_a_promise_is_over_body_time_log_and_global_index(time: int, index: int, body: bytes) -> None:
    signed = promise(promised(body, time, SIGSTORE.rekor.log_id, index), SIGSTORE.rekor.key)
    made = entry(log_index=index, integrated_time=time, canonicalized_body=body, signed_entry_timestamp=signed)

    assert verify_signed_entry_timestamp(made, log()) == datetime.fromtimestamp(time, UTC)


@pytest.mark.parametrize(
    "fields",
    [
        {"log_index": 7},
        {"integrated_time": 1757713654},
        {"integrated_time": 0},
        {"integrated_time": 253402300800},
        {"integrated_time": 2**63 - 1},
        {"canonicalized_body": b"{}"},
        {"log_id": SIGSTORE.rekor_retired.log_id},
        {"signed_entry_timestamp": b"\x30\x00"},
        {"signed_entry_timestamp": bytes(70)},
    ],
)
def test_nothing_that_is_promised_can_be_changed(fields: dict[str, Any]) -> None:
    with pytest.raises(VerificationError) as caught:
        verify_signed_entry_timestamp(entry(**fields), log())
    assert caught.value.code is Code.SET_INVALID


def test_without_a_promise_there_is_no_time() -> None:
    assert verify_signed_entry_timestamp(entry(signed_entry_timestamp=None), log()) is None


def test_a_promise_by_a_retired_key_is_worth_nothing() -> None:
    made = bundle(edit=change(log=SIGSTORE.rekor_retired)).log_entry

    with pytest.raises(VerificationError) as caught:
        verify_signed_entry_timestamp(made, log(SIGSTORE.rekor_retired))
    assert caught.value.code is Code.LOG_KEY_EXPIRED


# ---- Its proof -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("index", "size"), [(0, 1), (0, 2), (1, 2), (2, 3), (4, 5), (6, 7), (7, 8), (0, 2**40), (2**62, 2**63 - 1)]
)
@pytest.mark.parametrize("era", [Era.E2024, Era.E2025, Era.REKOR_V2])
def test_proofs_hold_in_trees_of_every_shape(era: Era, index: int, size: int) -> None:
    offset = 0 if era is Era.REKOR_V2 else SIGSTORE.rekor.offset
    made = bundle(era, change(index=index, tree_size=size))

    assert made.log_entry.log_index == index + offset
    assert verify_inclusion_proof(made.log_entry, select_log(made, ROOT))


def test_a_missing_proof_is_told() -> None:
    assert not verify_inclusion_proof(entry(inclusion_proof=None), log())


def test_a_proof_that_is_there_counts_in_old_bundles_too() -> None:
    made = bundle(Era.E2024, change(media_type=BUNDLE_V01, edit_leaf=lambda _: b"another")).log_entry

    with pytest.raises(VerificationError) as caught:
        verify_inclusion_proof(made, log())
    assert caught.value.code is Code.INCLUSION_PROOF_INVALID
