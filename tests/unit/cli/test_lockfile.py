import json
from pathlib import Path

import pytest

from provcheck import app
from provcheck.cli import options as cli
from provcheck.model import ExitCode
from support.command import FakeApp, run_command, run_on_terminal
from support.reports import COMMIT, absent, make_report, storefront, verified
from support.schema import assert_valid_report


def options_of(check_lockfiles: FakeApp) -> app.RunOptions:
    (call,) = check_lockfiles.calls
    options = call[1]["options"]
    assert isinstance(options, app.RunOptions)
    return options


def test_without_options_the_defaults_of_the_application_hold(
    check_lockfiles: FakeApp, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(capsys, "lockfile").code == 0
    assert check_lockfiles.calls[0][0] == ([],)
    assert check_lockfiles.calls[0][1] == {"options": app.RunOptions(), "omit": frozenset(), "progress": None}


def test_every_option_reaches_the_application(check_lockfiles: FakeApp, capsys: pytest.CaptureFixture[str]) -> None:
    result = run_command(
        capsys,
        *("lockfile", "a/package-lock.json", "b"),
        *("--registry", "https://registry.example", "--trusted-root", "root.json", "--npm-keys", "keys.json"),
        *("--evidence", "evidence", "--offline", "--concurrency", "8", "--timeout", "2.5"),
        *("--fail-on", "absent,integrity-weak", "--fail-on", "unavailable", "--omit", "dev", "--omit", "peer"),
    )
    assert result.code == 0
    assert check_lockfiles.calls[0][0] == ([Path("a/package-lock.json"), Path("b")],)
    assert check_lockfiles.calls[0][1]["omit"] == {app.Omit.DEV, app.Omit.PEER}
    assert options_of(check_lockfiles) == app.RunOptions(
        registry="https://registry.example",
        trusted_root=Path("root.json"),
        npm_keys=Path("keys.json"),
        evidence=Path("evidence"),
        offline=True,
        concurrency=8,
        timeout=2.5,
        fail_on=frozenset({"absent", "integrity-weak", "unavailable"}),
    )


def test_every_option_has_an_environment_variable(
    check_lockfiles: FakeApp, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = {
        "REGISTRY": "https://registry.example",
        "TRUSTED_ROOT": "root.json",
        "NPM_KEYS": "keys.json",
        "EVIDENCE": "evidence",
        "OFFLINE": "1",
        "CONCURRENCY": "8",
        "TIMEOUT": "2.5",
        "FAIL_ON": "absent,integrity-weak",
        "OMIT": "dev peer",
        "FORMAT": "json",
        "OUTPUT": str(tmp_path / "report.json"),
        "QUIET": "true",
        "VERBOSE": "no",
        "NO_COLOR": "0",
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"PROVCHECK_{name}", value)
    assert run_command(capsys, "lockfile").code == 0
    assert options_of(check_lockfiles) == app.RunOptions(
        registry="https://registry.example",
        trusted_root=Path("root.json"),
        npm_keys=Path("keys.json"),
        evidence=Path("evidence"),
        offline=True,
        concurrency=8,
        timeout=2.5,
        fail_on=frozenset({"absent", "integrity-weak"}),
    )
    assert check_lockfiles.calls[0][1]["omit"] == {app.Omit.DEV, app.Omit.PEER}
    assert_valid_report(json.loads((tmp_path / "report.json").read_text()))


@pytest.mark.parametrize("value", ["", "0", "false", "no", "off"])
def test_a_flag_can_be_switched_off_in_the_environment(
    value: str, check_lockfiles: FakeApp, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROVCHECK_OFFLINE", value)
    assert run_command(capsys, "lockfile").code == 0
    assert options_of(check_lockfiles).offline is False


def test_a_flag_that_is_neither_on_nor_off_in_the_environment_is_refused(
    check_lockfiles: FakeApp, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROVCHECK_OFFLINE", "perhaps")
    result = run_command(capsys, "lockfile")
    assert (result.code, check_lockfiles.calls) == (2, [])
    assert "PROVCHECK_OFFLINE" in result.err


def test_help_names_every_environment_variable(capsys: pytest.CaptureFixture[str]) -> None:
    text = run_command(capsys, "lockfile", "--help").out
    names = {line.split()[0] for line in text.splitlines() if line.startswith("  --")} - {"--help"}
    variables = {"PROVCHECK_" + name.removeprefix("--").upper().replace("-", "_") for name in names}
    assert len(variables) > 10
    assert variables == {variable for variable in variables if variable in text}


def test_what_can_be_omitted_is_what_the_application_can_omit() -> None:
    assert [kind.value for kind in cli.Omitted] == [kind.value for kind in app.Omit]


@pytest.mark.parametrize("code", [ExitCode.OK, ExitCode.FINDINGS, ExitCode.INCOMPLETE])
def test_the_exit_code_is_the_reports(
    code: ExitCode, check_lockfiles: FakeApp, capsys: pytest.CaptureFixture[str]
) -> None:
    check_lockfiles.result = make_report([verified("a@1")], exit_code=code, exit_reason="because")
    result = run_command(capsys, "lockfile")
    assert result.code == code
    assert result.out.endswith(f"exit {code.value}: because\n")
    assert result.err == ""


def test_json_on_a_pipe_is_pure_json(check_lockfiles: FakeApp, capsys: pytest.CaptureFixture[str]) -> None:
    check_lockfiles.result = storefront()
    result = run_command(capsys, "lockfile", "--format", "json")
    assert (result.code, result.err) == (1, "")
    assert_valid_report(json.loads(result.out))


def test_a_terminal_gets_a_progress_bar_colours_and_links(
    check_lockfiles: FakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run_on_terminal(monkeypatch, "lockfile", "--verbose")
    assert "Checking packages" in result.err
    assert "\x1b[32m" in result.out
    assert f"\x1b]8;;https://github.com/nuxt/nuxt/commit/{COMMIT}\x1b\\" in result.out


@pytest.mark.parametrize("variable", ["CI", "GITHUB_ACTIONS"])
def test_a_ci_system_gets_no_progress_bar_and_no_links(
    variable: str, check_lockfiles: FakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "true")
    result = run_on_terminal(monkeypatch, "lockfile", "--verbose")
    assert result.err == ""
    assert "\x1b]8" not in result.out


def test_no_color_leaves_a_terminal_without_colours(check_lockfiles: FakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" not in run_on_terminal(monkeypatch, "lockfile", "--no-color").out


def test_quiet_says_nothing_about_a_run_that_passes(
    check_lockfiles: FakeApp, capsys: pytest.CaptureFixture[str]
) -> None:
    check_lockfiles.result = make_report([verified("a@1"), absent("b@1")])
    result = run_command(capsys, "lockfile", "--quiet")
    assert (result.code, result.out, result.err) == (0, "", "")


def test_an_unknown_code_to_fail_on_is_refused_with_a_suggestion(
    check_lockfiles: FakeApp, capsys: pytest.CaptureFixture[str]
) -> None:
    result = run_command(capsys, "lockfile", "--fail-on", "absent,integrity-mismach")
    assert (result.code, check_lockfiles.calls) == (2, [])
    assert "integrity-mismatch" in result.err
