"""Refreshing trust material from a TUF repository (https://theupdateframework.github.io/specification/latest/).

python-tuf's client does the work, in a temporary folder that starts from the local copy, so that an older repository
than that one is refused. What it leaves is verified once more, by the code that reads the copy ever after.
"""

import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from time import monotonic
from urllib.parse import quote, unquote
from urllib.request import getproxies, proxy_bypass

from tuf.api import exceptions
from tuf.ngclient import (  # type: ignore[attr-defined] # its __all__ is computed, which mypy cannot follow
    FetcherInterface,
    Updater,
)
from urllib3 import BaseHTTPResponse, PoolManager, ProxyManager, Retry, Timeout, make_headers
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError
from urllib3.exceptions import TimeoutError as UrllibTimeoutError
from urllib3.util import parse_url

from provcheck._version import __version__
from provcheck.errors import TrustError
from provcheck.trust.tuf_copy import UnverifiedCopy

_MAX_TARGET_BYTES = 4 * 1024 * 1024
_MAX_REDIRECTS = 3
_CONNECT_TIMEOUT = 2.0  # a firewall that swallows packets should not use up the deadline
_CHUNK = 16 * 1024
_PROBLEMS: tuple[tuple[type[Exception], str], ...] = (
    (exceptions.SlowRetrievalError, "it did not answer in time"),
    (exceptions.DownloadLengthMismatchError, "it serves a file that is larger than announced"),
    (exceptions.DownloadError, "it cannot be reached"),
    (exceptions.ExpiredMetadataError, "its metadata has expired, or this computer's clock is wrong"),
    (exceptions.BadVersionNumberError, "its metadata is older than what it served before"),
    (exceptions.UnsignedMetadataError, "its metadata is not signed by the trusted keys"),
    (exceptions.LengthOrHashMismatchError, "it serves a file that does not match its signed digest"),
    (exceptions.RepositoryError, "its metadata is malformed"),
)
"""What is said about an exception of python-tuf: the first that fits. Its own text quotes the server: not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A TUF repository, and what is wanted from it."""

    url: str
    bootstrap: bytes
    """Root metadata that is trusted without further proof."""
    required: str
    """The path of a target without which a refresh is useless."""
    optional: str
    """The path of a target that may be missing or broken."""


def start_refresh(repository: Repository, known: UnverifiedCopy | None, *, deadline: float) -> Future[UnverifiedCopy]:
    """Return at once; the future gets what `refresh` returns or raises.

    The thread is a daemon: neither a caller that stops waiting nor the end of the program waits for it.
    """
    future: Future[UnverifiedCopy] = Future()

    def run() -> None:
        try:
            future.set_result(refresh(repository, known, deadline=deadline))
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
            future.set_exception(error)

    threading.Thread(target=run, name="tuf-refresh", daemon=True).start()
    return future


def refresh(repository: Repository, known: UnverifiedCopy | None, *, deadline: float) -> UnverifiedCopy:
    """Return a copy of the repository as it is now.

    Args:
        repository: what to ask.
        known: the last copy, if there is a sound one; saves downloads, and nothing older is accepted.
        deadline: after how many seconds to give up.

    Raises:
        TrustError: the repository cannot be reached or does not verify, with a phrase for people that says which.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="provcheck-tuf-", ignore_cleanup_errors=True) as folder:
            return _refresh_in(Path(folder), repository, known, deadline=deadline)
    except (exceptions.DownloadError, exceptions.RepositoryError) as error:
        raise TrustError(_problem(error)) from error
    except OSError as error:
        raise TrustError(f"temporary files cannot be written ({error.strerror})") from error
    except ValueError as error:  # python-tuf's, for example a role that nobody delegates to
        raise TrustError("its metadata is malformed") from error


def _problem(error: Exception) -> str:
    if isinstance(error, exceptions.DownloadHTTPError):
        return f"it answers with HTTP status {error.status_code}"
    return next(text for kind, text in _PROBLEMS if isinstance(error, kind))


def _refresh_in(
    folder: Path, repository: Repository, known: UnverifiedCopy | None, *, deadline: float
) -> UnverifiedCopy:
    metadata, history, targets = folder / "metadata", folder / "metadata" / "root_history", folder / "targets"
    history.mkdir(parents=True)
    targets.mkdir()
    if known is not None:
        _write(history, {f"{version}.root.json": data for version, data in known.roots.items()})
        _write(metadata, {f"{quote(role, safe='')}.json": data for role, data in known.metadata.items()})
        wanted = (repository.required, repository.optional)
        _write(targets, {quote(path, safe=""): data for path, data in known.targets.items() if path in wanted})
    fetched = datetime.now(UTC)
    with closing(_Fetcher(deadline)) as fetcher:
        files = _update(repository, fetcher, metadata, targets)
    return UnverifiedCopy(
        fetched=fetched,
        roots={int(path.name.split(".")[0]): path.read_bytes() for path in history.glob("*.root.json")},
        metadata={
            unquote(path.name.removesuffix(".json")): path.read_bytes()
            for path in metadata.glob("*.json")
            if path.name != "root.json"
        },
        targets={path: data for path, data in files.items() if data is not None},
    )


def _update(
    repository: Repository, fetcher: FetcherInterface, metadata: Path, targets: Path
) -> dict[str, bytes | None]:
    """Bring both folders up to date; return the targets that are wanted, ``None`` where there is none."""
    updater = Updater(
        metadata_dir=str(metadata),
        metadata_base_url=repository.url,
        target_dir=str(targets),
        target_base_url=f"{repository.url.rstrip('/')}/targets/",
        fetcher=fetcher,
        bootstrap=repository.bootstrap,
    )
    updater.refresh()
    files = {repository.required: _fetch_target(updater, repository.required)}
    try:
        files[repository.optional] = _fetch_target(updater, repository.optional)
    except (exceptions.DownloadError, exceptions.RepositoryError):
        files[repository.optional] = None  # the copy then lacks what its metadata promises, and says so when verified
    return files


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).write_bytes(data)


def _fetch_target(updater: Updater, path: str) -> bytes | None:
    info = updater.get_targetinfo(path)
    if info is None:
        return None
    if info.length > _MAX_TARGET_BYTES:
        raise exceptions.DownloadLengthMismatchError(f"{path} is too large")
    return Path(updater.find_cached_target(info) or updater.download_target(info)).read_bytes()


class _Fetcher(FetcherInterface):
    """Downloads within one deadline for everything together; python-tuf's own fetchers bound single waits only."""

    def __init__(self, deadline: float) -> None:
        self._end = monotonic() + deadline
        self._pools: dict[str | None, PoolManager] = {}
        self._resources = ExitStack()

    def close(self) -> None:
        """Close all connections, also those of answers that were not read to the end."""
        self._resources.close()

    def _fetch(self, url: str) -> Iterator[bytes]:
        with _foreign_errors():
            response = self._pool(url).request(
                "GET",
                url,
                headers={"User-Agent": f"provcheck/{__version__}"},
                timeout=Timeout(connect=min(_CONNECT_TIMEOUT, self._remaining()), read=self._remaining()),
                retries=Retry(total=_MAX_REDIRECTS, connect=0, read=0, other=0),
                preload_content=False,
            )
        self._resources.callback(response.close)
        if response.status != HTTPStatus.OK:
            next(self._read(response), None)  # an answer that has been read leaves its connection for the next request
            raise exceptions.DownloadHTTPError(f"HTTP status {response.status}", response.status)
        return self._read(response)

    def _read(self, response: BaseHTTPResponse) -> Iterator[bytes]:
        """Give what arrives as it arrives: a server that sends a byte now and then gets no further than others."""
        with _foreign_errors():
            while chunk := response.read1(_CHUNK):
                self._remaining()
                yield chunk

    def _pool(self, url: str) -> PoolManager:
        """Return the connections to use for ``url``: through a proxy if the environment or the system says so."""
        parts = parse_url(url)
        proxies = {} if proxy_bypass(parts.host or "") else getproxies()
        proxy = proxies.get(parts.scheme or "", proxies.get("all"))
        if proxy not in self._pools:
            self._pools[proxy] = PoolManager() if proxy is None else _proxy_pool(proxy)
            self._resources.callback(self._pools[proxy].clear)
        return self._pools[proxy]

    def _remaining(self) -> float:
        remaining = self._end - monotonic()
        if remaining <= 0:
            raise exceptions.SlowRetrievalError("the deadline has passed")
        return remaining


def _proxy_pool(proxy: str) -> ProxyManager:
    credentials = parse_url(proxy).auth
    headers = make_headers(proxy_basic_auth=unquote(credentials)) if credentials else None
    return ProxyManager(proxy, proxy_headers=headers)


@contextmanager
def _foreign_errors() -> Iterator[None]:
    """Turn urllib3's exceptions into python-tuf's."""
    try:
        yield
    except HTTPError as error:
        reason = error.reason if isinstance(error, MaxRetryError) else error
        if isinstance(reason, UrllibTimeoutError) and not isinstance(reason, NewConnectionError):
            raise exceptions.SlowRetrievalError("no answer in time") from error
        raise exceptions.DownloadError("no connection, or one that breaks off") from error
