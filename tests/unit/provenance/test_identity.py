"""Who a job is, as its certificate says: workflow URIs of GitHub and GitLab, and issuers (steps 11.1 and 11.2)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provcheck.codes import Code
from provcheck.errors import VerificationError
from provcheck.model import CertificateFacts
from provcheck.provenance import TRUSTED_ISSUERS
from provcheck.provenance.identity import job_identity, split_workflow_ref
from support.judging import PACKAGE, verify_minted
from support.mint import BuildType, provenance_recipe

NAMES = st.text(st.sampled_from("aZ09-_."), min_size=1, max_size=8)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
REFS = st.lists(st.text(st.sampled_from("aZ09-_.@+"), min_size=1, max_size=8), min_size=1, max_size=4).map("/".join)


def facts(build_type: BuildType = BuildType.WORKFLOW_V1) -> CertificateFacts:
    certificate = verify_minted(provenance_recipe(PACKAGE, build_type=build_type)).certificate
    assert certificate is not None
    return certificate


@given(NAMES, NAMES, PATHS, REFS)
def test_the_first_at_sign_separates_path_and_ref_on_github(owner: str, name: str, path: str, ref: str) -> None:
    repository = f"https://github.com/{owner}/{name}"

    assert split_workflow_ref(f"{repository}/{path}@{ref}") == (repository, path, ref)


@given(st.lists(NAMES, min_size=2, max_size=5).map("/".join), PATHS, REFS)
def test_a_double_slash_separates_project_and_path_on_gitlab(project: str, path: str, ref: str) -> None:
    repository = f"https://gitlab.com/{project}"

    assert split_workflow_ref(f"{repository}//{path}@{ref}") == (repository, path, ref)


@pytest.mark.parametrize(
    "uri",
    [
        None,
        "",
        "https://github.com/octo-org/widget",
        "https://github.com/octo-org/widget/.github/workflows/release.yml",
        "https://github.com/octo-org/widget@refs/heads/main",
        "https://github.com/octo@org/widget/release.yml",
        "https://github.com.mallory.example/octo-org/widget/release.yml@main",
        "http://github.com/octo-org/widget/release.yml@main",
        "https://gitlab.com/octo-org/widget/release.yml@main",
        "https://github.com/octo-org/widget/release.yml@main\n",
    ],
)
def test_what_is_no_workflow_is_not_split(uri: str | None) -> None:
    assert split_workflow_ref(uri) is None


@pytest.mark.parametrize("build_type", list(BuildType))
def test_every_certificate_of_a_build_names_its_job(build_type: BuildType) -> None:
    legacy = build_type in {BuildType.GHA_V0, BuildType.GHA_V1}

    job = job_identity(facts(build_type), TRUSTED_ISSUERS)

    assert job.legacy == legacy
    assert job.workflow_path == (".gitlab-ci.yml" if job.ci == "gitlab-ci" else ".github/workflows/release.yml")
    assert (job.runner is None) == legacy


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"is_uri": False}, Code.ISSUER_NOT_ALLOWED),
        ({"issuer": None, "issuer_v1": None}, Code.ISSUER_NOT_ALLOWED),
        ({"issuer": "https://token.actions.githubusercontent.com/"}, Code.ISSUER_NOT_ALLOWED),
        ({"issuer": "HTTPS://TOKEN.ACTIONS.GITHUBUSERCONTENT.COM"}, Code.ISSUER_NOT_ALLOWED),
        ({"issuer": "https://accounts.example", "source_repository_uri": None}, Code.ISSUER_NOT_ALLOWED),
        ({"source_repository_uri": None, "repository_v1": None}, Code.CERTIFICATE_INCOMPLETE),
        ({"source_repository_digest": None, "sha_v1": None}, Code.CERTIFICATE_INCOMPLETE),
        ({"source_repository_ref": None, "ref_v1": None}, Code.CERTIFICATE_INCOMPLETE),
    ],
)
def test_certificates_that_name_no_job(change: dict[str, object], code: Code) -> None:
    with pytest.raises(VerificationError) as caught:
        job_identity(replace(facts(), **change), TRUSTED_ISSUERS)  # type: ignore[arg-type]
    assert caught.value.code is code


def test_other_issuers_can_be_trusted_instead() -> None:
    certificate = replace(facts(), issuer="https://token.actions.octo.example")

    job = job_identity(certificate, {"https://token.actions.octo.example": "octo-ci"})

    assert (job.ci, job.issuer) == ("octo-ci", "https://token.actions.octo.example")
