"""The bundle's form: everything is read as it stands there, and nothing is read that is not understood (0 and 1)."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provcheck.attestation.bundle import BundleVersion, CertificateMaterial, KeyHint, parse_bundle
from provcheck.codes import Code
from provcheck.errors import UnsupportedError, VerificationError
from support.judging import PACKAGE, bundles
from support.mint import BUNDLE_V01, BUNDLE_V02, BUNDLE_V03, BUNDLE_V03_OLD_SPELLING, Era, Json, drop, put, response

ENTRY = ("verificationMaterial", "tlogEntries", 0)
PUBLISH_2025, PROVENANCE_2025 = bundles(response(PACKAGE))
KINDS = {
    "publish": PUBLISH_2025,
    "v0.1": bundles(response(PACKAGE, Era.E2023))[1],
    "v0.2": bundles(response(PACKAGE, Era.E2024))[1],
    "v0.3": PROVENANCE_2025,
    "rekor-v2": bundles(response(PACKAGE, Era.REKOR_V2))[1],
}


def nodes(value: Any, *path: str | int) -> Iterator[tuple[tuple[str | int, ...], Any]]:  # noqa: ANN401 - any JSON
    yield path, value
    if isinstance(value, dict | list):
        for step, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from nodes(item, *path, step)


def refusal(bundle: Any) -> VerificationError:  # noqa: ANN401 - any JSON value
    with pytest.raises(VerificationError) as caught:
        parse_bundle(bundle)
    return caught.value


# ---- What is read --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bundle", KINDS.values(), ids=KINDS)
def test_everything_in_a_bundle_is_read(bundle: Json) -> None:
    parsed = parse_bundle(bundle)

    material, envelope = bundle["verificationMaterial"], bundle["dsseEnvelope"]
    (entry,) = material["tlogEntries"]
    chain = material.get("x509CertificateChain", {}).get("certificates", [material.get("certificate")])
    if chain == [None]:
        assert parsed.key_material == KeyHint(hint=material["publicKey"]["hint"])
    else:
        assert parsed.key_material == CertificateMaterial(der=base64.b64decode(chain[0]["rawBytes"]))
    assert parsed.media_type == bundle["mediaType"]
    read = parsed.log_entry
    assert (read.kind, read.version) == tuple(entry["kindVersion"].values())
    assert (read.log_index, read.integrated_time) == (int(entry["logIndex"]), int(entry.get("integratedTime", 0)))
    assert read.log_id == base64.b64decode(entry["logId"]["keyId"])
    assert read.canonicalized_body == base64.b64decode(entry["canonicalizedBody"])
    promise, proof = entry.get("inclusionPromise"), entry.get("inclusionProof")
    assert read.signed_entry_timestamp == (promise and base64.b64decode(promise["signedEntryTimestamp"]))
    if proof is None:
        assert read.inclusion_proof is None
    else:
        assert read.inclusion_proof is not None
        assert read.inclusion_proof.log_index == int(proof["logIndex"])
        assert read.inclusion_proof.tree_size == int(proof["treeSize"])
        assert read.inclusion_proof.root_hash == base64.b64decode(proof["rootHash"])
        assert read.inclusion_proof.hashes == tuple(map(base64.b64decode, proof["hashes"]))
        assert read.inclusion_proof.checkpoint == proof["checkpoint"]["envelope"]
    stamps = (material["timestampVerificationData"] or {}).get("rfc3161Timestamps", [])
    assert parsed.timestamps == tuple(base64.b64decode(stamp["signedTimestamp"]) for stamp in stamps)
    assert json.loads(base64.b64decode(envelope["payload"]))["_type"]


@pytest.mark.parametrize(
    ("media_type", "version"),
    [
        (BUNDLE_V01, BundleVersion.V0_1),
        (BUNDLE_V02, BundleVersion.V0_2),
        (BUNDLE_V03, BundleVersion.V0_3),
        (BUNDLE_V03_OLD_SPELLING, BundleVersion.V0_3),
    ],
)
def test_four_media_types_are_known(media_type: str, version: BundleVersion) -> None:
    assert parse_bundle({**PUBLISH_2025, "mediaType": media_type}).version is version


@pytest.mark.parametrize(
    "media_type",
    [
        "application/vnd.dev.sigstore.bundle+json",
        "application/vnd.dev.sigstore.bundle+json;version=0.4",
        "application/vnd.dev.sigstore.bundle+json; version=0.2",
        "application/vnd.dev.sigstore.bundle.v0.2+json",
        "application/vnd.dev.sigstore.bundle.v0.3.1+json",
        "Application/vnd.dev.sigstore.bundle.v0.3+json",
        f"{BUNDLE_V03} ",
        f"{BUNDLE_V03};version=0.1",
    ],
)
def test_other_media_types_are_not_guessed_at(media_type: str) -> None:
    assert refusal({**PROVENANCE_2025, "mediaType": media_type}).code is Code.BUNDLE_VERSION_UNSUPPORTED


@pytest.mark.parametrize(
    ("path", "optional"),
    [
        ((*ENTRY, "inclusionPromise"), True),
        ((*ENTRY, "integratedTime"), True),
        (("verificationMaterial", "timestampVerificationData"), True),
        (("dsseEnvelope", "signatures", 0, "keyid"), True),
        (("verificationMaterial",), False),
        (("verificationMaterial", "certificate", "rawBytes"), False),
        ((*ENTRY, "logId"), False),
        ((*ENTRY, "logId", "keyId"), False),
        ((*ENTRY, "kindVersion"), False),
        ((*ENTRY, "kindVersion", "kind"), False),
        ((*ENTRY, "kindVersion", "version"), False),
        ((*ENTRY, "canonicalizedBody"), False),
        ((*ENTRY, "inclusionPromise", "signedEntryTimestamp"), False),
        ((*ENTRY, "inclusionProof", "rootHash"), False),
        ((*ENTRY, "inclusionProof", "checkpoint", "envelope"), False),
        (("dsseEnvelope",), False),
        (("dsseEnvelope", "payload"), False),
        (("dsseEnvelope", "payloadType"), False),
        (("dsseEnvelope", "signatures", 0, "sig"), False),
    ],
)
def test_members_are_optional_only_where_the_specification_says_so(path: tuple[str | int, ...], optional: bool) -> None:
    for edit in (drop(*path), put(*path, to=None)):
        if optional:
            parse_bundle(edit(PROVENANCE_2025))
        else:
            assert refusal(edit(PROVENANCE_2025)).code is Code.BUNDLE_MALFORMED


# ---- What is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bundle", KINDS.values(), ids=KINDS)
def test_an_unknown_member_anywhere_makes_a_bundle_unsupported(bundle: Json) -> None:
    for path, value in nodes(bundle):
        if isinstance(value, dict):
            error = refusal(put(*path, "unknown", to=1)(bundle))
            assert isinstance(error, UnsupportedError)
            assert error.code is Code.BUNDLE_FIELD_UNSUPPORTED


@pytest.mark.parametrize("bundle", KINDS.values(), ids=KINDS)
def test_a_value_of_another_type_anywhere_is_refused(bundle: Json) -> None:
    replacements: tuple[Any, ...] = (True, -1, 1.5, 10**30, "x", ["x"], {"x": "x"})
    for path, value in nodes(bundle):
        for replacement in replacements:
            if value is not None and type(value) is not type(replacement):
                changed = put(*path, to=replacement)(bundle) if path else replacement
                assert refusal(changed).code is Code.BUNDLE_MALFORMED, path


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_whatever_is_no_bundle_is_refused(value: object) -> None:
    refusal(value)


@given(st.data())
def test_any_part_can_be_anything(data: st.DataObject) -> None:
    bundle = KINDS[data.draw(st.sampled_from(sorted(KINDS)))]
    path = data.draw(st.sampled_from([path for path, _ in nodes(bundle) if path]))
    changed = put(*path, to=data.draw(JSON))(bundle)
    try:
        parsed = parse_bundle(changed)
    except VerificationError:
        return
    assert parsed == parse_bundle(json.loads(json.dumps(changed)))
