"""Typed fields: exactly one spelling of each value."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provcheck.errors import MalformedError
from provcheck.fields import Fields, decode_base64


def fields(**values: object) -> Fields:
    return Fields(values, where="object", fail=MalformedError)  # type: ignore[arg-type]


@given(st.binary())
def test_base64_round_trips(data: bytes) -> None:
    assert decode_base64(base64.b64encode(data).decode()) == data


@pytest.mark.parametrize(
    "text",
    ["YQ", "YQ=", "YR==", "YQ==\n", " YQ==", "Y_-_", "Y Q==", "YQ==YQ==", "=", "\u00e9", "YWI=="],
    ids=[
        "no-padding",
        "half-padding",
        "trailing-bits",
        "newline",
        "space",
        "url",
        "inner",
        "two",
        "pad",
        "nonascii",
        "pad2",
    ],
)
def test_second_spellings_of_base64_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="base64"):
        decode_base64(text)


@given(st.text())
def test_whatever_decodes_has_one_spelling(text: str) -> None:
    try:
        data = decode_base64(text)
    except ValueError:
        return
    assert base64.b64encode(data).decode() == text


@pytest.mark.parametrize(("value", "expected"), [("0", 0), ("17", 17), (17, 17), ("9223372036854775807", 2**63 - 1)])
def test_int64(value: object, expected: int) -> None:
    assert fields(n=value).int64("n") == expected


@pytest.mark.parametrize(
    "value",
    [
        "",
        " 1",
        "1 ",
        "+1",
        "-1",
        "01",
        "1_0",
        "1.0",
        "\u0661",
        "1e3",
        "9223372036854775808",
        -1,
        1.0,
        True,
        2**63,
        [],
        {},
    ],
)
def test_integers_that_are_not_int64_are_refused(value: object) -> None:
    with pytest.raises(MalformedError):
        fields(n=value).int64("n")


def test_null_and_missing_are_the_same() -> None:
    assert fields(a=None).optional_text("a") is None
    assert "a" not in fields(a=None)
    assert fields().int64("n") == 0
    assert fields().items("list") == []


@pytest.mark.parametrize("value", [1, True, [], {}, 1.5])
def test_text_must_be_a_string(value: object) -> None:
    with pytest.raises(MalformedError):
        fields(a=value).text("a")


def test_done_refuses_what_nobody_read() -> None:
    read = fields(a="x", b="y")
    read.text("a")
    with pytest.raises(MalformedError, match=r"object\.b"):
        read.done()
    assert read.unread() == {"b": "y"}
    read.text("b")
    read.done()
    assert read.unread() == {}


@pytest.mark.parametrize("value", [None, "text", 1, [], True])
def test_only_objects_have_fields(value: object) -> None:
    with pytest.raises(MalformedError):
        Fields(value, where="object", fail=MalformedError)  # type: ignore[arg-type]


def test_arrays_are_bounded_and_typed() -> None:
    assert fields(a=["x", "y"]).texts("a", at_most=2) == ["x", "y"]
    with pytest.raises(MalformedError):
        fields(a=["x", "y", "z"]).texts("a", at_most=2)
    with pytest.raises(MalformedError):
        fields(a=["x", 1]).texts("a")
    with pytest.raises(MalformedError):
        fields(a=["x"]).objects("a")
    with pytest.raises(MalformedError):
        fields(a="x").items("a")


def test_null_is_nothing_to_read_but_a_field_all_the_same() -> None:
    for known in (fields(a=None), fields(a="x", b=None)):
        known.optional_text("a")
        assert "b" not in known  # asking about a field is knowing it
        known.done()
    unknown = fields(a=None)
    assert unknown.unread() == {}
    with pytest.raises(MalformedError, match=r"object\.a"):
        unknown.done()
