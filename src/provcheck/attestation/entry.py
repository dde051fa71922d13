"""The body of a transparency log entry, and that it is about this very signature (step 7).

A genuine entry for something else would lend its time and its inclusion to a forgery (CVE-2022-36056), so every field
that repeats the bundle must repeat it exactly. Decoded bytes are compared, never text.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec

from provcheck.attestation.artifact import DIGEST_SIZES, Artifact, digest_of
from provcheck.attestation.bundle import Bundle, Envelope, MessageSignature
from provcheck.attestation.keys import PublicKey, hashes_of
from provcheck.codes import Code
from provcheck.errors import MalformedError, UnsupportedError, VerificationError
from provcheck.fields import Fields, decode_base64
from provcheck.jsonio import parse_json

_PEM = re.compile(r"-----BEGIN ([A-Z ]+)-----\n([A-Za-z0-9+/=\n]+)\n-----END \1-----\n?")
_REGISTRY_NAMES: Mapping[str, tuple[str, str]] = {
    "secp256r1": ("SHA2_256", "PKIX_ECDSA_P256_SHA_256"),
    "secp384r1": ("SHA2_384", "PKIX_ECDSA_P384_SHA_384"),
    "secp521r1": ("SHA2_512", "PKIX_ECDSA_P521_SHA_512"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who the log entry must name."""

    key: PublicKey
    der: bytes
    """The certificate, or the key's SubjectPublicKeyInfo."""
    is_certificate: bool


def verify_entry_body(bundle: Bundle, signed: bytes | Artifact, signer: Signer) -> None:
    """Return if the logged entry is for the bundle's content, signature and signer.

    Args:
        bundle: the bundle with the entry.
        signed: what the bundle's signature covers.
        signer: whose key it is.

    Raises:
        UnsupportedError: the body has a field that this version does not know.
        VerificationError: `log-entry-malformed`, or `log-entry-mismatch` if it is for something else.
    """
    entry = bundle.log_entry
    try:
        body = Fields(parse_json(entry.canonicalized_body, what="the log entry"), where="log entry", fail=_malformed)
    except MalformedError as error:
        raise _malformed(str(error)) from error
    if (body.text("kind"), body.text("apiVersion")) != (entry.kind, entry.version):
        raise _mismatch("the log entry is not of the kind that the bundle says")
    spec = body.fields("spec")
    match entry.kind, bundle.content:
        case "intoto", Envelope() as envelope:
            _verify_intoto(spec, envelope, signer)
        case "dsse", Envelope() as envelope:
            _verify_dsse(spec, envelope, signer)
        case "hashedrekord", content if entry.version == "0.0.2":
            _verify_hashedrekord_v2(spec, content.signature, signed, signer)
        case "hashedrekord", MessageSignature() as content:
            _verify_hashedrekord_v1(spec, content.signature, signed, signer)
        case _:
            raise _mismatch("the log entry is not of the kind that the bundle's content needs")
    spec.done(_unknown_field)
    body.done(_unknown_field)


def _verify_intoto(spec: Fields, envelope: Envelope, signer: Signer) -> None:
    """`intoto` 0.0.2: base64 fields are encoded twice; ``content.hash`` is not reproducible for all clients."""
    content = spec.fields("content")
    logged = content.fields("envelope")
    _same(logged.text("payloadType"), envelope.payload_type, "payload type")
    payload = logged.optional_data("payload")
    if payload is not None:
        _same(_decode(payload, "payload"), envelope.payload, "payload")
    signature = _only_signature(logged)
    _same(_decode(signature.data("sig"), "sig"), envelope.signature, "signature")
    _same(signature.optional_text("keyid"), envelope.key_id, "key id")
    _same_signer(signature.data("publicKey"), signer)
    _same_sha256(content.fields("payloadHash"), envelope.payload, "payload hash")
    hash_of_envelope = content.fields("hash")
    _hash_value(hash_of_envelope)
    for fields in (signature, logged, content):
        fields.done(_unknown_field)


def _verify_dsse(spec: Fields, envelope: Envelope, signer: Signer) -> None:
    """`dsse` 0.0.1; ``envelopeHash`` covers the client's own JSON text and cannot be checked."""
    signature = _only_signature(spec)
    _same(signature.data("signature"), envelope.signature, "signature")
    _same_signer(signature.data("verifier"), signer)
    signature.done(_unknown_field)
    _same_sha256(spec.fields("payloadHash"), envelope.payload, "payload hash")
    _hash_value(spec.fields("envelopeHash"))


def _verify_hashedrekord_v1(spec: Fields, signed_with: bytes, signed: bytes | Artifact, signer: Signer) -> None:
    """`hashedrekord` 0.0.1: the digest of the artifact; the key as PEM."""
    data = spec.fields("data")
    logged = data.fields("hash")
    algorithm = logged.text("algorithm")
    if algorithm not in DIGEST_SIZES:
        raise _mismatch(f"the log entry's hash is {algorithm!r}")
    _same(logged.text("value"), digest_of(signed, algorithm).hex(), "artifact")
    signature = spec.fields("signature")
    _same(signature.data("content"), signed_with, "signature")
    key = signature.fields("publicKey")
    _same_signer(key.data("content"), signer)
    for fields in (key, signature, logged, data):
        fields.done(_unknown_field)


def _verify_hashedrekord_v2(spec: Fields, signed_with: bytes, signed: bytes | Artifact, signer: Signer) -> None:
    """`hashedrekord` 0.0.2 of Rekor v2: the digest of the signed bytes, with the algorithms of the key."""
    record = spec.fields("hashedRekordV002")
    if not isinstance(signer.key, ec.EllipticCurvePublicKey):
        raise _mismatch("a pure Ed25519 signature has no digest to log")
    hash_name, key_name = _REGISTRY_NAMES[signer.key.curve.name]
    digest = digest_of(signed, hashes_of(signer.key)[0].name)
    data = record.fields("data")
    _same(data.text("algorithm"), hash_name, "hash algorithm")
    _same(data.data("digest"), digest, "digest")
    signature = record.fields("signature")
    _same(signature.data("content"), signed_with, "signature")
    verifier = signature.fields("verifier")
    _same(verifier.text("keyDetails"), key_name, "key details")
    key = verifier.fields("x509Certificate" if signer.is_certificate else "publicKey")
    _same(key.data("rawBytes"), signer.der, "signer")
    for fields in (key, verifier, signature, data, record):
        fields.done(_unknown_field)


def _only_signature(fields: Fields) -> Fields:
    signatures = fields.objects("signatures")
    if len(signatures) != 1:
        raise _mismatch(f"the log entry has {len(signatures)} signatures instead of one")
    return signatures[0]


def _same_signer(pem: bytes, signer: Signer) -> None:
    match = _PEM.fullmatch(pem.decode("latin-1"))
    if match is None or match[1] != ("CERTIFICATE" if signer.is_certificate else "PUBLIC KEY"):
        raise _mismatch("the log entry's signer is not one PEM block of the right kind")
    try:
        der = decode_base64(match[2].replace("\n", ""))
    except ValueError as error:
        raise _mismatch(f"the log entry's signer is {error}") from error
    _same(der, signer.der, "signer")


def _same_sha256(fields: Fields, data: bytes, what: str) -> None:
    _same(_hash_value(fields), hashlib.sha256(data).hexdigest(), what)


def _hash_value(fields: Fields) -> str:
    _same(fields.text("algorithm"), "sha256", "hash algorithm")
    value = fields.text("value")
    fields.done(_unknown_field)
    return value


def _decode(data: bytes, what: str) -> bytes:
    try:
        return decode_base64(data.decode("latin-1"))
    except ValueError as error:
        raise _mismatch(f"the log entry's {what} is {error}") from error


def _same(logged: object, ours: object, what: str) -> None:
    if logged != ours:
        raise _mismatch(f"the log entry is for another {what}")


def _malformed(message: str) -> VerificationError:
    return VerificationError(Code.LOG_ENTRY_MALFORMED, message)


def _mismatch(message: str) -> VerificationError:
    return VerificationError(Code.LOG_ENTRY_MISMATCH, message)


def _unknown_field(message: str) -> UnsupportedError:
    return UnsupportedError(Code.LOG_ENTRY_UNSUPPORTED, message)
