"""What may stand in the place of bytes, and of their base64."""

import base64
from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from support.mutate.values import Variant

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def flips(data: bytes, at_most: int) -> Iterator[tuple[str, bytes]]:
    """Yield ``data`` with one bit flipped: in every byte, or in ``at_most`` of them at even distances."""
    stride = -(-len(data) // at_most) or 1
    for count, offset in enumerate(range(0, len(data), stride)):
        bit = count % 8
        flipped = bytes((data[offset] ^ (1 << bit),))
        yield f"flip bit {bit} of byte {offset}", data[:offset] + flipped + data[offset + 1 :]


def other_octets(data: bytes, at_most: int) -> Iterator[tuple[str, bytes]]:
    """Yield other bytes: with a flipped bit, shorter, longer, and a second signature made from an ECDSA signature."""
    yield from flips(data, at_most)
    yield "cut the last byte", data[:-1]
    yield "cut the first byte", data[1:]
    yield "add a zero byte", data + b"\0"
    yield "add a zero byte before", b"\0" + data
    yield "all zeros", bytes(len(data))
    yield "twice in one", data + data
    twin = twin_signature(data)
    if twin is not None:
        yield "negate the ECDSA signature", twin
        r, _ = decode_dss_signature(data)
        yield "zero ECDSA signature", encode_dss_signature(0, 0)
        yield "ECDSA signature (r, 0)", encode_dss_signature(r, 0)


def twin_signature(data: bytes) -> bytes | None:
    """Return (r, n - s) for a P-256 signature (r, s): whoever verifies one verifies the other. Needs no key."""
    try:
        r, s = decode_dss_signature(data)
    except ValueError:
        return None
    return encode_dss_signature(r, _P256_ORDER - s) if s < _P256_ORDER else None


def second_spellings(data: bytes) -> Iterator[Variant]:
    """Yield texts that lenient decoders take for the base64 of ``data``."""
    text = base64.b64encode(data).decode()
    bare = text.rstrip("=")
    yield "base64: URL alphabet", text.replace("+", "-").replace("/", "_")
    yield "base64: no padding", bare
    yield "base64: more padding", f"{text}===="
    yield "base64: line break inside", f"{text[:4]}\n{text[4:]}"
    yield "base64: line break at the end", f"{text}\n"
    yield "base64: space inside", f"{text[:4]} {text[4:]}"
    yield "base64: other character inside", f"{text[:4]}*{text[4:]}"
    yield "base64: NUL at the end", f"{text}\0"
    yield "base64: full-width letter", chr(ord(text[0]) + 0xFEE0) + text[1:] if text[:1].isalpha() else f"\uff21{text}"
    yield "base64: hexadecimal", data.hex()
    if bare != text:
        yield "base64: trailing bits", bare[:-1] + _ALPHABET[_ALPHABET.index(bare[-1]) + 1] + text[len(bare) :]
