"""The signing certificate: its profile, its issuer, and what Fulcio wrote into it (steps 4.1 to 4.3 and 11.1)."""

import base64
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from provcheck.attestation.certificate import certificate_facts, find_issuer, load_certificate
from provcheck.codes import Code
from provcheck.errors import VerificationError
from provcheck.model import CertificateFacts
from provcheck.trust.root import CertificateAuthority, parse_trusted_root
from provcheck.trust.validity import Validity
from support.cases.case import certified
from support.judging import PACKAGE, trusted_root
from support.mint import (
    DELEGATED_BUILD,
    GITLAB_BUILD,
    SIGSTORE,
    STRANGER,
    Build,
    Edit,
    Extension,
    Recipe,
    Template,
    alternative_names,
    basic_constraints,
    change,
    claim,
    email_identity,
    extended_key_usage,
    github_identity,
    gitlab_identity,
    key_usage,
    legacy_github_identity,
    mint,
    provenance_recipe,
    same,
    with_extension,
    without_extension,
)
from support.mint.certificates import (
    AUTHORITY_KEY_IDENTIFIER,
    EXTENDED_KEY_USAGE,
    SUBJECT_ALTERNATIVE_NAME,
    name,
)
from support.mint.identity import ARC, Identity

RECIPE = provenance_recipe(PACKAGE)
AT = RECIPE.at
AUTHORITIES = trusted_root().certificate_authorities
LIFETIME = timedelta(minutes=10)


def certificate(edit: Edit[Recipe] = same) -> bytes:
    """Return the DER certificate of a recipe's bundle."""
    return base64.b64decode(mint(edit(RECIPE))["verificationMaterial"]["certificate"]["rawBytes"])


def from_template(edit: Edit[Template]) -> bytes:
    return certificate(change(edit_certificate=edit))


def facts(identity: Identity) -> CertificateFacts:
    return certificate_facts(load_certificate(certificate(change(signer=identity))))


def issuer_of(der: bytes, *times: datetime) -> CertificateAuthority:
    return find_issuer(load_certificate(der), AUTHORITIES, times or (AT,))


def refused(der: bytes, *times: datetime) -> Code:
    with pytest.raises(VerificationError) as caught:
        issuer_of(der, *times)
    return caught.value.code


# ---- What it says --------------------------------------------------------------------------------------------------

NUMBERS = {
    1: "issuer_v1",
    2: "trigger_v1",
    3: "sha_v1",
    4: "workflow_name_v1",
    5: "repository_v1",
    6: "ref_v1",
    8: "issuer",
    9: "build_signer_uri",
    10: "build_signer_digest",
    11: "runner_environment",
    12: "source_repository_uri",
    13: "source_repository_digest",
    14: "source_repository_ref",
    15: "source_repository_identifier",
    16: "source_repository_owner_uri",
    17: "source_repository_owner_identifier",
    18: "build_config_uri",
    19: "build_config_digest",
    20: "build_trigger",
    21: "run_invocation_uri",
    22: "source_repository_visibility",
    23: "deployment_environment",
    24: "token_subject",
}
NEWEST = claim(24, "repo:octo-org/widget:ref:refs/tags/v1.2.3")(claim(23, "npm")(github_identity(Build())))


@pytest.mark.parametrize(
    "identity",
    [
        pytest.param(github_identity(Build()), id="github"),
        pytest.param(github_identity(DELEGATED_BUILD), id="reusable-workflow"),
        pytest.param(NEWEST, id="newest-extensions"),
        pytest.param(legacy_github_identity(Build()), id="legacy"),
        pytest.param(gitlab_identity(GITLAB_BUILD), id="gitlab"),
        pytest.param(email_identity("octo@octo.example", "https://accounts.octo.example"), id="person"),
        pytest.param(claim(4, "\u00fc\u4e2d")(github_identity(Build())), id="unicode"),
    ],
)
def test_every_extension_is_read(identity: Identity) -> None:
    read = facts(identity)

    (alternative_name,) = identity.names
    assert read.subject_alternative_name == alternative_name.value
    assert read.is_uri == isinstance(alternative_name, x509.UniformResourceIdentifier)
    assert (read.not_before, read.not_after) == (AT, AT + LIFETIME)
    assert {number: getattr(read, field) for number, field in NUMBERS.items() if getattr(read, field) is not None} == (
        identity.claims
    )


def test_extensions_of_other_arcs_are_not_fulcio_s() -> None:
    others = (f"{ARC}.12.1", f"{ARC}.99", "1.3.6.1.4.1.57264.2.12", "1.3.6.1.4.1.57264.12")
    template: Edit[Template] = lambda made: replace(  # noqa: E731
        made, extensions=(*made.extensions, *(Extension(oid=oid, value=b"\x0c\x04evil") for oid in others))
    )

    assert certificate_facts(load_certificate(from_template(template))).source_repository_uri == (
        "https://github.com/octo-org/widget"
    )


@pytest.mark.parametrize("number", [8, 12, 24])
@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"bare text",
        b"\x0c\x05evil",
        b"\x0c\x04evil\x00",
        b"\x13\x04evil",
        b"\x04\x04evil",
        b"\x0c\x81\x04evil",
        b"\x0c\x02\xff\xfe",
        b"\x30\x06\x0c\x04evil",
    ],
    ids=["empty", "bare", "short", "trailing", "printable", "octets", "long-length", "not-utf8", "sequence"],
)
def test_der_extensions_hold_one_text_and_nothing_else(number: int, value: bytes) -> None:
    with pytest.raises(VerificationError) as caught:
        certificate_facts(load_certificate(certificate(certified({number: value}))))
    assert caught.value.code is Code.CERTIFICATE_MALFORMED


@pytest.mark.parametrize("number", [1, 6])
def test_bare_extensions_are_utf8(number: int) -> None:
    with pytest.raises(VerificationError) as caught:
        certificate_facts(load_certificate(certificate(certified({number: b"\xff\xfe"}))))
    assert caught.value.code is Code.CERTIFICATE_MALFORMED


# ---- What it may be ------------------------------------------------------------------------------------------------

WORKFLOW = x509.UniformResourceIdentifier("https://github.com/octo-org/widget/release.yml@refs/heads/main")
FITS: dict[str, Edit[Template]] = {
    "more-purposes": with_extension(
        extended_key_usage(ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.CODE_SIGNING)
    ),
    "more-uses": with_extension(key_usage("digital_signature", "content_commitment")),
    "uses-that-are-not-critical": with_extension(key_usage("digital_signature", critical=False)),
    "no-authority": with_extension(basic_constraints(ca=False)),
    "unknown-extension": with_extension(Extension(oid="1.2.3.4", value=b"\x05\x00")),
    "subject-and-a-name-that-is-not-critical": lambda template: replace(
        with_extension(replace(alternative_names(WORKFLOW), critical=False))(template),
        subject=name("octo.example", "octo"),
    ),
    "no-authority-key-identifier": without_extension(AUTHORITY_KEY_IDENTIFIER),
    "signed-with-sha256": change(signature_hash="sha256"),
    "signed-with-sha512": change(signature_hash="sha512"),
}


@pytest.mark.parametrize("edit", FITS.values(), ids=FITS)
def test_leaves_that_fit(edit: Edit[Template]) -> None:
    assert issuer_of(from_template(edit)).spki_sha256 == AUTHORITIES[1].spki_sha256


UNFIT: dict[str, Edit[Template]] = {
    "any-purpose": with_extension(extended_key_usage(ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)),
    "no-purpose": without_extension(EXTENDED_KEY_USAGE),
    "no-names": with_extension(alternative_names()),
    "three-names": with_extension(alternative_names(WORKFLOW, WORKFLOW, WORKFLOW)),
    "no-alternative-names-but-a-subject": lambda template: replace(
        without_extension(SUBJECT_ALTERNATIVE_NAME)(template), subject=name("octo.example", "octo")
    ),
    "critical-fulcio-extension": with_extension(Extension(oid=f"{ARC}.22", value=b"\x0c\x06public", critical=True)),
    "serial-number-below-zero": change(serial_number=-7),
}


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@pytest.mark.parametrize("edit", UNFIT.values(), ids=UNFIT)
def test_leaves_that_do_not_fit(edit: Edit[Template]) -> None:
    assert refused(from_template(edit)) is Code.CERTIFICATE_UNSUITABLE


# ---- Who issued it -------------------------------------------------------------------------------------------------


def test_of_two_authorities_with_one_name_the_one_that_signed_is_found() -> None:
    both = parse_trusted_root(
        SIGSTORE.trusted_root(
            lambda root: root | {"certificateAuthorities": [STRANGER.fulcio.trusted(), *root["certificateAuthorities"]]}
        )
    )

    issuer = find_issuer(load_certificate(certificate()), both.certificate_authorities, (AT,))

    assert issuer.spki_sha256 == AUTHORITIES[1].spki_sha256


def test_an_authority_may_be_listed_once_for_each_time_in_which_it_was_trusted() -> None:
    before, after = AT - timedelta(days=1), AT + timedelta(days=1)
    listed = [
        replace(AUTHORITIES[1], valid=Validity(start=None, end=before)),
        replace(AUTHORITIES[1], valid=Validity(start=before, end=after)),
    ]

    assert find_issuer(load_certificate(certificate()), listed, (AT,)) is listed[1]


@pytest.mark.parametrize(
    ("offset", "holds"),
    [
        (timedelta(microseconds=-1), False),
        (timedelta(), True),
        (LIFETIME, True),
        (LIFETIME + timedelta(microseconds=1), False),
    ],
)
def test_both_ends_of_the_certificate_belong_to_it(offset: timedelta, holds: bool) -> None:
    if holds:
        issuer_of(certificate(), AT + offset)
    else:
        assert refused(certificate(), AT + offset) is Code.CERTIFICATE_EXPIRED


@pytest.mark.parametrize("at", [0, 1, 2])
def test_every_time_counts(at: int) -> None:
    times = [AT, AT + LIFETIME, AT + timedelta(minutes=1)]
    times[at] = AT + timedelta(hours=1)

    assert refused(certificate(), *times) is Code.CERTIFICATE_EXPIRED


def test_nobody_is_trusted_by_an_empty_root() -> None:
    with pytest.raises(VerificationError) as caught:
        find_issuer(load_certificate(certificate()), (), (AT,))
    assert caught.value.code is Code.CERTIFICATE_UNTRUSTED


# ---- Damage --------------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@pytest.mark.parametrize("bit", [0, 6])
def test_no_bit_of_a_certificate_can_be_flipped(bit: int) -> None:
    der = certificate()
    # The number of unused bits of the signature, in its encoding: nothing is signed there.
    unused_bits = der.rindex(x509.load_der_x509_certificate(der).signature) - 1
    for position in range(bit, len(der), 5):
        damaged = bytearray(der)
        damaged[position] ^= 1 << bit
        if position != unused_bits:
            assert refused(bytes(damaged)).startswith("certificate-")


@pytest.mark.parametrize("der", [b"", b"\x30", b"\x30\x80", b"-----BEGIN CERTIFICATE-----", bytes(1000)])
def test_what_is_no_certificate_is_malformed(der: bytes) -> None:
    assert refused(der) is Code.CERTIFICATE_MALFORMED
    assert refused(certificate() + b"\x00") is Code.CERTIFICATE_MALFORMED
    assert refused(certificate()[:-1]) is Code.CERTIFICATE_MALFORMED
