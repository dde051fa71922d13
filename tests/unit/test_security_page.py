"""The numbers in docs/security.md are those of the tests that it names, and these exist."""

import re
from functools import cache
from pathlib import Path

import pytest

from provcheck.gather import USUAL_BYTES
from provcheck.jsonio import MAX_BYTES
from support.cases import CASES
from support.corpus import requires_corpus
from support.mutate import MINTED, REAL, SIGNED, distinct, minted_subject, real_subject

ROOT = Path(__file__).parents[2]
_SLACK = 1.2
"""How much larger a number may be than what "more than" says of it."""


@cache
def page() -> str:
    """Return the document on one line."""
    return " ".join((ROOT / "docs/security.md").read_text(encoding="utf-8").split())


def number(pattern: str) -> int:
    match = re.search(pattern, page())
    assert match, pattern
    return int(match[1].replace(",", ""))


def test_cases() -> None:
    claimed = number(r"more than (\d+) named cases")
    assert claimed < len(CASES) < claimed * _SLACK


@requires_corpus
def test_mutations() -> None:
    subjects = [*map(real_subject, REAL), *map(minted_subject, MINTED), *(make() for make in SIGNED.values())]
    claimed = number(r"tries more than ([\d,]+) changes")
    assert claimed < sum(len(distinct(subject.mutations())) for subject in subjects) < claimed * _SLACK


def test_kills() -> None:
    killed = number(r"kills runs at random moments \((\d+) in CI\)")
    assert f"KILLS={killed} " in (ROOT / ".ci/run").read_text(encoding="utf-8")


def test_limits() -> None:
    assert number(r"more than (\d+) MiB, as sent or unpacked") << 20 == MAX_BYTES
    assert number(r"Answers above (\d+) KiB") << 10 == USUAL_BYTES


@pytest.mark.parametrize(
    ("pattern", "test", "constant"),
    [
        (r"starts (\d+) at once on one folder", "test_shared_evidence.py", r"\nPARALLEL = (\d+)\n"),
        (r"its peak stays below (\d+) MiB", "test_memory.py", r"\nLIMIT = (\d+) \* 1024 \* 1024\n"),
    ],
)
def test_constants_of_tests(pattern: str, test: str, constant: str) -> None:
    match = re.search(constant, (ROOT / "tests/integration" / test).read_text(encoding="utf-8"))
    assert match
    assert number(pattern) == int(match[1])


def test_files_exist() -> None:
    names = re.findall(r"`((?:tests|fixtures)/[a-z_/]+(?:\.py)?|test_\w+\.py)`", page())
    assert names
    tests = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    assert [name for name in names if name not in tests and not (ROOT / name).exists()] == []
