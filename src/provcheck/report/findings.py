"""What the reader of a report sees, and in which order; the same for every format that people read."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from provcheck.codes import CODES, Code
from provcheck.model import Judgement, Reason, Report, Source, Verdict


class Section(StrEnum):
    """The parts of a report, worst first; the value is the heading."""

    INVALID = "INVALID"
    REFUSED = "REFUSED BY --fail-on"
    UNSUPPORTED = "UNSUPPORTED"
    UNAVAILABLE = "COULD NOT CHECK"
    ABSENT = "NO PROVENANCE"
    NOT_APPLICABLE = "NOT FROM A REGISTRY"
    VERIFIED = "VERIFIED"


_SECTIONS = {
    Verdict.INVALID: Section.INVALID,
    Verdict.UNSUPPORTED: Section.UNSUPPORTED,
    Verdict.UNAVAILABLE: Section.UNAVAILABLE,
    Verdict.ABSENT: Section.ABSENT,
    Verdict.NOT_APPLICABLE: Section.NOT_APPLICABLE,
    Verdict.VERIFIED: Section.VERIFIED,
}

WEAKNESSES = (Code.INTEGRITY_MISSING, Code.INTEGRITY_WEAK, Code.RUNNER_SELF_HOSTED)
"""Remarks that a reader must see even of verified packages: something is proved by less than usual."""

_SOURCES = {
    Source.BUNDLED: ("bundled", "bundled"),
    Source.WORKSPACE: ("workspace", "workspaces"),
    Source.LINK: ("link", "links"),
    Source.FILE: ("file", "files"),
    Source.GIT: ("git", "git"),
    Source.TARBALL_URL: ("tarball URL", "tarball URLs"),
    Source.REGISTRY: ("other", "other"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The dependencies of one section; those the project itself asks for come first."""

    section: Section
    judgements: tuple[Judgement, ...]
    is_finding: bool
    """Whether these make the run fail."""


def group_judgements(report: Report) -> tuple[Group, ...]:
    """Return every dependency of ``report`` in exactly one group; the groups in reading order, none of them empty."""
    members: dict[Section, list[Judgement]] = {section: [] for section in Section}
    for judgement in sorted(report.judgements, key=lambda judgement: not judgement.dependency.scope.direct):
        members[_section(judgement, report)].append(judgement)
    failing = {Section.INVALID, Section.REFUSED} | {
        section for verdict, section in _SECTIONS.items() if verdict in report.fail_on
    }
    return tuple(
        Group(section=section, judgements=tuple(judgements), is_finding=section in failing)
        for section, judgements in members.items()
        if judgements
    )


def _section(judgement: Judgement, report: Report) -> Section:
    fails_by_verdict = judgement.verdict is Verdict.INVALID or judgement.verdict in report.fail_on
    fails_by_code = any(reason.code in report.fail_on for reason in judgement.reasons)
    return Section.REFUSED if fails_by_code and not fails_by_verdict else _SECTIONS[judgement.verdict]


def deciding_reason(judgement: Judgement, *, fail_on: frozenset[str] = frozenset()) -> Reason | None:
    """Return the reason to show if only one can be: one that the run fails on, else the first behind the verdict."""
    refused = (reason for reason in judgement.reasons if reason.code in fail_on)
    decisive = (reason for reason in judgement.reasons if CODES[reason.code].verdict == judgement.verdict)
    return next(chain(refused, decisive, judgement.reasons), None)


def describe_sources(judgements: Iterable[Judgement]) -> str:
    """Return how many there are of each source, such as ``3 workspaces, 2 git``."""
    counts = Counter(judgement.dependency.source for judgement in judgements)
    return ", ".join(f"{count} {_SOURCES[source][count != 1]}" for source, count in counts.most_common())


def describe_scopes(judgements: Iterable[Judgement]) -> str:
    """Return what they are needed for, such as ``3 direct, 20 indirect; 12 of 23 for development only``."""
    scopes = [judgement.dependency.scope for judgement in judgements]
    direct, dev = sum(scope.direct for scope in scopes), sum(scope.dev for scope in scopes)
    counts = ", ".join(
        f"{count} {what}" for count, what in ((direct, "direct"), (len(scopes) - direct, "indirect")) if count
    )
    share = "all" if dev == len(scopes) else f"{dev} of {len(scopes)}"
    return f"{counts}; {share} for development only" if dev else counts


def weak_judgements(judgements: Iterable[Judgement]) -> dict[Code, tuple[Judgement, ...]]:
    """Return the verified dependencies that have each of `WEAKNESSES`; none that no dependency has."""
    verified = [judgement for judgement in judgements if judgement.verdict is Verdict.VERIFIED]
    found = {
        code: tuple(item for item in verified if any(reason.code is code for reason in item.reasons))
        for code in WEAKNESSES
    }
    return {code: items for code, items in found.items() if items}
