"""What may stand in the place of bytes, and of their base64."""

import base64
from collections.abc import Iterator, Mapping

from asn1crypto import parser, tsp  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from support.mint.crypto import P256, P384
from support.mutate.values import Variant

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def other_octets(data: bytes, at_most: int, fields: Mapping[str, range] | None = None) -> Iterator[tuple[str, bytes]]:
    """Yield other bytes: with a flipped bit, shorter, longer, and other ECDSA signatures if it is one.

    Args:
        data: the bytes.
        at_most: in how many of them a bit is flipped, at even distances.
        fields: where in them fields are that are to be named.
    """
    yield from _flips(data, at_most, fields or {})
    yield "cut the last byte", data[:-1]
    yield "cut the first byte", data[1:]
    yield "add a zero byte", data + b"\0"
    yield "add a zero byte before", b"\0" + data
    yield "all zeros", bytes(len(data))
    yield "twice in one", data + data
    twin = twin_signature(data, P256.group_order)
    if twin is not None:
        r, _ = decode_dss_signature(data)
        yield "negate the ECDSA signature", twin
        yield "ECDSA signature (0, 0)", encode_dss_signature(0, 0)
        yield "ECDSA signature (r, 0)", encode_dss_signature(r, 0)


def second_spellings(data: bytes) -> Iterator[Variant]:
    """Yield texts that lenient decoders take for the base64 of ``data``."""
    text = base64.b64encode(data).decode()
    bare = text.rstrip("=")
    full_width = "\uff21" if text[:1] == "A" else chr(ord(text[0]) + 0xFEE0)
    yield "base64: URL alphabet", text.replace("+", "-").replace("/", "_")
    yield "base64: no padding", bare
    yield "base64: more padding", f"{text}===="
    yield "base64: line break inside", f"{text[:4]}\n{text[4:]}"
    yield "base64: line break at the end", f"{text}\n"
    yield "base64: space inside", f"{text[:4]} {text[4:]}"
    yield "base64: other character inside", f"{text[:4]}*{text[4:]}"
    yield "base64: NUL at the end", f"{text}\0"
    yield "base64: full-width character", full_width + text[1:]
    yield "base64: hexadecimal", data.hex()
    if bare != text:
        yield "base64: trailing bits", bare[:-1] + _ALPHABET[_ALPHABET.index(bare[-1]) + 1] + text[len(bare) :]


def twin_signature(data: bytes, order: int) -> bytes | None:
    """Return (r, n - s) for an ECDSA signature (r, s): whoever verifies one verifies the other. It takes no key."""
    try:
        r, s = decode_dss_signature(data)
    except ValueError:
        return None
    return encode_dss_signature(r, order - s) if s < order else None


def timestamp_with_twin_signature(token: bytes) -> bytes:
    """Return the RFC 3161 response with the other signature that its authority's P-384 key verifies as well."""
    response = tsp.TimeStampResp.load(token)
    (signer,) = response["time_stamp_token"]["content"]["signer_infos"]
    signer["signature"] = twin_signature(signer["signature"].native, P384.group_order)
    return bytes(response.dump())


def unsigned_timestamp_fields(token: bytes) -> dict[str, range]:
    """Return where the fields of an RFC 3161 response are that its signature does not cover (RFC 5652 section 5.4)."""
    signed_data = _members(token, 0, 1, 1, 0)
    *_, signer_infos = signed_data
    signer = _members(token, 0, 1, 1, 0, len(signed_data) - 1, 0)
    (algorithm,) = _members(token, 0, 1, 1, 0, len(signed_data) - 1, 0, 4)
    assert signer[-1].stop == signer_infos.stop, "no unsigned attributes"
    return {"version": signed_data[0], "signer's version": signer[0], "signature algorithm": algorithm}


def _members(data: bytes, *path: int) -> list[range]:
    """Return where the contents of the DER values are that lie inside the one at ``path``."""
    outer = range(len(data))
    for step in (*path, None):
        members, position = [], outer.start
        while position < outer.stop:
            _, _, _, header, content, _ = parser.parse(data[position : outer.stop])
            start, position = position + len(header), position + len(header) + len(content)
            members.append(range(start, position))
        if step is None:
            return members
        outer = members[step]
    raise AssertionError("the path has an end")


def _flips(data: bytes, at_most: int, fields: Mapping[str, range]) -> Iterator[tuple[str, bytes]]:
    stride = -(-len(data) // at_most) or 1
    for count, offset in enumerate(range(0, len(data), stride)):
        bit = count % 8
        field = next((f", in the {name}" for name, where in fields.items() if offset in where), "")
        flipped = bytes((data[offset] ^ (1 << bit),))
        yield f"flip bit {bit} of byte {offset}{field}", data[:offset] + flipped + data[offset + 1 :]
