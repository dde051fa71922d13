"""Errors for people, on standard error: what, where, what to do next."""

import os
import traceback

import typer

from provcheck._version import __version__
from provcheck.report.escape import escape_text, shorten_text

_LONGEST = 2000


def complain(what: str, *, where: str | None = None, hint: str | None = None) -> None:
    """Print an error. Whatever is quoted in it, nothing of it takes effect on a terminal or in a log."""
    _print("error: ", what)
    if where:
        _print("  where: ", where)
    if hint:
        _print("  next: ", hint)


def complain_about_bug(error: BaseException) -> None:
    """Print that Provcheck itself failed, and where; the traceback only if ``PROVCHECK_DEBUG`` is set."""
    if os.environ.get("PROVCHECK_DEBUG"):
        for part in traceback.format_exception(error):
            for line in part.splitlines():
                _print("  ", line)
    name = type(error).__name__
    module, line_number = place_of(error)
    complain(
        f"a bug in Provcheck {__version__}, not in your project: {name}: {error}",
        where=f"{module}, line {line_number}",
        hint="please report it with these lines; with PROVCHECK_DEBUG=1 set, they include a traceback",
    )


def place_of(error: BaseException) -> tuple[str, int]:
    """Return the module and the line, innermost in Provcheck's own code, where ``error`` came from."""
    place = ("", 0)
    for frame, line in traceback.walk_tb(error.__traceback__):
        module = frame.f_globals.get("__name__", "")
        if module.startswith("provcheck."):
            place = (module, line)
    return place


def _print(label: str, text: str) -> None:
    typer.echo(label + shorten_text(escape_text(text), _LONGEST), err=True)
