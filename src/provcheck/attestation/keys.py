"""Checking signatures with the kinds of key that Sigstore uses."""

from collections.abc import Mapping
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from provcheck.attestation.artifact import Artifact
from provcheck.codes import Code
from provcheck.errors import UnsupportedError

PublicKey: TypeAlias = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey

_SHA256 = hashes.SHA256()
_CURVE_HASHES: Mapping[str, hashes.HashAlgorithm] = {
    "secp256r1": _SHA256,
    "secp384r1": hashes.SHA384(),
    "secp521r1": hashes.SHA512(),
}


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


def hashes_of(key: ec.EllipticCurvePublicKey) -> tuple[hashes.HashAlgorithm, ...]:
    """Return the hashes that go with ``key``: its own in Sigstore's algorithm registry, then that of older clients."""
    own = _CURVE_HASHES[key.curve.name]
    return (own,) if isinstance(own, hashes.SHA256) else (own, _SHA256)


def verify_signature(key: PublicKey, signature: bytes, signed: bytes | Artifact) -> None:
    """Return if ``signature`` is one of ``signed`` by ``key``.

    ECDSA signatures are DER. Keys on larger curves sign with their own hash or, as older clients did, with SHA-256.

    Raises:
        InvalidSignature: it is not.
        UnsupportedError: of an artifact, the digest that is signed is not known.
    """
    if isinstance(key, ed25519.Ed25519PublicKey):
        if isinstance(signed, Artifact):
            raise UnsupportedError(Code.KEY_TYPE_UNSUPPORTED, "an Ed25519 key signs the artifact itself, no digest")
        key.verify(signature, signed)
        return
    first, *others = hashes_of(key)
    try:
        _verify_ecdsa(key, signature, signed, first)
    except InvalidSignature:
        if not others:
            raise
        _verify_ecdsa(key, signature, signed, others[0])


def _verify_ecdsa(
    key: ec.EllipticCurvePublicKey, signature: bytes, signed: bytes | Artifact, algorithm: hashes.HashAlgorithm
) -> None:
    if isinstance(signed, Artifact):
        key.verify(signature, signed.digest(algorithm.name), ec.ECDSA(Prehashed(algorithm)))
    else:
        key.verify(signature, signed, ec.ECDSA(algorithm))
