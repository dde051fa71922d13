"""What the mint makes is genuine: other people's libraries accept it, and it has the shape of the real thing."""

import base64
import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from hypothesis import given
from hypothesis.strategies import DataObject, data, integers
from rfc3161_client import VerifierBuilder, decode_timestamp_response
from sigstore.errors import Error as SigstoreError
from sigstore.models import Bundle
from sigstore.verify import Verifier, policy

from provcheck.attestation.bundle import parse_bundle
from provcheck.attestation.verifier import Verifier as OwnVerifier
from provcheck.trust.embedded import read_embedded
from provcheck.trust.npm_keys import parse_npm_keys
from provcheck.trust.root import parse_trusted_root
from support.corpus import CORPUS, corpus_response, requires_corpus
from support.mint import (
    BUNDLE_V02,
    BUNDLE_V03_OLD_SPELLING,
    DELEGATED_BUILD,
    GITLAB_BUILD,
    NPM_KEY_RETIRED_AT,
    P384,
    P521,
    REGISTRY,
    REKOR_V2_RETIRED_AT,
    RETIRED_AT,
    SIGSTORE,
    STRANGER,
    BuildType,
    Edit,
    EntryKind,
    Era,
    Json,
    Package,
    Recipe,
    Stamp,
    bundle_recipe,
    change,
    ecdsa_key,
    ed25519_key,
    email_identity,
    gitlab_identity,
    mint,
    new_sigstore,
    provenance_recipe,
    publish_recipe,
    response,
    witness,
)
from support.mint.authority import fulcio, fulcio_without_intermediate, timestamp_authority
from support.mint.crypto import canonical_json
from support.mint.entries import Signed, entry_body
from support.mint.entries import Verifier as LoggedVerifier
from support.mint.merkle import include, leaf_hash, node_hash
from support.mint.registry_keys import key_id
from support.mint.rekor import promised

PACKAGE = Package.of("@octo/widget", "1.2.3", b"the tarball")
ARTIFACT = b"an artifact"

# ---- Others' libraries accept it -----------------------------------------------------------------------------------


ANYBODY = policy.AllOf([policy.OIDCIssuer("https://token.actions.githubusercontent.com")])


def read(bundle: Json) -> Bundle:
    return Bundle.from_json(json.dumps(bundle))


@pytest.mark.parametrize("build_type", list(BuildType))
@pytest.mark.parametrize("era", [Era.E2025, Era.REKOR_V2])
def test_sigstore_python_accepts_provenance(oracle: Verifier, era: Era, build_type: BuildType) -> None:
    recipe = provenance_recipe(PACKAGE, era, build_type=build_type)
    issuer = "https://gitlab.com" if build_type is BuildType.GITLAB else "https://token.actions.githubusercontent.com"

    payload_type, payload = oracle.verify_dsse(read(mint(recipe)), policy.OIDCIssuer(issuer))

    assert payload_type == "application/vnd.in-toto+json"
    assert json.loads(payload) == recipe.content


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(change(media_type=BUNDLE_V02), id="v0.2"),
        pytest.param(change(media_type=BUNDLE_V03_OLD_SPELLING), id="v0.3-in-its-old-spelling"),
        pytest.param(change(index=0, tree_size=1), id="only-leaf"),
        pytest.param(change(index=0, tree_size=6), id="first-leaf"),
        pytest.param(change(index=4, tree_size=5), id="last-leaf-of-ragged-tree"),
        pytest.param(change(index=2**40 + 12345, tree_size=2**41 + 678), id="huge-tree"),
        pytest.param(change(edit_sct=change(extensions=b"\0\0\1\2\3")), id="sct-with-extensions"),
        pytest.param(change(checkpoint_signers=(witness(), SIGSTORE.rekor.note_signer)), id="witnessed"),
        pytest.param(change(stamps=(Stamp(authority=SIGSTORE.tsa, hash_name="sha384"),)), id="timestamp-too"),
    ],
)
def test_sigstore_python_accepts_variants(oracle: Verifier, edit: Edit[Recipe]) -> None:
    oracle.verify_dsse(read(mint(edit(provenance_recipe(PACKAGE)))), ANYBODY)


@pytest.mark.parametrize("era", [Era.E2024, Era.E2025, Era.REKOR_V2])
def test_sigstore_python_accepts_message_signatures(oracle: Verifier, era: Era) -> None:
    person = email_identity("maintainer@octo.example", "https://accounts.octo.example")
    bundle = read(mint(bundle_recipe(ARTIFACT, person, era)))
    expected = policy.Identity(identity="maintainer@octo.example", issuer="https://accounts.octo.example")

    oracle.verify_artifact(ARTIFACT, bundle, expected)

    with pytest.raises(SigstoreError):
        oracle.verify_artifact(b"another artifact", bundle, expected)


def test_sigstore_python_reads_every_extension(oracle: Verifier) -> None:
    build = DELEGATED_BUILD
    signer = f"https://github.com/{build.signer}"
    workflow = "https://github.com/octo-org/widget/.github/workflows/release.yml@refs/tags/v1.2.3"
    assert build.signer_commit is not None
    expected: list[policy.VerificationPolicy] = [
        policy.Identity(identity=signer),
        policy.OIDCIssuer("https://token.actions.githubusercontent.com"),
        policy.GitHubWorkflowTrigger("push"),
        policy.GitHubWorkflowSHA(build.commit),
        policy.GitHubWorkflowName("release"),
        policy.GitHubWorkflowRepository("octo-org/widget"),
        policy.GitHubWorkflowRef("refs/tags/v1.2.3"),
        policy.OIDCIssuerV2("https://token.actions.githubusercontent.com"),
        policy.OIDCBuildSignerURI(signer),
        policy.OIDCBuildSignerDigest(build.signer_commit),
        policy.OIDCRunnerEnvironment("github-hosted"),
        policy.OIDCSourceRepositoryURI("https://github.com/octo-org/widget"),
        policy.OIDCSourceRepositoryDigest(build.commit),
        policy.OIDCSourceRepositoryRef("refs/tags/v1.2.3"),
        policy.OIDCSourceRepositoryIdentifier(build.repository_id),
        policy.OIDCSourceRepositoryOwnerURI("https://github.com/octo-org"),
        policy.OIDCSourceRepositoryOwnerIdentifier(build.owner_id),
        policy.OIDCBuildConfigURI(workflow),
        policy.OIDCBuildConfigDigest(build.commit),
        policy.OIDCBuildTrigger("push"),
        policy.OIDCRunInvocationURI("https://github.com/octo-org/widget/actions/runs/20304050607/attempts/1"),
        policy.OIDCSourceRepositoryVisibility("public"),
    ]
    bundle = mint(provenance_recipe(PACKAGE, build_type=BuildType.DELEGATOR))

    oracle.verify_dsse(read(bundle), policy.AllOf(expected))


def test_gitlab_certificates_name_project_configuration_and_job(oracle: Verifier) -> None:
    bundle = mint(bundle_recipe(ARTIFACT, gitlab_identity(GITLAB_BUILD), Era.E2025))
    expected: list[policy.VerificationPolicy] = [
        policy.Identity(identity="https://gitlab.com/octo-group/tools/widget//.gitlab-ci.yml@refs/tags/v1.2.3"),
        policy.OIDCIssuerV2("https://gitlab.com"),
        policy.OIDCSourceRepositoryURI("https://gitlab.com/octo-group/tools/widget"),
        policy.OIDCSourceRepositoryOwnerURI("https://gitlab.com/octo-group/tools"),
        policy.OIDCRunInvocationURI("https://gitlab.com/octo-group/tools/widget/-/jobs/8899001122"),
        policy.OIDCRunnerEnvironment("gitlab-hosted"),
    ]

    oracle.verify_artifact(ARTIFACT, read(bundle), policy.AllOf(expected))


@pytest.mark.parametrize("hash_name", ["sha256", "sha384", "sha512"])
def test_rfc3161_client_accepts_timestamps(hash_name: str) -> None:
    recipe = provenance_recipe(PACKAGE, Era.REKOR_V2)
    bundle = mint(replace(recipe, stamps=(Stamp(authority=SIGSTORE.tsa, hash_name=hash_name),)))
    [stamped] = bundle["verificationMaterial"]["timestampVerificationData"]["rfc3161Timestamps"]
    timestamp = decode_timestamp_response(base64.b64decode(stamped["signedTimestamp"]))
    leaf, root = (x509.load_der_x509_certificate(link.certificate) for link in SIGSTORE.tsa.chain)
    verifier = VerifierBuilder().tsa_certificate(leaf).add_root_certificate(root).build()
    signature = base64.b64decode(bundle["dsseEnvelope"]["signatures"][0]["sig"])

    verifier.verify_message(timestamp, signature)

    assert timestamp.tst_info.gen_time == recipe.at + timedelta(seconds=2)


@pytest.mark.parametrize("era", list(Era))
@pytest.mark.parametrize("build_type", list(BuildType))
def test_our_own_verifier_accepts_both_attestations(own: OwnVerifier, era: Era, build_type: BuildType) -> None:
    served = json.loads(response(PACKAGE, era, build_type=build_type))["attestations"]

    publish, provenance = (own.verify(parse_bundle(attestation["bundle"])) for attestation in served)

    assert publish.key_id == (SIGSTORE.npm_key if era in {Era.E2025, Era.REKOR_V2} else SIGSTORE.npm_key_retired).key_id
    assert provenance.certificate is not None
    assert [json.loads(signature.payload)["predicateType"] for signature in (publish, provenance)] == [
        attestation["predicateType"] for attestation in served
    ]


AT_THE_END = RETIRED_AT - timedelta(minutes=1)

ALSO_RIGHT = {
    "v0.1-with-proof": change(proof=True, media_type="application/vnd.dev.sigstore.bundle+json;version=0.1"),
    "leaf-key-p384": change(leaf_key=ecdsa_key("a leaf", P384)),
    "leaf-key-p521": change(leaf_key=ecdsa_key("a leaf", P521)),
    "logged-when-the-certificate-ends": lambda recipe: replace(recipe, logged_at=recipe.at + timedelta(minutes=10)),
    "issued-when-the-authority-ends": change(at=RETIRED_AT, logged_at=RETIRED_AT, authority=SIGSTORE.fulcio_retired),
    "logged-when-the-log-key-ends": change(at=AT_THE_END, logged_at=RETIRED_AT, log=SIGSTORE.rekor_retired),
    "stamped-when-the-timestamp-authority-ends": change(
        at=AT_THE_END, stamps=(Stamp(authority=SIGSTORE.tsa_retired, at=RETIRED_AT),)
    ),
}


@pytest.mark.parametrize("variant", ALSO_RIGHT)
def test_our_own_verifier_accepts_variants(own: OwnVerifier, variant: str) -> None:
    recipe = ALSO_RIGHT[variant](provenance_recipe(PACKAGE, Era.E2024))

    assert own.verify(parse_bundle(mint(recipe))).payload == json.dumps(recipe.content, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    ("era", "last_moment", "edit"),
    [
        (Era.E2024, NPM_KEY_RETIRED_AT, change(signer=SIGSTORE.npm_key_retired)),
        (
            Era.REKOR_V2,
            REKOR_V2_RETIRED_AT,
            change(log=SIGSTORE.rekor_v2_retired, stamps=(Stamp(authority=SIGSTORE.tsa, at=REKOR_V2_RETIRED_AT),)),
        ),
    ],
)
def test_our_own_verifier_accepts_the_last_moment_of_keys(
    own: OwnVerifier, era: Era, last_moment: datetime, edit: Edit[Recipe]
) -> None:
    recipe = edit(publish_recipe(PACKAGE, era, at=last_moment - timedelta(minutes=1)))

    assert own.verify(parse_bundle(mint(replace(recipe, logged_at=last_moment)))).timestamps == (last_moment,)


@given(size=integers(1, 300), data=data())
def test_trees_are_those_of_rfc_6962(size: int, data: DataObject) -> None:
    index = data.draw(integers(0, size - 1))
    level = [leaf_hash(b"ours") if place == index else leaf_hash(b"filler %d" % (place % 64)) for place in range(size)]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [node_hash(left, right) for left, right in pairs] + level[len(level) & ~1 :]

    assert include(b"ours", index, size).root == level[0]


# ---- It has the shape of the real thing ----------------------------------------------------------------------------


def shape(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return the value's members in their order, with the kinds of their values; alike items of a list are one.

    Whether a window has an end is no question of shape.
    """
    if isinstance(value, dict):
        return {key: shape(member) for key, member in value.items() if key != "end"}
    if isinstance(value, list):
        shapes = [shape(item) for item in value]
        return [item for index, item in enumerate(shapes) if item not in shapes[:index]]
    return type(value).__name__


def description(bundle: Json) -> Json:
    """Return the order and kinds of everything in the bundle, also of what is serialized in it."""
    material = bundle["verificationMaterial"]
    [entry] = material["tlogEntries"]
    payload, body = bundle["dsseEnvelope"]["payload"], entry["canonicalizedBody"]
    described: Json = {
        "bundle": json.dumps(shape(bundle)),
        "payload": json.dumps(shape(json.loads(base64.b64decode(payload)))),
        "body": json.dumps(shape(json.loads(base64.b64decode(body)))),
    }
    if certificates := certificates_in(material):
        extensions = x509.load_der_x509_certificate(certificates[0]).extensions
        described["certificates"] = len(certificates)
        described["extensions"] = [(extension.oid.dotted_string, extension.critical) for extension in extensions]
    return described


def certificates_in(material: Json) -> list[bytes]:
    chain = material.get("x509CertificateChain", {}).get("certificates") or [material.get("certificate")]
    return [base64.b64decode(certificate["rawBytes"]) for certificate in chain if certificate]


@requires_corpus
@pytest.mark.parametrize(
    ("spec", "era", "build_type"),
    [
        ("@laurentsimon/provenance-npm-test@1.0.3", Era.E2023, BuildType.GHA_V2),
        ("@laurentsimon/provenance-npm-test@1.0.5", Era.E2023, BuildType.DELEGATOR),
        ("sigstore@1.0.0", Era.E2023, BuildType.GHA_V0),
        ("tuf-js@1.0.0", Era.E2023, BuildType.GHA_V0),
        ("gundam-visor@1.0.1", Era.E2024, BuildType.WORKFLOW_V1),
        ("sigstore@2.3.1", Era.E2024, BuildType.WORKFLOW_V1),
        ("nuxt@4.1.2", Era.E2025, BuildType.WORKFLOW_V1),
    ],
)
def test_responses_have_the_shape_of_real_ones(spec: str, era: Era, build_type: BuildType) -> None:
    real = by_predicate_type(corpus_response(spec))
    minted = by_predicate_type(response(PACKAGE, era, build_type=build_type))

    assert minted.keys() == real.keys()
    for predicate_type, item in minted.items():
        assert list(item) == list(real[predicate_type])
        assert description(item["bundle"]) == description(real[predicate_type]["bundle"])


def by_predicate_type(served: bytes) -> dict[str, Json]:
    return {item["predicateType"]: item for item in json.loads(served)["attestations"]}


def real_bundles(*specs: str) -> list[Json]:
    return [item["bundle"] for spec in specs for item in json.loads(corpus_response(spec))["attestations"]]


@requires_corpus
def test_log_entries_of_real_envelopes_come_out_as_the_log_had_them() -> None:
    keys = {entry["keyId"]: entry for entry in json.loads((CORPUS / "npm-keys.json").read_bytes())["keys"]}
    kinds = set()
    for bundle in real_bundles("gundam-visor@1.0.1", "sigstore@2.3.1", "nuxt@4.1.2"):
        material = bundle["verificationMaterial"]
        [entry] = material["tlogEntries"]
        kind = EntryKind(f"{entry['kindVersion']['kind']} {entry['kindVersion']['version']}")
        certificates = certificates_in(material)
        if certificates:
            der = certificates[0]
        else:
            der = base64.b64decode(keys[material["publicKey"]["hint"]]["publicKey"]["rawBytes"])
        verifier = LoggedVerifier(der=der, is_certificate=bool(certificates), key_details="", hash_name="sha256")
        signed = Signed(content=bundle["dsseEnvelope"], message=b"", signature=b"", verifier=verifier)

        assert canonical_json(entry_body(kind, signed)) == base64.b64decode(entry["canonicalizedBody"])
        kinds.add(kind)

    assert kinds == {EntryKind.INTOTO, EntryKind.DSSE}


@requires_corpus
def test_promises_are_what_the_real_log_signed() -> None:
    logs = parse_trusted_root(read_embedded().trusted_root).transparency_logs
    for bundle in real_bundles("sigstore@1.0.0", "nuxt@4.1.2"):
        [entry] = bundle["verificationMaterial"]["tlogEntries"]
        log_id, body = base64.b64decode(entry["logId"]["keyId"]), base64.b64decode(entry["canonicalizedBody"])
        content = promised(body, int(entry["integratedTime"]), log_id, int(entry["logIndex"]))
        key = logs[log_id].public_key
        assert isinstance(key, ec.EllipticCurvePublicKey)
        signature = base64.b64decode(entry["inclusionPromise"]["signedEntryTimestamp"])
        key.verify(signature, canonical_json(content), ec.ECDSA(hashes.SHA256()))


@requires_corpus
def test_registry_keys_have_the_shape_and_ids_of_the_real_ones() -> None:
    real, minted = json.loads((CORPUS / "npm-keys.json").read_bytes()), json.loads(SIGSTORE.npm_keys())

    assert json.dumps(shape(minted)) == json.dumps(shape(real))
    for entry in (*real["keys"], *minted["keys"]):
        key = load_der_public_key(base64.b64decode(entry["publicKey"]["rawBytes"]))
        assert isinstance(key, ec.EllipticCurvePublicKey)
        assert entry["keyId"] == key_id(key)


def test_the_keys_endpoint_serves_the_same_keys_as_the_tuf_target() -> None:
    served = parse_npm_keys(SIGSTORE.npm_keys_endpoint(), registry=REGISTRY)

    assert served.key_ids == parse_npm_keys(SIGSTORE.npm_keys(), registry=REGISTRY).key_ids
    assert {key.valid.end for key in served.keys} == {NPM_KEY_RETIRED_AT, None}


def test_the_trusted_root_has_the_shape_of_the_production_one() -> None:
    production, minted = json.loads(read_embedded().trusted_root), json.loads(SIGSTORE.trusted_root())

    assert json.dumps(shape(minted)) == json.dumps(shape(production))


# ---- It is always the same -----------------------------------------------------------------------------------------


def test_what_is_minted_depends_on_nothing_but_the_recipe() -> None:
    before = response(PACKAGE, Era.REKOR_V2)
    response(Package.of("gadget", "1.0.0", b"another tarball"))
    for cached in (new_sigstore, fulcio, fulcio_without_intermediate, timestamp_authority, ecdsa_key, ed25519_key):
        cached.cache_clear()

    again = new_sigstore("trusted")

    assert again.trusted_root() == SIGSTORE.trusted_root()
    assert response(PACKAGE, Era.REKOR_V2, sigstore=again) == before
    assert response(PACKAGE, Era.REKOR_V2, sigstore=STRANGER) != before
