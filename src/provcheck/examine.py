"""Examining one attestation of a response: steps 0 to 11, as far as they go."""

import base64
from dataclasses import dataclass, replace

from provcheck.attestation.bundle import parse_bundle
from provcheck.attestation.response import ServedAttestation
from provcheck.attestation.statement import (
    PROVENANCE_PREDICATES,
    PUBLISH_PREDICATE,
    Statement,
    parse_statement,
    verify_publish,
    verify_subject,
)
from provcheck.attestation.verifier import Verifier
from provcheck.codes import Code
from provcheck.errors import UnsupportedError, VerificationError
from provcheck.jsonio import JsonValue
from provcheck.model import AttestationResult, BuildOrigin, Dependency, Reason, Signature
from provcheck.provenance import claimed_build_type, claimed_builder_id, verify_provenance

_LONGEST_CLAIM = 1000
"""Characters of a claim that a report repeats: one of megabytes in each of many answers would fill the memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What became of one attestation."""

    index: int
    result: AttestationResult
    failure: Reason | None
    """Why it does not hold; ``None`` if it does."""
    is_unsupported: bool
    """Whether it fails only because it is of a kind that this version cannot judge."""
    origin: BuildOrigin | None
    """Set if it is provenance and holds."""
    is_publish: bool
    """Whether it is a publish attestation that holds."""
    remarks: tuple[Reason, ...]


def examine(
    served: ServedAttestation, *, index: int, dependency: Dependency, sha512: bytes, verifier: Verifier
) -> Examined:
    """Return how far ``served`` verifies as an attestation about ``dependency`` with the given bytes."""
    result = AttestationResult(
        predicate_type=_shown(served.predicate_type),
        media_type=_claimed_media_type(served.bundle),
        signature=None,
        verified=False,
        reasons=(),
    )
    origin: BuildOrigin | None = None
    failure: Reason | None = None
    is_unsupported = False
    try:
        signature = verifier.verify(parse_bundle(served.bundle))
        result = replace(result, signature=signature, media_type=signature.media_type)
        statement = parse_statement(signature)
        result = replace(
            result,
            predicate_type=_shown(statement.predicate_type),
            statement_type=statement.type,
            subject=_shown(statement.subject_name),
            build_type=_shown(claimed_build_type(statement.predicate_type, statement.predicate)),
            builder_id=_shown(claimed_builder_id(statement.predicate_type, statement.predicate)),
        )
        _verify_binding(served, statement, signature, dependency, sha512)
        origin = _verify_predicate(statement, signature, dependency)
        result = replace(result, verified=True)
    except VerificationError as refusal:
        failure = Reason(code=refusal.code, message=refusal.message, attestation=index)
        is_unsupported = isinstance(refusal, UnsupportedError)
    remarks = _remarks(result.signature, origin, index)
    return Examined(
        index=index,
        result=replace(result, reasons=(*((failure,) if failure else ()), *remarks)),
        failure=failure,
        is_unsupported=is_unsupported,
        origin=origin,
        is_publish=result.verified and result.predicate_type == PUBLISH_PREDICATE,
        remarks=remarks,
    )


def _verify_binding(
    served: ServedAttestation, statement: Statement, signature: Signature, dependency: Dependency, sha512: bytes
) -> None:
    """Steps 9.3, 10.2 and 10.3: the statement is what the registry says, about this version and these bytes."""
    if served.predicate_type != statement.predicate_type:
        raise VerificationError(
            Code.PREDICATE_TYPE_MISMATCH,
            f"labelled {served.predicate_type!r} by the registry, signed as {statement.predicate_type!r}",
        )
    verify_subject(statement, name=dependency.name, version=dependency.version)
    if statement.subject_sha512 != sha512:
        raise VerificationError(
            Code.INTEGRITY_MISMATCH,
            _not_what_was_made(signature, locked=_short(sha512), made=_short(statement.subject_sha512)),
        )


def _verify_predicate(statement: Statement, signature: Signature, dependency: Dependency) -> BuildOrigin | None:
    if statement.predicate_type == PUBLISH_PREDICATE:
        if signature.key_registry is None:
            raise VerificationError(Code.SIGNER_KIND_MISMATCH, "a certificate signed what a registry key must sign")
        registry = signature.key_registry
        verify_publish(statement, name=dependency.name, version=dependency.version, registry=registry)
        return None
    if statement.predicate_type in PROVENANCE_PREDICATES:
        if signature.certificate is None:
            raise VerificationError(Code.SIGNER_KIND_MISMATCH, "a registry key signed what a CI workflow must sign")
        return verify_provenance(statement.predicate_type, statement.predicate, signature.certificate)
    raise UnsupportedError(Code.PREDICATE_TYPE_UNSUPPORTED, f"unknown predicate type {statement.predicate_type!r}")


def _remarks(signature: Signature | None, origin: BuildOrigin | None, index: int) -> tuple[Reason, ...]:
    remarks: list[tuple[Code, str]] = []
    if signature is not None and not signature.log_entry.inclusion_proof:
        remarks.append((Code.INCLUSION_PROOF_ABSENT, "the log's signed promise stands in for an inclusion proof"))
    if origin is not None:
        if origin.legacy_certificate:
            remarks.append((Code.CERTIFICATE_LEGACY, "a certificate of early 2023, which carries few facts"))
        if origin.runner_environment is None:
            remarks.append((Code.RUNNER_UNKNOWN, "nothing signed says on which kind of runner it was built"))
        elif origin.runner_environment == "self-hosted":
            remarks.append((Code.RUNNER_SELF_HOSTED, "built on a self-hosted runner"))
        if origin.unconfirmed:
            count = len(origin.unconfirmed)
            remarks.append((Code.PREDICATE_UNCONFIRMED, f"claims that the certificate cannot confirm: {count}"))
    return tuple(Reason(code=code, message=message, attestation=index) for code, message in remarks)


def _claimed_media_type(bundle: JsonValue) -> str | None:
    media_type = bundle.get("mediaType") if isinstance(bundle, dict) else None
    return _shown(media_type) if isinstance(media_type, str) else None


def _shown(claim: str | None) -> str | None:
    return claim if claim is None or len(claim) <= _LONGEST_CLAIM else f"{claim[:_LONGEST_CLAIM]}..."


def _not_what_was_made(signature: Signature, *, locked: str, made: str) -> str:
    if signature.certificate is None:
        return f"not what the registry published (locked {locked}, published {made})"
    repository = signature.certificate.source_repository_uri or signature.certificate.subject_alternative_name
    return f"not what {repository.removeprefix('https://github.com/')} built (locked {locked}, built {made})"


def _short(sha512: bytes) -> str:
    return f"sha512-{base64.b64encode(sha512).decode()[:8]}..."
