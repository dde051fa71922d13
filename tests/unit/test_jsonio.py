"""Strict, bounded JSON."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provcheck.errors import MalformedError
from provcheck.jsonio import MAX_BYTES, MAX_DEPTH, JsonValue, parse_json, parse_object

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def parse(data: bytes | str) -> JsonValue:
    return parse_json(data.encode() if isinstance(data, str) else data, what="the test")


def refused(data: bytes | str) -> MalformedError:
    with pytest.raises(MalformedError) as caught:
        parse(data)
    return caught.value


@given(JSON, st.booleans(), st.sampled_from([None, 2]))
def test_every_json_value_is_read_as_it_was_written(value: JsonValue, ascii_only: bool, indent: int | None) -> None:
    assert parse(json.dumps(value, ensure_ascii=ascii_only, indent=indent)) == value


@given(st.binary())
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        value = parse(data)
    except MalformedError:
        return
    assert value == json.loads(data)  # what we accept, other readers find the same in


@given(st.text(alphabet='{}[]",:\\ue0dtrn1-.\n '))
def test_anything_like_json_is_read_or_refused(text: str) -> None:
    try:
        value = parse(text)
    except MalformedError:
        return
    assert value == json.loads(text)


@given(st.dictionaries(st.text(), st.integers(), min_size=1), st.data())
def test_a_duplicate_key_is_refused_wherever_it_is(members: dict[str, int], data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(members)))
    twice = [*members.items(), (key, 0)]
    written = ", ".join(f"{json.dumps(name)}: {number}" for name, number in data.draw(st.permutations(twice)))

    assert refused(f'[{{}}, {{"x": [{{{written}}}]}}]').where == "the object at line 1, column 13"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{"a": 1, "a": 1}', "the object at line 1, column 1"),
        ('{"a": {},\n "b": {"x": "}{", "y": [{}], "x": 2}}', "the object at line 2, column 7"),
        ('{"\\u0061": 1,\n\n"a": 2}', "the object at line 1, column 1"),
        ('[{"a": 1},\n{"a": 1, "a": 2},\n{"b": 1, "b": 2}]', "the object at line 2, column 1"),
    ],
)
def test_a_duplicate_key_is_refused_with_its_place(text: str, where: str) -> None:
    assert refused(text).where == where


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "Infinity",
        "-Infinity",
        "[1, NaN]",
        "1e999",
        "-1e999",
        '"\\ud800"',
        '"\\udc00\\ud800"',
        '{"\\ud800": 1}',
        '[[{"a": ["\\ud83d"]}]]',
        "1" * 5000,
    ],
)
def test_what_readers_disagree_about_is_refused(text: str) -> None:
    refused(text)


def test_surrogate_pairs_are_one_character() -> None:
    assert parse('"\\ud83d\\ude00"') == "\U0001f600"


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b"", "line 1, column 1"),
        (b"\xef\xbb\xbf{}", "line 1, column 1"),
        (b'{"a": 1', "line 1, column 8"),
        (b'{"a":\n\n }', "line 3, column 2"),
        (b'"abc', "line 1, column 1"),
        (b"[1, 2] 3", "line 1, column 8"),
        (b"[1, 2,]", "line 1, column 7"),
        (b"{'a': 1}", "line 1, column 2"),
        (b'"a\nb"', "line 1, column 3"),
        (b'"\xc3\x28"', "byte 1"),
        ('"a"'.encode("utf-16"), "byte 0"),
    ],
)
def test_the_place_of_a_syntax_error_is_named(data: bytes, where: str) -> None:
    assert refused(data).where == where


def test_the_size_is_bounded() -> None:
    data = b"[" + b" " * (MAX_BYTES - 2) + b"]"
    assert parse(data) == []

    refused(data + b" ")
    assert parse_json(b"[1]", what="the test", max_bytes=3) == [1]
    with pytest.raises(MalformedError):
        parse_json(b"[1]", what="the test", max_bytes=2)


@pytest.mark.parametrize("value", [b"[]", b"{}", b"1", b'"":1'])
def test_the_number_of_values_is_bounded(value: bytes) -> None:
    opening, closing = (b"{", b"}") if b":" in value else (b"[", b"]")
    data = opening + (value + b",") * (MAX_BYTES // 7) + value + closing

    assert "too many values" in refused(data[: MAX_BYTES - 1] + closing).message


def test_commas_in_strings_are_no_values() -> None:
    data = b'["' + b"," * (MAX_BYTES - 4) + b'"]'

    assert parse(data) == ["," * (MAX_BYTES - 4)]


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")])
def test_the_depth_is_bounded(opening: str, closing: str) -> None:
    levels = MAX_DEPTH // (opening.count("[") + opening.count("{"))
    parse(f"{opening * levels}1{closing * levels}")

    error = refused(f"\n{opening * (levels + 1)}1{closing * (levels + 1)}")
    assert error.where is not None
    assert error.where.startswith("line 2, column ")


@pytest.mark.parametrize("text", ['{"a": "[[[", "b": "\\"[[["}', '["\\\\", "["]'])
def test_brackets_in_strings_are_not_nesting(text: str) -> None:
    assert parse_json(text.encode(), what="the test", max_depth=1) == json.loads(text)


def test_breadth_is_not_depth() -> None:
    assert parse_json(b"[[],[],[]]", what="the test", max_depth=2) == [[], [], []]


@pytest.mark.parametrize(
    "data",
    [b'"' + b'\\"' * 500_000, b'{"' * 500_000, b'"\\' * 500_000, b"[" * 1_000_000, b'["' + b"\\\\" * 500_000],
    ids=["escaped quotes", "unclosed keys", "backslashes", "brackets", "escapes"],
)
def test_hostile_text_is_refused_in_linear_time(data: bytes) -> None:
    start = time.process_time()
    refused(data)
    assert time.process_time() - start < 5  # some milliseconds; a quadratic scan would take many minutes


def test_an_object_is_an_object() -> None:
    assert parse_object(b'{"a": [1]}', what="the test") == {"a": [1]}


@pytest.mark.parametrize("data", [b"[]", b"null", b'"{}"', b"1"])
def test_another_value_is_no_object(data: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_object(data, what="the test")


def test_the_document_is_named() -> None:
    with pytest.raises(MalformedError) as caught:
        parse_object(b"[]", what="the attestations response")
    assert caught.value.message.startswith("the attestations response ")
