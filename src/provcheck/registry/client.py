"""HTTP to the registries: bounded in time, size and number of connections, and careful with credentials.

Measured with 1,112 requests on one machine: one `httpx.AsyncClient` gets slower with every connection in its pool,
one `httpx.Client` for all threads spends a third more CPU time than a transport for each. So each of
``concurrency`` slots has transports of its own, and whoever makes a request borrows a slot.
"""

import logging
import queue
import ssl
import threading
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import NamedTuple, Self

import httpx
import stamina

from provcheck._version import __version__
from provcheck.codes import Code
from provcheck.registry.addresses import Address, parse_address, resolve_redirect
from provcheck.registry.answers import (
    LargeAnswerError,
    MalformedAnswerError,
    drain,
    parse_retry_after,
    read_body,
)
from provcheck.registry.config import NpmConfig
from provcheck.registry.exchange import AnswerTooLargeError, RegistryError, Response
from provcheck.registry.hosts import Host
from provcheck.registry.network import Transport, tls_context

MAX_BYTES = 16 * 1024 * 1024
"""The largest accepted answer, in bytes, both as it is sent and unpacked."""

MAX_REDIRECTS = 5
MAX_RETRY_AFTER_SECONDS = 60.0
"""Who asks to be left alone for longer is not tried again."""

_CONNECT_SECONDS = 10.0
_READ_SECONDS = 15.0
_LIMITS = httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS).as_dict()
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HEADERS = (
    (b"Accept", b"application/json"),
    (b"Accept-Encoding", b"gzip"),
    (b"User-Agent", f"provcheck/{__version__}".encode()),
)

# stamina logs each retry as a warning, which Python prints to standard error if nobody configured logging.
logging.getLogger("stamina").addHandler(logging.NullHandler())


class _TransientError(RegistryError):
    """A try failed that another try may mend."""

    def __init__(self, host: Host, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(Code.REGISTRY_ERROR, message)
        self.host = host
        self.retry_after = retry_after


class _Route(NamedTuple):
    """What requests must have in common to share connections."""

    tls: bool
    proxy: str | None
    certificate: tuple[str, str] | None


@dataclass(slots=True)
class _Slot:
    transports: dict[_Route, Transport] = field(default_factory=dict)


class RegistryClient:
    """Asks registries over HTTP. Safe to use from many threads; to be closed at the end."""

    def __init__(
        self,
        config: NpmConfig,
        *,
        concurrency: int = 48,
        timeout: float = 30.0,
        tries: int = 3,
        backoff: float = 0.5,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        """Prepare; nothing is sent yet.

        Args:
            config: registries' credentials, proxies and TLS.
            concurrency: how many requests may be under way at once.
            timeout: seconds for one try, from connecting to the last byte, redirects included. Only the system's
                look-up of a host name may take longer.
            tries: how often to ask before giving up.
            backoff: seconds before the second try; doubled, with random extra of up to as much, for each further one.
            max_bytes: the largest accepted answer, as it is sent and unpacked.
        """
        self._config = config
        self._timeout = timeout
        self._tries = tries
        self._max_bytes = max_bytes
        self._slots: queue.LifoQueue[_Slot] = queue.LifoQueue()
        self._all_slots = [_Slot() for _ in range(concurrency)]
        for slot in self._all_slots:
            self._slots.put(slot)
        self._lock = threading.Lock()
        self._hosts: dict[str, Host] = {}
        self._contexts: dict[tuple[str, str] | None, ssl.SSLContext] = {}
        self._retrying = stamina.RetryingCaller(
            attempts=tries, timeout=None, wait_initial=backoff, wait_max=10 * backoff, wait_jitter=backoff
        ).on(_wait_before_retry)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        for slot in self._all_slots:
            for transport in slot.transports.values():
                transport.close()
            slot.transports.clear()

    def given_up(self) -> tuple[str, ...]:
        """Return, for people, the hosts that were not asked any more because they kept failing, and why."""
        reasons = sorted(host.given_up.message for host in self._hosts.values() if host.given_up)
        return tuple(f"{reason}: not asked any more" for reason in reasons)

    def get(self, url: str, *, limit: int = MAX_BYTES) -> Response:
        """Return the answer of ``url``: anything but a redirect (followed), 429 or a server error (tried again).

        Args:
            url: what to ask.
            limit: the largest accepted answer, if that is less than what the client accepts at all.

        Raises:
            AnswerTooLargeError: the answer is too large.
            RegistryError: no connection, time-out, truncated answer, 429 or server error after all tries; too many
                redirects or one from https to http; an answer that is packed wrongly.
        """
        try:
            address = parse_address(url)
        except ValueError:
            raise RegistryError(Code.REGISTRY_ERROR, "the address to ask is not one") from None
        with self._lock:
            host = self._hosts.setdefault(f"{address.scheme}://{address.authority}", Host())
        if host.given_up:
            raise RegistryError(host.given_up.code, host.given_up.message)
        started = time.monotonic()
        try:
            response = self._retrying(self._try, address, host, min(limit, self._max_bytes))
        except _TransientError as error:
            final = self._final(error)
            host.request_failed(final, seconds=time.monotonic() - started)
            reason = host.given_up or final
            raise RegistryError(reason.code, reason.message) from error
        except AnswerTooLargeError:
            raise
        except RegistryError as error:
            host.request_failed(error, seconds=time.monotonic() - started)
            raise
        host.request_succeeded()
        return response

    def _final(self, error: _TransientError) -> RegistryError:
        return RegistryError(error.code, f"{error.message} ({self._tries} tries)")

    # -- one try --

    def _try(self, address: Address, host: Host, limit: int) -> Response:
        try:
            return self._follow(address, host, limit)
        except _TransientError as error:
            host.try_failed(self._final(error))
            raise
        except httpx.LocalProtocolError:
            # Its text can quote a header, so it must not even be chained.
            raise RegistryError(Code.REGISTRY_ERROR, f"{address.authority}: the request cannot be sent") from None
        except (httpx.InvalidURL, UnicodeError) as error:
            raise RegistryError(Code.REGISTRY_ERROR, f"{address.authority}: not a host name") from error

    def _follow(self, address: Address, host: Host, limit: int) -> Response:
        slot = self._slots.get()
        deadline = time.monotonic() + self._timeout
        try:
            for _ in range(MAX_REDIRECTS + 1):
                answer = self._exchange(slot, address, host, deadline, limit)
                if isinstance(answer, Response):
                    return answer
                address = answer
        finally:
            self._slots.put(slot)
        raise RegistryError(Code.REGISTRY_ERROR, f"{address.authority}: more than {MAX_REDIRECTS} redirects")

    def _exchange(self, slot: _Slot, address: Address, host: Host, deadline: float, limit: int) -> Response | Address:
        """Ask once and return the answer, or the address that it redirects to."""
        url = str(address)
        transport = self._transport(slot, address)
        transport.deadline = deadline
        headers = list(_HEADERS)
        # Looked up anew for each address: a redirect gets what is configured for its target, or nothing.
        if (authorization := self._config.authorization_for(url)) is not None:
            headers.append((b"Authorization", authorization.encode("ascii")))
        request = httpx.Request("GET", url, headers=headers, extensions={"timeout": _LIMITS})
        try:
            response = transport.handle_request(request)
            try:
                host.answer_came()
                return self._read(response, address, host, limit)
            finally:
                response.close()
        except httpx.LocalProtocolError:
            raise
        except httpx.TransportError as error:
            raise self._failure(error, address, host, deadline) from error

    def _transport(self, slot: _Slot, address: Address) -> Transport:
        """Return the slot's transport for the way to ``address``."""
        url = str(address)
        proxy = self._config.proxy_for(url)
        files = self._config.certificate_for(url) if address.scheme == "https" else None
        certificate = (str(files[0]), str(files[1])) if files else None
        route = _Route(address.scheme == "https", proxy.reveal() if proxy else None, certificate)
        transport = slot.transports.get(route)
        if transport is None:
            needs_tls = route.tls or (route.proxy or "").startswith("https:")
            context = self._context(certificate) if needs_tls else None
            try:
                transport = slot.transports[route] = Transport(tls=context, proxy=route.proxy)
            except ValueError:
                message = f"{address.authority}: the proxy for it is not an http:// or https:// address"
                raise RegistryError(Code.REGISTRY_ERROR, message) from None
        return transport

    def _context(self, certificate: tuple[str, str] | None) -> ssl.SSLContext:
        with self._lock:
            if certificate not in self._contexts:
                try:
                    self._contexts[certificate] = tls_context(self._config, certificate)
                except OSError as error:
                    reason = error.strerror or type(error).__name__
                    message = f"the TLS certificates that npm's configuration names cannot be used: {reason}"
                    raise RegistryError(Code.REGISTRY_ERROR, message) from error
            return self._contexts[certificate]

    # -- answers --

    def _read(self, response: httpx.Response, address: Address, host: Host, limit: int) -> Response | Address:
        status = response.status_code
        if status == httpx.codes.OK:
            try:
                return Response(status=status, body=read_body(response, limit=limit))
            except LargeAnswerError as error:
                raise AnswerTooLargeError(f"{address.authority}: {error}") from error
            except MalformedAnswerError as error:
                raise RegistryError(Code.REGISTRY_RESPONSE_MALFORMED, f"{address.authority}: {error}") from error
        drain(response)
        location = response.headers.get("location")
        if status in _REDIRECTS and location is not None:
            return _redirect_target(address, location)
        if status == httpx.codes.TOO_MANY_REQUESTS or status >= httpx.codes.INTERNAL_SERVER_ERROR:
            wait = parse_retry_after(response.headers.get("retry-after"))
            if wait is not None and wait > MAX_RETRY_AFTER_SECONDS:
                failure = RegistryError(
                    Code.REGISTRY_ERROR, f"{address.authority}: {status}, and asks to wait {wait:.0f} s"
                )
                host.asked_to_be_left_alone(failure)
                raise failure
            raise _TransientError(host, f"{address.authority}: {status}", retry_after=wait)
        return Response(status=status, body=b"")

    def _failure(self, error: httpx.TransportError, address: Address, host: Host, deadline: float) -> RegistryError:
        """Return what to tell people about a connection that failed."""
        cause = _find_cause(error, ssl.SSLCertVerificationError)
        if isinstance(cause, ssl.SSLCertVerificationError):
            message = f"{address.authority}: its TLS certificate is not trusted ({cause.verify_message})"
            failure = RegistryError(Code.REGISTRY_ERROR, message)
            host.try_failed(failure)
            return failure
        system = _find_cause(error, OSError)
        match error:
            case httpx.TimeoutException() if time.monotonic() >= deadline:
                what = f"no complete answer within {self._timeout:g} s"
            case httpx.ConnectTimeout():
                what = f"no connection within {_CONNECT_SECONDS:g} s"
            case httpx.TimeoutException():
                what = f"silent for {_READ_SECONDS:g} s"
            case httpx.ProxyError():
                what = "the proxy refuses to connect"
            case httpx.RemoteProtocolError():
                what = "the answer broke off, or is not HTTP"
            case _:
                reason = system.strerror if isinstance(system, OSError) else None
                what = (reason or "the connection failed").lower()
        return _TransientError(host, f"{address.authority}: {what}")


def _wait_before_retry(error: Exception) -> bool | float:
    """Say whether to try again after ``error``: no, after the usual wait, or after so many seconds."""
    if not isinstance(error, _TransientError) or error.host.given_up:
        return False
    return True if error.retry_after is None else error.retry_after


def _redirect_target(address: Address, location: str) -> Address:
    try:
        target = resolve_redirect(address, location)
    except ValueError:
        raise RegistryError(Code.REGISTRY_ERROR, f"{address.authority}: redirects to no web address") from None
    if address.scheme == "https" and target.scheme != "https":
        raise RegistryError(Code.REGISTRY_ERROR, f"{address.authority}: redirects from https to http")
    return target


def _find_cause(error: BaseException, kind: type[BaseException]) -> BaseException | None:
    """Return the first exception of ``kind`` among what led to ``error``."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, kind):
        cause = cause.__cause__ or cause.__context__
    return cause
