from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from provcheck.report.lines import Line, Span, text_line
from provcheck.report.paint import paint_lines

_TEXT = st.text(st.characters(exclude_categories=()) | st.sampled_from(" :#本"), max_size=60)


def rows(line: Line, width: int) -> list[str]:
    return paint_lines([line], width=width).splitlines()


def test_a_span_that_fits_on_a_line_moves_there_whole() -> None:
    line = (Span("  "), Span("a@1", pad=6), Span("  "), Span("set-invalid"), Span("  "), Span("one two three"))
    assert rows(line, 38) == ["  a@1     set-invalid  one two three"]
    assert rows(line, 30) == ["  a@1     set-invalid", "    one two three"]


def test_a_longer_span_is_broken_at_blanks() -> None:
    line = (Span("  "), Span("a@1"), Span("  "), Span("one two three four"))
    assert rows(line, 15) == ["  a@1  one two", "    three four"]


def test_words_are_never_broken() -> None:
    assert rows(text_line("see " + "x" * 30 + " for more"), 20) == ["see", "  " + "x" * 30, "  for more"]


def test_what_follows_an_empty_label_stays_in_its_column() -> None:
    assert rows((Span("  "), Span("", pad=6), Span("one two three")), 16) == ["        one two", "          three"]


def test_what_may_be_cut_is_cut_and_left_out_if_little_would_be_left() -> None:
    line = (Span("a@1  "), Span("one two three four", cut=True))
    assert rows(line, 15) == ["a@1  one two..."]
    assert rows(line, 12) == ["a@1"]


def test_no_line_that_continues_another_starts_a_command_to_a_ci_runner() -> None:
    assert rows(text_line("one two ::error::three"), 18) == ["one two", "  \\x3a:error::three"]


@given(st.lists(_TEXT, min_size=1, max_size=5), st.integers(min_value=10, max_value=50))
def test_no_word_is_lost_and_no_line_is_too_long_without_need(texts: list[str], width: int) -> None:
    line = tuple(Span(f"{text} ") for text in texts)
    whole = paint_lines([line])
    painted = rows(line, width)
    assert "".join(painted).replace(" ", "").replace("\\x3a", ":") == whole.replace(" ", "").replace("\\x3a", ":")[:-1]
    for row in painted:
        assert cell_len(row) <= width or len(row.split()) == 1
    indent = len(whole) - len(whole.lstrip(" ")) + 2
    assert all(row.startswith(" " * indent) for row in painted[1:])
