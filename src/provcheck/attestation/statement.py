"""The in-toto statement (https://github.com/in-toto/attestation/tree/main/spec) and its subject (steps 9 and 10)."""

import re
from dataclasses import dataclass

from provcheck.attestation.artifact import Artifact
from provcheck.codes import Code
from provcheck.errors import MalformedError, UnsupportedError, VerificationError
from provcheck.fields import Fields
from provcheck.jsonio import JsonObject, parse_json
from provcheck.model import Signature

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPES = frozenset({"https://in-toto.io/Statement/v0.1", "https://in-toto.io/Statement/v1"})
PUBLISH_PREDICATE = "https://github.com/npm/attestation/tree/main/specs/publish/v0.1"
PROVENANCE_PREDICATES = frozenset({"https://slsa.dev/provenance/v0.2", "https://slsa.dev/provenance/v1"})

_SHA512 = re.compile(r"[0-9a-f]{128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A signed statement about one artifact. What it says is its signer's claim."""

    type: str
    subject_name: str
    subject_sha512: bytes
    predicate_type: str
    predicate: JsonObject


def parse_statement(signature: Signature) -> Statement:
    """Return the statement that ``signature`` covers.

    Raises:
        UnsupportedError: another payload type, statement version, or an unknown field.
        VerificationError: `statement-malformed`, `subject-count` or `subject-digest-invalid`.
    """
    kind, fields = _open_statement(signature)
    subjects = fields.objects("subject")
    if len(subjects) != 1:  # 10.1: a second subject would let one attestation speak for the victim's package too
        raise VerificationError(Code.SUBJECT_COUNT, f"the statement has {len(subjects)} subjects instead of one")
    subject = subjects[0]
    digest = subject.fields("digest").optional_text("sha512")
    if digest is None or not _SHA512.fullmatch(digest):
        raise VerificationError(Code.SUBJECT_DIGEST_INVALID, "the subject's digest is not a lowercase SHA-512")
    predicate = fields.value("predicate")
    if not isinstance(predicate, dict):
        raise _malformed("the statement's predicate is not an object")
    statement = Statement(
        type=kind,
        subject_name=subject.text("name"),
        subject_sha512=bytes.fromhex(digest),
        predicate_type=fields.text("predicateType"),
        predicate=predicate,
    )
    subject.done(_unsupported)
    fields.done(_unsupported)
    return statement


def verify_artifact_subject(signature: Signature, artifact: Artifact) -> None:
    """Return if a verified envelope is an in-toto statement that has ``artifact`` among its subjects.

    For statements about any artifact, not npm's: there may be several subjects, and their names mean nothing here.

    Raises:
        UnsupportedError: another payload type or statement version.
        VerificationError: `statement-malformed`, or `artifact-mismatch` if no subject has the artifact's digest.
    """
    _, fields = _open_statement(signature)
    for subject in fields.objects("subject"):
        digests = subject.fields("digest")
        if any(digests.optional_text(name) == digest.hex() for name, digest in artifact.digests.items()):
            return
    raise VerificationError(Code.ARTIFACT_MISMATCH, "no subject of the statement is the artifact")


def _open_statement(signature: Signature) -> tuple[str, Fields]:
    """Return the statement's type, a known one, and its fields."""
    if signature.payload_type != PAYLOAD_TYPE:
        raise UnsupportedError(Code.PAYLOAD_TYPE_UNSUPPORTED, f"the payload is {signature.payload_type!r}")
    try:
        fields = Fields(parse_json(signature.payload, what="the statement"), where="statement", fail=_malformed)
    except MalformedError as error:
        raise _malformed(str(error)) from error
    kind = fields.text("_type")
    if kind not in STATEMENT_TYPES:
        raise _unsupported(f"the statement is of type {kind!r}")
    return kind, fields


def subject_name(name: str, version: str) -> str:
    """Return how npm names a package version as a subject: only the scope's ``@`` is percent-encoded (10.2)."""
    return f"pkg:npm/{name.replace('@', '%40', 1) if name.startswith('@') else name}@{version}"


def verify_subject(statement: Statement, *, name: str, version: str) -> None:
    """Return if the statement is about this package version.

    Raises:
        VerificationError: `subject-name-mismatch`.
    """
    if statement.subject_name != subject_name(name, version):
        raise VerificationError(Code.SUBJECT_NAME_MISMATCH, f"the attestation is about {statement.subject_name!r}")


def verify_publish(statement: Statement, *, name: str, version: str, registry: str) -> None:
    """Return if a publish attestation says that ``registry`` published this package version (10.5).

    Args:
        statement: a statement with the publish predicate.
        name: the package's name.
        version: its version.
        registry: the registry that the signing key belongs to, without a final slash.

    Raises:
        VerificationError: `publish-mismatch`.
    """
    expected = {"name": name, "version": version, "registry": registry}
    if statement.predicate != expected:
        raise VerificationError(
            Code.PUBLISH_MISMATCH, "the publish attestation names another package, version or registry"
        )


def _malformed(message: str) -> VerificationError:
    return VerificationError(Code.STATEMENT_MALFORMED, message)


def _unsupported(message: str) -> UnsupportedError:
    return UnsupportedError(Code.STATEMENT_TYPE_UNSUPPORTED, message)
