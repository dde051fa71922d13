"""Evidence about packages, from the store or from their registry.

**Absent or not served?** A registry that says 404 about attestations may mean that there are none, or that it never
has any: plain mirrors and many proxies answer so. The first is `NotFound`, the second must never look like it. So
a 404 means `NotFound` only if

1. the registry can answer. That is so if it has npm's keys endpoint. One without may still serve attestations that
   are signed with certificates only; then up to `SAMPLE_SIZE` packages of the run are asked about first. If none of
   them has attestations, everything from that registry is ``attestations-not-served``, and nothing more is asked.
   If the keys endpoint fails, nobody can tell, and every 404 is ``registry-error``;
2. and the version's own metadata does not name attestations. If it does, something between the publisher and here
   drops them, and this version is ``attestations-not-served``.

What decides about one package never depends on the order in which answers arrive.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Generic, TypeAlias, TypeGuard, TypeVar, assert_never

from provcheck.codes import Code
from provcheck.errors import MalformedError
from provcheck.jsonio import MAX_BYTES
from provcheck.model import DistClaims, DistEvidence, Evidence, NotFound, Served, Unavailable
from provcheck.registry.addresses import attestations_url, keys_url, metadata_url, parse_address
from provcheck.registry.config import NpmConfig
from provcheck.registry.documents import parse_attestations, parse_keys, parse_metadata
from provcheck.registry.exchange import AnswerTooLargeError, Getter, RegistryError
from provcheck.registry.store import EvidenceStore

SAMPLE_SIZE = 16
"""How many packages are asked about to find out whether a registry without keys serves attestations."""

MAX_AGE = timedelta(days=1)
"""How long an answer that may change is used without asking again: that there is nothing, metadata, and keys.

Attestations are used for ever: npm makes them when a version is published, and versions do not change.
"""

_CLOCK_SKEW = timedelta(minutes=5)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found(Generic[T]):
    """Status 200, and what it should be."""

    body: bytes
    parsed: T


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refused:
    """A status from 400 to 499 that may mean that there is no such thing."""

    status: int


_Answer: TypeAlias = _Found[T] | _Refused | Unavailable


class _Serves(StrEnum):
    """Whether a registry serves attestations."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    """Its keys endpoint, or one of the sample, failed."""
    UNSAMPLED = "unsampled"
    """It has no keys endpoint, and there was nothing to sample: each package is its own sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Capability:
    serves: _Serves
    failure: Unavailable | None = None
    """What a 404 amounts to; ``None`` if and only if the registry serves attestations."""
    note: str = ""
    """For people: how that was found out."""


@dataclass(slots=True)
class _Registry:
    """What this run knows about one registry."""

    url: str
    sample: dict[str, str] = field(default_factory=dict)
    """Versions by package name."""
    capability: _Capability | None = None
    keys: _Answer[None] | None = None
    served: int = 0
    undecided: int = 0
    """Versions about which the registry says 404, or was not asked, without that meaning anything."""
    withheld: int = 0
    capability_lock: threading.Lock = field(default_factory=threading.Lock)
    keys_lock: threading.Lock = field(default_factory=threading.Lock)


class EvidenceSource:
    """Answers what the registries say about packages; safe to use from many threads."""

    def __init__(self, *, config: NpmConfig, store: EvidenceStore, client: Getter | None) -> None:
        """Ask nobody yet.

        Args:
            config: which registry a package comes from.
            store: what was fetched before, and where to keep what is fetched now.
            client: asks registries; ``None``: offline, only the store answers, and nothing in it expires.
        """
        self._config = config
        self._store = store
        self._client = client
        self._lock = threading.Lock()
        self._registries: dict[str, _Registry] = {}

    def announce(self, packages: Iterable[tuple[str, str]]) -> None:
        """Note the ``(name, version)`` pairs that will be asked about; to be called before the first is.

        Nothing is asked. It fixes the sample for registries without keys (see the module), so that it does not depend
        on which thread is first. Without it, each package of such a registry is judged alone.
        """
        for name, version in packages:
            sample = self._registry(self._config.registry_for(name)).sample
            if len(sample) < SAMPLE_SIZE:
                sample.setdefault(name, version)

    def fetch_attestations(self, name: str, version: str, *, limit: int = MAX_BYTES) -> Evidence:
        """Return the answer of the attestations endpoint about one version, checked to be one, not verified.

        Raises:
            AnswerTooLargeError: an answer has more than ``limit`` bytes; never with the default.
        """
        registry = self._registry(self._config.registry_for(name))
        try:
            url = attestations_url(registry.url, name, version)
        except ValueError:
            return _impossible(name, version)
        answer = self._recall(url, parse_attestations, lasts=bool, limit=limit)
        if isinstance(answer, _Found) and answer.parsed:
            return self._served(registry, answer.body)
        capability = self._capability(registry)
        if capability.failure is not None and capability.serves is _Serves.NO:
            return self._undecided(registry, capability.failure)
        if answer is None:
            # From the store again: finding out about the registry may have asked for this very version.
            answer = self._ask(url, parse_attestations, lasts=bool, limit=limit)
        elif _is_error(answer, capability) and self._client is not None:
            answer = self._fetch(url, parse_attestations, limit=limit)
        judged = self._judge(registry, capability, answer)
        return judged or self._confirm_absence(registry, name, version, limit=limit)

    def fetch_dist(self, name: str, version: str, *, limit: int = MAX_BYTES) -> DistEvidence:
        """Return what the registry's metadata claims about one version's tarball; unsigned.

        `NotFound` also if the registry has no metadata of single versions.

        Raises:
            AnswerTooLargeError: the metadata has more than ``limit`` bytes; never with the default.
        """
        registry = self._config.registry_for(name)
        try:
            url = metadata_url(registry, name, version)
        except ValueError:
            return _impossible(name, version)
        answer = self._ask(url, lambda body: parse_metadata(body, name=name, version=version), limit=limit)
        match answer:
            case _Found():
                return answer.parsed
            case _Refused():
                return NotFound()
            case Unavailable():
                return answer
            case _:
                assert_never(answer)

    def fetch_keys(self, registry: str) -> Evidence:
        """Return the answer of a registry's keys endpoint, checked to be one."""
        answer = self._keys(self._registry(registry.rstrip("/")))
        match answer:
            case _Found():
                return Served(body=answer.body)
            case _Refused():
                return NotFound()
            case Unavailable():
                return answer
            case _:
                assert_never(answer)

    def notes(self) -> tuple[str, ...]:
        """Return what people should know about the run as a whole, when it is over."""
        notes = list(self._config.warnings)
        for url in sorted(self._registries):
            registry = self._registries[url]
            if registry.undecided and registry.capability is not None:
                notes.append(registry.capability.note)
            elif registry.withheld and not registry.served:
                notes.append(f"{url} names attestations in its metadata and serves none of them: something drops them")
        notes.extend(self._client.given_up() if self._client else ())
        notes.extend([self._store.problem] if self._store.problem else [])
        return tuple(dict.fromkeys(notes))

    # -- absent or not served --

    def _capability(self, registry: _Registry) -> _Capability:
        """Return whether the registry serves attestations; whoever asks first finds out, and the others wait."""
        with registry.capability_lock:
            if registry.capability is None:
                registry.capability = self._find_capability(registry)
            return registry.capability

    def _find_capability(self, registry: _Registry) -> _Capability:
        keys = self._keys(registry)
        if isinstance(keys, _Found):
            return _Capability(serves=_Serves.YES)
        if _is_failure(keys):
            return _unknown(keys, f"{registry.url} may or may not serve attestations: its keys endpoint fails")
        denied = 0
        for name, version in registry.sample.items():
            answer = self._ask_sample(registry, name, version)
            if isinstance(answer, _Found):
                return _Capability(serves=_Serves.YES)
            if _is_failure(answer):
                return _unknown(answer, f"{registry.url} may or may not serve attestations: it has no keys, and fails")
            denied += answer is not None
        failure = _not_served(registry.url)
        what = f"none of the first {denied} packages has" if denied > 1 else "what was asked about has no"
        why = f"it has no keys endpoint, and {what} attestations"
        serves = _Serves.NO if denied else _Serves.UNSAMPLED
        return _Capability(serves=serves, failure=failure, note=f"{failure.message}: {why}")

    def _ask_sample(self, registry: _Registry, name: str, version: str) -> _Answer[int] | None:
        """Return what the registry says about one version; ``None`` if it cannot be asked."""
        try:
            url = attestations_url(registry.url, name, version)
        except ValueError:
            return None
        answer = self._ask(url, parse_attestations, lasts=bool)
        return None if isinstance(answer, Unavailable) and answer.code is Code.EVIDENCE_MISSING else answer

    def _judge(self, registry: _Registry, capability: _Capability, answer: _Answer[int]) -> Evidence | None:
        """Return what an answer of the attestations endpoint amounts to; ``None``: it says that there are none."""
        match answer:
            case _Found():
                return self._served(registry, answer.body) if answer.parsed else None
            case _Refused() if capability.failure is not None:
                return self._undecided(registry, capability.failure)
            case _Refused() if _is_error(answer, capability):
                return Unavailable(code=Code.REGISTRY_ERROR, message=f"{_host(registry.url)}: {answer.status}")
            case _Refused():
                return None
            case Unavailable(code=Code.REGISTRY_RESPONSE_MALFORMED) if capability.serves is _Serves.UNSAMPLED:
                return self._undecided(registry, _not_served(registry.url))
            case Unavailable():
                return answer
            case _:
                assert_never(answer)

    def _undecided(self, registry: _Registry, failure: Unavailable) -> Unavailable:
        with self._lock:
            registry.undecided += 1
        return failure

    def _confirm_absence(self, registry: _Registry, name: str, version: str, *, limit: int) -> Evidence:
        """Return `NotFound`, unless the version's metadata contradicts the attestations endpoint."""
        dist = self.fetch_dist(name, version, limit=limit)
        if isinstance(dist, Unavailable):
            return dist
        if isinstance(dist, DistClaims) and dist.has_attestations:
            with self._lock:
                registry.withheld += 1
            message = f"{_host(registry.url)} names attestations in its metadata, and has none when asked for them"
            return Unavailable(code=Code.ATTESTATIONS_NOT_SERVED, message=message)
        return NotFound()

    def _served(self, registry: _Registry, body: bytes) -> Served:
        with self._lock:
            registry.served += 1
        return Served(body=body)

    def _keys(self, registry: _Registry) -> _Answer[None]:
        with registry.keys_lock:
            if registry.keys is None:
                registry.keys = self._ask(keys_url(registry.url), parse_keys)
            return registry.keys

    def _registry(self, url: str) -> _Registry:
        with self._lock:
            return self._registries.setdefault(url, _Registry(url=url))

    # -- one answer --

    def _ask(
        self,
        url: str,
        parse: Callable[[bytes], T],
        *,
        lasts: Callable[[T], bool] = lambda _: False,
        limit: int = MAX_BYTES,
    ) -> _Answer[T]:
        """Return the answer of an address, from the store if it has one that still counts."""
        return self._recall(url, parse, lasts=lasts, limit=limit) or self._fetch(url, parse, limit=limit)

    def _recall(
        self, url: str, parse: Callable[[bytes], T], *, lasts: Callable[[T], bool], limit: int
    ) -> _Answer[T] | None:
        record = self._store.read(url, limit=limit)
        if record is None:
            return None
        answer = self._interpret(url, record.status, record.body, parse)
        if self._client is None:
            return answer
        if isinstance(answer, Unavailable):
            return None
        is_lasting = isinstance(answer, _Found) and lasts(answer.parsed)
        # A record from the future, by a wrong clock or a forger, would otherwise never expire.
        is_recent = -_CLOCK_SKEW <= self._store.age(record) <= MAX_AGE
        return answer if is_lasting or is_recent else None

    def _fetch(self, url: str, parse: Callable[[bytes], T], *, limit: int) -> _Answer[T]:
        """Ask the registry, and keep its answer if it is one."""
        if self._client is None:
            message = f"missing or damaged in the evidence (offline: {_host(url)} was not asked)"
            return Unavailable(code=Code.EVIDENCE_MISSING, message=message)
        try:
            response = self._client.get(url, limit=limit)
        except RegistryError as error:
            if isinstance(error, AnswerTooLargeError) and limit < MAX_BYTES:
                raise
            return Unavailable(code=error.code, message=error.message)
        answer = self._interpret(url, response.status, response.body, parse)
        if not isinstance(answer, Unavailable):
            self._store.write(url, status=response.status, body=response.body)
        return answer

    def _interpret(self, url: str, status: int, body: bytes, parse: Callable[[bytes], T]) -> _Answer[T]:
        if status == _OK:
            try:
                return _Found(body=body, parsed=parse(body))
            except MalformedError as error:
                message = f"{_host(url)}: {error.message}"
                return Unavailable(code=Code.REGISTRY_RESPONSE_MALFORMED, message=message)
        if status in _DENIED:
            known = "in spite of" if self._config.authorization_for(url) else "and there is no"
            message = f"{_host(url)}: {status}, {known} credential in npm's configuration for this address"
            return Unavailable(code=Code.REGISTRY_DENIED, message=message)
        if status in _REFUSALS:
            return _Refused(status=status)
        return Unavailable(code=Code.REGISTRY_ERROR, message=f"{_host(url)}: {status}")


_OK = 200
_NOT_FOUND = 404
_DENIED = frozenset({401, 402, 403, 407})
_REFUSALS = frozenset(range(400, 500)) - _DENIED - {408, 421, 425, 429}


def _host(url: str) -> str:
    return parse_address(url).authority


def _impossible(name: str, version: str) -> Unavailable:
    return Unavailable(code=Code.REGISTRY_ERROR, message=f"no registry can have a package {name}@{version}")


def _not_served(registry: str) -> Unavailable:
    return Unavailable(code=Code.ATTESTATIONS_NOT_SERVED, message=f"{registry} serves no attestations")


def _is_error(answer: _Answer[T], capability: _Capability) -> bool:
    """Say whether a refusal is an error: where there is an attestations endpoint, only 404 says that there is none."""
    return isinstance(answer, _Refused) and answer.status != _NOT_FOUND and capability.serves is _Serves.YES


def _is_failure(answer: _Answer[T] | None) -> TypeGuard[Unavailable]:
    """Say whether an answer leaves everything open, unlike a page that is not what was asked for."""
    return isinstance(answer, Unavailable) and answer.code is not Code.REGISTRY_RESPONSE_MALFORMED


def _unknown(cause: Unavailable, message: str) -> _Capability:
    """Return that nobody can tell, because of ``cause``."""
    code = cause.code if cause.code is Code.EVIDENCE_MISSING else Code.REGISTRY_ERROR
    failure = Unavailable(code=code, message=f"{message} ({cause.message})")
    return _Capability(serves=_Serves.UNKNOWN, failure=failure, note=failure.message)
