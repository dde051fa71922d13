"""One entry of an npm lockfile, the same for all versions of the format, and where it is."""

import posixpath
import re
from dataclasses import dataclass, field

from provcheck.errors import MalformedError
from provcheck.lockfile.fields import quoted
from provcheck.lockfile.specs import is_package_name
from provcheck.model import Scope

NODE_MODULES = "node_modules"
MAX_PATH_PARTS = 200
"""The most folders that the path of an installed package may have; npm itself stays far below."""

_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A package, or the project, asks for ``name`` as ``spec`` says: one item of a ``dependencies`` section."""

    name: str
    """The folder under ``node_modules`` that it expects; for an alias not the package's registry name."""
    spec: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a lockfile says about one place; nothing here has been compared with what was asked for."""

    location: str
    """The folder, relative to the project, with forward slashes; version 1's nesting written the same way."""
    place: str
    """Where in the file it stands, for error messages."""
    folder: str | None
    """The name under which others find it in a ``node_modules`` folder; ``None`` for any other folder."""
    name: str | None = None
    version: str | None = None
    version_is_address: bool = False
    """Version 1 has an address in place of a version; ``version`` is read off the tarball's name, if it has one."""
    resolved: str | None = None
    integrity: str | None = None
    link: str | None = None
    """The location of the folder that it is a symbolic link to."""
    in_bundle: bool = False
    """It says that another package's tarball carries it."""
    bundles: bool = False
    """It says that its own tarball carries dependencies."""
    extraneous: bool = False
    scope: Scope = field(default_factory=Scope)
    requests: tuple[Request, ...] = ()
    requested_as: str | None = None
    """The specifier that version 1 records with it; believed only if nobody is known to ask for it."""

    @property
    def owner(self) -> str:
        """The location of the package or folder whose ``node_modules`` it is in."""
        return self.location.removesuffix(f"{NODE_MODULES}/{self.folder}").removesuffix("/")


def package_folder(location: str, *, place: str) -> str | None:
    """Return the package name that a location ends in, or ``None`` if it is not directly in a ``node_modules`` folder.

    Raises:
        MalformedError: the location is not a normal relative path, or is in ``node_modules`` under a name that no
            package can have. npm resolves ``a/../b``, and so would put another package there than we see.
    """
    parts = location.split("/")
    if len(parts) > MAX_PATH_PARTS:
        raise MalformedError(f"the path has more than {MAX_PATH_PARTS} folders", where=place)
    while parts and parts[0] == "..":
        parts.pop(0)
    if any(part in ("", ".", "..") for part in parts) or _CONTROL_CHARACTER.search(location):
        raise MalformedError("the path is not a normal relative path", where=place)
    if NODE_MODULES not in parts:
        return None
    below = parts[len(parts) - parts[::-1].index(NODE_MODULES) :]
    if len(below) > 2 or (len(below) == 2 and not below[0].startswith("@")):  # noqa: PLR2004 - scope and name
        return None  # a folder that some package carries
    name = "/".join(below)
    if not is_package_name(name):
        raise MalformedError(f"{quoted(name)} is not a package name", where=place)
    return name


def normal_path(path: str) -> str:
    """Return the location of a local path, relative to the project; the project's own is ``""``."""
    location = posixpath.normpath(path.replace("\\", "/"))
    return "" if location == "." else location


def is_in_project(location: str) -> bool:
    """Return whether a location is a folder of the project itself: not installed, and not outside of the project."""
    parts = location.split("/")
    absolute = location.startswith("/") or parts[0].endswith(":")  # ``D:/other`` on Windows
    return not absolute and parts[0] != ".." and NODE_MODULES not in parts
