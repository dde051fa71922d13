"""The registry's own keys, in the formats of the TUF target and of the registry's endpoint."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import ssh_key_fingerprint

from support.mint.crypto import b64, spki
from support.mint.edits import Json
from support.mint.trust import Window

USAGES = ("npm:signatures", "npm:attestations")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryKey:
    """A key with which the registry signs package versions and publish attestations."""

    key: ec.EllipticCurvePrivateKey
    signatures: Window
    """When it may sign package versions."""
    attestations: Window
    """When it may sign attestations."""

    @property
    def key_id(self) -> str:
        """By what signatures and bundles name the key."""
        return key_id(self.key.public_key())


def key_id(key: ec.EllipticCurvePublicKey) -> str:
    """Return the key's OpenSSH fingerprint, which is what npm's key ids are."""
    return f"SHA256:{b64(ssh_key_fingerprint(key, SHA256())).rstrip('=')}"


def npm_keys(keys: Iterable[RegistryKey]) -> Json:
    """Return the keys as the target in Sigstore's TUF repository has them: each once for each usage."""
    return {
        "keys": [
            {
                "keyId": key.key_id,
                "keyUsage": usage,
                "publicKey": {
                    "rawBytes": b64(spki(key.key)),
                    "keyDetails": "PKIX_ECDSA_P256_SHA_256",
                    "validFor": {"start": _moment(window.start)} | ({"end": _moment(window.end)} if window.end else {}),
                },
            }
            for key in keys
            for usage, window in zip(USAGES, (key.signatures, key.attestations), strict=True)
        ]
    }


def npm_keys_endpoint(keys: Iterable[RegistryKey]) -> Json:
    """Return the keys as the registry serves them at ``/-/npm/v1/keys``."""
    return {
        "keys": [
            {
                "expires": _moment(key.signatures.end) if key.signatures.end else None,
                "keyid": key.key_id,
                "keytype": "ecdsa-sha2-nistp256",
                "scheme": "ecdsa-sha2-nistp256",
                "key": b64(spki(key.key)),
            }
            for key in keys
        ]
    }


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
