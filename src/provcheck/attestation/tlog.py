"""What the transparency log vouches for: its key, its signed entry timestamp, its proof (steps 2, 3.1, 3.2 and 6)."""

import base64
import json
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519

from provcheck.attestation.bundle import Bundle, BundleVersion, Envelope, LogEntry
from provcheck.attestation.checkpoint import verify_checkpoint
from provcheck.attestation.keys import verify_signature
from provcheck.attestation.merkle import verify_inclusion
from provcheck.codes import Code
from provcheck.errors import UnsupportedError, VerificationError
from provcheck.trust.root import Log, TrustedRoot

_REKOR_V1_KINDS = frozenset({("intoto", "0.0.2"), ("dsse", "0.0.1")})
_REKOR_V1_ARTIFACT_KINDS = frozenset({("hashedrekord", "0.0.1")})
_REKOR_V2_KINDS = frozenset({("hashedrekord", "0.0.2")})
_MAX_TIME = 253402300799  # 9999-12-31T23:59:59Z


def is_rekor_v2(entry: LogEntry) -> bool:
    """Tell whether the entry is of a kind that only Rekor v2 logs take."""
    return (entry.kind, entry.version) in _REKOR_V2_KINDS


def select_log(bundle: Bundle, root: TrustedRoot) -> Log:
    """Return the trusted log that the bundle's entry names (1.7, 2.3).

    Raises:
        UnsupportedError: an entry of a kind that this version cannot judge.
        VerificationError: an untrusted log, or a log that cannot have such an entry.
    """
    entry = bundle.log_entry
    rekor_v1_kinds = _REKOR_V1_KINDS if isinstance(bundle.content, Envelope) else _REKOR_V1_ARTIFACT_KINDS
    if not is_rekor_v2(entry) and (entry.kind, entry.version) not in rekor_v1_kinds:
        raise UnsupportedError(Code.LOG_ENTRY_UNSUPPORTED, f"log entry of kind {entry.kind!r} {entry.version!r}")
    log = root.transparency_logs.get(entry.log_id)
    if log is None:
        raise VerificationError(Code.LOG_UNKNOWN, f"the log {entry.log_id.hex()[:128]} is not in the trust root")
    if is_rekor_v2(entry) != isinstance(log.public_key, ed25519.Ed25519PublicKey):
        raise VerificationError(Code.LOG_ENTRY_MISPLACED, f"the log {log.names[0]} takes no entries of this kind")
    if is_rekor_v2(entry):
        if bundle.version is not BundleVersion.V0_3 or entry.signed_entry_timestamp is not None:
            raise VerificationError(Code.BUNDLE_MALFORMED, "a Rekor v2 entry needs bundle 0.3 and has no promise")
        proof = entry.inclusion_proof
        if proof is None or proof.log_index != entry.log_index:  # 6.6: nothing else authenticates it
            raise VerificationError(Code.INCLUSION_PROOF_INVALID, "inclusion proof: it is for another index")
    return log


def verify_signed_entry_timestamp(entry: LogEntry, log: Log) -> datetime | None:
    """Return the time at which the log promised to include the entry; ``None`` if it made no promise (3.1).

    Raises:
        VerificationError: `set-invalid`, or `log-key-expired` if the log's key was not in use at that time.
    """
    if entry.signed_entry_timestamp is None:
        return None
    if not 0 < entry.integrated_time <= _MAX_TIME:
        raise VerificationError(Code.SET_INVALID, "the log's promise has no time")
    signed = json.dumps(
        {
            "body": base64.b64encode(entry.canonicalized_body).decode("ascii"),
            "integratedTime": entry.integrated_time,
            "logID": entry.log_id.hex(),
            "logIndex": entry.log_index,
        },
        separators=(",", ":"),
    )
    try:
        verify_signature(log.public_key, entry.signed_entry_timestamp, signed.encode("ascii"))
    except InvalidSignature as error:
        raise VerificationError(Code.SET_INVALID, "the log's promise does not verify") from error
    time = datetime.fromtimestamp(entry.integrated_time, UTC)
    check_log_key_time(log, time)
    return time


def check_log_key_time(log: Log, time: datetime) -> None:
    """Return if the log's key was in use at ``time`` (2.4).

    Raises:
        VerificationError: `log-key-expired`.
    """
    if not log.valid.contains(time):
        raise VerificationError(Code.LOG_KEY_EXPIRED, f"the key of {log.names[0]} was not in use at {time:%Y-%m-%d}")


def verify_inclusion_proof(entry: LogEntry, log: Log) -> bool:
    """Return whether an inclusion proof is present, after verifying it to the log's signed checkpoint (6).

    Raises:
        VerificationError: `inclusion-proof-invalid`, or one of the codes of `verify_checkpoint`.
    """
    if entry.inclusion_proof is None:
        return False
    verify_checkpoint(entry.inclusion_proof, log, sharded=not is_rekor_v2(entry))
    verify_inclusion(entry.inclusion_proof, entry.canonicalized_body)
    return True
