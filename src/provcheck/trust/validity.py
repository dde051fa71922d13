"""Validity windows of keys and certificate authorities in trust material."""

import re
from dataclasses import dataclass
from datetime import datetime

from provcheck.errors import TrustError
from provcheck.jsonio import JsonValue

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """A closed interval of time; a missing end is open."""

    start: datetime | None
    end: datetime | None

    def contains(self, time: datetime) -> bool:
        """Tell whether ``time`` lies in the interval, both ends included."""
        return (self.start is None or self.start <= time) and (self.end is None or time <= self.end)


def parse_time(value: JsonValue, *, where: str) -> datetime:
    """Return an RFC 3339 timestamp with its offset.

    Raises:
        TrustError: it is not one.
    """
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise TrustError("not an RFC 3339 timestamp", where=where)
    try:
        return datetime.fromisoformat(value)
    except ValueError as error:
        raise TrustError(f"not a timestamp: {error}", where=where) from error


def parse_validity(value: JsonValue, *, where: str) -> Validity:
    """Return the interval of a ``validFor`` object (protobuf-specs ``TimeRange``); both ends are optional.

    Raises:
        TrustError: it is not an object of RFC 3339 timestamps, or it ends before it starts.
    """
    if not isinstance(value, dict):
        raise TrustError("not an object", where=where)
    start, end = (
        None if value.get(key) is None else parse_time(value[key], where=f"{where}.{key}") for key in ("start", "end")
    )
    if start is not None and end is not None and end < start:
        raise TrustError("ends before it starts", where=where)
    return Validity(start=start, end=end)
