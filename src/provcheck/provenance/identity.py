"""What a Fulcio certificate says about a CI job, with the early certificates of 2023 read the same way."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from provcheck.codes import Code
from provcheck.errors import UnsupportedError, VerificationError
from provcheck.model import CertificateFacts

_GITHUB = "https://github.com/"
_WORKFLOW = re.compile(r"(https://github\.com/[^/@]+/[^/@]+)/([^@]+)@(.+)")
_GITLAB_CONFIG = re.compile(r"(https://gitlab\.com/.+?)//([^@]+)@(.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobIdentity:
    """Facts about the job that signed; ``None``: the certificate does not say."""

    ci: str
    """The CI system that ran it."""
    issuer: str
    signer: str
    """The workflow that signed: for a reusable workflow, that one and not its caller."""
    repository: str
    commit: str
    ref: str
    trigger: str | None
    workflow_ref: str | None
    """The top-level workflow, as URI with ref."""
    workflow_digest: str | None
    runner: str | None
    run_url: str | None
    repository_id: str | None
    owner_id: str | None
    legacy: bool
    """Only the extensions of early 2023 are there."""

    @property
    def workflow_path(self) -> str | None:
        """The top-level workflow's path in its repository."""
        match = split_workflow_ref(self.workflow_ref)
        return match and match[1]


def split_workflow_ref(uri: str | None) -> tuple[str, str, str] | None:
    """Return repository, path and ref of a workflow URI; refs may contain ``@``, so the first one splits."""
    for pattern in (_WORKFLOW, _GITLAB_CONFIG):
        match = pattern.fullmatch(uri or "")
        if match:
            return match[1], match[2], match[3]
    return None


def job_identity(certificate: CertificateFacts, issuers: Mapping[str, str]) -> JobIdentity:
    """Return the job that ``certificate`` was issued to.

    Args:
        certificate: the verified certificate.
        issuers: the CI system behind each trusted issuer.

    Raises:
        UnsupportedError: `certificate-incomplete` if it does not name a source repository, commit and ref.
        VerificationError: `issuer-not-allowed` if it was not issued to a workflow of a trusted CI system.
    """
    issuer = certificate.issuer or certificate.issuer_v1
    if issuer is None or not certificate.is_uri:
        raise VerificationError(
            Code.ISSUER_NOT_ALLOWED,
            f"signed by {certificate.subject_alternative_name!r}, not by a CI workflow",
        )
    if issuer not in issuers:
        raise VerificationError(Code.ISSUER_NOT_ALLOWED, f"vouched for by {issuer!r}, which is no trusted CI system")
    legacy = certificate.issuer is None
    repository = certificate.source_repository_uri
    if repository is None and certificate.repository_v1 is not None:
        repository = _GITHUB + certificate.repository_v1
    commit = certificate.source_repository_digest or certificate.sha_v1
    ref = certificate.source_repository_ref or certificate.ref_v1
    if repository is None or commit is None or ref is None:
        raise UnsupportedError(Code.CERTIFICATE_INCOMPLETE, "no source repository, commit and ref in the certificate")
    return JobIdentity(
        ci=issuers[issuer],
        issuer=issuer,
        signer=certificate.subject_alternative_name,
        repository=repository,
        commit=commit,
        ref=ref,
        trigger=certificate.build_trigger or certificate.trigger_v1,
        workflow_ref=certificate.subject_alternative_name if legacy else certificate.build_config_uri,
        workflow_digest=certificate.build_config_digest,
        runner=certificate.runner_environment,
        run_url=certificate.run_invocation_uri,
        repository_id=certificate.source_repository_identifier,
        owner_id=certificate.source_repository_owner_identifier,
        legacy=legacy,
    )
