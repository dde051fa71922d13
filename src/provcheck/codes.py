"""Every reason code: its meaning, and what to do about it.

Codes are stable: scripts, policies and incident notes rely on them. They are
added, never renamed. `docs/codes.md` and `provcheck policy explain` are made
from this table, so what is written here is what people read.
"""

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """A stable reason code, in kebab-case."""

    # The lockfile entry and the registry
    INTEGRITY_MISMATCH = "integrity-mismatch"
    INTEGRITY_MISSING = "integrity-missing"
    INTEGRITY_WEAK = "integrity-weak"
    INTEGRITY_AMBIGUOUS = "integrity-ambiguous"
    INTEGRITY_MALFORMED = "integrity-malformed"
    INTEGRITY_CONFLICT = "integrity-conflict"
    RESOLVED_FOREIGN = "resolved-foreign"
    REGISTRY_INTEGRITY_MISSING = "registry-integrity-missing"
    # No origin in a registry
    SOURCE_BUNDLED = "source-bundled"
    SOURCE_WORKSPACE = "source-workspace"
    SOURCE_LINK = "source-link"
    SOURCE_FILE = "source-file"
    SOURCE_GIT = "source-git"
    SOURCE_TARBALL_URL = "source-tarball-url"
    # No provenance
    PROVENANCE_ABSENT = "provenance-absent"
    PROVENANCE_NOT_AMONG_ATTESTATIONS = "provenance-not-among-attestations"
    PUBLISH_ATTESTATION_ABSENT = "publish-attestation-absent"
    # Could not be asked
    ATTESTATIONS_NOT_SERVED = "attestations-not-served"
    REGISTRY_ERROR = "registry-error"
    REGISTRY_DENIED = "registry-denied"
    REGISTRY_RESPONSE_MALFORMED = "registry-response-malformed"
    EVIDENCE_MISSING = "evidence-missing"
    # The bundle's form
    BUNDLE_MALFORMED = "bundle-malformed"
    SIGNATURE_COUNT = "signature-count"
    KEY_ID_MISMATCH = "key-id-mismatch"
    BUNDLE_VERSION_UNSUPPORTED = "bundle-version-unsupported"
    BUNDLE_FIELD_UNSUPPORTED = "bundle-field-unsupported"
    BUNDLE_CONTENT_UNSUPPORTED = "bundle-content-unsupported"
    ATTESTATIONS_TOO_MANY = "attestations-too-many"
    KEY_TYPE_UNSUPPORTED = "key-type-unsupported"
    # The artifact of a bundle
    ARTIFACT_DIGEST_MISSING = "artifact-digest-missing"
    ARTIFACT_MISMATCH = "artifact-mismatch"
    IDENTITY_MISMATCH = "identity-mismatch"
    MESSAGE_SIGNATURE_INVALID = "message-signature-invalid"
    # Times
    TIME_MISSING = "time-missing"
    SET_INVALID = "set-invalid"
    TIMESTAMP_INVALID = "timestamp-invalid"
    TIMESTAMP_UNTRUSTED = "timestamp-untrusted"
    TIMESTAMP_AUTHORITY_EXPIRED = "timestamp-authority-expired"
    # The certificate
    CERTIFICATE_MALFORMED = "certificate-malformed"
    CERTIFICATE_CONTRADICTORY = "certificate-contradictory"
    CERTIFICATE_INCOMPLETE = "certificate-incomplete"
    CERTIFICATE_UNTRUSTED = "certificate-untrusted"
    CERTIFICATE_EXPIRED = "certificate-expired"
    CERTIFICATE_AUTHORITY_EXPIRED = "certificate-authority-expired"
    CERTIFICATE_UNSUITABLE = "certificate-unsuitable"
    SCT_MISSING = "sct-missing"
    SCT_INVALID = "sct-invalid"
    SCT_LOG_UNKNOWN = "sct-log-unknown"
    SCT_LOG_EXPIRED = "sct-log-expired"
    # The npm registry key
    KEY_UNKNOWN = "key-unknown"
    KEY_EXPIRED = "key-expired"
    # The transparency log
    LOG_UNKNOWN = "log-unknown"
    LOG_KEY_EXPIRED = "log-key-expired"
    LOG_ENTRY_UNSUPPORTED = "log-entry-unsupported"
    LOG_ENTRY_MALFORMED = "log-entry-malformed"
    LOG_ENTRY_MISPLACED = "log-entry-misplaced"
    LOG_ENTRY_MISMATCH = "log-entry-mismatch"
    INCLUSION_PROOF_MISSING = "inclusion-proof-missing"
    INCLUSION_PROOF_INVALID = "inclusion-proof-invalid"
    INCLUSION_PROOF_ABSENT = "inclusion-proof-absent"
    INCLUSION_PROMISE_MISSING = "inclusion-promise-missing"
    CHECKPOINT_INVALID = "checkpoint-invalid"
    CHECKPOINT_MISSING = "checkpoint-missing"
    CHECKPOINT_ORIGIN_MISMATCH = "checkpoint-origin-mismatch"
    CHECKPOINT_UNSIGNED = "checkpoint-unsigned"
    CHECKPOINT_TREE_MISMATCH = "checkpoint-tree-mismatch"
    # The signature and the statement
    DSSE_SIGNATURE_INVALID = "dsse-signature-invalid"
    PAYLOAD_TYPE_UNSUPPORTED = "payload-type-unsupported"
    STATEMENT_MALFORMED = "statement-malformed"
    STATEMENT_TYPE_UNSUPPORTED = "statement-type-unsupported"
    PREDICATE_TYPE_MISMATCH = "predicate-type-mismatch"
    PREDICATE_TYPE_UNSUPPORTED = "predicate-type-unsupported"
    SUBJECT_COUNT = "subject-count"
    SUBJECT_NAME_MISMATCH = "subject-name-mismatch"
    SUBJECT_DIGEST_INVALID = "subject-digest-invalid"
    # The publish attestation
    PUBLISH_MISMATCH = "publish-mismatch"
    SIGNER_KIND_MISMATCH = "signer-kind-mismatch"
    # The provenance
    ISSUER_NOT_ALLOWED = "issuer-not-allowed"
    PREDICATE_MALFORMED = "predicate-malformed"
    BUILD_TYPE_UNSUPPORTED = "build-type-unsupported"
    BUILDER_NOT_TRUSTED = "builder-not-trusted"
    CERTIFICATE_PREDICATE_MISMATCH = "certificate-predicate-mismatch"
    PROVENANCE_CONFLICT = "provenance-conflict"
    PREDICATE_UNCONFIRMED = "predicate-unconfirmed"
    CERTIFICATE_LEGACY = "certificate-legacy"
    RUNNER_SELF_HOSTED = "runner-self-hosted"
    RUNNER_UNKNOWN = "runner-unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeInfo:
    """What people are told about a code."""

    group: str
    verdict: str | None
    """The verdict that the code leads to; ``None`` for a remark that changes no verdict."""
    meaning: str
    action: str


def _info(group: str, verdict: str | None, meaning: str, action: str) -> CodeInfo:
    return CodeInfo(group=group, verdict=verdict, meaning=meaning, action=action)


_REFUSE = (
    "Do not install it. If a fresh copy of the attestation is no better (`provcheck cache clear`, then check again), "
    "use another version, and tell the publisher."
)
_REFRESH = (
    "Do not install it unless it verifies with newer trust material: run `provcheck trust update`, then check again."
)
_STOLEN = "Do not install it: the key may have been stolen. Use another version, and tell the publisher."


CODES: dict[Code, CodeInfo] = {
    Code.INTEGRITY_MISMATCH: _info(
        "The lockfile entry and the registry",
        "invalid",
        "The lockfile's SHA-512 is not that of the tarball the attestation was made for.",
        (
            "Do not install it until you know which: somebody changed the lockfile (see its history), or the registry "
            "serves other bytes than were built."
        ),
    ),
    Code.INTEGRITY_MISSING: _info(
        "The lockfile entry and the registry",
        None,
        (
            "The lockfile has no integrity hash for this entry, so the attestation is bound to the hash in the "
            "registry's metadata."
        ),
        "Re-lock with a current package manager, so that the lockfile pins the bytes.",
    ),
    Code.INTEGRITY_WEAK: _info(
        "The lockfile entry and the registry",
        None,
        (
            "The lockfile has no SHA-512 for this entry (only a weaker hash), so the attestation is bound to the "
            "hash in the registry's metadata."
        ),
        "Re-lock with a current package manager, so that the lockfile pins SHA-512.",
    ),
    Code.INTEGRITY_AMBIGUOUS: _info(
        "The lockfile entry and the registry",
        "invalid",
        (
            "The lockfile lists several SHA-512 hashes for this entry: any of them would be accepted at "
            "installation, the attestation covers one."
        ),
        "Do not install it until you know who added the other hash; keep only the one that the registry serves.",
    ),
    Code.INTEGRITY_MALFORMED: _info(
        "The lockfile entry and the registry",
        "invalid",
        "The lockfile's integrity field is not Subresource Integrity metadata.",
        "Do not install from this lockfile: restore it, or delete the entry and re-lock.",
    ),
    Code.INTEGRITY_CONFLICT: _info(
        "The lockfile entry and the registry",
        "invalid",
        "The lockfile's SHA-1 is not the one in the registry's metadata.",
        "Do not install it until you know which of the two is right; then re-lock.",
    ),
    Code.RESOLVED_FOREIGN: _info(
        "The lockfile entry and the registry",
        "invalid",
        (
            "The entry pins no SHA-512, and its address is not that version's tarball on its registry: nothing ties "
            "it to the package it names."
        ),
        "Do not install from this lockfile until you know who wrote this entry; then re-lock it.",
    ),
    Code.REGISTRY_INTEGRITY_MISSING: _info(
        "The lockfile entry and the registry",
        "unavailable",
        "The lockfile pins no SHA-512, and the registry's metadata has none either.",
        "Download the tarball and pin its SHA-512, or move to a version that has one.",
    ),
    Code.SOURCE_BUNDLED: _info(
        "No origin in a registry",
        "not-applicable",
        "The package is inside the tarball of the package that bundles it; that package's origin is its origin.",
        "Judge the bundling package.",
    ),
    Code.SOURCE_WORKSPACE: _info(
        "No origin in a registry",
        "not-applicable",
        "A workspace of this project.",
        "Nothing: it is your own code.",
    ),
    Code.SOURCE_LINK: _info(
        "No origin in a registry",
        "not-applicable",
        "A symbolic link to a local folder.",
        "Nothing, if the folder is yours.",
    ),
    Code.SOURCE_FILE: _info(
        "No origin in a registry",
        "not-applicable",
        "A local folder or tarball.",
        "Nothing, if the file is yours.",
    ),
    Code.SOURCE_GIT: _info(
        "No origin in a registry",
        "not-applicable",
        "Fetched from a git repository: npm attestations do not exist for it.",
        "Pin the full commit, or depend on a published version.",
    ),
    Code.SOURCE_TARBALL_URL: _info(
        "No origin in a registry",
        "not-applicable",
        "Fetched from an address outside any registry: npm attestations do not exist for it.",
        "Depend on a published version.",
    ),
    Code.PROVENANCE_ABSENT: _info(
        "No provenance",
        "absent",
        "The registry has no provenance attestation for this version.",
        "Ask the maintainers to publish from CI with provenance (npm trusted publishing), or accept it knowingly.",
    ),
    Code.PROVENANCE_NOT_AMONG_ATTESTATIONS: _info(
        "No provenance",
        "absent",
        "The registry has attestations for this version, but none of them is provenance.",
        "As for provenance-absent.",
    ),
    Code.PUBLISH_ATTESTATION_ABSENT: _info(
        "No provenance",
        None,
        "There is provenance, but the registry did not attest the publication.",
        "Usually harmless; npm serves both. Look at the version's other attestations.",
    ),
    Code.ATTESTATIONS_NOT_SERVED: _info(
        "Could not be asked",
        "unavailable",
        "The registry does not serve attestations (a plain mirror), or not this one, which its own metadata names.",
        "Point --registry at a registry that serves them (the public npm registry does), only for this check.",
    ),
    Code.REGISTRY_ERROR: _info(
        "Could not be asked",
        "unavailable",
        "The registry failed: no connection, a time-out, a server error or too many requests, after all retries.",
        "Try again later; see the message for the cause.",
    ),
    Code.REGISTRY_DENIED: _info(
        "Could not be asked",
        "unavailable",
        "The registry demands a login, or refuses the one it was given.",
        "Check the credentials in .npmrc or the npm_config_* variables.",
    ),
    Code.REGISTRY_RESPONSE_MALFORMED: _info(
        "Could not be asked",
        "unavailable",
        "The registry's answer is not what it should be: not JSON, truncated, too large, or of another shape.",
        "Look at what a proxy or firewall does with the address; try again.",
    ),
    Code.EVIDENCE_MISSING: _info(
        "Could not be asked",
        "unavailable",
        "Offline, and the evidence folder or cache does not hold this answer, or holds it damaged.",
        "Run once with network access and the same evidence folder.",
    ),
    Code.BUNDLE_MALFORMED: _info(
        "The bundle's form",
        "invalid",
        "The Sigstore bundle breaks its specification: a missing, unknown or wrongly typed field, or lenient encoding.",
        _REFUSE,
    ),
    Code.SIGNATURE_COUNT: _info(
        "The bundle's form",
        "invalid",
        "The envelope does not carry exactly one signature: one could be verified and another one reported.",
        _REFUSE,
    ),
    Code.KEY_ID_MISMATCH: _info(
        "The bundle's form",
        "invalid",
        "The signature names another key than the bundle, or names one although a certificate signs.",
        _REFUSE,
    ),
    Code.BUNDLE_VERSION_UNSUPPORTED: _info(
        "The bundle's form",
        "unsupported",
        "The bundle is of a version that this version of Provcheck does not know.",
        "Update Provcheck.",
    ),
    Code.BUNDLE_FIELD_UNSUPPORTED: _info(
        "The bundle's form",
        "unsupported",
        "The bundle has a field that this version of Provcheck does not know.",
        "Update Provcheck.",
    ),
    Code.BUNDLE_CONTENT_UNSUPPORTED: _info(
        "The bundle's form",
        "unsupported",
        "The bundle carries something other than one signed DSSE envelope.",
        "Update Provcheck, or judge this attestation by other means.",
    ),
    Code.ATTESTATIONS_TOO_MANY: _info(
        "The bundle's form",
        "unsupported",
        "The response holds more attestations than any known registry serves.",
        "Look at the response by hand.",
    ),
    Code.KEY_TYPE_UNSUPPORTED: _info(
        "The bundle's form",
        "unsupported",
        "The signing key or certificate is of a kind that this version does not know.",
        "Update Provcheck.",
    ),
    Code.ARTIFACT_DIGEST_MISSING: _info(
        "The artifact of a bundle",
        "unsupported",
        "The artifact was given as a digest, and the signature covers another one.",
        "Give the artifact itself, or the digest that the message names.",
    ),
    Code.ARTIFACT_MISMATCH: _info(
        "The artifact of a bundle",
        "invalid",
        "The bundle is about another artifact.",
        "Do not use the artifact on the strength of this bundle: get the one that was made for it.",
    ),
    Code.IDENTITY_MISMATCH: _info(
        "The artifact of a bundle",
        "invalid",
        "Somebody else than the expected identity signed.",
        "Do not use the artifact, unless it was the expected identity or issuer that was wrong.",
    ),
    Code.MESSAGE_SIGNATURE_INVALID: _info(
        "The artifact of a bundle",
        "invalid",
        "The signature of the artifact does not verify: the artifact was changed, or somebody else signed it.",
        "Do not use the artifact: get it and its bundle again, from whoever published them.",
    ),
    Code.TIME_MISSING: _info(
        "Times",
        "invalid",
        "Nothing trustworthy says when the signature was made.",
        _REFUSE,
    ),
    Code.SET_INVALID: _info(
        "Times",
        "invalid",
        "The transparency log's signed entry timestamp does not verify: the log entry is forged, or was changed.",
        _REFUSE,
    ),
    Code.TIMESTAMP_INVALID: _info(
        "Times",
        "invalid",
        "A timestamp token (RFC 3161) does not verify.",
        _REFUSE,
    ),
    Code.TIMESTAMP_UNTRUSTED: _info(
        "Times",
        "invalid",
        "A timestamp token is from an authority that the trust root does not list.",
        _REFRESH,
    ),
    Code.TIMESTAMP_AUTHORITY_EXPIRED: _info(
        "Times",
        "invalid",
        "The authority that made a timestamp token was not trusted at the time that the token states.",
        _STOLEN,
    ),
    Code.CERTIFICATE_MALFORMED: _info(
        "The certificate",
        "invalid",
        "The signing certificate cannot be parsed.",
        _REFUSE,
    ),
    Code.CERTIFICATE_CONTRADICTORY: _info(
        "The certificate",
        "invalid",
        "Two extensions of the signing certificate that say the same thing contradict each other.",
        _REFUSE,
    ),
    Code.CERTIFICATE_INCOMPLETE: _info(
        "The certificate",
        "unsupported",
        "The certificate of a trusted CI system does not name the repository, commit and ref of the build.",
        "Update Provcheck, or judge this attestation by other means.",
    ),
    Code.CERTIFICATE_UNTRUSTED: _info(
        "The certificate",
        "invalid",
        (
            "The signing certificate was not issued by a certificate authority in the trust root: anyone can make "
            "such a certificate."
        ),
        _REFRESH,
    ),
    Code.CERTIFICATE_EXPIRED: _info(
        "The certificate",
        "invalid",
        "The certificate was not valid when the signature was made.",
        _REFUSE,
    ),
    Code.CERTIFICATE_AUTHORITY_EXPIRED: _info(
        "The certificate",
        "invalid",
        "The authority that issued the certificate was not trusted when the signature was made.",
        _STOLEN,
    ),
    Code.CERTIFICATE_UNSUITABLE: _info(
        "The certificate",
        "invalid",
        "The certificate was not issued for signing code.",
        _REFUSE,
    ),
    Code.SCT_MISSING: _info(
        "The certificate",
        "invalid",
        "The certificate carries no proof that it was logged publicly.",
        _REFUSE,
    ),
    Code.SCT_INVALID: _info(
        "The certificate",
        "invalid",
        "The certificate's proof of public logging (SCT) does not verify.",
        _REFUSE,
    ),
    Code.SCT_LOG_UNKNOWN: _info(
        "The certificate",
        "invalid",
        "The certificate's proof of public logging is by a log that the trust root does not list.",
        _REFRESH,
    ),
    Code.SCT_LOG_EXPIRED: _info(
        "The certificate",
        "invalid",
        "The certificate's proof of public logging is by a log that was not trusted at that time.",
        _STOLEN,
    ),
    Code.KEY_UNKNOWN: _info(
        "The npm registry key",
        "invalid",
        "The attestation names a registry key that is not among the keys in use.",
        _REFRESH,
    ),
    Code.KEY_EXPIRED: _info(
        "The npm registry key",
        "invalid",
        "The registry key was not valid when the attestation was made.",
        _STOLEN,
    ),
    Code.LOG_UNKNOWN: _info(
        "The transparency log",
        "invalid",
        "The log entry is from a log that the trust root does not list.",
        _REFRESH,
    ),
    Code.LOG_KEY_EXPIRED: _info(
        "The transparency log",
        "invalid",
        "The log's key was not in use when the entry was made.",
        _STOLEN,
    ),
    Code.LOG_ENTRY_UNSUPPORTED: _info(
        "The transparency log",
        "unsupported",
        "The log entry is of a kind or version that this version does not know.",
        "Update Provcheck.",
    ),
    Code.LOG_ENTRY_MALFORMED: _info(
        "The transparency log",
        "invalid",
        "The log entry's body breaks its specification: not strict JSON, or a missing or wrongly typed field.",
        _REFUSE,
    ),
    Code.LOG_ENTRY_MISPLACED: _info(
        "The transparency log",
        "invalid",
        "The log entry is of a kind that the log it names does not take.",
        _REFUSE,
    ),
    Code.LOG_ENTRY_MISMATCH: _info(
        "The transparency log",
        "invalid",
        (
            "The log entry is genuine but was made for another envelope, key or signature: so a stolen entry lends "
            "its time to a forgery."
        ),
        _REFUSE,
    ),
    Code.INCLUSION_PROOF_MISSING: _info(
        "The transparency log",
        "invalid",
        "The bundle must carry a proof that the log contains the entry, and does not.",
        _REFUSE,
    ),
    Code.INCLUSION_PROOF_INVALID: _info(
        "The transparency log",
        "invalid",
        "The proof that the log contains the entry does not lead to the log's root.",
        _REFUSE,
    ),
    Code.INCLUSION_PROOF_ABSENT: _info(
        "The transparency log",
        None,
        "An early bundle (v0.1) without an inclusion proof: the log's signed promise stands in for it.",
        "Nothing: npm served such bundles in 2022 and 2023.",
    ),
    Code.INCLUSION_PROMISE_MISSING: _info(
        "The transparency log",
        "invalid",
        "The bundle must carry the log's signed promise, and does not.",
        _REFUSE,
    ),
    Code.CHECKPOINT_INVALID: _info(
        "The transparency log",
        "invalid",
        "The log's signed checkpoint is malformed, or the log's signature on it does not verify.",
        _REFUSE,
    ),
    Code.CHECKPOINT_MISSING: _info(
        "The transparency log",
        "invalid",
        "The inclusion proof does not come with the checkpoint that it leads to.",
        _REFUSE,
    ),
    Code.CHECKPOINT_ORIGIN_MISMATCH: _info(
        "The transparency log",
        "invalid",
        "The checkpoint is of another log than the entry.",
        _REFUSE,
    ),
    Code.CHECKPOINT_UNSIGNED: _info(
        "The transparency log",
        "invalid",
        "The log itself has not signed the checkpoint, whoever else has.",
        _REFUSE,
    ),
    Code.CHECKPOINT_TREE_MISMATCH: _info(
        "The transparency log",
        "invalid",
        "The checkpoint is of another tree, or of another size of it, than the inclusion proof.",
        _REFUSE,
    ),
    Code.DSSE_SIGNATURE_INVALID: _info(
        "The signature and the statement",
        "invalid",
        "The envelope's signature does not verify: the statement was changed, or somebody else signed it.",
        _REFUSE,
    ),
    Code.PAYLOAD_TYPE_UNSUPPORTED: _info(
        "The signature and the statement",
        "unsupported",
        "The envelope's payload is not an in-toto statement.",
        "Update Provcheck, or judge this attestation by other means.",
    ),
    Code.STATEMENT_MALFORMED: _info(
        "The signature and the statement",
        "invalid",
        "The signed in-toto statement breaks its specification.",
        _REFUSE,
    ),
    Code.STATEMENT_TYPE_UNSUPPORTED: _info(
        "The signature and the statement",
        "unsupported",
        "The in-toto statement is of a version that this version does not know.",
        "Update Provcheck.",
    ),
    Code.PREDICATE_TYPE_MISMATCH: _info(
        "The signature and the statement",
        "invalid",
        "The registry's label for the attestation is not the predicate type that was signed.",
        "Do not install it until you know who mislabels attestations: the registry, or a proxy before it.",
    ),
    Code.PREDICATE_TYPE_UNSUPPORTED: _info(
        "The signature and the statement",
        "unsupported",
        "The signature is right, but the predicate is of a type that this version cannot judge.",
        "Update Provcheck, or judge this attestation by other means.",
    ),
    Code.SUBJECT_COUNT: _info(
        "The signature and the statement",
        "invalid",
        "The statement is about no artifact, or about more than one.",
        _REFUSE,
    ),
    Code.SUBJECT_NAME_MISMATCH: _info(
        "The signature and the statement",
        "invalid",
        "The attestation is about another package or version.",
        (
            "Do not install it until you know who serves an attestation of something else: the registry, or a proxy "
            "before it."
        ),
    ),
    Code.SUBJECT_DIGEST_INVALID: _info(
        "The signature and the statement",
        "invalid",
        "The subject's digest is not one lowercase SHA-512.",
        _REFUSE,
    ),
    Code.PUBLISH_MISMATCH: _info(
        "The publish attestation",
        "invalid",
        "The registry's publish attestation names another package, version or registry.",
        _REFUSE,
    ),
    Code.SIGNER_KIND_MISMATCH: _info(
        "The publish attestation",
        "invalid",
        (
            "Provenance must be signed with a CI certificate and a publish attestation with a registry key; here it "
            "is the other way round."
        ),
        _REFUSE,
    ),
    Code.ISSUER_NOT_ALLOWED: _info(
        "The provenance",
        "invalid",
        (
            "The certificate was not issued to a trusted CI system (a person's login, or another identity provider): "
            "it is no build provenance."
        ),
        "Do not install it until its maintainers confirm that they published it, and from where.",
    ),
    Code.PREDICATE_MALFORMED: _info(
        "The provenance",
        "invalid",
        "The provenance predicate breaks its specification.",
        _REFUSE,
    ),
    Code.BUILD_TYPE_UNSUPPORTED: _info(
        "The provenance",
        "unsupported",
        "The provenance is of a build type that this version does not know.",
        "Update Provcheck, or judge this attestation by other means.",
    ),
    Code.BUILDER_NOT_TRUSTED: _info(
        "The provenance",
        "invalid",
        "The builder is not one that may claim this build type.",
        "Do not install it until its maintainers explain which builder made it.",
    ),
    Code.CERTIFICATE_PREDICATE_MISMATCH: _info(
        "The provenance",
        "invalid",
        "The provenance claims something that the certificate contradicts.",
        "Do not install it until its maintainers explain the contradiction. The certificate is the fact.",
    ),
    Code.PROVENANCE_CONFLICT: _info(
        "The provenance",
        "invalid",
        "Several provenance attestations verify, and they name different origins.",
        "Do not install it until its maintainers say which build published this version.",
    ),
    Code.PREDICATE_UNCONFIRMED: _info(
        "The provenance",
        None,
        (
            "The provenance makes claims that the certificate neither confirms nor contradicts; they are not shown "
            "as facts."
        ),
        "Nothing, unless you rely on one of those claims.",
    ),
    Code.CERTIFICATE_LEGACY: _info(
        "The provenance",
        None,
        "The certificate is of early 2023 and carries few facts, so most claims of the provenance are unconfirmed.",
        "Nothing; newer releases carry more.",
    ),
    Code.RUNNER_SELF_HOSTED: _info(
        "The provenance",
        None,
        "The build ran on a self-hosted runner: whoever owns the machine could have changed the build.",
        "Decide whether you trust the repository owner's machines.",
    ),
    Code.RUNNER_UNKNOWN: _info(
        "The provenance",
        None,
        "Nothing signed says whether the runner was hosted by the CI provider.",
        "Nothing; never read it as hosted.",
    ),
}
