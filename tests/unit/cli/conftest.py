"""The application, faked: these tests are about options, streams and exit codes."""

import pytest

from support.command import FakeApp
from support.reports import make_report, verified


@pytest.fixture
def check_lockfiles(monkeypatch: pytest.MonkeyPatch) -> FakeApp:
    fake = FakeApp(make_report([verified("nuxt@4.1.2")]))
    monkeypatch.setattr("provcheck.app.check_lockfiles", fake)
    return fake


@pytest.fixture
def check_attestation(monkeypatch: pytest.MonkeyPatch) -> FakeApp:
    fake = FakeApp(make_report([verified("nuxt@4.1.2")], lockfiles=(), exit_reason="verified"))
    monkeypatch.setattr("provcheck.app.check_attestation", fake)
    return fake
