"""Step 11: the certificate and the provenance, against each other."""

from dataclasses import replace

from cryptography import x509

from provcheck.codes import Code
from support.cases.case import MALLORY, ZEROS, Cases, case, certified, in_predicate
from support.judging import PACKAGE
from support.mint import (
    DELEGATED_BUILD,
    GITLAB_BUILD,
    Build,
    BuildType,
    Edit,
    Era,
    Identity,
    Json,
    Recipe,
    append,
    change,
    email_identity,
    github_identity,
    mint,
    provenance_recipe,
)
from support.mint.eras import build_identity
from support.mint.identity import GITHUB_ISSUER

_MALLORY = f"https://github.com/{MALLORY}"
_V1 = BuildType.WORKFLOW_V1
_V2 = BuildType.GHA_V2
_GENERATOR = "https://github.com/slsa-framework/slsa-github-generator/.github/workflows"
_SOURCE = ("buildDefinition", "resolvedDependencies", 0)


def _issued_to(uri: str, issuer: str) -> Identity:
    return Identity(names=(x509.UniformResourceIdentifier(uri),), claims={1: issuer, 8: issuer})


def _delegated_by(signer: str) -> Build:
    return replace(DELEGATED_BUILD, signer=signer)


def _of_another_run(answer: Json) -> Json:
    """Return the answer with provenance of a second build of the same bytes."""
    recipe = provenance_recipe(PACKAGE, build=Build(run_id="999"))
    item = {"predicateType": "https://slsa.dev/provenance/v1", "bundle": mint(recipe)}
    edited: Json = append("attestations", value=item)(answer)
    return edited


def _without(*names: str) -> Edit[Recipe]:
    return certified(dict.fromkeys(map(int, names)))


_CERTIFICATE: Cases = {
    "certificate-of-two-issuers_invalid": case(
        "11.1",
        "The old and the new extension for the issuer (.1, .8) name different ones.",
        Code.CERTIFICATE_CONTRADICTORY,
        provenance=certified({1: "https://accounts.mallory.example"}),
    ),
    "certificate-of-two-triggers_invalid": case(
        "11.1",
        "The old and the new extension for the trigger (.2, .20) differ.",
        Code.CERTIFICATE_CONTRADICTORY,
        provenance=certified({2: "pull_request_target"}),
    ),
    "certificate-of-two-commits_invalid": case(
        "11.1",
        "The old and the new extension for the commit (.3, .13) differ.",
        Code.CERTIFICATE_CONTRADICTORY,
        provenance=certified({3: ZEROS}),
    ),
    "certificate-of-two-repositories_invalid": case(
        "11.1",
        "The old and the new extension for the repository (.5, .12) differ: one is checked, the other one shown.",
        Code.CERTIFICATE_CONTRADICTORY,
        provenance=certified({5: MALLORY}),
    ),
    "certificate-of-two-refs_invalid": case(
        "11.1",
        "The old and the new extension for the ref (.6, .14) differ.",
        Code.CERTIFICATE_CONTRADICTORY,
        provenance=certified({6: "refs/heads/main"}),
    ),
    "certificate-of-two-signers_invalid": case(
        "11.1",
        "The certificate's name is not the workflow that it says signs (.9).",
        Code.CERTIFICATE_CONTRADICTORY,
        provenance=certified({9: f"{_MALLORY}/.github/workflows/release.yml@refs/heads/main"}),
    ),
    "certificate-of-two-workflow-commits_invalid": case(
        "11.1",
        "The workflow is from another commit than the source (.19, .13).",
        Code.CERTIFICATE_CONTRADICTORY,
        provenance=certified({19: ZEROS}),
    ),
    "certificate-with-a-loose-end_invalid": case(
        "11.1",
        "Bytes after the text of an extension: readers that stop at the text see another value than those that do not.",
        Code.CERTIFICATE_MALFORMED,
        provenance=certified({12: b"\x0c\x04evil" + b"\x0c\x04more"}),
    ),
    "certificate-with-bare-text_invalid": case(
        "11.1",
        "Extensions from .8 on are DER; bare text could begin like DER of something else.",
        Code.CERTIFICATE_MALFORMED,
        provenance=certified({12: b"https://github.com/octo-org/widget"}),
    ),
    "certificate-without-a-repository_unsupported": case(
        "11.1",
        "Every known certificate of this CI system names the repository; this one may be of a new kind.",
        Code.CERTIFICATE_INCOMPLETE,
        provenance=_without("5", "12"),
    ),
    "certificate-of-a-person_invalid": case(
        "11.2",
        "Anyone with an e-mail address gets a certificate, and can sign provenance of anything.",
        Code.ISSUER_NOT_ALLOWED,
        provenance=change(signer=email_identity("mallory@mallory.example", "https://accounts.mallory.example")),
    ),
    "certificate-of-a-person-by-the-right-issuer_invalid": case(
        "11.2",
        "The issuer is right, but the certificate is for an e-mail address and not for a workflow.",
        Code.ISSUER_NOT_ALLOWED,
        provenance=change(
            edit_identity=lambda identity: replace(identity, names=(x509.RFC822Name("mallory@mallory.example"),)),
        ),
    ),
    "certificate-of-another-ci-system_invalid": case(
        "11.2",
        "Fulcio certifies jobs of many CI systems; anyone may run jobs there.",
        Code.ISSUER_NOT_ALLOWED,
        provenance=change(signer=_issued_to("https://ci.mallory.example/widget", "https://ci.mallory.example")),
    ),
    "certificate-of-a-private-issuer_invalid": case(
        "11.2",
        "The issuer of one company's GitHub begins like the public one.",
        Code.ISSUER_NOT_ALLOWED,
        provenance=certified({1: f"{GITHUB_ISSUER}/mallory", 8: f"{GITHUB_ISSUER}/mallory"}),
    ),
    "gitlab-job-with-a-github-build-type_invalid": case(
        "11.2",
        "A job on GitLab claims to be a build on GitHub Actions.",
        Code.ISSUER_NOT_ALLOWED,
        provenance=change(signer=build_identity(GITLAB_BUILD, BuildType.GITLAB, provenance_recipe(PACKAGE).at)),
    ),
    "github-job-with-a-gitlab-build-type_invalid": case(
        "11.2",
        "A job on GitHub claims to be a build on GitLab.",
        Code.ISSUER_NOT_ALLOWED,
        build_type=BuildType.GITLAB,
        provenance=change(signer=github_identity(Build())),
    ),
}

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
        provenance=certified(
            {18: "https://github.com/octo-org/widget/.github/workflows/test.yml@refs/tags/v1.2.3"}
        ),
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
        Code.INCLUSION_PROOF_ABSENT,
        Code.INCLUSION_PROOF_ABSENT,
        era=Era.E2023,
        provenance=in_predicate("invocation", "configSource", "entryPoint", to=".github/workflows/test.yml"),
    ),
    "v02-source-of-another-repository_invalid": case(
        "11.5",
        "The provenance names another repository than the certificate.",
        Code.CERTIFICATE_PREDICATE_MISMATCH,
        Code.INCLUSION_PROOF_ABSENT,
        Code.INCLUSION_PROOF_ABSENT,
        era=Era.E2023,
        provenance=in_predicate("invocation", "configSource", "uri", to=f"git+{_MALLORY}@refs/tags/v1.2.3"),
    ),
    "v02-material-of-another-commit_invalid": case(
        "11.5",
        "The source is right, the material is another commit.",
        Code.CERTIFICATE_PREDICATE_MISMATCH,
        Code.INCLUSION_PROOF_ABSENT,
        Code.INCLUSION_PROOF_ABSENT,
        era=Era.E2023,
        provenance=in_predicate("materials", 0, "digest", "sha1", to=ZEROS),
    ),
    "v02-materials-two_invalid": case(
        "11.5",
        "A second material: one is checked and the other one shown.",
        Code.PREDICATE_MALFORMED,
        Code.INCLUSION_PROOF_ABSENT,
        Code.INCLUSION_PROOF_ABSENT,
        era=Era.E2023,
        provenance=change(
            edit_statement=append("predicate", "materials", value={"uri": f"git+{_MALLORY}", "digest": {}})
        ),
    ),
    "v02-variable-of-another-repository_invalid": case(
        "11.5",
        "A variable in the provenance names another repository.",
        Code.CERTIFICATE_PREDICATE_MISMATCH,
        Code.INCLUSION_PROOF_ABSENT,
        Code.INCLUSION_PROOF_ABSENT,
        era=Era.E2023,
        provenance=in_predicate("invocation", "environment", "GITHUB_REPOSITORY", to=MALLORY),
    ),
    "v02-another-attempt_invalid": case(
        "11.5",
        "The provenance names another attempt of the run.",
        Code.CERTIFICATE_PREDICATE_MISMATCH,
        Code.INCLUSION_PROOF_ABSENT,
        Code.INCLUSION_PROOF_ABSENT,
        era=Era.E2023,
        provenance=in_predicate("metadata", "buildInvocationId", to="20304050607-2"),
    ),
    "v02-builder-of-a-stranger_invalid": case(
        "11.5",
        "Mallory's builder claims a build type of npm.",
        Code.BUILDER_NOT_TRUSTED,
        Code.INCLUSION_PROOF_ABSENT,
        Code.INCLUSION_PROOF_ABSENT,
        era=Era.E2023,
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
        provenance=change(
            signer=github_identity(
                _delegated_by(
                    "slsa-framework/slsa-github-generator/.github/workflows/delegator_generic_slsa3.yml@refs/heads/main"
                )
            )
        ),
    ),
    "slsa-builder-before-its-release_invalid": case(
        "11.6",
        "The delegator at a tag that is not a release.",
        Code.BUILDER_NOT_TRUSTED,
        build_type=BuildType.DELEGATOR,
        provenance=change(
            signer=github_identity(
                _delegated_by(
                    "slsa-framework/slsa-github-generator/.github/workflows/"
                    "delegator_generic_slsa3.yml@refs/tags/v2.1.0-rc.0"
                )
            )
        ),
    ),
    "slsa-builder-of-a-fork_invalid": case(
        "11.6",
        "The delegator of a fork.",
        Code.BUILDER_NOT_TRUSTED,
        build_type=BuildType.DELEGATOR,
        provenance=change(
            signer=github_identity(
                _delegated_by(
                    "mallory/slsa-github-generator/.github/workflows/delegator_generic_slsa3.yml@refs/tags/v2.1.0"
                )
            )
        ),
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
        provenance=in_predicate("materials", 0, "digest", "sha1", to=ZEROS),
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
        provenance=_without("11"),
    ),
    "runner-self-hosted_verified": case(
        "11.8",
        "Built on a self-hosted runner; the origin is proved, that its owner controls the machine is remarked.",
        Code.RUNNER_SELF_HOSTED,
        build=Build(runner_environment="self-hosted"),
    ),
}

PROVENANCE: Cases = {**_CERTIFICATE, **_GITHUB_V1, **_GITHUB_V02, **_DELEGATOR, **_GITLAB, **_RUNNER}
