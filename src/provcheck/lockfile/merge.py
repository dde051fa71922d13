"""One dependency for everything in a lockfile that is the same package with the same bytes."""

from collections.abc import Iterable
from dataclasses import replace

from provcheck.lockfile.entry import Entry
from provcheck.lockfile.identify import Identity, identify
from provcheck.lockfile.tree import Tree
from provcheck.model import Dependency, Scope, Source


def merge(tree: Tree, *, lockfile: str) -> tuple[Dependency, ...]:
    """Return the dependencies in ``tree``, in the order in which each first occurs, with all their locations.

    Raises:
        MalformedError: as `identify`.
    """
    groups: dict[Identity, list[tuple[Identity, Entry]]] = {}
    for entry in tree.entries.values():
        if entry.location:
            identity = identify(entry, tree)
            groups.setdefault(_key(identity), []).append((identity, entry))
    return tuple(
        _dependency(group[0][0], [entry for _, entry in group], tree, lockfile=lockfile) for group in groups.values()
    )


def _key(identity: Identity) -> Identity:
    """Return ``identity`` without its address where a SHA-512 says which bytes may come from there.

    Without one, another address may mean other bytes: who adds an entry with a foreign address must not have it
    merged into an innocent one.
    """
    hashes = (identity.integrity or "").split()
    pinned = identity.source is Source.REGISTRY and any(text.startswith("sha512-") for text in hashes)
    return replace(identity, resolved=None) if pinned else identity


def _dependency(identity: Identity, entries: Iterable[Entry], tree: Tree, *, lockfile: str) -> Dependency:
    entries = tuple(entries)
    return Dependency(
        name=identity.name,
        version=identity.version,
        integrity=identity.integrity,
        resolved=identity.resolved,
        source=identity.source,
        bundled_by=identity.bundled_by,
        scope=_scope(
            [(tree.target(entry) or entry).scope for entry in entries],
            direct=any(entry.location in tree.direct for entry in entries),
        ),
        locations=tuple(entry.location for entry in entries),
        lockfile=lockfile,
    )


def _scope(scopes: Iterable[Scope], *, direct: bool) -> Scope:
    """Return why a package is installed that is at several places, for the reasons ``scopes``.

    It is a development dependency only if it is one everywhere. Needed for development here and optional there, it
    is neither but both: what npm calls ``devOptional``.
    """
    scopes = tuple(scopes)
    dev = all(scope.dev for scope in scopes)
    optional = all(scope.optional for scope in scopes)
    return Scope(
        dev=dev,
        optional=optional,
        peer=all(scope.peer for scope in scopes),
        dev_optional=not dev and not optional and all(s.dev or s.optional or s.dev_optional for s in scopes),
        direct=direct,
    )
