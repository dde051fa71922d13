"""Runs the command in this process, as the console script would."""

import io
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from provcheck.cli import main
from provcheck.model import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a command did."""

    code: int
    out: str
    err: str


class TerminalStream(io.TextIOWrapper):
    """A stream that says it is a terminal."""

    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(), encoding=encoding, newline="")

    def isatty(self) -> bool:
        """Say so."""
        return True

    def text(self) -> str:
        """Return what was written."""
        self.flush()
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue().decode(self.encoding)


def run_command(capsys: pytest.CaptureFixture[str], *args: str | Path) -> Result:
    """Run ``provcheck`` with ``args``, its output going to pipes."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as raised:
        main([str(arg) for arg in args])
    out, err = capsys.readouterr()
    assert isinstance(raised.value.code, int)
    return Result(code=raised.value.code, out=out, err=err)


def run_on_terminal(monkeypatch: pytest.MonkeyPatch, *args: str | Path, encoding: str = "utf-8") -> Result:
    """Run ``provcheck`` with ``args``, its output going to a terminal."""
    out, err = TerminalStream(encoding), TerminalStream(encoding)
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    with pytest.raises(SystemExit) as raised:
        main([str(arg) for arg in args])
    assert isinstance(raised.value.code, int)
    return Result(code=raised.value.code, out=out.text(), err=err.text())


class FakeApp:
    """Stands in for a function of `provcheck.app`: keeps its arguments, and returns or raises what it is told to."""

    def __init__(self, result: Report | BaseException) -> None:
        self.result = result
        self.calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    def __call__(self, *args: Any, **options: Any) -> Report:  # noqa: ANN401 - of any of the functions
        """Take a call."""
        self.calls.append((args, options))
        if isinstance(self.result, BaseException):
            raise self.result
        progress = options.get("progress")
        if progress:
            progress.start(len(self.result.judgements))
            for judgement in self.result.judgements:
                progress.advance(judgement)
            progress.stop()
        return self.result
