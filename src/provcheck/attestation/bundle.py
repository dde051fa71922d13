"""The Sigstore bundle (protobuf-specs ``Bundle``), parsed strictly: steps 0 and 1.

What is parsed here are claims; nothing is verified yet. Fields that this version does not know make a bundle
``unsupported``, fields that break the specification make it ``invalid``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from provcheck.codes import Code
from provcheck.errors import UnsupportedError, VerificationError
from provcheck.fields import Fields
from provcheck.jsonio import JsonValue

MAX_CERTIFICATES = 10
MAX_TIMESTAMPS = 32
MAX_PROOF_HASHES = 64  # a tree of 2^63 leaves


_HASH_NAMES: Mapping[str, str] = {"SHA2_256": "sha256", "SHA2_384": "sha384", "SHA2_512": "sha512"}


class BundleVersion(IntEnum):
    """The minor version of bundle format 0.x."""

    V0_1 = 1
    V0_2 = 2
    V0_3 = 3


MEDIA_TYPES: Mapping[str, BundleVersion] = {
    "application/vnd.dev.sigstore.bundle+json;version=0.1": BundleVersion.V0_1,
    "application/vnd.dev.sigstore.bundle+json;version=0.2": BundleVersion.V0_2,
    "application/vnd.dev.sigstore.bundle+json;version=0.3": BundleVersion.V0_3,
    "application/vnd.dev.sigstore.bundle.v0.3+json": BundleVersion.V0_3,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateMaterial:
    """The signer's certificate. Others that the bundle may carry are untrusted and ignored (1.3)."""

    der: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyHint:
    """The name of a key that both sides know."""

    hint: str


KeyMaterial: TypeAlias = CertificateMaterial | KeyHint


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionProof:
    """A Merkle audit path to a checkpoint's root (RFC 6962 section 2.1.1)."""

    log_index: int
    """The leaf's index in the tree that the checkpoint is of."""
    tree_size: int
    root_hash: bytes
    hashes: tuple[bytes, ...]
    checkpoint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """A transparency log entry and what the log says about it."""

    log_index: int
    """The global index, over all shards of the log."""
    log_id: bytes
    kind: str
    version: str
    integrated_time: int
    """Seconds since 1970; 0 if not given."""
    signed_entry_timestamp: bytes | None
    inclusion_proof: InclusionProof | None
    canonicalized_body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A DSSE envelope with its one signature (https://github.com/secure-systems-lab/dsse)."""

    payload: bytes
    payload_type: str
    signature: bytes
    key_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSignature:
    """A plain signature of an artifact, which the bundle does not contain."""

    digest_algorithm: str | None
    """For example ``sha256``; a hint, like the digest."""
    digest: bytes | None
    signature: bytes


Content: TypeAlias = Envelope | MessageSignature


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A well-formed bundle of a known version."""

    media_type: str
    version: BundleVersion
    key_material: KeyMaterial
    log_entry: LogEntry
    timestamps: tuple[bytes, ...]
    """RFC 3161 responses, DER."""
    content: Content


def _malformed(message: str) -> VerificationError:
    return VerificationError(Code.BUNDLE_MALFORMED, message)


def _unknown_field(message: str) -> UnsupportedError:
    return UnsupportedError(Code.BUNDLE_FIELD_UNSUPPORTED, message)


def parse_bundle(value: JsonValue) -> Bundle:
    """Return the bundle in ``value``, decoded JSON.

    Raises:
        UnsupportedError: a version, a field or contents that this version does not know.
        VerificationError: it breaks its specification.
    """
    fields = Fields(value, where="bundle", fail=_malformed)
    media_type = fields.text("mediaType")
    version = MEDIA_TYPES.get(media_type)
    if version is None:
        raise UnsupportedError(Code.BUNDLE_VERSION_UNSUPPORTED, f"the bundle's media type is {media_type!r}")
    if "messageSignature" in fields and "dsseEnvelope" in fields:
        raise _malformed("the bundle has both a DSSE envelope and a message signature")
    material = fields.fields("verificationMaterial")
    bundle = Bundle(
        media_type=media_type,
        version=version,
        key_material=_parse_key_material(material, version),
        log_entry=_parse_only_log_entry(material, version),
        timestamps=_parse_timestamps(material),
        content=_parse_content(fields),
    )
    material.done(_unknown_field)
    fields.done(_unknown_field)
    _check_key_id(bundle)
    return bundle


def _parse_key_material(material: Fields, version: BundleVersion) -> KeyMaterial:
    """Step 1.2: exactly one kind of key material, of a kind that this bundle version has."""
    names = [name for name in ("publicKey", "x509CertificateChain", "certificate") if name in material]
    if len(names) != 1:
        raise _malformed(f"the bundle has {len(names)} kinds of key material instead of one")
    fields = material.fields(names[0])
    if names[0] == "publicKey":
        hint = fields.text("hint")
        fields.done(_unknown_field)
        return KeyHint(hint=hint)
    if (names[0] == "certificate") != (version is BundleVersion.V0_3):
        raise _malformed(f"a bundle of version 0.{version} cannot have {fields.path('')[:-1]}")
    if names[0] == "certificate":
        leaf = fields
    else:
        certificates = fields.objects("certificates", at_most=MAX_CERTIFICATES)
        if not certificates:
            raise _malformed(f"{fields.path('certificates')} is empty")
        fields.done(_unknown_field)
        leaf, *others = certificates
        for other in others:
            other.data("rawBytes")
            other.done(_unknown_field)
    der = leaf.data("rawBytes")
    leaf.done(_unknown_field)
    return CertificateMaterial(der=der)


def _parse_only_log_entry(material: Fields, version: BundleVersion) -> LogEntry:
    entries = material.objects("tlogEntries", at_most=MAX_TIMESTAMPS)
    if not entries:
        raise _malformed("the bundle has no transparency log entry")
    if len(entries) > 1:  # 1.4: an entry that is not looked at vouches for nothing
        raise UnsupportedError(Code.BUNDLE_CONTENT_UNSUPPORTED, "the bundle has several transparency log entries")
    entry = _parse_log_entry(entries[0])
    if version is BundleVersion.V0_1:
        if entry.signed_entry_timestamp is None:
            raise VerificationError(Code.INCLUSION_PROMISE_MISSING, "a bundle of version 0.1 needs the log's promise")
    elif entry.inclusion_proof is None:
        raise VerificationError(
            Code.INCLUSION_PROOF_MISSING, f"a bundle of version 0.{version} needs an inclusion proof"
        )
    return entry


def _parse_log_entry(fields: Fields) -> LogEntry:
    kind_version = fields.fields("kindVersion")
    log_id = fields.fields("logId")
    promise = fields.optional_fields("inclusionPromise")
    proof = fields.optional_fields("inclusionProof")
    entry = LogEntry(
        log_index=fields.int64("logIndex"),
        log_id=log_id.data("keyId"),
        kind=kind_version.text("kind"),
        version=kind_version.text("version"),
        integrated_time=fields.int64("integratedTime"),
        signed_entry_timestamp=None if promise is None else promise.data("signedEntryTimestamp"),
        inclusion_proof=None if proof is None else _parse_inclusion_proof(proof),
        canonicalized_body=fields.data("canonicalizedBody"),
    )
    for part in (kind_version, log_id, promise, fields):
        if part is not None:
            part.done(_unknown_field)
    return entry


def _parse_inclusion_proof(fields: Fields) -> InclusionProof:
    checkpoint = fields.optional_fields("checkpoint")
    if checkpoint is None:
        raise VerificationError(Code.CHECKPOINT_MISSING, "the inclusion proof has no checkpoint")
    hashes = fields.texts("hashes", at_most=MAX_PROOF_HASHES)
    proof = InclusionProof(
        log_index=fields.int64("logIndex"),
        tree_size=fields.int64("treeSize"),
        root_hash=fields.data("rootHash"),
        hashes=tuple(fields.decode(f"hashes[{index}]", text) for index, text in enumerate(hashes)),
        checkpoint=checkpoint.text("envelope"),
    )
    checkpoint.done(_unknown_field)
    fields.done(_unknown_field)
    return proof


def _parse_timestamps(material: Fields) -> tuple[bytes, ...]:
    data = material.optional_fields("timestampVerificationData")
    if data is None:
        return ()
    items = data.objects("rfc3161Timestamps", at_most=MAX_TIMESTAMPS)
    timestamps = tuple(item.data("signedTimestamp") for item in items)
    for fields in (*items, data):
        fields.done(_unknown_field)
    return timestamps


def _parse_envelope(fields: Fields) -> Envelope:
    signatures = fields.objects("signatures", at_most=MAX_TIMESTAMPS)
    if len(signatures) != 1:  # 1.5: verifying one signature and reporting another
        raise VerificationError(Code.SIGNATURE_COUNT, f"the envelope has {len(signatures)} signatures instead of one")
    signature = signatures[0]
    envelope = Envelope(
        payload=fields.data("payload"),
        payload_type=fields.text("payloadType"),
        signature=signature.data("sig"),
        key_id=signature.optional_text("keyid"),
    )
    signature.done(_unknown_field)
    fields.done(_unknown_field)
    return envelope


def _parse_content(fields: Fields) -> Content:
    if "messageSignature" in fields:
        return _parse_message_signature(fields.fields("messageSignature"))
    return _parse_envelope(fields.fields("dsseEnvelope"))


def _parse_message_signature(fields: Fields) -> MessageSignature:
    digest = fields.optional_fields("messageDigest")
    algorithm = None if digest is None else digest.text("algorithm")
    if algorithm is not None and algorithm not in _HASH_NAMES:
        raise UnsupportedError(Code.BUNDLE_CONTENT_UNSUPPORTED, f"the artifact's digest is {algorithm!r}")
    content = MessageSignature(
        digest_algorithm=None if algorithm is None else _HASH_NAMES[algorithm],
        digest=None if digest is None else digest.data("digest"),
        signature=fields.data("signature"),
    )
    for part in (digest, fields):
        if part is not None:
            part.done(_unknown_field)
    return content


def _check_key_id(bundle: Bundle) -> None:
    """Step 1.6: the envelope and the bundle name the same key, or none where a certificate signs."""
    if isinstance(bundle.content, MessageSignature):
        return
    expected = bundle.key_material.hint if isinstance(bundle.key_material, KeyHint) else None
    if bundle.content.key_id != expected:
        raise VerificationError(
            Code.KEY_ID_MISMATCH, f"the signature's key id is {bundle.content.key_id!r}, the bundle's {expected!r}"
        )
