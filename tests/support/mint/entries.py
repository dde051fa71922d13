"""Bodies of transparency log entries, with their members in canonical order."""

import base64
import hashlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from support.mint.crypto import b64, canonical_json, compact_json, sha256
from support.mint.edits import Json


class EntryKind(StrEnum):
    """The kinds of entries that npm's attestations and Sigstore's message signatures have."""

    INTOTO = "intoto 0.0.2"
    DSSE = "dsse 0.0.1"
    HASHEDREKORD = "hashedrekord 0.0.1"
    HASHEDREKORD_V2 = "hashedrekord 0.0.2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """What a log entry says the signature verifies with."""

    der: bytes
    """A certificate, or a SubjectPublicKeyInfo."""
    is_certificate: bool
    key_details: str
    hash_name: str

    @property
    def pem(self) -> bytes:
        """A wrapped certificate with a final newline; a key on one line and without, as npm's registry writes it."""
        if self.is_certificate:
            return ssl.DER_cert_to_PEM_cert(self.der).encode()
        return f"-----BEGIN PUBLIC KEY-----\n{b64(self.der)}\n-----END PUBLIC KEY-----".encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What a signer hands to the log: a signature and what it is over."""

    content: Json
    """The envelope or message signature, as the bundle has it."""
    message: bytes
    """The bytes that were signed: an artifact, or the envelope's pre-authentication encoding."""
    signature: bytes
    verifier: Verifier


def entry_body(kind: EntryKind, signed: Signed) -> Json:
    """Return the entry that a log of the kind makes of the signature."""
    name, version = kind.split()
    return {"apiVersion": version, "kind": name, "spec": _SPECS[kind](signed)}


def _intoto(signed: Signed) -> Json:
    envelope, pem = signed.content, signed.verifier.pem.rstrip(b"\n")
    signatures = [_named(s) | {"publicKey": pem.decode(), "sig": s["sig"]} for s in envelope["signatures"]]
    hashed = {"payload": envelope["payload"], "payloadType": envelope["payloadType"], "signatures": signatures}
    logged = [s | {"publicKey": b64(pem), "sig": b64(s["sig"].encode())} for s in signatures]
    return {
        "content": {
            "envelope": {"payloadType": envelope["payloadType"], "signatures": logged},
            "hash": _hash(canonical_json(hashed)),
            "payloadHash": _hash(base64.b64decode(envelope["payload"])),
        }
    }


def _dsse(signed: Signed) -> Json:
    envelope, pem = signed.content, signed.verifier.pem
    submitted = [{"sig": s["sig"]} | _named(s) for s in envelope["signatures"]]
    return {
        "envelopeHash": _hash(compact_json(envelope | {"signatures": submitted})),
        "payloadHash": _hash(base64.b64decode(envelope["payload"])),
        "signatures": [{"signature": s["sig"], "verifier": b64(pem)} for s in envelope["signatures"]],
    }


def _hashedrekord(signed: Signed) -> Json:
    return {
        "data": {"hash": _hash(signed.message)},
        "signature": {"content": b64(signed.signature), "publicKey": {"content": b64(signed.verifier.pem)}},
    }


def _hashedrekord_v2(signed: Signed) -> Json:
    verifier, hash_name = signed.verifier, signed.verifier.hash_name
    member = "x509Certificate" if verifier.is_certificate else "publicKey"
    return {
        "hashedRekordV002": {
            "data": {
                "algorithm": f"SHA2_{hash_name.removeprefix('sha')}",
                "digest": b64(hashlib.new(hash_name, signed.message).digest()),
            },
            "signature": {
                "content": b64(signed.signature),
                "verifier": {"keyDetails": verifier.key_details, member: {"rawBytes": b64(verifier.der)}},
            },
        }
    }


_SPECS: dict[EntryKind, Callable[[Signed], Json]] = {
    EntryKind.INTOTO: _intoto,
    EntryKind.DSSE: _dsse,
    EntryKind.HASHEDREKORD: _hashedrekord,
    EntryKind.HASHEDREKORD_V2: _hashedrekord_v2,
}


def _named(signature: Json) -> Json:
    """Return the key id if there is one; clients and logs drop an empty one."""
    return {"keyid": signature["keyid"]} if signature.get("keyid") else {}


def _hash(data: bytes) -> Json:
    return {"algorithm": "sha256", "value": sha256(data).hex()}
