"""SLSA v0.2 provenance: npm on GitHub Actions (11.5), the SLSA Node.js builder (11.6) and npm on GitLab CI (11.7)."""

import re

from provcheck.fields import Fields
from provcheck.provenance.claims import Claims, builder_not_trusted, malformed
from provcheck.provenance.identity import JobIdentity

NPM_GHA_V0 = "https://github.com/npm/cli/gha@v0"
NPM_GHA_V1 = "https://github.com/npm/cli/gha@v1"
NPM_GHA_V2 = "https://github.com/npm/cli/gha/v2"
NPM_GITLAB = "https://github.com/npm/cli/gitlab/v0alpha1"
DELEGATOR = "https://github.com/slsa-framework/slsa-github-generator/delegator-generic@v0"

_GITHUB = "https://github.com/"
_RUNNER = "https://github.com/actions/runner"
_NPM_CLI = re.compile(r"https://github\.com/npm/cli@\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?")
_GENERATOR = "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/"
_TAG = r"@refs/tags/v\d+\.\d+\.\d+"
_DELEGATOR_SIGNER = re.compile(re.escape(_GENERATOR) + r"delegator_(lowperms-)?generic_slsa3\.yml" + _TAG)
_DELEGATOR_BUILDER = re.compile(re.escape(_GENERATOR) + r"builder_[a-z0-9-]+_slsa3\.yml" + _TAG)
_RUN_URL = re.compile(r"https://github\.com/[^/]+/[^/]+/actions/runs/(\d+)/attempts/(\d+)")


def check_slsa_v02(predicate: Fields, build_type: str, job: JobIdentity, claims: Claims) -> str:
    """Return the builder id of a predicate that the certificate confirms.

    Raises:
        VerificationError: `certificate-predicate-mismatch`, `builder-not-trusted` or `predicate-malformed`.
    """
    predicate.value("buildType")
    builder = predicate.fields("builder")
    builder_id = builder.text("id")
    invocation = predicate.fields("invocation")
    source = invocation.fields("configSource")
    material = _only_material(predicate)
    metadata = predicate.optional_fields("metadata")
    run_id = metadata.optional_text("buildInvocationId") if metadata else None

    if build_type == NPM_GITLAB:
        _check_gitlab_builder(builder_id, job, claims)
        _check_sources(source, material, job, claims, with_ref=(False, False))
        claims.compare("metadata.buildInvocationId", run_id, job.run_url)
    else:
        if build_type == DELEGATOR:
            _check_delegator_builder(builder_id, job)
        else:
            _check_npm_builder(builder_id, build_type, job, claims)
        _check_sources(source, material, job, claims, with_ref=(True, None))
        _check_entry_point(source, build_type, job, claims)
        environment = invocation.optional_fields("environment")
        if environment is not None:
            _check_environment(environment, job, claims)
        claims.compare("metadata.buildInvocationId", run_id, _run_and_attempt(job, "-"))
    for fields in (builder, source, material, invocation, metadata, predicate):
        if fields is not None:
            claims.leave_rest(fields)
    return builder_id


def _only_material(predicate: Fields) -> Fields:
    materials = predicate.objects("materials")
    if len(materials) != 1:
        raise malformed(f"the provenance has {len(materials)} materials instead of one")
    return materials[0]


def _check_sources(
    source: Fields, material: Fields, job: JobIdentity, claims: Claims, *, with_ref: tuple[bool, bool | None]
) -> None:
    """Compare both mentions of the source; ``with_ref`` says of each whether its URI ends in the ref (None: may)."""
    bare = f"git+{job.repository}"
    for what, fields, has_ref in (("source", source, with_ref[0]), ("material", material, with_ref[1])):
        uri = fields.text("uri")
        if has_ref is not False and not (has_ref is None and uri == bare):
            claims.require(what, uri, f"{bare}@{job.ref}")
        else:
            claims.require(what, uri, bare)
        digest = fields.fields("digest")
        claims.require(f"{what} commit", digest.text("sha1"), job.commit)
        digest.done()


def _check_entry_point(source: Fields, build_type: str, job: JobIdentity, claims: Claims) -> None:
    entry_point = source.text("entryPoint")
    if build_type in {NPM_GHA_V0, NPM_GHA_V1}:
        claims.require("workflow", entry_point, job.workflow_ref and job.workflow_ref.removeprefix(_GITHUB))
    else:
        claims.require("workflow path", entry_point, job.workflow_path)


def _check_environment(environment: Fields, job: JobIdentity, claims: Claims) -> None:
    run = _RUN_URL.fullmatch(job.run_url or "")
    for name, fact in (
        ("GITHUB_EVENT_NAME", job.trigger),
        ("GITHUB_REF", job.ref),
        ("GITHUB_REPOSITORY", job.repository.removeprefix(_GITHUB)),
        ("GITHUB_REPOSITORY_ID", job.repository_id),
        ("GITHUB_REPOSITORY_OWNER_ID", job.owner_id),
        ("GITHUB_RUN_ID", run and run[1]),
        ("GITHUB_RUN_ATTEMPT", run and run[2]),
        ("GITHUB_SHA", job.commit),
        ("GITHUB_WORKFLOW_REF", job.workflow_ref and job.workflow_ref.removeprefix(_GITHUB)),
        ("GITHUB_WORKFLOW_SHA", job.workflow_digest),
    ):
        claims.compare(f"invocation.environment.{name}", environment.optional_text(name), fact)
    claims.leave_rest(environment)


def _run_and_attempt(job: JobIdentity, separator: str) -> str | None:
    run = _RUN_URL.fullmatch(job.run_url or "")
    return run and f"{run[1]}{separator}{run[2]}"


def _check_npm_builder(builder_id: str, build_type: str, job: JobIdentity, claims: Claims) -> None:
    environment = builder_id.removeprefix(f"{_RUNNER}/")
    if builder_id != _RUNNER and environment == builder_id:
        if build_type == NPM_GHA_V2 or not _NPM_CLI.fullmatch(builder_id):
            raise builder_not_trusted(f"the builder {builder_id!r} may not claim the build type {build_type!r}")
    elif environment != builder_id:
        claims.require("builder's runner", environment, job.runner)


def _check_delegator_builder(builder_id: str, job: JobIdentity) -> None:
    """Step 11.6: an ordinary workflow must not pass itself off as the SLSA builder."""
    if not _DELEGATOR_SIGNER.fullmatch(job.signer):
        raise builder_not_trusted(f"the certificate's workflow {job.signer!r} is not the SLSA delegator at a release")
    if job.runner != "github-hosted":
        raise builder_not_trusted("the SLSA delegator did not run on a GitHub-hosted runner")
    if not _DELEGATOR_BUILDER.fullmatch(builder_id):
        raise builder_not_trusted(f"the builder {builder_id!r} is not a builder of the SLSA generator at a release")


def _check_gitlab_builder(builder_id: str, job: JobIdentity, claims: Claims) -> None:
    project, separator, runner = builder_id.partition("/-/runners/")
    if not separator or not re.fullmatch(r"[0-9]{1,20}", runner):
        raise builder_not_trusted(f"the builder {builder_id!r} is not a GitLab runner")
    claims.require("builder's project", project, job.repository)
    claims.leave_unconfirmed("builder's runner number", runner)
