"""Verifying the certificate chains of a trusted root (RFC 5280 section 6, without revocation)."""

from collections.abc import Iterator
from typing import cast

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import ExtensionOID

from provcheck.errors import TrustError

CERTIFICATE_ERRORS: tuple[type[Exception], ...] = (
    ValueError,
    TypeError,
    KeyError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
"""What reading a damaged certificate can raise: `cryptography` parses lazily, so any attribute may."""

_UNDERSTOOD_CRITICAL = frozenset(
    {ExtensionOID.KEY_USAGE, ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.EXTENDED_KEY_USAGE}
)


def verify_chain(
    certificates: tuple[x509.Certificate, ...], *, purpose: x509.ObjectIdentifier, where: str
) -> tuple[x509.Certificate, ...]:
    """Return ``certificates`` if each is a certificate authority that the next one issued.

    Args:
        certificates: the issuing authority first, the trust anchor last.
        purpose: the extended key usage that a certificate with such an extension must allow.
        where: names the chain in errors.

    Raises:
        TrustError: a signature or name does not fit, or a certificate may not issue certificates of this purpose.
    """
    for below, certificate in enumerate(certificates):
        try:
            problem = next(_authority_problems(certificate, below=below, purpose=purpose), None)
            if below + 1 < len(certificates):
                certificate.verify_directly_issued_by(certificates[below + 1])
        except InvalidSignature as error:
            raise TrustError(f"certificate {below} is not signed by certificate {below + 1}", where=where) from error
        except CERTIFICATE_ERRORS as error:
            raise TrustError(f"certificate {below} cannot be used: {error}", where=where) from error
        if problem:
            raise TrustError(f"certificate {below} {problem}", where=where)
    return certificates


def _authority_problems(certificate: x509.Certificate, *, below: int, purpose: x509.ObjectIdentifier) -> Iterator[str]:
    extensions = {extension.oid: extension for extension in certificate.extensions}
    constraints = extensions.get(ExtensionOID.BASIC_CONSTRAINTS)
    if constraints is None or not cast("x509.BasicConstraints", constraints.value).ca:
        yield "is not a certificate authority"
    else:
        path_length = cast("x509.BasicConstraints", constraints.value).path_length
        if path_length is not None and path_length < below:
            yield "allows fewer certificate authorities below it"
    usage = extensions.get(ExtensionOID.KEY_USAGE)
    if usage is None or not cast("x509.KeyUsage", usage.value).key_cert_sign:
        yield "may not sign certificates"
    extended = extensions.get(ExtensionOID.EXTENDED_KEY_USAGE)
    if extended is not None and purpose not in cast("x509.ExtendedKeyUsage", extended.value):
        yield "may not issue certificates for this purpose"
    for oid, extension in extensions.items():
        if extension.critical and oid not in _UNDERSTOOD_CRITICAL:
            yield f"has an unknown critical extension {oid.dotted_string}"
