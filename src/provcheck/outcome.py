"""From verdicts to the exit code, and why."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from provcheck.model import ExitCode, Judgement, Verdict

UNDETERMINED = (Verdict.UNSUPPORTED, Verdict.UNAVAILABLE)
"""Verdicts that say neither yes nor no; never silently passed."""


def fails(judgement: Judgement, fail_on: frozenset[str]) -> bool:
    """Tell whether a dependency fails what is required: nothing invalid, and nothing in ``fail_on``.

    Args:
        judgement: the verdict with its reasons.
        fail_on: names of verdicts and reason codes.
    """
    return _fails_by_verdict(judgement, fail_on) or any(reason.code in fail_on for reason in judgement.reasons)


def decide(judgements: Sequence[Judgement], fail_on: frozenset[str]) -> tuple[ExitCode, str]:
    """Return the exit code of a run, and one phrase for people that says why."""
    failing = [judgement for judgement in judgements if fails(judgement, fail_on)]
    passing = [judgement for judgement in judgements if not fails(judgement, fail_on)]
    findings = _count(judgement.verdict if _fails_by_verdict(judgement, fail_on) else _REFUSED for judgement in failing)
    undetermined = _count(judgement.verdict for judgement in passing if judgement.verdict in UNDETERMINED)
    if failing:
        return ExitCode.FINDINGS, f"{findings} ({undetermined})" if undetermined else findings
    if undetermined:
        return ExitCode.INCOMPLETE, undetermined
    return ExitCode.OK, "everything required holds"


def _fails_by_verdict(judgement: Judgement, fail_on: frozenset[str]) -> bool:
    return judgement.verdict is Verdict.INVALID or judgement.verdict in fail_on


def _count(kinds: Iterable[str]) -> str:
    """Return how many there are of each kind, worst first."""
    counts = Counter(kinds)
    return ", ".join(f"{counts[kind]} {phrase}" for kind, phrase in _PHRASES.items() if counts[kind])


_REFUSED = "refused"
_PHRASES: Mapping[str, str] = {
    Verdict.INVALID: "invalid",
    _REFUSED: "refused by --fail-on",
    Verdict.UNSUPPORTED: "unsupported",
    Verdict.UNAVAILABLE: "could not be checked",
    Verdict.ABSENT: "absent",
    Verdict.NOT_APPLICABLE: "not-applicable",
    Verdict.VERIFIED: "verified",
}


def decide_strictly(judgement: Judgement) -> tuple[ExitCode, str]:
    """Return the exit code of a command about one version, which passes only if that is verified."""
    if judgement.verdict is Verdict.VERIFIED:
        return ExitCode.OK, "verified"
    undetermined = judgement.verdict in UNDETERMINED
    return ExitCode.INCOMPLETE if undetermined else ExitCode.FINDINGS, str(judgement.verdict)
