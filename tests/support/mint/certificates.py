"""X.509 certificates assembled from their parts, so that every part can be wrong while the signature is genuine."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import NameOID

from support.mint import der
from support.mint.crypto import SigningKey, sign
from support.mint.edits import Edit

KEY_USAGE = "2.5.29.15"
EXTENDED_KEY_USAGE = "2.5.29.37"
BASIC_CONSTRAINTS = "2.5.29.19"
SUBJECT_KEY_IDENTIFIER = "2.5.29.14"
AUTHORITY_KEY_IDENTIFIER = "2.5.29.35"
SUBJECT_ALTERNATIVE_NAME = "2.5.29.17"
SCT_LIST = "1.3.6.1.4.1.11129.2.4.2"

_KEY_USES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """One X.509 extension; ``value`` is the content of ``extnValue``, usually DER."""

    oid: str
    value: bytes
    critical: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """Everything in a certificate but the signature."""

    issuer: x509.Name
    subject: x509.Name
    not_before: datetime
    not_after: datetime
    public_key: bytes
    """DER SubjectPublicKeyInfo."""
    extensions: tuple[Extension, ...]
    version: int = 3
    serial_number: int | None = None
    """Derived from the public key if not given."""
    signature_hash: str = "sha384"

    @property
    def serial(self) -> int:
        """A positive number of at most 20 octets (RFC 5280 section 4.1.2.2)."""
        return self.serial_number or int.from_bytes(hashlib.sha256(self.public_key).digest()[:20]) >> 1

    def tbs(self) -> bytes:
        """Return the DER TBSCertificate (RFC 5280 section 4.1)."""
        return der.sequence(
            der.tagged(0, der.integer(self.version - 1)) if self.version > 1 else b"",
            der.integer(self.serial),
            der.ecdsa_with(self.signature_hash),
            self.issuer.public_bytes(),
            der.sequence(_time(self.not_before), _time(self.not_after)),
            self.subject.public_bytes(),
            self.public_key,
            der.tagged(3, der.sequence(*map(_extension, self.extensions))) if self.extensions else b"",
        )

    def signed_by(self, key: SigningKey) -> bytes:
        """Return the DER certificate, signed with ``key``."""
        tbs = self.tbs()
        signature = sign(key, tbs, self.signature_hash)
        return der.sequence(tbs, der.ecdsa_with(self.signature_hash), der.bit_string(signature))


@dataclass(frozen=True, slots=True, kw_only=True)
class Certified:
    """A key with a certificate for it."""

    key: SigningKey
    template: Template
    certificate: bytes
    """DER."""


def name(organization: str, common_name: str) -> x509.Name:
    """Return a distinguished name in the order and types that Fulcio uses."""
    attributes = ((NameOID.ORGANIZATION_NAME, organization), (NameOID.COMMON_NAME, common_name))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes])


def extension(oid: str, value: x509.ExtensionType, *, critical: bool = False) -> Extension:
    """Return ``value`` as an extension."""
    return Extension(oid=oid, value=value.public_bytes(), critical=critical)


def key_usage(*allowed: str, critical: bool = True) -> Extension:
    """Return a key usage extension that allows what is named, for example ``digital_signature``."""
    return extension(KEY_USAGE, x509.KeyUsage(**{use: use in allowed for use in _KEY_USES}), critical=critical)


def extended_key_usage(*purposes: x509.ObjectIdentifier, critical: bool = False) -> Extension:
    """Return an extended key usage extension for the purposes."""
    return extension(EXTENDED_KEY_USAGE, x509.ExtendedKeyUsage(purposes), critical=critical)


def basic_constraints(*, ca: bool, path_length: int | None = None) -> Extension:
    """Return a critical basic constraints extension."""
    return extension(BASIC_CONSTRAINTS, x509.BasicConstraints(ca=ca, path_length=path_length), critical=True)


def alternative_names(*names: x509.GeneralName) -> Extension:
    """Return a critical subject alternative name extension."""
    return extension(SUBJECT_ALTERNATIVE_NAME, x509.SubjectAlternativeName(names), critical=True)


def key_identifiers(key: SigningKey, issuer: SigningKey) -> tuple[Extension, Extension]:
    """Return the subject and authority key identifier extensions."""
    subject = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key())
    return extension(SUBJECT_KEY_IDENTIFIER, subject), extension(AUTHORITY_KEY_IDENTIFIER, authority)


def with_extension(new: Extension) -> Edit[Template]:
    """Return an edit of a template that puts the extension in the place of one with its OID, or else at the end."""

    def edit(template: Template) -> Template:
        if new.oid not in (old.oid for old in template.extensions):
            return replace(template, extensions=(*template.extensions, new))
        return replace(template, extensions=tuple(new if old.oid == new.oid else old for old in template.extensions))

    return edit


def without_extension(oid: str) -> Edit[Template]:
    """Return an edit of a template that leaves the extension out."""
    return lambda template: replace(template, extensions=tuple(e for e in template.extensions if e.oid != oid))


def repeat_extension(oid: str) -> Edit[Template]:
    """Return an edit of a template that adds the extension a second time."""
    return lambda template: replace(
        template, extensions=(*template.extensions, *(e for e in template.extensions if e.oid == oid))
    )


def _extension(item: Extension) -> bytes:
    critical = der.boolean_true() if item.critical else b""
    return der.sequence(der.object_identifier(item.oid), critical, der.octet_string(item.value))


def _time(moment: datetime) -> bytes:
    """Return a Time: UTCTime until 2049, GeneralizedTime from then on (RFC 5280 section 4.1.2.5)."""
    return der.utc_time(moment) if moment.year < 2050 else der.generalized_time(moment)
