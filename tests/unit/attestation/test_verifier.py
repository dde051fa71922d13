"""One bundle, all steps: what is found out, and that nothing but our own refusals comes out (steps 2 to 8)."""

import base64
import warnings
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provcheck.attestation.bundle import parse_bundle
from provcheck.attestation.verifier import Verifier
from provcheck.codes import Code
from provcheck.errors import VerificationError
from provcheck.trust.npm_keys import parse_npm_keys
from support.cases.case import at
from support.judging import PACKAGE, trusted_root, trusting_verifier, verify_minted
from support.mint import (
    BUNDLE_V01,
    BUNDLE_V03_OLD_SPELLING,
    P384,
    P521,
    REGISTRY,
    SIGSTORE,
    Edit,
    Era,
    Json,
    Recipe,
    Stamp,
    change,
    drop,
    ecdsa_key,
    ed25519_key,
    mint,
    provenance_recipe,
    publish_recipe,
    put,
)
from support.mint.crypto import b64
from support.mint.edits import same

ENTRY = ("verificationMaterial", "tlogEntries", 0)


def refused(recipe: Recipe, verifier: Verifier | None = None) -> Code:
    with pytest.raises(VerificationError) as caught:
        (verifier or trusting_verifier()).verify(parse_bundle(mint(recipe)))
    return caught.value.code


# ---- What is found out ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("era", list(Era))
def test_the_facts_of_provenance(era: Era) -> None:
    recipe = provenance_recipe(PACKAGE, era)
    bundle = mint(recipe)

    signature = verify_minted(recipe)

    rekor_v2 = era is Era.REKOR_V2
    log = SIGSTORE.rekor_v2 if rekor_v2 else SIGSTORE.rekor
    entry = bundle["verificationMaterial"]["tlogEntries"][0]
    assert signature.media_type == bundle["mediaType"]
    assert signature.payload_type == "application/vnd.in-toto+json"
    assert signature.payload == base64.b64decode(bundle["dsseEnvelope"]["payload"])
    assert signature.certificate is not None
    assert (signature.key_id, signature.key_registry) == (None, None)
    assert signature.timestamps == (recipe.at + timedelta(seconds=2 if rekor_v2 else 1),)
    found = signature.log_entry
    assert (found.origin, found.key_id) == (log.host, log.log_id.hex())
    assert {"kind": found.kind, "version": found.version} == entry["kindVersion"]
    assert found.index == int(entry["logIndex"])
    assert found.time == (None if rekor_v2 else recipe.at + timedelta(seconds=1))
    assert found.inclusion_proof == (era is not Era.E2023)


@pytest.mark.parametrize("era", list(Era))
def test_the_facts_of_a_publish_attestation(era: Era) -> None:
    signature = verify_minted(publish_recipe(PACKAGE, era))

    key = SIGSTORE.npm_key if era in {Era.E2025, Era.REKOR_V2} else SIGSTORE.npm_key_retired
    assert signature.certificate is None
    assert (signature.key_id, signature.key_registry) == (key.key_id, REGISTRY)


VARIANTS: dict[str, tuple[Era, Edit[Recipe]]] = {
    "v0.1-with-a-proof": (Era.E2024, change(media_type=BUNDLE_V01)),
    "v0.3-in-its-old-spelling": (Era.E2025, change(media_type=BUNDLE_V03_OLD_SPELLING)),
    "whole-chain": (Era.E2024, change(whole_chain=True)),
    "p384": (Era.E2025, change(leaf_key=ecdsa_key("leaf", P384))),
    "p384-in-intoto": (Era.E2024, change(leaf_key=ecdsa_key("leaf", P384))),
    "p384-in-rekor-v2": (Era.REKOR_V2, change(leaf_key=ecdsa_key("leaf", P384))),
    "p521-in-rekor-v2": (Era.REKOR_V2, change(leaf_key=ecdsa_key("leaf", P521))),
    "ed25519": (Era.E2025, change(leaf_key=ed25519_key("leaf"))),
    "ed25519-in-intoto": (Era.E2024, change(leaf_key=ed25519_key("leaf"))),
    "promise-and-timestamp": (Era.E2025, change(stamps=(Stamp(authority=SIGSTORE.tsa),))),
    "timestamp-only": (Era.E2025, change(promise=False, stamps=(Stamp(authority=SIGSTORE.tsa),))),
    "empty-payload-object": (Era.E2025, change(edit_payload=lambda _: b"{}")),
    "payload-that-is-no-json": (Era.E2025, change(edit_payload=lambda _: b"\xff\x00")),
    "another-payload-type": (Era.E2025, change(payload_type="text/pl\u00e4in")),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_everything_that_may_be_different(variant: str) -> None:
    era, edit = VARIANTS[variant]

    assert verify_minted(edit(provenance_recipe(PACKAGE, era))).certificate is not None


def test_every_verified_time_is_told() -> None:
    recipe = change(stamps=(Stamp(authority=SIGSTORE.tsa),))(provenance_recipe(PACKAGE))

    assert verify_minted(recipe).timestamps == (recipe.at + timedelta(seconds=1), recipe.at + timedelta(seconds=2))


# ---- Whose keys ----------------------------------------------------------------------------------------------------


def verifier_with(edit: Edit[Json]) -> Verifier:
    return Verifier(trusted_root(), parse_npm_keys(SIGSTORE.npm_keys(edit), registry="https://other.example/"))


def only(usage: str) -> Edit[Json]:
    return lambda keys: {"keys": [key for key in keys["keys"] if key["keyUsage"] == usage]}


def test_a_key_vouches_for_the_registry_that_it_belongs_to() -> None:
    signature = verifier_with(same).verify(parse_bundle(mint(publish_recipe(PACKAGE))))

    assert signature.key_registry == "https://other.example"


def test_a_key_for_another_usage_is_unknown() -> None:
    assert refused(publish_recipe(PACKAGE), verifier_with(only("npm:signatures"))) is Code.KEY_UNKNOWN
    verifier_with(only("npm:attestations")).verify(parse_bundle(mint(publish_recipe(PACKAGE))))


def test_a_key_s_window_is_that_of_its_usage() -> None:
    recipe = publish_recipe(PACKAGE, Era.E2023, at=SIGSTORE.npm_key_retired.attestations.start - timedelta(days=1))

    assert SIGSTORE.npm_key_retired.signatures.start < recipe.at
    assert refused(recipe) is Code.KEY_EXPIRED


@pytest.mark.parametrize(
    "hint",
    ["x", "SHA256:", SIGSTORE.npm_key.key_id.lower(), f"{SIGSTORE.npm_key.key_id}=", f" {SIGSTORE.npm_key.key_id}"],
)
def test_a_key_is_found_by_its_exact_name(hint: str) -> None:
    bundle = mint(publish_recipe(PACKAGE))
    for path in (("verificationMaterial", "publicKey", "hint"), ("dsseEnvelope", "signatures", 0, "keyid")):
        bundle = put(*path, to=hint)(bundle)
    with pytest.raises(VerificationError) as caught:
        trusting_verifier().verify(parse_bundle(bundle))
    assert caught.value.code is Code.KEY_UNKNOWN


# ---- Hostile bundles -----------------------------------------------------------------------------------------------

KINDS = [mint(provenance_recipe(PACKAGE, era)) for era in Era] + [mint(publish_recipe(PACKAGE))]
BYTES = [
    (*ENTRY, "canonicalizedBody"),
    (*ENTRY, "logId", "keyId"),
    ("dsseEnvelope", "payload"),
    ("dsseEnvelope", "signatures", 0, "sig"),
]


@settings(max_examples=300)
@given(st.data())
def test_no_byte_can_be_changed(data: st.DataObject) -> None:
    bundle = data.draw(st.sampled_from(KINDS))
    path = data.draw(st.sampled_from(BYTES))

    def flip(text: str) -> str:
        raw = bytearray(base64.b64decode(text))
        raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
        return b64(bytes(raw))

    with pytest.raises(VerificationError):
        trusting_verifier().verify(parse_bundle(at(*path, edit=flip)(bundle)))


@given(st.binary(min_size=1), st.sampled_from(BYTES), st.sampled_from(KINDS))
def test_no_value_can_be_replaced(data: bytes, path: tuple[str | int, ...], bundle: Json) -> None:
    with pytest.raises(VerificationError):
        trusting_verifier().verify(parse_bundle(put(*path, to=b64(data))(bundle)))


def test_warnings_for_developers_do_not_reach_users() -> None:
    recipe = change(edit_certificate=change(serial_number=-7))(provenance_recipe(PACKAGE))
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        assert refused(recipe) is Code.CERTIFICATE_UNSUITABLE
    assert shown == []


def test_the_order_of_members_means_nothing() -> None:
    bundle = mint(provenance_recipe(PACKAGE))
    entry = bundle["verificationMaterial"]["tlogEntries"][0]
    reversed_entry = dict(reversed(entry.items()))

    assert trusting_verifier().verify(parse_bundle(put(*ENTRY, to=reversed_entry)(bundle)))


def test_a_promise_cannot_be_dropped_where_it_is_the_only_time() -> None:
    bundle = drop(*ENTRY, "inclusionPromise")(mint(provenance_recipe(PACKAGE)))

    with pytest.raises(VerificationError) as caught:
        trusting_verifier().verify(parse_bundle(bundle))
    assert caught.value.code is Code.TIME_MISSING
