"""Verifying any Sigstore bundle against an artifact: who signed it, and is that whom the user expects?"""

import re
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from provcheck.attestation.artifact import DIGEST_SIZES, Artifact
from provcheck.attestation.bundle import Envelope, parse_bundle
from provcheck.attestation.keys import supported_key
from provcheck.attestation.statement import verify_artifact_subject
from provcheck.attestation.verifier import GivenKey, Verifier
from provcheck.codes import Code
from provcheck.context import open_context
from provcheck.errors import MalformedError, TrustError, UnsupportedError, VerificationError
from provcheck.files import read_bounded, read_digests
from provcheck.jsonio import parse_json
from provcheck.model import BundleReport, ExitCode, Reason, Signature, Verdict
from provcheck.options import RunOptions
from provcheck.trust.npm_keys import NpmKeys

_DIGEST = re.compile(r"(sha256|sha384|sha512):([0-9a-f]+)")
_NO_KEYS = NpmKeys(keys=())


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedIdentity:
    """Whom a certificate must have been issued to. Compared exactly: no pattern, no prefix."""

    subject_alternative_name: str
    issuer: str
    """The OpenID Connect issuer."""


def check_bundle(
    file: Path,
    artifact: str,
    *,
    signer: ExpectedIdentity | Path,
    options: RunOptions = RunOptions(),  # noqa: B008
) -> BundleReport:
    """Return the report on one Sigstore bundle.

    Args:
        file: the bundle, JSON.
        artifact: the path of what was signed, or its digest: ``sha256:`` (or sha384, sha512) and lowercase
            hexadecimal. Something of that form is a file only if written otherwise, for example ``./sha256:...``.
        signer: the identity that must have signed, or a file with the public key (PEM) that must have.
        options: see `RunOptions`; only those about trust material and the network count.

    Raises:
        UsageError: a file cannot be read.
        MalformedError: the bundle is not JSON, or the digest is malformed.
        TrustError: the trust material, or the given key, cannot be used.
    """
    signed = _read_artifact(artifact)
    try:
        document = parse_json(read_bounded(file), what="the bundle")
    except MalformedError as error:
        raise MalformedError(error.message, where=f"{file}: {error.where}" if error.where else str(file)) from error
    keys = _read_key(signer) if isinstance(signer, Path) else _NO_KEYS
    with open_context(options) as context:
        verifier = Verifier(context.trust().root, keys)
        trust = context.trust_info()
    signature: Signature | None = None
    reason: Reason | None = None
    verdict, exit_code = Verdict.VERIFIED, ExitCode.OK
    try:
        bundle = parse_bundle(document)
        signature = verifier.verify(bundle, signed)
        if isinstance(bundle.content, Envelope):
            verify_artifact_subject(signature, signed)
        if isinstance(signer, ExpectedIdentity):
            _verify_identity(signature, signer)
    except VerificationError as error:
        reason = Reason(code=error.code, message=error.message)
        is_unsupported = isinstance(error, UnsupportedError)
        verdict = Verdict.UNSUPPORTED if is_unsupported else Verdict.INVALID
        exit_code = ExitCode.INCOMPLETE if is_unsupported else ExitCode.FINDINGS
    return BundleReport(
        file=str(file),
        artifact=artifact,
        verdict=verdict,
        reason=reason,
        signature=signature,
        trust=trust,
        exit_code=exit_code,
    )


def _read_artifact(artifact: str) -> Artifact:
    match = _DIGEST.fullmatch(artifact)
    if match is None:
        return Artifact(digests=read_digests(Path(artifact), *DIGEST_SIZES))
    if len(match[2]) != 2 * DIGEST_SIZES[match[1]]:
        raise MalformedError(f"not a {match[1]} digest: {2 * DIGEST_SIZES[match[1]]} digits", where=artifact)
    return Artifact(digests={match[1]: bytes.fromhex(match[2])})


def _read_key(file: Path) -> GivenKey:
    try:
        key = supported_key(load_pem_public_key(read_bounded(file)))
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise TrustError("not a public key in PEM", where=str(file)) from error
    except UnsupportedError as error:
        raise TrustError(error.message, where=str(file)) from error
    return GivenKey(public_key=key, spki=key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def _verify_identity(signature: Signature, expected: ExpectedIdentity) -> None:
    certificate = signature.certificate
    if certificate is None:
        raise VerificationError(Code.SIGNER_KIND_MISMATCH, "a key signed, not a certificate")
    issuer = certificate.issuer or certificate.issuer_v1
    if certificate.subject_alternative_name != expected.subject_alternative_name or issuer != expected.issuer:
        who = f"{certificate.subject_alternative_name!r}, vouched for by {issuer!r}"
        raise VerificationError(Code.IDENTITY_MISMATCH, f"signed by {who}")
