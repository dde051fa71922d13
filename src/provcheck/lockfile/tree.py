"""Who asks for which entry of a lockfile, and who bundles it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from provcheck.errors import MalformedError
from provcheck.lockfile.entry import Entry, Request, is_in_project
from provcheck.lockfile.manifest import Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The entries of a lockfile by location, and what is known about each from the others."""

    entries: Mapping[str, Entry]
    """In the lockfile's order; the project itself, if it has an entry, is at ``""``."""
    specs: Mapping[str, tuple[str, ...]]
    """The specifiers with which others ask for the entry at a location; none if nobody is known to."""
    direct: frozenset[str]
    """The locations that the project or a workspace asks for."""
    links: Mapping[str, Entry]
    """The first link to each location that links lead to."""

    def target(self, link: Entry) -> Entry | None:
        """Return the folder that a link leads to, if the lockfile has an entry for it."""
        target = None if link.link is None else self.entries.get(link.link)
        return None if target is None or target.link is not None else target

    def bundler(self, entry: Entry) -> Entry | None:
        """Return the package whose tarball carries ``entry``, or ``None`` if npm fetches it by itself.

        The entry's own word is not enough: a package that is not in its parent's bundle is fetched, whatever the
        entry says. Nor can the project or a workspace bundle anything: npm does not fetch them.
        """
        while entry.in_bundle and not entry.resolved and not entry.integrity:
            parent = self.entries.get(entry.owner)
            if parent is None or parent.folder is None:
                return None
            if not parent.in_bundle or parent.resolved or parent.integrity:
                return parent if parent.bundles else None
            entry = parent
        return None


def build_tree(entries: Iterable[Entry], manifest: Manifest | None) -> Tree:
    """Return who asks for whom among ``entries``, found as Node.js finds packages.

    Args:
        entries: in the lockfile's order.
        manifest: what the project asks for; without it, its entry in the lockfile is believed.

    Raises:
        MalformedError: two entries are about the same location and differ.
    """
    by_location: dict[str, Entry] = {}
    for entry in entries:
        if not _same(by_location.setdefault(entry.location, entry), entry):
            raise MalformedError("differs from another entry for the same folder", where=entry.place)
    asked = _requests(by_location, manifest)
    links: dict[str, Entry] = {}
    for entry in by_location.values():
        if entry.link is not None:
            links.setdefault(entry.link, entry)
    return Tree(
        entries=by_location,
        specs=_specs(asked, by_location, manifest),
        direct=_direct(asked, by_location, project_is_known=manifest is not None or "" in by_location),
        links=links,
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """Some folder's package asks for an entry."""

    asker: str
    location: str
    spec: str


def _requests(entries: Mapping[str, Entry], manifest: Manifest | None) -> list[_Asked]:
    folders: dict[str, dict[str, str]] = {}
    for entry in entries.values():
        if entry.folder is not None:
            folders.setdefault(entry.owner, {})[entry.folder] = entry.location
    askers: dict[str, tuple[Request, ...]] = {location: entry.requests for location, entry in entries.items()}
    if manifest is not None:
        askers[""] = manifest.requests
    asked: list[_Asked] = []
    for asker, requests in askers.items():
        path = [folders[location] for location in _search_path(asker) if location in folders] if requests else []
        for request in requests:
            found = next((folder[request.name] for folder in path if request.name in folder), None)
            if found is not None:
                asked.append(_Asked(asker, found, request.spec))
    return asked


def _search_path(location: str) -> Iterator[str]:
    """Yield the folders in whose ``node_modules`` Node.js looks for what ``location`` requires, nearest first."""
    while True:
        yield location
        parent, _, last = location.rpartition("/")
        if last in ("", "..") or last.endswith(":"):
            return
        location = parent


def _specs(
    asked: Sequence[_Asked], entries: Mapping[str, Entry], manifest: Manifest | None
) -> Mapping[str, tuple[str, ...]]:
    specs: dict[str, tuple[str, ...]] = {}
    collected: dict[str, dict[str, None]] = {}
    for request in asked:
        collected.setdefault(request.location, {})[request.spec] = None
    for location, entry in entries.items():
        overrides = manifest.overrides.get(entry.folder, ()) if manifest and entry.folder else ()
        known = (*collected.get(location, ()), *overrides)
        specs[location] = known or (() if entry.requested_as is None else (entry.requested_as,))
    return specs


def _direct(asked: Sequence[_Asked], entries: Mapping[str, Entry], *, project_is_known: bool) -> frozenset[str]:
    inside = {asker for asker in {request.asker for request in asked} if is_in_project(asker)}
    direct = {request.location for request in asked if request.asker in inside}
    if not project_is_known:  # what nobody else asks for at the top is most likely what the project asks for
        wanted = {request.location for request in asked}
        direct |= {
            location
            for location, entry in entries.items()
            if entry.folder and not entry.owner and not entry.extraneous and location not in wanted
        }
    return frozenset(direct)


def _same(one: Entry, other: Entry) -> bool:
    return one is other or replace(one, place="") == replace(other, place="")
