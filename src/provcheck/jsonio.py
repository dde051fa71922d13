"""Strict, bounded JSON: the only decoder that Provcheck uses on bytes from outside.

Two JSON readers that disagree about one document are an attack surface: each
sees another subject or another key. So everything that RFC 8259 leaves to the
implementation is refused here: duplicate keys, NaN and infinities, lone
surrogates, byte order marks, unbounded nesting, size and number of values.
"""

import contextlib
import json
import math
import re
from typing import Never, TypeAlias

from provcheck.errors import MalformedError

JsonValue: TypeAlias = bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"] | None
JsonObject: TypeAlias = dict[str, JsonValue]

MAX_BYTES = 16 * 1024 * 1024
"""The default size limit, in bytes, of one document."""

MAX_DEPTH = 64
"""The default limit of nested objects and arrays."""

_FREE_MARKS = 1000
_BYTES_PER_MARK = 8
"""For so many bytes of the largest accepted size, a document may have one comma, colon or opening bracket more.

Lockfiles have one for 20 bytes, attestations for 80. Without a limit, ``[[],[],[], ...]`` takes 25 times its size in
memory.
"""


class _AmbiguousError(Exception):
    """A construct that readers of JSON do not agree about."""


class _DuplicateKeyError(_AmbiguousError):
    """A key that occurs twice in one object."""


def parse_json(data: bytes, *, what: str, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> JsonValue:
    """Return the one value that every conforming reader finds in ``data``.

    Args:
        data: UTF-8 text without a byte order mark.
        what: names the document in error messages, for example ``"the attestations response"``.
        max_bytes: the largest accepted size.
        max_depth: the deepest accepted nesting.

    Raises:
        MalformedError: not UTF-8, not JSON (RFC 8259), too large, too deep, of too many values, or ambiguous
            (a duplicate key, ``NaN``, an infinity, a lone surrogate, an integer of absurd length).
    """
    if len(data) > max_bytes:
        raise MalformedError(f"{what} is larger than {max_bytes:,} bytes")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError(f"{what} is not UTF-8", where=f"byte {error.start}") from error
    structure = _STRING.sub("", text)
    if sum(map(structure.count, ",:[{")) > _FREE_MARKS + max_bytes // _BYTES_PER_MARK:
        raise MalformedError(f"{what} has too many values")
    if _depth(structure, stop=max_depth) > max_depth:
        where = _place(text, _opening_bracket(text, depth=max_depth + 1))
        raise MalformedError(f"{what} is nested more than {max_depth} levels deep", where=where)
    try:
        value: JsonValue = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise MalformedError(f"{what} is not JSON: {error.msg}", where=where) from error
    except _DuplicateKeyError as error:
        where = f"the object at {_place(text, _object_with_duplicate_key(text))}"
        raise MalformedError(f"{what} is ambiguous JSON: {error}", where=where) from error
    except _AmbiguousError as error:
        raise MalformedError(f"{what} is ambiguous JSON: {error}") from error
    except (ValueError, RecursionError) as error:  # for example an integer beyond the interpreter's digit limit
        raise MalformedError(f"{what} is not JSON that can be read: {error}") from error
    if _ESCAPED_SURROGATE.search(text) and _has_lone_surrogate(value):
        raise MalformedError(f"{what} is ambiguous JSON: a string is not valid Unicode")
    return value


def parse_object(data: bytes, *, what: str, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> JsonObject:
    """Return the JSON object in ``data``; like `parse_json` otherwise.

    Raises:
        MalformedError: as `parse_json`, or the document is not an object.
    """
    value = parse_json(data, what=what, max_bytes=max_bytes, max_depth=max_depth)
    if not isinstance(value, dict):
        raise MalformedError(f"{what} is not a JSON object")
    return value


# Possessive, and content with a missing final quote: unterminated strings must not make the scan quadratic.
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_STRING_OR_BRACKET = re.compile(rf"{_STRING.pattern}|[\[\]{{}}]", re.DOTALL)
_NOT_BRACKET = re.compile(r"[^\[\]{}]+")
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def _depth(structure: str, *, stop: int) -> int:
    """Return the deepest nesting in JSON without its strings, or the first depth beyond ``stop``."""
    depth = deepest = 0
    for bracket in _NOT_BRACKET.sub("", structure):
        if bracket in "[{":
            depth += 1
            deepest = max(deepest, depth)
            if deepest > stop:
                break
        else:
            depth -= 1
    return deepest


def _place(text: str, index: int) -> str:
    """Return the line and column of ``text[index]``, both counted from 1, as `json.JSONDecodeError` counts them."""
    return f"line {text.count(chr(10), 0, index) + 1}, column {index - text.rfind(chr(10), 0, index)}"


def _opening_bracket(text: str, *, depth: int) -> int:
    """Return the index of the first bracket that opens level ``depth``, which there is."""
    level = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        level += {"[": 1, "{": 1, "]": -1, "}": -1}.get(match[0], 0)
        if level == depth:
            return match.start()
    raise AssertionError("no bracket opens this level")


def _object_with_duplicate_key(text: str) -> int:
    """Return the index of the first object in ``text`` that has a duplicate key, which there is.

    The decoder does not say where it is, but calls its hook for each object at its closing brace.
    """
    closed = 0

    def count(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
        nonlocal closed
        closed += 1
        return _unique_keys(pairs)

    with contextlib.suppress(_AmbiguousError):
        json.JSONDecoder(object_pairs_hook=count).decode(text)
    opened: list[int] = []
    for match in _STRING_OR_BRACKET.finditer(text):
        if match[0] == "{":
            opened.append(match.start())
        elif match[0] == "}":
            start = opened.pop()
            closed -= 1
            if not closed:
                return start
    raise AssertionError("no object has a duplicate key")


def _has_lone_surrogate(value: JsonValue) -> bool:
    queue: list[JsonValue] = [value]
    while queue:
        item = queue.pop()
        if isinstance(item, str):
            if any("\ud800" <= char <= "\udfff" for char in item):
                return True
        elif isinstance(item, list):
            queue.extend(item)
        elif isinstance(item, dict):
            queue.extend(item)
            queue.extend(item.values())
    return False


def _unique_keys(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        duplicate = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _DuplicateKeyError(f"the key {duplicate!r} occurs twice in one object")
    return value


def _refuse_constant(name: str) -> Never:
    raise _AmbiguousError(f"{name} is not a JSON number")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise _AmbiguousError(f"the number {text[:40]} is out of range")
    return value


_DECODER = json.JSONDecoder(object_pairs_hook=_unique_keys, parse_constant=_refuse_constant, parse_float=_finite)
