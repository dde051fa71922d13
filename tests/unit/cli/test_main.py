import subprocess
import sys

import pytest

from provcheck._version import __version__
from provcheck.codes import Code
from provcheck.errors import MalformedError, ProvcheckError, TrustError, UsageError, VerificationError
from support.command import FakeApp, run_command

HEAVY = {"httpx", "sigstore", "cryptography", "rich", "tuf", "rfc3161_client", "platformdirs", "packageurl", "asyncio"}


@pytest.mark.parametrize(
    "arguments", [["--version"], ["--help"], ["lockfile", "--help"], ["policy", "explain", "set-invalid"]]
)
def test_what_needs_no_verification_starts_without_heavy_libraries(arguments: list[str]) -> None:
    program = (
        "import sys\nfrom provcheck.cli import main\n"
        f"try: main({arguments!r})\n"
        "except SystemExit as end: code = end.code\n"
        "print(*sys.modules, file=sys.stderr)\nsys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert {module.partition(".")[0] for module in done.stderr.split()} & HEAVY == set()


def test_the_version_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    result = run_command(capsys, "--version")
    assert (result.code, result.out) == (0, f"provcheck {__version__}\n")


@pytest.mark.parametrize("arguments", [[], ["policy"], ["cache"]])
def test_without_a_command_there_is_help_and_bad_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    result = run_command(capsys, *arguments)
    assert result.code == 2
    assert result.out.startswith(f"Usage: {' '.join(['provcheck', *arguments])} [OPTIONS] COMMAND")


def test_help_tells_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    result = run_command(capsys, "--help")
    assert result.code == 0
    rows = [line.split()[0] for line in result.out.partition("Exit codes:\n")[2].splitlines() if line.strip()]
    assert rows[:5] == ["0", "1", "2", "3", "101"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["lockfile", "--no-such-option"],
        ["no-such-command"],
        ["lockfile", "--format", "xml"],
        ["lockfile", "--concurrency", "0"],
        ["lockfile", "--concurrency", "257"],
        ["lockfile", "--timeout", "nan"],
        ["lockfile", "--timeout", "0"],
        ["lockfile", "--timeout", "soon"],
        ["lockfile", "--omit", "everything"],
        ["lockfile", "--quiet", "--verbose"],
        ["lockfile", "--fail-on", "absnt"],
        ["attestation"],
        ["attestation", "file.json"],
        ["attestation", "file.json", "--package", "a@1"],
        ["attestation", "file.json", "--package", "a@1", "--tarball", "a.tgz", "--integrity", "sha512-x"],
        ["policy", "explain"],
        ["policy", "explain", "no-such-code"],
    ],
)
def test_bad_usage_is_told_on_standard_error(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    result = run_command(capsys, *arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("error: ")
    assert "Traceback" not in result.err


@pytest.mark.parametrize("kind", [UsageError, MalformedError, TrustError, ProvcheckError])
def test_errors_say_what_where_and_what_next(
    kind: type[ProvcheckError], check_lockfiles: FakeApp, capsys: pytest.CaptureFixture[str]
) -> None:
    check_lockfiles.result = kind("the lockfile is not JSON", where="package-lock.json, line 3", hint="lock it again")
    result = run_command(capsys, "lockfile")
    assert (result.code, result.out) == (2, "")
    assert result.err == "error: the lockfile is not JSON\n  where: package-lock.json, line 3\n  next: lock it again\n"


def test_hostile_text_in_errors_takes_no_effect(check_lockfiles: FakeApp, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "\x1b[2J\n::error::gone\u202e##vso[x]" + "x" * 100_000
    check_lockfiles.result = UsageError(hostile, where=hostile, hint=hostile)
    result = run_command(capsys, "lockfile")
    lines = result.err.splitlines()
    assert [line.split(":")[0] for line in lines] == ["error", "  where", "  next"]
    assert all(line.isprintable() and "##" not in line and len(line) < 3000 for line in lines)


def test_hostile_arguments_take_no_effect_in_usage_errors(capsys: pytest.CaptureFixture[str]) -> None:
    result = run_command(capsys, "lockfile", "--format", "\x1b[2J\n::error::gone")
    assert result.code == 2
    assert all(line.isprintable() and not line.startswith("::") for line in result.err.splitlines())


@pytest.mark.parametrize(
    "bug", [KeyError("x"), RecursionError(), MemoryError(), ExceptionGroup("several", [ValueError()])]
)
def test_a_bug_is_not_mistaken_for_a_finding(
    bug: Exception, check_lockfiles: FakeApp, capsys: pytest.CaptureFixture[str]
) -> None:
    check_lockfiles.result = bug
    result = run_command(capsys, "lockfile")
    assert (result.code, result.out) == (101, "")
    assert type(bug).__name__ in result.err
    assert "provcheck.cli.lockfile, line " in result.err
    assert "report" in result.err
    assert "Traceback" not in result.err


def test_the_traceback_of_a_bug_is_shown_on_demand_and_escaped(
    check_lockfiles: FakeApp, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    check_lockfiles.result = KeyError("x")
    check_lockfiles.result.add_note("\x1b[2J\n::error::gone")
    monkeypatch.setenv("PROVCHECK_DEBUG", "1")
    result = run_command(capsys, "lockfile")
    assert result.code == 101
    assert "Traceback" in result.err
    assert all(line.isprintable() and not line.lstrip().startswith("::") for line in result.err.splitlines())


def test_a_broken_pipe_inside_a_run_is_a_bug_and_not_a_finding(
    check_lockfiles: FakeApp, capsys: pytest.CaptureFixture[str]
) -> None:
    check_lockfiles.result = BrokenPipeError(32, "Broken pipe")
    assert run_command(capsys, "lockfile").code == 101


@pytest.mark.parametrize("arguments", [["--help"], ["lockfile", "--help"]])
def test_help_whose_reader_goes_away_ends_quietly(arguments: list[str]) -> None:
    program = f"from provcheck.cli import main; input(); main({arguments!r})"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", program], stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.write(b"\n")
        process.stdin.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_a_stray_verification_error_is_not_a_pass(check_lockfiles: FakeApp, capsys: pytest.CaptureFixture[str]) -> None:
    check_lockfiles.result = VerificationError(Code.SET_INVALID, "wrong")
    assert run_command(capsys, "lockfile").code == 2


def test_an_interrupted_run_ends_quietly(check_lockfiles: FakeApp, capsys: pytest.CaptureFixture[str]) -> None:
    check_lockfiles.result = KeyboardInterrupt()
    result = run_command(capsys, "lockfile")
    assert (result.code, result.out, result.err) == (130, "", "")
