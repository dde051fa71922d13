"""The value types that the stages hand to each other.

    lockfile bytes -> Dependency -> Evidence -> Judgement (Verdict + Facts) -> Report

*Evidence* is fetched bytes, *claims* are parsed but unverified, *facts* are
verified. Types whose name says neither are not secrets of one stage.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import TypeAlias

from provcheck.codes import Code


class Verdict(StrEnum):
    """What is known about the origin of one dependency. Closed: every dependency has exactly one."""

    VERIFIED = "verified"
    """Provenance verified, bound to this lockfile entry; certificate and predicate agree."""
    ABSENT = "absent"
    """The registry was asked, can answer, and says there is no provenance attestation."""
    INVALID = "invalid"
    """An attestation exists and is wrong, or the lockfile entry contradicts the registry."""
    UNSUPPORTED = "unsupported"
    """Well-formed, but of a kind that this version cannot judge. Never silently passed."""
    UNAVAILABLE = "unavailable"
    """Could not be asked: network, registry error, or a registry that serves no attestations."""
    NOT_APPLICABLE = "not-applicable"
    """Has no registry origin: workspace, link, file, git, tarball URL, or bundled in a parent."""


# ---- lockfile -> Dependency ----------------------------------------------------------------------------------------


class Source(StrEnum):
    """Where the package manager takes a dependency's bytes from."""

    REGISTRY = "registry"
    BUNDLED = "bundled"
    WORKSPACE = "workspace"
    LINK = "link"
    FILE = "file"
    GIT = "git"
    TARBALL_URL = "tarball-url"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Why a dependency is installed. ``direct`` if the project or a workspace of it asks for it by name."""

    dev: bool = False
    optional: bool = False
    peer: bool = False
    direct: bool = False
    dev_optional: bool = False
    """npm's ``devOptional``: needed both by a development and by an optional dependency, by nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """One distinct ``name@version`` + ``integrity`` of a lockfile, with every place where it occurs."""

    name: str
    """The package's registry name, for an alias the real one, with its scope: ``@scope/name``."""
    version: str
    """The exact version; empty for a local package that has none."""
    integrity: str | None
    """Subresource Integrity metadata, exactly as the lockfile has it."""
    resolved: str | None
    """The tarball address or path, exactly as the lockfile has it.

    Where it has none, but another package's name than was asked for: ``npm:name@version`` of that other package.
    """
    source: Source
    bundled_by: str | None = None
    """``name@version`` of the package whose tarball carries it, for ``Source.BUNDLED``."""
    scope: Scope
    locations: tuple[str, ...]
    """Keys in the lockfile's ``packages`` section (``node_modules/a/node_modules/b``); likewise for version 1."""
    lockfile: str
    """The path of the lockfile, as the user wrote it."""

    @property
    def spec(self) -> str:
        """``name@version``, or the name alone when there is no version."""
        return f"{self.name}@{self.version}" if self.version else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Lockfile:
    """A parsed lockfile."""

    path: str
    format: str
    """For example ``package-lock v3``."""
    dependencies: tuple[Dependency, ...]
    """In the lockfile's order of first occurrence."""


# ---- Evidence ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """The registry answered with a document."""

    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFound:
    """The registry can answer such requests, and says that there is nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unavailable:
    """No answer that could be trusted to mean anything."""

    code: Code
    message: str


Evidence: TypeAlias = Served | NotFound | Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class DistClaims:
    """What the registry's metadata claims about one version's tarball; unsigned."""

    integrity: str | None
    shasum: str | None
    """Lowercase hexadecimal SHA-1."""
    tarball: str | None
    has_attestations: bool


DistEvidence: TypeAlias = DistClaims | NotFound | Unavailable


# ---- Facts ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """What a verified Fulcio certificate says (https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md).

    Fields are the extensions under 1.3.6.1.4.1.57264.1; the number is in the comment. ``None``: not present.
    """

    subject_alternative_name: str
    is_uri: bool
    """Whether the subject alternative name is a URI, as a workflow's is (and not an e-mail address)."""
    issuer_v1: str | None  # .1
    trigger_v1: str | None  # .2
    sha_v1: str | None  # .3
    workflow_name_v1: str | None  # .4
    repository_v1: str | None  # .5
    ref_v1: str | None  # .6
    issuer: str | None  # .8
    build_signer_uri: str | None  # .9
    build_signer_digest: str | None  # .10
    runner_environment: str | None  # .11
    source_repository_uri: str | None  # .12
    source_repository_digest: str | None  # .13
    source_repository_ref: str | None  # .14
    source_repository_identifier: str | None  # .15
    source_repository_owner_uri: str | None  # .16
    source_repository_owner_identifier: str | None  # .17
    build_config_uri: str | None  # .18
    build_config_digest: str | None  # .19
    build_trigger: str | None  # .20
    run_invocation_uri: str | None  # .21
    source_repository_visibility: str | None  # .22
    deployment_environment: str | None  # .23
    token_subject: str | None  # .24
    not_before: datetime
    not_after: datetime
    serial_number: str
    """Lowercase hexadecimal."""
    sha256: str
    """Lowercase hexadecimal SHA-256 of the DER certificate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntryFacts:
    """A verified transparency log entry."""

    index: int | None
    """The log's global index (not the index within one shard's tree).

    ``None`` where nobody signed it: an entry of Rekor v1 without the log's promise.
    """
    origin: str
    """The log's host name."""
    key_id: str
    """Lowercase hexadecimal log ID."""
    kind: str
    """``intoto``, ``dsse`` or ``hashedrekord``."""
    version: str
    """The kind's API version, for example ``0.0.2``."""
    time: datetime | None
    """When the log says (in the signed entry timestamp) that it took the entry; ``None`` for Rekor v2."""
    inclusion_proof: bool
    """Whether a Merkle inclusion proof to a signed checkpoint was present and verified."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A verified signature over a payload, with everything that vouches for it.

    Only `provcheck.attestation.verifier` constructs it; a test holds the rest of the code to that.
    """

    media_type: str
    payload_type: str | None
    """Of a DSSE envelope; ``None``: a plain signature of an artifact."""
    payload: bytes
    """Empty for a plain signature, and in reports on lockfiles, which would hold thousands."""
    certificate: CertificateFacts | None
    """Set when a Fulcio certificate signed."""
    key_id: str | None
    """Set when an npm registry key signed: its id, ``SHA256:...``."""
    key_registry: str | None
    """The registry that the npm key belongs to, without a final slash."""
    log_entry: LogEntryFacts
    timestamps: tuple[datetime, ...]
    """Every verified time, from the log's signed entry timestamp and from timestamp authorities."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOrigin:
    """Who built the package, where, and from what.

    Everything here is a fact of the certificate or a claim of the predicate that the certificate confirms;
    what it cannot confirm is ``None`` here and named in ``unconfirmed``.
    """

    ci: str
    """``github-actions`` or ``gitlab-ci``."""
    source_repository: str
    commit: str
    ref: str | None
    workflow: str | None
    """The path of the top-level workflow or CI configuration in its repository."""
    workflow_ref: str | None
    """The top-level workflow's repository, path and ref, as a URI."""
    builder_id: str
    build_type: str
    runner_environment: str | None
    """``github-hosted``, ``gitlab-hosted`` or ``self-hosted``; ``None``: unknown, never assumed."""
    trigger: str | None
    run_url: str | None
    issuer: str
    identity: str
    """The certificate's subject alternative name: the workflow that signed."""
    repository_id: str | None
    owner_id: str | None
    predicate_type: str
    legacy_certificate: bool = False
    """The certificate is of early 2023 and carries few facts."""
    unconfirmed: Mapping[str, str] = field(default_factory=dict)
    """Claims of the predicate that the certificate neither confirms nor contradicts."""


# ---- Judgement -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason for a verdict, or one remark about it."""

    code: Code
    message: str
    """For people; may contain text from outside and is escaped by whoever shows it."""
    attestation: int | None = None
    """The index in ``Judgement.attestations`` that it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestationResult:
    """What became of one attestation of a response.

    Fields up to ``reasons`` are facts if ``signature`` is set, and unverified claims of the response otherwise.
    """

    predicate_type: str | None
    media_type: str | None
    signature: Signature | None
    """Set if and only if the signature and everything below it verified."""
    verified: bool
    """The signature verified *and* the statement is about this very package and these bytes."""
    reasons: tuple[Reason, ...]
    statement_type: str | None = None
    subject: str | None = None
    builder_id: str | None = None
    build_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The verdict on one dependency, with its reasons."""

    dependency: Dependency
    verdict: Verdict
    reasons: tuple[Reason, ...]
    origin: BuildOrigin | None = None
    attestations: tuple[AttestationResult, ...] = ()


# ---- Report --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustInfo:
    """Which trust material a run used."""

    root_source: str
    """For people: ``Sigstore TUF repository``, ``embedded copy of 2026-01-02``, or the file given."""
    root_sha256: str
    root_date: datetime | None
    """How new the trusted root is, if known."""
    keys_source: str
    key_ids: tuple[str, ...]
    is_root_given: bool
    """The user gave the trusted root, in place of Sigstore's."""
    are_keys_given: bool
    """The user gave the registry keys, in place of npm's."""
    notes: tuple[str, ...] = ()
    """Warnings for people, for example that the trust root could not be refreshed."""

    @property
    def overridden(self) -> bool:
        """Whether the user replaced any of the production trust material."""
        return self.is_root_given or self.are_keys_given


class ExitCode(IntEnum):
    """What the process tells its caller."""

    OK = 0
    """Everything required holds."""
    FINDINGS = 1
    """At least one dependency fails what is required."""
    USAGE = 2
    """Bad usage, unreadable or malformed input, or nothing to check."""
    INCOMPLETE = 3
    """Something required could not be determined, and nothing failed."""
    BUG = 101
    """A bug in Provcheck."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that one run found out."""

    lockfiles: tuple[Lockfile, ...]
    registry: str
    trust: TrustInfo
    generated: datetime
    duration: float
    """Seconds."""
    judgements: tuple[Judgement, ...]
    """In the order of the lockfiles and of the entries in them."""
    exit_code: ExitCode
    exit_reason: str
    """One phrase for people: why this exit code."""
    fail_on: frozenset[str] = frozenset()
    """Verdicts and codes that the run was told to fail on, in addition to what always fails."""
    notes: tuple[str, ...] = ()
    """Messages about the run as a whole, for example that a registry serves no attestations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleReport:
    """What became of one Sigstore bundle."""

    file: str
    artifact: str
    """The path or digest, as the user wrote it."""
    verdict: Verdict
    """``verified``, ``invalid`` or ``unsupported``."""
    reason: Reason | None
    """Why it is not verified."""
    signature: Signature | None
    """Set if the signature and all that vouches for it verified, even if another reason makes the bundle invalid."""
    trust: TrustInfo
    exit_code: ExitCode


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustEntry:
    """One authority, log or key that verification may rely on."""

    kind: str
    name: str
    sha256: str
    """Lowercase hexadecimal: of the certificate, of the key, or of a log its ID."""
    start: datetime | None
    end: datetime | None
