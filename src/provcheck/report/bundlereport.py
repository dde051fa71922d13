"""The report on one Sigstore bundle, for people and for programs (``provcheck.bundle/v1``)."""

from collections.abc import Iterator

from provcheck.model import BundleReport, Signature
from provcheck.report import wire
from provcheck.report.details import describe_entry, fact_lines, reason_lines, verdict_line
from provcheck.report.jsonreport import (
    TOOL,
    certificate_value,
    log_entry_value,
    reason_value,
    safe_json,
    time_text,
    trust_value,
)
from provcheck.report.lines import EMPTY, Line
from provcheck.report.paint import paint_lines
from provcheck.report.sections import Layout
from provcheck.report.text import exit_line, replaced_trust_lines, trust_lines


def render_bundle_json(report: BundleReport) -> str:
    """Return the report as JSON that takes no effect wherever it is printed."""
    signature = report.signature
    certificate = signature.certificate if signature else None
    document: wire.Bundle = {
        "schema": wire.BUNDLE_SCHEMA,
        "tool": TOOL,
        "trust": trust_value(report.trust),
        "file": report.file,
        "artifact": report.artifact,
        "verdict": report.verdict,
        "reasons": [reason_value(report.reason)] if report.reason else [],
        "signer": None if signature is None else "certificate" if certificate else "key",
        "payload_type": signature.payload_type if signature else None,
        "certificate": certificate_value(certificate) if certificate else None,
        "log": log_entry_value(signature.log_entry) if signature else None,
        "timestamps": [time_text(time) for time in signature.timestamps] if signature else [],
        "exit_code": int(report.exit_code),
    }
    return safe_json(document)


def render_bundle_text(report: BundleReport, *, color: bool = False, width: int | None = None) -> str:
    """Return the report as lines of text; ``color`` and ``width`` as for `paint_lines`."""
    return paint_lines(_lines(report, Layout(width=width, verbose=False)), color=color, width=width)


def _lines(report: BundleReport, layout: Layout) -> Iterator[Line]:
    yield from replaced_trust_lines(report.trust)
    yield from trust_lines(report.trust)
    yield EMPTY
    yield verdict_line(report.verdict, report.file)
    yield from reason_lines([report.reason] if report.reason else [], report.verdict, layout)
    yield from fact_lines(("artifact", report.artifact))
    if report.signature:
        yield from _signature_lines(report.signature)
    yield EMPTY
    yield exit_line(report.exit_code, report.verdict)


def _signature_lines(signature: Signature) -> Iterator[Line]:
    certificate = signature.certificate
    if certificate:
        yield from fact_lines(
            ("signed by", certificate.subject_alternative_name), ("issuer", certificate.issuer or certificate.issuer_v1)
        )
    else:
        yield from fact_lines(("signed by", "the given key"))
    yield from fact_lines(("logged in", describe_entry(signature.log_entry)))
    yield from fact_lines(*(("time", f"{time:%Y-%m-%d %H:%M:%S} UTC") for time in signature.timestamps))
