"""Who a certificate is for: the build of a CI service, or a person (Fulcio's docs/oid-info.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from cryptography import x509

from support.mint import der
from support.mint.certificates import Extension, alternative_names
from support.mint.edits import Edit

ARC = "1.3.6.1.4.1.57264.1"
"""The object identifier under which Fulcio's extensions are numbered."""

GITHUB_ISSUER = "https://token.actions.githubusercontent.com"
GITLAB_ISSUER = "https://gitlab.com"

_LAST_RAW = 6
"""Extensions up to this number are bare text, later ones DER."""

Claims: TypeAlias = Mapping[int, str | bytes]
"""By the number of the extension: a text to be encoded as the extension wants it, or the bytes as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """One build of one package, as its CI service knows it. Defaults are of a push to a tag on GitHub Actions."""

    repository: str = "octo-org/widget"
    repository_id: str = "100200300"
    owner_id: str = "400500600"
    ref: str = "refs/tags/v1.2.3"
    commit: str = "8f1d2c3b4a5968778695a4b3c2d1e0f123456789"
    workflow: str = ".github/workflows/release.yml"
    """The path of the top-level workflow or CI configuration."""
    workflow_name: str = "release"
    """On GitLab: the name of the job."""
    trigger: str = "push"
    run_id: str = "20304050607"
    """On GitLab: the number of the job."""
    run_attempt: str = "1"
    runner_environment: str = "github-hosted"
    visibility: str = "public"
    signer: str | None = None
    """The reusable workflow that signs, ``owner/repository/path@ref``, if it is not the top-level workflow."""
    signer_commit: str | None = None

    @property
    def owner(self) -> str:
        """The user, organization or group that the repository belongs to."""
        return self.repository.rpartition("/")[0]

    @property
    def workflow_ref(self) -> str:
        """``owner/repository/path@ref`` of the top-level workflow, as GitHub writes it."""
        return f"{self.repository}/{self.workflow}@{self.ref}"

    @property
    def github_repository(self) -> str:
        """The repository's address on GitHub."""
        return f"https://github.com/{self.repository}"

    @property
    def github_run(self) -> str:
        """The run's address on GitHub."""
        return f"{self.github_repository}/actions/runs/{self.run_id}/attempts/{self.run_attempt}"

    @property
    def gitlab_project(self) -> str:
        """The project's address on GitLab."""
        return f"https://gitlab.com/{self.repository}"

    @property
    def gitlab_job(self) -> str:
        """The job's address on GitLab."""
        return f"{self.gitlab_project}/-/jobs/{self.run_id}"


GITLAB_BUILD = Build(
    repository="octo-group/tools/widget",
    workflow=".gitlab-ci.yml",
    workflow_name="publish",
    runner_environment="gitlab-hosted",
    run_id="8899001122",
)

DELEGATOR = "slsa-framework/slsa-github-generator/.github/workflows/delegator_lowperms-generic_slsa3.yml"
DELEGATED_BUILD = Build(
    signer=f"{DELEGATOR}@refs/tags/v2.1.0", signer_commit="f7dd8c54c2067bafc12ca7a55595d5ee9b75204a"
)
"""A build by the SLSA Node.js builder, whose delegator signs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What Fulcio puts into a certificate about its owner."""

    names: tuple[x509.GeneralName, ...]
    claims: Claims

    def extensions(self) -> tuple[Extension, ...]:
        """Return the subject alternative name, then Fulcio's own extensions in order of their numbers."""
        names = (alternative_names(*self.names),) if self.names else ()
        return (*names, *(_extension(number, value) for number, value in sorted(self.claims.items())))


def claim(number: int, value: str | bytes | None) -> Edit[Identity]:
    """Return an edit of an identity that gives extension ``number`` another value, or with ``None`` leaves it out."""

    def edit(identity: Identity) -> Identity:
        others = {key: old for key, old in identity.claims.items() if key != number}
        return replace(identity, claims=others if value is None else {**others, number: value})

    return edit


def github_identity(build: Build) -> Identity:
    """Return the identity of a GitHub Actions job (extensions .1 to .6 and .8 to .22)."""
    signer = f"https://github.com/{build.signer or build.workflow_ref}"
    return Identity(
        names=(x509.UniformResourceIdentifier(signer),),
        claims={
            1: GITHUB_ISSUER,
            2: build.trigger,
            3: build.commit,
            4: build.workflow_name,
            5: build.repository,
            6: build.ref,
            8: GITHUB_ISSUER,
            9: signer,
            10: build.signer_commit or build.commit,
            11: build.runner_environment,
            12: build.github_repository,
            13: build.commit,
            14: build.ref,
            15: build.repository_id,
            16: f"https://github.com/{build.owner}",
            17: build.owner_id,
            18: f"https://github.com/{build.workflow_ref}",
            19: build.commit,
            20: build.trigger,
            21: build.github_run,
            22: build.visibility,
        },
    )


def legacy_github_identity(build: Build) -> Identity:
    """Return the identity of a GitHub Actions job as certificates had it until early 2023 (.1 to .6 only)."""
    identity = github_identity(build)
    return replace(identity, claims={number: text for number, text in identity.claims.items() if number <= _LAST_RAW})


def gitlab_identity(build: Build) -> Identity:
    """Return the identity of a GitLab CI job."""
    configuration = f"{build.gitlab_project}//{build.workflow}@{build.ref}"
    return Identity(
        names=(x509.UniformResourceIdentifier(configuration),),
        claims={
            1: GITLAB_ISSUER,
            8: GITLAB_ISSUER,
            9: configuration,
            10: build.commit,
            11: build.runner_environment,
            12: build.gitlab_project,
            13: build.commit,
            14: build.ref,
            15: build.repository_id,
            16: f"https://gitlab.com/{build.owner}",
            17: build.owner_id,
            18: configuration,
            19: build.commit,
            20: build.trigger,
            21: build.gitlab_job,
            22: build.visibility,
        },
    )


def email_identity(address: str, issuer: str) -> Identity:
    """Return the identity of a person who logged in with ``issuer``."""
    return Identity(names=(x509.RFC822Name(address),), claims={1: issuer, 8: issuer})


def _extension(number: int, value: str | bytes) -> Extension:
    if isinstance(value, str):
        value = value.encode() if number <= _LAST_RAW else der.utf8_string(value)
    return Extension(oid=f"{ARC}.{number}", value=value)
