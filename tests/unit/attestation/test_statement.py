"""Statements: about exactly one artifact, in exactly one spelling (steps 9 and 10)."""

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provcheck.attestation.statement import parse_statement, subject_name, verify_publish, verify_subject
from provcheck.codes import Code
from provcheck.errors import UnsupportedError, VerificationError
from provcheck.model import Signature
from support.judging import PACKAGE, verify_minted
from support.mint import REGISTRY, Edit, Json, drop, provenance_recipe, publish_recipe, put

SUBJECT = ("subject", 0)
DIGEST = (*SUBJECT, "digest")


@cache
def signature() -> Signature:
    return verify_minted(publish_recipe(PACKAGE))


def signed(payload: bytes, payload_type: str = "application/vnd.in-toto+json") -> Signature:
    """Return a signature over any payload, as if the verifier had found it."""
    return replace(signature(), payload=payload, payload_type=payload_type)


def refused(payload: bytes | Edit[Json]) -> VerificationError:
    if not isinstance(payload, bytes):
        payload = json.dumps(payload(json.loads(signature().payload))).encode()
    with pytest.raises(VerificationError) as caught:
        parse_statement(signed(payload))
    return caught.value


def test_both_statements_of_a_version_are_read() -> None:
    publish, provenance = (
        parse_statement(verify_minted(recipe)) for recipe in (publish_recipe(PACKAGE), provenance_recipe(PACKAGE))
    )

    assert (publish.type, provenance.type) == ("https://in-toto.io/Statement/v0.1", "https://in-toto.io/Statement/v1")
    assert publish.subject_name == provenance.subject_name == "pkg:npm/%40octo/widget@1.2.3"
    assert publish.subject_sha512.hex() == provenance.subject_sha512.hex() == PACKAGE.sha512
    assert publish.predicate == {"name": "@octo/widget", "version": "1.2.3", "registry": REGISTRY}


def test_other_digests_of_the_subject_may_stand_beside_its_sha512() -> None:
    made = put(*DIGEST, "sha256", to="0" * 64)(json.loads(signature().payload))

    assert parse_statement(signed(json.dumps(made).encode())).subject_sha512.hex() == PACKAGE.sha512


@pytest.mark.parametrize(
    "payload_type",
    [
        "text/plain",
        "application/vnd.in-toto+json;charset=utf-8",
        "application/vnd.in-toto+JSON",
        "application/vnd.in-toto+json ",
        "application/json",
        "https://in-toto.io/Statement/v1",
        "",
    ],
)
def test_another_payload_type_is_no_statement(payload_type: str) -> None:
    with pytest.raises(UnsupportedError) as caught:
        parse_statement(signed(signature().payload, payload_type))
    assert caught.value.code is Code.PAYLOAD_TYPE_UNSUPPORTED


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (drop("_type"), Code.STATEMENT_MALFORMED),
        (put("_type", to="https://in-toto.io/Statement/v1.0"), Code.STATEMENT_TYPE_UNSUPPORTED),
        (put("_type", to="https://in-toto.io/Statement/v0.1 "), Code.STATEMENT_TYPE_UNSUPPORTED),
        (put("_type", to=["https://in-toto.io/Statement/v1"]), Code.STATEMENT_MALFORMED),
        (drop("predicateType"), Code.STATEMENT_MALFORMED),
        (put("predicateType", to=1), Code.STATEMENT_MALFORMED),
        (drop("predicate"), Code.STATEMENT_MALFORMED),
        (put("predicate", to=[]), Code.STATEMENT_MALFORMED),
        (put("predicate", to="{}"), Code.STATEMENT_MALFORMED),
        (put("more", to=1), Code.STATEMENT_TYPE_UNSUPPORTED),
        (put(*SUBJECT, "uri", to="https://mallory.example"), Code.STATEMENT_TYPE_UNSUPPORTED),
        (put("subject", to={}), Code.STATEMENT_MALFORMED),
        (put("subject", to=None), Code.SUBJECT_COUNT),
        (drop("subject"), Code.SUBJECT_COUNT),
        (put("subject", to=["pkg:npm/widget"]), Code.STATEMENT_MALFORMED),
        (drop(*SUBJECT, "name"), Code.STATEMENT_MALFORMED),
        (drop(*DIGEST), Code.STATEMENT_MALFORMED),
        (put(*DIGEST, to={}), Code.SUBJECT_DIGEST_INVALID),
        (put(*DIGEST, to={"SHA512": PACKAGE.sha512}), Code.SUBJECT_DIGEST_INVALID),
        (put(*DIGEST, "sha512", to=PACKAGE.sha512[:-1]), Code.SUBJECT_DIGEST_INVALID),
        (put(*DIGEST, "sha512", to=f"{PACKAGE.sha512}0"), Code.SUBJECT_DIGEST_INVALID),
        (put(*DIGEST, "sha512", to=f"{PACKAGE.sha512}\n"), Code.SUBJECT_DIGEST_INVALID),
        (put(*DIGEST, "sha512", to=f" {PACKAGE.sha512[1:]}"), Code.SUBJECT_DIGEST_INVALID),
        (put(*DIGEST, "sha512", to=PACKAGE.integrity), Code.SUBJECT_DIGEST_INVALID),
        (put(*DIGEST, "sha512", to=[PACKAGE.sha512]), Code.STATEMENT_MALFORMED),
    ],
)
def test_what_is_wrong_with_a_statement_has_a_code(edit: Edit[Json], code: Code) -> None:
    assert refused(edit).code is code


@given(st.binary())
def test_whatever_is_no_statement_is_malformed(payload: bytes) -> None:
    assert refused(payload).code is Code.STATEMENT_MALFORMED


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3)
    ),
    max_leaves=10,
)
MEMBERS = ["_type", "subject", "predicateType", "predicate"]


@given(st.sampled_from(MEMBERS), JSON)
def test_any_member_can_be_anything(member: str, value: Any) -> None:  # noqa: ANN401 - any JSON value
    payload = json.dumps(put(member, to=value)(json.loads(signature().payload))).encode()
    try:
        statement = parse_statement(signed(payload))
    except VerificationError:
        return
    assert member in {"predicateType", "predicate"}
    assert value in (statement.predicate_type, statement.predicate)


# ---- Whom it is about ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "version", "expected"),
    [
        ("widget", "1.2.3", "pkg:npm/widget@1.2.3"),
        ("@octo/widget", "1.2.3", "pkg:npm/%40octo/widget@1.2.3"),
        ("@octo/widget", "1.0.0-rc.1+build.5", "pkg:npm/%40octo/widget@1.0.0-rc.1+build.5"),
        ("Widget", "1.2.3", "pkg:npm/Widget@1.2.3"),
        ("a@b", "1.2.3", "pkg:npm/a@b@1.2.3"),
    ],
)
def test_only_the_scope_s_at_sign_is_encoded(name: str, version: str, expected: str) -> None:
    assert subject_name(name, version) == expected


@given(st.text(), st.text())
def test_a_statement_is_about_one_name_and_version(name: str, version: str) -> None:
    made = parse_statement(signature())
    if (name, version) != (PACKAGE.name, PACKAGE.version):
        with pytest.raises(VerificationError) as caught:
            verify_subject(made, name=name, version=version)
        assert caught.value.code is Code.SUBJECT_NAME_MISMATCH
    verify_subject(made, name=PACKAGE.name, version=PACKAGE.version)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "octo/widget"},
        {"name": "%40octo/widget"},
        {"name": "@Octo/widget"},
        {"version": "1.2.4"},
        {"version": "v1.2.3"},
        {"version": 1},
        {"registry": f"{REGISTRY}/"},
        {"registry": REGISTRY.upper()},
        {"registry": None},
        {"more": ""},
    ],
)
def test_a_publish_attestation_says_three_things_exactly(change: dict[str, Any]) -> None:
    made = parse_statement(signature())
    right = {"name": PACKAGE.name, "version": PACKAGE.version, "registry": REGISTRY}
    verify_publish(made, **right)

    with pytest.raises(VerificationError) as caught:
        verify_publish(replace(made, predicate={**right, **change}), **right)
    assert caught.value.code is Code.PUBLISH_MISMATCH
