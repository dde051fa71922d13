"""The signing certificate: its profile, its issuer, and what Fulcio wrote into it (steps 4a and 11.1)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import cast

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from provcheck.attestation.foreign import FOREIGN_ERRORS
from provcheck.codes import Code
from provcheck.errors import VerificationError
from provcheck.model import CertificateFacts
from provcheck.trust.root import CertificateAuthority

_FULCIO_ARC = "1.3.6.1.4.1.57264.1."
_RAW_FIELDS: Mapping[str, str] = {
    "1": "issuer_v1",
    "2": "trigger_v1",
    "3": "sha_v1",
    "4": "workflow_name_v1",
    "5": "repository_v1",
    "6": "ref_v1",
}
_DER_FIELDS: Mapping[str, str] = {
    "8": "issuer",
    "9": "build_signer_uri",
    "10": "build_signer_digest",
    "11": "runner_environment",
    "12": "source_repository_uri",
    "13": "source_repository_digest",
    "14": "source_repository_ref",
    "15": "source_repository_identifier",
    "16": "source_repository_owner_uri",
    "17": "source_repository_owner_identifier",
    "18": "build_config_uri",
    "19": "build_config_digest",
    "20": "build_trigger",
    "21": "run_invocation_uri",
    "22": "source_repository_visibility",
    "23": "deployment_environment",
    "24": "token_subject",
}
_UNDERSTOOD_CRITICAL = frozenset(
    {
        ExtensionOID.KEY_USAGE,
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    }
)
_SIGNATURE_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)


def load_certificate(der: bytes) -> x509.Certificate:
    """Return the certificate if it has the profile of a code signing leaf (4.1).

    Raises:
        VerificationError: `certificate-malformed` or `certificate-unsuitable`.
    """
    try:
        certificate = x509.load_der_x509_certificate(der)
        problem = next(_profile_problems(certificate), None)
    except FOREIGN_ERRORS as error:
        raise _malformed(f"it cannot be parsed: {error}") from error
    if problem:
        raise VerificationError(Code.CERTIFICATE_UNSUITABLE, f"certificate: {problem}")
    return certificate


def _profile_problems(certificate: x509.Certificate) -> Iterator[str]:
    if certificate.version is not x509.Version.v3:
        yield "it is not of version 3"
    if certificate.serial_number <= 0:
        yield "its serial number is not positive"
    extensions = {extension.oid: extension for extension in certificate.extensions}
    for oid, extension in extensions.items():
        if extension.critical and oid not in _UNDERSTOOD_CRITICAL:
            yield f"it has an unknown critical extension {oid.dotted_string}"
    constraints = extensions.get(ExtensionOID.BASIC_CONSTRAINTS)
    if constraints is not None and cast("x509.BasicConstraints", constraints.value).ca:
        yield "it is a certificate authority"
    yield from _usage_problems(extensions)
    names = extensions.get(ExtensionOID.SUBJECT_ALTERNATIVE_NAME)
    if names is None or len(list(cast("x509.SubjectAlternativeName", names.value))) != 1:
        yield "it does not name exactly one identity"
    elif not names.critical and not certificate.subject.rdns:
        yield "its only name is not critical"


def _usage_problems(extensions: Mapping[x509.ObjectIdentifier, x509.Extension[x509.ExtensionType]]) -> Iterator[str]:
    usage = extensions.get(ExtensionOID.KEY_USAGE)
    if usage is None or not cast("x509.KeyUsage", usage.value).digital_signature:
        yield "its key may not sign"
    elif cast("x509.KeyUsage", usage.value).key_cert_sign:
        yield "its key may sign certificates"
    extended = extensions.get(ExtensionOID.EXTENDED_KEY_USAGE)
    if extended is None or ExtendedKeyUsageOID.CODE_SIGNING not in cast("x509.ExtendedKeyUsage", extended.value):
        yield "it is not for code signing"


def find_issuer(
    certificate: x509.Certificate, authorities: Iterable[CertificateAuthority], times: Iterable[datetime]
) -> CertificateAuthority:
    """Return the trusted authority that issued ``certificate`` and, like it, was valid at all ``times`` (4.2, 4.3).

    Certificates from the bundle are never used.

    Raises:
        VerificationError: `certificate-untrusted` if no trusted authority signed it, `certificate-expired` or
            `certificate-authority-expired` if one did but the certificate or the authority was not valid then.
    """
    try:
        issuers = [authority for authority in authorities if _is_issued_by(certificate, authority)]
        not_before, not_after = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    except FOREIGN_ERRORS as error:
        raise _malformed(f"it cannot be parsed: {error}") from error
    if not issuers:
        raise VerificationError(Code.CERTIFICATE_UNTRUSTED, "no trusted certificate authority issued the certificate")
    times = tuple(times)
    for time in times:
        if not not_before <= time <= not_after:
            raise VerificationError(Code.CERTIFICATE_EXPIRED, f"the certificate was not valid at {time:%Y-%m-%d %H:%M}")
    for issuer in issuers:
        if all(issuer.valid.contains(time) for time in times):
            return issuer
    raise VerificationError(
        Code.CERTIFICATE_AUTHORITY_EXPIRED, "the certificate authority was not trusted at that time"
    )


def _is_issued_by(certificate: x509.Certificate, authority: CertificateAuthority) -> bool:
    if certificate.issuer != authority.certificate.subject:
        return False
    identifier = next(
        (
            extension.value.key_identifier
            for extension in certificate.extensions
            if isinstance(extension.value, x509.AuthorityKeyIdentifier)
        ),
        None,
    )
    if None not in (identifier, authority.subject_key_identifier) and identifier != authority.subject_key_identifier:
        return False
    if not isinstance(certificate.signature_hash_algorithm, _SIGNATURE_HASHES):
        return False
    try:
        certificate.verify_directly_issued_by(authority.certificate)
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


def certificate_facts(certificate: x509.Certificate) -> CertificateFacts:
    """Return what a verified certificate says.

    Raises:
        VerificationError: `certificate-malformed` if a Fulcio extension is not text of the right encoding,
            `certificate-contradictory` if two that say the same thing disagree (11.1).
    """
    fields: dict[str, str] = {}
    try:
        for extension in certificate.extensions:
            arc, _, number = extension.oid.dotted_string.rpartition(".")
            if arc + "." != _FULCIO_ARC or not isinstance(extension.value, x509.UnrecognizedExtension):
                continue
            if number in _RAW_FIELDS:
                fields[_RAW_FIELDS[number]] = extension.value.value.decode("utf-8")
            elif number in _DER_FIELDS:
                fields[_DER_FIELDS[number]] = asn1.decode_der(str, extension.value.value)
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        name = next(iter(names))
        facts = CertificateFacts(
            subject_alternative_name=str(name.value),
            is_uri=isinstance(name, x509.UniformResourceIdentifier),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            serial_number=f"{certificate.serial_number:x}",
            sha256=certificate.fingerprint(hashes.SHA256()).hex(),
            **{name: fields.get(name) for name in (*_RAW_FIELDS.values(), *_DER_FIELDS.values())},
        )
    except FOREIGN_ERRORS as error:
        raise _malformed(f"an extension cannot be parsed: {error}") from error
    _check_agreement(facts)
    return facts


def _check_agreement(facts: CertificateFacts) -> None:
    """Step 11.1: extensions that repeat each other must agree."""
    repository = facts.repository_v1 and f"https://github.com/{facts.repository_v1}"
    pairs = (
        (".1 and .8", facts.issuer_v1, facts.issuer),
        (".2 and .20", facts.trigger_v1, facts.build_trigger),
        (".3 and .13", facts.sha_v1, facts.source_repository_digest),
        (".5 and .12", repository, facts.source_repository_uri),
        (".6 and .14", facts.ref_v1, facts.source_repository_ref),
        (".9 and the subject alternative name", facts.build_signer_uri, facts.subject_alternative_name),
        (".19 and .13", facts.build_config_digest, facts.source_repository_digest),
    )
    for names, one, other in pairs:
        if one is not None and other is not None and one != other:
            raise VerificationError(
                Code.CERTIFICATE_CONTRADICTORY,
                f"the certificate's extensions {names} contradict each other: {one!r}, {other!r}",
            )


def _malformed(message: str) -> VerificationError:
    return VerificationError(Code.CERTIFICATE_MALFORMED, f"certificate: {message}")
