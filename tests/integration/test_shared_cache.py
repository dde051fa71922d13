"""One cache folder, used by runs that are killed at any moment, and by many runs at once."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.loopback import Loopback
from support.minted_project import minted_trust, publish, write_project

KILLS = int(os.environ.get("KILLS", "10"))
PARALLEL = 10


@pytest.fixture
def registry() -> Iterator[Loopback]:
    with Loopback(latency=0.01) as server:
        publish(server)
        yield server


def command(registry: Loopback, folder: Path, cache: Path) -> list[str]:
    options = ["--registry", registry.url, "--evidence", str(cache), *minted_trust(folder), "--format", "json"]
    return [sys.executable, "-m", "provcheck", "lockfile", str(write_project(folder)), *options]


def verdicts(output: bytes) -> dict[str, Any]:
    report = json.loads(output)
    return {f"{item['name']}@{item['version']}": (item["verdict"], item["reasons"]) for item in report["dependencies"]}


def test_a_run_after_killed_ones_is_right(registry: Loopback, tmp_path: Path) -> None:
    clean = subprocess.run(command(registry, tmp_path, tmp_path / "clean"), capture_output=True, check=True)
    line = command(registry, tmp_path, tmp_path / "shared")
    moments = random.Random(20260302)  # noqa: S311 - the same moments every time
    for _ in range(KILLS):
        process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(moments.uniform(0.2, 0.8))
        process.kill()
        process.wait()

    after = subprocess.run(line, capture_output=True, check=True)

    assert verdicts(after.stdout) == verdicts(clean.stdout)


def test_many_runs_at_once_are_right(registry: Loopback, tmp_path: Path) -> None:
    clean = subprocess.run(command(registry, tmp_path, tmp_path / "clean"), capture_output=True, check=True)
    line = command(registry, tmp_path, tmp_path / "shared")
    running = [subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(PARALLEL)]
    outputs = [process.communicate()[0] for process in running]

    assert [process.returncode for process in running] == [0] * PARALLEL
    assert all(verdicts(output) == verdicts(clean.stdout) for output in outputs)
