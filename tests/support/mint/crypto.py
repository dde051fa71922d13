"""Keys that are the same in every run, and signatures that are the same whenever key and message are (RFC 6979)."""

import base64
import hashlib
import json
from functools import cache
from typing import TypeAlias

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SigningKey: TypeAlias = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

P256 = ec.SECP256R1()
P384 = ec.SECP384R1()
P521 = ec.SECP521R1()

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - to mint what must be refused
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_CURVE_HASHES = {"secp256r1": "sha256", "secp384r1": "sha384", "secp521r1": "sha512"}
_KEY_DETAILS = {
    "secp256r1": "PKIX_ECDSA_P256_SHA_256",
    "secp384r1": "PKIX_ECDSA_P384_SHA_384",
    "secp521r1": "PKIX_ECDSA_P521_SHA_512",
}


@cache
def ecdsa_key(label: str, curve: ec.EllipticCurve = P256) -> ec.EllipticCurvePrivateKey:
    """Return the private key that ``label`` stands for."""
    number = int.from_bytes(hashlib.sha512(label.encode()).digest())
    return ec.derive_private_key(1 + number % (curve.group_order - 1), curve)


@cache
def ed25519_key(label: str) -> ed25519.Ed25519PrivateKey:
    """Return the private key that ``label`` stands for."""
    return ed25519.Ed25519PrivateKey.from_private_bytes(hashlib.sha256(label.encode()).digest())


def key_hash(key: SigningKey) -> str:
    """Return the name of the hash that Sigstore's algorithm registry pairs with the key; for Ed25519 SHA-512."""
    return _CURVE_HASHES[key.curve.name] if isinstance(key, ec.EllipticCurvePrivateKey) else "sha512"


def key_details(key: SigningKey) -> str:
    """Return the ``PublicKeyDetails`` name of the key (sigstore/protobuf-specs)."""
    return _KEY_DETAILS[key.curve.name] if isinstance(key, ec.EllipticCurvePrivateKey) else "PKIX_ED25519"


def sign(key: SigningKey, message: bytes, hash_name: str | None = None) -> bytes:
    """Return the signature over ``message``: Ed25519, or ECDSA in DER with the key's own hash unless told otherwise."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        algorithm = _HASHES[hash_name or key_hash(key)]
        return key.sign(message, ec.ECDSA(algorithm, deterministic_signing=True))
    return key.sign(message)


def spki(key: SigningKey) -> bytes:
    """Return the public key as DER SubjectPublicKeyInfo."""
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def sha256(data: bytes) -> bytes:
    """Return the SHA-256 digest."""
    return hashlib.sha256(data).digest()


def b64(data: bytes) -> str:
    """Return ``data`` in base64."""
    return base64.b64encode(data).decode()


def compact_json(value: object) -> bytes:
    """Return ``value`` as ``JSON.stringify`` writes it: in the given order, without spaces, in UTF-8."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def canonical_json(value: object) -> bytes:
    """Return ``value`` in canonical form (RFC 8785), for values without fractions or exotic keys."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True).encode()
