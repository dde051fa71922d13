"""The trust material of one run: Sigstore's trusted root and npm's registry keys, and where they came from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Generic, TypeVar

import platformdirs

from provcheck.errors import MalformedError, TrustError
from provcheck.files import read_bounded
from provcheck.model import TrustInfo
from provcheck.trust.embedded import TUF_URL, Embedded, read_embedded
from provcheck.trust.npm_keys import NpmKeys, parse_npm_keys
from provcheck.trust.root import TrustedRoot, parse_trusted_root

DEADLINE = 5.0
"""How long a run waits for the TUF repository at most, in seconds."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustMaterial:
    """What verification relies on."""

    root: TrustedRoot
    keys: NpmKeys
    info: TrustInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part(Generic[_T]):
    value: _T
    source: str
    date: datetime | None = None
    notes: tuple[str, ...] = ()


def default_folder() -> Path:
    """Return the folder for local copies of TUF repositories."""
    return platformdirs.user_data_path("provcheck", appauthor=False) / "tuf"


def load_trust(
    *,
    registry: str,
    trusted_root: Path | None = None,
    npm_keys: Path | None = None,
    offline: bool = False,
    refresh: bool = False,
    folder: Path | None = None,
    tuf_url: str = TUF_URL,
    deadline: float = DEADLINE,
    embedded: Embedded | None = None,
    now: datetime | None = None,
) -> TrustMaterial:
    """Return the trust material for a run, with notes for people on everything that is not as it should be.

    A file that is given wins. For what is not given, the TUF repository is asked at most once a day; if it cannot be
    used, the local copy of it is, and last the copies that come with the installation. It takes ``deadline`` seconds
    at most, and may run in a thread beside other work.

    Args:
        registry: the registry that npm's keys belong to, an address.
        trusted_root: a file with a trusted root to use.
        npm_keys: a file with npm keys to use, in either of their formats.
        offline: whether the network is forbidden.
        refresh: whether to ask the repository even if it was asked less than a day ago.
        folder: where local copies are kept; by default `default_folder`.
        tuf_url: the TUF repository.
        deadline: how long to wait for the repository, in seconds.
        embedded: what comes with the installation; by default `read_embedded`.
        now: the time of the run.

    Raises:
        UsageError: a given file cannot be read.
        TrustError: a given file holds nothing that can be used, or the installation lacks its own copies.
    """
    registry = registry.rstrip("/")
    root = None if trusted_root is None else _read_given(trusted_root, parse_trusted_root)
    keys = None if npm_keys is None else _read_given(npm_keys, lambda data: parse_npm_keys(data, registry=registry))
    notes: tuple[str, ...] = ()
    if root is None or keys is None:
        from provcheck.trust.production import Production, load_production  # noqa: PLC0415 - python-tuf is slow to import

        material = load_production(
            Production(
                url=tuf_url,
                folder=folder or default_folder(),
                embedded=embedded or read_embedded(),
                registry=registry,
                deadline=deadline,
            ),
            offline=offline,
            refresh=refresh,
            now=now or datetime.now(UTC),
        )
        notes = material.notes
        root = root or _Part(
            value=material.root, source=material.root_source, date=material.root_date, notes=material.root_notes
        )
        keys = keys or _Part(value=material.keys, source=material.keys_source, notes=material.keys_notes)
    return TrustMaterial(
        root=root.value,
        keys=keys.value,
        info=TrustInfo(
            root_source=root.source,
            root_sha256=root.value.sha256,
            root_date=root.date,
            keys_source=keys.source,
            key_ids=keys.value.key_ids,
            is_root_given=trusted_root is not None,
            are_keys_given=npm_keys is not None,
            notes=(*notes, *root.notes, *keys.notes),
        ),
    )


def _read_given(path: Path, parse: Callable[[bytes], _T]) -> _Part[_T]:
    try:
        value = parse(read_bounded(path))
    except MalformedError as error:  # larger than any trust material
        raise TrustError(error.message, where=error.where) from error
    except TrustError as error:
        where = f"{path}: {error.where}" if error.where else str(path)
        raise TrustError(error.message, where=where, hint=error.hint) from error
    return _Part(value=value, source=f"file {path}")
