"""What each entry of a lockfile is: which package, from where.

An entry says where its bytes come from, and npm believes it: when a lockfile gives another address, another name or a
local folder for a package that was asked for as ``^1.0.0``, npm installs that. So an entry is taken for what was
*asked for*: a git repository, an address or a file only if somebody asks for one, and no package but the one that is
asked for. Else it is taken for the registry's package that is asked for, with what it would be replaced by in
`resolved`: it then contradicts the hash that the registry's package was built with, or pins none and is foreign.

What cannot be seen here is whether the packages and workspaces in a lockfile really ask for what it says they ask
for. Who edits it can make one of them ask for an address; that package is then reported as having no registry origin.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from provcheck.errors import MalformedError
from provcheck.lockfile.entry import Entry, is_in_project
from provcheck.lockfile.fields import quoted
from provcheck.lockfile.specs import alias_target, is_package_name, is_registry_tarball, is_version, source_of
from provcheck.lockfile.tree import Tree
from provcheck.model import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Which package an entry is, whatever its place in the tree; the fields are those of `Dependency`."""

    name: str
    version: str
    integrity: str | None = None
    resolved: str | None = None
    source: Source
    bundled_by: str | None = None

    @property
    def spec(self) -> str:
        """``name@version``, or the name alone when there is no version."""
        return f"{self.name}@{self.version}" if self.version else self.name


def identify(entry: Entry, tree: Tree) -> Identity:
    """Return what ``entry`` is.

    Raises:
        MalformedError: a package from a registry has no exact version, or its name is not one.
    """
    if entry.link is not None:
        return _identify_link(entry, entry.link, entry.folder or "", tree)
    if entry.folder is None:
        return _identify_folder(entry.location, tree)
    specs = tree.specs[entry.location]
    bundler = tree.bundler(entry)
    source = _source(entry, entry.folder, specs) if bundler is None else Source.BUNDLED
    if source is Source.REGISTRY:
        return _identify_registry_package(entry, entry.folder, specs)
    return Identity(
        name=entry.name or entry.folder,
        version=entry.version or "",
        integrity=entry.integrity,
        resolved=entry.resolved,
        source=source,
        bundled_by=None if bundler is None else identify(bundler, tree).spec,
    )


def _source(entry: Entry, folder: str, specs: Sequence[str]) -> Source:
    if entry.resolved is None:
        return Source.REGISTRY
    asked_for_a_version = specs and all(source_of(spec) is Source.REGISTRY for spec in specs)
    # npm 7 and later do not install an address that has no version in it where a version was asked for.
    if asked_for_a_version and not (entry.version_is_address and entry.version is None):
        return Source.REGISTRY
    written = source_of(entry.resolved)
    if specs:
        return written
    name, version = entry.name or folder, entry.version or ""
    if written is Source.TARBALL_URL and is_registry_tarball(entry.resolved, name, version):
        return Source.REGISTRY
    return written


def _identify_registry_package(entry: Entry, folder: str, specs: Sequence[str]) -> Identity:
    if entry.version is None:
        raise MalformedError("a package without a version", where=entry.place)
    if not is_version(entry.version):
        raise MalformedError(f"{quoted(entry.version)} is not an exact version", where=f"{entry.place}.version")
    name, resolved = entry.name or folder, entry.resolved
    asked_for = _names_asked_for(folder, specs)
    if name not in asked_for and specs:
        # Another package in its place. Without an address npm would fetch it by its own name, so that is its address.
        resolved = resolved or f"npm:{name}@{entry.version}"
        name = asked_for[0]
    if not is_package_name(name):
        raise MalformedError(f"{quoted(name)} is not a package name", where=entry.place)
    return Identity(
        name=name, version=entry.version, integrity=entry.integrity, resolved=resolved, source=Source.REGISTRY
    )


def _names_asked_for(folder: str, specs: Sequence[str]) -> Sequence[str]:
    """Return the names of the registry's packages that may be in ``folder``: its own, or what it is an alias of."""
    names = [alias_target(spec) or folder for spec in specs if source_of(spec) is Source.REGISTRY]
    return names or [folder]


def _identify_link(entry: Entry, target: str, folder: str, tree: Tree) -> Identity:
    specs = tree.specs[entry.location]
    package = tree.target(entry)
    if package is not None and package.folder is not None:
        if not specs or (package.name or package.folder) in _names_asked_for(folder, specs):
            return identify(package, tree)  # npm's linked install strategy
    elif is_in_project(target) or not specs or any(source_of(spec) is not Source.REGISTRY for spec in specs):
        return _identify_folder(target, tree)
    if package is None or not is_version(package.version or ""):
        return _identify_folder(target, tree)  # without a version it is no package of a registry
    return Identity(name=folder, version=package.version or "", resolved=entry.resolved, source=Source.REGISTRY)


def _identify_folder(location: str, tree: Tree) -> Identity:
    """Return what a local folder is; it need not have an entry of its own, nor a link that leads to it."""
    entry = tree.entries.get(location)
    link = tree.links.get(location)
    parent, _, base = location.rpartition("/")
    scope = parent.rpartition("/")[2]
    default = f"{scope}/{base}" if scope.startswith("@") else base
    return Identity(
        name=(entry and entry.name) or (link and link.folder) or default,
        version=(entry and entry.version) or "",
        resolved=link.resolved if link else None,
        source=Source.WORKSPACE if is_in_project(location) else Source.LINK,
    )
