"""What comes back over HTTP: bodies that are bounded while they are unpacked, and the header that asks for patience."""

import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

_DRAIN_BYTES = 64 * 1024


class MalformedAnswerError(Exception):
    """The body is too large, or not packed as its headers say."""


class LargeAnswerError(MalformedAnswerError):
    """The body is too large."""


def read_body(response: httpx.Response, *, limit: int) -> bytes:
    """Return the unpacked body, never holding more than ``limit`` bytes and one packet.

    httpx would unpack a whole packet at once, and one packet of a gzip bomb becomes a thousand times its size.

    Raises:
        LargeAnswerError: more than ``limit`` bytes, as sent or unpacked.
        MalformedAnswerError: not packed as the headers say.
        httpx.TransportError: the connection failed before the end.
    """
    unpack = _unpacker(response.headers.get("content-encoding", ""))
    body = bytearray()
    received = 0
    for chunk in response.iter_raw():
        received += len(chunk)
        body += unpack(chunk, limit + 1 - len(body))
        if received > limit or len(body) > limit:
            body.clear()  # the exception's traceback may live for a while, and this frame with it
            raise LargeAnswerError(f"the answer is larger than {limit:,} bytes")
    unpack(b"", 0)
    return bytes(body)


def drain(response: httpx.Response) -> None:
    """Read a short body to its end, so that the connection can be used again."""
    size = 0
    for chunk in response.iter_raw():
        size += len(chunk)
        if size > _DRAIN_BYTES:
            return


def _unpacker(encoding: str) -> Callable[[bytes, int], bytes]:
    """Return a function that unpacks a chunk to at most so many bytes; an empty chunk says that it was the last."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return lambda chunk, _most: chunk
    if encoding not in ("gzip", "x-gzip"):
        raise MalformedAnswerError("the answer is packed in a way that was not asked for")
    decompressor = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)

    def unpack(chunk: bytes, most: int) -> bytes:
        try:
            unpacked = decompressor.decompress(chunk, most) if chunk else b""
        except zlib.error as error:
            raise MalformedAnswerError("the answer is not the gzip it says it is") from error
        if decompressor.unused_data or not (chunk or decompressor.eof):
            raise MalformedAnswerError("the answer is not the gzip it says it is")
        return unpacked

    return unpack


def parse_retry_after(value: str | None) -> float | None:
    """Return how many seconds ``Retry-After`` asks to wait (RFC 9110, section 10.2.3); ``None`` if it asks nothing."""
    if value is None:
        return None
    if value.isascii() and value.isdigit():
        return float(value[:10])
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max((date - datetime.now(UTC)).total_seconds(), 0.0)
