import base64
import hashlib
import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from provcheck.errors import TrustError
from provcheck.trust.npm_keys import KeyUsage, NpmKeys, parse_npm_keys
from support.corpus import CORPUS, requires_corpus

REGISTRY = "https://registry.example"
SHIPPED = (resources.files("provcheck.trust") / "data" / "npm-keys.json").read_bytes()
OLD = "SHA256:jl3bwswu80PjjokCgh0o2w5c2U4LhQAE57gj9cz1kzA"
NEW = "SHA256:DhQ8wR5APBvFHLF/+Tc+AYvPOdTpcIDqOhxsBHRwC7U"
ZERO_FINGERPRINT = "SHA256:" + "A" * 43
Json = dict[str, Any]


def parse(document: object) -> NpmKeys:
    return parse_npm_keys(json.dumps(document).encode(), registry=REGISTRY)


def shipped() -> Json:
    document: Json = json.loads(SHIPPED)
    return document


def endpoint_key(**changes: object) -> Json:
    return {
        "expires": None,
        "keyid": OLD,
        "keytype": "ecdsa-sha2-nistp256",
        "scheme": "ecdsa-sha2-nistp256",
        "key": shipped()["keys"][0]["publicKey"]["rawBytes"],
    } | changes


def spki(key: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey) -> str:
    return base64.b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


@requires_corpus
def test_the_shipped_keys_are_those_of_the_tuf_repository() -> None:
    assert (CORPUS / "npm-keys.json").read_bytes() == SHIPPED


def test_tuf_target() -> None:
    keys = parse_npm_keys(SHIPPED, registry=REGISTRY)
    assert keys.key_ids == (OLD, NEW)
    assert len(keys.keys) == 4
    key = keys.find(KeyUsage.ATTESTATIONS, OLD)
    assert key is not None
    assert key.registry == REGISTRY
    assert key.spki == base64.b64decode(shipped()["keys"][1]["publicKey"]["rawBytes"])
    start, end = datetime(2022, 12, 1, tzinfo=UTC), datetime(2025, 1, 29, tzinfo=UTC)
    assert key.valid.contains(start)
    assert key.valid.contains(end)
    assert not key.valid.contains(start - timedelta(seconds=1))
    assert not key.valid.contains(end + timedelta(seconds=1))


def test_each_usage_has_its_own_window() -> None:
    key = parse_npm_keys(SHIPPED, registry=REGISTRY).find(KeyUsage.SIGNATURES, OLD)
    assert key is not None
    assert key.valid.contains(datetime(2015, 1, 1, tzinfo=UTC))


def test_keys_endpoint() -> None:
    keys = parse({"keys": [endpoint_key(expires="2025-01-29T00:00:00.000Z")]})
    for usage in KeyUsage:
        key = keys.find(usage, OLD)
        assert key is not None
        assert key.valid.start is None
        assert key.valid.end == datetime(2025, 1, 29, tzinfo=UTC)


def test_a_key_for_another_usage_is_not_found() -> None:
    document = shipped()
    document["keys"] = [key for key in document["keys"] if key["keyUsage"] == "npm:signatures"]
    keys = parse(document)
    assert keys.find(KeyUsage.ATTESTATIONS, OLD) is None
    assert keys.find(KeyUsage.SIGNATURES, OLD) is not None
    assert keys.find(KeyUsage.SIGNATURES, OLD.lower()) is None


def test_key_ids_of_npm_are_openssh_fingerprints_and_others_may_use_the_der_key() -> None:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    openssh = base64.b64decode(key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).split()[1])
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for encoding in (openssh, der):
        key_id = "SHA256:" + base64.b64encode(hashlib.sha256(encoding).digest()).decode().rstrip("=")
        assert parse({"keys": [endpoint_key(keyid=key_id, key=spki(key))]}).key_ids == (key_id,)


def test_a_key_cannot_take_the_fingerprint_of_another() -> None:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    with pytest.raises(TrustError):
        parse({"keys": [endpoint_key(key=spki(key))]})


def test_a_key_id_may_be_a_mere_name() -> None:
    assert parse({"keys": [endpoint_key(keyid="SHA256:my-registry")]}).key_ids == ("SHA256:my-registry",)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("keyUsage", "npm:something-new"),
        ("publicKey", {"keyDetails": "PKIX_MLDSA_65", "rawBytes": "AAAA"}),
    ],
)
def test_what_a_later_version_of_the_format_may_bring_is_left_out(field: str, value: object) -> None:
    document = shipped()
    document["keys"][0][field] = value
    keys = parse(document)
    assert len(keys.keys) == 3
    assert keys.find(KeyUsage.SIGNATURES, OLD) is None


def test_endpoint_keys_of_another_type_are_left_out() -> None:
    other = endpoint_key(keytype="ed25519", scheme="ed25519", keyid="other")
    assert parse({"keys": [other, endpoint_key()]}).key_ids == (OLD,)


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param([], id="empty"),
        pytest.param([{}], id="no format"),
        pytest.param([endpoint_key(keytype="ed25519")], id="nothing usable"),
        pytest.param([endpoint_key(), endpoint_key()], id="duplicate id"),
        pytest.param([endpoint_key(keyid="with space")], id="id with a space"),
        pytest.param([endpoint_key(keyid=ZERO_FINGERPRINT)], id="fingerprint of another key"),
        pytest.param([endpoint_key(expires="2025-01-29")], id="date without time"),
        pytest.param([endpoint_key(expires="2025-01-29T00:00:00")], id="time without zone"),
        pytest.param([endpoint_key(expires=1738108800)], id="time as a number"),
        pytest.param([endpoint_key(key=endpoint_key()["key"].rstrip("="))], id="base64 without padding"),
        pytest.param([endpoint_key(key=endpoint_key()["key"] + "\n")], id="base64 with a newline"),
        pytest.param([endpoint_key(key="AAAA")], id="not a key"),
        pytest.param([endpoint_key(key=spki(ed25519.Ed25519PrivateKey.generate().public_key()))], id="Ed25519"),
        pytest.param([endpoint_key(key=spki(ec.generate_private_key(ec.SECP384R1()).public_key()))], id="P-384"),
    ],
)
def test_refused(keys: list[Json]) -> None:
    with pytest.raises(TrustError):
        parse({"keys": keys})


def test_a_compressed_point_is_a_second_spelling_of_a_key() -> None:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    header = bytes.fromhex("3039301306072a8648ce3d020106082a8648ce3d030107032200")
    der = header + key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    with pytest.raises(TrustError):
        parse({"keys": [endpoint_key(keyid="name", key=base64.b64encode(der).decode())]})


def test_the_window_must_not_end_before_it_starts() -> None:
    document = shipped()
    document["keys"][0]["publicKey"]["validFor"]["end"] = "1998-01-01T00:00:00.000Z"
    with pytest.raises(TrustError):
        parse(document)


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b'{"keys": {}}', b'{"keys": [1]}', b'{"keys": []', b"\xff"])
def test_not_a_key_document(data: bytes) -> None:
    with pytest.raises(TrustError):
        parse_npm_keys(data, registry=REGISTRY)


def test_merging_never_replaces_or_widens_a_known_key() -> None:
    known = shipped()
    known["keys"] = known["keys"][1:2]
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    served = parse({"keys": [endpoint_key(), endpoint_key(keyid="their-own", key=spki(key))]})
    merged = parse(known).merged_with(served)
    assert merged.key_ids == (OLD, "their-own")
    assert merged.find(KeyUsage.SIGNATURES, OLD) is None
    old = merged.find(KeyUsage.ATTESTATIONS, OLD)
    assert old is not None
    assert old.valid.end == datetime(2025, 1, 29, tzinfo=UTC)


def test_the_registry_has_no_final_slash() -> None:
    assert parse_npm_keys(SHIPPED, registry=f"{REGISTRY}/").keys[0].registry == REGISTRY


LEAVES = [
    (index, path)
    for index in range(4)
    for path in (("keyId",), ("keyUsage",), *(("publicKey", key) for key in ("rawBytes", "keyDetails", "validFor")))
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(LEAVES), JSON)
def test_any_value_in_any_place_is_refused_or_leaves_the_other_keys_alone(
    leaf: tuple[int, tuple[str, ...]], value: object
) -> None:
    index, path = leaf
    document = deepcopy(shipped())
    target = document["keys"][index]
    for name in path[:-1]:
        target = target[name]
    target[path[-1]] = value
    try:
        keys = parse(document)
    except TrustError:
        return
    assert {key.spki for key in keys.keys} <= {key.spki for key in parse(shipped()).keys}


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    with pytest.raises(TrustError):
        parse_npm_keys(data, registry=REGISTRY)
