"""Trust material that needs no network: what the ``sigstore`` package embeds, and npm's keys as shipped with Provcheck.

The files are read in place, because importing the modules of ``sigstore`` that know them takes half a second.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from urllib.parse import quote

import sigstore

from provcheck.errors import MalformedError, TrustError
from provcheck.fields import Fields
from provcheck.jsonio import parse_object
from provcheck.trust.validity import parse_time

TUF_URL = "https://tuf-repo-cdn.sigstore.dev"
"""Sigstore's public-good TUF repository."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """The copies that come with an installation."""

    tuf_root: bytes
    """The TUF root metadata at which every refresh starts."""
    trusted_root: bytes
    npm_keys: bytes
    date: datetime | None
    """When ``tuf_root`` was signed; ``trusted_root`` was taken from the repository then or later."""
    origin: str
    """For people: whose copy the trusted root is."""


def read_embedded() -> Embedded:
    """Return the copies that this installation carries.

    Raises:
        TrustError: the installed ``sigstore`` package does not carry them.
    """
    store = resources.files("sigstore") / "_store" / quote(TUF_URL, safe="")
    try:
        tuf_root = (store / "root.json").read_bytes()
        trusted_root = (store / "trusted_root.json").read_bytes()
    except OSError as error:
        raise TrustError(
            f"sigstore {sigstore.__version__} has no trust root where it is expected",
            hint="Install another release of sigstore, or give --trusted-root and --npm-keys.",
        ) from error
    return Embedded(
        tuf_root=tuf_root,
        trusted_root=trusted_root,
        npm_keys=(resources.files("provcheck.trust") / "data" / "npm-keys.json").read_bytes(),
        date=signing_date(tuf_root),
        origin=f"sigstore {sigstore.__version__}",
    )


def signing_date(tuf_root: bytes) -> datetime | None:
    """Return when TUF root metadata was signed, or ``None`` if it does not say.

    TUF states only when metadata expires. Sigstore's signing tool (https://github.com/theupdateframework/tuf-on-ci)
    adds, in the signed part, how many days after signing that is.

    Raises:
        TrustError: it is not TUF metadata.
    """
    what = "the TUF root metadata"
    try:
        signed = Fields(parse_object(tuf_root, what=what), where=what, fail=TrustError).fields("signed")
    except MalformedError as error:
        raise TrustError(error.message, where=error.where) from error
    days = signed.int64("x-tuf-on-ci-expiry-period")
    expires = parse_time(signed.value("expires"), where=signed.path("expires"))
    try:
        return expires - timedelta(days=days) if days else None
    except OverflowError as error:
        raise TrustError("out of range", where=signed.path("x-tuf-on-ci-expiry-period")) from error
