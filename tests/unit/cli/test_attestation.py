import json
from pathlib import Path

import pytest

from provcheck import app
from provcheck.model import ExitCode
from support.command import FakeApp, run_command
from support.reports import COMMIT, make_report, verified
from support.schema import assert_valid_report


def test_every_option_reaches_the_application(check_attestation: FakeApp, capsys: pytest.CaptureFixture[str]) -> None:
    result = run_command(
        capsys,
        *("attestation", "saved.json", "--package", "@nuxt/kit@4.1.2", "--tarball", "kit.tgz"),
        *("--trusted-root", "root.json", "--npm-keys", "keys.json"),
    )
    assert result.code == 0
    assert check_attestation.calls == [
        (
            (Path("saved.json"),),
            {
                "package": "@nuxt/kit@4.1.2",
                "tarball": Path("kit.tgz"),
                "integrity": None,
                "options": app.RunOptions(trusted_root=Path("root.json"), npm_keys=Path("keys.json"), offline=True),
            },
        )
    ]


def test_the_origin_is_shown_in_full(check_attestation: FakeApp, capsys: pytest.CaptureFixture[str]) -> None:
    result = run_command(capsys, "attestation", "saved.json", "--package", "nuxt@4.1.2", "--integrity", "sha512-x")
    assert result.code == 0
    assert COMMIT in result.out
    assert "https://github.com/nuxt/nuxt/actions/runs/" in result.out
    assert result.out.endswith("\nexit 0: verified\n")


def test_anything_but_verified_fails(check_attestation: FakeApp, capsys: pytest.CaptureFixture[str]) -> None:
    check_attestation.result = make_report([verified("a@1")], lockfiles=(), exit_code=ExitCode.FINDINGS)
    arguments = ("attestation", "saved.json", "--package", "a@1", "--integrity", "sha512-x", "--format", "json")
    result = run_command(capsys, *arguments)
    assert result.code == 1
    assert_valid_report(json.loads(result.out))
