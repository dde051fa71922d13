"""What the text report says about one dependency when it is the only one: everything that was proved."""

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
    for reason in judgement.reasons:
        is_decisive = CODES[reason.code].verdict == judgement.verdict
        yield (Span("  "), Span(reason.code, style if is_decisive else Style.FAINT), Span(f"  {reason.message}"))
    if judgement.verdict is not Verdict.VERIFIED:
        codes = dict.fromkeys(reason.code for reason in judgement.reasons if CODES[reason.code].verdict)
        yield from action_lines(tuple(codes), layout)
    if judgement.origin:
        yield from _origin_lines(judgement.origin)
    for result in judgement.attestations:
        yield from _attestation_lines(result)


def _origin_lines(origin: BuildOrigin) -> Iterator[Line]:
    facts = (
        ("source", origin.source_repository, safe_url(origin.source_repository)),
        ("commit", origin.commit, commit_url(origin)),
        ("ref", origin.ref, None),
        ("workflow", origin.workflow, None),
        ("runner", origin.runner_environment or "unknown", None),
        ("trigger", origin.trigger, None),
        ("run", origin.run_url, safe_url(origin.run_url)),
        ("signed by", origin.identity, None),
        ("issuer", origin.issuer, None),
        ("builder", origin.builder_id, None),
    )
    for label, value, link in facts:
        if value:
            yield _fact(label, Span(value, link=link))
    for claim, value in origin.unconfirmed.items():
        yield _fact("unconfirmed", Span(f"{claim}: {value}", Style.FAINT))


def _attestation_lines(result: AttestationResult) -> Iterator[Line]:
    verdict = Span("verified", Style.GOOD) if result.verified else Span("not verified", Style.BAD)
    yield _fact("attestation", Span(result.predicate_type or "of unknown type"), Span("  "), verdict)
    if result.signature:
        yield from _signature_lines(result.signature)


def _signature_lines(signature: Signature) -> Iterator[Line]:
    entry = signature.log_entry
    time = min(signature.timestamps, default=entry.time)
    signer = "a CI certificate" if signature.certificate else f"npm key {signature.key_id}"
    yield _fact("", Span(f"signed with {signer}", Style.FAINT))
    logged = f"{entry.origin} entry {entry.index}" + (f", {time:%Y-%m-%d %H:%M:%S} UTC" if time else "")
    yield _fact("", Span(logged, Style.FAINT))


def _fact(label: str, *value: Span) -> Line:
    return (Span("  "), Span(label, Style.FAINT, pad=_LABEL), Span("  "), *value)
