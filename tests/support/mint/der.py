"""DER, piece by piece (X.690)."""

from datetime import datetime
from functools import cache

from asn1crypto import core, parser  # type: ignore[import-untyped]

_SIGNATURE_ALGORITHMS = {
    "sha1": "1.2.840.10045.4.1",
    "sha256": "1.2.840.10045.4.3.2",
    "sha384": "1.2.840.10045.4.3.3",
    "sha512": "1.2.840.10045.4.3.4",
}
_HASHES = {
    "sha1": "1.3.14.3.2.26",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}


def sequence(*parts: bytes) -> bytes:
    """Return a SEQUENCE."""
    return _value(16, b"".join(parts), constructed=1)


def set_of(*parts: bytes) -> bytes:
    """Return a SET OF, in the order that DER wants."""
    return _value(17, b"".join(sorted(parts)), constructed=1)


def tagged(tag: int, content: bytes) -> bytes:
    """Return ``content`` under a context-specific tag: explicit, or implicit if it is bare content."""
    return bytes(parser.emit(2, 1, tag, content))


def boolean_true() -> bytes:
    """Return the BOOLEAN TRUE."""
    return _value(1, b"\xff")


def integer(number: int) -> bytes:
    """Return an INTEGER."""
    return bytes(core.Integer(number).dump())


def bit_string(content: bytes) -> bytes:
    """Return a BIT STRING of whole octets."""
    return _value(3, b"\0" + content)


def octet_string(content: bytes) -> bytes:
    """Return an OCTET STRING."""
    return _value(4, content)


@cache
def object_identifier(oid: str) -> bytes:
    """Return an OBJECT IDENTIFIER."""
    return bytes(core.ObjectIdentifier(oid).dump())


def utf8_string(text: str) -> bytes:
    """Return a UTF8String."""
    return _value(12, text.encode())


def utc_time(moment: datetime) -> bytes:
    """Return a UTCTime."""
    return _value(23, f"{moment:%y%m%d%H%M%SZ}".encode())


def generalized_time(moment: datetime) -> bytes:
    """Return a GeneralizedTime in whole seconds."""
    return _value(24, f"{moment:%Y%m%d%H%M%SZ}".encode())


def ecdsa_with(hash_name: str) -> bytes:
    """Return the AlgorithmIdentifier of ECDSA with a hash."""
    return sequence(object_identifier(_SIGNATURE_ALGORITHMS[hash_name]))


def hash_algorithm(hash_name: str) -> bytes:
    """Return the AlgorithmIdentifier of a hash."""
    return sequence(object_identifier(_HASHES[hash_name]))


def _value(tag: int, content: bytes, *, constructed: int = 0) -> bytes:
    return bytes(parser.emit(0, constructed, tag, content))
