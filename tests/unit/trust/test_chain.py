"""Certificate chains of a trusted root: each issued by the next, and allowed to issue (step 2.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from provcheck.errors import TrustError
from provcheck.trust.chain import verify_chain
from support.mint import (
    Certified,
    Edit,
    Extension,
    Template,
    basic_constraints,
    certify,
    change,
    ecdsa_key,
    extended_key_usage,
    key_usage,
    repeat_extension,
    same,
    with_extension,
    without_extension,
)
from support.mint.certificates import BASIC_CONSTRAINTS, KEY_USAGE, key_identifiers, name
from support.mint.crypto import spki

CODE_SIGNING = ExtendedKeyUsageOID.CODE_SIGNING


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One certificate of a chain, and how it differs from what it should be."""

    edit: Edit[Template] = same


def chain(*links: Link) -> tuple[x509.Certificate, ...]:
    """Return certificates of which each is issued by the next, the last by itself."""
    issued: list[Certified] = []
    for number, link in reversed(list(enumerate(links))):
        key = ecdsa_key(f"chain {number}")
        subject = name("chain.example", f"authority {number}")
        issuer = issued[-1] if issued else None
        template = Template(
            issuer=issuer.template.subject if issuer else subject,
            subject=subject,
            not_before=datetime(2020, 1, 1, tzinfo=UTC),
            not_after=datetime(2045, 1, 1, tzinfo=UTC),
            public_key=spki(key),
            extensions=(
                key_usage("key_cert_sign", "crl_sign"),
                basic_constraints(ca=True),
                *key_identifiers(key, issuer.key if issuer else key),
            ),
        )
        issued.append(certify(link.edit(template), key, issuer.key if issuer else key))
    return tuple(x509.load_der_x509_certificate(certified.certificate) for certified in reversed(issued))


def refused(certificates: Sequence[x509.Certificate]) -> TrustError:
    with pytest.raises(TrustError) as caught:
        verify_chain(tuple(certificates), purpose=CODE_SIGNING, where="here")
    assert caught.value.where == "here"
    return caught.value


def with_path_length(length: int) -> Link:
    return Link(edit=with_extension(basic_constraints(ca=True, path_length=length)))


@pytest.mark.parametrize(
    "links",
    [
        pytest.param((Link(),), id="root-only"),
        pytest.param((Link(), Link()), id="intermediate"),
        pytest.param((Link(), Link(), Link()), id="two-intermediates"),
        pytest.param((with_path_length(0), with_path_length(1), with_path_length(2)), id="shortest-path-lengths"),
        pytest.param((Link(edit=with_extension(extended_key_usage(CODE_SIGNING))), Link()), id="purpose"),
        pytest.param(
            (Link(edit=with_extension(extended_key_usage(CODE_SIGNING, critical=True))), Link()), id="critical-purpose"
        ),
        pytest.param(
            (Link(edit=with_extension(Extension(oid="1.2.3.4", value=b"\x05\x00"))), Link()), id="unknown-extension"
        ),
    ],
)
def test_chains_that_hold(links: tuple[Link, ...]) -> None:
    certificates = chain(*links)

    assert verify_chain(certificates, purpose=CODE_SIGNING, where="here") == certificates


UNFIT = {
    "no-basic-constraints": without_extension(BASIC_CONSTRAINTS),
    "no-authority": with_extension(basic_constraints(ca=False)),
    "no-key-usage": without_extension(KEY_USAGE),
    "may-not-sign-certificates": with_extension(key_usage("digital_signature")),
    "other-purpose": with_extension(extended_key_usage(ExtendedKeyUsageOID.TIME_STAMPING)),
    "unknown-critical-extension": with_extension(Extension(oid="1.2.3.4", value=b"\x05\x00", critical=True)),
    "extension-twice": repeat_extension(KEY_USAGE),
    "damaged-extension": with_extension(Extension(oid=BASIC_CONSTRAINTS, value=b"\x30\x01")),
}


@pytest.mark.parametrize("position", [0, 1, 2])
@pytest.mark.parametrize("edit", UNFIT.values(), ids=UNFIT)
def test_every_certificate_must_be_fit_to_issue(edit: Edit[Template], position: int) -> None:
    links = [Link(), Link(), Link()]
    links[position] = Link(edit=edit)

    assert f"certificate {position} " in refused(chain(*links)).message


@pytest.mark.parametrize("links", [(Link(), with_path_length(0)), (Link(), Link(), with_path_length(1))])
def test_path_lengths_are_obeyed(links: tuple[Link, ...]) -> None:
    assert "fewer" in refused(chain(*links)).message


def test_signatures_and_names_must_fit() -> None:
    good = chain(Link(), Link())
    unsigned = chain(Link(), Link(edit=change(public_key=spki(ecdsa_key("another")))))
    misnamed = chain(Link(edit=change(issuer=name("chain.example", "somebody"))), Link())

    for certificates in (unsigned, misnamed, good[::-1]):
        refused(certificates)
