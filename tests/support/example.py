"""The embedded example: where it is, the command of ``make example``, and what that says, without what varies."""

import re
import shlex
from collections.abc import Mapping
from pathlib import Path

from provcheck.registry.npmrc import PUBLIC_REGISTRY

ROOT = Path(__file__).parents[2]
"""The repository, in which the command is to be run."""
FOLDER = ROOT / "fixtures/example"
EXPECTED_TEXT = FOLDER / "expected.txt"
EXPECTED_JSON = FOLDER / "expected.json"
WIDTH = 80
"""How many columns `EXPECTED_TEXT` was made for."""

_RECIPE = re.compile(r"^example:.*\n((?:\t.*\n)+)", re.MULTILINE)
_ASSIGNMENT = re.compile(r"^(\w+) :?\??= (.*)$", re.MULTILINE)
_REFERENCE = re.compile(r"\$\((\w+)\)")
_SECONDS = re.compile(r" in \d+\.\d s$", re.MULTILINE)
_VOLATILE: Mapping[re.Pattern[str], str] = {
    re.compile(r'^(  "generated": )".*"', re.MULTILINE): r'\1"2026-01-01T00:00:00Z"',
    re.compile(r'^(  "duration": )[\d.]+', re.MULTILINE): r"\g<1>0.0",
    re.compile(r'^(    "name": "provcheck",\n    "version": )".*"', re.MULTILINE): r'\1"0.0.0"',
}


def example_command() -> list[str]:
    """Return what ``make example`` runs, as the Makefile has it: the program and its arguments."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    variables = dict(_ASSIGNMENT.findall(makefile))
    recipe = _RECIPE.search(makefile)
    if recipe is None:
        raise ValueError("the Makefile has no recipe for the example")
    command = recipe[1].replace("\\\n", " ").partition(";")[0].strip().removeprefix("@")
    while _REFERENCE.search(command):
        command = _REFERENCE.sub(lambda reference: variables[reference[1]], command)
    return shlex.split(command)


def normalized_text(report: str) -> str:
    """Return the text report without the time that it took."""
    return _SECONDS.sub(" in 0.1 s", report)


def normalized_json(report: str) -> str:
    """Return the JSON report without when it was made, the time that it took, and by which version.

    The public registry, to which the keys are said to belong, gets another name: no fixture sends anybody there.
    """
    for volatile, fixed in _VOLATILE.items():
        report, count = volatile.subn(fixed, report)
        if count != 1:
            raise ValueError(f"the report has {count} lines that match {volatile.pattern}")
    return report.replace(PUBLIC_REGISTRY, "https://public-registry.example")
