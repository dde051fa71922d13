"""Fuzzes one entrance of the verifier, guided by coverage; see the README beside this file."""

import importlib
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # where `support` is

atheris = importlib.import_module("atheris")  # not a dependency: it is built for few systems
with atheris.instrument_imports(include=["provcheck"]):
    from support.fuzzing import TARGETS


def main() -> None:
    """Run libFuzzer on the target that the first argument names; the others are libFuzzer's."""
    if sys.argv[1:2] == [] or sys.argv[1] not in TARGETS:
        sys.exit(f"usage: {sys.argv[0]} {'|'.join(TARGETS)} [options of libFuzzer] [corpus]")
    target = TARGETS[sys.argv[1]]
    with tempfile.TemporaryDirectory() as seeds:
        for number, seed in enumerate(target.seeds()):
            target(seed)
            (Path(seeds) / str(number)).write_bytes(seed)
        atheris.Setup([sys.argv[0], *sys.argv[2:], seeds], target)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
