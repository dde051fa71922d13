"""From the evidence about one dependency to its verdict, with every reason. Pure."""

from collections.abc import Mapping, Sequence
from typing import assert_never

from provcheck.attestation.response import parse_response
from provcheck.attestation.statement import PUBLISH_PREDICATE
from provcheck.attestation.verifier import Verifier
from provcheck.binding import Pin, UnavailableError, pin
from provcheck.codes import Code
from provcheck.errors import MalformedError, VerificationError
from provcheck.examine import Examined, examine
from provcheck.model import (
    BuildOrigin,
    Dependency,
    DistEvidence,
    Evidence,
    Judgement,
    NotFound,
    Reason,
    Served,
    Source,
    Unavailable,
    Verdict,
)

_MAX_ATTESTATIONS = 32
_ABSENT = Reason(code=Code.PROVENANCE_ABSENT, message="no attestations in the registry")

_SOURCES: Mapping[Source, tuple[Code, str]] = {
    Source.WORKSPACE: (Code.SOURCE_WORKSPACE, "a workspace of this project"),
    Source.LINK: (Code.SOURCE_LINK, "a link to a local folder"),
    Source.FILE: (Code.SOURCE_FILE, "a local file"),
    Source.GIT: (Code.SOURCE_GIT, "from a git repository"),
    Source.TARBALL_URL: (Code.SOURCE_TARBALL_URL, "from an address outside any registry"),
}


def judge_local(dependency: Dependency) -> Judgement:
    """Return the verdict on a dependency whose source is no registry: `not-applicable`, and why."""
    if dependency.source in _SOURCES:
        code, message = _SOURCES[dependency.source]
    else:
        code, message = Code.SOURCE_BUNDLED, f"inside the tarball of {dependency.bundled_by}"
    return _judgement(dependency, Verdict.NOT_APPLICABLE, Reason(code=code, message=message))


def judge(
    dependency: Dependency,
    evidence: Evidence,
    dist: DistEvidence | None,
    *,
    verifier: Verifier,
    registries: Sequence[str],
) -> Judgement:
    """Return the verdict on a dependency whose source is a registry.

    Args:
        dependency: an entry of a lockfile.
        evidence: the registry's answer about its attestations.
        dist: the registry's metadata about its tarball; needed if `provcheck.binding.needs_metadata`.
        verifier: holds the trust material.
        registries: the registry of the package, and those whose address stands for it in lockfiles.
    """
    try:
        pinned = pin(dependency, dist, registries)
    except VerificationError as error:
        return _judgement(dependency, Verdict.INVALID, Reason(code=error.code, message=str(error)))
    except UnavailableError as error:
        return _judgement(dependency, Verdict.UNAVAILABLE, error.reason)
    match evidence:
        case Unavailable(code=code, message=message):
            return _judgement(dependency, Verdict.UNAVAILABLE, Reason(code=code, message=message), *pinned.remarks)
        case NotFound():
            return _judgement(dependency, Verdict.ABSENT, _ABSENT, *pinned.remarks)
        case Served(body=body):
            return _judge_response(dependency, body, pinned, dist, verifier)
        case _:
            assert_never(evidence)


def _judge_response(
    dependency: Dependency, body: bytes, pinned: Pin, dist: DistEvidence | None, verifier: Verifier
) -> Judgement:
    try:
        served = parse_response(body)
    except MalformedError as error:
        malformed = Reason(code=Code.REGISTRY_RESPONSE_MALFORMED, message=str(error))
        return _judgement(dependency, Verdict.UNAVAILABLE, malformed, *pinned.remarks)
    if not served:
        return _judgement(dependency, Verdict.ABSENT, _ABSENT, *pinned.remarks)
    if len(served) > _MAX_ATTESTATIONS:
        too_many = Reason(code=Code.ATTESTATIONS_TOO_MANY, message=f"{len(served)} attestations for one version")
        return _judgement(dependency, Verdict.UNSUPPORTED, too_many, *pinned.remarks)
    if pinned.sha512 is None:
        return _judgement(dependency, Verdict.UNAVAILABLE, _unpinned(dist), *pinned.remarks)
    examined = [
        examine(item, index=index, dependency=dependency, sha512=pinned.sha512, verifier=verifier)
        for index, item in enumerate(served)
    ]
    verdict, reasons, origin = _combine(examined)
    return Judgement(
        dependency=dependency,
        verdict=verdict,
        reasons=(*reasons, *pinned.remarks, *(remark for item in examined for remark in item.remarks)),
        origin=origin,
        attestations=tuple(item.result for item in examined),
    )


def _unpinned(dist: DistEvidence | None) -> Reason:
    if isinstance(dist, Unavailable):
        return Reason(code=dist.code, message=dist.message)
    return Reason(
        code=Code.REGISTRY_INTEGRITY_MISSING,
        message="neither the lockfile nor the registry's metadata says which bytes this version is",
    )


def _combine(examined: Sequence[Examined]) -> tuple[Verdict, tuple[Reason, ...], BuildOrigin | None]:
    """Every attestation must hold (10.6); the worst one decides."""
    # What is wrong with the build's attestation says more than the same about the registry's.
    failed = sorted(examined, key=lambda item: item.result.predicate_type == PUBLISH_PREDICATE)
    invalid = tuple(item.failure for item in failed if item.failure and not item.is_unsupported)
    unsupported = tuple(item.failure for item in failed if item.failure and item.is_unsupported)
    if invalid:
        return Verdict.INVALID, (*invalid, *unsupported), None
    origins = [item.origin for item in examined if item.origin is not None]
    # Provenance that holds is not made doubtful by a statement of another type beside it.
    only_unknown_predicates = all(reason.code is Code.PREDICATE_TYPE_UNSUPPORTED for reason in unsupported)
    if unsupported and not (origins and only_unknown_predicates):
        return Verdict.UNSUPPORTED, unsupported, None
    if not origins:
        message = "attestations in the registry, but no provenance"
        return Verdict.ABSENT, (Reason(code=Code.PROVENANCE_NOT_AMONG_ATTESTATIONS, message=message),), None
    if any(_source(origin) != _source(origins[0]) for origin in origins):
        conflict = Reason(code=Code.PROVENANCE_CONFLICT, message="provenance attestations name different builds")
        return Verdict.INVALID, (conflict,), None
    if not any(item.is_publish for item in examined):
        unsupported += (Reason(code=Code.PUBLISH_ATTESTATION_ABSENT, message="the registry attests no publication"),)
    return Verdict.VERIFIED, unsupported, origins[0]


def _source(origin: BuildOrigin) -> tuple[str | None, ...]:
    return (origin.source_repository, origin.commit, origin.ref, origin.workflow_ref, origin.run_url)


def _judgement(dependency: Dependency, verdict: Verdict, *reasons: Reason) -> Judgement:
    return Judgement(dependency=dependency, verdict=verdict, reasons=reasons)
