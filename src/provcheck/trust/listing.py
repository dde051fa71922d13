"""What trust material consists of, for people who want to compare it with another copy."""

import hashlib
from collections.abc import Iterator

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from provcheck.model import TrustEntry
from provcheck.trust.npm_keys import NpmKeys
from provcheck.trust.root import Log, TrustedRoot
from provcheck.trust.validity import Validity


def list_trust(root: TrustedRoot, keys: NpmKeys) -> tuple[TrustEntry, ...]:
    """Return every authority, log and key that verification may rely on, with its fingerprint and validity."""
    return (*_list_root(root), *_list_keys(keys))


def _list_root(root: TrustedRoot) -> Iterator[TrustEntry]:
    for authority in root.certificate_authorities:
        yield _of_certificate("certificate authority", authority.certificate, authority.valid)
    for log in root.certificate_logs.values():
        yield _of_log("certificate log", log)
    for log in root.transparency_logs.values():
        yield _of_log("transparency log", log)
    for tsa in root.timestamp_authorities:
        yield _of_certificate("timestamp authority", tsa.certificates[0], tsa.valid)


def _list_keys(keys: NpmKeys) -> Iterator[TrustEntry]:
    for key in keys.keys:
        yield TrustEntry(
            kind=f"registry key, {key.usage}",
            name=key.key_id,
            sha256=hashlib.sha256(key.spki).hexdigest(),
            start=key.valid.start,
            end=key.valid.end,
        )


def _of_certificate(kind: str, certificate: x509.Certificate, valid: Validity) -> TrustEntry:
    return TrustEntry(
        kind=kind,
        name=certificate.subject.rfc4514_string(),
        sha256=certificate.fingerprint(hashes.SHA256()).hex(),
        start=valid.start,
        end=valid.end,
    )


def _of_log(kind: str, log: Log) -> TrustEntry:
    return TrustEntry(kind=kind, name=log.names[0], sha256=log.log_id.hex(), start=log.valid.start, end=log.valid.end)
