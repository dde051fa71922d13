"""Sigstore's trusted root (protobuf-specs ``TrustedRoot``), parsed and prepared for verification.

Everything that does not depend on the attestation at hand is done here, once: keys are loaded, certificate chains are
verified, validity windows are intersected.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from cryptography.x509.oid import ExtendedKeyUsageOID

from provcheck.errors import MalformedError, TrustError
from provcheck.fields import Fields
from provcheck.jsonio import parse_object
from provcheck.trust.chain import CERTIFICATE_ERRORS, verify_chain
from provcheck.trust.validity import Validity, parse_validity

MEDIA_TYPES = frozenset(
    {
        "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
        "application/vnd.dev.sigstore.trustedroot.v0.2+json",
    }
)

LogPublicKey: TypeAlias = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey

_SUPPORTED_KEY_DETAILS: Mapping[str, type[ec.EllipticCurve] | None] = {
    "PKIX_ECDSA_P256_SHA_256": ec.SECP256R1,
    "PKIX_ECDSA_P384_SHA_384": ec.SECP384R1,
    "PKIX_ECDSA_P521_SHA_512": ec.SECP521R1,
    "PKIX_ED25519": None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """A transparency log (Rekor) or certificate transparency log, with its key."""

    log_id: bytes
    public_key: LogPublicKey
    valid: Validity
    names: tuple[str, ...]
    """The names under which it signs checkpoints: ``host``, and ``host:port`` if its address has a port."""
    checkpoint_hints: Mapping[str, bytes]
    """For each name, the four bytes that mark this key's signature lines (https://c2sp.org/signed-note)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateAuthority:
    """A Fulcio certificate authority whose chain has been verified."""

    certificate: x509.Certificate
    """The certificate that issues leaves."""
    valid: Validity
    """The intersection of the authority's window and those of all its certificates."""
    subject_key_identifier: bytes | None
    spki_sha256: bytes
    """SHA-256 of the DER SubjectPublicKeyInfo, which signed certificate timestamps cover."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampAuthority:
    """An RFC 3161 authority whose chain has been verified."""

    certificates: tuple[x509.Certificate, ...]
    """The signing certificate first, the root last; two or more."""
    valid: Validity
    """The intersection of the authority's window and those of all its certificates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedRoot:
    """Who is trusted to issue certificates, to log, and to tell the time."""

    transparency_logs: Mapping[bytes, Log]
    """By log ID."""
    certificate_logs: Mapping[bytes, Log]
    """By log ID."""
    certificate_authorities: tuple[CertificateAuthority, ...]
    timestamp_authorities: tuple[TimestampAuthority, ...]
    sha256: str
    """Lowercase hexadecimal SHA-256 of the document."""


def parse_trusted_root(data: bytes) -> TrustedRoot:
    """Return the trusted root in ``data`` (JSON), with every certificate chain verified.

    Logs with keys of unsupported kinds (RSA) are left out.

    Raises:
        TrustError: not a trusted root of a known version, or one of its keys, windows or chains is wrong.
    """
    what = "the trusted root"
    try:
        document = Fields(parse_object(data, what=what), where=what, fail=TrustError)
    except MalformedError as error:
        raise TrustError(error.message, where=error.where) from error
    media_type = document.text("mediaType")
    if media_type not in MEDIA_TYPES:
        raise TrustError(f"{media_type!r} is not a known version of the trusted root")
    root = TrustedRoot(
        transparency_logs=_parse_logs(document, "tlogs"),
        certificate_logs=_parse_logs(document, "ctlogs"),
        certificate_authorities=tuple(map(_parse_certificate_authority, document.objects("certificateAuthorities"))),
        timestamp_authorities=tuple(map(_parse_timestamp_authority, document.objects("timestampAuthorities"))),
        sha256=hashlib.sha256(data).hexdigest(),
    )
    if not root.transparency_logs:
        raise TrustError("the trusted root lists no transparency log that can be used")
    return root


def _parse_logs(document: Fields, name: str) -> dict[bytes, Log]:
    logs: dict[bytes, Log] = {}
    for entry in document.objects(name):
        log = _parse_log(entry)
        if log is None:
            continue
        if log.log_id in logs:
            raise TrustError("two logs have the same log ID", where=entry.path("logId"))
        logs[log.log_id] = log
    return logs


def _parse_log(entry: Fields) -> Log | None:
    key = entry.fields("publicKey")
    details = key.text("keyDetails")
    if details not in _SUPPORTED_KEY_DETAILS:
        return None
    if entry.text("hashAlgorithm") != "SHA2_256":
        raise TrustError("is not SHA2_256", where=entry.path("hashAlgorithm"))
    spki = key.data("rawBytes")
    public_key = _load_key(spki, _SUPPORTED_KEY_DETAILS[details], where=key.path("rawBytes"))
    valid = parse_validity(key.value("validFor"), where=key.path("validFor"))
    if valid.start is None:
        raise TrustError("has no start", where=key.path("validFor"))
    names = _host_names(entry.text("baseUrl"), where=entry.path("baseUrl"))
    return Log(
        log_id=entry.fields("logId").data("keyId"),
        public_key=public_key,
        valid=valid,
        names=names,
        checkpoint_hints={name: _checkpoint_hint(name, public_key, spki) for name in names},
    )


def _load_key(spki: bytes, curve: type[ec.EllipticCurve] | None, *, where: str) -> LogPublicKey:
    try:
        key = load_der_public_key(spki)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise TrustError("not a public key", where=where) from error
    if curve is None and isinstance(key, ed25519.Ed25519PublicKey):
        return key
    if curve is not None and isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, curve):
        return key
    raise TrustError("is not of the kind that keyDetails says", where=where)


def _host_names(url: str, *, where: str) -> tuple[str, ...]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise TrustError("not a URL", where=where) from error
    if not host:
        raise TrustError("not a URL with a host name", where=where)
    return (host,) if port is None else (host, f"{host}:{port}")


def _checkpoint_hint(name: str, key: LogPublicKey, spki: bytes) -> bytes:
    """Return the key hint: as Rekor v1 computes it for ECDSA, as C2SP specifies it for Ed25519."""
    if isinstance(key, ed25519.Ed25519PublicKey):
        return hashlib.sha256(name.encode() + b"\n\x01" + key.public_bytes_raw()).digest()[:4]
    return hashlib.sha256(spki).digest()[:4]


def _parse_certificate_authority(entry: Fields) -> CertificateAuthority:
    certificates = _parse_certificates(entry)
    where = entry.path("certChain")
    verify_chain(certificates, purpose=ExtendedKeyUsageOID.CODE_SIGNING, where=where)
    issuer = certificates[0]
    try:
        extension = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        subject_key_identifier = extension.value.key_identifier
    except x509.ExtensionNotFound:
        subject_key_identifier = None
    return CertificateAuthority(
        certificate=issuer,
        valid=_common_window(entry, certificates),
        subject_key_identifier=subject_key_identifier,
        spki_sha256=hashlib.sha256(_spki(issuer, where=where)).digest(),
    )


def _parse_timestamp_authority(entry: Fields) -> TimestampAuthority:
    certificates = _parse_certificates(entry)
    where = entry.path("certChain")
    if len(certificates) < 2:  # noqa: PLR2004 - a leaf and a root
        raise TrustError("a timestamp authority needs a signing certificate and a root", where=where)
    verify_chain(certificates[1:], purpose=ExtendedKeyUsageOID.TIME_STAMPING, where=where)
    try:
        certificates[0].verify_directly_issued_by(certificates[1])
    except InvalidSignature as error:
        raise TrustError("the signing certificate is not signed by the next one", where=where) from error
    except CERTIFICATE_ERRORS as error:
        raise TrustError(f"the signing certificate is not issued by the next one: {error}", where=where) from error
    return TimestampAuthority(certificates=certificates, valid=_common_window(entry, certificates))


def _parse_certificates(entry: Fields) -> tuple[x509.Certificate, ...]:
    chain = entry.fields("certChain")
    certificates = chain.objects("certificates", at_most=10)
    if not certificates:
        raise TrustError("is empty", where=chain.path("certificates"))
    return tuple(_load_certificate(item.data("rawBytes"), where=item.path("rawBytes")) for item in certificates)


def _load_certificate(der: bytes, *, where: str) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(der)
    except CERTIFICATE_ERRORS as error:
        raise TrustError("not a certificate", where=where) from error


def _spki(certificate: x509.Certificate, *, where: str) -> bytes:
    try:
        return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except CERTIFICATE_ERRORS as error:
        raise TrustError("the issuing certificate's key cannot be used", where=where) from error


def _common_window(entry: Fields, certificates: tuple[x509.Certificate, ...]) -> Validity:
    window = parse_validity(entry.value("validFor"), where=entry.path("validFor"))
    starts = [window.start] if window.start else []
    ends = [window.end] if window.end else []
    return Validity(
        start=max(starts + [certificate.not_valid_before_utc for certificate in certificates]),
        end=min(ends + [certificate.not_valid_after_utc for certificate in certificates]),
    )
