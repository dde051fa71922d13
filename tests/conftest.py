"""Fixtures for all tests: a clean environment, and no network that was not asked for."""

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no reason to fail; and in CI the same commit gets the same examples every time.
settings.register_profile(
    "provcheck",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("provcheck")

_LEFT_OUT = ("NPM_CONFIG_", "PROVCHECK_", "GITHUB_", "GITLAB_", "XDG_")
_LEFT_OUT_NAMES = {
    "CI",
    "NO_COLOR",
    "FORCE_COLOR",
    "COLUMNS",
    "TERM",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
}


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run every test with an empty home folder and without settings of the machine; return the home folder."""
    for name in list(os.environ):
        if name.upper().startswith(_LEFT_OUT) or name.upper() in _LEFT_OUT_NAMES:
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    return home


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many mutations of attestations were tried, and what became of them; tests record it as a property."""
    reports = (report for reports in terminalreporter.stats.values() for report in reports)
    calls = (report for report in reports if getattr(report, "when", None) == "call")
    properties = (item for report in calls for item in report.user_properties)
    verdicts = sum((Counter(count) for name, count in properties if name == "mutations"), Counter[str]())
    if verdicts:
        sums = ", ".join(f"{count:,} {verdict}" for verdict, count in sorted(verdicts.items()))
        terminalreporter.write_line(f"{verdicts.total():,} mutations of attestations: {sums}")
