"""The options that commands share."""

import difflib
import math
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from provcheck.codes import Code
from provcheck.errors import UsageError
from provcheck.model import Verdict


class Format(StrEnum):
    """How a report is written."""

    TEXT = "text"
    JSON = "json"


class Omitted(StrEnum):
    """Which dependencies to leave out, as npm's ``--omit`` names them."""

    DEV = "dev"
    OPTIONAL = "optional"
    PEER = "peer"


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= _LONGEST_TIMEOUT:
        raise typer.BadParameter(f"{text!r} is not a number of seconds above 0 and up to {_LONGEST_TIMEOUT}")
    return seconds


_LONGEST_TIMEOUT = 3600

Registry: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        envvar="PROVCHECK_REGISTRY",
        help="Ask this registry about every package, instead of those that npm's configuration names.",
    ),
]
TrustedRoot: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        envvar="PROVCHECK_TRUSTED_ROOT",
        help="Trust this Sigstore trusted root (JSON) instead of Sigstore's own. The report says so first.",
    ),
]
NpmKeys: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        envvar="PROVCHECK_NPM_KEYS",
        help="Trust these registry keys (JSON) instead of npm's. The report says so first.",
    ),
]
Evidence: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        envvar="PROVCHECK_EVIDENCE",
        help="Keep evidence in this folder instead of the user's cache, and use what it holds.",
    ),
]
Offline: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--offline", envvar="PROVCHECK_OFFLINE", help="Never use the network: what is not at hand is unavailable."
    ),
]
FailOn: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CODES",
        envvar="PROVCHECK_FAIL_ON",
        help="Fail on these verdicts or reason codes too (invalid always fails): separated by commas, or repeated.",
    ),
]
Omit: TypeAlias = Annotated[
    list[Omitted] | None,
    typer.Option(
        metavar="dev|optional|peer",
        envvar="PROVCHECK_OMIT",
        help="Leave out dependencies that are only this. Can be repeated.",
    ),
]
ReportFormat: TypeAlias = Annotated[
    Format, typer.Option("--format", envvar="PROVCHECK_FORMAT", help="How to write the report.")
]
Output: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        envvar="PROVCHECK_OUTPUT",
        help="Write the report to this file instead of standard output.",
    ),
]
Concurrency: TypeAlias = Annotated[
    int,
    typer.Option(
        min=1, max=256, metavar="N", envvar="PROVCHECK_CONCURRENCY", help="How many requests to have under way at once."
    ),
]
Timeout: TypeAlias = Annotated[
    float,
    typer.Option(
        parser=_seconds, metavar="SECONDS", envvar="PROVCHECK_TIMEOUT", help="When to give up on one request."
    ),
]
Quiet: TypeAlias = Annotated[
    bool,
    typer.Option("--quiet", "-q", envvar="PROVCHECK_QUIET", help="Show findings only; nothing if there are none."),
]
Verbose: TypeAlias = Annotated[
    bool,
    typer.Option("--verbose", "-v", envvar="PROVCHECK_VERBOSE", help="Show everything: every package, every fact."),
]
NoColor: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--no-color", envvar="PROVCHECK_NO_COLOR", help="No colours (as with NO_COLOR; see also FORCE_COLOR)."
    ),
]


def parse_fail_on(values: Iterable[str]) -> frozenset[str]:
    """Return the names of verdicts and codes in ``values``, each of which may hold several with commas between.

    Raises:
        UsageError: one is neither a verdict nor a code.
    """
    names = frozenset(name for value in values for name in value.replace(",", " ").split())
    known = [*Verdict, *Code]
    for name in sorted(names):
        if name not in known:
            raise UsageError(
                f"{name!r} is neither a verdict nor a reason code", where="--fail-on", hint=suggestion(name, known)
            )
    return names


def suggestion(word: str, known: Iterable[str]) -> str | None:
    """Return the known words most like ``word``, as a question; ``None`` if none is like it."""
    close = difflib.get_close_matches(word.lower(), tuple(known))
    return f"did you mean {' or '.join(close)}?" if close else None
