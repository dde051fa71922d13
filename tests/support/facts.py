"""Compares a report with what is known of the real attestations (the corpus's ``facts.json``)."""

from datetime import datetime
from typing import Any

_CERTIFICATE_FIELDS = {
    "issuerV1": "issuer_v1",
    "issuer": "issuer",
    "buildSignerUri": "build_signer_uri",
    "buildSignerDigest": "build_signer_digest",
    "runnerEnvironment": "runner_environment",
    "sourceRepositoryUri": "source_repository_uri",
    "sourceRepositoryDigest": "source_repository_digest",
    "sourceRepositoryRef": "source_repository_ref",
    "sourceRepositoryIdentifier": "source_repository_identifier",
    "sourceRepositoryOwnerUri": "source_repository_owner_uri",
    "sourceRepositoryOwnerIdentifier": "source_repository_owner_identifier",
    "buildConfigUri": "build_config_uri",
    "buildConfigDigest": "build_config_digest",
    "buildTrigger": "build_trigger",
    "runInvocationUri": "run_invocation_uri",
    "sourceRepositoryVisibility": "source_repository_visibility",
}


def facts_of(dependency: dict[str, Any]) -> dict[str, Any]:
    """Return what a report's dependency says, in the words of ``facts.json``."""
    return {
        "attestations": [_attestation_facts(attestation) for attestation in dependency["attestations"]],
        "integrity": dependency["integrity"],
    }


def _attestation_facts(attestation: dict[str, Any]) -> dict[str, Any]:
    log = attestation["log"]
    facts = {
        "predicateType": attestation["predicate_type"],
        "statementType": attestation["statement_type"],
        "subject": attestation["subject"],
        "bundle": attestation["bundle"],
        "logEntry": f"{log['kind']}/{log['version']}",
        "logIndex": log["index"],
        "integratedTime": datetime.fromisoformat(log["time"]).isoformat(),
        "inclusionProof": log["inclusion_proof"],
        "signer": _signer_facts(attestation),
    }
    if attestation["build_type"] is not None:
        facts["buildType"] = attestation["build_type"]
        facts["builderId"] = attestation["builder_id"]
    return facts


def _signer_facts(attestation: dict[str, Any]) -> dict[str, Any]:
    certificate = attestation["certificate"]
    if attestation["signer"] == "npm-key":
        assert certificate is None
        return {"keyId": attestation["key_id"]}
    facts = {fact: certificate[field] for fact, field in _CERTIFICATE_FIELDS.items() if certificate[field] is not None}
    return {"san": [certificate["subject_alternative_name"]], **facts}
