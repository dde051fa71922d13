"""Verifying one bundle: steps 2 to 8, in their order. Nothing from the payload is trusted before the last."""

from datetime import datetime

from cryptography.exceptions import InvalidSignature

from provcheck.attestation.bundle import Bundle, CertificateMaterial, KeyHint
from provcheck.attestation.certificate import certificate_facts, find_issuer, load_certificate
from provcheck.attestation.dsse import pre_authentication_encoding
from provcheck.attestation.entry import Signer, verify_entry_body
from provcheck.attestation.foreign import FOREIGN_ERRORS
from provcheck.attestation.keys import supported_key, verify_signature
from provcheck.attestation.sct import verify_scts
from provcheck.attestation.timestamp import TimestampVerifier
from provcheck.attestation.tlog import (
    check_log_key_time,
    select_log,
    verify_inclusion_proof,
    verify_signed_entry_timestamp,
)
from provcheck.codes import Code
from provcheck.errors import VerificationError
from provcheck.model import CertificateFacts, LogEntryFacts, Signature
from provcheck.trust.npm_keys import KeyUsage, NpmKey, NpmKeys
from provcheck.trust.root import TrustedRoot


class Verifier:
    """Verifies bundles with one set of trust material, prepared once."""

    def __init__(self, root: TrustedRoot, keys: NpmKeys) -> None:
        self._root = root
        self._keys = keys
        self._timestamps = TimestampVerifier(root.timestamp_authorities)

    def verify(self, bundle: Bundle) -> Signature:
        """Return who signed the bundle's payload, and when, with everything that vouches for it verified.

        Who may sign *this* payload is not decided here: any Fulcio identity and any npm attestation key passes.

        Raises:
            UnsupportedError: the bundle is of a kind that this version cannot judge.
            VerificationError: it does not hold; the code says which step failed.
        """
        try:
            return self._verify(bundle)
        except FOREIGN_ERRORS as error:  # a library met bytes that it does not foresee: a refusal, never a pass
            raise VerificationError(Code.BUNDLE_MALFORMED, f"the bundle cannot be read: {error}") from error

    def _verify(self, bundle: Bundle) -> Signature:
        entry, envelope = bundle.log_entry, bundle.envelope
        log = select_log(bundle, self._root)  # 2

        promised = verify_signed_entry_timestamp(entry, log)  # 3
        stamped = self._timestamps.verify(bundle.timestamps, envelope.signature)
        times = (*((promised,) if promised else ()), *stamped)
        if not times:
            raise VerificationError(Code.TIME_MISSING, "neither the log nor a timestamp authority vouches for a time")
        for time in stamped:
            check_log_key_time(log, time)

        certificate: CertificateFacts | None = None
        key: NpmKey | None = None
        match bundle.key_material:  # 4 and 5
            case CertificateMaterial(der=der):
                signer, certificate = self._verify_certificate(der, times)
            case KeyHint(hint=hint):
                signer, key = self._find_key(hint, times)
        if certificate is not None and promised is None and entry.integrated_time:
            _check_unsigned_time(entry.integrated_time, certificate)

        proven = verify_inclusion_proof(entry, log)  # 6
        verify_entry_body(bundle, signer)  # 7
        try:  # 8
            signed = pre_authentication_encoding(envelope.payload_type, envelope.payload)
            verify_signature(signer.key, envelope.signature, signed)
        except InvalidSignature as error:
            raise VerificationError(Code.DSSE_SIGNATURE_INVALID, "the envelope's signature does not verify") from error

        return Signature(
            media_type=bundle.media_type,
            payload_type=envelope.payload_type,
            payload=envelope.payload,
            certificate=certificate,
            key_id=None if key is None else key.key_id,
            key_registry=None if key is None else key.registry,
            log_entry=LogEntryFacts(
                index=entry.log_index,
                origin=log.names[0],
                key_id=log.log_id.hex(),
                kind=entry.kind,
                version=entry.version,
                time=promised,
                inclusion_proof=proven,
            ),
            timestamps=times,
        )

    def _verify_certificate(self, der: bytes, times: tuple[datetime, ...]) -> tuple[Signer, CertificateFacts]:
        certificate = load_certificate(der)
        issuer = find_issuer(certificate, self._root.certificate_authorities, times)
        verify_scts(certificate, issuer, self._root.certificate_logs)
        key = supported_key(certificate.public_key())
        return Signer(key=key, der=der, is_certificate=True), certificate_facts(certificate)

    def _find_key(self, hint: str, times: tuple[datetime, ...]) -> tuple[Signer, NpmKey]:
        """Steps 4.5 to 4.7: exactly the key that the bundle names, made for attestations, valid at every time."""
        key = self._keys.find(KeyUsage.ATTESTATIONS, hint)
        if key is None:
            raise VerificationError(Code.KEY_UNKNOWN, f"the registry key {hint[:100]!r} is not among the keys in use")
        if not all(key.valid.contains(time) for time in times):
            raise VerificationError(Code.KEY_EXPIRED, f"the registry key {hint!r} was not valid at that time")
        return Signer(key=key.public_key, der=key.spki, is_certificate=False), key


def _check_unsigned_time(integrated_time: int, certificate: CertificateFacts) -> None:
    """Step 3.2: a time without a promise proves nothing, but must not contradict the certificate."""
    if not certificate.not_before.timestamp() <= integrated_time <= certificate.not_after.timestamp():
        raise VerificationError(Code.CERTIFICATE_EXPIRED, "the log entry's time is outside the certificate's validity")
