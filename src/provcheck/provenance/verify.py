"""The one entrance: which predicate may come from which issuer, and what the build's origin is then."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from provcheck.codes import Code
from provcheck.errors import UnsupportedError, VerificationError
from provcheck.fields import Fields
from provcheck.jsonio import JsonObject
from provcheck.model import BuildOrigin, CertificateFacts
from provcheck.provenance import github_v1, slsa_v02
from provcheck.provenance.claims import Claims, malformed
from provcheck.provenance.identity import JobIdentity, job_identity

GITHUB_ACTIONS = "github-actions"
GITLAB_CI = "gitlab-ci"

TRUSTED_ISSUERS: Mapping[str, str] = MappingProxyType(
    {
        "https://token.actions.githubusercontent.com": GITHUB_ACTIONS,
        "https://gitlab.com": GITLAB_CI,
    }
)
"""The CI system behind each OpenID Connect issuer whose certificates can be build provenance."""

_Check: TypeAlias = Callable[[Fields, str, JobIdentity, Claims], str]
_V02 = "https://slsa.dev/provenance/v0.2"
_V1 = "https://slsa.dev/provenance/v1"

_BUILD_TYPES: Mapping[tuple[str, str], tuple[str, _Check]] = {
    (_V1, github_v1.NPM_BUILD_TYPE): (GITHUB_ACTIONS, github_v1.check_github_v1),
    (_V1, github_v1.ACTIONS_BUILD_TYPE): (GITHUB_ACTIONS, github_v1.check_github_v1),
    (_V02, slsa_v02.NPM_GHA_V0): (GITHUB_ACTIONS, slsa_v02.check_slsa_v02),
    (_V02, slsa_v02.NPM_GHA_V1): (GITHUB_ACTIONS, slsa_v02.check_slsa_v02),
    (_V02, slsa_v02.NPM_GHA_V2): (GITHUB_ACTIONS, slsa_v02.check_slsa_v02),
    (_V02, slsa_v02.DELEGATOR): (GITHUB_ACTIONS, slsa_v02.check_slsa_v02),
    (_V02, slsa_v02.NPM_GITLAB): (GITLAB_CI, slsa_v02.check_slsa_v02),
}


def verify_provenance(
    predicate_type: str,
    predicate: JsonObject,
    certificate: CertificateFacts,
    *,
    issuers: Mapping[str, str] = TRUSTED_ISSUERS,
) -> BuildOrigin:
    """Return the origin of the build that the certificate and the predicate agree on.

    Args:
        predicate_type: the signed predicate type, SLSA provenance v0.2 or v1.
        predicate: the signed predicate.
        certificate: the verified certificate that signed it.
        issuers: the CI system behind each trusted issuer.

    Raises:
        UnsupportedError: `build-type-unsupported` or `certificate-incomplete`.
        VerificationError: `issuer-not-allowed`, `builder-not-trusted`, `certificate-predicate-mismatch` or
            `predicate-malformed`.
    """
    job = job_identity(certificate, issuers)
    fields = Fields(predicate, where="predicate", fail=malformed)
    build_type = claimed_build_type(predicate_type, predicate)
    if build_type is None:
        raise malformed("the provenance has no build type")
    if (predicate_type, build_type) not in _BUILD_TYPES:
        raise UnsupportedError(Code.BUILD_TYPE_UNSUPPORTED, f"unknown build type {build_type!r}")
    expected_ci, check = _BUILD_TYPES[predicate_type, build_type]
    if job.ci != expected_ci:
        raise VerificationError(Code.ISSUER_NOT_ALLOWED, f"{job.issuer!r} cannot make builds of type {build_type!r}")
    claims = Claims()
    builder_id = check(fields, build_type, job, claims)
    return BuildOrigin(
        ci=job.ci,
        source_repository=job.repository,
        commit=job.commit,
        ref=job.ref,
        workflow=job.workflow_path,
        workflow_ref=job.workflow_ref,
        builder_id=builder_id,
        build_type=build_type,
        runner_environment=job.runner,
        trigger=job.trigger,
        run_url=job.run_url,
        issuer=job.issuer,
        identity=job.signer,
        repository_id=job.repository_id,
        owner_id=job.owner_id,
        predicate_type=predicate_type,
        legacy_certificate=job.legacy,
        unconfirmed=claims.unconfirmed,
    )


def claimed_build_type(predicate_type: str, predicate: JsonObject) -> str | None:
    """Return the build type that a predicate claims, if it claims one."""
    holder = predicate.get("buildDefinition") if predicate_type == _V1 else predicate
    build_type = holder.get("buildType") if isinstance(holder, dict) else None
    return build_type if isinstance(build_type, str) and build_type else None


def claimed_builder_id(predicate_type: str, predicate: JsonObject) -> str | None:
    """Return the builder id that a predicate claims, if it claims one."""
    holder = predicate.get("runDetails") if predicate_type == _V1 else predicate
    builder = holder.get("builder") if isinstance(holder, dict) else None
    builder_id = builder.get("id") if isinstance(builder, dict) else None
    return builder_id if isinstance(builder_id, str) and builder_id else None
