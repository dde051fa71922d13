"""What the entries of a trusted root have in common (sigstore/protobuf-specs, ``sigstore_trustroot.proto``)."""

from dataclasses import dataclass
from datetime import datetime

from support.mint.crypto import SigningKey, b64, key_details, spki
from support.mint.edits import Json

ORGANIZATION = "test-sigstore.example"
"""The domain of all services; reserved for examples (RFC 2606), so nobody can be asked by mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When something may be trusted; both ends belong to it."""

    start: datetime
    end: datetime | None = None

    def json(self) -> Json:
        """Return a protobuf ``TimeRange``."""
        ends = {"start": self.start, "end": self.end}
        return {end: moment.strftime("%Y-%m-%dT%H:%M:%SZ") for end, moment in ends.items() if moment}


def trusted_log(uri: str, key: SigningKey, valid: Window, log_id: bytes) -> Json:
    """Return the entry of any kind of log in a trusted root."""
    return {
        "baseUrl": uri,
        "hashAlgorithm": "SHA2_256",
        "publicKey": {"rawBytes": b64(spki(key)), "keyDetails": key_details(key), "validFor": valid.json()},
        "logId": {"keyId": b64(log_id)},
    }
