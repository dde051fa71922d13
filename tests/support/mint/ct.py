"""A certificate transparency log and its signed certificate timestamps (RFC 6962 section 3)."""

import struct
from collections.abc import Iterable
from dataclasses import dataclass

from support.mint import der
from support.mint.certificates import SCT_LIST, Extension
from support.mint.crypto import SigningKey, sha256, sign, spki
from support.mint.edits import Json
from support.mint.trust import Window, trusted_log

_VERSION_1 = b"\0"
_CERTIFICATE_TIMESTAMP = b"\0"
_PRECERTIFICATE = b"\0\1"
_SHA256_ECDSA = b"\4\3"


@dataclass(frozen=True, slots=True, kw_only=True)
class CtLog:
    """A certificate transparency log."""

    uri: str
    key: SigningKey
    valid: Window

    @property
    def log_id(self) -> bytes:
        """SHA-256 of the public key."""
        return sha256(spki(self.key))

    def trusted(self) -> Json:
        """Return its entry in a trusted root."""
        return trusted_log(self.uri, self.key, self.valid, self.log_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sct:
    """What a log says about a precertificate, before it signs."""

    log_id: bytes
    timestamp: int
    """Milliseconds since 1970."""
    issuer_key_hash: bytes
    """SHA-256 of the issuing certificate's SubjectPublicKeyInfo."""
    tbs: bytes
    """The TBSCertificate without the list of timestamps."""
    extensions: bytes = b""

    def signed_by(self, key: SigningKey) -> bytes:
        """Return the serialized ``SignedCertificateTimestamp``."""
        moment, extensions = struct.pack(">Q", self.timestamp), _vector(self.extensions)
        entry = self.issuer_key_hash + len(self.tbs).to_bytes(3, "big") + self.tbs
        message = _VERSION_1 + _CERTIFICATE_TIMESTAMP + moment + _PRECERTIFICATE + entry + extensions
        return _VERSION_1 + self.log_id + moment + extensions + _SHA256_ECDSA + _vector(sign(key, message, "sha256"))


def sct_list(timestamps: Iterable[bytes]) -> Extension:
    """Return the certificate extension that carries serialized timestamps."""
    return Extension(oid=SCT_LIST, value=der.octet_string(_vector(b"".join(map(_vector, timestamps)))))


def _vector(content: bytes) -> bytes:
    """Return TLS's variable-length vector with a two-byte length."""
    return struct.pack(">H", len(content)) + content
