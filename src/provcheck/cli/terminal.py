"""What may be sent to a terminal, or to what stands in for one."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

_NARROWEST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """What the receiver of a stream can show."""

    color: bool
    width: int | None
    """Columns; ``None`` if lines may be of any length."""
    hyperlinks: bool
    animation: bool
    """Whether somebody watches, so that a progress bar makes sense."""


def probe_terminal(stream: TextIO, *, no_color: bool, environ: Mapping[str, str] = os.environ) -> Terminal:
    """Return what may be sent to ``stream``.

    Colours: never with ``--no-color``, NO_COLOR or TERM=dumb, but FORCE_COLOR wins over TERM and over not being a
    terminal (https://no-color.org, https://force-color.org). CI and GITHUB_ACTIONS mean that nobody watches: no
    animation, no hyperlinks. COLUMNS wins over the terminal's own width.
    """
    is_terminal = stream.isatty() and environ.get("TERM") != "dumb" and _interprets_ansi()
    is_watched = is_terminal and not environ.get("CI") and not environ.get("GITHUB_ACTIONS")
    is_colorful = is_terminal or bool(environ.get("FORCE_COLOR"))
    return Terminal(
        color=is_colorful and not no_color and not environ.get("NO_COLOR"),
        width=_width(stream, environ),
        hyperlinks=is_watched and environ.get("TERM") != "linux",  # the kernel's console shows them as rubbish
        animation=is_watched,
    )


def _width(stream: TextIO, environ: Mapping[str, str]) -> int | None:
    columns = environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdecimal() and int(columns[:6]):
        return max(int(columns[:6]), _NARROWEST)
    if not stream.isatty():
        return None
    try:
        return max(os.get_terminal_size(stream.fileno()).columns, _NARROWEST)
    except OSError:  # a terminal of unknown size
        return 80


def _interprets_ansi() -> bool:
    if sys.platform != "win32":
        return True
    from provcheck.report.text import terminal_interprets_ansi

    return terminal_interprets_ansi()
