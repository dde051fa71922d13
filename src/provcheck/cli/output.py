"""Where reports go: standard output or a file, for a terminal or for a program."""

import errno
import io
import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from provcheck.cli.options import Format
from provcheck.cli.terminal import probe_terminal
from provcheck.errors import UsageError
from provcheck.model import ExitCode, Report
from provcheck.report.escape import escape_text

if TYPE_CHECKING:
    from provcheck.report.progress import BarProgress


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """How the user wants to have the report."""

    format: Format
    path: Path | None
    quiet: bool
    verbose: bool
    no_color: bool
    in_full: bool = False
    """Whether a text report tells everything of each dependency; for reports on one."""

    def __post_init__(self) -> None:
        if self.quiet and self.verbose:
            raise UsageError("--quiet and --verbose contradict each other")
        if self.path and not self.path.parent.is_dir():
            raise UsageError("there is no such folder", where=f"--output {self.path}")

    def progress(self) -> "BarProgress | None":
        """Return a progress bar if somebody watches standard error, and wants to see one."""
        terminal = probe_terminal(sys.stderr, no_color=self.no_color)
        if self.quiet or not terminal.animation:
            return None
        from provcheck.report.progress import BarProgress

        return BarProgress(sys.stderr, color=terminal.color)

    def deliver(self, report: Report) -> ExitCode:
        """Write the report to where it belongs, and return its exit code.

        With a file, standard output stays empty, and standard error tells the exit code and why.

        Raises:
            UsageError: it cannot be written.
        """
        if self.path is None:
            write_text(self._render(report))
        else:
            write_file(self.path, self._render(report))
            if not (self.quiet and report.exit_code is ExitCode.OK):
                text = f"exit {int(report.exit_code)}: {report.exit_reason} (report in {self.path})"
                typer.echo(escape_text(text), err=True)
        return report.exit_code

    def _render(self, report: Report) -> str:
        if self.format is Format.JSON:
            from provcheck.report.jsonreport import render_json

            return render_json(report)
        from provcheck.report.text import Detail, render_text

        detail = Detail.QUIET if self.quiet else Detail.VERBOSE if self.verbose else Detail.NORMAL
        if self.path:
            return render_text(report, detail=detail, in_full=self.in_full)
        terminal = probe_terminal(sys.stdout, no_color=self.no_color)
        return render_text(
            report,
            detail=detail,
            color=terminal.color,
            width=terminal.width,
            hyperlinks=terminal.hyperlinks,
            in_full=self.in_full,
        )


def make_streams_safe() -> None:
    """Make standard output and error show characters that their encoding lacks as escapes, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def write_text(text: str) -> None:
    """Write ``text`` to standard output; quietly, if the reader has gone away.

    Raises:
        UsageError: it cannot be written, for example because a disk is full.
    """
    try:
        typer.echo(text, nl=False, color=True)
    except OSError as error:
        # Python flushes again at exit, which would fail again, noisily: let that go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not _is_broken_pipe(error):
            raise UsageError(f"cannot be written: {error.strerror}", where="standard output") from error


def _is_broken_pipe(error: OSError) -> bool:
    return isinstance(error, BrokenPipeError) or (sys.platform == "win32" and error.errno == errno.EINVAL)


def write_file(path: Path, text: str) -> None:
    """Write ``text`` (UTF-8) so that ``path`` holds either what it held before or all of the text.

    What is not a regular file (a pipe, a device) is written to directly.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        target = path.resolve()
        if target.exists() and not target.is_file():
            target.write_text(text, encoding="utf-8", newline="\n")
            return
        draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            with draft.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", where=f"--output {path}") from error
