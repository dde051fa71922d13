"""Runs the command as a process of its own, and measures it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_PROVCHECK = [sys.executable, "-m", "provcheck"]

# A process of its own in between: on Linux a process starts with the peak of the one that started it.
_MEASURE = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[2:]).returncode
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
open(sys.argv[1], "w").write(f"{code} {peak if sys.platform == 'darwin' else peak * 1024}")
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a command did, and took."""

    code: int
    out: str
    err: str
    peak: int
    """The largest resident set, in bytes."""


def start(*args: str | Path) -> subprocess.Popen[str]:
    """Start ``provcheck`` with ``args``, its output going to pipes, and without waiting for it."""
    command = [*_PROVCHECK, *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)


def run_measured(folder: Path, *args: str | Path) -> Measured:
    """Run ``provcheck`` with ``args``, and measure its memory; ``folder`` is for a file in between."""
    result = folder / "measured"
    command = [sys.executable, "-c", _MEASURE, str(result), *_PROVCHECK, *map(str, args)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    code, peak = map(int, result.read_text(encoding="ascii").split())
    return Measured(code=code, out=done.stdout, err=done.stderr, peak=peak)
