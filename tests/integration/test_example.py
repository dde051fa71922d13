"""The embedded example: what ``make example`` runs says what it is meant to say, and asks nobody."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_socket

from provcheck.model import Source, Verdict
from support.command import Result, run_command
from support.example import (
    EXPECTED_JSON,
    EXPECTED_TEXT,
    FOLDER,
    ROOT,
    WIDTH,
    example_command,
    normalized_json,
    normalized_text,
)
from support.make_example import write_example
from support.schema import assert_valid_report

GENERATED_ELSEWHERE = {Path("README.md"), Path("expected.txt"), Path("expected.json")}
"""Files of the example that `write_example` does not write."""


@pytest.fixture(autouse=True)
def no_sockets() -> Iterator[None]:
    """Make opening a socket an error."""
    pytest_socket.disable_socket()
    yield
    pytest_socket.enable_socket()


def run_example(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *options: str) -> Result:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    program, *arguments = example_command()
    assert Path(program).name == "provcheck"
    return run_command(capsys, *arguments, *options)


def tree(folder: Path) -> dict[Path, bytes]:
    files = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {path: data for path, data in files.items() if path not in GENERATED_ELSEWHERE}


def in_readme() -> dict[str, tuple[str, list[str]]]:
    """Return the verdict and the codes of each dependency, as the table in the README has them."""
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| ([a-z-]+) \|([^|]*)\|", readme, re.MULTILINE)
    return {spec: (verdict, re.findall(r"`([^`]+)`", codes)) for spec, verdict, codes in rows}


def test_text(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    result = run_example(capsys, monkeypatch)

    assert (result.code, result.err) == (1, "")
    assert normalized_text(result.out) == EXPECTED_TEXT.read_text(encoding="utf-8"), "run `make fixtures`"
    assert "trusted_root.json" in result.out.splitlines()[0]


def test_json(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    result = run_example(capsys, monkeypatch, "--format", "json")

    assert (result.code, result.err) == (1, "")
    assert_valid_report(json.loads(result.out))
    assert normalized_json(result.out) == EXPECTED_JSON.read_text(encoding="utf-8"), "run `make fixtures`"


def test_verdicts_are_those_of_the_readme() -> None:
    report: dict[str, Any] = json.loads(EXPECTED_JSON.read_bytes())
    dependencies = report["dependencies"]

    found = {
        f"{item['name']}@{item['version']}": (
            item["verdict"],
            list(dict.fromkeys(reason["code"] for reason in item["reasons"])),
        )
        for item in dependencies
    }

    assert found == in_readme()
    assert {item["verdict"] for item in dependencies} == set(Verdict)
    assert {item["source"] for item in dependencies} >= {Source.WORKSPACE, Source.GIT, Source.BUNDLED}
    assert report["trust"]["overridden"]


def test_stored_example_is_as_the_code_makes_it(tmp_path: Path) -> None:
    write_example(tmp_path)

    assert sorted(tree(tmp_path)) == sorted(tree(FOLDER)), "run `make fixtures`"
    assert tree(tmp_path) == tree(FOLDER), "run `make fixtures`"


def test_what_is_no_more_is_removed(tmp_path: Path) -> None:
    write_example(tmp_path)
    stale = tmp_path / "evidence" / "blobs" / f"{0:064}.json"
    stale.write_text("{}")

    write_example(tmp_path)

    assert not stale.exists()
