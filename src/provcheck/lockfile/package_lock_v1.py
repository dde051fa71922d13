"""The ``dependencies`` section of npm's lockfiles, version 1 and older (npm 6: npm-package-lock.json(5)).

Entries are nested as their folders are. ``version`` holds whatever npm needs to install the package again: a version,
an ``npm:`` alias, or the address of a git repository, tarball or folder. Who asks for a package is in ``requires``,
without what the project itself asks for, and without peer dependencies.
"""

from collections.abc import Iterator
from dataclasses import replace

from provcheck.errors import MalformedError
from provcheck.lockfile.entry import NODE_MODULES, Entry, normal_path
from provcheck.lockfile.fields import Fields, quoted
from provcheck.lockfile.manifest import requests_in
from provcheck.lockfile.package_lock_packages import is_placeholder, resolved_of, scope_of
from provcheck.lockfile.specs import (
    is_package_name,
    is_tarball_path,
    source_of,
    split_spec,
    tarball_version,
)
from provcheck.model import Source


def dependencies_entries(lockfile: Fields) -> Iterator[Entry]:
    """Yield what ``dependencies`` says, in its order, each package before those that are nested in it.

    A link is followed by an entry for the folder that it leads to, as newer lockfiles have it. Placeholders for
    optional packages that npm had not found are left out.

    Raises:
        MalformedError: a field has the wrong type, or a name is not one.
    """
    yield from _level(lockfile, parent="")


def _level(fields: Fields, *, parent: str) -> Iterator[Entry]:
    """Yield the entries nested in one; the recursion is as deep as the JSON, which was bounded."""
    for folder, child in fields.objects("dependencies"):
        place = child.place.removesuffix(".")
        if not is_package_name(folder):
            raise MalformedError(f"{quoted(folder)} is not a package name", where=place)
        location = f"{parent}/{NODE_MODULES}/{folder}" if parent else f"{NODE_MODULES}/{folder}"
        entry = _entry(child, Entry(location=location, place=place, folder=folder))
        if entry.link is not None:
            yield replace(entry, requests=())
            if entry.link:
                yield Entry(location=entry.link, place=place, folder=None, requests=entry.requests)
        elif not is_placeholder(entry):
            yield entry
        yield from _level(child, parent=location if entry.link is None else entry.link)


def _entry(fields: Fields, bare: Entry) -> Entry:
    version = fields.text("version")
    resolved = resolved_of(fields)
    origin = fields.text("from")
    entry = replace(
        bare,
        version=version,
        resolved=resolved,
        integrity=fields.text("integrity"),
        in_bundle=fields.flag("bundled"),
        bundles=True,  # version 1 does not say who bundles what: whoever says to be bundled has to be believed
        extraneous=fields.flag("extraneous"),
        scope=scope_of(fields),
        requests=() if isinstance(fields.value.get("requires"), bool) else requests_in(fields, "requires"),
        requested_as=version if origin is None else _requested_as(origin),
    )
    if version is None:
        return entry if resolved is None else _with_address(entry, resolved)
    if version.lower().startswith("npm:"):
        name, exact = split_spec(version[4:])
        return replace(entry, name=name, version=exact)
    source = source_of(version)
    if source is Source.REGISTRY:
        return entry
    if source is Source.FILE and not is_tarball_path(version):
        path = version[5:] if version.lower().startswith("file:") else version
        return replace(entry, version=None, resolved=version, link=normal_path(path))
    return _with_address(replace(entry, requested_as=None), version)


def _with_address(entry: Entry, address: str) -> Entry:
    """Return ``entry`` with the version that npm reads off its address."""
    version = tarball_version(address, entry.folder or "")
    return replace(entry, version=version, version_is_address=True, resolved=address)


def _requested_as(origin: str) -> str:
    """Return the specifier in ``from``, which npm 4 and older wrote, with or without ``name@`` before it."""
    name, spec = split_spec(origin)
    return spec if is_package_name(name) else origin
