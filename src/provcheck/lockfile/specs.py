"""What npm takes a dependency specifier, a resolved address, a package name and a version for.

The rules are those of npm-package-arg, validate-npm-package-name and node-semver, as far as a lockfile needs them.
"""

import re
from urllib.parse import unquote, urlsplit

from provcheck.model import Source

MAX_NAME_LENGTH = 214
MAX_VERSION_LENGTH = 256

_PART = r"[A-Za-z0-9!~*'()-][A-Za-z0-9!~*'()._-]*"
_NAME = re.compile(rf"(?:@{_PART}/)?{_PART}")
_NOT_NAMES = frozenset({"node_modules", "favicon.ico"})
_NUMBER = r"(?:0|[1-9][0-9]{0,15})"
_PRERELEASE = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = re.compile(
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-{_PRERELEASE}(?:\.{_PRERELEASE})*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
_LOCAL_PATH = re.compile(r"file:|\.|~/|[/\\]|[a-z]:", re.IGNORECASE)
_GIT_SCHEME = re.compile(r"(?:git|git\+[a-z]+|ssh|github|gitlab|bitbucket|gist|sourcehut):", re.IGNORECASE)
_GIT_SCP = re.compile(r"[^@/\s]+@[^@/:\s]+:")
_GITHUB_SHORTHAND = re.compile(r"[^@/:#\s]+/[^@/:#\s]+(?:#.*)?")
_WEB = re.compile(r"https?://", re.IGNORECASE)
_TARBALL = re.compile(r"\.(?:tgz|tar\.gz|tar)\Z", re.IGNORECASE)


def is_package_name(text: str) -> bool:
    """Return whether a registry can have a package ``text``, by the rules for old packages (capitals are allowed).

    What passes is safe in a URL's path: no empty or dot segments, nothing to percent-encode but ``@`` and ``/``.
    """
    return len(text) <= MAX_NAME_LENGTH and _NAME.fullmatch(text) is not None and text.lower() not in _NOT_NAMES


def is_version(text: str) -> bool:
    """Return whether ``text`` is one exact version as npm writes it (Semantic Versioning 2.0.0).

    npm puts versions into this form (``v1.0`` or ``01.0.0`` never reach a lockfile that it wrote), so a loose
    spelling is refused: npm would install it as the version it means, and we would look for another one.
    """
    return len(text) <= MAX_VERSION_LENGTH and _VERSION.fullmatch(text) is not None


def source_of(spec: str) -> Source:
    """Return what kind of place npm looks at for ``spec``: a specifier, or an address that one resolved to.

    ``Source.REGISTRY`` for version ranges, tags and ``npm:`` aliases; else ``GIT``, ``FILE`` or ``TARBALL_URL``.
    """
    if spec.lower().startswith("npm:"):
        return Source.REGISTRY
    if _LOCAL_PATH.match(spec):
        return Source.FILE
    if _GIT_SCHEME.match(spec) or _GIT_SCP.match(spec) or _GITHUB_SHORTHAND.fullmatch(spec):
        return Source.GIT
    if _WEB.match(spec):
        return Source.GIT if re.split(r"[?#]", spec, maxsplit=1)[0].endswith(".git") else Source.TARBALL_URL
    if re.search(r"[:/\\]", spec) or is_tarball_path(spec):
        return Source.FILE
    return Source.REGISTRY


def is_tarball_path(spec: str) -> bool:
    """Return whether npm takes a ``file:`` specifier for a tarball rather than for a folder."""
    return _TARBALL.search(spec) is not None


def alias_target(spec: str) -> str | None:
    """Return the name of the package that an ``npm:name@range`` specifier asks for; ``None`` for other specifiers."""
    return split_spec(spec[4:])[0] if spec.lower().startswith("npm:") else None


def split_spec(text: str) -> tuple[str, str]:
    """Return the name and the specifier (perhaps empty) of ``name@specifier``."""
    at = text.find("@", 1)
    return (text, "") if at < 0 else (text[:at], text[at + 1 :])


def is_registry_tarball(url: str, name: str, version: str) -> bool:
    """Return whether ``url`` has the form of the tarball of ``name@version`` on some registry, whichever it is.

    Registries serve ``<name>/-/<basename>-<version>.tgz`` (some repeat the scope before the base name), GitHub
    Packages ``download/<name>/<version>/<digest>``.
    """
    path = _url_path(url)
    basename = name.rpartition("/")[2]
    return path.endswith((f"/{name}/-/{basename}-{version}.tgz", f"/{name}/-/{name}-{version}.tgz")) or (
        f"/download/{name}/{version}/" in path
    )


def tarball_version(address: str, name: str) -> str | None:
    """Return the version that npm reads off a tarball's file name, or ``None`` if it reads none.

    npm does so for ``name`` where a version 1 lockfile has an address in place of a version.
    """
    path = _url_path(address) if _WEB.match(address) else re.sub("^file:", "", address, flags=re.IGNORECASE)
    folder, file = path.rpartition("/")[::2]
    if folder.endswith("/-"):
        name = folder.removesuffix("/-")
    prefix = name.rpartition("/")[2] + "-"
    if not (file.startswith(prefix) and file.endswith(".tgz")):
        return None
    version = file.removeprefix(prefix).removesuffix(".tgz")
    return version if is_version(version) else None


def _url_path(url: str) -> str:
    try:
        return unquote(urlsplit(url).path)
    except ValueError:  # not a URL after all, for example an unfinished IPv6 address
        return ""
