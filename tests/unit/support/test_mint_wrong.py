"""What the mint makes wrong is wrong in one respect, and genuine in all others."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from rfc3161_client.tsp import PKIStatus
from sigstore.errors import Error as SigstoreError
from sigstore.models import Bundle
from sigstore.verify import Verifier, policy

from provcheck.attestation.bundle import parse_bundle
from provcheck.attestation.verifier import Verifier as OwnVerifier
from provcheck.codes import Code
from provcheck.errors import VerificationError
from support.mint import (
    BUNDLE_V03,
    SIGSTORE,
    STRANGER,
    Edit,
    Era,
    Json,
    Package,
    Recipe,
    Stamp,
    append,
    basic_constraints,
    both,
    change,
    claim,
    drop,
    ecdsa_key,
    extended_key_usage,
    mint,
    provenance_recipe,
    put,
    repeat_extension,
    response,
    with_extension,
    without_extension,
    witness,
)
from support.mint.certificates import EXTENDED_KEY_USAGE, SUBJECT_ALTERNATIVE_NAME
from support.mint.crypto import b64

PACKAGE = Package.of("@octo/widget", "1.2.3", b"the tarball")
ANYBODY = policy.OIDCIssuer("https://token.actions.githubusercontent.com")


ANOTHER = mint(provenance_recipe(Package.of("gadget", "1.0.0", b"another tarball")))
ANOTHER_BODY = base64.b64decode(ANOTHER["verificationMaterial"]["tlogEntries"][0]["canonicalizedBody"])
SERVER_AUTH = extended_key_usage(ExtendedKeyUsageOID.SERVER_AUTH)
LATE = timedelta(hours=1)

WRONG: dict[str, tuple[Era, Edit[Recipe], Code]] = {
    "certificate-of-a-stranger": (
        Era.E2025,
        change(authority=STRANGER.fulcio),
        Code.CERTIFICATE_UNTRUSTED,
    ),
    "certificate-of-a-retired-authority": (
        Era.E2025,
        change(authority=SIGSTORE.fulcio_retired),
        Code.CERTIFICATE_AUTHORITY_EXPIRED,
    ),
    "certificate-expired-when-logged": (
        Era.E2025,
        lambda recipe: replace(recipe, logged_at=recipe.at + LATE),
        Code.CERTIFICATE_EXPIRED,
    ),
    "certificate-for-servers": (
        Era.E2025,
        change(edit_certificate=with_extension(SERVER_AUTH)),
        Code.CERTIFICATE_UNSUITABLE,
    ),
    "certificate-without-purpose": (
        Era.E2025,
        change(edit_certificate=without_extension(EXTENDED_KEY_USAGE)),
        Code.CERTIFICATE_UNSUITABLE,
    ),
    "certificate-of-an-authority": (
        Era.E2025,
        change(edit_certificate=with_extension(basic_constraints(ca=True))),
        Code.CERTIFICATE_UNSUITABLE,
    ),
    "certificate-with-one-extension-twice": (
        Era.E2025,
        change(edit_certificate=repeat_extension(SUBJECT_ALTERNATIVE_NAME)),
        Code.CERTIFICATE_MALFORMED,
    ),
    "certificate-that-contradicts-itself": (
        Era.E2025,
        change(edit_identity=claim(13, "0" * 40)),
        Code.CERTIFICATE_CONTRADICTORY,
    ),
    "sct-missing": (Era.E2025, change(ct_logs=()), Code.SCT_MISSING),
    "sct-of-a-stranger": (Era.E2025, change(ct_logs=(STRANGER.ct_log,)), Code.SCT_LOG_UNKNOWN),
    "sct-of-a-retired-log": (Era.E2025, change(ct_logs=(SIGSTORE.ct_log_retired,)), Code.SCT_LOG_EXPIRED),
    "sct-over-another-certificate": (Era.E2025, change(edit_sct=change(tbs=b"another")), Code.SCT_INVALID),
    "sct-for-another-issuer": (Era.E2025, change(edit_sct=change(issuer_key_hash=bytes(32))), Code.SCT_INVALID),
    "promise-by-another-key": (Era.E2024, change(promise_key=STRANGER.rekor.key), Code.SET_INVALID),
    "promise-for-another-body": (
        Era.E2024,
        change(edit_promise=put("body", to=b64(ANOTHER_BODY))),
        Code.SET_INVALID,
    ),
    "promise-at-another-time": (
        Era.E2023,
        change(edit_promise=put("integratedTime", to=1682011040)),
        Code.SET_INVALID,
    ),
    "log-of-a-stranger": (Era.E2025, change(log=STRANGER.rekor), Code.LOG_UNKNOWN),
    "log-that-is-retired": (Era.E2025, change(log=SIGSTORE.rekor_retired), Code.LOG_KEY_EXPIRED),
    "tiles-that-are-retired": (Era.REKOR_V2, change(log=SIGSTORE.rekor_v2_retired), Code.LOG_KEY_EXPIRED),
    "proof-of-another-leaf": (Era.E2025, change(edit_leaf=lambda _: ANOTHER_BODY), Code.INCLUSION_PROOF_INVALID),
    "checkpoint-of-another-size": (
        Era.E2025,
        change(edit_checkpoint=lambda text: text.replace("\n1", "\n2", 1)),
        Code.CHECKPOINT_TREE_MISMATCH,
    ),
    "checkpoint-of-another-log": (
        Era.E2025,
        change(edit_checkpoint=lambda text: f"old.{text}"),
        Code.CHECKPOINT_ORIGIN_MISMATCH,
    ),
    "checkpoint-by-another-key": (
        Era.E2025,
        change(checkpoint_signers=(replace(SIGSTORE.rekor.note_signer, key=STRANGER.rekor.key),)),
        Code.CHECKPOINT_INVALID,
    ),
    "checkpoint-of-a-witness-only": (Era.E2025, change(checkpoint_signers=(witness(),)), Code.CHECKPOINT_UNSIGNED),
    "checkpoint-with-a-stray-line": (
        Era.E2025,
        change(edit_note=lambda note: f"{note}stray\n"),
        Code.CHECKPOINT_INVALID,
    ),
    "entry-of-another-envelope": (Era.E2025, change(edit_body=lambda _: ANOTHER_BODY), Code.LOG_ENTRY_MISMATCH),
    "entry-of-another-payload": (
        Era.REKOR_V2,
        change(edit_entry=put("spec", "hashedRekordV002", "data", "digest", to=b64(bytes(32)))),
        Code.LOG_ENTRY_MISMATCH,
    ),
    "entry-of-another-key": (
        Era.E2024,
        change(edit_entry=put("spec", "content", "envelope", "signatures", 0, "publicKey", to=b64(b"another"))),
        Code.LOG_ENTRY_MISMATCH,
    ),
    "signature-by-another-key": (Era.E2025, change(signing_key=ecdsa_key("another")), Code.DSSE_SIGNATURE_INVALID),
    "signature-over-the-bare-payload": (
        Era.E2025,
        change(edit_signed=lambda encoded: encoded[encoded.index(b"{") :]),
        Code.DSSE_SIGNATURE_INVALID,
    ),
    "signature-twice": (
        Era.E2025,
        change(edit_content=lambda envelope: envelope | {"signatures": envelope["signatures"] * 2}),
        Code.SIGNATURE_COUNT,
    ),
    "time-of-nobody": (Era.REKOR_V2, change(stamps=()), Code.TIME_MISSING),
    "time-of-a-stranger": (
        Era.REKOR_V2,
        change(stamps=(Stamp(authority=STRANGER.tsa),)),
        Code.TIMESTAMP_UNTRUSTED,
    ),
    "time-of-a-retired-authority": (
        Era.REKOR_V2,
        change(stamps=(Stamp(authority=SIGSTORE.tsa_retired),)),
        Code.TIMESTAMP_AUTHORITY_EXPIRED,
    ),
    "time-of-another-signature": (
        Era.REKOR_V2,
        change(stamps=(Stamp(authority=SIGSTORE.tsa, edit_message=lambda _: b"another"),)),
        Code.TIMESTAMP_INVALID,
    ),
    "time-refused": (
        Era.REKOR_V2,
        change(stamps=(Stamp(authority=SIGSTORE.tsa, status=PKIStatus.REJECTION),)),
        Code.TIMESTAMP_INVALID,
    ),
    "proof-left-out": (Era.E2024, change(proof=False), Code.INCLUSION_PROOF_MISSING),
    "key-unknown": (Era.E2025, change(signer=STRANGER.npm_key), Code.KEY_UNKNOWN),
    "key-retired": (Era.E2025, change(signer=SIGSTORE.npm_key_retired, media_type=BUNDLE_V03), Code.KEY_EXPIRED),
}
"""For each: the era, what is wrong with the provenance, and the code of the step that must notice."""

ORACLE_CANNOT_JUDGE = {case for case, (era, *_) in WRONG.items() if era in {Era.E2023, Era.E2024}} | {
    "key-unknown",
    "key-retired",
}
"""sigstore-python takes no ``intoto`` entries, no bundles without a proof, and no keys in place of certificates."""

ORACLE_LETS_PASS = {
    "certificate-of-a-retired-authority",
    "certificate-that-contradicts-itself",
    "sct-of-a-retired-log",
    "log-that-is-retired",
    "tiles-that-are-retired",
    "checkpoint-of-another-size",
    "checkpoint-of-another-log",
    "checkpoint-with-a-stray-line",
}
"""What sigstore-python does not look at; that it accepts these shows that nothing else is wrong with them."""


@pytest.mark.parametrize("case", WRONG)
def test_one_wrong_thing_is_what_our_own_verifier_notices(own: OwnVerifier, case: str) -> None:
    era, edit, code = WRONG[case]

    with pytest.raises(VerificationError) as caught:
        own.verify(parse_bundle(mint(edit(provenance_recipe(PACKAGE, era)))))

    assert caught.value.code == code


@pytest.mark.parametrize("case", [case for case in WRONG if case not in ORACLE_CANNOT_JUDGE])
def test_sigstore_python_refuses_it_too_if_it_looks_there(oracle: Verifier, case: str) -> None:
    era, edit, _ = WRONG[case]
    bundle = mint(edit(provenance_recipe(PACKAGE, era)))
    try:
        oracle.verify_dsse(Bundle.from_json(json.dumps(bundle)), ANYBODY)
    except (SigstoreError, ValueError, x509.ExtensionNotFound):
        accepted = False
    else:
        accepted = True

    assert accepted == (case in ORACLE_LETS_PASS)


# ---- Lies under genuine signatures ---------------------------------------------------------------------------------

ARC = "1.3.6.1.4.1.57264.1."
MALLORY = "https://github.com/mallory/widget"

LIES: dict[str, tuple[Edit[Recipe], set[str]]] = {
    "subject-of-another-package": (
        change(edit_statement=put("subject", 0, "name", to="pkg:npm/gadget@1.2.3")),
        {"payload.subject.0.name"},
    ),
    "second-subject": (
        change(edit_statement=append("subject", value={"name": "pkg:npm/gadget@1.2.3", "digest": {}})),
        {"payload.subject.1.name"},
    ),
    "provenance-of-another-commit": (
        change(
            edit_statement=put(
                "predicate", "buildDefinition", "resolvedDependencies", 0, "digest", "gitCommit", to="0" * 40
            )
        ),
        {"payload.predicate.buildDefinition.resolvedDependencies.0.digest.gitCommit"},
    ),
    "run-left-out": (
        change(edit_statement=drop("predicate", "runDetails", "metadata")),
        {"payload.predicate.runDetails.metadata.invocationId"},
    ),
    "certificate-for-another-repository": (
        change(edit_identity=both(claim(12, MALLORY), claim(5, "mallory/widget"))),
        {"certificate.5", "certificate.12"},
    ),
    "certificate-without-runner": (
        change(edit_identity=claim(11, None)),
        {"certificate.11"},
    ),
}
"""For each: what is edited, and what alone may differ in what was signed and certified."""


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("era", [Era.E2024, Era.E2025, Era.REKOR_V2])
def test_only_the_edited_claim_differs_and_every_signature_holds(own: OwnVerifier, era: Era, lie: str) -> None:
    edit, expected = LIES[lie]
    recipe = provenance_recipe(PACKAGE, era)
    honest, lying = mint(recipe), mint(edit(recipe))

    own.verify(parse_bundle(lying))

    assert {name for name, _ in claims_in(honest) ^ claims_in(lying)} == expected


def test_what_the_registry_says_beside_the_bundle_can_be_wrong_alone() -> None:
    right = json.loads(response(PACKAGE))
    wrong = json.loads(response(PACKAGE, edit=put("attestations", 1, "predicateType", to="https://example.test")))

    assert wrong["attestations"][1].pop("predicateType") == "https://example.test"
    right["attestations"][1].pop("predicateType")
    assert wrong == right


def claims_in(bundle: Json) -> set[tuple[str, str]]:
    """Return every leaf of the payload and every extension of Fulcio in the certificate, by name."""
    material = bundle["verificationMaterial"]
    certificate = material.get("certificate") or material["x509CertificateChain"]["certificates"][0]
    extensions = x509.load_der_x509_certificate(base64.b64decode(certificate["rawBytes"])).extensions
    certified = {
        (f"certificate.{extension.oid.dotted_string.removeprefix(ARC)}", extension.value.public_bytes().hex())
        for extension in extensions
        if extension.oid.dotted_string.startswith(ARC)
    }
    return certified | set(leaves("payload", json.loads(base64.b64decode(bundle["dsseEnvelope"]["payload"]))))


def leaves(name: str, value: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        for key, member in value.items():
            yield from leaves(f"{name}.{key}", member)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(f"{name}.{index}", item)
    else:
        yield name, str(value)
