"""Transparency logs, Rekor v1 and v2: their checkpoints and inclusion promises."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from support.mint.crypto import SigningKey, b64, canonical_json, ed25519_key, sha256, sign, spki
from support.mint.edits import Json
from support.mint.trust import ORGANIZATION, Window, trusted_log

_FIRST_ENTRY = datetime(2021, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSigner:
    """A key that signs checkpoints (https://c2sp.org/signed-note)."""

    name: str
    hint: bytes
    """Four bytes by which verifiers find the key."""
    key: SigningKey

    def line(self, body: str) -> str:
        """Return the signature line for the body of a note."""
        return f"\u2014 {self.name} {b64(self.hint + sign(self.key, body.encode()))}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rekor:
    """A transparency log: v1 with an ECDSA key, or v2 (made of tiles) with an Ed25519 key."""

    host: str
    key: SigningKey
    valid: Window
    origin: str
    """The first line of its checkpoints: v1 names the shard beside the host."""
    offset: int
    """The global index of the first entry of the open shard; 0 for v2, which has no shards."""

    @property
    def log_id(self) -> bytes:
        """For v1 SHA-256 of the public key, for v2 the key ID of a note signer in full length."""
        return _note_key_id(self.host, self.key)

    @property
    def note_signer(self) -> NoteSigner:
        """The log as a signer of its own checkpoints."""
        return NoteSigner(name=self.host, hint=self.log_id[:4], key=self.key)

    def trusted(self) -> Json:
        """Return its entry in a trusted root."""
        return trusted_log(f"https://{self.host}", self.key, self.valid, self.log_id)


def witness(name: str = f"witness.{ORGANIZATION}") -> NoteSigner:
    """Return a cosigner of checkpoints."""
    key = ed25519_key(name)
    return NoteSigner(name=name, hint=_note_key_id(name, key)[:4], key=key)


def position(at: datetime) -> int:
    """Return the index, within the open shard, of an entry made at ``at``: logs here take one entry a second."""
    return int((at - _FIRST_ENTRY).total_seconds())


def checkpoint(origin: str, size: int, root: bytes) -> str:
    """Return the body of a checkpoint (https://c2sp.org/tlog-checkpoint)."""
    return f"{origin}\n{size}\n{b64(root)}\n"


def signed_note(body: str, signers: Iterable[NoteSigner]) -> str:
    """Return the note with the signatures of all signers."""
    return body + "\n" + "".join(signer.line(body) for signer in signers)


def promised(body: bytes, integrated_time: int, log_id: bytes, index: int) -> Json:
    """Return what an inclusion promise (signed entry timestamp) is about; ``index`` is the global one."""
    return {"body": b64(body), "integratedTime": integrated_time, "logID": log_id.hex(), "logIndex": index}


def promise(content: Json, key: SigningKey) -> bytes:
    """Return the inclusion promise: a signature over the canonical form of ``content``."""
    return sign(key, canonical_json(content))


def _note_key_id(name: str, key: SigningKey) -> bytes:
    """Return the key ID of a note signer, before it is cut to the hint; ECDSA keys have one that predates the rule."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return sha256(name.encode() + b"\n\x01" + raw)
    return sha256(spki(key))
