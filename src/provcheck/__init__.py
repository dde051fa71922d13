"""Prove where the npm packages in a lockfile come from.

    from pathlib import Path
    import provcheck

    report = provcheck.check_lockfiles([Path("package-lock.json")])
    for judgement in report.judgements:
        print(judgement.dependency.spec, judgement.verdict, judgement.origin and judgement.origin.source_repository)

`check_lockfiles` does what ``provcheck lockfile`` does, `check_attestation` what ``provcheck attestation`` does; what
they return is described in `provcheck.model`, what they raise in `provcheck.errors`. Other modules are not public.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from provcheck._version import __version__

if TYPE_CHECKING:
    from provcheck.app import NoProgress, Progress, check_attestation, check_lockfiles
    from provcheck.codes import Code
    from provcheck.errors import MalformedError, ProvcheckError, TrustError, UsageError
    from provcheck.model import (
        AttestationResult,
        BuildOrigin,
        Dependency,
        ExitCode,
        Judgement,
        Reason,
        Report,
        Verdict,
    )
    from provcheck.options import Omit, RunOptions
    from provcheck.report.jsonreport import render_json

__all__ = [
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
]

_HOMES = {
    "provcheck.app": ("NoProgress", "Progress", "check_attestation", "check_lockfiles"),
    "provcheck.codes": ("Code",),
    "provcheck.errors": ("MalformedError", "ProvcheckError", "TrustError", "UsageError"),
    "provcheck.model": (
        "AttestationResult",
        "BuildOrigin",
        "Dependency",
        "ExitCode",
        "Judgement",
        "Reason",
        "Report",
        "Verdict",
    ),
    "provcheck.options": ("Omit", "RunOptions"),
    "provcheck.report.jsonreport": ("render_json",),
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that ``provcheck --version`` need not import everything."""
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module 'provcheck' has no attribute {name!r}")
