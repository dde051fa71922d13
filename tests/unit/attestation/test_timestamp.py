"""Timestamps by trusted authorities (steps 3.3 to 3.5)."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rfc3161_client.tsp import PKIStatus

from provcheck.attestation.timestamp import TimestampVerifier
from provcheck.codes import Code
from provcheck.errors import VerificationError
from provcheck.trust.root import TimestampAuthority, parse_trusted_root
from provcheck.trust.validity import Validity
from support.judging import trusted_root
from support.mint import (
    RETIRED_AT,
    SIGSTORE,
    STRANGER,
    Authority,
    Extension,
    Stamp,
    Template,
    certify,
    put,
    with_extension,
)
from support.mint.certificates import key_identifiers, name
from support.mint.crypto import P384, b64, ecdsa_key, spki
from support.mint.timestamp import timestamp_response

SIGNATURE = b"a signature"
AT = datetime(2023, 3, 1, 12, 0, 0, tzinfo=UTC)
RETIRED, CURRENT = trusted_root().timestamp_authorities
VERIFIER = TimestampVerifier((RETIRED, CURRENT))


def token(authority: Authority = SIGSTORE.tsa, at: datetime = AT, **how: object) -> bytes:
    stamp = replace(Stamp(authority=authority), **how)  # type: ignore[arg-type]
    return timestamp_response(stamp, SIGNATURE, at)


def refused(*tokens: bytes, verifier: TimestampVerifier = VERIFIER) -> Code:
    with pytest.raises(VerificationError) as caught:
        verifier.verify(tokens, SIGNATURE)
    return caught.value.code


@pytest.mark.parametrize("hash_name", ["sha256", "sha384", "sha512"])
def test_the_time_is_the_authority_s(hash_name: str) -> None:
    assert VERIFIER.verify([token(hash_name=hash_name)], SIGNATURE) == (AT,)


def test_no_tokens_are_no_times() -> None:
    assert VERIFIER.verify([], SIGNATURE) == ()


def test_each_authority_vouches_once_in_the_order_of_the_bundle() -> None:
    later = AT + timedelta(seconds=5)
    first, second = token(SIGSTORE.tsa_retired, at=later), token()

    assert VERIFIER.verify([first, second], SIGNATURE) == (later, AT)
    assert VERIFIER.verify([second, first], SIGNATURE) == (AT, later)
    assert refused(first, first) is Code.TIMESTAMP_INVALID
    assert refused(second, first, token(at=later)) is Code.TIMESTAMP_INVALID


@pytest.mark.parametrize("position", [0, 1])
def test_every_token_counts(position: int) -> None:
    tokens = [token(), token(SIGSTORE.tsa_retired)]
    tokens[position] = token(edit_message=lambda _: b"another signature")

    assert refused(*tokens) is Code.TIMESTAMP_INVALID


@pytest.mark.parametrize(
    ("offset", "holds"), [(timedelta(seconds=-1), True), (timedelta(), True), (timedelta(seconds=1), False)]
)
def test_the_last_second_of_an_authority_belongs_to_it(offset: timedelta, holds: bool) -> None:
    stamped = token(SIGSTORE.tsa_retired, at=RETIRED_AT + offset)
    if holds:
        assert VERIFIER.verify([stamped], SIGNATURE) == (RETIRED_AT + offset,)
    else:
        assert refused(stamped) is Code.TIMESTAMP_AUTHORITY_EXPIRED


def test_an_authority_may_be_listed_once_for_each_time_in_which_it_was_trusted() -> None:
    listed = (
        replace(CURRENT, valid=Validity(start=None, end=AT - timedelta(days=1))),
        replace(CURRENT, valid=Validity(start=AT - timedelta(days=1), end=None)),
    )

    assert TimestampVerifier(listed).verify([token()], SIGNATURE) == (AT,)
    assert refused(token(), verifier=TimestampVerifier(listed[:1])) is Code.TIMESTAMP_AUTHORITY_EXPIRED


def test_strangers_are_not_trusted_whatever_they_call_themselves() -> None:
    ours = SIGSTORE.tsa.chain[0]
    mallory = ecdsa_key("mallory", P384)
    namesake = certify(
        replace(ours.template, serial_number=ours.template.serial, public_key=spki(mallory)), mallory, mallory
    )
    disguised = replace(SIGSTORE.tsa, chain=(namesake, *SIGSTORE.tsa.chain[1:]))

    assert refused(token(STRANGER.tsa)) is Code.TIMESTAMP_UNTRUSTED
    assert refused(token(disguised)) is Code.TIMESTAMP_INVALID
    assert refused(token(), verifier=TimestampVerifier(())) is Code.TIMESTAMP_UNTRUSTED


def _identified(template: Template, *identifiers: Extension) -> Template:
    for identifier in identifiers:
        template = with_extension(identifier)(template)
    return template


def test_an_authority_may_have_intermediates() -> None:
    leaf, above = SIGSTORE.tsa.chain
    root, root_name = ecdsa_key("a root above", P384), name("test-sigstore.example", "a root above")
    top = certify(
        _identified(
            replace(above.template, issuer=root_name, subject=root_name, public_key=spki(root)),
            *key_identifiers(root, root),
        ),
        root,
        root,
    )
    middle = certify(
        _identified(replace(above.template, issuer=root_name), *key_identifiers(above.key, root)), above.key, root
    )
    chain = [{"rawBytes": b64(link.certificate)} for link in (leaf, middle, top)]
    trusting = parse_trusted_root(
        SIGSTORE.trusted_root(put("timestampAuthorities", 1, "certChain", "certificates", to=chain))
    )
    authority: TimestampAuthority = trusting.timestamp_authorities[1]

    assert len(authority.certificates) == 3
    assert TimestampVerifier((authority,)).verify([token()], SIGNATURE) == (AT,)


@pytest.mark.parametrize("status", [status for status in PKIStatus if status is not PKIStatus.GRANTED])
def test_what_was_not_granted_is_no_timestamp(status: PKIStatus) -> None:
    assert refused(token(status=status)) is Code.TIMESTAMP_INVALID


@pytest.mark.parametrize(
    "data", [b"", b"\x30\x00", b"\x30\x80", base64.b64encode(token()), token()[:-1], token() + b"\0"]
)
def test_what_is_no_token_is_refused(data: bytes) -> None:
    assert refused(data) is Code.TIMESTAMP_INVALID


@given(st.binary())
def test_bytes_are_no_token(data: bytes) -> None:
    assert refused(data) is Code.TIMESTAMP_INVALID


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
def test_a_changed_token_is_refused_or_says_the_same() -> None:
    """Version numbers and the name of the signature algorithm are not signed; `rfc3161-client` does not look there."""
    made = token()
    accepted = 0
    for position in range(0, len(made), 2):
        changed = bytearray(made)
        changed[position] ^= 1 << position // 2 % 8
        try:
            times: tuple[datetime, ...] | None = VERIFIER.verify([bytes(changed)], SIGNATURE)
        except VerificationError:
            times = None
        accepted += times is not None
        assert times in {None, (AT,)}
    assert accepted <= 10
