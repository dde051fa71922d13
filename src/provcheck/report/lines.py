"""Lines of a text report before they are painted: what they say, and what gives way when a line is too long."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from provcheck.report.escape import escape_text, shorten_text


class Style(StrEnum):
    """What a piece of text means; the value is its colour on a terminal."""

    PLAIN = ""
    STRONG = "bold"
    FAINT = "dim"
    GOOD = "green"
    WARNING = "yellow"
    BAD = "bold red"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line."""

    text: str
    """Whatever it is, from wherever: it is escaped when it is painted."""
    style: Style = Style.PLAIN
    link: str | None = None
    """An address that `provcheck.report.links.safe_url` has approved."""
    pad: int = 0
    """The least number of columns to fill."""
    cut: bool = False
    """Whether it may be shortened, or left out, when the line is too long. Names and codes never are."""


Line: TypeAlias = tuple[Span, ...]

EMPTY: Line = ()


def text_line(text: str, style: Style = Style.PLAIN) -> Line:
    """Return a line of one piece that is never cut."""
    return (Span(text, style),)


def shown(text: str) -> str:
    """Return ``text`` as it will appear: escaped, and of bounded length."""
    return shorten_text(escape_text(text))


def column(texts: Iterable[str], *, most: int) -> int:
    """Return the width of a column for ``texts``; those wider than ``most`` stand out of it instead of widening it."""
    return max((size for text in texts if (size := len(shown(text))) <= most), default=0)
