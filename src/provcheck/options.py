"""What the commands that judge dependencies have in common."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Omit(StrEnum):
    """Kinds of dependency that can be left out of a check, as npm's ``--omit`` names them."""

    DEV = "dev"
    OPTIONAL = "optional"
    PEER = "peer"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """The options of one run; every default is the strict one."""

    registry: str | None = None
    """Replaces every registry that npm's configuration names."""
    trusted_root: Path | None = None
    """Replaces Sigstore's trusted root."""
    npm_keys: Path | None = None
    """Replaces npm's registry keys."""
    evidence: Path | None = None
    """A folder of evidence to use and to fill, instead of the user's cache."""
    offline: bool = False
    """Forbids the network."""
    concurrency: int = 32
    """How many requests may be under way at once."""
    timeout: float = 30.0
    """Seconds until a request is given up."""
    fail_on: frozenset[str] = frozenset()
    """Names of verdicts and reason codes that fail the run, beside `invalid`."""
