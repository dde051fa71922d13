"""What the text report says about the dependencies, section by section, worst first."""

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from provcheck.codes import CODES, Code
from provcheck.model import Judgement, Reason, Report
from provcheck.report.findings import (
    Group,
    Section,
    deciding_reason,
    describe_scopes,
    describe_sources,
    weak_judgements,
)
from provcheck.report.lines import Line, Span, Style, column, shown, text_line
from provcheck.report.links import commit_url, short_origin, short_ref, short_workflow

LISTED = 10
"""More dependencies than these with one reason are one line, unless they are findings."""
LISTED_FINDINGS = 50
"""The same, for findings that are not wrong in themselves (``--fail-on absent``); invalid ones are all listed."""
FLOW_LINES = 3
ACTIONS = 3
WIDE = 100
"""The width of running text where nothing limits it."""

_STYLES = {
    Section.INVALID: Style.BAD,
    Section.REFUSED: Style.BAD,
    Section.UNSUPPORTED: Style.WARNING,
    Section.UNAVAILABLE: Style.WARNING,
    Section.ABSENT: Style.STRONG,
    Section.NOT_APPLICABLE: Style.STRONG,
    Section.VERIFIED: Style.GOOD,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How much room there is, and how much to say."""

    width: int | None
    """Columns; ``None``: no limit."""
    verbose: bool

    @property
    def text_width(self) -> int:
        """The width of running text."""
        return min(self.width or WIDE, WIDE)

    @property
    def name_width(self) -> int:
        """The widest column for names."""
        return max(20, min((self.width or WIDE) * 2 // 5, 48))


def group_lines(group: Group, report: Report, layout: Layout) -> Iterator[Line]:
    """Yield the lines of one section, with its heading and without blank lines around it."""
    yield _heading(group)
    match group.section:
        case Section.VERIFIED:
            yield from _verified_rows(group.judgements, layout)
        case Section.NOT_APPLICABLE if not (layout.verbose or group.is_finding):
            pass
        case Section.ABSENT if not (layout.verbose or group.is_finding):
            yield from _name_flow(group, layout)
        case _:
            yield from _rows(group, report, layout)
    if group.is_finding or group.section in {Section.UNSUPPORTED, Section.UNAVAILABLE}:
        yield from _action_lines(group, report, layout)


def _heading(group: Group) -> Line:
    style = Style.BAD if group.is_finding else _STYLES[group.section]
    heading = (Span(group.section, style), Span(f"  {len(group.judgements)}", style))
    match group.section:
        case Section.ABSENT:
            about = describe_scopes(group.judgements)
        case Section.NOT_APPLICABLE:
            about = describe_sources(group.judgements)
        case _:
            about = ""
    return (*heading, Span(f"  ({about})", Style.FAINT, cut=True)) if about else heading


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    name: str
    code: str
    text: str
    is_brief: bool
    """Whether it may take one line only, and is cut to fit; others run on."""


def _rows(group: Group, report: Report, layout: Layout) -> Iterator[Line]:
    rows = list(_collapsed(group, report, layout))
    names = column((row.name for row in rows), most=layout.name_width)
    codes = column((row.code for row in rows), most=layout.name_width)
    style = Style.BAD if group.is_finding else _STYLES[group.section]
    for row in rows:
        yield (
            Span("  "),
            Span(row.name, pad=names),
            Span("  "),
            Span(row.code, style, pad=codes),
            Span("  "),
            Span(row.text, cut=row.is_brief),
        )
    if len(rows) < len(group.judgements):
        yield text_line("  --verbose lists them all", Style.FAINT)


def _collapsed(group: Group, report: Report, layout: Layout) -> Iterator[_Row]:
    """Yield one row for each dependency, or for all that share a code if they are too many to be read."""
    by_code: dict[Code | None, list[tuple[Judgement, Reason | None]]] = {}
    for judgement in group.judgements:
        reason = deciding_reason(judgement, fail_on=report.fail_on)
        by_code.setdefault(reason.code if reason else None, []).append((judgement, reason))
    limit = LISTED_FINDINGS if group.is_finding else LISTED
    for code, members in by_code.items():
        is_listed = layout.verbose or group.section is Section.INVALID or len(members) <= limit
        shown_members = members if is_listed else members[: limit if group.is_finding else 0]
        for judgement, reason in shown_members:
            yield _Row(
                name=judgement.dependency.spec,
                code=code or "",
                text=_explain(judgement, reason, report),
                is_brief=group.section is Section.ABSENT,  # these all say the same
            )
        rest = members[len(shown_members) :]
        if rest:
            name = f"{len(rest)} more" if shown_members else f"{len(rest)} packages"
            yield _Row(name=name, code=code or "", text=_most_common_message(rest), is_brief=True)


def _explain(judgement: Judgement, reason: Reason | None, report: Report) -> str:
    message = reason.message if reason else ""
    return f"{judgement.dependency.lockfile}: {message}" if len(report.lockfiles) > 1 else message


def _most_common_message(members: Sequence[tuple[Judgement, Reason | None]]) -> str:
    messages = Counter(reason.message if reason else "" for _, reason in members)
    message, count = messages.most_common(1)[0]
    return message if len(messages) == 1 else f"{message} ({count} times, and others)"


def _name_flow(group: Group, layout: Layout) -> Iterator[Line]:
    """Yield a few lines of names, the direct dependencies if there are any, and how many there are beside them."""
    count = len(group.judgements)
    direct = [judgement for judgement in group.judgements if judgement.dependency.scope.direct]
    listed = direct if direct and count > LISTED else group.judgements
    lines = [""]
    named = 0
    for name in (shown(judgement.dependency.spec) for judgement in listed):
        if lines[-1] and len(lines[-1]) + len("  ") + len(name) > layout.text_width - len("  "):
            if len(lines) == FLOW_LINES:
                break
            lines.append("")
        lines[-1] += f"  {name}" if lines[-1] else name
        named += 1
    yield from (text_line(f"  {line}") for line in lines)
    if named < count:
        yield text_line(f"  and {count - named} more: --verbose lists them all", Style.FAINT)


def _verified_rows(judgements: Sequence[Judgement], layout: Layout) -> Iterator[Line]:
    """Yield what is proved about each: repository and commit, ref, workflow, runner, and the codes of remarks."""
    names = column((judgement.dependency.spec for judgement in judgements), most=layout.name_width)
    origins = (short_origin(judgement.origin) for judgement in judgements if judgement.origin)
    origin_width = column(origins, most=layout.name_width)
    for judgement in judgements:
        name = Span(judgement.dependency.spec, pad=names)
        codes = " ".join(dict.fromkeys(reason.code for reason in judgement.reasons))
        remarks = (Span(f"  {codes}", Style.FAINT),) if codes else ()
        origin = judgement.origin
        if origin:
            place = Span(short_origin(origin), Style.GOOD, link=commit_url(origin), pad=origin_width)
            parts = (short_ref(origin.ref or ""), short_workflow(origin.workflow or ""), origin.runner_environment)
            about = "".join(f"  {part}" for part in parts if part)
            yield (Span("  "), name, Span("  "), place, Span(about), *remarks)
        else:
            yield (Span("  "), name, *remarks)


def weakness_lines(report: Report, layout: Layout) -> Iterator[Line]:
    """Yield one line for each remark that makes a verified origin worth less."""
    weak = weak_judgements(report.judgements)
    if not weak:
        return
    yield text_line("VERIFIED, BUT WEAKER", Style.WARNING)
    codes = column(weak, most=layout.name_width)
    for code, judgements in weak.items():
        names = "  ".join(shown(judgement.dependency.spec) for judgement in judgements[:LISTED])
        rest = f"  and {len(judgements) - LISTED} more" if len(judgements) > LISTED else ""
        yield (Span("  "), Span(code, pad=codes), Span(f"  {len(judgements)}"), Span(f"  {names}{rest}", cut=True))


def _action_lines(group: Group, report: Report, layout: Layout) -> Iterator[Line]:
    reasons = (deciding_reason(judgement, fail_on=report.fail_on) for judgement in group.judgements)
    counts = Counter(reason.code for reason in reasons if reason)
    style = Style.PLAIN if group.is_finding else Style.FAINT
    yield from action_lines([code for code, _ in counts.most_common(ACTIONS)], layout, style=style)


def action_lines(codes: Sequence[Code], layout: Layout, *, style: Style = Style.PLAIN) -> Iterator[Line]:
    """Yield what to do about ``codes``."""
    about: dict[str, list[Code]] = {}
    for code in codes:
        about.setdefault(CODES[code].action, []).append(code)
    if len(about) == 1:
        yield from paragraph(f"What to do: {next(iter(about))}", layout, indent="  ", style=style)
    elif about:
        yield text_line("  What to do:", style)
        for action, members in about.items():
            yield from paragraph(f"{', '.join(members)}: {action}", layout, indent="    ", style=style)


def paragraph(text: str, layout: Layout, *, indent: str = "", style: Style = Style.PLAIN) -> Iterator[Line]:
    """Yield running text, wrapped. Only for Provcheck's own words: text from outside must never start a line."""
    for line in textwrap.wrap(
        text,
        width=layout.text_width,
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_long_words=False,
        break_on_hyphens=False,
    ):
        yield text_line(line, style)
