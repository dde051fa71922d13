"""Trusted roots: what is taken from them, and what makes them unusable (step 2.1)."""

import base64
import contextlib
import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from provcheck.errors import TrustError
from provcheck.trust.embedded import read_embedded
from provcheck.trust.root import Log, TrustedRoot, parse_trusted_root
from provcheck.trust.validity import Validity, parse_time, parse_validity
from support.mint import (
    P384,
    P521,
    RETIRED_AT,
    SIGSTORE,
    STRANGER,
    Edit,
    Json,
    append,
    both,
    certify,
    drop,
    ecdsa_key,
    ed25519_key,
    put,
    without_extension,
)
from support.mint.certificates import SUBJECT_KEY_IDENTIFIER
from support.mint.crypto import SigningKey, b64, key_details, spki

OPENED = datetime(2021, 1, 1, tzinfo=UTC)
CA_CHAIN = ("certificateAuthorities", 1, "certChain", "certificates")
TSA_CHAIN = ("timestampAuthorities", 1, "certChain", "certificates")
RSA_LOG: Json = {
    "baseUrl": "https://rsa.example",
    "hashAlgorithm": "SHA2_256",
    "publicKey": {
        "rawBytes": "AAAA",
        "keyDetails": "PKIX_RSA_PKCS1V15_4096_SHA256",
        "validFor": {"start": "2021-01-01T00:00:00Z"},
    },
    "logId": {"keyId": "AAAA"},
}


def refusal(edit: Edit[Json]) -> TrustError:
    with pytest.raises(TrustError) as caught:
        parse_trusted_root(SIGSTORE.trusted_root(edit))
    return caught.value


def with_log_key(key: SigningKey, details: str | None = None) -> Edit[Json]:
    """Return an edit that gives the first log another key."""
    public_key = {"rawBytes": b64(spki(key)), "keyDetails": details or key_details(key)}
    validity = {"validFor": {"start": "2021-01-01T00:00:00Z"}}
    return put("tlogs", 0, "publicKey", to=public_key | validity)


# ---- What is in it -------------------------------------------------------------------------------------------------


def test_logs_are_known_by_their_ids_with_keys_windows_and_names() -> None:
    root = parse_trusted_root(SIGSTORE.trusted_root())

    rekors = (SIGSTORE.rekor, SIGSTORE.rekor_retired, SIGSTORE.rekor_v2, SIGSTORE.rekor_v2_retired)
    assert root.transparency_logs.keys() == {log.log_id for log in rekors}
    for log in rekors:
        found = root.transparency_logs[log.log_id]
        assert found.public_key == log.key.public_key()
        assert found.names == (log.host,)
        assert found.checkpoint_hints == {log.host: log.note_signer.hint}
        assert found.valid == Validity(start=log.valid.start, end=log.valid.end)
    assert root.certificate_logs.keys() == {SIGSTORE.ct_log.log_id, SIGSTORE.ct_log_retired.log_id}


def test_authorities_are_known_by_the_certificate_that_signs() -> None:
    root = parse_trusted_root(SIGSTORE.trusted_root())

    retired, current = root.certificate_authorities
    intermediate = SIGSTORE.fulcio.chain[0]
    assert current.certificate == x509.load_der_x509_certificate(intermediate.certificate)
    assert current.spki_sha256 == hashlib.sha256(spki(intermediate.key)).digest()
    identifier = current.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    assert current.subject_key_identifier == identifier.key_identifier
    assert retired.valid == Validity(start=OPENED, end=RETIRED_AT)
    assert [len(authority.certificates) for authority in root.timestamp_authorities] == [2, 2]
    assert root.timestamp_authorities[0].valid == Validity(start=OPENED, end=RETIRED_AT)


def test_an_authority_is_trusted_no_longer_than_its_certificates() -> None:
    forever = both(
        put("certificateAuthorities", 1, "validFor", to={"start": "1999-01-01T00:00:00Z"}),
        put("timestampAuthorities", 1, "validFor", to={}),
    )
    root = parse_trusted_root(SIGSTORE.trusted_root(forever))

    lifetime = Validity(start=datetime(2020, 1, 1, tzinfo=UTC), end=datetime(2045, 1, 1, tzinfo=UTC))
    assert root.certificate_authorities[1].valid == lifetime
    assert root.timestamp_authorities[1].valid == lifetime


def test_an_authority_without_a_subject_key_identifier_is_known_by_its_name() -> None:
    intermediate, above = SIGSTORE.fulcio.chain
    without = certify(without_extension(SUBJECT_KEY_IDENTIFIER)(intermediate.template), intermediate.key, above.key)
    root = parse_trusted_root(SIGSTORE.trusted_root(put(*CA_CHAIN, 0, "rawBytes", to=b64(without.certificate))))

    assert root.certificate_authorities[1].subject_key_identifier is None


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("https://rekor.example", ("rekor.example",)),
        ("https://rekor.example/", ("rekor.example",)),
        ("https://rekor.example/api/v2", ("rekor.example",)),
        ("https://rekor.example:3000/api", ("rekor.example", "rekor.example:3000")),
        ("http://localhost:3003", ("localhost", "localhost:3003")),
    ],
)
def test_a_log_signs_checkpoints_under_its_host_with_and_without_the_port(url: str, names: tuple[str, ...]) -> None:
    root = parse_trusted_root(SIGSTORE.trusted_root(put("tlogs", 2, "baseUrl", to=url)))

    log = root.transparency_logs[SIGSTORE.rekor_v2_retired.log_id]
    assert log.names == names
    assert isinstance(log.public_key, ed25519.Ed25519PublicKey)
    raw = log.public_key.public_bytes_raw()
    assert log.checkpoint_hints == {
        name: hashlib.sha256(name.encode() + b"\n\x01" + raw).digest()[:4] for name in names
    }


@pytest.mark.parametrize(
    "key",
    [ecdsa_key("log"), ecdsa_key("log", P384), ecdsa_key("log", P521), ed25519_key("log")],
    ids=["p256", "p384", "p521", "ed25519"],
)
def test_logs_may_have_keys_of_these_kinds(key: SigningKey) -> None:
    root = parse_trusted_root(SIGSTORE.trusted_root(with_log_key(key)))

    assert root.transparency_logs[SIGSTORE.rekor_retired.log_id].public_key == key.public_key()


def test_logs_with_keys_of_other_kinds_are_left_out() -> None:
    root = parse_trusted_root(SIGSTORE.trusted_root(append("tlogs", value=RSA_LOG)))

    assert root.transparency_logs.keys() == parse_trusted_root(SIGSTORE.trusted_root()).transparency_logs.keys()


def test_the_fingerprint_is_of_the_very_bytes() -> None:
    data = SIGSTORE.trusted_root()

    assert parse_trusted_root(data).sha256 == hashlib.sha256(data).hexdigest()
    assert parse_trusted_root(data + b"\n").sha256 == hashlib.sha256(data + b"\n").hexdigest()


def test_the_newer_media_type_is_known_too() -> None:
    newer = put("mediaType", to="application/vnd.dev.sigstore.trustedroot.v0.2+json")

    assert parse_trusted_root(SIGSTORE.trusted_root(newer)).certificate_authorities


def test_the_production_root_can_be_used() -> None:
    root = parse_trusted_root(read_embedded().trusted_root)

    assert {name for log in root.transparency_logs.values() for name in log.names} >= {"rekor.sigstore.dev"}
    assert all(isinstance(log.public_key, ec.EllipticCurvePublicKey) for log in root.certificate_logs.values())
    assert root.certificate_authorities
    assert root.timestamp_authorities


# ---- What makes it unusable ----------------------------------------------------------------------------------------

SOMEBODY_ELSE = b64(STRANGER.fulcio.chain[1].certificate)


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(drop("mediaType"), id="no-media-type"),
        pytest.param(put("mediaType", to="application/vnd.dev.sigstore.trustedroot.v9+json"), id="unknown-media-type"),
        pytest.param(put("tlogs", to=[]), id="no-log"),
        pytest.param(put("tlogs", to=[RSA_LOG]), id="no-log-of-a-supported-kind"),
        pytest.param(put("tlogs", 0, "hashAlgorithm", to="SHA2_512"), id="log-with-another-hash"),
        pytest.param(drop("tlogs", 0, "publicKey", "validFor", "start"), id="log-key-without-a-start"),
        pytest.param(drop("tlogs", 0, "publicKey", "validFor"), id="log-key-without-a-window"),
        pytest.param(put("tlogs", 0, "publicKey", "validFor", "end", to="2020-12-31T23:59:59Z"), id="window-backwards"),
        pytest.param(put("tlogs", 0, "publicKey", "validFor", "end", to="2023-06-01"), id="date-without-a-time"),
        pytest.param(put("tlogs", 0, "publicKey", "validFor", "end", to=1685577600), id="date-as-a-number"),
        pytest.param(with_log_key(ecdsa_key("log", P384), "PKIX_ECDSA_P256_SHA_256"), id="key-on-another-curve"),
        pytest.param(with_log_key(ecdsa_key("log"), "PKIX_ED25519"), id="key-of-another-kind"),
        pytest.param(with_log_key(ed25519_key("log"), "PKIX_ECDSA_P256_SHA_256"), id="key-of-another-kind-either"),
        pytest.param(put("tlogs", 0, "publicKey", "rawBytes", to="AAAA"), id="key-that-is-none"),
        pytest.param(put("tlogs", 0, "logId", to={}), id="log-without-an-id"),
        pytest.param(put("tlogs", 0, "logId", "keyId", to=b64(SIGSTORE.rekor.log_id)), id="log-id-twice"),
        pytest.param(put("tlogs", 0, "baseUrl", to="rekor.example"), id="log-without-a-url"),
        pytest.param(put("tlogs", 0, "baseUrl", to="https://rekor.example:port"), id="log-with-a-port-of-letters"),
        pytest.param(put("tlogs", 0, "baseUrl", to="https://[rekor"), id="log-with-a-broken-url"),
        pytest.param(put(*CA_CHAIN, to=[]), id="empty-chain"),
        pytest.param(put(*CA_CHAIN, 1, "rawBytes", to=SOMEBODY_ELSE), id="chain-that-does-not-hold"),
        pytest.param(put(*CA_CHAIN, 0, "rawBytes", to="AAAA"), id="certificate-that-is-none"),
        pytest.param(put(*TSA_CHAIN, 1, "rawBytes", to=SOMEBODY_ELSE), id="timestamp-chain-that-does-not-hold"),
        pytest.param(drop(*TSA_CHAIN, 1), id="timestamp-authority-without-a-root"),
        pytest.param(put("timestampAuthorities", 1, "validFor", to=None), id="authority-without-a-window"),
    ],
)
def test_a_wrong_root_is_refused(edit: Edit[Json]) -> None:
    refusal(edit)


def test_a_refusal_says_where() -> None:
    error = refusal(put("tlogs", 2, "publicKey", "validFor", "start", to="yesterday"))

    assert error.where == "the trusted root.tlogs[2].publicKey.validFor.start"


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"mediaType":1}', b"\xff", b'{"a":1,"a":1}'])
def test_what_is_no_root_is_refused(data: bytes) -> None:
    with pytest.raises(TrustError):
        parse_trusted_root(data)


# ---- Damage --------------------------------------------------------------------------------------------------------


def leaves(value: Any, *path: str | int) -> Iterator[tuple[tuple[str | int, ...], Any]]:  # noqa: ANN401 - JSON
    if isinstance(value, dict | list):
        for step, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(item, *path, step)
    else:
        yield path, value


LEAVES = list(leaves(json.loads(SIGSTORE.trusted_root())))


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@pytest.mark.parametrize(("path", "value"), LEAVES, ids=[".".join(map(str, path)) for path, _ in LEAVES])
def test_damage_is_refused_in_our_own_words(path: tuple[str | int, ...], value: str) -> None:
    random = Random(str(path))  # noqa: S311 - the same in every run
    damaged: list[object] = [None, True, 7, 1.5, "", "x", [], {}]
    if path[-1] == "rawBytes":
        for _ in range(40):
            data = bytearray(base64.b64decode(value))
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
            damaged.append(b64(bytes(data)))
    for replacement in damaged:
        with contextlib.suppress(TrustError):  # any other exception fails the test
            parse_trusted_root(SIGSTORE.trusted_root(put(*path, to=replacement)))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from([path[:length] for path, _ in LEAVES for length in range(1, len(path) + 1)]), JSON)
def test_any_value_in_any_place_is_refused_or_adds_no_trust(path: tuple[str | int, ...], value: object) -> None:
    right = parse_trusted_root(SIGSTORE.trusted_root())
    try:
        root = parse_trusted_root(SIGSTORE.trusted_root(put(*path, to=value)))
    except TrustError:
        return
    assert _keys(root.transparency_logs) <= _keys(right.transparency_logs)
    assert _keys(root.certificate_logs) <= _keys(right.certificate_logs)
    assert _certificates(root) <= _certificates(right)


def _keys(logs: Mapping[bytes, Log]) -> set[bytes]:
    return {log.public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) for log in logs.values()}


def _certificates(root: TrustedRoot) -> set[x509.Certificate]:
    stamps = {certificate for each in root.timestamp_authorities for certificate in each.certificates}
    return stamps | {each.certificate for each in root.certificate_authorities}


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    with pytest.raises(TrustError):
        parse_trusted_root(data)


# ---- Windows -------------------------------------------------------------------------------------------------------

MOMENTS = st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS, MOMENTS, MOMENTS)
def test_windows_are_closed_intervals(one: datetime, other: datetime, time: datetime) -> None:
    start, end = sorted((one, other))
    validity = parse_validity({"start": start.isoformat(), "end": end.isoformat()}, where="here")

    assert validity.contains(start)
    assert validity.contains(end)
    assert validity.contains(time) == (start <= time <= end)
    assert parse_validity({"start": start.isoformat()}, where="here").contains(time) == (start <= time)
    assert parse_validity({"end": end.isoformat()}, where="here").contains(time) == (time <= end)
    assert parse_validity({}, where="here").contains(time)


@pytest.mark.parametrize(
    "text",
    [
        "2023-06-01",
        "2023-06-01T00:00:00",
        "2023-06-01T00:00Z",
        "2023-06-01 00:00:00Z",
        "2023-06-01T00:00:00Z\n",
        "2023-13-01T00:00:00Z",
        "2023-06-01T00:00:00+25:00",
        "20230601T000000Z",
        "\u0662023-06-01T00:00:00Z",
    ],
)
def test_times_have_one_spelling(text: str) -> None:
    with pytest.raises(TrustError):
        parse_time(text, where="here")


def test_fractions_and_offsets_of_times_count() -> None:
    assert parse_time("2023-06-01T02:00:00.000+02:00", where="here") == RETIRED_AT
    assert parse_time("2023-06-01T00:00:00.000001Z", where="here") > RETIRED_AT
