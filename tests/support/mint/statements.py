"""in-toto statements about a package version: provenance of every producer, and npm's publish attestation.

Members stand in the order in which the producers write them.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from support.mint.edits import Json
from support.mint.identity import Build

STATEMENT_V01 = "https://in-toto.io/Statement/v0.1"
STATEMENT_V1 = "https://in-toto.io/Statement/v1"
PROVENANCE_V02 = "https://slsa.dev/provenance/v0.2"
PROVENANCE_V1 = "https://slsa.dev/provenance/v1"
PUBLISH = "https://github.com/npm/attestation/tree/main/specs/publish/v0.1"

_GENERATOR = "https://github.com/slsa-framework/slsa-github-generator"


class BuildType(StrEnum):
    """The build types of provenance that npm's registry takes."""

    WORKFLOW_V1 = "https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1"
    GHA_V0 = "https://github.com/npm/cli/gha@v0"
    GHA_V1 = "https://github.com/npm/cli/gha@v1"
    GHA_V2 = "https://github.com/npm/cli/gha/v2"
    GITLAB = "https://github.com/npm/cli/gitlab/v0alpha1"
    DELEGATOR = "https://github.com/slsa-framework/slsa-github-generator/delegator-generic@v0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One version of a package."""

    name: str
    version: str
    sha512: str
    """Lowercase hexadecimal SHA-512 of the tarball."""

    @classmethod
    def of(cls, name: str, version: str, tarball: bytes) -> Self:
        """Return the package version whose tarball is ``tarball``."""
        return cls(name=name, version=version, sha512=hashlib.sha512(tarball).hexdigest())

    @property
    def integrity(self) -> str:
        """What a lockfile says about the tarball."""
        return f"sha512-{base64.b64encode(bytes.fromhex(self.sha512)).decode()}"

    @property
    def purl(self) -> str:
        """The package URL, as npm writes it: the scope's ``@`` encoded, its ``/`` not."""
        return f"pkg:npm/{self.name.replace('@', '%40')}@{self.version}"


def publish_statement(package: Package, registry: str) -> Json:
    """Return the registry's statement that it published the package version."""
    predicate = {"name": package.name, "version": package.version, "registry": registry}
    return _statement(STATEMENT_V01, package, PUBLISH, predicate)


def provenance_statement(package: Package, build: Build, build_type: BuildType) -> Json:
    """Return the statement about who built the package version, as the producer of that build type makes it."""
    predicate = _PREDICATES[build_type](build)
    if build_type is BuildType.WORKFLOW_V1:
        return _statement(STATEMENT_V1, package, PROVENANCE_V1, predicate)
    return _statement(STATEMENT_V01, package, PROVENANCE_V02, predicate)


def _statement(statement_type: str, package: Package, predicate_type: str, predicate: Json) -> Json:
    subject = {"name": package.purl, "digest": {"sha512": package.sha512}}
    return {"_type": statement_type, "subject": [subject], "predicateType": predicate_type, "predicate": predicate}


def _workflow_v1(build: Build) -> Json:
    github = {
        "event_name": build.trigger,
        "repository_id": build.repository_id,
        "repository_owner_id": build.owner_id,
    }
    workflow = {"ref": build.ref, "repository": build.github_repository, "path": build.workflow}
    source = {"uri": f"git+{build.github_repository}@{build.ref}", "digest": {"gitCommit": build.commit}}
    return {
        "buildDefinition": {
            "buildType": BuildType.WORKFLOW_V1.value,
            "externalParameters": {"workflow": workflow},
            "internalParameters": {"github": github},
            "resolvedDependencies": [source],
        },
        "runDetails": {
            "builder": {"id": f"https://github.com/actions/runner/{build.runner_environment}"},
            "metadata": {"invocationId": build.github_run},
        },
    }


def _gha_v0(build: Build) -> Json:
    return _early_gha(build, BuildType.GHA_V0)


def _gha_v1(build: Build) -> Json:
    return _early_gha(build, BuildType.GHA_V1)


def _early_gha(build: Build, build_type: BuildType) -> Json:
    return {
        "buildType": build_type.value,
        "builder": {"id": "https://github.com/npm/cli@9.4.2"},
        "invocation": {
            "configSource": _github_source(build) | {"entryPoint": build.workflow_ref},
            "parameters": {},
            "environment": _environment(build, "ACTOR_ID", "REF_TYPE", "RUN_NUMBER"),
        },
        "metadata": _metadata(build),
        "materials": [_github_source(build) | {"uri": f"git+{build.github_repository}"}],
    }


def _gha_v2(build: Build) -> Json:
    return {
        "buildType": BuildType.GHA_V2.value,
        "builder": {"id": "https://github.com/actions/runner"},
        "invocation": {
            "configSource": _github_source(build) | {"entryPoint": build.workflow},
            "parameters": {},
            "environment": _environment(build),
        },
        "metadata": _metadata(build),
        "materials": [_github_source(build)],
    }


def _delegator(build: Build) -> Json:
    release = (build.signer or "").rpartition("@")[2]
    inputs = {
        "directory": ".",
        "node-version": "",
        "node-version-file": "",
        "rekor-log-public": False,
        "run-scripts": "ci, build",
    }
    return {
        "builder": {"id": f"{_GENERATOR}/.github/workflows/builder_nodejs_slsa3.yml@{release}"},
        "buildType": BuildType.DELEGATOR.value,
        "invocation": {
            "configSource": _github_source(build) | {"entryPoint": build.workflow},
            "parameters": {"inputs": inputs},
            "environment": _environment(build, "ACTOR_ID", "REF_TYPE", "RUN_NUMBER", "TRIGGERING_ACTOR_ID"),
        },
        "metadata": {
            "buildInvocationId": f"{build.run_id}-{build.run_attempt}",
            "completeness": {"parameters": True},
        },
        "materials": [_github_source(build)],
    }


def _gitlab(build: Build) -> Json:
    source = {"uri": f"git+{build.gitlab_project}", "digest": {"sha1": build.commit}}
    return {
        "buildType": BuildType.GITLAB.value,
        "builder": {"id": f"{build.gitlab_project}/-/runners/12270807"},
        "invocation": {
            "configSource": source | {"entryPoint": build.workflow_name},
            "parameters": _gitlab_parameters(build),
            "environment": {
                "name": "3-blue.saas-linux-small-amd64.runners-manager.gitlab.com/default",
                "architecture": "linux/amd64",
                "server": "https://gitlab.com",
                "project": build.repository,
                "job": {"id": build.run_id},
                "pipeline": {"id": "1234567890", "ref": build.workflow},
            },
        },
        "metadata": {
            "buildInvocationId": build.gitlab_job,
            "completeness": {"parameters": True, "environment": True, "materials": False},
            "reproducible": False,
        },
        "materials": [source],
    }


def _gitlab_parameters(build: Build) -> Json:
    """Return some of the eighty variables of the job that npm copies."""
    ref_name = build.ref.removeprefix("refs/tags/").removeprefix("refs/heads/")
    return {
        "CI": "true",
        "CI_BUILD_ID": build.run_id,
        "CI_COMMIT_REF_NAME": ref_name,
        "CI_COMMIT_REF_PROTECTED": "true",
        "CI_COMMIT_SHA": build.commit,
        "CI_CONFIG_PATH": build.workflow,
        "CI_JOB_ID": build.run_id,
        "CI_JOB_NAME": build.workflow_name,
        "CI_JOB_URL": build.gitlab_job,
        "CI_PIPELINE_SOURCE": build.trigger,
        "CI_PROJECT_ID": build.repository_id,
        "CI_PROJECT_NAMESPACE": build.owner,
        "CI_PROJECT_NAMESPACE_ID": build.owner_id,
        "CI_PROJECT_PATH": build.repository,
        "CI_PROJECT_URL": build.gitlab_project,
        "CI_PROJECT_VISIBILITY": build.visibility,
        "CI_RUNNER_ID": "12270807",
        "CI_SERVER_URL": "https://gitlab.com",
        "GITLAB_CI": "true",
        "GITLAB_USER_LOGIN": "octo-maintainer",
    }


def _github_source(build: Build) -> Json:
    return {"uri": f"git+{build.github_repository}@{build.ref}", "digest": {"sha1": build.commit}}


def _environment(build: Build, *extra: str) -> Json:
    """Return the ``GITHUB_`` variables of ``gha/v2``, and of the others those named."""
    variables = {
        "EVENT_NAME": build.trigger,
        "REF": build.ref,
        "REPOSITORY": build.repository,
        "REPOSITORY_ID": build.repository_id,
        "REPOSITORY_OWNER_ID": build.owner_id,
        "RUN_ATTEMPT": build.run_attempt,
        "RUN_ID": build.run_id,
        "SHA": build.commit,
        "WORKFLOW_REF": build.workflow_ref,
        "WORKFLOW_SHA": build.commit,
    }
    others = {
        "ACTOR_ID": "700800900",
        "REF_TYPE": "tag" if build.ref.startswith("refs/tags/") else "branch",
        "RUN_NUMBER": "42",
        "TRIGGERING_ACTOR_ID": "700800900",
    }
    variables |= {name: others[name] for name in extra}
    return {f"GITHUB_{name}": value for name, value in sorted(variables.items())}


def _metadata(build: Build) -> Json:
    return {
        "buildInvocationId": f"{build.run_id}-{build.run_attempt}",
        "completeness": {"parameters": False, "environment": False, "materials": False},
        "reproducible": False,
    }


_PREDICATES: dict[BuildType, Callable[[Build], Json]] = {
    BuildType.WORKFLOW_V1: _workflow_v1,
    BuildType.GHA_V0: _gha_v0,
    BuildType.GHA_V1: _gha_v1,
    BuildType.GHA_V2: _gha_v2,
    BuildType.GITLAB: _gitlab,
    BuildType.DELEGATOR: _delegator,
}
