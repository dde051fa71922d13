"""The ``packages`` section of npm's lockfiles, versions 2 to 4 (``npm help package-lock-json``)."""

from collections.abc import Iterator

from provcheck.errors import MalformedError
from provcheck.lockfile.entry import Entry, normal_path, package_folder
from provcheck.lockfile.fields import Fields
from provcheck.lockfile.manifest import REQUEST_SECTIONS, requests_in
from provcheck.model import Scope


def packages_entries(lockfile: Fields) -> Iterator[Entry]:
    """Yield what ``packages`` says, in its order; the project itself, if it is there, has the location ``""``.

    Placeholders for optional packages that npm had not found are left out.

    Raises:
        MalformedError: a field has the wrong type, or a location is not one.
    """
    for location, fields in lockfile.objects("packages"):
        place = fields.place.removesuffix(".")
        if fields.flag("link"):
            yield _link(location, fields, place=place)
            continue
        entry = _entry(location, fields, place=place)
        if not is_placeholder(entry):
            yield entry


def scope_of(fields: Fields) -> Scope:
    """Return why a package is installed, as its entry has it."""
    return Scope(
        dev=fields.flag("dev"),
        optional=fields.flag("optional"),
        peer=fields.flag("peer"),
        dev_optional=fields.flag("devOptional"),
    )


def resolved_of(fields: Fields) -> str | None:
    """Return the address; npm 6 wrote ``false`` for some packages that it had found already installed."""
    return None if fields.value.get("resolved") is False else fields.text("resolved")


def is_placeholder(entry: Entry) -> bool:
    """Return whether npm wrote an entry for an optional package that it had not found: neither version nor address."""
    return entry.folder is not None and entry.scope.optional and entry.version is None and entry.resolved is None


def _entry(location: str, fields: Fields, *, place: str) -> Entry:
    folder = package_folder(location, place=place) if location else None
    own = () if folder else ("devDependencies",)
    return Entry(
        location=location,
        place=place,
        folder=folder,
        name=fields.text("name"),
        version=fields.text("version"),
        resolved=resolved_of(fields),
        integrity=fields.text("integrity"),
        in_bundle=fields.flag("inBundle"),
        bundles=_bundles(fields),
        extraneous=fields.flag("extraneous"),
        scope=scope_of(fields),
        requests=requests_in(fields, *REQUEST_SECTIONS, *own),
    )


def _link(location: str, fields: Fields, *, place: str) -> Entry:
    folder = package_folder(location, place=place)
    if folder is None:
        raise MalformedError("a link that is not in a node_modules folder", where=place)
    if "resolved" not in fields.value:
        raise MalformedError("a link without resolved, the folder that it leads to", where=place)
    target = fields.text("resolved")
    return Entry(location=location, place=place, folder=folder, resolved=target, link=normal_path(target or ""))


def _bundles(fields: Fields) -> bool:
    value = fields.value.get("bundleDependencies", False)
    if not isinstance(value, bool | list):
        raise fields.wrong("bundleDependencies", "an array")
    return bool(value)
