"""Sigstore's own trust material: from its TUF repository, else from the local copy of that, else from the installation.

Whatever is wrong with one source leads to the next and to a note for people; nothing here makes a run wait for longer
than its deadline.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

from provcheck.errors import MalformedError, TrustError
from provcheck.trust.embedded import Embedded
from provcheck.trust.npm_keys import NpmKeys, parse_npm_keys
from provcheck.trust.root import TrustedRoot, parse_trusted_root
from provcheck.trust.tuf_copy import UnverifiedCopy, parse_copy, verify_target, write_copy

FRESH = timedelta(days=1)
"""For how long the repository is not asked again."""
STALE = timedelta(days=180)
"""From which age on people are warned; Sigstore signs its TUF root anew before that."""

_TRUSTED_ROOT = "trusted_root.json"
_TUF = "Sigstore TUF repository"
_SHIPPED = "copy shipped with Provcheck"


@dataclass(frozen=True, slots=True, kw_only=True)
class Production:
    """Where Sigstore's material comes from."""

    url: str
    """The address of the TUF repository."""
    folder: Path
    """Where the local copy is kept."""
    embedded: Embedded
    registry: str
    """The registry whose keys are wanted, without a final slash."""
    deadline: float
    """How long to wait for the repository, in seconds."""

    @property
    def copy_path(self) -> Path:
        """The file that holds the local copy."""
        return self.folder / f"{quote(self.url, safe='')}.json"

    @property
    def keys_target(self) -> str:
        """The path of the registry's keys in the TUF repository."""
        return f"{urlsplit(self.registry).hostname}/keys.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductionMaterial:
    """Sigstore's trusted root and npm's keys, each with where it came from."""

    root: TrustedRoot
    root_source: str
    root_date: datetime | None
    keys: NpmKeys
    keys_source: str
    notes: tuple[str, ...] = ()
    """What concerns both."""
    root_notes: tuple[str, ...] = ()
    keys_notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """What a verified copy of the repository gives."""

    material: ProductionMaterial
    fetched: datetime
    current_until: datetime
    """When the repository has to be asked again."""


def load_production(production: Production, *, offline: bool, refresh: bool, now: datetime) -> ProductionMaterial:
    """Return Sigstore's trust material from the best source that can be had.

    Args:
        production: where it comes from.
        offline: whether the network is forbidden.
        refresh: whether to ask the repository even if it was asked less than a day ago.
        now: the time of the run.

    Raises:
        TrustError: even what the installation carries cannot be used.
    """
    notes: list[str] = []
    known = _read_copy(production.copy_path, notes)
    local = None if known is None else _judge_local(known, production, notes)
    if local is not None and local.fetched <= now < local.current_until and not refresh:
        return local.material
    if offline:
        notes.append("Offline: Sigstore's TUF repository was not asked.")
    else:
        fetched = _fetch(production, None if local is None else known, notes)
        if fetched is not None:
            return replace(fetched.material, notes=tuple(notes))
    embedded_date = production.embedded.date
    if local is not None and (embedded_date is None or embedded_date <= local.fetched):
        source = f"copy of {_TUF}, fetched on {local.fetched:%Y-%m-%d}"
        root_notes = _age_notes(local.fetched, now)
        return replace(local.material, root_source=source, notes=tuple(notes), root_notes=root_notes)
    root_notes = _age_notes(embedded_date, now) if embedded_date else ()
    return replace(_embedded_material(production), notes=tuple(notes), root_notes=root_notes)


def _read_copy(path: Path, notes: list[str]) -> UnverifiedCopy | None:
    try:
        return parse_copy(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        notes.append(f"The local copy of Sigstore's TUF repository cannot be read ({error.strerror}).")
    except MalformedError:
        notes.append("The local copy of Sigstore's TUF repository is damaged and was not used.")
    return None


def _judge_local(known: UnverifiedCopy, production: Production, notes: list[str]) -> _Judged | None:
    try:
        return _judge(known, production)
    except TrustError:
        notes.append("The local copy of Sigstore's TUF repository does not verify and was not used.")
        return None


def _fetch(production: Production, known: UnverifiedCopy | None, notes: list[str]) -> _Judged | None:
    from provcheck.trust.tuf import Repository, start_refresh  # noqa: PLC0415 - slow to import, and most runs do without

    repository = Repository(
        url=production.url,
        bootstrap=production.embedded.tuf_root,
        required=_TRUSTED_ROOT,
        optional=production.keys_target,
    )
    deadline = production.deadline
    try:
        copy = start_refresh(repository, known, deadline=deadline).result(timeout=deadline)
        judged = _judge(copy, production)
    except TimeoutError:
        notes.append(f"Sigstore's TUF repository was not refreshed: no answer within {deadline:g} seconds.")
        return None
    except TrustError as error:
        notes.append(f"Sigstore's TUF repository was not refreshed: {error.message}.")
        return None
    try:
        write_copy(copy, production.copy_path)
    except OSError as error:
        notes.append(f"The trust root cannot be kept for later runs in {production.folder} ({error.strerror}).")
    return judged


def _judge(copy: UnverifiedCopy, production: Production) -> _Judged:
    """Return what ``copy`` proves; npm's keys are the shipped ones if it proves none.

    Raises:
        TrustError: it does not verify, or has no trusted root that this version can read.
    """
    bootstrap = production.embedded.tuf_root
    root = verify_target(copy, _TRUSTED_ROOT, bootstrap=bootstrap)
    if root.data is None:
        raise TrustError("it has no trusted root")
    try:
        keys = verify_target(copy, production.keys_target, bootstrap=bootstrap)
        parsed = None if keys.data is None else parse_npm_keys(keys.data, registry=production.registry)
        problem = "the TUF repository has none"
        current_until = min(copy.fetched + FRESH, keys.expires)  # the root's metadata is among that of the keys
    except TrustError:
        parsed, problem = None, "those of the TUF repository do not verify"
        current_until = copy.fetched  # ask again at the next run
    return _Judged(
        material=ProductionMaterial(
            root=parse_trusted_root(root.data),
            root_source=_TUF,
            root_date=copy.fetched,
            keys=parsed or _shipped_keys(production),
            keys_source=_TUF if parsed else _SHIPPED,
            keys_notes=() if parsed else (f"npm's keys are the {_SHIPPED}: {problem}.",),
        ),
        fetched=copy.fetched,
        current_until=current_until,
    )


def _embedded_material(production: Production) -> ProductionMaterial:
    embedded = production.embedded
    date = f" of {embedded.date:%Y-%m-%d}" if embedded.date else ""
    return ProductionMaterial(
        root=parse_trusted_root(embedded.trusted_root),
        root_source=f"embedded copy{date}, in {embedded.origin}",
        root_date=embedded.date,
        keys=_shipped_keys(production),
        keys_source=_SHIPPED,
    )


def _shipped_keys(production: Production) -> NpmKeys:
    return parse_npm_keys(production.embedded.npm_keys, registry=production.registry)


def _age_notes(date: datetime, now: datetime) -> tuple[str, ...]:
    age = now - date
    if age < STALE:
        return ()
    return (f"The trust root is {age.days} days old: run once with a network, or upgrade Provcheck and sigstore.",)
