"""From lines to the text that a terminal or a file gets: everything escaped, and fitted to the width."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from rich.cells import cell_len, set_cell_size
from rich.color import ColorSystem
from rich.style import Style as RichStyle

from provcheck.report.lines import Line, Span, shown, wrap_line

_LEAST = 8
"""What is cut to fewer columns is left out: it would say nothing."""


def paint_lines(
    lines: Iterable[Line], *, color: bool = False, width: int | None = None, hyperlinks: bool = False
) -> str:
    """Return ``lines`` as text, each ended by a line feed.

    Every text from outside is escaped, and none of it starts a line. Nothing but colours (SGR) and links (OSC 8) is
    ever sent to the terminal, and those only if asked for.

    Args:
        lines: what to say.
        color: whether to use the terminal's eight colours.
        width: the terminal's columns, which lines are cut or wrapped to fit; words are not. ``None``: no limit.
        hyperlinks: whether to link what has an address.
    """
    rows = (row for line in lines for row in _fit(line, width))
    return "".join(_paint(row, color=color, hyperlinks=hyperlinks) + "\n" for row in rows)


def _fit(line: Line, width: int | None) -> Iterator[Line]:
    sizes = [max(cell_len(shown(span.text)), span.pad) for span in line]
    if width is None or sum(sizes) <= width:
        yield line
    elif any(span.cut for span in line):
        yield tuple(_shorten(line, sizes, sum(sizes) - width))
    else:
        yield from wrap_line(line, width)


def _shorten(line: Line, sizes: list[int], excess: int) -> list[Span]:
    """Return ``line`` with ``excess`` columns less, if so much may be cut: the last first."""
    spans = list(line)
    for index in reversed(range(len(spans))):
        if spans[index].cut and excess > 0:
            text = _cut(shown(spans[index].text), max(0, sizes[index] - excess))
            spans[index] = replace(spans[index], text=text, pad=0)
            excess -= sizes[index] - cell_len(text)
    return spans


def _cut(text: str, size: int) -> str:
    """Return the first ``size`` columns of ``text``, the last three of them dots; nothing if that says nothing."""
    return set_cell_size(text, size - 3) + "..." if size > _LEAST else ""


def _paint(line: Line, *, color: bool, hyperlinks: bool) -> str:
    texts = [text + " " * (span.pad - cell_len(text)) for span in line for text in [shown(span.text)]]
    for index in reversed(range(len(texts))):
        texts[index] = texts[index].rstrip()
        if texts[index]:
            break
    return "".join(
        _style(text, span, color=color, hyperlinks=hyperlinks) for text, span in zip(texts, line, strict=True)
    )


def _style(text: str, span: Span, *, color: bool, hyperlinks: bool) -> str:
    if color and span.style and text:
        text = RichStyle.parse(span.style).render(text, color_system=ColorSystem.STANDARD)
    return f"\x1b]8;;{span.link}\x1b\\{text}\x1b]8;;\x1b\\" if hyperlinks and span.link and text else text
