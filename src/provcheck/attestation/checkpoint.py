"""A log's signed checkpoint (https://c2sp.org/tlog-checkpoint, https://c2sp.org/signed-note): steps 6.1 to 6.4."""

import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature

from provcheck.attestation.bundle import InclusionProof
from provcheck.attestation.keys import verify_signature
from provcheck.codes import Code
from provcheck.errors import VerificationError
from provcheck.fields import decode_base64
from provcheck.trust.root import Log

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_SIGNATURE_LINE = re.compile(r"\u2014 ([^ +\n]+) ([A-Za-z0-9+/]+={0,2})")
_SHARD = re.compile(r" - [0-9]+")
_HASH_SIZE = 32
_HINT_SIZE = 4
_MIN_LINES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A parsed checkpoint; unverified."""

    signed: bytes
    """The bytes that signatures cover."""
    origin: str
    tree_size: int
    root_hash: bytes
    signatures: tuple[tuple[str, bytes, bytes], ...]
    """Name, key hint and signature of each signature line."""


def parse_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint in a signed note.

    Raises:
        VerificationError: `checkpoint-invalid`.
    """
    body, separator, signature_lines = text.partition("\n\n")
    if not separator or "\n\n" in signature_lines or not signature_lines.endswith("\n"):
        raise _invalid("not a signed note")
    lines = body.split("\n")
    if len(lines) < _MIN_LINES or not all(lines):
        raise _invalid("fewer than three lines, or an empty one")
    origin, size, root_hash = lines[:_MIN_LINES]
    if not _SIZE.fullmatch(size):
        raise _invalid("the tree size is not a number")
    return Checkpoint(
        signed=f"{body}\n".encode(),
        origin=origin,
        tree_size=int(size),
        root_hash=_decode(root_hash, size=_HASH_SIZE),
        signatures=tuple(map(_parse_signature_line, signature_lines[:-1].split("\n"))),
    )


def verify_checkpoint(proof: InclusionProof, log: Log, *, sharded: bool) -> None:
    """Return if the proof's checkpoint is of ``log``, signed by it, and states the proof's root and size.

    Args:
        proof: the inclusion proof with its checkpoint.
        log: the log that took the entry; no other key may sign (6.3).
        sharded: the log is Rekor v1, whose origin names a shard: ``<name> - <number>``.

    Raises:
        VerificationError: `checkpoint-invalid`, `checkpoint-origin-mismatch` if it is of another log,
            `checkpoint-unsigned` if only others signed it, or `checkpoint-tree-mismatch` if the proof contradicts it.
    """
    checkpoint = parse_checkpoint(proof.checkpoint)
    name = next((name for name in log.names if _is_origin(checkpoint.origin, name, sharded=sharded)), None)
    if name is None:
        raise VerificationError(
            Code.CHECKPOINT_ORIGIN_MISMATCH,
            f"checkpoint: its origin {checkpoint.origin!r} is not the log {log.names[0]!r}",
        )
    _verify_signature(checkpoint, log, name)
    if (proof.tree_size, proof.root_hash) != (checkpoint.tree_size, checkpoint.root_hash):
        raise VerificationError(
            Code.CHECKPOINT_TREE_MISMATCH, "inclusion proof: its tree size or root is not the checkpoint's"
        )


def _is_origin(origin: str, name: str, *, sharded: bool) -> bool:
    if not sharded:
        return origin == name
    return origin.startswith(name) and _SHARD.fullmatch(origin[len(name) :]) is not None


def _verify_signature(checkpoint: Checkpoint, log: Log, name: str) -> None:
    """Step 6.3: lines of witnesses are ignored; a line that claims to be the log's must verify."""
    ours = [
        signature
        for signer, hint, signature in checkpoint.signatures
        if signer == name and hint == log.checkpoint_hints[name]
    ]
    if not ours:
        raise VerificationError(Code.CHECKPOINT_UNSIGNED, "checkpoint: the log has not signed it")
    for signature in ours:
        try:
            verify_signature(log.public_key, signature, checkpoint.signed)
        except InvalidSignature as error:
            raise _invalid("the log's signature does not verify") from error


def _parse_signature_line(line: str) -> tuple[str, bytes, bytes]:
    match = _SIGNATURE_LINE.fullmatch(line)
    if match is None:
        raise _invalid("a line after the blank line is not a signature")
    blob = _decode(match[2])
    if len(blob) <= _HINT_SIZE:
        raise _invalid("a signature is empty")
    return match[1], blob[:_HINT_SIZE], blob[_HINT_SIZE:]


def _decode(text: str, *, size: int | None = None) -> bytes:
    try:
        data = decode_base64(text)
    except ValueError as error:
        raise _invalid(str(error)) from error
    if size is not None and len(data) != size:
        raise _invalid(f"the root is not {size} bytes long")
    return data


def _invalid(message: str) -> VerificationError:
    return VerificationError(Code.CHECKPOINT_INVALID, f"checkpoint: {message}")
