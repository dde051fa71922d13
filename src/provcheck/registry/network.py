"""Connections under httpx: with an absolute deadline, and with the TLS that npm's configuration asks for."""

import re
import ssl
import time
from collections.abc import Iterable

import httpcore
import httpx

from provcheck.registry.addresses import parse_address, parse_userinfo
from provcheck.registry.config import NpmConfig

_IDLE_SECONDS = 15.0
"""How long an unused connection is kept."""

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----")


class Transport(httpx.HTTPTransport):
    """An httpx transport of one request at a time whose every read and write ends at ``deadline``.

    httpx's own time-outs start again with each packet, so a server that sends one byte now and then, of the headers
    or of the body, would never run into them.

    Attributes:
        deadline: on the clock of `time.monotonic`; to be set before each request.
    """

    def __init__(self, *, tls: ssl.SSLContext | None, proxy: str | None) -> None:
        """Prepare connections, directly or through a proxy.

        Args:
            tls: how to check certificates; needed if an https address will be asked.
            proxy: the proxy's address, with user and password if it needs them.

        Raises:
            ValueError: ``proxy`` is not an http or https address.
        """
        self.deadline = 0.0
        backend = _DeadlineBackend(self)
        if proxy is None:
            self._pool = httpcore.ConnectionPool(
                ssl_context=tls, keepalive_expiry=_IDLE_SECONDS, network_backend=backend
            )
        else:
            address = parse_address(proxy)
            self._pool = httpcore.HTTPProxy(
                proxy_url=f"{address.scheme}://{address.authority}",
                proxy_auth=parse_userinfo(proxy),
                ssl_context=tls,
                proxy_ssl_context=tls if address.scheme == "https" else None,
                keepalive_expiry=_IDLE_SECONDS,
                network_backend=backend,
            )

    def remaining(self, timeout: float | None) -> float:
        """Return the shorter of ``timeout`` and what is left until the deadline; at least a millisecond."""
        left = max(self.deadline - time.monotonic(), 0.001)
        return left if timeout is None else min(timeout, left)


class _DeadlineBackend(httpcore.SyncBackend):
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        limit = self._transport.remaining(timeout)
        stream = super().connect_tcp(host, port, limit, local_address, socket_options)
        return _DeadlineStream(stream, self._transport)


class _DeadlineStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, transport: Transport) -> None:
        self._stream = stream
        self._transport = transport

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if time.monotonic() > self._transport.deadline:
            raise httpcore.ReadTimeout
        return self._stream.read(max_bytes, self._transport.remaining(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._transport.remaining(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._transport.remaining(timeout))
        return _DeadlineStream(stream, self._transport)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def tls_context(config: NpmConfig, certificate: tuple[str, str] | None) -> ssl.SSLContext:
    """Return how to check the registries' certificates, and which client certificate to show.

    Like npm: ``ca`` and ``cafile`` replace the usual authorities (those of certifi, or of ``SSL_CERT_FILE``),
    ``NODE_EXTRA_CA_CERTS`` adds to them, and ``strict-ssl=false`` checks nothing.

    Raises:
        OSError: a file cannot be read, or does not hold what it should (`ssl.SSLError`).
    """
    if not config.strict_ssl:
        context = httpx.create_ssl_context(verify=False)
    elif config.ca is not None:
        context = ssl.create_default_context(cadata=_certificates(config.ca))
    else:
        context = httpx.create_ssl_context()
        if config.extra_ca is not None:
            context.load_verify_locations(cadata=_certificates(config.extra_ca))
    if config.ca is not None or config.extra_ca is not None:
        # From Python 3.13 on, certificates must follow rules that many private authorities break and npm ignores.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if certificate is not None:
        context.load_cert_chain(*certificate)
    return context


def _certificates(pem: str) -> str:
    """Return the certificates alone: the ssl module refuses the comments of many bundles, as they are not ASCII."""
    certificates = _CERTIFICATE.findall(pem)
    if not certificates:
        raise ssl.SSLError("no certificate in PEM form")
    return "\n".join(certificates)
