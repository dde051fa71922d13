"""Steps 8 to 10: the signature, the statement, its subject, and the publish attestation."""

from provcheck.codes import Code
from support.cases.case import Cases, case, in_bundle, in_predicate, in_statement
from support.judging import ANOTHER_PACKAGE, PACKAGE
from support.mint import (
    REGISTRY,
    SIGSTORE,
    BuildType,
    Edit,
    Era,
    Json,
    Recipe,
    append,
    bundle_recipe,
    change,
    drop,
    ecdsa_key,
    mint,
    provenance_recipe,
    publish_statement,
    put,
)
from support.mint.crypto import b64
from support.mint.eras import build_identity, default_build

_PUBLISH, _PROVENANCE = ("attestations", 0), ("attestations", 1)
_NAME = ("subject", 0, "name")
_SHA512 = ("subject", 0, "digest", "sha512")
_AT = provenance_recipe(PACKAGE).at


def _named(name: str) -> Edit[Recipe]:
    return in_statement(*_NAME, to=name)


def _swap_labels(answer: Json) -> Json:
    publish, provenance = answer["attestations"]
    labels = publish["predicateType"], provenance["predicateType"]
    return {
        "attestations": [publish | {"predicateType": labels[1]}, provenance | {"predicateType": labels[0]}],
    }


def _labelled(bundle: Json, predicate_type: str) -> Json:
    return {"predicateType": predicate_type, "bundle": bundle}


def _signed_by_npm() -> Json:
    """Return provenance that the registry's key signed."""
    recipe = provenance_recipe(PACKAGE)
    return mint(bundle_recipe(recipe.content, SIGSTORE.npm_key, Era.E2025))


def _signed_by_ci() -> Json:
    """Return a publish attestation that a workflow signed."""
    identity = build_identity(default_build(BuildType.WORKFLOW_V1), BuildType.WORKFLOW_V1, _AT)
    return mint(bundle_recipe(publish_statement(PACKAGE, REGISTRY), identity, Era.E2025))


_SIGNATURE: Cases = {
    "signature-by-another-key_invalid": case(
        "8",
        "The certificate is genuine; somebody without its key signed.",
        Code.DSSE_SIGNATURE_INVALID,
        provenance=change(signing_key=ecdsa_key("mallory")),
    ),
    "signature-over-the-bare-payload_invalid": case(
        "8",
        "The payload type is not signed, so the same signature would make it a document of any type.",
        Code.DSSE_SIGNATURE_INVALID,
        provenance=change(edit_signed=lambda encoded: encoded[encoded.index(b"{") :]),
    ),
    "signature-with-lengths-in-characters_invalid": case(
        "8",
        "The type's length is counted in characters instead of bytes: then type and payload can be cut elsewhere.",
        Code.DSSE_SIGNATURE_INVALID,
        provenance=change(
            payload_type="text/\u00fcnicode",
            edit_signed=lambda encoded: encoded.replace(b"DSSEv1 13 ", b"DSSEv1 12 ", 1),
        ),
    ),
}

_STATEMENT: Cases = {
    "payload-of-another-type_unsupported": case(
        "9.1",
        "The signer signed a text that happens to look like a statement, not a statement.",
        Code.PAYLOAD_TYPE_UNSUPPORTED,
        provenance=change(payload_type="text/plain"),
    ),
    "statement-of-the-future_unsupported": case(
        "9.2",
        "A version of the statement that this version does not know.",
        Code.STATEMENT_TYPE_UNSUPPORTED,
        provenance=in_statement("_type", to="https://in-toto.io/Statement/v2"),
    ),
    "statement-with-an-unknown-field_unsupported": case(
        "9.2",
        "A newer statement may carry a field that changes what it says.",
        Code.STATEMENT_TYPE_UNSUPPORTED,
        provenance=in_statement("unless", to="raining"),
    ),
    "statement-without-a-predicate_invalid": case(
        "9.2",
        "The statement states nothing.",
        Code.STATEMENT_MALFORMED,
        provenance=in_statement("predicate", to=None),
    ),
    "labels-swapped_invalid": case(
        "9.3",
        "The registry labels each attestation as the other: tools that go by the label take the wrong one.",
        Code.PREDICATE_TYPE_MISMATCH,
        Code.PREDICATE_TYPE_MISMATCH,
        edit=_swap_labels,
    ),
    "label-missing_invalid": case(
        "9.3",
        "The registry does not say what the attestation is.",
        Code.PREDICATE_TYPE_MISMATCH,
        edit=drop(*_PROVENANCE, "predicateType"),
    ),
    "predicate-of-unknown-type_unsupported": case(
        "9.4",
        "A signed statement of another kind is not provenance.",
        Code.PREDICATE_TYPE_UNSUPPORTED,
        provenance=in_statement("predicateType", to="https://slsa.dev/verification_summary/v1"),
    ),
    "predicate-type-that-begins-right_unsupported": case(
        "9.4",
        "A verifier that compares the beginning takes it for a publish attestation.",
        Code.PREDICATE_TYPE_UNSUPPORTED,
        publish=in_statement("predicateType", to="https://github.com/npm/attestation/tree/main/specs/publish/v0.1.9"),
        edit=drop(*_PROVENANCE),
    ),
    "predicate-of-unknown-type-beside-provenance_verified": case(
        "9.4",
        "A signed statement of another kind does not make good provenance doubtful.",
        Code.PREDICATE_TYPE_UNSUPPORTED,
        edit=append(
            "attestations",
            value=_labelled(
                mint(
                    in_statement("predicateType", to="https://slsa.dev/verification_summary/v1")(
                        provenance_recipe(PACKAGE)
                    )
                ),
                "https://slsa.dev/verification_summary/v1",
            ),
        ),
    ),
}

_SUBJECT: Cases = {
    "subjects-two_invalid": case(
        "10.1",
        "The statement lists the victim's package as a second subject.",
        Code.SUBJECT_COUNT,
        provenance=change(
            edit_statement=append(
                "subject", value={"name": ANOTHER_PACKAGE.purl, "digest": {"sha512": ANOTHER_PACKAGE.sha512}}
            )
        ),
    ),
    "subjects-none_invalid": case(
        "10.1",
        "The statement is about nothing.",
        Code.SUBJECT_COUNT,
        provenance=in_statement("subject", to=[]),
    ),
    "subject-of-another-package_invalid": case(
        "10.2",
        "Genuine provenance of another package, with the same bytes, served for this one.",
        Code.SUBJECT_NAME_MISMATCH,
        provenance=_named("pkg:npm/gadget@1.2.3"),
    ),
    "subject-of-a-longer-version_invalid": case(
        "10.2",
        "The version begins like the locked one.",
        Code.SUBJECT_NAME_MISMATCH,
        provenance=_named("pkg:npm/%40octo/widget@1.2.30"),
    ),
    "subject-of-a-version-with-build-metadata_invalid": case(
        "10.2",
        "Equal by semantic versioning, but another version.",
        Code.SUBJECT_NAME_MISMATCH,
        provenance=_named("pkg:npm/%40octo/widget@1.2.3+evil"),
    ),
    "subject-with-a-bare-at-sign_invalid": case(
        "10.2",
        "A second spelling of the name: npm writes the scope's at sign percent-encoded.",
        Code.SUBJECT_NAME_MISMATCH,
        provenance=_named("pkg:npm/@octo/widget@1.2.3"),
    ),
    "subject-with-an-encoded-slash_invalid": case(
        "10.2",
        "A second spelling of the name: npm leaves the slash bare.",
        Code.SUBJECT_NAME_MISMATCH,
        provenance=_named("pkg:npm/%40octo%2Fwidget@1.2.3"),
    ),
    "subject-with-a-qualifier_invalid": case(
        "10.2",
        "A package URL with a qualifier can name a package of another registry.",
        Code.SUBJECT_NAME_MISMATCH,
        provenance=_named("pkg:npm/%40octo/widget@1.2.3?repository_url=mallory.example"),
    ),
    "subject-in-capitals_invalid": case(
        "10.2",
        "Old packages have capitals in their names: another name.",
        Code.SUBJECT_NAME_MISMATCH,
        provenance=_named("pkg:npm/%40octo/Widget@1.2.3"),
    ),
    "digest-in-capitals_invalid": case(
        "10.3",
        "A second spelling of the digest.",
        Code.SUBJECT_DIGEST_INVALID,
        provenance=in_statement(*_SHA512, to=PACKAGE.sha512.upper()),
    ),
    "digest-cut-short_invalid": case(
        "10.3",
        "A prefix of the digest fits many tarballs.",
        Code.SUBJECT_DIGEST_INVALID,
        provenance=in_statement(*_SHA512, to=PACKAGE.sha512[:64]),
    ),
    "digest-of-a-weaker-kind-only_invalid": case(
        "10.3",
        "No SHA-512: the statement is about a SHA-1, which can collide.",
        Code.SUBJECT_DIGEST_INVALID,
        provenance=in_statement("subject", 0, "digest", to={"sha1": "0" * 40}),
    ),
    "digest-of-another-tarball_invalid": case(
        "10.3",
        "The registry serves a tarball that this build did not make, or somebody edited the lockfile.",
        Code.INTEGRITY_MISMATCH,
        provenance=in_statement(*_SHA512, to=ANOTHER_PACKAGE.sha512),
    ),
}

_PUBLISH_ATTESTATION: Cases = {
    "publish-of-another-version_invalid": case(
        "10.5",
        "The registry published another version: an old attestation is served for a new release.",
        Code.PUBLISH_MISMATCH,
        publish=in_predicate("version", to="1.2.2"),
    ),
    "publish-of-another-package_invalid": case(
        "10.5",
        "The registry published another package.",
        Code.PUBLISH_MISMATCH,
        publish=in_predicate("name", to="@octo/gadget"),
    ),
    "publish-in-another-registry_invalid": case(
        "10.5",
        "The attestation says that the package was published in another registry than the key's.",
        Code.PUBLISH_MISMATCH,
        registry="https://registry.mallory.example",
    ),
    "publish-with-another-claim_invalid": case(
        "10.5",
        "The predicate of a publish attestation has three fields and no more.",
        Code.PUBLISH_MISMATCH,
        publish=in_predicate("tarball", to="https://mallory.example/widget.tgz"),
    ),
    "publish-signed-by-a-workflow_invalid": case(
        "10.5",
        "A workflow attests in the registry's place that the package was published.",
        Code.SIGNER_KIND_MISMATCH,
        edit=put(*_PUBLISH, "bundle", to=_signed_by_ci()),
    ),
    "provenance-signed-by-the-registry_invalid": case(
        "10.5",
        "The registry attests in the workflow's place how the package was built; no CI system vouches for it.",
        Code.SIGNER_KIND_MISMATCH,
        edit=put(*_PROVENANCE, "bundle", to=_signed_by_npm()),
    ),
}

_RESPONSE: Cases = {
    "publish-bad-beside-good-provenance_invalid": case(
        "10.6",
        "Provenance that holds does not make good another attestation that does not.",
        Code.DSSE_SIGNATURE_INVALID,
        publish=change(signing_key=ecdsa_key("mallory")),
    ),
    "provenance-stripped_absent": case(
        "10.6",
        "The registry dropped the provenance and kept its own attestation: absent, and never verified.",
        Code.PROVENANCE_NOT_AMONG_ATTESTATIONS,
        edit=drop(*_PROVENANCE),
    ),
    "attestations-none_absent": case(
        "10.6",
        "The registry has a list of attestations, and it is empty.",
        Code.PROVENANCE_ABSENT,
        edit=put("attestations", to=[]),
    ),
    "publish-stripped_verified": case(
        "10.6",
        "Provenance alone proves the origin; that the registry did not attest the publication is remarked.",
        Code.PUBLISH_ATTESTATION_ABSENT,
        edit=drop(*_PUBLISH),
    ),
    "attestation-that-is-no-bundle_invalid": case(
        "10.6",
        "An attestation without a bundle must not be passed over.",
        Code.BUNDLE_MALFORMED,
        edit=append("attestations", value={"predicateType": "https://slsa.dev/provenance/v1"}),
    ),
    "attestations-too-many_unsupported": case(
        "10.6",
        "More attestations than any registry serves: work for the verifier.",
        Code.ATTESTATIONS_TOO_MANY,
        edit=put("attestations", to=[{"predicateType": "https://slsa.dev/provenance/v1", "bundle": {}}] * 33),
    ),
    "payload-changed_invalid": case(
        "7",
        "The statement was changed after it was signed.",
        Code.LOG_ENTRY_MISMATCH,
        provenance=in_bundle("dsseEnvelope", "payload", to=b64(b"{}")),
    ),
}

STATEMENT: Cases = {**_SIGNATURE, **_STATEMENT, **_SUBJECT, **_PUBLISH_ATTESTATION, **_RESPONSE}
