"""Signatures by the kinds of key that Sigstore uses (step 8)."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa, x25519
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from hypothesis import given
from hypothesis import strategies as st

from provcheck.attestation.keys import supported_key, verify_signature
from provcheck.codes import Code
from provcheck.errors import UnsupportedError
from support.mint import P384, P521, ecdsa_key, ed25519_key
from support.mint.crypto import SigningKey, sign

KEYS: dict[str, SigningKey] = {
    "p256": ecdsa_key("key"),
    "p384": ecdsa_key("key", P384),
    "p521": ecdsa_key("key", P521),
    "ed25519": ed25519_key("key"),
}
MESSAGE = b"a message"


@pytest.mark.parametrize(
    ("kind", "hashes"),
    [("p256", ["sha256"]), ("p384", ["sha384", "sha256"]), ("p521", ["sha512", "sha256"]), ("ed25519", [None])],
)
def test_each_kind_of_key_signs_with_its_own_hash_or_with_that_of_old_clients(
    kind: str, hashes: list[str | None]
) -> None:
    key = KEYS[kind]
    public = supported_key(key.public_key())
    for hash_name in hashes:
        verify_signature(public, sign(key, MESSAGE, hash_name), MESSAGE)
    if kind != "ed25519":
        for hash_name in {"sha1", "sha256", "sha384", "sha512"} - set(hashes):
            with pytest.raises(InvalidSignature):
                verify_signature(public, sign(key, MESSAGE, hash_name), MESSAGE)


@pytest.mark.parametrize("kind", KEYS)
@given(data=st.data())
def test_no_other_signature_and_no_other_message_verify(kind: str, data: st.DataObject) -> None:
    key = KEYS[kind]
    public, signature = supported_key(key.public_key()), sign(key, MESSAGE)
    for forged, message in (
        (data.draw(st.binary(max_size=200)), MESSAGE),
        (signature, data.draw(st.binary().filter(lambda other: other != MESSAGE))),
        (signature + b"\0", MESSAGE),
        (signature[:-1], MESSAGE),
        (b"", MESSAGE),
    ):
        with pytest.raises(InvalidSignature):
            verify_signature(public, forged, message)


UNSUPPORTED: dict[str, PublicKeyTypes] = {
    "rsa": rsa.RSAPublicNumbers(e=65537, n=2**2047 + 1).public_key(),
    "p192": ec.derive_private_key(7, ec.SECP192R1()).public_key(),
    "secp256k1": ec.derive_private_key(7, ec.SECP256K1()).public_key(),
    "brainpool": ec.derive_private_key(7, ec.BrainpoolP256R1()).public_key(),
    "ed448": ed448.Ed448PrivateKey.from_private_bytes(bytes(57)).public_key(),
    "x25519": x25519.X25519PrivateKey.from_private_bytes(bytes(32)).public_key(),
}


@pytest.mark.parametrize("kind", UNSUPPORTED)
def test_other_kinds_of_key_are_not_judged(kind: str) -> None:
    with pytest.raises(UnsupportedError) as caught:
        supported_key(UNSUPPORTED[kind])
    assert caught.value.code is Code.KEY_TYPE_UNSUPPORTED
