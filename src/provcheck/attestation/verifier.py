"""Verifying one bundle: steps 2 to 8, in their order. Nothing from the payload is trusted before the last."""

import warnings
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.utils import CryptographyDeprecationWarning

from provcheck.attestation.artifact import Artifact
from provcheck.attestation.bundle import Bundle, CertificateMaterial, Content, Envelope, KeyHint
from provcheck.attestation.certificate import certificate_facts, find_issuer, load_certificate
from provcheck.attestation.dsse import pre_authentication_encoding
from provcheck.attestation.entry import Signer, verify_entry_body
from provcheck.attestation.foreign import FOREIGN_ERRORS
from provcheck.attestation.keys import PublicKey, supported_key, verify_signature
from provcheck.attestation.sct import verify_scts
from provcheck.attestation.timestamp import TimestampVerifier
from provcheck.attestation.tlog import (
    check_log_key_time,
    is_rekor_v2,
    select_log,
    verify_inclusion_proof,
    verify_signed_entry_timestamp,
)
from provcheck.codes import Code
from provcheck.errors import UnsupportedError, VerificationError
from provcheck.model import CertificateFacts, LogEntryFacts, Signature
from provcheck.trust.npm_keys import KeyUsage, NpmKey, NpmKeys
from provcheck.trust.root import TrustedRoot


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenKey:
    """A key that the user trusts, without a name or an end."""

    public_key: PublicKey
    spki: bytes
    """DER SubjectPublicKeyInfo."""


class Verifier:
    """Verifies bundles with one set of trust material, prepared once."""

    def __init__(self, root: TrustedRoot, keys: NpmKeys | GivenKey) -> None:
        """Prepare.

        Args:
            root: Sigstore's trusted root.
            keys: whose keys may sign bundles without a certificate; a given key must sign every bundle.
        """
        self._root = root
        self._keys = keys
        self._timestamps = TimestampVerifier(root.timestamp_authorities)

    def verify(self, bundle: Bundle, artifact: Artifact | None = None) -> Signature:
        """Return who signed what the bundle signs, and when, with everything that vouches for it verified.

        Who may sign *this* is not decided here: any Fulcio identity and any of the keys passes.

        Args:
            bundle: the bundle.
            artifact: what a message signature must be of; what an envelope's statement says is left to the caller.

        Raises:
            UnsupportedError: the bundle is of a kind that this version cannot judge, or a message signature where no
                artifact is given.
            VerificationError: it does not hold; the code says which step failed.
        """
        try:
            with warnings.catch_warnings():
                # Hostile certificates make cryptography warn developers; a user must not see that.
                warnings.simplefilter("ignore", CryptographyDeprecationWarning)
                return self._verify(bundle, _signed_content(bundle.content, artifact))
        except FOREIGN_ERRORS as error:  # a library met bytes that it does not foresee: a refusal, never a pass
            raise VerificationError(Code.BUNDLE_MALFORMED, f"the bundle cannot be read: {error}") from error

    def _verify(self, bundle: Bundle, signed: bytes | Artifact) -> Signature:
        entry, content = bundle.log_entry, bundle.content
        log = select_log(bundle, self._root)  # 2

        promised = verify_signed_entry_timestamp(entry, log)  # 3
        stamped = self._timestamps.verify(bundle.timestamps, content.signature)
        times = (*((promised,) if promised else ()), *stamped)
        if not times and not isinstance(self._keys, GivenKey):  # a given key has no end that a time could exceed
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
        verify_entry_body(bundle, signed, signer)  # 7
        try:  # 8
            verify_signature(signer.key, content.signature, signed)
        except InvalidSignature as error:
            raise _invalid_signature(content) from error

        return Signature(
            media_type=bundle.media_type,
            payload_type=content.payload_type if isinstance(content, Envelope) else None,
            payload=content.payload if isinstance(content, Envelope) else b"",
            certificate=certificate,
            key_id=None if key is None else key.key_id,
            key_registry=None if key is None else key.registry,
            log_entry=LogEntryFacts(
                index=entry.log_index if promised or is_rekor_v2(entry) else None,  # 3.1, 6.6
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
        if isinstance(self._keys, GivenKey):
            raise VerificationError(Code.SIGNER_KIND_MISMATCH, "a certificate signed, not the given key")
        certificate = load_certificate(der)
        issuer = find_issuer(certificate, self._root.certificate_authorities, times)
        verify_scts(certificate, issuer, self._root.certificate_logs)
        key = supported_key(certificate.public_key())
        return Signer(key=key, der=der, is_certificate=True), certificate_facts(certificate)

    def _find_key(self, hint: str, times: tuple[datetime, ...]) -> tuple[Signer, NpmKey | None]:
        """Steps 4.5 to 4.7: exactly the key that the bundle names, made for attestations, valid at every time."""
        if isinstance(self._keys, GivenKey):
            return Signer(key=self._keys.public_key, der=self._keys.spki, is_certificate=False), None
        key = self._keys.find(KeyUsage.ATTESTATIONS, hint)
        if key is None:
            raise VerificationError(Code.KEY_UNKNOWN, f"the registry key {hint[:100]!r} is not among the keys in use")
        if not all(key.valid.contains(time) for time in times):
            raise VerificationError(Code.KEY_EXPIRED, f"the registry key {hint!r} was not valid at that time")
        return Signer(key=key.public_key, der=key.spki, is_certificate=False), key


def _signed_content(content: Content, artifact: Artifact | None) -> bytes | Artifact:
    """Return what the signature must cover."""
    if isinstance(content, Envelope):
        return pre_authentication_encoding(content.payload_type, content.payload)
    if artifact is None:
        raise UnsupportedError(Code.BUNDLE_CONTENT_UNSUPPORTED, "the bundle signs an artifact, not a statement")
    known = artifact.digests.get(content.digest_algorithm or "")
    if known is not None and known != content.digest:
        raise VerificationError(Code.ARTIFACT_MISMATCH, "the bundle is about another artifact")
    return artifact


def _invalid_signature(content: Content) -> VerificationError:
    if isinstance(content, Envelope):
        return VerificationError(Code.DSSE_SIGNATURE_INVALID, "the envelope's signature does not verify")
    return VerificationError(Code.MESSAGE_SIGNATURE_INVALID, "the signature of the artifact does not verify")


def _check_unsigned_time(integrated_time: int, certificate: CertificateFacts) -> None:
    """Step 3.2: a time without a promise proves nothing, but must not contradict the certificate."""
    if not certificate.not_before.timestamp() <= integrated_time <= certificate.not_after.timestamp():
        raise VerificationError(Code.CERTIFICATE_EXPIRED, "the log entry's time is outside the certificate's validity")
