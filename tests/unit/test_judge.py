"""Verdicts: every kind of attestation that exists leads to the right origin, several reasons to the right verdict."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provcheck.codes import Code
from provcheck.judge import judge, judge_local
from provcheck.model import BuildOrigin, DistClaims, NotFound, Reason, Source, Unavailable, Verdict
from support.cases.case import in_statement
from support.judging import PACKAGE, codes, judged, locked, trusting_verifier
from support.mint import (
    REGISTRY,
    STRANGER,
    Build,
    BuildType,
    Era,
    Package,
    append,
    both,
    change,
    drop,
    ecdsa_key,
    mint,
    provenance_recipe,
    put,
    response,
)
from support.mint.eras import default_build

LEGACY = {BuildType.GHA_V0, BuildType.GHA_V1}
BUILDERS = {
    BuildType.WORKFLOW_V1: "https://github.com/actions/runner/github-hosted",
    BuildType.GHA_V0: "https://github.com/npm/cli@9.4.2",
    BuildType.GHA_V1: "https://github.com/npm/cli@9.4.2",
    BuildType.GHA_V2: "https://github.com/actions/runner",
    BuildType.GITLAB: "https://gitlab.com/octo-group/tools/widget/-/runners/12270807",
    BuildType.DELEGATOR: "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/"
    "builder_nodejs_slsa3.yml@refs/tags/v2.1.0",
}
ENVIRONMENT = "invocation.environment.GITHUB_"
UNCONFIRMED = {
    BuildType.WORKFLOW_V1: set(),
    BuildType.GHA_V2: set(),
    BuildType.GHA_V0: {
        *(
            f"{ENVIRONMENT}{name}"
            for name in (
                "ACTOR_ID",
                "REF_TYPE",
                "REPOSITORY_ID",
                "REPOSITORY_OWNER_ID",
                "RUN_ATTEMPT",
                "RUN_ID",
                "RUN_NUMBER",
                "WORKFLOW_SHA",
            )
        ),
        "metadata.buildInvocationId",
    },
    BuildType.GITLAB: {
        "builder's runner number",
        "invocation.configSource.entryPoint",
        "invocation.environment",
        "invocation.parameters",
        "metadata.completeness",
    },
    BuildType.DELEGATOR: {
        *(f"{ENVIRONMENT}{name}" for name in ("ACTOR_ID", "REF_TYPE", "RUN_NUMBER", "TRIGGERING_ACTOR_ID")),
        "invocation.parameters",
        "metadata.completeness",
    },
}
UNCONFIRMED[BuildType.GHA_V1] = UNCONFIRMED[BuildType.GHA_V0]


def expected_origin(build: Build, build_type: BuildType) -> BuildOrigin:
    """Return what there is to be known about a build, in the words of the product."""
    legacy, gitlab = build_type in LEGACY, build_type is BuildType.GITLAB
    repository = build.gitlab_project if gitlab else build.github_repository
    workflow_ref = f"{repository}{'//' if gitlab else '/'}{build.workflow}@{build.ref}"
    run_url = build.gitlab_job if gitlab else build.github_run
    v1 = build_type is BuildType.WORKFLOW_V1
    return BuildOrigin(
        ci="gitlab-ci" if gitlab else "github-actions",
        source_repository=repository,
        commit=build.commit,
        ref=build.ref,
        workflow=build.workflow,
        workflow_ref=workflow_ref,
        builder_id=BUILDERS[build_type].replace("github-hosted", build.runner_environment),
        build_type=build_type.value,
        runner_environment=None if legacy else build.runner_environment,
        trigger=build.trigger,
        run_url=None if legacy else run_url,
        issuer="https://gitlab.com" if gitlab else "https://token.actions.githubusercontent.com",
        identity=f"https://github.com/{build.signer}" if build.signer else workflow_ref,
        repository_id=None if legacy else build.repository_id,
        owner_id=None if legacy else build.owner_id,
        predicate_type="https://slsa.dev/provenance/v1" if v1 else "https://slsa.dev/provenance/v0.2",
        legacy_certificate=legacy,
    )


# ---- Everything that exists verifies -------------------------------------------------------------------------------


@pytest.mark.parametrize("build_type", list(BuildType))
@pytest.mark.parametrize("era", list(Era))
def test_every_kind_has_the_origin_of_its_build(era: Era, build_type: BuildType) -> None:
    judgement = judged(response(PACKAGE, era, build_type=build_type))

    assert judgement.verdict is Verdict.VERIFIED
    assert judgement.origin is not None
    assert replace(judgement.origin, unconfirmed={}) == expected_origin(default_build(build_type), build_type)
    assert judgement.origin.unconfirmed.keys() == UNCONFIRMED[build_type]
    assert [item.verified for item in judgement.attestations] == [True, True]
    assert [(item.signature and item.signature.key_id) is None for item in judgement.attestations] == [False, True]
    remarks = {Code.INCLUSION_PROOF_ABSENT: 2 * (era is Era.E2023)}
    remarks |= dict.fromkeys((Code.CERTIFICATE_LEGACY, Code.RUNNER_UNKNOWN), build_type in LEGACY)
    remarks |= {Code.PREDICATE_UNCONFIRMED: bool(UNCONFIRMED[build_type])}
    assert codes(judgement) == sorted(code for code, count in remarks.items() for _ in range(count))


BUILDS = {
    "branch": Build(ref="refs/heads/main"),
    "tag-with-a-slash": Build(ref="refs/tags/release/v1.2.3"),
    "tag-with-at-signs": Build(ref="refs/tags/@octo/widget@1.2.3"),
    "pull-request": Build(ref="refs/pull/17/merge", trigger="pull_request_target"),
    "workflow-in-a-deep-folder": Build(workflow=".github/workflows/ci/release.yaml"),
    "second-attempt": Build(run_attempt="2", trigger="workflow_dispatch"),
    "capitals": Build(repository="Octo-Org/Widget.js"),
    "reusable-workflow": Build(
        signer="octo-org/shared/.github/workflows/publish.yml@refs/heads/main", signer_commit="1" * 40
    ),
    "reusable-workflow-of-the-same-repository": Build(
        signer="octo-org/widget/.github/workflows/publish.yml@refs/tags/@octo/widget@1.2.3"
    ),
}


@pytest.mark.parametrize("build_type", [BuildType.WORKFLOW_V1, BuildType.GHA_V2])
@pytest.mark.parametrize("build", BUILDS.values(), ids=BUILDS)
def test_every_build_on_github_has_its_origin(build: Build, build_type: BuildType) -> None:
    judgement = judged(response(PACKAGE, build=build, build_type=build_type))

    assert judgement.origin == expected_origin(build, build_type)


@pytest.mark.parametrize("build_type", [BuildType.WORKFLOW_V1, BuildType.GHA_V2])
def test_builds_on_self_hosted_runners_verify_with_a_remark(build_type: BuildType) -> None:
    build = Build(runner_environment="self-hosted")

    judgement = judged(response(PACKAGE, build=build, build_type=build_type))

    assert judgement.origin == expected_origin(build, build_type)
    assert codes(judgement) == [Code.RUNNER_SELF_HOSTED]


def test_github_s_attest_action_has_the_workflow_that_signs_as_its_builder() -> None:
    build_type = "https://actions.github.io/buildtypes/workflow/v1"
    build = BUILDS["reusable-workflow"]
    edits = both(
        put("predicate", "buildDefinition", "buildType", to=build_type),
        put("predicate", "runDetails", "builder", "id", to=f"https://github.com/{build.signer}"),
    )

    judgement = judged(response(PACKAGE, build=build, provenance=change(edit_statement=edits)))

    expected = replace(
        expected_origin(build, BuildType.WORKFLOW_V1),
        build_type=build_type,
        builder_id=f"https://github.com/{build.signer}",
    )
    assert judgement.origin == expected


@pytest.mark.parametrize("name", ["widget", "@octo/widget", "@octo/widget.js", "Widget", "_widget", "@~octo/wid~get"])
@pytest.mark.parametrize("version", ["1.2.3", "1.0.0-rc.1", "0.0.0-canary.20250912+build.7"])
def test_every_name_and_version_can_be_attested(name: str, version: str) -> None:
    package = Package.of(name, version, b"a tarball")

    judgement = judged(response(package), locked(package, integrity=package.integrity))

    assert judgement.verdict is Verdict.VERIFIED


# ---- No answer, or none that is needed -----------------------------------------------------------------------------


@pytest.mark.parametrize("source", [source for source in Source if source is not Source.REGISTRY])
def test_what_has_no_registry_origin_needs_none(source: Source) -> None:
    dependency = replace(locked(), source=source, bundled_by="parent@1.0.0" if source is Source.BUNDLED else None)

    judgement = judge_local(dependency)

    assert judgement.verdict is Verdict.NOT_APPLICABLE
    assert codes(judgement) == [f"source-{source}"]
    if source is Source.BUNDLED:
        assert "parent@1.0.0" in judgement.reasons[0].message


def test_not_found_is_absent() -> None:
    judgement = judge(locked(), NotFound(), None, verifier=trusting_verifier(), registries=(REGISTRY,))

    assert (judgement.verdict, codes(judgement)) == (Verdict.ABSENT, [Code.PROVENANCE_ABSENT])


@pytest.mark.parametrize("code", [Code.REGISTRY_ERROR, Code.ATTESTATIONS_NOT_SERVED, Code.EVIDENCE_MISSING])
def test_no_answer_is_unavailable_and_never_absent(code: Code) -> None:
    evidence = Unavailable(code=code, message="no answer")

    judgement = judge(locked(), evidence, None, verifier=trusting_verifier(), registries=(REGISTRY,))

    assert (judgement.verdict, judgement.reasons) == (Verdict.UNAVAILABLE, (Reason(code=code, message="no answer"),))


def test_a_lockfile_that_cannot_be_right_is_invalid_whatever_the_registry_says() -> None:
    dependency = locked(integrity="sha512-AAAA")
    evidence = Unavailable(code=Code.REGISTRY_ERROR, message="no answer")

    judgement = judge(dependency, evidence, None, verifier=trusting_verifier(), registries=(REGISTRY,))

    assert (judgement.verdict, codes(judgement)) == (Verdict.INVALID, [Code.INTEGRITY_MALFORMED])


def test_remarks_about_the_lockfile_stand_beside_every_verdict() -> None:
    dependency = locked(integrity=None)
    dist = DistClaims(integrity=PACKAGE.integrity, shasum=None, tarball=None, has_attestations=True)

    absent = judge(dependency, NotFound(), dist, verifier=trusting_verifier(), registries=(REGISTRY,))
    verified = judged(response(PACKAGE), dependency, dist)

    assert codes(absent) == [Code.INTEGRITY_MISSING, Code.PROVENANCE_ABSENT]
    assert (verified.verdict, codes(verified)) == (Verdict.VERIFIED, [Code.INTEGRITY_MISSING])


# ---- Several attestations ------------------------------------------------------------------------------------------

FORGED = change(signing_key=ecdsa_key("mallory"))
OF_THE_FUTURE = change(media_type="application/vnd.dev.sigstore.bundle.v0.9+json")


def test_the_worst_attestation_decides_and_every_failure_is_named() -> None:
    judgement = judged(response(PACKAGE, publish=FORGED, provenance=change(authority=STRANGER.fulcio)))

    assert judgement.verdict is Verdict.INVALID
    assert judgement.origin is None
    assert [(reason.code, reason.attestation) for reason in judgement.reasons] == [
        (Code.CERTIFICATE_UNTRUSTED, 1),  # what is wrong with the build's attestation comes first
        (Code.DSSE_SIGNATURE_INVALID, 0),
    ]


def test_invalid_is_worse_than_unsupported() -> None:
    judgement = judged(response(PACKAGE, publish=FORGED, provenance=in_statement("_type", to="of the future")))

    assert judgement.verdict is Verdict.INVALID
    assert codes(judgement) == [Code.DSSE_SIGNATURE_INVALID, Code.STATEMENT_TYPE_UNSUPPORTED]


def test_good_provenance_does_not_outweigh_an_attestation_that_cannot_be_judged() -> None:
    judgement = judged(response(PACKAGE, publish=in_statement("_type", to="of the future")))

    assert (judgement.verdict, judgement.origin) == (Verdict.UNSUPPORTED, None)
    assert codes(judgement) == [Code.STATEMENT_TYPE_UNSUPPORTED]


def test_two_attestations_of_one_build_agree() -> None:
    item = {"predicateType": "https://slsa.dev/provenance/v1", "bundle": mint(provenance_recipe(PACKAGE, Era.E2024))}

    judgement = judged(response(PACKAGE, edit=append("attestations", value=item)))

    assert judgement.origin == expected_origin(Build(), BuildType.WORKFLOW_V1)


def test_what_verified_of_a_refused_attestation_is_still_told() -> None:
    judgement = judged(response(PACKAGE, provenance=in_statement("subject", 0, "name", to="pkg:npm/gadget@1.2.3")))

    publish, provenance = judgement.attestations
    assert (publish.verified, publish.reasons) == (True, ())
    assert not provenance.verified
    assert [reason.code for reason in provenance.reasons] == [Code.SUBJECT_NAME_MISMATCH]
    assert provenance.subject == "pkg:npm/gadget@1.2.3"
    assert provenance.signature is not None
    assert provenance.build_type == BuildType.WORKFLOW_V1
    assert provenance.builder_id == BUILDERS[BuildType.WORKFLOW_V1]


def test_nothing_is_told_of_an_attestation_whose_signature_does_not_hold() -> None:
    judgement = judged(response(PACKAGE, provenance=FORGED))

    provenance = judgement.attestations[1]
    assert (provenance.signature, provenance.subject, provenance.build_type) == (None, None, None)
    assert not provenance.verified


def test_attestations_are_counted_before_they_are_verified() -> None:
    empty = {"predicateType": "https://slsa.dev/provenance/v1", "bundle": {}}

    verdicts = [judged(json.dumps({"attestations": [empty] * count}).encode()).verdict for count in (1, 32, 33, 10_000)]

    assert verdicts == [Verdict.INVALID, Verdict.INVALID, Verdict.UNSUPPORTED, Verdict.UNSUPPORTED]


def test_order_does_not_matter() -> None:
    swapped = response(PACKAGE, edit=lambda answer: {"attestations": answer["attestations"][::-1]})

    assert judged(swapped).origin == judged(response(PACKAGE)).origin


def test_provenance_without_the_registry_s_attestation_is_remarked() -> None:
    judgement = judged(response(PACKAGE, edit=drop("attestations", 0)))

    assert (judgement.verdict, codes(judgement)) == (Verdict.VERIFIED, [Code.PUBLISH_ATTESTATION_ABSENT])


# ---- Hostile answers -----------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(st.binary())
def test_bytes_that_are_no_answer_are_unavailable(body: bytes) -> None:
    assert judged(body).verdict is Verdict.UNAVAILABLE


@given(st.lists(JSON, min_size=1, max_size=3))
def test_whatever_stands_in_the_list_is_never_verified(items: list[object]) -> None:
    verdict = judged(json.dumps({"attestations": items}).encode("utf-8", "surrogatepass")).verdict

    assert verdict in {Verdict.UNAVAILABLE, Verdict.INVALID, Verdict.UNSUPPORTED}


@given(JSON)
def test_whatever_stands_for_a_bundle_is_never_verified(bundle: object) -> None:
    answer = response(PACKAGE, edit=put("attestations", 1, "bundle", to=bundle))

    assert judged(answer).verdict in {Verdict.INVALID, Verdict.UNSUPPORTED, Verdict.UNAVAILABLE}
