"""From verdicts to the exit code, and why."""

from collections import Counter
from collections.abc import Sequence

from provcheck.model import ExitCode, Judgement, Verdict

UNDETERMINED = (Verdict.UNSUPPORTED, Verdict.UNAVAILABLE)
"""Verdicts that say neither yes nor no; never silently passed."""


def fails(judgement: Judgement, fail_on: frozenset[str]) -> bool:
    """Tell whether a dependency fails what is required: nothing invalid, and nothing in ``fail_on``.

    Args:
        judgement: the verdict with its reasons.
        fail_on: names of verdicts and reason codes.
    """
    return (
        judgement.verdict is Verdict.INVALID
        or judgement.verdict in fail_on
        or any(reason.code in fail_on for reason in judgement.reasons)
    )


def decide(judgements: Sequence[Judgement], fail_on: frozenset[str]) -> tuple[ExitCode, str]:
    """Return the exit code of a run, and one phrase for people that says why."""
    failing = [judgement for judgement in judgements if fails(judgement, fail_on)]
    passing = [judgement for judgement in judgements if not fails(judgement, fail_on)]
    undetermined = sum(judgement.verdict in UNDETERMINED for judgement in passing)
    if failing:
        counts = Counter(judgement.verdict for judgement in failing)
        phrase = ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict])
        return ExitCode.FINDINGS, f"{phrase} ({undetermined} could not be checked)" if undetermined else phrase
    if undetermined:
        return ExitCode.INCOMPLETE, f"{undetermined} could not be checked"
    return ExitCode.OK, "everything required holds"


def decide_strictly(judgement: Judgement) -> tuple[ExitCode, str]:
    """Return the exit code of a command about one version, which passes only if that is verified."""
    if judgement.verdict is Verdict.VERIFIED:
        return ExitCode.OK, "verified"
    undetermined = judgement.verdict in UNDETERMINED
    return ExitCode.INCOMPLETE if undetermined else ExitCode.FINDINGS, str(judgement.verdict)
