import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provcheck.errors import MalformedError
from provcheck.model import DistClaims
from provcheck.registry.documents import parse_attestations, parse_keys, parse_metadata

SHASUM = "da39a3ee5e6b4b0d3255bfef95601890afd80709"


def test_attestations() -> None:
    assert parse_attestations(b'{"attestations": []}') == 0
    assert parse_attestations(b'{"attestations": [{}, 1], "more": 1}') == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"attestations": null}',
        b'{"attestations": {}}',
        b'{"attestations": [',
        b"<html>",
        b"\xff",
    ],
)
def test_what_is_not_attestations(body: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_attestations(body)


def test_keys() -> None:
    parse_keys(b'{"keys": [{"keyid": "SHA256:x"}]}')


@pytest.mark.parametrize("body", [b"null", b"{}", b'{"keys": []}', b'{"keys": [1]}', b'{"keys": {}}', b"<html>"])
def test_what_is_not_keys(body: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_keys(body)


def test_metadata() -> None:
    dist = {
        "integrity": "sha512-x",
        "shasum": SHASUM.upper(),
        "tarball": "https://r.example/a.tgz",
        "attestations": {"url": ""},
    }
    body = json.dumps({"name": "a", "version": "1.0.0", "dist": dist}).encode()
    assert parse_metadata(body, name="a", version="1.0.0") == DistClaims(
        integrity="sha512-x", shasum=SHASUM, tarball="https://r.example/a.tgz", has_attestations=True
    )


@pytest.mark.parametrize(
    "dist", [None, [], "x", {}, {"integrity": 1, "shasum": "zz", "tarball": "", "attestations": {}}]
)
def test_metadata_of_the_wrong_type_claims_nothing(dist: object) -> None:
    body = json.dumps({"dist": dist}).encode()
    nothing = DistClaims(integrity=None, shasum=None, tarball=None, has_attestations=False)
    assert parse_metadata(body, name="a", version="1.0.0") == nothing


@pytest.mark.parametrize("other", [{"name": "b"}, {"version": "1.0.1"}, {"name": None}])
def test_metadata_about_something_else(other: dict[str, object]) -> None:
    with pytest.raises(MalformedError):
        parse_metadata(json.dumps(other).encode(), name="a", version="1.0.0")


_JSON = st.recursive(
    st.none() | st.booleans() | st.text() | st.integers(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["attestations", "keys", "dist", "integrity", "name"]), inner)
    ),
)


@given(_JSON.map(lambda value: json.dumps(value).encode()) | st.binary())
def test_any_body_parses_or_is_malformed(body: bytes) -> None:
    for parse in (parse_attestations, parse_keys, lambda each: parse_metadata(each, name="a", version="1")):
        try:
            parse(body)
        except MalformedError:
            continue
