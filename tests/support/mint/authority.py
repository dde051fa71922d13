"""Certificate authorities: Fulcio and the RFC 3161 timestamp authority, with the profiles of the production ones."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from support.mint.certificates import (
    Certified,
    Extension,
    Template,
    basic_constraints,
    extended_key_usage,
    key_identifiers,
    key_usage,
    name,
)
from support.mint.crypto import P384, SigningKey, b64, ecdsa_key, spki
from support.mint.edits import Json
from support.mint.identity import Identity
from support.mint.trust import ORGANIZATION, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A certificate authority as it stands in a trusted root."""

    uri: str
    chain: tuple[Certified, ...]
    """The one that issues (or, for a timestamp authority, signs) first, the root last."""
    valid: Window

    def trusted(self) -> Json:
        """Return its entry in a trusted root."""
        root = self.chain[-1].template.subject
        organization, common_name = (str(attribute.value) for attribute in root)
        return {
            "subject": {"organization": organization, "commonName": common_name},
            "uri": self.uri,
            "certChain": {"certificates": [{"rawBytes": b64(link.certificate)} for link in self.chain]},
            "validFor": self.valid.json(),
        }


def certify(template: Template, key: SigningKey, issuer: SigningKey) -> Certified:
    """Return ``key`` with the certificate that ``issuer`` signs for it."""
    return Certified(key=key, template=template, certificate=template.signed_by(issuer))


def leaf_template(authority: Authority, identity: Identity, key: SigningKey, at: datetime) -> Template:
    """Return what Fulcio certifies for ``identity``: for ten minutes, without a subject name."""
    issuer = authority.chain[0]
    return Template(
        issuer=issuer.template.subject,
        subject=x509.Name([]),
        not_before=at,
        not_after=at + timedelta(minutes=10),
        public_key=spki(key),
        extensions=(
            key_usage("digital_signature"),
            extended_key_usage(ExtendedKeyUsageOID.CODE_SIGNING),
            *key_identifiers(key, issuer.key),
            *identity.extensions(),
        ),
    )


@cache
def fulcio(seed: str, valid: Window) -> Authority:
    """Return a root and the intermediate under it."""
    root = _root(f"{seed} fulcio root", "test-sigstore")
    key = ecdsa_key(f"{seed} fulcio intermediate", P384)
    template = _template(
        "test-sigstore-intermediate",
        root.template.subject,
        spki(key),
        (
            key_usage("key_cert_sign", "crl_sign"),
            extended_key_usage(ExtendedKeyUsageOID.CODE_SIGNING),
            basic_constraints(ca=True, path_length=0),
            *key_identifiers(key, root.key),
        ),
    )
    chain = (certify(template, key, root.key), root)
    return Authority(uri=f"https://fulcio.{ORGANIZATION}", chain=chain, valid=valid)


@cache
def fulcio_without_intermediate(seed: str, valid: Window) -> Authority:
    """Return a root that issues leaves itself, as production's first one did."""
    root = _root(f"{seed} first fulcio root", "test-sigstore")
    return Authority(uri=f"https://fulcio.{ORGANIZATION}", chain=(root,), valid=valid)


@cache
def timestamp_authority(seed: str, valid: Window) -> Authority:
    """Return a root and, under it, the certificate of the key that signs timestamps."""
    root = _root(f"{seed} tsa root", "test-sigstore-tsa-selfsigned")
    key = ecdsa_key(f"{seed} tsa", P384)
    template = _template(
        "test-sigstore-tsa",
        root.template.subject,
        spki(key),
        (
            key_usage("digital_signature"),
            *key_identifiers(key, root.key),
            extended_key_usage(ExtendedKeyUsageOID.TIME_STAMPING, critical=True),
        ),
    )
    chain = (certify(template, key, root.key), root)
    return Authority(uri=f"https://timestamp.{ORGANIZATION}/api/v1/timestamp", chain=chain, valid=valid)


def _root(label: str, common_name: str) -> Certified:
    key = ecdsa_key(label, P384)
    extensions = (
        key_usage("key_cert_sign", "crl_sign"),
        basic_constraints(ca=True),
        *key_identifiers(key, key),
    )
    template = _template(common_name, name(ORGANIZATION, common_name), spki(key), extensions)
    return certify(template, key, key)


def _template(common_name: str, issuer: x509.Name, public_key: bytes, extensions: tuple[Extension, ...]) -> Template:
    return Template(
        issuer=issuer,
        subject=name(ORGANIZATION, common_name),
        not_before=datetime(2020, 1, 1, tzinfo=UTC),
        not_after=datetime(2045, 1, 1, tzinfo=UTC),
        public_key=public_key,
        extensions=extensions,
    )
