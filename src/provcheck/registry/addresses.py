"""The web addresses of a registry: parsed by one strict rule, built by one function each.

Two parsers that disagree about which host an address names are how credentials
reach the wrong host. So nothing is asked of an address that does not have the
one plain form below, about which there is nothing to disagree.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address
from urllib.parse import quote, unquote, urljoin

_ADDRESS = re.compile(
    r"(?P<scheme>https?)://"
    r"(?:(?P<userinfo>[^/?#\\@\[\]\s]*)@)?"
    r"(?P<host>[a-z0-9._-]+|\[[0-9a-f:.]+\])"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<target>[/?][^#\\\s]*)?"
    r"(?:#.*)?",
    re.IGNORECASE,
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SAFE_IN_TARGET = "!$%&'()*+,-./:;=?@_~[]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An http or https address without user, password and fragment."""

    scheme: str
    """``http`` or ``https``."""
    host: str
    """Lowercase; an IPv6 address in brackets."""
    port: int | None
    """``None`` for the scheme's default port."""
    target: str
    """Path and query, in printable ASCII, with a leading slash."""

    @property
    def authority(self) -> str:
        """Host and, if it is not the default, port."""
        return self.host if self.port is None else f"{self.host}:{self.port}"

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


@lru_cache(maxsize=256)  # each request needs its address several times
def parse_address(text: str) -> Address:
    """Return the address in ``text``; user, password and fragment are dropped.

    Raises:
        ValueError: not an http or https address with a plain ASCII host name. The message does not quote it.
    """
    match = _ADDRESS.fullmatch(text)
    port = int(match["port"]) if match and match["port"] else None
    if match is None or not (port is None or 0 < port < 1 << 16) or not _is_host(match["host"]):
        raise ValueError("not an http:// or https:// address")
    scheme = match["scheme"].lower()
    target = match["target"] or "/"
    return Address(
        scheme=scheme,
        host=match["host"].lower(),
        port=None if port == _DEFAULT_PORTS[scheme] else port,
        target=quote(target if target.startswith("/") else f"/{target}", safe=_SAFE_IN_TARGET),
    )


def _is_host(host: str) -> bool:
    if not host.startswith("["):
        return True
    try:
        IPv6Address(host[1:-1])
    except ValueError:
        return False
    return True


def parse_userinfo(text: str) -> tuple[str, str] | None:
    """Return user and password of the address in ``text``, decoded, if it has any."""
    match = _ADDRESS.fullmatch(text)
    if match is None or not match["userinfo"]:
        return None
    user, _, password = match["userinfo"].partition(":")
    return unquote(user), unquote(password)


def resolve_redirect(base: Address, location: str) -> Address:
    """Return where a ``Location`` header at ``base`` leads.

    Raises:
        ValueError: not an http or https address.
    """
    return parse_address(urljoin(str(base), location.strip()))


# ---- npm's endpoints -----------------------------------------------------------------------------------------------

_NAME = re.compile(r"(@[^/@\s]+/)?[^/@\s]+")
_DOTS = (".", "..")


def attestations_url(registry: str, name: str, version: str) -> str:
    """Return where the registry serves the attestations of one version.

    Raises:
        ValueError: no registry can have a package of this name or version.
    """
    return f"{registry}/-/npm/v1/attestations/{_escape_name(name)}@{_escape_version(version)}"


def metadata_url(registry: str, name: str, version: str) -> str:
    """Return where the registry serves the metadata of one version.

    Raises:
        ValueError: no registry can have a package of this name or version.
    """
    return f"{registry}/{_escape_name(name)}/{_escape_version(version)}"


def keys_url(registry: str) -> str:
    """Return where the registry serves its public keys."""
    return f"{registry}/-/npm/v1/keys"


def _escape_name(name: str) -> str:
    """Escape like npm: the scope's slash is ``%2f``. A name must not climb out of its place in the path."""
    if not _NAME.fullmatch(name) or any(part in _DOTS for part in name.split("/")):
        raise ValueError("not a package name")
    return quote(name, safe="@").replace("%2F", "%2f")


def _escape_version(version: str) -> str:
    if not version or version in _DOTS:
        raise ValueError("not a version")
    return quote(version, safe="")
