"""The report on one Sigstore bundle, for people and for programs (``provcheck.bundle/v1``)."""

from collections.abc import Iterator
from typing import TypedDict

from provcheck._version import __version__
from provcheck.codes import CODES
from provcheck.model import BundleReport, Signature
from provcheck.report import wire
from provcheck.report.jsonreport import certificate_value, log_entry_value, safe_json, time_text, trust_value
from provcheck.report.lines import shown
from provcheck.report.text import replaced_trust

SCHEMA = "provcheck.bundle/v1"


class BundleDocument(TypedDict):
    """The JSON document; the parts are those of the lockfile report."""

    schema: str
    tool: wire.Tool
    trust: wire.Trust
    file: str
    artifact: str
    verdict: str
    reasons: list[wire.Reason]
    signer: str | None
    payload_type: str | None
    certificate: wire.Certificate | None
    log: wire.LogEntry | None
    timestamps: list[str]
    exit_code: int


def render_bundle_json(report: BundleReport) -> str:
    """Return the report as JSON that takes no effect wherever it is printed."""
    signature, reason = report.signature, report.reason
    certificate = signature.certificate if signature else None
    document: BundleDocument = {
        "schema": SCHEMA,
        "tool": {"name": "provcheck", "version": __version__},
        "trust": trust_value(report.trust),
        "file": report.file,
        "artifact": report.artifact,
        "verdict": report.verdict,
        "reasons": [{"code": reason.code, "message": reason.message, "attestation": None}] if reason else [],
        "signer": None if signature is None else "certificate" if certificate else "key",
        "payload_type": signature.payload_type if signature else None,
        "certificate": certificate_value(certificate) if certificate else None,
        "log": log_entry_value(signature.log_entry) if signature else None,
        "timestamps": [time_text(time) for time in signature.timestamps] if signature else [],
        "exit_code": int(report.exit_code),
    }
    return safe_json(document)


def render_bundle_text(report: BundleReport) -> str:
    """Return the report as lines of text; every text from outside is escaped, and none of it starts a line."""
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: BundleReport) -> Iterator[str]:
    trust = report.trust
    if trust.is_root_given:
        yield shown(replaced_trust(trust))
    yield from (f"note: {shown(note)}" for note in trust.notes)
    yield f"{report.verdict.upper()}  {shown(report.file)}"
    yield f"  artifact   {shown(report.artifact)}"
    if report.reason:
        yield f"  {report.reason.code}  {shown(report.reason.message)}"
        yield f"  What to do: {CODES[report.reason.code].action}"
    if report.signature:
        yield from _signature_lines(report.signature)


def _signature_lines(signature: Signature) -> Iterator[str]:
    certificate, entry = signature.certificate, signature.log_entry
    if certificate:
        yield f"  signed by  {shown(certificate.subject_alternative_name)}"
        yield f"  issuer     {shown(certificate.issuer or certificate.issuer_v1 or 'none')}"
    else:
        yield "  signed by  the given key"
    yield f"  log entry  {shown(entry.origin)} {entry.index}"
    yield from (f"  time       {time:%Y-%m-%d %H:%M:%S} UTC" for time in signature.timestamps)
