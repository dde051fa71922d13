"""Nothing that passes `escape_text` can take effect on a terminal or in a CI log."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from provcheck.report.escape import escape_text, shorten_text

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)  # surrogates too
NASTY_TEXT = st.text(st.sampled_from("#:[ \n\r\x1b\x9b\u202e\u200b\ufeff\U000e0041vsoa"), max_size=20)


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[2J", r"\x1b[2J"),
        ("a\nb\r\tc", r"a\x0ab\x0d\x09c"),
        ("\x7f\x9b31m", r"\x7f\x9b31m"),
        ("admin\u202egnp.exe", r"admin\u202egnp.exe"),
        ("\u2066\u2069\u200b\u200d\ufeff\u00ad", r"\u2066\u2069\u200b\u200d\ufeff\xad"),
        ("\u2028\u2029\u0085", r"\u2028\u2029\x85"),
        ("\U000e0041\U000e007f", r"\U000e0041\U000e007f"),
        ("\ud800", r"\ud800"),
        ("e\u0301\u20dd", r"e\u0301\u20dd"),
        ("a\u3164\u2800\u115fb", r"a\u3164\u2800\u115fb"),
        ("a\u00a0b\u3000c", r"a\xa0b\u3000c"),
        ("\ue000\U0010ffff", r"\ue000\U0010ffff"),
        ("::error::gone", r"\x3a:error::gone"),
        ("  ::set-output name=a::b", r"  \x3a:set-output name=a::b"),
        ("name ##[error]gone", r"name #\x23[error]gone"),
        ("##vso[task.setvariable]x", r"#\x23vso[task.setvariable]x"),
        ("####[", r"#\x23\x23\x23["),
    ],
)
def test_what_could_take_effect_is_written_as_an_escape(hostile: str, shown: str) -> None:
    assert escape_text(hostile) == shown


@pytest.mark.parametrize(
    "harmless",
    [
        "@scope/name@1.0.0-rc.1+build",
        "C:\\Users\\x\\package-lock.json",
        "refs/heads/münchen-été",
        "日本語",
        "[red]#1[/] a::b",
    ],
)
def test_what_can_only_be_read_stays_as_it_is(harmless: str) -> None:
    assert escape_text(harmless) == harmless


@given(ANY_TEXT | NASTY_TEXT)
@example("\u0600\u06dd")
def test_the_result_is_one_line_of_visible_characters(text: str) -> None:
    escaped = escape_text(text)
    assert escaped.isprintable()
    assert len(escaped.splitlines()) <= 1
    assert not any(unicodedata.category(char).startswith("M") for char in escaped)


@given(ANY_TEXT | NASTY_TEXT)
def test_the_result_starts_no_runner_command(text: str) -> None:
    escaped = escape_text(text)
    assert not escaped.lstrip().startswith("::")
    assert "##" not in escaped


@given(ANY_TEXT | NASTY_TEXT)
def test_escaping_twice_changes_nothing(text: str) -> None:
    assert escape_text(escape_text(text)) == escape_text(text)


@given(ANY_TEXT, st.integers(4, 80))
def test_shortened_text_keeps_its_ends_within_the_limit(text: str, limit: int) -> None:
    short = shorten_text(text, limit)
    assert len(short) == min(len(text), limit)
    assert short[0:1] == text[0:1]
    if len(text) > limit:
        assert "..." in short
