"""Signed certificate timestamps (step 5): what is signed is assembled here once more, by RFC 6962's definition."""

import base64
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provcheck.attestation.certificate import load_certificate
from provcheck.attestation.sct import verify_scts
from provcheck.codes import Code
from provcheck.errors import VerificationError
from provcheck.trust.root import CertificateAuthority, Log
from provcheck.trust.validity import Validity
from support.judging import PACKAGE, trusted_root
from support.mint import (
    RETIRED_AT,
    SIGSTORE,
    STRANGER,
    Edit,
    Era,
    Extension,
    Recipe,
    change,
    mint,
    provenance_recipe,
    with_extension,
)
from support.mint import same as unchanged
from support.mint.certificates import SCT_LIST

ISSUER = trusted_root().certificate_authorities[1]
LOGS = trusted_root().certificate_logs


def certificate(edit: Edit[Recipe] = unchanged, at: datetime | None = None) -> bytes:
    """Return the DER certificate of a recipe's bundle."""
    bundle = mint(edit(provenance_recipe(PACKAGE, Era.E2025, at=at)))
    return base64.b64decode(bundle["verificationMaterial"]["certificate"]["rawBytes"])


def verify(der: bytes, issuer: CertificateAuthority = ISSUER, logs: Mapping[bytes, Log] = LOGS) -> None:
    verify_scts(load_certificate(der), issuer, logs)


def refused(der: bytes, issuer: CertificateAuthority = ISSUER, logs: Mapping[bytes, Log] = LOGS) -> Code:
    with pytest.raises(VerificationError) as caught:
        verify(der, issuer, logs)
    return caught.value.code


def stamped_at(moment: datetime, microseconds: int = 0) -> Edit[Recipe]:
    return change(edit_sct=change(timestamp=int(moment.timestamp()) * 1000 + microseconds))


@given(st.integers(min_value=1609459200000, max_value=4102444800000), st.binary(max_size=40))
def test_times_to_the_millisecond_and_all_extensions_are_signed(timestamp: int, extensions: bytes) -> None:
    verify(certificate(change(edit_sct=change(timestamp=timestamp, extensions=extensions))))


def test_several_logs_may_vouch() -> None:
    both = change(ct_logs=(SIGSTORE.ct_log_retired, SIGSTORE.ct_log))

    verify(certificate(both, at=RETIRED_AT - timedelta(days=1)))


def test_the_logs_are_those_that_are_given() -> None:
    ended = replace(LOGS[SIGSTORE.ct_log.log_id], valid=Validity(start=None, end=RETIRED_AT))

    assert refused(certificate(), logs={}) is Code.SCT_LOG_UNKNOWN
    assert refused(certificate(), logs={ended.log_id: ended}) is Code.SCT_LOG_EXPIRED


def test_the_issuer_is_part_of_what_is_signed() -> None:
    other = trusted_root().certificate_authorities[0]

    assert refused(certificate(), issuer=other) is Code.SCT_INVALID


def test_both_ends_of_a_log_s_window_belong_to_it() -> None:
    log = change(ct_logs=(SIGSTORE.ct_log_retired,))
    opened = SIGSTORE.ct_log_retired.valid.start
    for moment, milliseconds, holds in (
        (RETIRED_AT, 0, True),
        (RETIRED_AT, 1, False),
        (opened, 0, True),
        (opened, -1, False),
    ):
        made = certificate(lambda recipe, m=moment, ms=milliseconds: stamped_at(m, ms)(log(recipe)))  # type: ignore[misc]
        if holds:
            verify(made)
        else:
            assert refused(made) is Code.SCT_LOG_EXPIRED


def _byte(position: int, value: int) -> Edit[Recipe]:
    """Return an edit that sets one byte of the serialized timestamp."""

    def edit(timestamps: tuple[bytes, ...]) -> tuple[bytes, ...]:
        changed = bytearray(timestamps[0])
        changed[position] = value
        return (bytes(changed),)

    return change(edit_scts=edit)


VERSION, LOG_ID, TIME, EXTENSIONS_LENGTH, HASH, SIGNATURE_KIND = 0, 1, 33, 41, 43, 44


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        pytest.param(_byte(VERSION, 1), Code.CERTIFICATE_MALFORMED, id="version-2"),
        pytest.param(_byte(LOG_ID, 0), Code.SCT_LOG_UNKNOWN, id="log-id"),
        pytest.param(_byte(TIME + 7, 0), Code.SCT_INVALID, id="time"),
        pytest.param(_byte(TIME, 255), Code.SCT_INVALID, id="time-beyond-all-calendars"),
        pytest.param(_byte(EXTENSIONS_LENGTH, 255), Code.CERTIFICATE_MALFORMED, id="length-of-extensions"),
        pytest.param(_byte(HASH, 5), Code.SCT_INVALID, id="sha384"),
        pytest.param(_byte(HASH, 2), Code.SCT_INVALID, id="sha1"),
        pytest.param(_byte(SIGNATURE_KIND, 1), Code.SCT_INVALID, id="rsa"),
        pytest.param(_byte(-1, 0), Code.SCT_INVALID, id="signature"),
        pytest.param(change(edit_scts=lambda scts: (scts[0][:-1],)), Code.CERTIFICATE_MALFORMED, id="cut-short"),
        pytest.param(change(edit_scts=lambda scts: (scts[0] + b"\0",)), Code.CERTIFICATE_MALFORMED, id="too-long"),
        pytest.param(change(edit_scts=lambda _: (b"",)), Code.CERTIFICATE_MALFORMED, id="empty"),
        pytest.param(change(ct_logs=(STRANGER.ct_log, SIGSTORE.ct_log)), Code.SCT_LOG_UNKNOWN, id="one-is-unknown"),
    ],
)
def test_every_byte_of_a_timestamp_counts(edit: Edit[Recipe], code: Code) -> None:
    assert refused(certificate(edit)) is code


@pytest.mark.parametrize("value", [b"", b"\x04\x00", b"\x04\x02\x00\x07", b"\x05\x00", b"\x04\x01\x00", b"bare"])
def test_a_list_that_is_none_is_refused(value: bytes) -> None:
    recipe = change(ct_logs=(), edit_certificate=with_extension(Extension(oid=SCT_LIST, value=value)))

    assert refused(certificate(recipe)) is Code.CERTIFICATE_MALFORMED
