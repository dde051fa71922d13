"""Checking signatures with the kinds of key that Sigstore uses."""

from collections.abc import Mapping
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from provcheck.codes import Code
from provcheck.errors import UnsupportedError

PublicKey: TypeAlias = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey

_CURVE_HASHES: Mapping[str, hashes.HashAlgorithm] = {
    "secp256r1": hashes.SHA256(),
    "secp384r1": hashes.SHA384(),
    "secp521r1": hashes.SHA512(),
}
_SHA256 = ec.ECDSA(hashes.SHA256())


def supported_key(key: PublicKeyTypes) -> PublicKey:
    """Return ``key`` if it is of a kind that can be judged: ECDSA on a NIST curve, or Ed25519.

    Raises:
        UnsupportedError: another kind.
    """
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVE_HASHES:
        return key
    raise UnsupportedError(Code.KEY_TYPE_UNSUPPORTED, "the signing key is neither ECDSA on a NIST curve nor Ed25519")


def hash_of(key: ec.EllipticCurvePublicKey) -> hashes.HashAlgorithm:
    """Return the hash that goes with ``key`` in Sigstore's algorithm registry."""
    return _CURVE_HASHES[key.curve.name]


def verify_signature(key: PublicKey, signature: bytes, data: bytes) -> None:
    """Return if ``signature`` is one of ``data`` by ``key``.

    ECDSA signatures are DER. Keys on larger curves sign with their own hash or, as older clients did, with SHA-256.

    Raises:
        InvalidSignature: it is not.
    """
    if isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(signature, data)
        return
    own_hash = hash_of(key)
    try:
        key.verify(signature, data, ec.ECDSA(own_hash))
    except InvalidSignature:
        if isinstance(own_hash, hashes.SHA256):
            raise
        key.verify(signature, data, _SHA256)
