"""The public API: what it is, that it is typed, and that the example in its documentation runs."""

import subprocess
import sys
from pathlib import Path

import pytest

import provcheck

PUBLIC = {
    "AttestationResult",
    "BuildOrigin",
    "Code",
    "Dependency",
    "ExitCode",
    "Judgement",
    "MalformedError",
    "NoProgress",
    "Omit",
    "Progress",
    "ProvcheckError",
    "Reason",
    "Report",
    "RunOptions",
    "TrustError",
    "UsageError",
    "Verdict",
    "__version__",
    "check_attestation",
    "check_lockfiles",
    "render_json",
}


def test_public_names() -> None:
    assert set(provcheck.__all__) == PUBLIC
    assert {name for name in provcheck.__all__ if getattr(provcheck, name, None) is None} == set()


def test_other_names_are_refused() -> None:
    with pytest.raises(AttributeError):
        provcheck.no_such_name  # noqa: B018


def test_importing_is_cheap() -> None:
    code = "import sys, provcheck; print(*(sorted(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"httpx", "sigstore", "cryptography", "rich", "tuf", "typer"} & set(run.stdout.split())


def test_package_is_typed() -> None:
    assert (Path(provcheck.__file__).parent / "py.typed").is_file()
