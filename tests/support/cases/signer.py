"""Steps 4 and 5: the certificate or registry key that signed, and the proof that the certificate was logged."""

import hashlib
from dataclasses import replace
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from provcheck.codes import Code
from support.cases.case import Cases, case, in_bundle
from support.mint import (
    SIGSTORE,
    STRANGER,
    Edit,
    Era,
    Extension,
    Recipe,
    Template,
    alternative_names,
    basic_constraints,
    both,
    change,
    extended_key_usage,
    key_usage,
    put,
    repeat_extension,
    with_extension,
    without_extension,
)
from support.mint.certificates import (
    AUTHORITY_KEY_IDENTIFIER,
    EXTENDED_KEY_USAGE,
    SUBJECT_ALTERNATIVE_NAME,
    extension,
)
from support.mint.certificates import name as distinguished_name
from support.mint.ct import sct_list

_WORKFLOW = x509.UniformResourceIdentifier(
    "https://github.com/octo-org/widget/.github/workflows/release.yml@refs/tags/v1.2.3"
)
_ANOTHER_KEY_IDENTIFIER = extension(
    AUTHORITY_KEY_IDENTIFIER,
    x509.AuthorityKeyIdentifier(
        key_identifier=bytes(20), authority_cert_issuer=None, authority_cert_serial_number=None
    ),
)


def _certificate(edit: Edit[Template]) -> Edit[Recipe]:
    return change(edit_certificate=edit)


def _rsa_public_key() -> bytes:
    """Return an RSA key (a number, at least) that nobody can sign with."""
    number = int.from_bytes(b"".join(hashlib.sha512(b"rsa %d" % part).digest() for part in range(4)))
    key = rsa.RSAPublicNumbers(e=65537, n=number | 1 << 2047 | 1).public_key()
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


_PROFILE: Cases = {
    "certificate-damaged_invalid": case(
        "4.1",
        "The certificate is not DER.",
        Code.CERTIFICATE_MALFORMED,
        provenance=in_bundle("verificationMaterial", "certificate", "rawBytes", to="bm90IGEgY2VydGlmaWNhdGU="),
    ),
    "certificate-extension-twice_invalid": case(
        "4.1",
        "The certificate names its owner twice; each tool would read another one.",
        Code.CERTIFICATE_MALFORMED,
        provenance=_certificate(repeat_extension(SUBJECT_ALTERNATIVE_NAME)),
    ),
    "certificate-of-version-1_invalid": case(
        "4.1",
        "Certificates of version 1 have no extensions, so none that limit their use.",
        Code.CERTIFICATE_UNSUITABLE,
        provenance=_certificate(change(version=1)),
    ),
    "certificate-with-an-unknown-critical-extension_invalid": case(
        "4.1",
        "The authority limits the certificate in a way that must be understood to be obeyed.",
        Code.CERTIFICATE_UNSUITABLE,
        provenance=_certificate(
            with_extension(Extension(oid="1.3.6.1.4.1.57264.99", value=b"\x05\x00", critical=True))
        ),
    ),
    "certificate-of-an-authority_invalid": case(
        "4.1",
        "A certificate that may issue others is not one that a job signs with.",
        Code.CERTIFICATE_UNSUITABLE,
        provenance=_certificate(with_extension(basic_constraints(ca=True))),
    ),
    "certificate-that-may-not-sign_invalid": case(
        "4.1",
        "The key was certified to agree on secrets, not to sign.",
        Code.CERTIFICATE_UNSUITABLE,
        provenance=_certificate(with_extension(key_usage("key_agreement"))),
    ),
    "certificate-that-may-sign-certificates_invalid": case(
        "4.1",
        "The key may sign certificates too, so the signature may be a certificate of somebody else's.",
        Code.CERTIFICATE_UNSUITABLE,
        provenance=_certificate(with_extension(key_usage("digital_signature", "key_cert_sign"))),
    ),
    "certificate-for-servers_invalid": case(
        "4.1",
        "A certificate of the same authority for another purpose.",
        Code.CERTIFICATE_UNSUITABLE,
        provenance=_certificate(with_extension(extended_key_usage(ExtendedKeyUsageOID.SERVER_AUTH))),
    ),
    "certificate-for-no-purpose_invalid": case(
        "4.1",
        "The certificate does not say what it is for.",
        Code.CERTIFICATE_UNSUITABLE,
        provenance=_certificate(without_extension(EXTENDED_KEY_USAGE)),
    ),
    "certificate-for-nobody_invalid": case(
        "4.1",
        "The certificate names no owner.",
        Code.CERTIFICATE_UNSUITABLE,
        provenance=_certificate(without_extension(SUBJECT_ALTERNATIVE_NAME)),
    ),
    "certificate-for-two_invalid": case(
        "4.1",
        "The certificate names two owners: one could be checked and the other one reported.",
        Code.CERTIFICATE_UNSUITABLE,
        provenance=_certificate(
            with_extension(alternative_names(_WORKFLOW, x509.RFC822Name("mallory@mallory.example")))
        ),
    ),
    "certificate-name-not-critical_invalid": case(
        "4.1",
        "The only name in the certificate is marked as one that may be overlooked.",
        Code.CERTIFICATE_UNSUITABLE,
        provenance=_certificate(with_extension(replace(alternative_names(_WORKFLOW), critical=False))),
    ),
    "certificate-with-an-rsa-key_unsupported": case(
        "8",
        "Sigstore does not issue certificates for such keys today.",
        Code.KEY_TYPE_UNSUPPORTED,
        provenance=_certificate(change(public_key=_rsa_public_key())),
    ),
}

_ISSUER: Cases = {
    "certificate-of-a-stranger_invalid": case(
        "4.2",
        "An authority of the same name issued the certificate; only its key is another.",
        Code.CERTIFICATE_UNTRUSTED,
        provenance=change(authority=STRANGER.fulcio),
    ),
    "certificate-of-a-stranger-in-the-bundle_invalid": case(
        "4.2",
        "The bundle brings along the authority that issued the certificate. It must not be believed.",
        Code.CERTIFICATE_UNTRUSTED,
        era=Era.E2024,
        provenance=change(authority=STRANGER.fulcio, whole_chain=True),
    ),
    "certificate-of-another-issuer-name_invalid": case(
        "4.2",
        "The certificate names an issuer that did not issue it.",
        Code.CERTIFICATE_UNTRUSTED,
        provenance=_certificate(change(issuer=distinguished_name("mallory.example", "test-sigstore-intermediate"))),
    ),
    "certificate-of-another-issuer-key_invalid": case(
        "4.2",
        "The certificate names another key of the issuer than the one that signed it.",
        Code.CERTIFICATE_UNTRUSTED,
        provenance=_certificate(with_extension(_ANOTHER_KEY_IDENTIFIER)),
    ),
    "certificate-with-sha1_invalid": case(
        "4.2",
        "The authority's signature is over a SHA-1: a colliding certificate would have the same.",
        Code.CERTIFICATE_UNTRUSTED,
        provenance=_certificate(change(signature_hash="sha1")),
    ),
    "certificate-of-the-root_invalid": case(
        "4.2",
        "The root issued the certificate itself, past the authority that it certified for that.",
        Code.CERTIFICATE_UNTRUSTED,
        provenance=change(authority=replace(SIGSTORE.fulcio, chain=SIGSTORE.fulcio.chain[1:])),
    ),
    "certificate-expired_invalid": case(
        "4.3",
        "The signature was logged an hour after signing: the certificate was over, its key was to be thrown away.",
        Code.CERTIFICATE_EXPIRED,
        provenance=lambda recipe: replace(recipe, logged_at=recipe.at + timedelta(hours=1)),
    ),
    "certificate-not-yet-valid_invalid": case(
        "4.3",
        "The signature was logged before the certificate was issued.",
        Code.CERTIFICATE_EXPIRED,
        provenance=lambda recipe: replace(recipe, logged_at=recipe.at - timedelta(seconds=1)),
    ),
    "certificate-of-a-retired-authority_invalid": case(
        "4.3",
        "The key of a retired authority issues a new certificate.",
        Code.CERTIFICATE_AUTHORITY_EXPIRED,
        provenance=change(authority=SIGSTORE.fulcio_retired),
    ),
}

_NPM_KEY: Cases = {
    "npm-key-of-a-stranger_invalid": case(
        "4.7",
        "The registry's attestation is signed with a key that the registry does not have.",
        Code.KEY_UNKNOWN,
        publish=change(signer=STRANGER.npm_key),
    ),
    "npm-key-of-a-stranger-with-the-right-name_invalid": case(
        "4.7",
        "The name of the registry's key stands over a signature by another: the log names the key that really signed.",
        Code.LOG_ENTRY_MISMATCH,
        publish=both(
            change(signer=STRANGER.npm_key, edit_content=put("signatures", 0, "keyid", to=SIGSTORE.npm_key.key_id)),
            in_bundle("verificationMaterial", "publicKey", "hint", to=SIGSTORE.npm_key.key_id),
        ),
    ),
    "npm-key-retired_invalid": case(
        "4.6",
        "The registry's old key, stolen after it was replaced, signs a new attestation.",
        Code.KEY_EXPIRED,
        publish=change(signer=SIGSTORE.npm_key_retired),
    ),
    "npm-key-not-yet-in-use_invalid": case(
        "4.6",
        "The registry's key is used before its start.",
        Code.KEY_EXPIRED,
        era=Era.E2024,
        publish=change(signer=SIGSTORE.npm_key),
    ),
}

_SCT: Cases = {
    "sct-missing_invalid": case(
        "5",
        "The certificate was never logged, so its victim could never notice it.",
        Code.SCT_MISSING,
        provenance=change(ct_logs=()),
    ),
    "sct-list-empty_invalid": case(
        "5",
        "A loop over no certificate timestamps finds nothing wrong.",
        Code.SCT_MISSING,
        provenance=change(ct_logs=(), edit_certificate=with_extension(sct_list(()))),
    ),
    "sct-of-a-stranger_invalid": case(
        "5",
        "Anyone can run a certificate log.",
        Code.SCT_LOG_UNKNOWN,
        provenance=change(ct_logs=(STRANGER.ct_log,)),
    ),
    "sct-of-a-retired-log_invalid": case(
        "5",
        "The key of a retired certificate log vouches for a new certificate.",
        Code.SCT_LOG_EXPIRED,
        provenance=change(ct_logs=(SIGSTORE.ct_log_retired,)),
    ),
    "sct-of-another-certificate_invalid": case(
        "5",
        "The proof of logging was taken from another certificate.",
        Code.SCT_INVALID,
        provenance=change(edit_sct=change(tbs=b"another certificate")),
    ),
    "sct-for-another-issuer_invalid": case(
        "5",
        "The proof of logging is for the same certificate by another authority.",
        Code.SCT_INVALID,
        provenance=change(edit_sct=change(issuer_key_hash=bytes(32))),
    ),
    "sct-twice_invalid": case(
        "5",
        "One certificate log vouches twice, to look like two.",
        Code.SCT_INVALID,
        provenance=change(edit_scts=lambda timestamps: timestamps * 2),
    ),
    "sct-false-beside-a-good-one_invalid": case(
        "5",
        "One proof of logging holds and the other does not.",
        Code.SCT_LOG_UNKNOWN,
        provenance=change(ct_logs=(SIGSTORE.ct_log, STRANGER.ct_log)),
    ),
}

SIGNER: Cases = {**_PROFILE, **_ISSUER, **_NPM_KEY, **_SCT}
