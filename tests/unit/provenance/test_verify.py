"""Provenance against the certificate, field by field, from both sides."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from provcheck.codes import Code
from provcheck.errors import UnsupportedError, VerificationError
from provcheck.model import BuildOrigin, CertificateFacts
from provcheck.provenance import verify_provenance
from support.cases.case import certified
from support.judging import PACKAGE, verify_minted
from support.mint import BuildType, Json, drop, put
from support.mint import provenance_recipe as recipe_for
from support.mint.edits import Edit, same
from support.mint.identity import Claims
from support.mint.recipe import Recipe


@cache
def certificate_of(build_type: BuildType) -> CertificateFacts:
    return certificate(build_type)


def certificate(build_type: BuildType, edit: Edit[Recipe] = same) -> CertificateFacts:
    """Return the facts of the certificate of a build of that type."""
    facts = verify_minted(edit(recipe_for(PACKAGE, build_type=build_type))).certificate
    assert facts is not None
    return facts


def statement(build_type: BuildType) -> Json:
    content = recipe_for(PACKAGE, build_type=build_type).content
    assert isinstance(content, dict)
    return content


def verified(
    build_type: BuildType, *, predicate: Edit[Json] = same, facts: CertificateFacts | None = None
) -> BuildOrigin:
    """Return the origin of a build after an edit of its predicate, or with another certificate."""
    made = statement(build_type)
    return verify_provenance(made["predicateType"], predicate(made["predicate"]), facts or certificate_of(build_type))


def refusal(
    build_type: BuildType, *, predicate: Edit[Json] = same, facts: CertificateFacts | None = None
) -> VerificationError:
    with pytest.raises(VerificationError) as caught:
        verified(build_type, predicate=predicate, facts=facts)
    return caught.value


def facts_only(origin: BuildOrigin) -> BuildOrigin:
    return replace(origin, unconfirmed={})


# ---- Another certificate -------------------------------------------------------------------------------------------

GITHUB_FIELDS: Mapping[str, Claims] = {
    "trigger": {2: "issue_comment", 20: "issue_comment"},
    "commit": {3: "0" * 40, 13: "0" * 40, 19: "0" * 40},
    "workflow name": {4: "mallory"},
    "repository": {5: "mallory/widget", 12: "https://github.com/mallory/widget"},
    "ref": {6: "refs/heads/evil", 14: "refs/heads/evil"},
    "signer's commit": {10: "0" * 40},
    "runner": {11: "self-hosted"},
    "repository id": {15: "666"},
    "owner": {16: "https://github.com/mallory"},
    "owner id": {17: "666"},
    "workflow": {18: "https://github.com/octo-org/widget/.github/workflows/evil.yml@refs/tags/v1.2.3"},
    "run": {21: "https://github.com/octo-org/widget/actions/runs/666/attempts/1"},
    "visibility": {22: "private"},
}
"""What a certificate says, and how another one says it; by the number of the extension."""
GITLAB_FIELDS: Mapping[str, Claims] = {
    name: {number: str(text).replace("github.com", "gitlab.com") for number, text in claims.items() if number > 6}
    for name, claims in GITHUB_FIELDS.items()
    if name != "workflow name"
}
NOT_CLAIMED_ON_GITHUB = {"workflow name", "signer's commit", "owner", "visibility"}
NOT_CLAIMED = {
    BuildType.WORKFLOW_V1: NOT_CLAIMED_ON_GITHUB,
    BuildType.GHA_V2: NOT_CLAIMED_ON_GITHUB | {"runner"},
    BuildType.DELEGATOR: NOT_CLAIMED_ON_GITHUB,
    BuildType.GITLAB: GITLAB_FIELDS.keys() - {"repository", "commit", "run"},
}
"""What provenance of each type makes no claim about."""


def fields_of(build_type: BuildType) -> Mapping[str, Claims]:
    return GITLAB_FIELDS if build_type is BuildType.GITLAB else GITHUB_FIELDS


@pytest.mark.parametrize(
    ("build_type", "field"), [(build_type, field) for build_type in NOT_CLAIMED for field in fields_of(build_type)]
)
def test_no_field_of_the_certificate_may_contradict_the_provenance(build_type: BuildType, field: str) -> None:
    facts = certificate(build_type, certified(fields_of(build_type)[field]))

    if field in NOT_CLAIMED[build_type]:
        origin = verified(build_type, facts=facts)
        assert origin.runner_environment == facts.runner_environment
        assert origin.ref == facts.source_repository_ref
        assert origin.trigger == facts.build_trigger
    else:
        code = refusal(build_type, facts=facts).code
        is_isolation = build_type is BuildType.DELEGATOR and field == "runner"
        assert code is (Code.BUILDER_NOT_TRUSTED if is_isolation else Code.CERTIFICATE_PREDICATE_MISMATCH)


MISSING: Mapping[str, tuple[set[int], str | None]] = {
    "trigger": ({2, 20}, "buildDefinition.internalParameters.github.event_name"),
    "runner": ({11}, "builder's runner"),
    "repository id": ({15}, "buildDefinition.internalParameters.github.repository_id"),
    "owner id": ({17}, "buildDefinition.internalParameters.github.repository_owner_id"),
    "workflow": ({18}, "workflow"),
    "run": ({21}, "runDetails.metadata.invocationId"),
    "old extensions": ({1, 2, 3, 4, 5, 6}, None),
    "signer": ({9, 10}, None),
}
"""What a certificate may lack, and the claim that nothing confirms then."""


@pytest.mark.parametrize("field", MISSING)
def test_a_claim_that_the_certificate_does_not_confirm_is_unconfirmed(field: str) -> None:
    numbers, path = MISSING[field]

    origin = verified(
        BuildType.WORKFLOW_V1, facts=certificate(BuildType.WORKFLOW_V1, certified(dict.fromkeys(numbers)))
    )

    complete = verified(BuildType.WORKFLOW_V1)
    assert origin.unconfirmed.keys() == ({path} if path else set())
    lost = {name for name in complete.__slots__ if getattr(origin, name) != getattr(complete, name)} - {"unconfirmed"}
    assert all(getattr(origin, name) is None for name in lost)


@pytest.mark.parametrize("numbers", [{5, 12}, {3, 13, 19}, {6, 14}], ids=["repository", "commit", "ref"])
@pytest.mark.parametrize("build_type", [BuildType.WORKFLOW_V1, BuildType.GITLAB])
def test_a_certificate_without_a_source_cannot_be_judged(build_type: BuildType, numbers: set[int]) -> None:
    facts = certificate(build_type, certified(dict.fromkeys(numbers)))

    error = refusal(build_type, facts=facts)

    assert isinstance(error, UnsupportedError)
    assert error.code is Code.CERTIFICATE_INCOMPLETE


def test_legacy_certificates_confirm_what_they_can() -> None:
    for edit in (
        put("invocation", "configSource", "uri", to="git+https://github.com/mallory/widget@refs/tags/v1.2.3"),
        put(
            "invocation", "configSource", "entryPoint", to="octo-org/widget/.github/workflows/evil.yml@refs/tags/v1.2.3"
        ),
        put("invocation", "environment", "GITHUB_REF", to="refs/heads/evil"),
        put("invocation", "environment", "GITHUB_EVENT_NAME", to="issue_comment"),
        put("materials", 0, "digest", "sha1", to="0" * 40),
    ):
        assert refusal(BuildType.GHA_V1, predicate=edit).code is Code.CERTIFICATE_PREDICATE_MISMATCH


# ---- Another builder -----------------------------------------------------------------------------------------------

RUNNER = "https://github.com/actions/runner"
GENERATOR = "https://github.com/slsa-framework/slsa-github-generator/.github/workflows"
BUILDERS: list[tuple[BuildType, str, Code | None]] = [
    (BuildType.WORKFLOW_V1, f"{RUNNER}/github-hosted", None),
    (BuildType.WORKFLOW_V1, f"{RUNNER}/self-hosted", Code.CERTIFICATE_PREDICATE_MISMATCH),
    (BuildType.WORKFLOW_V1, RUNNER, Code.BUILDER_NOT_TRUSTED),
    (BuildType.WORKFLOW_V1, f"{RUNNER}/", Code.BUILDER_NOT_TRUSTED),
    (BuildType.WORKFLOW_V1, f"{RUNNER}/github-hosted/", Code.BUILDER_NOT_TRUSTED),
    (BuildType.WORKFLOW_V1, f"{RUNNER}/mallory", Code.BUILDER_NOT_TRUSTED),
    (BuildType.WORKFLOW_V1, f"{RUNNER}s/github-hosted", Code.BUILDER_NOT_TRUSTED),
    (BuildType.GHA_V2, RUNNER, None),
    (BuildType.GHA_V2, f"{RUNNER}/github-hosted", None),
    (BuildType.GHA_V2, f"{RUNNER}/self-hosted", Code.CERTIFICATE_PREDICATE_MISMATCH),
    (BuildType.GHA_V2, "https://github.com/npm/cli@9.4.2", Code.BUILDER_NOT_TRUSTED),
    (BuildType.GHA_V1, "https://github.com/npm/cli@9.4.2", None),
    (BuildType.GHA_V1, "https://github.com/npm/cli@10.0.0-pre.1", None),
    (BuildType.GHA_V1, RUNNER, None),
    (BuildType.GHA_V1, "https://github.com/npm/cli@", Code.BUILDER_NOT_TRUSTED),
    (BuildType.GHA_V1, "https://github.com/npm/cli@9.4.2\n", Code.BUILDER_NOT_TRUSTED),
    (BuildType.GHA_V0, "https://github.com/npm/cli@latest", Code.BUILDER_NOT_TRUSTED),
    (BuildType.GHA_V0, "https://github.com/mallory/cli@9.4.2", Code.BUILDER_NOT_TRUSTED),
    (BuildType.DELEGATOR, f"{GENERATOR}/builder_nodejs_slsa3.yml@refs/tags/v1.10.0", None),
    (BuildType.DELEGATOR, f"{GENERATOR}/builder_nodejs_slsa3.yml@refs/heads/main", Code.BUILDER_NOT_TRUSTED),
    (BuildType.DELEGATOR, f"{GENERATOR}/builder_nodejs_slsa3.yml@refs/tags/v2.1.0-rc.1", Code.BUILDER_NOT_TRUSTED),
    (BuildType.DELEGATOR, f"{GENERATOR}/mallory.yml@refs/tags/v2.1.0", Code.BUILDER_NOT_TRUSTED),
    (BuildType.GITLAB, "https://gitlab.com/octo-group/tools/widget/-/runners/0", None),
    (BuildType.GITLAB, "https://gitlab.com/octo-group/tools/widget/-/runners/", Code.BUILDER_NOT_TRUSTED),
    (BuildType.GITLAB, "https://gitlab.com/octo-group/tools/widget/-/runners/\u0661", Code.BUILDER_NOT_TRUSTED),
    (BuildType.GITLAB, "https://gitlab.com/octo-group/tools/-/runners/1", Code.CERTIFICATE_PREDICATE_MISMATCH),
]


@pytest.mark.parametrize(("build_type", "builder_id", "code"), BUILDERS)
def test_only_its_own_builders_may_claim_a_build_type(
    build_type: BuildType, builder_id: str, code: Code | None
) -> None:
    path = ("runDetails", "builder", "id") if build_type is BuildType.WORKFLOW_V1 else ("builder", "id")
    edit = put(*path, to=builder_id)
    if code is None:
        assert verified(build_type, predicate=edit).builder_id == builder_id
    else:
        assert refusal(build_type, predicate=edit).code is code


# ---- Another predicate ---------------------------------------------------------------------------------------------


def nodes(value: Any, *path: str | int) -> Iterator[tuple[str | int, ...]]:  # noqa: ANN401 - any JSON value
    """Yield the path of everything inside a JSON value."""
    if isinstance(value, dict | list):
        for step, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*path, step)
            yield from nodes(item, *path, step)


NODES = [(build_type, path) for build_type in BuildType for path in nodes(statement(build_type)["predicate"])]
NODE_IDS = [f"{build_type.name}-{'.'.join(map(str, path))}" for build_type, path in NODES]


@pytest.mark.parametrize(("build_type", "path"), NODES, ids=NODE_IDS)
def test_whatever_the_predicate_says_the_facts_are_the_certificate_s(
    build_type: BuildType, path: tuple[str | int, ...]
) -> None:
    honest = verified(build_type)
    for value in ("mallory", "", None, True, 7, [], ["mallory"], {}, {"mallory": "mallory"}):
        try:
            origin = verified(build_type, predicate=put(*path, to=value))
        except VerificationError as error:
            code: Code | None = error.code
        else:
            code = None
            assert facts_only(origin) == facts_only(honest)
            if value == "mallory":  # a claim that is neither confirmed nor contradicted is named
                assert {".".join(map(str, path[:end])) for end in range(1, len(path) + 1)} & origin.unconfirmed.keys()
        assert code in {
            None,
            Code.PREDICATE_MALFORMED,
            Code.CERTIFICATE_PREDICATE_MISMATCH,
            Code.BUILDER_NOT_TRUSTED,
            Code.BUILD_TYPE_UNSUPPORTED,
        }


@pytest.mark.parametrize(("build_type", "path"), NODES, ids=NODE_IDS)
def test_leaving_something_out_of_the_predicate_adds_no_fact(
    build_type: BuildType, path: tuple[str | int, ...]
) -> None:
    try:
        origin = verified(build_type, predicate=drop(*path))
    except VerificationError as error:
        code: Code | None = error.code
    else:
        code = None
        assert facts_only(origin) == facts_only(verified(build_type))
    assert code in {None, Code.PREDICATE_MALFORMED}


@pytest.mark.parametrize("build_type", list(BuildType))
@pytest.mark.parametrize("place", [(), ("metadata",), ("invocation",), ("runDetails",), ("buildDefinition",)])
def test_what_is_added_is_unconfirmed(build_type: BuildType, place: tuple[str, ...]) -> None:
    predicate = statement(build_type)["predicate"]
    if place and place[0] not in predicate:
        return
    origin = verified(build_type, predicate=put(*place, "mallory", to="was here"))

    assert origin.unconfirmed[".".join((*place, "mallory"))] == "was here"
    assert facts_only(origin) == facts_only(verified(build_type))
