"""The report for people, on a terminal or in a log."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from itertools import chain

from provcheck.model import ExitCode, Report, TrustInfo, Verdict
from provcheck.report.details import detail_lines
from provcheck.report.findings import Section, deciding_reason, group_judgements
from provcheck.report.lines import EMPTY, Line, Span, Style, text_line
from provcheck.report.paint import paint_lines
from provcheck.report.sections import Layout, group_lines, paragraph, weakness_lines

MEANING = "A verified origin proves who built it and from what, not that it is safe."
"""What a pass is worth; part of every report."""

_EXIT_STYLES = {ExitCode.OK: Style.GOOD, ExitCode.INCOMPLETE: Style.WARNING}


class Detail(Enum):
    """How much a text report says."""

    QUIET = auto()
    """Findings, and why the run fails; nothing if it does not."""
    NORMAL = auto()
    VERBOSE = auto()
    """Also every dependency on a line of its own, with its origin."""


def render_text(
    report: Report,
    *,
    detail: Detail = Detail.NORMAL,
    color: bool = False,
    width: int | None = None,
    hyperlinks: bool = False,
    in_full: bool = False,
) -> str:
    """Return the report as lines of text.

    Args:
        report: what the run found out.
        detail: how much to say.
        color: as for `paint_lines`.
        width: as for `paint_lines`; ``None``: nothing is cut.
        hyperlinks: whether to link commits and runs.
        in_full: whether to show what is known of each dependency on many lines; for reports on one.
    """
    layout = Layout(width=width, verbose=detail is Detail.VERBOSE)
    if detail is Detail.QUIET:
        lines = _quiet_lines(report, layout)
    else:
        body = _full_lines(report, layout) if in_full else _section_lines(report, layout)
        lines = chain(_head_lines(report), body, _last_lines(report, layout))
    return paint_lines(lines, color=color, width=width, hyperlinks=hyperlinks)


def _section_lines(report: Report, layout: Layout) -> Iterator[Line]:
    for group in group_judgements(report):
        if group.section is not Section.VERIFIED or layout.verbose:
            yield EMPTY
            yield from group_lines(group, report, layout)
    weak = list(weakness_lines(report, layout))
    if weak:
        yield EMPTY
        yield from weak
    yield EMPTY
    yield _sum_line(report)


def _full_lines(report: Report, layout: Layout) -> Iterator[Line]:
    for judgement in report.judgements:
        yield EMPTY
        yield from detail_lines(judgement, layout)
    yield EMPTY


def _last_lines(report: Report, layout: Layout) -> Iterator[Line]:
    yield from paragraph(MEANING, layout, style=Style.FAINT)
    yield from _hint_lines(report)
    yield exit_line(report.exit_code, report.exit_reason)


def _quiet_lines(report: Report, layout: Layout) -> Iterator[Line]:
    yield from replaced_trust_lines(report.trust)
    if report.exit_code is ExitCode.OK:
        return
    for group in group_judgements(report):
        incomplete = report.exit_code is ExitCode.INCOMPLETE and group.section in _UNDECIDED
        if group.is_finding or incomplete:
            yield from group_lines(group, report, layout)
            yield EMPTY
    yield exit_line(report.exit_code, report.exit_reason)


_UNDECIDED = {Section.UNSUPPORTED, Section.UNAVAILABLE}


def _head_lines(report: Report) -> Iterator[Line]:
    yield from replaced_trust_lines(report.trust)
    several = len(report.lockfiles) > 1
    counts = Counter(judgement.dependency.lockfile for judgement in report.judgements)
    took = _duration(report.duration)
    for lockfile in report.lockfiles:
        about = f": {_packages(counts[lockfile.path])}"
        yield (Span("Checked "), Span(lockfile.path, Style.STRONG), Span(about if several else f"{about} in {took}"))
    if several:
        yield text_line(f"Done in {took}")
    yield from trust_lines(report.trust)
    yield from note_lines(report.notes)


def replaced_trust_lines(trust: TrustInfo) -> Iterator[Line]:
    """Yield which of the production trust material the user replaced; for the top of every report."""
    if trust.is_root_given:
        yield text_line(f"Using the trust root in {trust.root_source}, not Sigstore's", Style.WARNING)
    if trust.are_keys_given:
        yield text_line(f"Using the registry keys in {trust.keys_source}, not npm's", Style.WARNING)


def trust_lines(trust: TrustInfo) -> Iterator[Line]:
    """Yield where the trust root is from, if it is Sigstore's, and what there is to know about it."""
    if not trust.is_root_given:
        yield text_line(f"Trust root: {_root(trust)}", Style.FAINT)
    yield from note_lines(trust.notes)


def note_lines(notes: Iterable[str]) -> Iterator[Line]:
    """Yield warnings."""
    yield from ((Span("note: ", Style.WARNING), Span(note)) for note in notes)


def _root(trust: TrustInfo) -> str:
    date = f"{trust.root_date:%Y-%m-%d}" if trust.root_date else ""
    return trust.root_source if date in trust.root_source else f"{trust.root_source} of {date}"


def _packages(count: int) -> str:
    return f"{count} package" if count == 1 else f"{count} packages"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"


def _sum_line(report: Report) -> Line:
    verified = sum(judgement.verdict is Verdict.VERIFIED for judgement in report.judgements)
    have = "has" if len(report.judgements) == 1 else "have"
    text = f"{verified} of {_packages(len(report.judgements))} {have} a verified build origin."
    return text_line(text, Style.STRONG)


def _hint_lines(report: Report) -> Iterator[Line]:
    """Yield how to learn more about the worst thing, if there is a bad one."""
    for group in group_judgements(report):
        reason = deciding_reason(group.judgements[0], fail_on=report.fail_on)
        if reason and (group.is_finding or group.section in _UNDECIDED):
            yield text_line(f"More: provcheck policy explain {reason.code}", Style.FAINT)
            return


def exit_line(code: ExitCode, why: str) -> Line:
    """Return the last line of every report."""
    return text_line(f"exit {int(code)}: {why}", _EXIT_STYLES.get(code, Style.BAD))


def terminal_interprets_ansi() -> bool:
    """Return whether the terminal, if there is one, understands escape sequences; old Windows consoles do not."""
    if sys.platform != "win32":
        return True
    from rich.console import Console  # noqa: PLC0415 - asks the Windows console

    return not Console().legacy_windows
