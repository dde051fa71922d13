"""SLSA v1 provenance of npm and of GitHub's attest action, on GitHub Actions (step 11.4)."""

from provcheck.fields import Fields
from provcheck.provenance.claims import Claims, builder_not_trusted, malformed
from provcheck.provenance.identity import JobIdentity

NPM_BUILD_TYPE = "https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1"
ACTIONS_BUILD_TYPE = "https://actions.github.io/buildtypes/workflow/v1"

_RUNNER = "https://github.com/actions/runner"


def check_github_v1(predicate: Fields, build_type: str, job: JobIdentity, claims: Claims) -> str:
    """Return the builder id of a predicate that the certificate confirms.

    Raises:
        VerificationError: `certificate-predicate-mismatch`, `builder-not-trusted` or `predicate-malformed`.
    """
    definition = predicate.fields("buildDefinition")
    definition.value("buildType")
    _check_workflow(definition.fields("externalParameters"), job, claims)
    internal = definition.optional_fields("internalParameters")
    if internal is not None:
        _check_internal_parameters(internal, job, claims)
    _check_source(definition, job, claims)
    claims.leave_rest(definition)

    details = predicate.fields("runDetails")
    builder = details.fields("builder")
    builder_id = builder.text("id")
    _check_builder(builder_id, build_type, job, claims)
    claims.leave_rest(builder)
    metadata = details.optional_fields("metadata")
    if metadata is not None:
        claims.compare("runDetails.metadata.invocationId", metadata.optional_text("invocationId"), job.run_url)
        claims.leave_rest(metadata)
    claims.leave_rest(details)
    claims.leave_rest(predicate)
    return builder_id


def _check_workflow(parameters: Fields, job: JobIdentity, claims: Claims) -> None:
    workflow = parameters.fields("workflow")
    repository, path, ref = workflow.text("repository"), workflow.text("path"), workflow.text("ref")
    claims.require("workflow repository", repository, job.repository)
    # The top workflow; the certificate's subject is the reusable workflow that it may have called.
    claims.require("workflow", f"{repository}/{path}@{ref}", job.workflow_ref)
    claims.leave_rest(workflow)
    claims.leave_rest(parameters)


def _check_internal_parameters(internal: Fields, job: JobIdentity, claims: Claims) -> None:
    github = internal.optional_fields("github")
    if github is not None:
        for name, fact in (
            ("event_name", job.trigger),
            ("repository_id", job.repository_id),
            ("repository_owner_id", job.owner_id),
            ("runner_environment", job.runner),
        ):
            claims.compare(f"buildDefinition.internalParameters.github.{name}", github.optional_text(name), fact)
        claims.leave_rest(github)
    claims.leave_rest(internal)


def _check_source(definition: Fields, job: JobIdentity, claims: Claims) -> None:
    dependencies = definition.objects("resolvedDependencies")
    if len(dependencies) != 1:
        raise malformed(f"the provenance has {len(dependencies)} resolved dependencies instead of one")
    source = dependencies[0]
    claims.require("source", source.text("uri"), f"git+{job.repository}@{job.ref}")
    digest = source.fields("digest")
    claims.require("commit", digest.text("gitCommit"), job.commit)
    digest.done()
    claims.leave_rest(source)


def _check_builder(builder_id: str, build_type: str, job: JobIdentity, claims: Claims) -> None:
    if build_type == ACTIONS_BUILD_TYPE:
        claims.require("builder", builder_id, job.signer)
        return
    environment = builder_id.removeprefix(f"{_RUNNER}/")
    if environment == builder_id or environment not in {"github-hosted", "self-hosted"}:
        raise builder_not_trusted(f"the builder {builder_id!r} is not a GitHub Actions runner")
    claims.require("builder's runner", environment, job.runner)
