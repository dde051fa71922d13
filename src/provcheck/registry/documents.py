"""What registries answer, parsed as far as is needed to tell an answer from a maintenance page. Nothing is verified."""

import re

from provcheck import jsonio
from provcheck.errors import MalformedError
from provcheck.jsonio import JsonValue
from provcheck.model import DistClaims

_SHA1 = re.compile(r"[0-9a-f]{40}")


def parse_attestations(body: bytes) -> int:
    """Return how many attestations an answer of the attestations endpoint holds.

    Raises:
        MalformedError: it is not an object with a list ``attestations``.
    """
    what = "the attestations response"
    attestations = jsonio.parse_object(body, what=what).get("attestations")
    if not isinstance(attestations, list):
        raise MalformedError(f"{what} has no list of attestations")
    return len(attestations)


def parse_keys(body: bytes) -> None:
    """Return if an answer of the keys endpoint is a list of at least one key.

    Raises:
        MalformedError: it is not.
    """
    what = "the keys response"
    keys = jsonio.parse_object(body, what=what).get("keys")
    if not isinstance(keys, list) or not keys or not all(isinstance(key, dict) for key in keys):
        raise MalformedError(f"{what} has no list of keys")


def parse_metadata(body: bytes, *, name: str, version: str) -> DistClaims:
    """Return what the metadata of one version claims about its tarball; fields of a wrong type count as not there.

    Raises:
        MalformedError: it is not an object, or is about another package or version.
    """
    what = "the metadata response"
    metadata = jsonio.parse_object(body, what=what)
    for field, expected in (("name", name), ("version", version)):
        if metadata.get(field, expected) != expected:
            raise MalformedError(f"{what} is about another {field}")
    dist = metadata.get("dist")
    if not isinstance(dist, dict):
        dist = {}
    shasum = _text(dist.get("shasum"))
    return DistClaims(
        integrity=_text(dist.get("integrity")),
        shasum=shasum.lower() if shasum and _SHA1.fullmatch(shasum.lower()) else None,
        tarball=_text(dist.get("tarball")),
        has_attestations=bool(dist.get("attestations")),
    )


def _text(value: JsonValue) -> str | None:
    return value if isinstance(value, str) and value else None
