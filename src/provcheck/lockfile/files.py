"""Finding and reading lockfiles."""

from pathlib import Path

from provcheck.errors import MalformedError, UsageError
from provcheck.files import read_bounded
from provcheck.jsonio import JsonObject, parse_object
from provcheck.lockfile.formats import parser_for
from provcheck.lockfile.package_lock import MAX_BYTES
from provcheck.model import Lockfile

_MANIFEST = "package.json"
_NPM_LOCKFILES = ("npm-shrinkwrap.json", "package-lock.json")
"""In the order in which npm prefers them."""


def read_lockfile(path: Path) -> Lockfile:
    """Return the dependencies that the lockfile at ``path`` locks.

    The format is told by the content. The project's ``package.json`` is read with it, if there is one beside it:
    see `parse_package_lock` for what it is good for.

    Raises:
        UsageError: there is no such file, it cannot be read, or it is of a package manager that is not supported.
        MalformedError: the lockfile, or the manifest, is not what it should be; ``where`` names the place.
    """
    if path.name == _MANIFEST:
        raise UsageError("this is the project's manifest, not a lockfile", where=str(path))
    data = read_bounded(path, max_bytes=MAX_BYTES)
    return parser_for(data, path=str(path))(data, path=str(path), manifest=_read_manifest(path))


def find_lockfiles(folder: Path) -> tuple[Path, ...]:
    """Return the lockfiles that npm would use in ``folder``, not in folders below it: one, or none.

    Raises:
        UsageError: it is not a folder, or cannot be looked into.
    """
    try:
        if not folder.is_dir():
            raise UsageError("there is no such folder", where=str(folder))
        found = (folder / name for name in _NPM_LOCKFILES if (folder / name).is_file())
        return tuple(found)[:1]
    except OSError as error:
        raise UsageError(f"cannot be looked into: {error.strerror}", where=str(folder)) from error


def _read_manifest(lockfile: Path) -> JsonObject | None:
    # npm keeps a copy of the lockfile in node_modules; the project is the folder above.
    folder = lockfile.parent.parent if lockfile.name == ".package-lock.json" else lockfile.parent
    path = folder / _MANIFEST
    try:
        if not path.is_file():
            return None
        return parse_object(read_bounded(path, max_bytes=MAX_BYTES), what="the manifest")
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=str(path)) from error
    except MalformedError as error:
        raise MalformedError(error.message, where=f"{path}: {error.where}" if error.where else str(path)) from error
