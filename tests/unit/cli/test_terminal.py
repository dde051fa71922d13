import io
import os
from collections.abc import Mapping

import pytest

from provcheck.cli.terminal import Terminal, probe_terminal
from support.command import TerminalStream


def probe(environ: Mapping[str, str], *, terminal: bool, no_color: bool = False) -> Terminal:
    return probe_terminal(TerminalStream() if terminal else io.StringIO(), no_color=no_color, environ=environ)


@pytest.mark.parametrize(
    ("terminal", "environ", "color"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": ""}, False),
        (True, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (True, {"TERM": "dumb"}, False),
        (True, {"TERM": "dumb", "FORCE_COLOR": "1"}, True),
        (True, {"CI": "true"}, True),
        (False, {"GITHUB_ACTIONS": "true"}, False),
    ],
)
def test_colours_follow_the_conventions(terminal: bool, environ: dict[str, str], color: bool) -> None:
    assert probe(environ, terminal=terminal).color is color
    assert probe(environ, terminal=terminal, no_color=True).color is False


@pytest.mark.parametrize(
    ("terminal", "environ", "animation", "hyperlinks"),
    [
        (True, {"TERM": "xterm-256color"}, True, True),
        (False, {"TERM": "xterm-256color"}, False, False),
        (False, {"FORCE_COLOR": "1"}, False, False),
        (True, {"CI": "1"}, False, False),
        (True, {"GITHUB_ACTIONS": "true"}, False, False),
        (True, {"TERM": "dumb"}, False, False),
        (True, {"TERM": "linux"}, True, False),
        (True, {"NO_COLOR": "1"}, True, True),
    ],
)
def test_only_a_watched_terminal_gets_animation_and_links(
    terminal: bool, environ: dict[str, str], animation: bool, hyperlinks: bool
) -> None:
    found = probe(environ, terminal=terminal)
    assert (found.animation, found.hyperlinks) == (animation, hyperlinks)


@pytest.mark.parametrize(
    ("columns", "width"),
    [("120", 120), ("10", 40), ("0", None), ("", None), ("wide", None), ("9" * 30, 999_999), ("\u00b2", None)],
)
def test_columns_sets_the_width_even_of_a_pipe(columns: str, width: int | None) -> None:
    assert probe({"COLUMNS": columns}, terminal=False).width == width


def test_the_width_is_the_terminals_or_80() -> None:
    assert probe({}, terminal=True).width == 80


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
def test_the_width_of_a_real_terminal_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    controller, terminal = os.openpty()
    monkeypatch.setattr(
        os, "get_terminal_size", lambda descriptor: os.terminal_size((132 if descriptor == terminal else 1, 40))
    )
    with open(terminal, "w", encoding="utf-8") as stream:  # noqa: PTH123 - a descriptor
        assert probe_terminal(stream, no_color=False, environ={}).width == 132
    os.close(controller)
