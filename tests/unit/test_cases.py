"""The cases in `fixtures/cases/`: each has the verdict and the codes that it says, and is as the table makes it."""

import re
from functools import cache
from pathlib import Path

import pytest

from provcheck.attestation.verifier import Verifier
from provcheck.codes import CODES, Code
from provcheck.model import Verdict
from support.case_files import StoredCase, read_case, stored_verifier
from support.cases import CASES
from support.judging import codes
from support.make_cases import FOLDER, write_cases
from support.mint import REGISTRY

NAMES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
LAST_RULES = {0: 5, 1: 7, 2: 4, 3: 5, 4: 7, 6: 7, 9: 4, 10: 6, 11: 9}
"""The number of the last rule of each step; steps 5, 7 and 8 have one rule only."""
NO_CASE = {
    "2.1": "is about the trusted root, see test_root.py",
    "4.4": "is about time spent",
    "4.5": "is about the registry's keys, see test_npm_keys.py",
    "11.9": "is about policy",
}
NOT_OF_ATTESTATIONS = {
    Code.EVIDENCE_MISSING,
    Code.REGISTRY_DENIED,
    Code.ATTESTATIONS_NOT_SERVED,
    *(code for code in Code if code.startswith("source-")),
    Code.ARTIFACT_DIGEST_MISSING,
    Code.ARTIFACT_MISMATCH,
    Code.IDENTITY_MISMATCH,
    Code.MESSAGE_SIGNATURE_INVALID,
}
"""Codes that come from the lockfile or from asking the registry, and those of `provcheck bundle` alone."""


@cache
def verifier() -> Verifier:
    return stored_verifier(REGISTRY)


@cache
def case(name: str) -> StoredCase:
    return read_case(FOLDER / name)


@pytest.mark.parametrize("name", NAMES)
def test_case(name: str) -> None:
    expected = case(name).description["expected"]

    judgement = case(name).judge(verifier())

    assert (judgement.verdict, codes(judgement)) == (expected["verdict"], expected["codes"])
    assert judgement.verdict == name.rpartition("_")[2]
    assert re.fullmatch(r"[ -~]{10,130}[.?]", case(name).description["about"])
    assert (judgement.origin is not None) == (judgement.verdict is Verdict.VERIFIED)


def test_stored_cases_are_as_the_table_makes_them(tmp_path: Path) -> None:
    write_cases(tmp_path)

    made, stored = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.json")}
        for folder in (tmp_path, FOLDER)
    )

    assert sorted(made) == sorted(stored), "run `make fixtures`"
    assert [path for path in made if made[path] != stored[path]] == [], "run `make fixtures`"


def test_cases_that_are_no_more_are_removed(tmp_path: Path) -> None:
    (tmp_path / "old_invalid").mkdir()
    (tmp_path / "old_invalid" / "case.json").write_text("{}")

    write_cases(tmp_path)

    assert not (tmp_path / "old_invalid").exists()


def test_every_rule_has_a_case() -> None:
    rules = {f"{step}.{rule}" for step, last in LAST_RULES.items() for rule in range(1, last + 1)} | {"5", "7", "8"}

    assert {each.rule for each in CASES.values()} == rules - NO_CASE.keys()


def test_every_code_about_attestations_has_a_case() -> None:
    assert {code for each in CASES.values() for code in each.codes} == set(Code) - NOT_OF_ATTESTATIONS


def test_codes_lead_to_the_verdict_that_their_table_says() -> None:
    for name, each in CASES.items():
        verdicts = {CODES[code].verdict for code in each.codes} - {None}
        assert name.rpartition("_")[2] in verdicts | {"verified"}, name
