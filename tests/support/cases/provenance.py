"""Steps 11.3 to 11.8: the provenance against the certificate."""

from dataclasses import replace

from provcheck.codes import Code
from support.cases.case import MALLORY, ZEROS, Cases, case, certified, in_predicate
from support.judging import PACKAGE
from support.mint import (
    DELEGATED_BUILD,
    Build,
    BuildType,
    Edit,
    Era,
    Json,
    Recipe,
    append,
    change,
    github_identity,
    mint,
    provenance_recipe,
)

_MALLORY = f"https://github.com/{MALLORY}"
_V1 = BuildType.WORKFLOW_V1
_V2 = BuildType.GHA_V2
_DELEGATOR_PATH = "slsa-github-generator/.github/workflows/delegator_generic_slsa3.yml"
_SOURCE = ("buildDefinition", "resolvedDependencies", 0)


def _delegated_by(owner: str, ref: str) -> Edit[Recipe]:
    """Return an edit that lets the delegator of ``owner``, at ``ref``, sign."""
    return change(signer=github_identity(replace(DELEGATED_BUILD, signer=f"{owner}/{_DELEGATOR_PATH}@{ref}")))


def _of_another_run(answer: Json) -> Json:
    """Return the answer with provenance of a second build of the same bytes."""
    recipe = provenance_recipe(PACKAGE, build=Build(run_id="999"))
    item = {"predicateType": "https://slsa.dev/provenance/v1", "bundle": mint(recipe)}
    edited: Json = append("attestations", value=item)(answer)
    return edited


_GITHUB_V1: Cases = {
    "build-type-of-the-future_unsupported": case(
        "11.3",
        "A build type that this version does not know may mean anything.",
        Code.BUILD_TYPE_UNSUPPORTED,
        provenance=in_predicate("buildDefinition", "buildType", to=f"{_V1}9"),
    ),
    "build-type-of-another-predicate-version_unsupported": case(
        "11.3",
        "A build type of SLSA v0.2 in a predicate of SLSA v1.",
        Code.BUILD_TYPE_UNSUPPORTED,
        provenance=in_predicate("buildDefinition", "buildType", to=_V2.value),
    ),
    "certificate-of-another-repository_invalid": case(
        "11.4",
        "Mallory's workflow signs provenance that names the victim's repository.",
        Code.CERTIFICATE_PREDICATE_MISMATCH,
        provenance=certified({5: MALLORY, 12: _MALLORY}),
    ),
    "certificate-of-another-commit_invalid": case(
        "11.4",
        "The provenance names a commit that was not built.",
        Code.CERTIFICATE_PREDICATE_MISMATCH,
        provenance=certified({3: ZEROS, 13: ZEROS, 19: ZEROS}),
    ),
    "certificate-of-another-ref_invalid": case(
        "11.4",
        "Built from a branch; the provenance says: from a release tag.",
        Code.CERTIFICATE_PREDICATE_MISMATCH,
        provenance=certified({6: "refs/heads/evil", 14: "refs/heads/evil"}),
    ),
    "certificate-of-another-repository-id_invalid": case(
        "11.4",
        "The repository was deleted and made anew by somebody else: the same name, another number (.15).",
        Code.CERTIFICATE_PREDICATE_MISMATCH,
        provenance=certified({15: "666"}),
    ),
    "certificate-of-another-owner-id_invalid": case(
        "11.4",
        "The account was deleted and taken by somebody else: the same name, another number (.17).",
        Code.CERTIFICATE_PREDICATE_MISMATCH,
        provenance=certified({17: "666"}),
    ),
    "certificate-of-another-workflow_invalid": case(
        "11.4",
        "Another workflow of the repository built it (.18).",
        Code.CERTIFICATE_PREDICATE_MISMATCH,
        provenance=certified({18: "https://github.com/octo-org/widget/.github/workflows/test.yml@refs/tags/v1.2.3"}),
    ),
    "certificate-of-another-trigger_invalid": case(
        "11.4",
        "Triggered by a comment of anybody; the provenance says: by a push (.2, .20).",
        Code.CERTIFICATE_PREDICATE_MISMATCH,
        provenance=certified({2: "issue_comment", 20: "issue_comment"}),
    ),
    "certificate-of-another-run_invalid": case(
        "11.4",
        "The provenance names the run of another build (.21).",
        Code.CERTIFICATE_PREDICATE_MISMATCH,
        provenance=certified({21: "https://github.com/octo-org/widget/actions/runs/1/attempts/1"}),
    ),
    "certificate-of-a-self-hosted-runner_invalid": case(
        "11.4",
        "Built on somebody's own machine; the provenance says: on GitHub's (.11).",
        Code.CERTIFICATE_PREDICATE_MISMATCH,
        provenance=certified({11: "self-hosted"}),
    ),
    "workflow-of-the-caller_invalid": case(
        "11.4",
        "The provenance names the reusable workflow that signed in place of the workflow that called it.",
        Code.CERTIFICATE_PREDICATE_MISMATCH,
        build=Build(signer="octo-org/shared/.github/workflows/publish.yml@refs/heads/main"),
        provenance=in_predicate(
            "buildDefinition",
            "externalParameters",
            "workflow",
            to={
                "ref": "refs/heads/main",
                "repository": "https://github.com/octo-org/shared",
                "path": ".github/workflows/publish.yml",
            },
        ),
    ),
    "sources-two_invalid": case(
        "11.4",
        "A second source: one is checked and the other one shown.",
        Code.PREDICATE_MALFORMED,
        provenance=change(
            edit_statement=append(
                "predicate", "buildDefinition", "resolvedDependencies", value={"uri": f"git+{_MALLORY}", "digest": {}}
            )
        ),
    ),
    "source-with-a-second-digest_invalid": case(
        "11.4",
        "The source has a second digest, which nothing confirms.",
        Code.PREDICATE_MALFORMED,
        provenance=in_predicate(*_SOURCE, "digest", "sha1", to=ZEROS),
    ),
    "builder-of-a-stranger_invalid": case(
        "11.4",
        "Mallory's builder claims a build type of GitHub's runners.",
        Code.BUILDER_NOT_TRUSTED,
        provenance=in_predicate("runDetails", "builder", "id", to="https://mallory.example/builder"),
    ),
    "claims-that-nothing-confirms_verified": case(
        "11.3",
        "Times and inputs in the predicate are the build's word alone: passed on as unconfirmed, never shown as facts.",
        Code.PREDICATE_UNCONFIRMED,
        provenance=in_predicate("runDetails", "metadata", "startedOn", to="2025-09-12T21:47:00Z"),
    ),
    "provenance-of-two-builds_invalid": case(
        "10.6",
        "Two attestations that both hold name different builds: which one made these bytes?",
        Code.PROVENANCE_CONFLICT,
        edit=_of_another_run,
    ),
}

_GITHUB_V02: Cases = {
    "v02-entry-point-of-another-workflow_invalid": case(
        "11.5",
        "The provenance names another workflow than the certificate.",
        Code.CERTIFICATE_PREDICATE_MISMATCH,
        era=Era.E2024,
        build_type=_V2,
        provenance=in_predicate("invocation", "configSource", "entryPoint", to=".github/workflows/test.yml"),
    ),
    "v02-source-of-another-repository_invalid": case(
        "11.5",
        "The provenance names another repository than the certificate.",
        Code.CERTIFICATE_PREDICATE_MISMATCH,
        era=Era.E2024,
        build_type=_V2,
        provenance=in_predicate("invocation", "configSource", "uri", to=f"git+{_MALLORY}@refs/tags/v1.2.3"),
    ),
    "v02-material-of-another-commit_invalid": case(
        "11.5",
        "The source is right, the material is another commit.",
        Code.CERTIFICATE_PREDICATE_MISMATCH,
        era=Era.E2024,
        build_type=_V2,
        provenance=in_predicate("materials", 0, "digest", "sha1", to=ZEROS),
    ),
    "v02-materials-two_invalid": case(
        "11.5",
        "A second material: one is checked and the other one shown.",
        Code.PREDICATE_MALFORMED,
        era=Era.E2024,
        build_type=_V2,
        provenance=change(
            edit_statement=append("predicate", "materials", value={"uri": f"git+{_MALLORY}", "digest": {}})
        ),
    ),
    "v02-variable-of-another-repository_invalid": case(
        "11.5",
        "A variable in the provenance names another repository.",
        Code.CERTIFICATE_PREDICATE_MISMATCH,
        era=Era.E2024,
        build_type=_V2,
        provenance=in_predicate("invocation", "environment", "GITHUB_REPOSITORY", to=MALLORY),
    ),
    "v02-another-attempt_invalid": case(
        "11.5",
        "The provenance names another attempt of the run.",
        Code.CERTIFICATE_PREDICATE_MISMATCH,
        era=Era.E2024,
        build_type=_V2,
        provenance=in_predicate("metadata", "buildInvocationId", to="20304050607-2"),
    ),
    "v02-builder-of-a-stranger_invalid": case(
        "11.5",
        "Mallory's builder claims a build type of npm.",
        Code.BUILDER_NOT_TRUSTED,
        era=Era.E2024,
        build_type=_V2,
        provenance=in_predicate("builder", "id", to="https://github.com/mallory/cli@9.9.9"),
    ),
}

_DELEGATOR: Cases = {
    "slsa-builder-claimed-by-a-workflow_invalid": case(
        "11.6",
        "An ordinary workflow passes itself off as the isolated SLSA builder.",
        Code.BUILDER_NOT_TRUSTED,
        build_type=BuildType.DELEGATOR,
        provenance=change(signer=github_identity(Build())),
    ),
    "slsa-builder-at-a-branch_invalid": case(
        "11.6",
        "The delegator at a branch, which anyone who can push to it changes.",
        Code.BUILDER_NOT_TRUSTED,
        build_type=BuildType.DELEGATOR,
        provenance=_delegated_by("slsa-framework", "refs/heads/main"),
    ),
    "slsa-builder-before-its-release_invalid": case(
        "11.6",
        "The delegator at a tag that is not a release.",
        Code.BUILDER_NOT_TRUSTED,
        build_type=BuildType.DELEGATOR,
        provenance=_delegated_by("slsa-framework", "refs/tags/v2.1.0-rc.0"),
    ),
    "slsa-builder-of-a-fork_invalid": case(
        "11.6",
        "The delegator of a fork.",
        Code.BUILDER_NOT_TRUSTED,
        build_type=BuildType.DELEGATOR,
        provenance=_delegated_by("mallory", "refs/tags/v2.1.0"),
    ),
    "slsa-builder-on-a-self-hosted-runner_invalid": case(
        "11.6",
        "The isolation of the SLSA builder is worth nothing on somebody's own machine.",
        Code.BUILDER_NOT_TRUSTED,
        build_type=BuildType.DELEGATOR,
        provenance=certified({11: "self-hosted"}),
    ),
    "slsa-builder-from-elsewhere_invalid": case(
        "11.6",
        "The delegator ran a builder of another repository.",
        Code.BUILDER_NOT_TRUSTED,
        build_type=BuildType.DELEGATOR,
        provenance=in_predicate(
            "builder", "id", to=f"{_MALLORY}/.github/workflows/builder_nodejs_slsa3.yml@refs/tags/v2.1.0"
        ),
    ),
}

_GITLAB: Cases = {
    "gitlab-source-of-another-project_invalid": case(
        "11.7",
        "The provenance names another project than the certificate.",
        Code.CERTIFICATE_PREDICATE_MISMATCH,
        build_type=BuildType.GITLAB,
        provenance=in_predicate("invocation", "configSource", "uri", to="git+https://gitlab.com/mallory/widget"),
    ),
    "gitlab-material-of-another-commit_invalid": case(
        "11.7",
        "The source is right, the material is another commit.",
        Code.CERTIFICATE_PREDICATE_MISMATCH,
        build_type=BuildType.GITLAB,
        provenance=in_predicate("materials", 0, "digest", to={"sha1": ZEROS}),
    ),
    "gitlab-job-of-another-project_invalid": case(
        "11.7",
        "The provenance names another job than the certificate (.21).",
        Code.CERTIFICATE_PREDICATE_MISMATCH,
        build_type=BuildType.GITLAB,
        provenance=certified({21: "https://gitlab.com/octo-group/tools/widget/-/jobs/1"}),
    ),
    "gitlab-certificate-of-another-project_invalid": case(
        "11.7",
        "Mallory's job signs provenance that names the victim's project (.12).",
        Code.CERTIFICATE_PREDICATE_MISMATCH,
        build_type=BuildType.GITLAB,
        provenance=certified({12: "https://gitlab.com/mallory/widget"}),
    ),
    "gitlab-certificate-of-another-commit_invalid": case(
        "11.7",
        "The provenance names a commit that was not built (.13).",
        Code.CERTIFICATE_PREDICATE_MISMATCH,
        build_type=BuildType.GITLAB,
        provenance=certified({13: ZEROS, 19: ZEROS}),
    ),
    "gitlab-runner-of-another-project_invalid": case(
        "11.7",
        "The builder belongs to another project.",
        Code.CERTIFICATE_PREDICATE_MISMATCH,
        build_type=BuildType.GITLAB,
        provenance=in_predicate("builder", "id", to="https://gitlab.com/mallory/widget/-/runners/1"),
    ),
    "gitlab-builder-that-is-no-runner_invalid": case(
        "11.7",
        "The builder is not a runner of GitLab.",
        Code.BUILDER_NOT_TRUSTED,
        build_type=BuildType.GITLAB,
        provenance=in_predicate("builder", "id", to="https://gitlab.com/octo-group/tools/widget/-/runners/mine"),
    ),
}

_RUNNER: Cases = {
    "runner-unknown_verified": case(
        "11.8",
        "The certificate does not say on whose machine it was built: unknown, and never taken for hosted.",
        Code.PREDICATE_UNCONFIRMED,
        Code.RUNNER_UNKNOWN,
        provenance=certified({11: None}),
    ),
    "runner-self-hosted_verified": case(
        "11.8",
        "Built on a self-hosted runner; the origin is proved, that its owner controls the machine is remarked.",
        Code.RUNNER_SELF_HOSTED,
        build=Build(runner_environment="self-hosted"),
    ),
}

PROVENANCE: Cases = {**_GITHUB_V1, **_GITHUB_V02, **_DELEGATOR, **_GITLAB, **_RUNNER}
