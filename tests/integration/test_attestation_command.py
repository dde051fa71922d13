"""`provcheck attestation` on every real response."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.command import Result, run_command
from support.corpus import CORPUS, CORPUS_MARKS, corpus_facts
from support.facts import facts_of
from support.project import production_trust
from support.schema import assert_valid_report

SPECS = sorted(path.stem.replace("+", "/") for path in (CORPUS / "attestations").glob("*.json")) or ["missing@0.0.0"]

pytestmark = CORPUS_MARKS


def response_file(spec: str) -> Path:
    return CORPUS / "attestations" / f"{spec.replace('/', '+')}.json"


@pytest.mark.parametrize("spec", SPECS)
def test_real_response(spec: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    facts = corpus_facts()[spec]
    options = ["--package", spec, "--integrity", facts["integrity"], *production_trust(tmp_path), "--format", "json"]

    result = run_command(capsys, "attestation", response_file(spec), *options)

    assert result.code == 0, result.out
    report: dict[str, Any] = json.loads(result.out)
    assert_valid_report(report)
    (dependency,) = report["dependencies"]
    assert dependency["verdict"] == "verified"
    assert [item["verified"] for item in dependency["attestations"]] == [True, True]
    assert facts_of(dependency) == facts


def check_nuxt(capsys: pytest.CaptureFixture[str], folder: Path, *options: str | Path) -> Result:
    file = response_file("nuxt@4.1.2")
    return run_command(capsys, "attestation", file, *options, *production_trust(folder), "--format", "json")


def codes(result: Result) -> set[str]:
    (dependency,) = json.loads(result.out)["dependencies"]
    return {reason["code"] for reason in dependency["reasons"]}


def test_other_tarball(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    tarball = tmp_path / "nuxt-4.1.2.tgz"
    tarball.write_bytes(b"other bytes")

    result = check_nuxt(capsys, tmp_path, "--package", "nuxt@4.1.2", "--tarball", tarball)

    assert (result.code, codes(result)) == (1, {"integrity-mismatch"})


@pytest.mark.parametrize("package", ["nuxt@4.1.3", "nuxt@4.1", "Nuxt@4.1.2", "nuxt-edge@4.1.2", "@nuxt/nuxt@4.1.2"])
def test_other_package(package: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    integrity = corpus_facts()["nuxt@4.1.2"]["integrity"]

    result = check_nuxt(capsys, tmp_path, "--package", package, "--integrity", integrity)

    assert (result.code, codes(result)) == (1, {"subject-name-mismatch"})


@pytest.mark.parametrize(
    "options",
    [
        ["--package", "nuxt@4.1.2"],
        ["--package", "nuxt", "--integrity", "sha512-AA=="],
        ["--package", "nuxt@4.1.2", "--integrity", "sha512-AA=="],
        ["--package", "nuxt@4.1.2", "--integrity", "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="],
        ["--package", "nuxt@4.1.2", "--tarball", "missing.tgz"],
    ],
)
def test_bad_usage(options: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    result = check_nuxt(capsys, tmp_path, *options)

    assert result.code == 2
    assert result.out == ""
    assert "Traceback" not in result.err


def test_not_a_response(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "response.json"
    file.write_text("<html>")

    result = run_command(
        capsys, "attestation", file, "--package", "a@1.0.0", "--tarball", file, *production_trust(tmp_path)
    )

    assert result.code == 2
    assert "response.json" in result.err
