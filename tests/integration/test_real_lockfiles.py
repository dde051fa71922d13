"""The main job on real lockfiles and real attestations, over real HTTP."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.command import run_command
from support.corpus import CORPUS_MARKS, corpus_facts
from support.facts import facts_of
from support.loopback import ATTESTATIONS, Loopback
from support.project import change_entry, production_trust, storefront
from support.schema import assert_valid_report

pytestmark = CORPUS_MARKS

ORIGINS = {
    "nuxt@4.1.2": ("https://github.com/nuxt/nuxt", "412786a1d8283aaa2360a855d44ebd3ac21924f1"),
    "sigstore@2.3.1": ("https://github.com/sigstore/sigstore-js", "46e7056ff9912ebfee5298d94024895a9fea76c0"),
    "sigstore@1.0.0": ("https://github.com/sigstore/sigstore-js", "06528997c3c8ab9f864fad9a3658446aca7fd86d"),
    "tuf-js@1.0.0": ("https://github.com/theupdateframework/tuf-js", "99624cc7ce39872e6bd08a0df59229a48562dbca"),
}
BUNDLED = "napi-wasm@1.1.0"


@pytest.fixture
def registry() -> Iterator[Loopback]:
    with Loopback.from_corpus() as server:
        yield server


class Checker:
    """Runs `provcheck lockfile` and returns its report, validated."""

    def __init__(self, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self._capsys = capsys
        self._trust = production_trust(folder)

    def __call__(self, *args: str | Path, exit_code: int) -> dict[str, Any]:
        result = run_command(self._capsys, "lockfile", *args, *self._trust, "--format", "json")
        assert result.code == exit_code, result.err
        report: dict[str, Any] = json.loads(result.out)
        assert_valid_report(report)
        assert report["exit_code"] == exit_code
        return report


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Checker:
    return Checker(capsys, tmp_path)


def by_spec(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = {f"{item['name']}@{item['version']}": item for item in report["dependencies"]}
    assert len(found) == len(report["dependencies"])
    return found


@pytest.mark.parametrize("version", [1, 2, 3])
def test_storefront(version: int, registry: Loopback, check: Checker, tmp_path: Path) -> None:
    lockfile = storefront(tmp_path, version)

    report = check(lockfile, "--registry", registry.url, exit_code=0)

    assert report["summary"] == {
        "total": 941,
        "verified": 4,
        "absent": 936,
        "invalid": 0,
        "unsupported": 0,
        "unavailable": 0,
        "not-applicable": 1,
    }
    dependencies = by_spec(report)
    facts = corpus_facts()
    for spec, (repository, commit) in ORIGINS.items():
        assert dependencies[spec]["verdict"] == "verified"
        assert dependencies[spec]["origin"]["source_repository"] == repository
        assert dependencies[spec]["origin"]["commit"] == commit
        assert facts_of(dependencies[spec]) == facts[spec]
    assert dependencies["sigstore@1.0.0"]["locations"] == ["node_modules/sigstore-v1"]
    assert dependencies[BUNDLED]["verdict"] == "not-applicable"
    assert {reason["code"] for reason in dependencies[BUNDLED]["reasons"]} == {"source-bundled"}


def test_lockfile_versions_agree(registry: Loopback, check: Checker, tmp_path: Path) -> None:
    evidence: list[str | Path] = ["--registry", registry.url, "--evidence", tmp_path / "evidence"]
    reports = [check(storefront(tmp_path / f"v{v}", v), *evidence, exit_code=0) for v in (1, 2, 3)]

    first, second, third = (
        {
            spec: {**item, "lockfile": "", "locations": sorted(item["locations"])}
            for spec, item in by_spec(report).items()
        }
        for report in reports
    )
    assert first == second == third


def test_warm_runs_ask_nothing(registry: Loopback, check: Checker, tmp_path: Path) -> None:
    lockfile = storefront(tmp_path, 3)
    options: list[str | Path] = ["--registry", registry.url, "--evidence", tmp_path / "evidence"]
    cold = check(lockfile, *options, exit_code=0)
    asked = registry.count()

    warm = check(lockfile, *options, exit_code=0)
    offline = check(lockfile, *options, "--offline", exit_code=0)

    assert registry.count() == asked
    assert warm["dependencies"] == cold["dependencies"] == offline["dependencies"]


def test_strict_gate(registry: Loopback, check: Checker, tmp_path: Path) -> None:
    report = check(storefront(tmp_path, 3), "--registry", registry.url, "--fail-on", "absent", exit_code=1)

    assert report["exit_reason"] == "936 absent"


def test_changed_integrity(registry: Loopback, check: Checker, tmp_path: Path) -> None:
    lockfile = storefront(tmp_path, 3)
    other = "sha512-" + base64.b64encode(bytes(64)).decode()
    change_entry(lockfile, "node_modules/nuxt", integrity=other)

    report = check(lockfile, "--registry", registry.url, exit_code=1)

    nuxt = by_spec(report)["nuxt@4.1.2"]
    assert nuxt["verdict"] == "invalid"
    assert {reason["code"] for reason in nuxt["reasons"]} == {"integrity-mismatch"}
    assert "nuxt/nuxt" in nuxt["reasons"][0]["message"]
    assert nuxt["origin"] is None
    assert report["summary"]["invalid"] == 1
    assert report["summary"]["verified"] == 3


def test_poisoned_entry(registry: Loopback, check: Checker, tmp_path: Path) -> None:
    """Without integrity, an address elsewhere is how a lockfile is poisoned."""
    lockfile = storefront(tmp_path, 3)
    change_entry(lockfile, "node_modules/nuxt", integrity=None, resolved="https://evil.example/nuxt-4.1.2.tgz")

    report = check(lockfile, "--registry", registry.url, exit_code=1)

    nuxt = by_spec(report)["nuxt@4.1.2"]
    assert (nuxt["verdict"], [reason["code"] for reason in nuxt["reasons"]]) == ("invalid", ["resolved-foreign"])


def test_missing_integrity_binds_through_metadata(registry: Loopback, check: Checker, tmp_path: Path) -> None:
    lockfile = storefront(tmp_path, 3)
    change_entry(lockfile, "node_modules/nuxt", integrity=None)

    report = check(lockfile, "--registry", registry.url, exit_code=0)

    nuxt = by_spec(report)["nuxt@4.1.2"]
    assert (nuxt["verdict"], [reason["code"] for reason in nuxt["reasons"]]) == ("verified", ["integrity-missing"])


def test_plain_mirror(check: Checker, tmp_path: Path) -> None:
    with Loopback.from_corpus(plain_mirror=True) as mirror:
        report = check(storefront(tmp_path, 3), "--registry", mirror.url, exit_code=3)

        assert report["summary"]["unavailable"] == 940
        assert report["summary"]["absent"] == 0
        codes = {reason["code"] for item in report["dependencies"] for reason in item["reasons"]}
        assert codes == {"attestations-not-served", "source-bundled"}
        assert len(report["notes"]) == 1
        assert mirror.count(ATTESTATIONS) < 50


def test_one_bad_dependency_stops_no_other(registry: Loopback, check: Checker, tmp_path: Path) -> None:
    registry.attestations["nuxt@4.1.2"] = b'{"attestations": [{"predicateType": "x", "bundle": {"mediaType": 7}}]}'
    registry.attestations["tuf-js@1.0.0"] = b"<html>maintenance</html>"

    report = check(storefront(tmp_path, 3), "--registry", registry.url, exit_code=1)

    dependencies = by_spec(report)
    assert dependencies["nuxt@4.1.2"]["verdict"] == "invalid"
    assert dependencies["tuf-js@1.0.0"]["verdict"] == "unavailable"
    assert dependencies["sigstore@2.3.1"]["verdict"] == "verified"
    assert report["summary"]["total"] == 941
