"""The types of the JSON documents: ``provcheck.report/v1``, ``provcheck.bundle/v1`` and ``provcheck.trust/v1``.

They are the formats' definition: the shipped JSON Schemas and `docs/report.md`
are made from these types and their docstrings. Within v1, fields are added,
never renamed or removed, and no field changes its meaning. Every field is
always present; what is not known is ``null``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from typing_extensions import TypedDict  # pydantic, which makes the schema, needs this one before Python 3.12

from provcheck.model import Source, Verdict

REPORT_SCHEMA: Literal["provcheck.report/v1"] = "provcheck.report/v1"
BUNDLE_SCHEMA: Literal["provcheck.bundle/v1"] = "provcheck.bundle/v1"
TRUST_SCHEMA: Literal["provcheck.trust/v1"] = "provcheck.trust/v1"


@dataclass(frozen=True, slots=True)
class _Format:
    """Gives a string its ``format`` in the JSON Schema."""

    name: str

    def __get_pydantic_json_schema__(
        self, schema: object, handler: Callable[[object], dict[str, object]]
    ) -> dict[str, object]:
        return {**handler(schema), "format": self.name}


Time: TypeAlias = Annotated[str, _Format("date-time")]
"""RFC 3339 in UTC, with the letter ``Z``."""


class Tool(TypedDict):
    """The program that made the report."""

    name: Literal["provcheck"]
    """Always `provcheck`."""
    version: str
    """Its version."""


class Lockfile(TypedDict):
    """One lockfile, or one saved attestations response, that was checked."""

    path: str
    """The path, as the user wrote it."""
    format: str
    """For example `package-lock v3`; `attestations response` for a saved response."""
    dependencies: int
    """How many entries of `dependencies` are from this lockfile."""


class TrustedRoot(TypedDict):
    """The Sigstore trusted root: certificate authorities, transparency logs, timestamp authorities."""

    source: str
    """For people: where it came from."""
    sha256: str
    """Lowercase hexadecimal SHA-256 of the file."""
    date: Time | None
    """How new it is."""


class NpmKeys(TypedDict):
    """The npm registry keys."""

    source: str
    """For people: where they came from."""
    key_ids: list[str]
    """Their ids, `SHA256:...`."""


class Trust(TypedDict):
    """The trust material of the run. Everything verified is verified against this and nothing else."""

    trusted_root: TrustedRoot
    """The Sigstore trusted root."""
    npm_keys: NpmKeys
    """The keys that publish attestations are signed with."""
    overridden: bool
    """Whether the user replaced the public trust material (`--trusted-root`, `--npm-keys`)."""
    notes: list[str]
    """For people: warnings, for example that the root could not be refreshed."""


Summary = TypedDict(
    "Summary",
    {
        "total": int,
        "verified": int,
        "absent": int,
        "invalid": int,
        "unsupported": int,
        "unavailable": int,
        "not-applicable": int,
    },
)
Summary.__doc__ = "How many dependencies there are, and how many have each verdict."


class Reason(TypedDict):
    """One reason for a verdict, or one remark that changes no verdict."""

    code: str
    """A stable reason code: see `docs/codes.md`. Codes are added over time."""
    message: str
    """For people. The wording may change in any version, and may quote text from outside."""
    attestation: int | None
    """The position in `attestations` of the attestation that it is about; `null` if it is about none of them."""


class Scope(TypedDict):
    """Why the dependency is installed."""

    dev: bool
    """Needed for development only."""
    optional: bool
    """Needed by optional dependencies only."""
    peer: bool
    """Needed by peer dependencies only."""
    direct: bool
    """The project, or a workspace of it, asks for it by name."""
    dev_optional: bool
    """npm's `devOptional`: needed by a development and by an optional dependency, by nothing else."""


class Origin(TypedDict):
    """Who built the package, where, and from what: facts of the certificate, or claims that it confirms."""

    ci: str
    """`github-actions` or `gitlab-ci`."""
    source_repository: str
    """The repository's address."""
    commit: str
    """The full commit."""
    ref: str | None
    """The git ref, for example `refs/tags/v1.2.3`."""
    workflow: str | None
    """The path of the top-level workflow or CI configuration in its repository."""
    workflow_ref: str | None
    """Its repository, path and ref, as a URI."""
    builder_id: str
    """The predicate's `builder.id`."""
    build_type: str
    """The predicate's build type."""
    runner_environment: str | None
    """`github-hosted`, `gitlab-hosted` or `self-hosted`; `null` is unknown and never means hosted."""
    trigger: str | None
    """The event that started the build, for example `push`."""
    run_url: str | None
    """The CI run."""
    issuer: str
    """The OpenID Connect issuer of the signing identity."""
    identity: str
    """The certificate's subject alternative name: the workflow that signed."""
    repository_id: str | None
    """The CI provider's number of the repository; it survives renames."""
    owner_id: str | None
    """The CI provider's number of the repository's owner."""
    predicate_type: str
    """The provenance's predicate type."""
    unconfirmed: dict[str, str]
    """Claims of the predicate that the certificate neither confirms nor contradicts. Not facts."""


class LogEntry(TypedDict):
    """The verified transparency log entry."""

    index: int | None
    """The log's global index; `null` where nobody signed it."""
    origin: str
    """The log's host name."""
    time: Time | None
    """When the log says it took the entry; `null` for logs that do not say (Rekor v2)."""
    kind: str
    """`intoto`, `dsse` or `hashedrekord`."""
    version: str
    """The version of the kind, for example `0.0.2`."""
    key_id: str
    """Lowercase hexadecimal log ID."""
    inclusion_proof: bool
    """Whether a Merkle inclusion proof to a signed checkpoint was there, and verified."""


class Certificate(TypedDict):
    """What the verified Fulcio certificate says; the names are those of Fulcio's extensions."""

    subject_alternative_name: str
    """The identity that signed."""
    issuer_v1: str | None
    """Extension 1.3.6.1.4.1.57264.1.1."""
    trigger_v1: str | None
    """Extension 1.3.6.1.4.1.57264.1.2."""
    sha_v1: str | None
    """Extension 1.3.6.1.4.1.57264.1.3."""
    workflow_name_v1: str | None
    """Extension 1.3.6.1.4.1.57264.1.4."""
    repository_v1: str | None
    """Extension 1.3.6.1.4.1.57264.1.5."""
    ref_v1: str | None
    """Extension 1.3.6.1.4.1.57264.1.6."""
    issuer: str | None
    """Extension 1.3.6.1.4.1.57264.1.8."""
    build_signer_uri: str | None
    """Extension 1.3.6.1.4.1.57264.1.9."""
    build_signer_digest: str | None
    """Extension 1.3.6.1.4.1.57264.1.10."""
    runner_environment: str | None
    """Extension 1.3.6.1.4.1.57264.1.11."""
    source_repository_uri: str | None
    """Extension 1.3.6.1.4.1.57264.1.12."""
    source_repository_digest: str | None
    """Extension 1.3.6.1.4.1.57264.1.13."""
    source_repository_ref: str | None
    """Extension 1.3.6.1.4.1.57264.1.14."""
    source_repository_identifier: str | None
    """Extension 1.3.6.1.4.1.57264.1.15."""
    source_repository_owner_uri: str | None
    """Extension 1.3.6.1.4.1.57264.1.16."""
    source_repository_owner_identifier: str | None
    """Extension 1.3.6.1.4.1.57264.1.17."""
    build_config_uri: str | None
    """Extension 1.3.6.1.4.1.57264.1.18."""
    build_config_digest: str | None
    """Extension 1.3.6.1.4.1.57264.1.19."""
    build_trigger: str | None
    """Extension 1.3.6.1.4.1.57264.1.20."""
    run_invocation_uri: str | None
    """Extension 1.3.6.1.4.1.57264.1.21."""
    source_repository_visibility: str | None
    """Extension 1.3.6.1.4.1.57264.1.22."""
    deployment_environment: str | None
    """Extension 1.3.6.1.4.1.57264.1.23."""
    token_subject: str | None
    """Extension 1.3.6.1.4.1.57264.1.24."""
    not_before: Time
    """Start of validity."""
    not_after: Time
    """End of validity, minutes later: the signature's time is proved by log or timestamp authority."""
    serial_number: str
    """Lowercase hexadecimal."""
    sha256: str
    """Lowercase hexadecimal SHA-256 of the DER certificate."""


class Attestation(TypedDict):
    """One attestation of the registry's response.

    If `log` is `null`, no signature verified and the other fields are the response's unverified claims.
    """

    predicate_type: str | None
    """What kind of statement it is; the signed value if the signature verified."""
    verified: bool
    """The signature verified, and the statement is about this very package and these bytes."""
    signer: Literal["certificate", "npm-key"] | None
    """What the verified signature was made with; `null` if none verified."""
    key_id: str | None
    """The npm registry key that signed."""
    key_registry: str | None
    """The registry that the key belongs to."""
    bundle: str | None
    """The Sigstore bundle's media type."""
    log: LogEntry | None
    """The verified transparency log entry."""
    timestamps: list[Time]
    """Every verified time of the signature, from the log and from timestamp authorities."""
    certificate: Certificate | None
    """The verified signing certificate."""
    statement_type: str | None
    """The in-toto statement's `_type`."""
    subject: str | None
    """The name of the statement's subject."""
    builder_id: str | None
    """Of a provenance: `builder.id`."""
    build_type: str | None
    """Of a provenance: the build type."""
    reasons: list[Reason]
    """What is wrong with it, and remarks about it."""


class Dependency(TypedDict):
    """One distinct `name@version` with one `integrity`, and the verdict on it."""

    name: str
    """The registry name; of an alias, the real one."""
    version: str
    """The exact version; empty for a local package without one."""
    purl: str | None
    """The package URL, in which the specification has npm names in lower case; `null` if it has no registry origin."""
    integrity: str | None
    """Subresource Integrity metadata, exactly as the lockfile has it."""
    lockfile: str
    """The path of the lockfile, or of the saved response."""
    locations: list[str]
    """Every place in the lockfile where it occurs."""
    source: Source
    """Where the package manager takes its bytes from."""
    bundled_by: str | None
    """The package whose tarball carries it."""
    scope: Scope
    """Why it is installed."""
    verdict: Verdict
    """What is known about its origin."""
    reasons: list[Reason]
    """Why, and remarks. One code stands here once for each attestation that it is about, often twice: whoever counts
    dependencies by code must count each code once per dependency."""
    origin: Origin | None
    """The proved build origin; only with the verdict `verified`."""
    attestations: list[Attestation]
    """Every attestation that the registry served for it."""


class Report(TypedDict):
    """Everything that one run of Provcheck found out."""

    schema: Literal["provcheck.report/v1"]
    """The name and version of this format."""
    tool: Tool
    """What made the report."""
    generated: Time
    """When the run started."""
    duration: float
    """How long it took, in seconds."""
    lockfiles: list[Lockfile]
    """The lockfiles checked, or the one saved response."""
    registry: str
    """The default registry."""
    trust: Trust
    """The trust material."""
    summary: Summary
    """The counts."""
    exit_code: int
    """The process's exit code: 0 all required holds, 1 findings, 3 incomplete."""
    exit_reason: str
    """For people: why this exit code."""
    fail_on: list[str]
    """Verdicts and codes that the run was told to fail on, in addition to what always fails."""
    notes: list[str]
    """For people: messages about the run as a whole."""
    dependencies: list[Dependency]
    """Every dependency, in the order of the lockfiles and of the entries in them. None is ever left out."""


class Bundle(TypedDict):
    """What `provcheck bundle --format json` prints: what became of one Sigstore bundle.

    From `signer` to `timestamps`, what is not `null` is proved even if the verdict is `invalid`, for example because
    somebody else than expected signed.
    """

    schema: Literal["provcheck.bundle/v1"]
    """The name and version of this format."""
    tool: Tool
    """What made the report."""
    trust: Trust
    """The trust material. Bundles are not verified with `npm_keys`."""
    file: str
    """The bundle's path, as the user wrote it."""
    artifact: str
    """The artifact's path or digest, as the user wrote it."""
    verdict: Verdict
    """`verified`, `invalid` or `unsupported`: whether the expected identity, or key, signed this artifact."""
    reasons: list[Reason]
    """Why not; empty if it is verified."""
    signer: Literal["certificate", "key"] | None
    """What the verified signature was made with; `null` if none verified."""
    payload_type: str | None
    """Of a DSSE envelope: the type of its payload."""
    certificate: Certificate | None
    """The verified signing certificate."""
    log: LogEntry | None
    """The verified transparency log entry."""
    timestamps: list[Time]
    """Every verified time of the signature, from the log and from timestamp authorities."""
    exit_code: int
    """The process's exit code: 0 verified, 1 invalid, 3 unsupported."""


class TrustEntry(TypedDict):
    """One authority, log or key that verification may rely on."""

    kind: str
    """For example `certificate authority` or `registry key, npm:attestations`."""
    name: str
    """A certificate's subject, a log's host name, or a key's id."""
    sha256: str
    """Lowercase hexadecimal SHA-256: of the certificate or the key; of a log, its ID."""
    start: Time | None
    """What was signed before is not accepted; `null`: no limit."""
    end: Time | None
    """What was signed after is not accepted; `null`: still in use. What is over still proves what was signed then."""


class TrustListing(TypedDict):
    """What `provcheck trust show --format json` and `provcheck trust update --format json` print."""

    schema: Literal["provcheck.trust/v1"]
    """The name and version of this format."""
    tool: Tool
    """What made the listing."""
    trust: Trust
    """Where the trust material is from."""
    entries: list[TrustEntry]
    """What it consists of."""
