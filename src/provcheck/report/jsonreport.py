"""The JSON report, ``provcheck.report/v1`` (types: `provcheck.report.wire`)."""

import json
import re
from collections import Counter
from datetime import UTC, datetime

from packageurl import PackageURL

from provcheck._version import __version__
from provcheck.model import (
    AttestationResult,
    BuildOrigin,
    CertificateFacts,
    Dependency,
    Judgement,
    LogEntryFacts,
    Reason,
    Report,
    Source,
    TrustInfo,
    Verdict,
)
from provcheck.report import wire

TOOL: wire.Tool = {"name": "provcheck", "version": __version__}
"""What makes every document."""


def render_json(report: Report) -> str:
    """Return the report as JSON that takes no effect wherever it is printed.

    The text is pure ASCII without control characters other than line feeds, with keys in the order of
    `provcheck.report.wire`, two spaces of indentation and a final line feed. A lone surrogate (an undecodable byte of
    a file's name) becomes U+FFFD, so that every JSON reader accepts the report.
    """
    return safe_json(build_report(report))


def safe_json(document: object) -> str:
    """Return a JSON document as `render_json` returns a report."""
    text = json.dumps(document, ensure_ascii=True, allow_nan=False, indent=2)
    text = _SURROGATES.sub(_replace_lone_surrogate, text)
    # What json leaves as it is: DEL, and the start of commands to CI runners (see `provcheck.report.escape`).
    return text.replace("\x7f", "\\u007f").replace("##", "#\\u0023") + "\n"


def build_report(report: Report) -> wire.Report:
    """Return the report as the JSON document's value."""
    entries = Counter(judgement.dependency.lockfile for judgement in report.judgements)
    return {
        "schema": wire.REPORT_SCHEMA,
        "tool": TOOL,
        "generated": time_text(report.generated),
        "duration": round(report.duration, 3),
        "lockfiles": [
            {"path": lockfile.path, "format": lockfile.format, "dependencies": entries[lockfile.path]}
            for lockfile in report.lockfiles
        ],
        "registry": report.registry,
        "trust": trust_value(report.trust),
        "summary": _summary(report),
        "exit_code": int(report.exit_code),
        "exit_reason": report.exit_reason,
        "fail_on": sorted(report.fail_on),
        "notes": list(report.notes),
        "dependencies": [_dependency(judgement) for judgement in report.judgements],
    }


_SURROGATES = re.compile(r"\\\\|\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|\\ud[89a-f][0-9a-f]{2}")
"""In JSON text: an escaped backslash, a pair of surrogates, or a lone one."""


def _replace_lone_surrogate(match: re.Match[str]) -> str:
    is_lone = len(match[0]) == len("\\ud800")
    return "\\ufffd" if is_lone else match[0]


def time_text(time: datetime) -> str:
    """Return a time as RFC 3339 in UTC."""
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _summary(report: Report) -> wire.Summary:
    counts = Counter(judgement.verdict for judgement in report.judgements)
    return {
        "total": len(report.judgements),
        "verified": counts[Verdict.VERIFIED],
        "absent": counts[Verdict.ABSENT],
        "invalid": counts[Verdict.INVALID],
        "unsupported": counts[Verdict.UNSUPPORTED],
        "unavailable": counts[Verdict.UNAVAILABLE],
        "not-applicable": counts[Verdict.NOT_APPLICABLE],
    }


def trust_value(trust: TrustInfo) -> wire.Trust:
    """Return the trust material of a run as the JSON document has it."""
    return {
        "trusted_root": {
            "source": trust.root_source,
            "sha256": trust.root_sha256,
            "date": time_text(trust.root_date) if trust.root_date else None,
        },
        "npm_keys": {"source": trust.keys_source, "key_ids": list(trust.key_ids)},
        "overridden": trust.overridden,
        "notes": list(trust.notes),
    }


def _dependency(judgement: Judgement) -> wire.Dependency:
    dependency = judgement.dependency
    scope = dependency.scope
    return {
        "name": dependency.name,
        "version": dependency.version,
        "purl": _purl(dependency),
        "integrity": dependency.integrity,
        "lockfile": dependency.lockfile,
        "locations": list(dependency.locations),
        "source": dependency.source,
        "bundled_by": dependency.bundled_by,
        "scope": {
            "dev": scope.dev,
            "optional": scope.optional,
            "peer": scope.peer,
            "direct": scope.direct,
            "dev_optional": scope.dev_optional,
        },
        "verdict": judgement.verdict,
        "reasons": [reason_value(reason) for reason in judgement.reasons],
        "origin": _origin(judgement.origin) if judgement.origin else None,
        "attestations": [_attestation(result) for result in judgement.attestations],
    }


def _purl(dependency: Dependency) -> str | None:
    """Return the package URL of a package that a registry publishes; a workspace or fork of that name is another."""
    if dependency.source not in {Source.REGISTRY, Source.BUNDLED}:
        return None
    namespace, _, name = dependency.name.rpartition("/")
    try:
        return PackageURL("npm", namespace or None, name, dependency.version or None).to_string()
    except ValueError:  # a name that no package URL can hold, such as an empty one
        return None


def reason_value(reason: Reason) -> wire.Reason:
    """Return a reason as the JSON document has it."""
    return {"code": reason.code, "message": reason.message, "attestation": reason.attestation}


def _origin(origin: BuildOrigin) -> wire.Origin:
    return {
        "ci": origin.ci,
        "source_repository": origin.source_repository,
        "commit": origin.commit,
        "ref": origin.ref,
        "workflow": origin.workflow,
        "workflow_ref": origin.workflow_ref,
        "builder_id": origin.builder_id,
        "build_type": origin.build_type,
        "runner_environment": origin.runner_environment,
        "trigger": origin.trigger,
        "run_url": origin.run_url,
        "issuer": origin.issuer,
        "identity": origin.identity,
        "repository_id": origin.repository_id,
        "owner_id": origin.owner_id,
        "predicate_type": origin.predicate_type,
        "unconfirmed": dict(origin.unconfirmed),
    }


def _attestation(result: AttestationResult) -> wire.Attestation:
    signature = result.signature
    certificate = signature.certificate if signature else None
    return {
        "predicate_type": result.predicate_type,
        "verified": result.verified,
        "signer": None if signature is None else "certificate" if certificate else "npm-key",
        "key_id": signature.key_id if signature else None,
        "key_registry": signature.key_registry if signature else None,
        "bundle": result.media_type,
        "log": log_entry_value(signature.log_entry) if signature else None,
        "timestamps": [time_text(time) for time in signature.timestamps] if signature else [],
        "certificate": certificate_value(certificate) if certificate else None,
        "statement_type": result.statement_type,
        "subject": result.subject,
        "builder_id": result.builder_id,
        "build_type": result.build_type,
        "reasons": [reason_value(reason) for reason in result.reasons],
    }


def log_entry_value(entry: LogEntryFacts) -> wire.LogEntry:
    """Return a log entry as the JSON document has it."""
    return {
        "index": entry.index,
        "origin": entry.origin,
        "time": time_text(entry.time) if entry.time else None,
        "kind": entry.kind,
        "version": entry.version,
        "key_id": entry.key_id,
        "inclusion_proof": entry.inclusion_proof,
    }


def certificate_value(certificate: CertificateFacts) -> wire.Certificate:
    """Return a certificate as the JSON document has it."""
    return {
        "subject_alternative_name": certificate.subject_alternative_name,
        "issuer_v1": certificate.issuer_v1,
        "trigger_v1": certificate.trigger_v1,
        "sha_v1": certificate.sha_v1,
        "workflow_name_v1": certificate.workflow_name_v1,
        "repository_v1": certificate.repository_v1,
        "ref_v1": certificate.ref_v1,
        "issuer": certificate.issuer,
        "build_signer_uri": certificate.build_signer_uri,
        "build_signer_digest": certificate.build_signer_digest,
        "runner_environment": certificate.runner_environment,
        "source_repository_uri": certificate.source_repository_uri,
        "source_repository_digest": certificate.source_repository_digest,
        "source_repository_ref": certificate.source_repository_ref,
        "source_repository_identifier": certificate.source_repository_identifier,
        "source_repository_owner_uri": certificate.source_repository_owner_uri,
        "source_repository_owner_identifier": certificate.source_repository_owner_identifier,
        "build_config_uri": certificate.build_config_uri,
        "build_config_digest": certificate.build_config_digest,
        "build_trigger": certificate.build_trigger,
        "run_invocation_uri": certificate.run_invocation_uri,
        "source_repository_visibility": certificate.source_repository_visibility,
        "deployment_environment": certificate.deployment_environment,
        "token_subject": certificate.token_subject,
        "not_before": time_text(certificate.not_before),
        "not_after": time_text(certificate.not_after),
        "serial_number": certificate.serial_number,
        "sha256": certificate.sha256,
    }
