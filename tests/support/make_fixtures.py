"""The fixtures, all of which are made from code; `make fixtures` writes them again."""

import os
import subprocess
import sys
import tempfile

from support import make_cases
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

_FINDINGS = 1


def main() -> None:
    """Write every one of them."""
    make_cases.write_cases(make_cases.FOLDER)
    write_example(FOLDER)
    EXPECTED_TEXT.write_text(normalized_text(_run_example()), encoding="utf-8", newline="\n")
    EXPECTED_JSON.write_text(normalized_json(_run_example("--format", "json")), encoding="utf-8", newline="\n")


def _run_example(*options: str) -> str:
    """Return what the example's command says in a process of its own, without this machine's settings."""
    _, *arguments = example_command()
    command = [sys.executable, "-m", "provcheck", *arguments, *options]
    with tempfile.TemporaryDirectory() as home:
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "PYTHONPATH", "SYSTEMROOT"}}
        environment = kept | {"HOME": home, "USERPROFILE": home, "COLUMNS": str(WIDTH)}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != _FINDINGS:
        raise RuntimeError(f"exit code {done.returncode}: {done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
