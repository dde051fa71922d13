"""An npm registry on 127.0.0.1, over real HTTP, that does as it is told, wrong things included.

    with Loopback() as registry:
        registry.publish("left-pad", "1.3.0")
        registry.misbehave(TRUNCATE, at="/-/npm/v1/attestations/")
        ...  # point the code under test at registry.url
        assert registry.count("/-/npm/v1/keys") == 1

It knows the attestations endpoint, the keys endpoint, the metadata of single
versions and tarballs. Everything else is 404. It runs in a thread of its own
and answers a few thousand requests per second.
"""

import asyncio
import base64
import gzip
import hashlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

from support.corpus import CORPUS, corpus_facts, corpus_response

ATTESTATIONS = "/-/npm/v1/attestations/"
KEYS = "/-/npm/v1/keys"

# ---- What can go wrong ---------------------------------------------------------------------------------------------


class Stage(StrEnum):
    """Where in an exchange something happens."""

    ACCEPT = "accept"
    HEADERS = "headers"
    BODY = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Answer this, whatever is asked."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b"{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """Wait before the first byte of the right answer."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drip:
    """Send the right answer one byte at a time, from the start of the headers or of the body."""

    seconds: float
    stage: Stage = Stage.BODY


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncate:
    """Close the connection in the middle of the body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongLength:
    """Claim a Content-Length that is off by ``by`` bytes; if it is too large, close the connection at the end."""

    by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset:
    """Reset the connection: as it is accepted, after the request, or in the middle of the body."""

    stage: Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """Send these bytes, which need not be HTTP, and close the connection."""

    data: bytes


Fault = Answer | Delay | Drip | Truncate | WrongLength | Reset | Raw

SERVER_ERROR = Answer(status=500, body=b'{"error":"Buffer is not defined"}')
UNAUTHORIZED = Answer(status=401, body=b'{"error":"log in"}')
FORBIDDEN = Answer(status=403, body=b'{"error":"no"}')
HTML = Answer(status=200, headers=(("Content-Type", "text/html"),), body=b"<!doctype html><title>Maintenance</title>")
NOT_UTF8 = Answer(status=200, body=b'{"attestations": ["\xff\xfe"]}')
NULL = Answer(status=200, body=b"null")
TRUNCATE = Truncate()


def too_many_requests(*, retry_after: str | None = None) -> Answer:
    """Return a 429, with ``Retry-After`` if given."""
    return Answer(status=429, headers=(("Retry-After", retry_after),) if retry_after is not None else ())


def redirect(to: str, *, status: int = 302) -> Answer:
    """Return a redirect to an address, absolute or relative."""
    return Answer(status=status, headers=(("Location", to),), body=b"")


def gzip_bomb(size: int) -> Answer:
    """Return an answer that is small on the wire and ``size`` bytes of spaces when unpacked."""
    return Answer(status=200, headers=(("Content-Encoding", "gzip"),), body=gzip.compress(b" " * size))


# ---- The registry --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One request, as it arrived."""

    target: str
    """The request target on the wire, still percent-encoded."""
    path: str
    """The same, decoded and without the registry's own path prefix."""
    headers: dict[str, str]
    """By lowercase name."""


@dataclass(slots=True)
class _Planned:
    fault: Fault
    at: str
    remaining: int | None


@dataclass(slots=True)
class _Version:
    integrity: str
    shasum: str
    promises_attestations: bool


class Loopback:
    """A registry at ``url``, from entering to leaving the context.

    Attributes:
        attestations: the documents of the attestations endpoint, by ``name@version``.
        keys: the document of the keys endpoint; ``None``: there is no such endpoint.
        tarballs: by decoded path.
        requests: everything that was asked, in order of arrival.
        latency: seconds before every answer.
        plain_mirror: have metadata for every version of every package, and no attestations and keys endpoints.
        gzip: compress answers for clients that accept it.
        connections: how many were accepted.
        transports: the open ones.
    """

    def __init__(
        self, *, prefix: str = "", latency: float = 0.0, plain_mirror: bool = False, tls: ssl.SSLContext | None = None
    ) -> None:
        self.attestations: dict[str, bytes] = {}
        self.keys: bytes | None = b'{"keys": [{"keyid": "SHA256:test"}]}'
        self.tarballs: dict[str, bytes] = {}
        self.requests: list[Received] = []
        self.latency = latency
        self.plain_mirror = plain_mirror
        self.gzip = False
        self.connections = 0
        self._versions: dict[str, _Version] = {}
        self._faults: list[_Planned] = []
        self._prefix = prefix.rstrip("/")
        self._tls = tls
        self.transports: set[asyncio.Transport] = set()
        self._socket: socket.socket
        self._loop: asyncio.AbstractEventLoop
        self._server: asyncio.Server
        self._thread: threading.Thread

    @classmethod
    def from_corpus(cls, *, latency: float = 0.0, plain_mirror: bool = False) -> Self:
        """Return a registry of the seven real attestation responses and npm's keys, with 404 for everything else."""
        registry = cls(latency=latency, plain_mirror=plain_mirror)
        registry.keys = keys_document((CORPUS / "npm-keys.json").read_bytes())
        for spec, facts in corpus_facts().items():
            name, _, version = spec.rpartition("@")
            registry.publish(name, version, integrity=facts["integrity"], attestations=corpus_response(spec))
        return registry

    @property
    def url(self) -> str:
        """The registry's address, without a slash at the end; known inside the context only."""
        scheme = "https" if self._tls else "http"
        return f"{scheme}://127.0.0.1:{self._socket.getsockname()[1]}{self._prefix}"

    # -- what it serves --

    def publish(
        self,
        name: str,
        version: str,
        *,
        integrity: str | None = None,
        attestations: bytes | None = None,
        promises_attestations: bool | None = None,
    ) -> None:
        """Serve one version: its metadata and, if given, its attestations.

        ``promises_attestations`` is what the metadata says; by default the truth.
        """
        tarball = f"{name}@{version}".encode()
        if integrity is None:
            integrity = "sha512-" + base64.b64encode(hashlib.sha512(tarball).digest()).decode()
        promised = attestations is not None if promises_attestations is None else promises_attestations
        self._versions[f"{name}@{version}"] = _Version(
            integrity=integrity,
            shasum=hashlib.sha1(tarball, usedforsecurity=False).hexdigest(),
            promises_attestations=promised,
        )
        if attestations is not None:
            self.attestations[f"{name}@{version}"] = attestations

    def misbehave(self, fault: Fault, *, at: str = "", times: int | None = None) -> None:
        """Do ``fault`` for the first ``times`` requests (``None``: all) whose decoded path starts with ``at``."""
        self._faults.append(_Planned(fault=fault, at=at, remaining=times))

    def behave(self) -> None:
        """Forget all faults."""
        self._faults.clear()

    # -- what it saw --

    def count(self, at: str = "") -> int:
        """Return how many requests had a decoded path that starts with ``at``."""
        return sum(request.path.startswith(at) for request in self.requests)

    def authorizations(self) -> set[str]:
        """Return every ``Authorization`` header that arrived."""
        return {value for request in self.requests if (value := request.headers.get("authorization")) is not None}

    # -- running --

    def __enter__(self) -> Self:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(
            self._loop.create_server(lambda: _Connection(self), sock=self._socket, ssl=self._tls)
        )
        self._thread = threading.Thread(target=self._loop.run_forever, name="loopback-registry", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.run_until_complete(self._close())
        self._loop.close()

    async def _close(self) -> None:
        """Close every connection, those included that are being accepted at this moment."""
        self._server.close()
        accepting = asyncio.all_tasks() - {asyncio.current_task()}
        if accepting:
            await asyncio.wait(accepting, timeout=1)
        for transport in list(self.transports):
            transport.abort()
        # Twice: a TLS connection is closed in two steps.
        for _ in range(2):
            await asyncio.sleep(0)

    def take_fault(self, path: str | None) -> Fault | None:
        """Return the fault that is due for a request; ``None`` as path is a connection being accepted."""
        for planned in self._faults:
            on_accept = isinstance(planned.fault, Reset) and planned.fault.stage is Stage.ACCEPT
            if planned.remaining == 0 or on_accept != (path is None) or not (path or "").startswith(planned.at):
                continue
            if planned.remaining is not None:
                planned.remaining -= 1
            return planned.fault
        return None

    def receive(self, head: str) -> Received:
        """Return the request in ``head``, after writing it down."""
        first, *lines = head.split("\r\n")
        target = first.split(" ")[1]
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        path = unquote(target)
        if target.startswith("/") and path.startswith(self._prefix + "/"):
            path = path.removeprefix(self._prefix)
        request = Received(target=target, path=path, headers=headers)
        self.requests.append(request)
        return request

    def answer(self, path: str) -> Answer:
        """Return the right answer."""
        body = self._document(path)
        if body is None:
            return Answer(status=404, body=b'{"error":"Not found"}')
        return Answer(status=200, headers=(("Content-Type", "application/json"),), body=body)

    def _document(self, path: str) -> bytes | None:
        if path in self.tarballs:
            return self.tarballs[path]
        if path == KEYS:
            return None if self.plain_mirror else self.keys
        if path.startswith(ATTESTATIONS):
            return None if self.plain_mirror else self.attestations.get(path.removeprefix(ATTESTATIONS))
        name, _, version = path.removeprefix("/").rpartition("/")
        metadata = self._metadata(name, version)
        return json.dumps(metadata).encode() if metadata is not None else None

    def _metadata(self, name: str, version: str) -> dict[str, Any] | None:
        spec = f"{name}@{version}"
        known = self._versions.get(spec)
        if known is None and self.plain_mirror and name and version[:1].isdigit():
            self.publish(name, version)
            known = self._versions[spec]
        if known is None:
            return None
        file = f"{name.rpartition('/')[2]}-{version}.tgz"
        dist: dict[str, Any] = {
            "integrity": known.integrity,
            "shasum": known.shasum,
            "tarball": f"{self.url}/{name}/-/{file}",
        }
        if known.promises_attestations:
            dist["attestations"] = {
                "url": f"{self.url}{ATTESTATIONS}{name.replace('/', '%2f')}@{version}",
                "provenance": {"predicateType": "https://slsa.dev/provenance/v1"},
            }
        return {"name": name, "version": version, "dist": dist}


def keys_document(tuf_target: bytes) -> bytes:
    """Return npm's keys in the format of the keys endpoint, made from the format of the Sigstore TUF repository."""
    keys = {
        key["keyId"]: {
            "expires": key["publicKey"]["validFor"].get("end"),
            "keyid": key["keyId"],
            "keytype": "ecdsa-sha2-nistp256",
            "scheme": "ecdsa-sha2-nistp256",
            "key": key["publicKey"]["rawBytes"],
        }
        for key in json.loads(tuf_target)["keys"]
    }
    return json.dumps({"keys": list(keys.values())}).encode()


@contextmanager
def unused_address() -> Iterator[str]:
    """Give an address at which nobody listens: the port is taken, and refuses every connection."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


# ---- HTTP ----------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class _Connection(asyncio.Protocol):
    registry: Loopback
    buffer: bytes = b""
    transport: asyncio.Transport = field(init=False)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.registry.transports.add(transport)
        self.registry.connections += 1
        if self.registry.take_fault(None):
            self._reset()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self.registry.transports.discard(self.transport)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while b"\r\n\r\n" in self.buffer:
            head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
            request = self.registry.receive(head.decode("latin-1"))
            fault = self.registry.take_fault(request.path)
            wait = self.registry.latency + (fault.seconds if isinstance(fault, Delay) else 0)
            if wait:
                asyncio.get_running_loop().call_later(wait, self._send, request, fault)
            else:
                self._send(request, fault)

    def _send(self, request: Received, fault: Fault | None) -> None:
        if self.transport.is_closing():
            return
        answer = fault if isinstance(fault, Answer) else self.registry.answer(request.path)
        body, headers = answer.body, dict(answer.headers)
        if self.registry.gzip and "gzip" in request.headers.get("accept-encoding", "") and answer is not fault:
            body, headers["Content-Encoding"] = gzip.compress(body, 1), "gzip"
        length = len(body) + (fault.by if isinstance(fault, WrongLength) else 0)
        lines = [f"HTTP/1.1 {answer.status} -", f"Content-Length: {length}", *(f"{k}: {v}" for k, v in headers.items())]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        match fault:
            case Reset(stage=Stage.BODY):
                self.transport.write(head + body[: len(body) // 2])
                asyncio.get_running_loop().call_later(0.02, self._reset)
            case Reset():
                self._reset()
            case Raw():
                self.transport.write(fault.data)
                self.transport.close()
            case Truncate():
                self.transport.write(head + body[: len(body) // 2])
                self.transport.close()
            case WrongLength():
                self.transport.write(head + body)
                if fault.by > 0:
                    self.transport.close()
            case Drip():
                first = head if fault.stage is Stage.BODY else b""
                self.transport.write(first)
                self._drip((head + body)[len(first) :], fault.seconds)
            case _:
                self.transport.write(head + body)

    def _drip(self, rest: bytes, seconds: float) -> None:
        if rest and not self.transport.is_closing():
            self.transport.write(rest[:1])
            asyncio.get_running_loop().call_later(seconds, self._drip, rest[1:], seconds)

    def _reset(self) -> None:
        connection = self.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()
