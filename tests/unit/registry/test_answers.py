import gzip
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from provcheck.registry.answers import MalformedAnswerError, drain, parse_retry_after, read_body


class Chunks(httpx.SyncByteStream):
    def __init__(self, *chunks: bytes) -> None:
        self.chunks = chunks
        self.given = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.chunks:
            self.given += 1
            yield chunk


def response(*chunks: bytes, encoding: str | None = None) -> httpx.Response:
    headers = {"Content-Encoding": encoding} if encoding is not None else {}
    return httpx.Response(200, headers=headers, stream=Chunks(*chunks))


@given(st.binary(max_size=2000), st.integers(1, 700), st.sampled_from([None, "identity", "gzip", "x-gzip", "GZIP"]))
def test_bodies_come_back(body: bytes, size: int, encoding: str | None) -> None:
    sent = gzip.compress(body) if encoding and "zip" in encoding.lower() else body
    chunks = [sent[start : start + size] for start in range(0, len(sent), size)]
    assert read_body(response(*chunks, encoding=encoding), limit=2000) == body


@pytest.mark.parametrize("encoding", [None, "gzip"])
def test_the_limit_is_inclusive(encoding: str | None) -> None:
    pack = gzip.compress if encoding else bytes
    assert len(read_body(response(pack(b"x" * 1000), encoding=encoding), limit=1000)) == 1000
    with pytest.raises(MalformedAnswerError):
        read_body(response(pack(b"x" * 1001), encoding=encoding), limit=1000)


def test_a_bomb_is_not_unpacked_beyond_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    real = zlib.decompressobj

    class Watched:
        def __init__(self, wbits: int) -> None:
            self.inner = real(wbits)

        def __getattr__(self, name: str) -> object:
            return getattr(self.inner, name)

        def decompress(self, data: bytes, most: int) -> bytes:
            unpacked = self.inner.decompress(data, most)
            sizes.append(len(unpacked))
            return unpacked

    monkeypatch.setattr(zlib, "decompressobj", Watched)
    bomb = gzip.compress(b" " * 50_000_000)
    with pytest.raises(MalformedAnswerError):
        read_body(response(bomb, encoding="gzip"), limit=1000)
    assert max(sizes) <= 1001


def test_what_is_packed_is_limited_too() -> None:
    packed = gzip.compress(b"x", compresslevel=0)
    with pytest.raises(MalformedAnswerError):
        read_body(response(packed, encoding="gzip"), limit=len(packed) - 1)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"plain", "gzip"),
        (gzip.compress(b"x", mtime=0)[:-1], "gzip"),
        (gzip.compress(b"x", mtime=0) + b"more", "gzip"),
        (b"", "gzip"),
        (zlib.compress(b"x"), "deflate"),
        (b"x", "br"),
        (gzip.compress(b"x", mtime=0), "gzip, gzip"),
    ],
)
def test_packed_wrongly(body: bytes, encoding: str) -> None:
    with pytest.raises(MalformedAnswerError):
        read_body(response(body, encoding=encoding), limit=1000)


def test_a_long_body_that_nobody_needs_is_not_read() -> None:
    answer = response(*[b"x" * 1024] * 1000)
    drain(answer)
    assert isinstance(answer.stream, Chunks)
    assert answer.stream.given < 100


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(None, None), ("0", 0.0), ("120", 120.0), ("-1", None), ("1.5", None), ("soon", None), ("", None), ("٣", None)],
)
def test_retry_after_seconds(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value) == seconds


def test_retry_after_date() -> None:
    later = datetime.now(UTC) + timedelta(seconds=500)
    seconds = parse_retry_after(format_datetime(later, usegmt=True))
    assert seconds is not None
    assert 400 < seconds <= 500
    assert parse_retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    assert parse_retry_after("Wed, 21 Oct 2015 07:28:00 -0000") == 0.0


@given(st.text())
def test_any_retry_after_is_a_wait_or_nothing(value: str) -> None:
    seconds = parse_retry_after(value)
    assert seconds is None or seconds >= 0
