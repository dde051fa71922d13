"""Subresource Integrity metadata (https://www.w3.org/TR/sri-2/), as lockfiles and registries use it."""

import base64
import binascii
import re
from dataclasses import dataclass

from provcheck.errors import MalformedError

_DIGEST_SIZES = {"sha1": 20, "sha256": 32, "sha384": 48, "sha512": 64, "md5": 16}
_HASH = re.compile(r"([a-z0-9]+)-([A-Za-z0-9+/]+={0,2})(?:\?[!-~]*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Integrity:
    """The hashes in one piece of integrity metadata; any hash of the strongest algorithm may match."""

    sha512: frozenset[bytes]
    sha1: frozenset[bytes]
    other: frozenset[str]
    """The names of the other algorithms that occur."""


def parse_integrity(text: str) -> Integrity:
    """Return the hashes in ``text``: ``algorithm-base64[?options]``, separated by white space.

    Raises:
        MalformedError: a hash has no known algorithm, is not canonical base64, or has the wrong length.
    """
    hashes: dict[str, set[bytes]] = {}
    for part in text.split():
        match = _HASH.fullmatch(part)
        size = _DIGEST_SIZES.get(match[1]) if match else None
        if match is None or size is None:
            raise MalformedError(f"{part[:100]!r} is not integrity metadata")
        try:
            digest = base64.b64decode(match[2], validate=True)
        except binascii.Error as error:
            raise MalformedError(f"{part[:100]!r} is not integrity metadata: {error}") from error
        if len(digest) != size or base64.b64encode(digest).decode() != match[2]:
            raise MalformedError(f"{part[:100]!r} is not integrity metadata: not {size} bytes in base64")
        hashes.setdefault(match[1], set()).add(digest)
    if not hashes:
        raise MalformedError("the integrity metadata is empty")
    return Integrity(
        sha512=frozenset(hashes.pop("sha512", ())),
        sha1=frozenset(hashes.pop("sha1", ())),
        other=frozenset(hashes),
    )
