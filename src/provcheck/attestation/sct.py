"""Signed certificate timestamps: proof that the certificate was logged publicly (RFC 6962 section 3.2; step 5)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.x509.certificate_transparency import (
    LogEntryType,
    SignatureAlgorithm,
    SignedCertificateTimestamp,
    Version,
)

from provcheck.attestation.foreign import FOREIGN_ERRORS
from provcheck.attestation.keys import verify_signature
from provcheck.codes import Code
from provcheck.errors import VerificationError
from provcheck.trust.root import CertificateAuthority, Log

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HEADER = b"\x00\x00"  # SCT version 1, certificate_timestamp
_PRECERTIFICATE = b"\x00\x01"


def verify_scts(certificate: x509.Certificate, issuer: CertificateAuthority, logs: Mapping[bytes, Log]) -> None:
    """Return if the certificate carries timestamps by trusted logs, each from another one, and all verify.

    Args:
        certificate: the leaf.
        issuer: the authority that issued it; the timestamps cover its key.
        logs: the trusted certificate transparency logs by ID.

    Raises:
        VerificationError: `sct-missing`, `sct-log-unknown`, `sct-log-expired` or `sct-invalid`.
    """
    try:
        extension = certificate.extensions.get_extension_for_class(x509.PrecertificateSignedCertificateTimestamps)
    except x509.ExtensionNotFound as error:
        raise VerificationError(Code.SCT_MISSING, "the certificate carries no signed certificate timestamp") from error
    except FOREIGN_ERRORS as error:
        raise _invalid("cannot be parsed") from error
    seen: set[bytes] = set()
    try:
        for sct in extension.value:
            if sct.log_id in seen:
                raise _invalid("two are from one log")
            seen.add(sct.log_id)
            _verify_sct(sct, certificate, issuer, logs)
    except FOREIGN_ERRORS as error:
        raise _invalid("cannot be parsed") from error
    if not seen:
        raise VerificationError(Code.SCT_MISSING, "the certificate's list of certificate timestamps is empty")


def _verify_sct(
    sct: SignedCertificateTimestamp,
    certificate: x509.Certificate,
    issuer: CertificateAuthority,
    logs: Mapping[bytes, Log],
) -> None:
    log = logs.get(sct.log_id)
    if log is None:
        raise VerificationError(Code.SCT_LOG_UNKNOWN, f"the certificate log {sct.log_id.hex()} is not trusted")
    time = sct.timestamp.replace(tzinfo=UTC)
    if not log.valid.contains(time):
        raise VerificationError(Code.SCT_LOG_EXPIRED, f"the certificate log was not trusted at {time:%Y-%m-%d}")
    if sct.version is not Version.v1 or sct.entry_type is not LogEntryType.PRE_CERTIFICATE:
        raise _invalid("is not of version 1 over a precertificate")
    if (
        not isinstance(sct.signature_hash_algorithm, hashes.SHA256)
        or sct.signature_algorithm is not SignatureAlgorithm.ECDSA
    ):
        raise _invalid("does not use ECDSA with SHA-256")
    tbs = certificate.tbs_precertificate_bytes
    signed = b"".join(
        (
            _HEADER,
            ((time - _EPOCH) // timedelta(milliseconds=1)).to_bytes(8, "big"),
            _PRECERTIFICATE,
            issuer.spki_sha256,
            len(tbs).to_bytes(3, "big"),
            tbs,
            len(sct.extension_bytes).to_bytes(2, "big"),
            sct.extension_bytes,
        )
    )
    try:
        verify_signature(log.public_key, sct.signature, signed)
    except InvalidSignature as error:
        raise _invalid("does not verify") from error


def _invalid(message: str) -> VerificationError:
    return VerificationError(Code.SCT_INVALID, f"signed certificate timestamp: {message}")
