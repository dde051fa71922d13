"""Lines of a text report before they are painted: what they say, and what gives way when a line is too long."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from rich.cells import cell_len

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
"""What should stand on one line. If it is too long, and nothing in it may be cut, it runs on: see `wrap_line`."""

EMPTY: Line = ()


def text_line(text: str, style: Style = Style.PLAIN) -> Line:
    """Return a line of one piece that is never cut."""
    return (Span(text, style),)


def shown(text: str) -> str:
    """Return ``text`` as it will appear: escaped, and of bounded length."""
    return shorten_text(escape_text(text))


_INDENT = 2
"""How much further than the line it continues the rest of a long line is indented."""

_TOKENS = re.compile(r" +|[^ ]+")


def wrap_line(line: Line, width: int) -> Iterator[Line]:
    """Yield ``line`` on as many lines as it needs, broken at blanks, each but the first indented.

    A span that fits on a line is not broken but moved to the next one; a word never is broken, so that names and
    addresses can be searched for and copied.
    """
    whole = "".join(shown(span.text).ljust(span.pad) for span in line)
    indent = len(whole) - len(whole.lstrip(" ")) + _INDENT
    row: list[Span] = []
    used, has_words = 0, False
    for span in line:
        text = shown(span.text)
        is_whole = has_words and cell_len(text.strip()) <= width - indent
        pieces = [""]
        for token in [text] if is_whole else _TOKENS.findall(text):
            part = token
            if has_words and part.strip() and used + cell_len(part.rstrip()) > width:
                pieces.append("")
                used, has_words = indent, False
                part = part.lstrip()
            pieces[-1] += part
            used += cell_len(part)
            has_words = has_words or bool(part.strip())
        for piece in pieces[:-1]:
            yield (*row, replace(span, text=piece, pad=0))
            row = [Span(" " * indent)]
        pad = span.pad if len(pieces) == 1 else 0
        row.append(replace(span, text=pieces[-1], pad=pad))
        used += max(0, pad - cell_len(text))
    yield tuple(row)


def column(texts: Iterable[str], *, most: int) -> int:
    """Return the width of a column for ``texts``; those wider than ``most`` stand out of it instead of widening it."""
    return max((size for text in texts if (size := len(shown(text))) <= most), default=0)
