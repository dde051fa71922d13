"""Writing `fixtures/cases/`; `python -m support.make_cases` does it in place."""

import json
import shutil
from pathlib import Path

from support.cases import CASES, Case
from support.judging import PACKAGE
from support.mint import REGISTRY, SIGSTORE, Json

FOLDER = Path(__file__).parents[2] / "fixtures" / "cases"
README = "README.md"


def write_cases(folder: Path) -> None:
    """Write every case into a folder of its own, the trust material once, and remove cases that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.is_dir() and old.name not in CASES:
            shutil.rmtree(old)
    (folder / "trusted_root.json").write_bytes(SIGSTORE.trusted_root())
    (folder / "npm-keys.json").write_bytes(SIGSTORE.npm_keys())
    for name, case in CASES.items():
        own = folder / name
        own.mkdir(exist_ok=True)
        (own / "response.json").write_bytes(case.response())
        (own / "case.json").write_text(_description(name, case), encoding="utf-8", newline="\n")


def _description(name: str, case: Case) -> str:
    lockfile = {"integrity": case.integrity, "resolved": case.resolved}
    description: Json = {
        "rule": case.rule,
        "about": case.about,
        "package": PACKAGE.name,
        "version": PACKAGE.version,
        "registry": REGISTRY,
        "lockfile": {field: value for field, value in lockfile.items() if value is not None},
        **({"dist": case.dist} if case.dist is not None else {}),
        "expected": {"verdict": name.rpartition("_")[2], "codes": case.codes},
    }
    return json.dumps(description, indent=2) + "\n"


if __name__ == "__main__":
    write_cases(FOLDER)
