"""npm's lockfiles: ``package-lock.json``, ``npm-shrinkwrap.json`` and ``node_modules/.package-lock.json``."""

from pathlib import PurePath

from provcheck.errors import MalformedError
from provcheck.jsonio import JsonObject, parse_object
from provcheck.lockfile.fields import Fields
from provcheck.lockfile.manifest import parse_manifest
from provcheck.lockfile.merge import merge
from provcheck.lockfile.package_lock_packages import packages_entries
from provcheck.lockfile.package_lock_v1 import dependencies_entries
from provcheck.lockfile.tree import build_tree
from provcheck.model import Lockfile

MAX_BYTES = 64 * 1024 * 1024
"""The largest lockfile that is read, in bytes; real ones stay below 10 MiB."""

MAX_DEPTH = 200
"""The deepest nesting of JSON that is read. Version 1 has two levels for each nested package."""

_VERSIONS = (1, 2, 3, 4)


def parse_package_lock(data: bytes, *, path: str, manifest: JsonObject | None = None) -> Lockfile:
    """Return the dependencies that an npm lockfile locks, versions 1 to 4 and the unversioned one before.

    The project itself is not among them. Version 2 is read as npm 7 and later read it: by ``packages`` alone.

    Args:
        data: the file.
        path: its path as the user wrote it; for the result and for error messages.
        manifest: the project's ``package.json``. It says more reliably than the lockfile what the project asks for,
            and it alone says which specifiers are overridden, and, for version 1, which dependencies are direct.

    Raises:
        MalformedError: it is not such a lockfile, or the manifest is malformed; ``where`` names the entry.
    """
    try:
        value = parse_object(data, what="the lockfile", max_bytes=MAX_BYTES, max_depth=MAX_DEPTH)
    except MalformedError as error:
        raise MalformedError(error.message, where=f"{path}: {error.where}" if error.where else path) from error
    fields = Fields(value, f"{path}: ")
    version = _version(fields, path=path)
    asked = None if manifest is None else parse_manifest(manifest)
    entries = dependencies_entries(fields) if version == 1 else packages_entries(fields)
    kind = "npm-shrinkwrap" if PurePath(path).name == "npm-shrinkwrap.json" else "package-lock"
    dependencies = merge(build_tree(entries, asked), lockfile=path)
    return Lockfile(path=path, format=f"{kind} v{version}", dependencies=dependencies)


def _version(fields: Fields, *, path: str) -> int:
    """Return the version of the format, once it is sure which section any version of npm would read."""
    if "lockfileVersion" in fields.value:
        version = fields.value["lockfileVersion"]
        if not isinstance(version, int) or isinstance(version, bool):
            raise fields.wrong("lockfileVersion", "a whole number")
        if version not in _VERSIONS:
            raise MalformedError(
                f"version {version} of npm's lockfile is not known",
                where=f"{path}: lockfileVersion",
                hint="Update Provcheck, or lock the project with a version of npm that writes version 1, 2, 3 or 4.",
            )
    elif "dependencies" in fields.value:
        version = 1  # npm 4 and older
    else:
        raise MalformedError("not an npm lockfile: it has neither lockfileVersion nor dependencies", where=path)
    # npm 7 and later read ``packages`` whenever it is there, npm 6 never: they must not see different packages.
    if version == 1 and "packages" in fields.value:
        raise MalformedError("version 1 has no packages section", where=f"{path}: packages")
    if version > 1 and "packages" not in fields.value:
        raise MalformedError(f"version {version} needs a packages section", where=path)
    return version
