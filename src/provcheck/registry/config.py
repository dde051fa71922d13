"""How to reach the registries: what `provcheck.registry.npmrc` reads and the client follows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from provcheck.registry.addresses import parse_address

_LAST_STEP = re.compile(r"([^/]+|/)$")


class Secret:
    """A text that does not show itself."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text, to be sent and not to be shown."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What to present to one host, port and path."""

    authorization: Secret | None
    """The ``Authorization`` header's value."""
    certificate: tuple[Path, Path] | None = None
    """The files of a TLS client certificate and of its key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NpmConfig:
    """How to reach the registries."""

    registry: str
    """Without a final slash, without user and password."""
    scopes: Mapping[str, str] = field(default_factory=dict)
    """The registry of each ``@scope`` that has its own; same form."""
    credentials: Mapping[str, Credential] = field(default_factory=dict)
    """By ``//host[:port]/path``, with or without a final slash."""
    ca: str | None = None
    """PEM certificates of the only authorities to trust; ``None``: the usual ones."""
    extra_ca: str | None = None
    """PEM certificates of authorities to trust besides the usual ones."""
    strict_ssl: bool = True
    """False: TLS certificates are not checked."""
    proxy: Secret | None = None
    """For every address; ``None``: as the environment says."""
    environment_proxies: Mapping[str, Secret] = field(default_factory=dict)
    """By scheme of the address."""
    noproxy: tuple[str, ...] = ()
    """Domains that are reached directly, with their subdomains."""
    warnings: tuple[str, ...] = ()
    """What people should know about their configuration. Never holds a secret."""

    def registry_for(self, name: str) -> str:
        """Return the registry of the package ``name``, without a final slash."""
        return self.scopes.get(name.partition("/")[0], self.registry)

    def authorization_for(self, url: str) -> str | None:
        """Return the ``Authorization`` header for one address, or ``None``.

        A secret: send it to exactly this address, and never show it.
        """
        credential = self._credential_for(url)
        return credential.authorization.reveal() if credential and credential.authorization else None

    def certificate_for(self, url: str) -> tuple[Path, Path] | None:
        """Return the files of the client certificate and key for one address, or ``None``."""
        credential = self._credential_for(url)
        return credential.certificate if credential else None

    def _credential_for(self, url: str) -> Credential | None:
        """Walk up the path, from the address itself to its host, to the nearest place that has a credential."""
        address = parse_address(url)
        place = f"//{address.authority}{address.path}"
        while len(place) > len("//"):
            if credential := self.credentials.get(place):
                return credential
            place = _LAST_STEP.sub("", place)
        return None

    def proxy_for(self, url: str) -> Secret | None:
        """Return the address of the proxy to reach ``url`` through, with its user and password, or ``None``."""
        address = parse_address(url)
        proxy = self.proxy or self.environment_proxies.get(address.scheme)
        if proxy is None or any(_in_domain(address.host, domain) for domain in self.noproxy):
            return None
        return proxy


def _in_domain(host: str, domain: str) -> bool:
    """Compare label by label from the right, as npm does: ``example`` covers ``a.example`` but not ``anexample``."""
    labels = [label for label in domain.split(".") if label]
    return bool(labels) and host.split(".")[-len(labels) :] == labels
