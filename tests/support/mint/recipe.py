"""Minting one Sigstore bundle, step by step, each step open to an edit.

Whatever an edit changes, everything made after it is made from the changed value: hashed, logged, proved, promised and
stamped for real. So a recipe with one edit gives a bundle in which exactly one thing is wrong.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from support.mint.authority import Authority, leaf_template
from support.mint.certificates import Template, with_extension
from support.mint.crypto import (
    SigningKey,
    b64,
    canonical_json,
    compact_json,
    ecdsa_key,
    key_details,
    key_hash,
    sha256,
    sign,
    spki,
)
from support.mint.ct import CtLog, Sct, sct_list
from support.mint.edits import Edit, Json, same
from support.mint.entries import EntryKind, Signed, Verifier, entry_body
from support.mint.identity import Identity
from support.mint.merkle import include
from support.mint.registry_keys import RegistryKey
from support.mint.rekor import (
    NoteSigner,
    Rekor,
    checkpoint,
    position,
    promise,
    promised,
    signed_note,
)
from support.mint.timestamp import Stamp, timestamp_response

IN_TOTO = "application/vnd.in-toto+json"

BUNDLE_V01 = "application/vnd.dev.sigstore.bundle+json;version=0.1"
BUNDLE_V02 = "application/vnd.dev.sigstore.bundle+json;version=0.2"
BUNDLE_V03 = "application/vnd.dev.sigstore.bundle.v0.3+json"
BUNDLE_V03_OLD_SPELLING = "application/vnd.dev.sigstore.bundle+json;version=0.3"

Signer: TypeAlias = Identity | RegistryKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What goes into one bundle, in the order in which it is made.

    Every ``edit_`` gets what its step made and gives what the next step takes.
    """

    at: datetime
    """When the signer signs; the certificate is issued then, and the rest follows within seconds."""

    # What is signed
    content: Json | bytes
    """A statement, for a DSSE envelope, or an artifact, for a message signature."""
    edit_statement: Edit[Json] = same
    edit_payload: Edit[bytes] = same
    """The serialized statement."""
    payload_type: str = IN_TOTO

    # Who signs
    signer: Signer
    """Somebody for Fulcio to certify, or a key of the registry."""
    edit_identity: Edit[Identity] = same
    leaf_key: SigningKey | None = None
    """The key to be certified; an own one for every message if not given."""
    authority: Authority
    """The Fulcio that issues the certificate."""
    edit_certificate: Edit[Template] = same
    ct_logs: tuple[CtLog, ...]
    edit_sct: Edit[Sct] = same
    """What each certificate transparency log signs."""
    edit_scts: Edit[tuple[bytes, ...]] = same
    """The serialized timestamps that go into the certificate."""
    signing_key: SigningKey | None = None
    """The key that signs, if not the one that is certified or the registry's."""
    edit_signed: Edit[bytes] = same
    """The bytes that are signed: the artifact, or the envelope's pre-authentication encoding."""
    edit_content: Edit[Json] = same
    """The envelope or message signature, before it is logged."""

    # Where it is logged
    log: Rekor
    entry: EntryKind
    edit_entry: Edit[Json] = same
    edit_body: Edit[bytes] = same
    """The serialized entry."""
    logged_at: datetime | None = None
    """When the log takes the entry; a second after signing if not given."""
    promise: bool
    """Whether the log promises inclusion (a signed entry timestamp)."""
    promise_key: SigningKey | None = None
    """The key that signs the promise, if not the log's."""
    edit_promise: Edit[Json] = same
    """What the log promises."""
    proof: bool
    """Whether the log proves inclusion."""
    index: int | None = None
    """The entry's place in the tree; derived from the time if not given."""
    tree_size: int | None = None
    """A few entries more than ``index`` if not given."""
    edit_leaf: Edit[bytes] = same
    """What is in the tree in the entry's place."""
    edit_checkpoint: Edit[str] = same
    """The checkpoint, before it is signed."""
    checkpoint_signers: tuple[NoteSigner, ...] | None = None
    """The log alone if not given."""
    edit_note: Edit[str] = same
    """The signed checkpoint."""

    # Who else saw it
    stamps: tuple[Stamp, ...] = ()

    # How it is presented
    media_type: str
    whole_chain: bool = False
    """Whether the intermediate and the root come along, as in the first bundles."""
    edit_bundle: Edit[Json] = same


def mint(recipe: Recipe) -> Json:
    """Return the bundle that ``recipe`` describes."""
    message, content = _message(recipe)
    key, verifier, material = _signer(recipe, message)
    signature = sign(recipe.signing_key or key, recipe.edit_signed(message))
    content = recipe.edit_content(_with_signature(content, signature, recipe.signer))
    signed = Signed(content=content, message=message, signature=signature, verifier=verifier)
    bundle = {
        "mediaType": recipe.media_type,
        "verificationMaterial": {
            **material,
            "tlogEntries": [_log_entry(recipe, signed)],
            "timestampVerificationData": _timestamps(recipe, signature),
        },
        "dsseEnvelope" if isinstance(recipe.content, dict) else "messageSignature": content,
    }
    return recipe.edit_bundle(bundle)


def issue(recipe: Recipe, identity: Identity, key: SigningKey) -> bytes:
    """Return the DER certificate that the recipe's Fulcio issues, with its timestamps from the transparency logs."""
    issuer = recipe.authority.chain[0]
    template = recipe.edit_certificate(leaf_template(recipe.authority, identity, key, recipe.at))
    scts = tuple(
        recipe.edit_sct(
            Sct(
                log_id=log.log_id,
                timestamp=int(recipe.at.timestamp()) * 1000 + 409,
                issuer_key_hash=sha256(spki(issuer.key)),
                tbs=template.tbs(),
            )
        ).signed_by(log.key)
        for log in recipe.ct_logs
    )
    if scts := recipe.edit_scts(scts):
        template = with_extension(sct_list(scts))(template)
    return template.signed_by(issuer.key)


def pre_authentication_encoding(payload_type: str, payload: bytes) -> bytes:
    """Return what the signature of a DSSE envelope is over."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def _message(recipe: Recipe) -> tuple[bytes, Json]:
    """Return what is to be signed, and the content of the bundle as far as it does not need the signature."""
    if isinstance(recipe.content, bytes):
        digest = {"algorithm": "SHA2_256", "digest": b64(sha256(recipe.content))}
        return recipe.content, {"messageDigest": digest}
    payload = recipe.edit_payload(compact_json(recipe.edit_statement(recipe.content)))
    message = pre_authentication_encoding(recipe.payload_type, payload)
    return message, {"payload": b64(payload), "payloadType": recipe.payload_type}


def _with_signature(content: Json, signature: bytes, signer: Signer) -> Json:
    if "messageDigest" in content:
        return content | {"signature": b64(signature)}
    key_id = signer.key_id if isinstance(signer, RegistryKey) else ""
    return content | {"signatures": [{"sig": b64(signature), "keyid": key_id}]}


def _signer(recipe: Recipe, message: bytes) -> tuple[SigningKey, Verifier, Json]:
    """Return the key that signs, and how the log entry and the bundle name it."""
    key: SigningKey
    if isinstance(recipe.signer, RegistryKey):
        key, der = recipe.signer.key, spki(recipe.signer.key)
        material: Json = {"publicKey": {"hint": recipe.signer.key_id}}
    else:
        key = recipe.leaf_key or ecdsa_key(f"leaf {sha256(message).hex()}")
        der = issue(recipe, recipe.edit_identity(recipe.signer), key)
        material = _certificates(recipe, der)
    is_certificate = isinstance(recipe.signer, Identity)
    verifier = Verifier(der=der, is_certificate=is_certificate, key_details=key_details(key), hash_name=key_hash(key))
    return key, verifier, material


def _certificates(recipe: Recipe, leaf: bytes) -> Json:
    if recipe.media_type in {BUNDLE_V03, BUNDLE_V03_OLD_SPELLING}:
        return {"certificate": {"rawBytes": b64(leaf)}}
    others = recipe.authority.chain if recipe.whole_chain else ()
    chain = (leaf, *(link.certificate for link in others))
    return {"x509CertificateChain": {"certificates": [{"rawBytes": b64(der)} for der in chain]}}


def _timestamps(recipe: Recipe, signature: bytes) -> Json | None:
    if not recipe.stamps and recipe.media_type == BUNDLE_V01:
        return None
    moment = recipe.at + timedelta(seconds=2)
    responses = [timestamp_response(stamp, signature, moment) for stamp in recipe.stamps]
    return {"rfc3161Timestamps": [{"signedTimestamp": b64(response)} for response in responses]}


def _log_entry(recipe: Recipe, signed: Signed) -> Json:
    entry = recipe.edit_entry(entry_body(recipe.entry, signed))
    body = recipe.edit_body(canonical_json(entry))
    logged_at = recipe.logged_at or recipe.at + timedelta(seconds=1)
    index = position(logged_at) if recipe.index is None else recipe.index
    log_index, integrated_time = recipe.log.offset + index, int(logged_at.timestamp())
    result: Json = {
        "logIndex": str(log_index),
        "logId": {"keyId": b64(recipe.log.log_id)},
        "kindVersion": {"kind": entry["kind"], "version": entry["apiVersion"]},
    }
    if recipe.promise:
        content = recipe.edit_promise(promised(body, integrated_time, recipe.log.log_id, log_index))
        signature = promise(content, recipe.promise_key or recipe.log.key)
        result["integratedTime"] = str(integrated_time)
        result["inclusionPromise"] = {"signedEntryTimestamp": b64(signature)}
    if recipe.proof or recipe.media_type == BUNDLE_V01:
        result["inclusionProof"] = _inclusion_proof(recipe, body, index) if recipe.proof else None
    return result | {"canonicalizedBody": b64(body)}


def _inclusion_proof(recipe: Recipe, body: bytes, index: int) -> Json:
    size = index + 1 + index % 10 if recipe.tree_size is None else recipe.tree_size
    inclusion = include(recipe.edit_leaf(body), index, size)
    signers = (recipe.log.note_signer,) if recipe.checkpoint_signers is None else recipe.checkpoint_signers
    text = recipe.edit_checkpoint(checkpoint(recipe.log.origin, size, inclusion.root))
    return {
        "logIndex": str(index),
        "rootHash": b64(inclusion.root),
        "treeSize": str(size),
        "hashes": [b64(node) for node in inclusion.hashes],
        "checkpoint": {"envelope": recipe.edit_note(signed_note(text, signers))},
    }
