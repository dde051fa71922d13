"""Reports made by hand: realistic ones, large ones, and ones with hostile text everywhere."""

import dataclasses
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import Enum
from typing import Any, TypeVar

from provcheck.codes import Code
from provcheck.model import (
    AttestationResult,
    BuildOrigin,
    CertificateFacts,
    Dependency,
    ExitCode,
    Judgement,
    Lockfile,
    LogEntryFacts,
    Reason,
    Report,
    Scope,
    Signature,
    Source,
    TrustInfo,
    Verdict,
)

T = TypeVar("T")

NOW = datetime(2026, 11, 20, 10, 11, 12, tzinfo=UTC)
LOCKFILE = "package-lock.json"
COMMIT = "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678"
PROVENANCE = "https://slsa.dev/provenance/v1"
PUBLISH = "https://github.com/npm/attestation/tree/main/specs/publish/v0.1"
ISSUER = "https://token.actions.githubusercontent.com"


def make_dependency(spec: str = "left-pad@1.3.0", **changes: Any) -> Dependency:  # noqa: ANN401 - fields of many types
    """Return a dependency from a registry."""
    name, _, version = spec.rpartition("@")
    dependency = Dependency(
        name=name,
        version=version,
        integrity="sha512-" + "A" * 86 + "==",
        resolved=None,
        source=Source.REGISTRY,
        scope=Scope(),
        locations=(f"node_modules/{name}",),
        lockfile=LOCKFILE,
    )
    return dataclasses.replace(dependency, **changes)


def make_origin(repository: str = "nuxt/nuxt", **changes: Any) -> BuildOrigin:  # noqa: ANN401 - likewise
    """Return the origin of a build on GitHub Actions."""
    address = f"https://github.com/{repository}"
    workflow = ".github/workflows/release.yml"
    origin = BuildOrigin(
        ci="github-actions",
        source_repository=address,
        commit=COMMIT,
        ref="refs/tags/v4.1.2",
        workflow=workflow,
        workflow_ref=f"{address}/{workflow}@refs/tags/v4.1.2",
        builder_id="https://github.com/actions/runner/github-hosted",
        build_type="https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1",
        runner_environment="github-hosted",
        trigger="push",
        run_url=f"{address}/actions/runs/17490000001/attempts/1",
        issuer=ISSUER,
        identity=f"{address}/{workflow}@refs/tags/v4.1.2",
        repository_id="71995937",
        owner_id="23360933",
        predicate_type=PROVENANCE,
    )
    return dataclasses.replace(origin, **changes)


def make_certificate(origin: BuildOrigin) -> CertificateFacts:
    """Return a certificate that says the same as ``origin``."""
    return CertificateFacts(
        subject_alternative_name=origin.identity,
        is_uri=True,
        issuer_v1=origin.issuer,
        trigger_v1=origin.trigger,
        sha_v1=origin.commit,
        workflow_name_v1="release",
        repository_v1=origin.source_repository.removeprefix("https://github.com/"),
        ref_v1=origin.ref,
        issuer=origin.issuer,
        build_signer_uri=origin.identity,
        build_signer_digest=origin.commit,
        runner_environment=origin.runner_environment,
        source_repository_uri=origin.source_repository,
        source_repository_digest=origin.commit,
        source_repository_ref=origin.ref,
        source_repository_identifier=origin.repository_id,
        source_repository_owner_uri=origin.source_repository.rpartition("/")[0],
        source_repository_owner_identifier=origin.owner_id,
        build_config_uri=origin.workflow_ref,
        build_config_digest=origin.commit,
        build_trigger=origin.trigger,
        run_invocation_uri=origin.run_url,
        source_repository_visibility="public",
        deployment_environment=None,
        token_subject=None,
        not_before=NOW,
        not_after=NOW.replace(minute=21),
        serial_number="5f3a",
        sha256="c0ffee" * 10 + "c0ff",
    )


def make_attestations(spec: str, origin: BuildOrigin) -> tuple[AttestationResult, ...]:
    """Return a verified publish attestation and a verified provenance."""
    entry = LogEntryFacts(
        index=489_001_002,
        origin="rekor.sigstore.dev",
        key_id="c0d23d6ad406973f9559f3ba2d1ca01f84147d8ffc5b8445c224f98b9591801d",
        kind="dsse",
        version="0.0.1",
        time=NOW,
        inclusion_proof=True,
    )
    keyed = Signature(
        media_type="application/vnd.dev.sigstore.bundle+json;version=0.2",
        payload_type="application/vnd.in-toto+json",
        payload=b"{}",
        certificate=None,
        key_id="SHA256:DhQ8wR5APBvFHLF/+Tc+AYvPOdTpcIDqOhxsBHRwC7U",
        key_registry="https://registry.example",
        log_entry=entry,
        timestamps=(NOW,),
    )
    certified = dataclasses.replace(
        keyed,
        media_type="application/vnd.dev.sigstore.bundle.v0.3+json",
        certificate=make_certificate(origin),
        key_id=None,
        key_registry=None,
    )
    publish = AttestationResult(
        predicate_type=PUBLISH,
        media_type=keyed.media_type,
        signature=keyed,
        verified=True,
        reasons=(),
        statement_type="https://in-toto.io/Statement/v0.1",
        subject="pkg:npm/" + spec.replace("@", "%40", 1) if spec.startswith("@") else f"pkg:npm/{spec}",
    )
    provenance = dataclasses.replace(
        publish,
        predicate_type=PROVENANCE,
        media_type=certified.media_type,
        signature=certified,
        statement_type="https://in-toto.io/Statement/v1",
        builder_id=origin.builder_id,
        build_type=origin.build_type,
    )
    return (publish, provenance)


def verified(spec: str, origin: BuildOrigin | None = None, *remarks: Code, **changes: Any) -> Judgement:  # noqa: ANN401
    """Return a verified dependency, with the remarks given."""
    origin = origin or make_origin()
    return Judgement(
        dependency=make_dependency(spec, **changes),
        verdict=Verdict.VERIFIED,
        reasons=tuple(Reason(code=code, message=f"about {code}", attestation=1) for code in remarks),
        origin=origin,
        attestations=make_attestations(spec, origin),
    )


def judged(spec: str, verdict: Verdict, code: Code, message: str, **changes: Any) -> Judgement:  # noqa: ANN401
    """Return a dependency with another verdict."""
    return Judgement(
        dependency=make_dependency(spec, **changes), verdict=verdict, reasons=(Reason(code=code, message=message),)
    )


def absent(spec: str, *, direct: bool = False, dev: bool = False) -> Judgement:
    """Return a dependency without provenance."""
    message = "the registry has no provenance for this version"
    return judged(spec, Verdict.ABSENT, Code.PROVENANCE_ABSENT, message, scope=Scope(direct=direct, dev=dev))


def make_report(judgements: Iterable[Judgement] = (), **changes: Any) -> Report:  # noqa: ANN401 - fields of many types
    """Return a report on one lockfile, with the public trust material."""
    judgements = tuple(judgements)
    report = Report(
        lockfiles=(
            Lockfile(
                path=LOCKFILE,
                format="package-lock v3",
                dependencies=tuple(judgement.dependency for judgement in judgements),
            ),
        ),
        registry="https://registry.example/",
        trust=TrustInfo(
            root_source="Sigstore TUF repository",
            root_sha256="ab" * 32,
            root_date=NOW,
            keys_source="Sigstore TUF repository",
            key_ids=("SHA256:DhQ8wR5APBvFHLF/+Tc+AYvPOdTpcIDqOhxsBHRwC7U",),
            is_root_given=False,
            are_keys_given=False,
        ),
        generated=NOW,
        duration=1.94,
        judgements=judgements,
        exit_code=ExitCode.OK,
        exit_reason="nothing invalid",
    )
    return dataclasses.replace(report, **changes)


def storefront() -> Report:
    """Return a report on a project of the usual size, with something in every section."""
    packages = [
        judged(
            "nuxt@4.1.2",
            Verdict.INVALID,
            Code.INTEGRITY_MISMATCH,
            "locked sha512-h3KqM1m0..., but nuxt/nuxt built sha512-g5mwX0zA...",
            scope=Scope(direct=True),
        ),
        judged(
            "@corp/build-tools@12.0.1",
            Verdict.INVALID,
            Code.CERTIFICATE_PREDICATE_MISMATCH,
            "the predicate names evil/fork, the certificate corp/build-tools",
        ),
        judged(
            "future@9.0.0",
            Verdict.UNSUPPORTED,
            Code.BUNDLE_VERSION_UNSUPPORTED,
            "application/vnd.dev.sigstore.bundle.v0.9+json",
        ),
        judged("left-pad@1.3.0", Verdict.UNAVAILABLE, Code.REGISTRY_ERROR, "503 Service Unavailable after 3 tries"),
        judged(
            "@corp/ui@2.0.1",
            Verdict.UNAVAILABLE,
            Code.ATTESTATIONS_NOT_SERVED,
            "npm.corp.example serves no attestations",
        ),
        verified("sigstore@2.3.1", make_origin("sigstore/sigstore-js"), scope=Scope(direct=True)),
        verified("tuf-js@1.0.0", make_origin("theupdateframework/tuf-js"), Code.CERTIFICATE_LEGACY),
        verified(
            "semver@7.7.2",
            make_origin("npm/node-semver", runner_environment="self-hosted", ref="refs/heads/main"),
            Code.RUNNER_SELF_HOSTED,
        ),
        verified(
            "@gitlab/web-ide@0.0.7",
            make_origin(
                ci="gitlab-ci",
                source_repository="https://gitlab.com/gitlab-org/gitlab-web-ide",
                workflow=".gitlab-ci.yml",
                runner_environment="gitlab-hosted",
            ),
            Code.INTEGRITY_WEAK,
        ),
    ]
    packages += [
        absent(spec, direct=True)
        for spec in ("axios@1.7.9", "express@4.21.2", "eslint@9.20.0", "@vueuse/core@13.9.0", "typescript@5.9.2")
    ]
    packages += [absent(f"transitive-package-{number}@1.0.{number}", dev=number % 2 == 0) for number in range(918)]
    local = {
        Source.WORKSPACE: (Code.SOURCE_WORKSPACE, 3),
        Source.GIT: (Code.SOURCE_GIT, 2),
        Source.BUNDLED: (Code.SOURCE_BUNDLED, 4),
    }
    packages += [
        judged(f"{source}-{number}@1.0.0", Verdict.NOT_APPLICABLE, code, str(source), source=source)
        for source, (code, count) in local.items()
        for number in range(count)
    ]
    return make_report(
        packages, exit_code=ExitCode.FINDINGS, exit_reason="2 invalid (1 unsupported, 2 could not be checked)"
    )


def hostile(report: T, text: str) -> T:
    """Return a report of any kind with ``text`` in place of every string that could come from outside."""
    replaced: T = _replace_text(report, text)
    return replaced


def _replace_text(value: Any, text: str) -> Any:  # noqa: ANN401 - walks values of any type
    match value:
        case Enum():
            return value
        case str():
            return text
        case tuple():
            return tuple(_replace_text(item, text) for item in value)
        case dict():
            return {text: text} if value else {}
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            changes = {
                field.name: _replace_text(getattr(value, field.name), text) for field in dataclasses.fields(value)
            }
            return dataclasses.replace(value, **changes)
        case _:
            return value
