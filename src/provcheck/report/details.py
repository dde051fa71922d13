"""What the text report says about one dependency in full."""

from collections.abc import Iterator

from provcheck.codes import CODES
from provcheck.model import AttestationResult, BuildOrigin, Judgement, Signature, Verdict
from provcheck.report.lines import Line, Span, Style
from provcheck.report.links import commit_url, safe_url
from provcheck.report.sections import Layout, action_lines

_STYLES = {Verdict.VERIFIED: Style.GOOD, Verdict.INVALID: Style.BAD, Verdict.ABSENT: Style.STRONG}
_LABEL = 11


def detail_lines(judgement: Judgement, layout: Layout) -> Iterator[Line]:
    """Yield the verdict, the reasons for it, the origin and every attestation, one fact to a line."""
    style = _STYLES.get(judgement.verdict, Style.WARNING)
    yield (Span(judgement.verdict.upper(), style), Span("  "), Span(judgement.dependency.spec, Style.STRONG))
    for code, message in dict.fromkeys((reason.code, reason.message) for reason in judgement.reasons):
        is_decisive = CODES[code].verdict == judgement.verdict
        yield (Span("  "), Span(code, style if is_decisive else Style.FAINT), Span(f"  {message}"))
    if judgement.verdict is not Verdict.VERIFIED:
        codes = dict.fromkeys(reason.code for reason in judgement.reasons if CODES[reason.code].verdict)
        yield from action_lines(tuple(codes), layout)
    if judgement.origin:
        yield from _origin_lines(judgement.origin, verbose=layout.verbose)
    for result in judgement.attestations:
        yield from _attestation_lines(result, verbose=layout.verbose)


def _origin_lines(origin: BuildOrigin, *, verbose: bool) -> Iterator[Line]:
    yield _fact("source", Span(origin.source_repository, link=safe_url(origin.source_repository)))
    yield _fact("commit", Span(origin.commit, link=commit_url(origin)))
    yield from _facts(
        ("ref", origin.ref), ("workflow", origin.workflow), ("runner", origin.runner_environment or "unknown")
    )
    yield from _facts(("trigger", origin.trigger))
    if origin.run_url:
        yield _fact("run", Span(origin.run_url, link=safe_url(origin.run_url)))
    yield from _facts(("signed by", origin.identity))
    if verbose:
        yield from _facts(("issuer", origin.issuer), ("builder", origin.builder_id), ("build type", origin.build_type))
        claims = (f"{claim}: {value}" for claim, value in origin.unconfirmed.items())
        yield from _facts(*(("unconfirmed", claim) for claim in claims))


def _attestation_lines(result: AttestationResult, *, verbose: bool) -> Iterator[Line]:
    verdict = Span("verified", Style.GOOD) if result.verified else Span("not verified", Style.BAD)
    yield _fact("attestation", Span(result.predicate_type or "of unknown type"), Span("  "), verdict)
    if result.signature and verbose:
        yield from _signature_lines(result.signature)


def _signature_lines(signature: Signature) -> Iterator[Line]:
    entry = signature.log_entry
    time = min(signature.timestamps, default=entry.time)
    signer = "a CI certificate" if signature.certificate else f"npm key {signature.key_id}"
    logged = f"{entry.origin} entry {entry.index}" + (f", {time:%Y-%m-%d %H:%M:%S} UTC" if time else "")
    yield from _facts(("", f"signed with {signer}"), ("", logged))


def _facts(*facts: tuple[str, str | None]) -> Iterator[Line]:
    yield from (_fact(label, Span(value)) for label, value in facts if value)


def _fact(label: str, *value: Span) -> Line:
    return (Span("  "), Span(label, Style.FAINT, pad=_LABEL), Span("  "), *value)
