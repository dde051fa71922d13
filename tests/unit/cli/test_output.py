import errno
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from provcheck.cli.output import make_streams_safe
from provcheck.errors import UsageError
from provcheck.model import ExitCode
from provcheck.report.text import render_text
from support.command import FakeApp, TerminalStream, run_command, run_on_terminal
from support.reports import make_report, storefront, verified
from support.schema import assert_valid_report


def test_a_file_gets_the_whole_report_and_standard_output_nothing(
    check_lockfiles: FakeApp, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    check_lockfiles.result = storefront()
    path = tmp_path / "report.json"
    result = run_command(capsys, "lockfile", "--format", "json", "--output", path)
    assert (result.code, result.out) == (1, "")
    assert result.err == f"exit 1: {storefront().exit_reason} (report in {path})\n"
    assert_valid_report(json.loads(path.read_text(encoding="utf-8")))
    assert list(tmp_path.iterdir()) == [path]


def test_text_in_a_file_is_neither_coloured_nor_cut(
    check_lockfiles: FakeApp, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    check_lockfiles.result = storefront()
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    run_on_terminal(monkeypatch, "lockfile", "--output", tmp_path / "report.txt")
    assert (tmp_path / "report.txt").read_text(encoding="utf-8") == render_text(storefront())


def test_a_quiet_run_that_passes_and_writes_a_file_says_nothing(
    check_lockfiles: FakeApp, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    result = run_command(capsys, "lockfile", "--quiet", "--format", "json", "--output", tmp_path / "report.json")
    assert (result.code, result.out, result.err) == (0, "", "")


def test_a_file_keeps_its_old_content_if_the_new_cannot_be_written(
    check_lockfiles: FakeApp, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Path, __: Path) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "report.json"
    path.write_text("old")
    monkeypatch.setattr(Path, "replace", fail)
    result = run_command(capsys, "lockfile", "--output", path)
    assert result.code == 2
    assert str(path) in result.err
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="needs symbolic links and modes")
def test_a_file_is_written_through_a_symbolic_link_with_the_users_mode(
    check_lockfiles: FakeApp, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    target, link = tmp_path / "target.txt", tmp_path / "link.txt"
    target.touch()
    link.symlink_to(target)
    mask = os.umask(0o022)
    try:
        assert run_command(capsys, "lockfile", "--output", link).code == 0
    finally:
        os.umask(mask)
    assert link.is_symlink()
    assert target.stat().st_size > 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o644


@pytest.mark.skipif(sys.platform == "win32", reason="needs a device file")
def test_a_device_is_written_to_and_not_replaced(check_lockfiles: FakeApp, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(capsys, "lockfile", "--output", os.devnull).code == 0
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_a_missing_folder_is_noticed_before_the_run(
    check_lockfiles: FakeApp, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    result = run_command(capsys, "lockfile", "--output", tmp_path / "none" / "report.json")
    assert (result.code, check_lockfiles.calls) == (2, [])


def test_a_reader_that_goes_away_changes_no_exit_code(tmp_path: Path) -> None:
    # `provcheck ... | head -1`; the real report of a real process, into a pipe that nobody reads.
    program = (
        "import sys\nfrom provcheck.cli.output import write_text\n"
        "for _ in range(100): write_text('x' * 10_000)\nsys.exit(1)"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full device")
def test_a_full_disk_is_an_error() -> None:
    program = "from provcheck.cli import main; main(['--version'])"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-c", program], stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: cannot be written: No space left on device")


def test_characters_that_the_terminal_lacks_are_shown_as_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = TerminalStream(encoding="cp437")
    monkeypatch.setattr(sys, "stdout", stream)
    make_streams_safe()
    stream.write("日 ü")
    assert stream.text() == "\\u65e5 ü"


def test_a_console_without_unicode_gets_the_whole_report(
    check_lockfiles: FakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_lockfiles.result = make_report(
        [verified("日本@1")], exit_code=ExitCode.FINDINGS, exit_reason="日本", notes=("日本",)
    )
    result = run_on_terminal(monkeypatch, "lockfile", encoding="cp437")
    assert result.code == 1
    assert "exit 1: \\u65e5\\u672c" in result.out


def test_quiet_and_verbose_are_not_both_possible(check_lockfiles: FakeApp, capsys: pytest.CaptureFixture[str]) -> None:
    check_lockfiles.result = UsageError("never reached")
    assert "--quiet and --verbose" in run_command(capsys, "lockfile", "-q", "-v").err
