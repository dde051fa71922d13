"""Runs that share one evidence folder, at the same time or after one was killed, find what a run of its own finds.

With ``KILLS`` in the environment, so many runs are killed; normally a few.
"""

import json
import os
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from provcheck.model import ExitCode
from provcheck.registry.store import EvidenceStore
from support.command import run_command
from support.loopback import Loopback
from support.measured import start
from support.minted_project import VERIFIED, minted_trust, publish, write_project
from support.schema import assert_valid_report

KILLS = int(os.environ.get("KILLS", "10"))
AT_ONCE = 2
"""How many runs on one folder are killed, one soon after the other."""
PARALLEL = 10
LATENCY = 0.01
"""Seconds before every answer, so that a run writes over a while."""


@pytest.fixture
def registry() -> Iterator[Loopback]:
    with Loopback(latency=LATENCY) as running:
        publish(running)
        yield running


@dataclass(frozen=True, slots=True)
class Project:
    """A project, and what a run on it finds."""

    folder: Path
    options: list[str]
    capsys: pytest.CaptureFixture[str]

    def command(self, evidence: Path, *options: str) -> list[str]:
        """Return the arguments of a run with that evidence folder."""
        lockfile = str(self.folder / "package-lock.json")
        common = ["--format", "json", "--evidence", str(evidence), "--concurrency", "2"]
        return ["lockfile", lockfile, *common, *self.options, *options]

    def check(self, evidence: Path, *options: str) -> dict[str, Any]:
        """Run in this process, and return what was found."""
        result = run_command(self.capsys, *self.command(evidence, *options))
        assert result.code == ExitCode.OK, result.err
        return found(result.out)


def found(report: str) -> dict[str, Any]:
    """Return a report without when it was made and how long that took."""
    document: dict[str, Any] = json.loads(report)
    assert_valid_report(document)
    del document["generated"], document["duration"]
    return document


@pytest.fixture
def project(registry: Loopback, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Project:
    write_project(tmp_path)
    return Project(tmp_path, ["--registry", registry.url, *minted_trust(tmp_path)], capsys)


def test_killed_at_any_moment(project: Project, registry: Loopback, tmp_path: Path) -> None:
    right = project.check(tmp_path / "evidence of its own")
    assert {f"{item['name']}@{item['version']}" for item in right["dependencies"] if item["origin"]} == VERIFIED
    requests = registry.count()
    moments = random.Random(20261122)  # noqa: S311 - the same in every run of this test
    output = tmp_path / "report.json"
    interrupted = kept = 0

    for number in range(-(-KILLS // AT_ONCE)):
        evidence = tmp_path / f"evidence {number}"
        before = registry.count()
        runs = [start(*project.command(evidence, "--output", str(output))) for _ in range(AT_ONCE)]
        for run, count in zip(runs, sorted(moments.randint(0, requests * 3 // 2) for _ in runs), strict=True):
            while registry.count() < before + count and run.poll() is None:
                time.sleep(0.001)
            time.sleep(moments.uniform(0, LATENCY))
            run.kill()
            run.communicate()
            interrupted += run.returncode != ExitCode.OK
        kept += 0 < EvidenceStore(evidence).info().records < requests
        if output.exists():
            assert found(output.read_text(encoding="utf-8")) == right
            output.unlink()

        assert project.check(evidence) == right
        asked = registry.count()
        assert project.check(evidence, "--offline") == right
        assert registry.count() == asked

    assert interrupted >= KILLS / 2
    assert kept, "none was killed when it had written something and not everything"


def test_many_at_once(project: Project, tmp_path: Path) -> None:
    right = project.check(tmp_path / "evidence of its own")
    evidence = tmp_path / "shared evidence"

    runs = [start(*project.command(evidence)) for _ in range(PARALLEL)]
    reports = [run.communicate() for run in runs]

    assert [run.returncode for run in runs] == [ExitCode.OK] * PARALLEL, reports
    assert [found(out) for out, _ in reports] == [right] * PARALLEL
    assert project.check(evidence, "--offline") == right
