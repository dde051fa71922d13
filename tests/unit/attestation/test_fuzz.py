"""Whatever comes in, it is refused or it says nothing new: no entrance of the verifier raises what is not ours."""

import contextlib
import json
from dataclasses import replace
from functools import cache
from typing import Any, get_type_hints

import pytest
from cryptography import x509
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from provcheck.attestation.bundle import parse_bundle
from provcheck.attestation.checkpoint import parse_checkpoint
from provcheck.attestation.response import parse_response
from provcheck.errors import MalformedError, ProvcheckError, VerificationError
from provcheck.jsonio import JsonValue
from provcheck.model import CertificateFacts
from provcheck.provenance import verify_provenance
from support.fuzzing import TARGETS
from support.judging import PACKAGE, verify_minted
from support.mint import BuildType, Era, Extension, Json, change, provenance_recipe, with_extension
from support.mint.identity import ARC
from support.mutate.documents import nodes, put

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
DOCUMENTS = ("response", "bundle", "entry", "statement")
"""The targets that take JSON."""

EXTENSIONS = (
    *(f"{ARC}.{number}" for number in range(1, 25)),
    *(f"2.5.29.{number}" for number in (9, 14, 15, 16, 17, 18, 19, 20, 21, 24, 27, 28, 29, 30, 31, 32, 33, 35, 36, 37)),
    *(f"2.5.29.{number}" for number in (46, 54)),
    *(f"1.3.6.1.5.5.7.1.{number}" for number in (1, 3, 11, 24)),
    *("1.3.6.1.4.1.11129.2.4.3", "1.3.6.1.4.1.11129.2.4.5", "1.3.6.1.5.5.7.48.1.5", "1.3.6.1.4.1.311.21.7"),
    *("1.3.36.8.3.3", "1.2.3.4"),
)
"""Fulcio's, everything that X.509 libraries know, and one that nobody knows."""

BUILD_TYPES = [(build_type, Era.E2025) for build_type in BuildType] + [
    (BuildType.GHA_V0, Era.E2023),
    (BuildType.GHA_V2, Era.E2023),
]


TEXTS = [name for name, kind in get_type_hints(CertificateFacts).items() if kind == str | None]
"""Everything optional in a certificate."""


@st.composite
def damaged(draw: st.DrawFn, seeds: tuple[bytes, ...]) -> bytes:
    """Return one of the seeds with up to three stretches replaced, some by stretches of other seeds."""
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        stop = min(len(data), start + draw(st.integers(0, 20)))
        other = draw(st.sampled_from(seeds))
        position = draw(st.integers(0, len(other)))
        given_stretch = st.just(other[position : position + draw(st.integers(0, 200))])
        data = data[:start] + draw(st.binary(max_size=20) | given_stretch) + data[stop:]
    return data


@st.composite
def changed(draw: st.DrawFn, documents: tuple[Any, ...]) -> JsonValue:
    """Return one of the documents with up to three nodes replaced, some by nodes of other documents."""
    document: JsonValue = draw(st.sampled_from(documents))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from([path for path, _ in nodes(document)]))
        others = [value for _, value in nodes(draw(st.sampled_from(documents)))]
        document = put(document, path, draw(st.sampled_from(others) | JSON))
    return document


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_are_accepted(name: str) -> None:
    for seed in TARGETS[name].seeds():
        TARGETS[name].take(seed)


@pytest.mark.parametrize("name", TARGETS)
@settings(deadline=None)
@given(st.data())
def test_damaged_bytes(name: str, data: st.DataObject) -> None:
    TARGETS[name](data.draw(damaged(TARGETS[name].seeds()) | st.binary()))


@pytest.mark.parametrize("name", DOCUMENTS)
@settings(deadline=None)
@given(st.data())
def test_changed_documents(name: str, data: st.DataObject) -> None:
    documents = tuple(json.loads(seed) for seed in TARGETS[name].seeds())

    TARGETS[name](json.dumps(data.draw(changed(documents))).encode())


@given(JSON)
def test_a_response_of_any_json(value: JsonValue) -> None:
    with contextlib.suppress(MalformedError):
        assert isinstance(parse_response(json.dumps(value).encode()), tuple)


@given(JSON)
def test_a_bundle_of_any_json(value: JsonValue) -> None:
    with pytest.raises(VerificationError):
        parse_bundle(value)


@given(st.text() | st.text(alphabet="a1/+= -\n\r\t\u2014\u2028\0"))
def test_a_checkpoint_of_any_text(text: str) -> None:
    try:
        checkpoint = parse_checkpoint(text)
    except VerificationError:
        return
    assert text.encode().startswith(checkpoint.signed + b"\n")
    assert checkpoint.signatures


@settings(deadline=None)
@given(st.sampled_from(EXTENSIONS), st.data(), st.booleans())
def test_any_certificate_extension(oid: str, data: st.DataObject, critical: bool) -> None:
    value = data.draw(st.binary(max_size=40) | damaged(_extension_values()))
    extension = with_extension(Extension(oid=oid, value=value, critical=critical))

    with contextlib.suppress(ProvcheckError):
        verify_minted(change(edit_certificate=extension)(provenance_recipe(PACKAGE)))


@settings(deadline=None)
@given(st.lists(st.binary(max_size=200), min_size=1, max_size=3))
def test_any_certificate_timestamps(timestamps: list[bytes]) -> None:
    with pytest.raises(VerificationError):
        verify_minted(change(edit_scts=lambda _: tuple(timestamps))(provenance_recipe(PACKAGE)))


def _extension_values() -> tuple[bytes, ...]:
    certificates = (x509.load_der_x509_certificate(seed) for seed in TARGETS["certificate"].seeds())
    return tuple({extension.value.public_bytes() for one in certificates for extension in one.extensions})


@settings(deadline=None)
@given(st.sampled_from(BUILD_TYPES), st.data())
def test_any_predicate_under_any_certificate(kind: tuple[BuildType, Era], data: st.DataObject) -> None:
    predicates = tuple(_statement(*each)["predicate"] for each in BUILD_TYPES)
    predicate: JsonValue = data.draw(changed(predicates) | JSON)
    if not isinstance(predicate, dict):
        reject()
    certificate = _certificate(*kind)
    texts = st.none() | st.text() | st.sampled_from([getattr(certificate, name) for name in TEXTS])
    others: dict[str, Any] = data.draw(st.dictionaries(st.sampled_from(TEXTS), texts, max_size=2))
    facts = replace(certificate, **others)
    try:
        origin = verify_provenance(_statement(*kind)["predicateType"], predicate, facts)
    except VerificationError:
        return

    assert origin.identity == facts.subject_alternative_name
    assert origin.issuer == (facts.issuer or facts.issuer_v1)
    assert origin.commit == (facts.source_repository_digest or facts.sha_v1)
    assert origin.ref == (facts.source_repository_ref or facts.ref_v1)
    assert origin.runner_environment == facts.runner_environment
    assert origin.run_url == facts.run_invocation_uri
    assert (origin.repository_id, origin.owner_id) == (
        facts.source_repository_identifier,
        facts.source_repository_owner_identifier,
    )


@cache
def _certificate(build_type: BuildType, era: Era) -> CertificateFacts:
    certificate = verify_minted(provenance_recipe(PACKAGE, era, build_type=build_type)).certificate
    assert certificate is not None
    return certificate


def _statement(build_type: BuildType, era: Era) -> Json:
    content = provenance_recipe(PACKAGE, era, build_type=build_type).content
    assert isinstance(content, dict)
    return content
