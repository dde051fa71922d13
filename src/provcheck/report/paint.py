"""From lines to the text that a terminal or a file gets: everything escaped, and fitted to the width."""

from collections.abc import Iterable, Iterator

from rich.cells import cell_len, set_cell_size
from rich.color import ColorSystem
from rich.style import Style as RichStyle

from provcheck.report.lines import Line, Span, shown, wrap_line


def paint_lines(
    lines: Iterable[Line], *, color: bool = False, width: int | None = None, hyperlinks: bool = False
) -> str:
    """Return ``lines`` as text, each ended by a line feed.

    Every text from outside is escaped, and none of it starts a line. Nothing but colours (SGR) and links (OSC 8) is
    ever sent to the terminal, and those only if asked for.

    Args:
        lines: what to say.
        color: whether to use the terminal's eight colours.
        width: the terminal's columns, to which lines are cut or wrapped; names and codes never are. ``None``: no limit.
        hyperlinks: whether to link what has an address.
    """
    return "".join(
        _paint(row, color=color, hyperlinks=hyperlinks) + "\n" for line in lines for row in _fit(line, width)
    )


def _fit(line: Line, width: int | None) -> Iterator[Line]:
    """Yield ``line`` with everything escaped: cut where it may be if it is too long, else on several lines."""
    spans = [Span(text + " " * (span.pad - cell_len(text)), span.style, span.link, cut=span.cut) for span in line for text in [shown(span.text)]]
