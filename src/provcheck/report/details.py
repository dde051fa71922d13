"""What a text report says about one dependency, or one bundle, in full."""

from collections.abc import Iterable, Iterator

from provcheck.codes import CODES
from provcheck.model import AttestationResult, BuildOrigin, Judgement, LogEntryFacts, Reason, Signature, Verdict
from provcheck.report.lines import Line, Span, Style
from provcheck.report.links import commit_url, safe_url
from provcheck.report.sections import Layout, action_lines

_STYLES = {Verdict.VERIFIED: Style.GOOD, Verdict.INVALID: Style.BAD, Verdict.ABSENT: Style.STRONG}
_LABEL = 11


def detail_lines(judgement: Judgement, layout: Layout) -> Iterator[Line]:
    """Yield the verdict, the reasons for it, the origin and every attestation, one fact to a line."""
    yield verdict_line(judgement.verdict, judgement.dependency.spec)
    yield from reason_lines(judgement.reasons, judgement.verdict, layout)
    if judgement.origin:
        yield from _origin_lines(judgement.origin, verbose=layout.verbose)
    for result in judgement.attestations:
        yield from _attestation_lines(result, verbose=layout.verbose)


def verdict_line(verdict: Verdict, about: str) -> Line:
    """Return the first line about what has a verdict."""
    return (Span(verdict.upper(), _STYLES.get(verdict, Style.WARNING)), Span("  "), Span(about, Style.STRONG))


def reason_lines(reasons: Iterable[Reason], verdict: Verdict, layout: Layout) -> Iterator[Line]:
    """Yield the reasons for a verdict, remarks included, each once, and what to do about them."""
    told = dict.fromkeys((reason.code, reason.message) for reason in reasons)
    for code, message in told:
        is_decisive = CODES[code].verdict == verdict
        style = _STYLES.get(verdict, Style.WARNING) if is_decisive else Style.FAINT
        yield (Span("  "), Span(code, style), Span(f"  {message}"))
    if verdict is not Verdict.VERIFIED:
        yield from action_lines(tuple(dict.fromkeys(code for code, _ in told if CODES[code].verdict)), layout)


def _origin_lines(origin: BuildOrigin, *, verbose: bool) -> Iterator[Line]:
    yield _fact("source", Span(origin.source_repository, link=safe_url(origin.source_repository)))
    yield _fact("commit", Span(origin.commit, link=commit_url(origin)))
    yield from fact_lines(
        ("ref", origin.ref),
        ("workflow", origin.workflow),
        ("runner", origin.runner_environment or "unknown"),
        ("trigger", origin.trigger),
    )
    if origin.run_url:
        yield _fact("run", Span(origin.run_url, link=safe_url(origin.run_url)))
    yield from fact_lines(("signed by", origin.identity))
    if verbose:
        yield from fact_lines(
            ("issuer", origin.issuer), ("builder", origin.builder_id), ("build type", origin.build_type)
        )
        claims = (f"{claim}: {value}" for claim, value in origin.unconfirmed.items())
        yield from fact_lines(*(("unconfirmed", claim) for claim in claims))


def _attestation_lines(result: AttestationResult, *, verbose: bool) -> Iterator[Line]:
    verdict = Span("verified", Style.GOOD) if result.verified else Span("not verified", Style.BAD)
    yield _fact("attestation", verdict, Span("  "), Span(result.predicate_type or "of unknown type"))
    if result.signature and verbose:
        yield from _signature_lines(result.signature)


def _signature_lines(signature: Signature) -> Iterator[Line]:
    entry = signature.log_entry
    time = min(signature.timestamps, default=entry.time)
    signer = "a CI certificate" if signature.certificate else f"npm key {signature.key_id}"
    logged = describe_entry(entry) + (f", {time:%Y-%m-%d %H:%M:%S} UTC" if time else "")
    yield from fact_lines(("", f"signed with {signer}"), ("", logged))


def describe_entry(entry: LogEntryFacts) -> str:
    """Return which log entry it is."""
    return entry.origin if entry.index is None else f"{entry.origin} entry {entry.index}"


def fact_lines(*facts: tuple[str, str | None]) -> Iterator[Line]:
    """Yield one line for each label and value that is known."""
    yield from (_fact(label, Span(value)) for label, value in facts if value)


def _fact(label: str, *value: Span) -> Line:
    return (Span("  "), Span(label, Style.FAINT, pad=_LABEL), Span("  "), *value)
