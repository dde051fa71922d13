"""What may stand in a JSON document in the place of a value."""

import json
import re
from collections.abc import Iterator
from typing import Any, TypeAlias

Json: TypeAlias = Any
Variant: TypeAlias = tuple[str, Any]
"""How it was changed, and what came of it."""

_TYPES: dict[str, Json] = {
    "true": True,
    "false": False,
    "zero": 0,
    "a number": 7,
    "a fraction": 1.5,
    "a string": "other",
    "an array": [],
    "an object": {},
}
_LOOK_ALIKES = str.maketrans(
    {"a": "\u0430", "c": "\u0441", "e": "\u0435", "i": "\u0456", "o": "\u043e", "p": "\u0440", "s": "\u0455"}
)
"""Latin letters to Cyrillic ones."""
_FULL_WIDTH = {ord(char): ord(char) + 0xFEE0 for char in map(chr, range(0x21, 0x7F))}
_OTHER_DIGITS = str.maketrans("0123456789", "\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)")
_MEDIA_TYPES = {
    "0.1": "application/vnd.dev.sigstore.bundle+json;version=0.1",
    "0.2": "application/vnd.dev.sigstore.bundle+json;version=0.2",
    "0.3": "application/vnd.dev.sigstore.bundle.v0.3+json",
    "0.3 of old": "application/vnd.dev.sigstore.bundle+json;version=0.3",
}
_UNKNOWN_MEDIA_TYPES = (
    "application/vnd.dev.sigstore.bundle+json;version=0.4",
    "application/vnd.dev.sigstore.bundle+json; version=0.2",
    "application/vnd.dev.sigstore.bundle+json;version=9.9-evil",
    "application/vnd.dev.sigstore.bundle.v0.2+json",
    "application/json",
)


def other_values(value: Json) -> Iterator[Variant]:
    """Yield values of the same type that are not the same, and values of every other type; never ``null``."""
    seen = {json.dumps(value)}
    for how, other in (*_changed(value), *_retyped(value)):
        text = json.dumps(other)
        if text not in seen:
            seen.add(text)
            yield how, other


def other_members(value: Json) -> Iterator[Variant]:
    """Yield containers with more or fewer members, in another order or under other keys; nothing for leaves."""
    if isinstance(value, list):
        for text in ("null", '""', "{}", "[]"):
            yield f"add an element {text}", [*value, json.loads(text)]
        if len(value) > 1:
            yield "reverse", value[::-1]
            for index in range(1, len(value) - 1):
                swapped = [*value[:index], value[index + 1], value[index], *value[index + 2 :]]
                yield f"swap elements {index} and {index + 1}", swapped
    elif isinstance(value, dict):
        for key in ("unknown", "", "__proto__", "@type"):
            yield f"add a member {json.dumps(key)}", {**value, key: {"a": 1}}
        yield "add a null member", {**value, "unknown": None}
        for key in value:
            for how, other in (("snake case", _snake_case(key)), ("upper case", key.upper()), ("a space", f"{key} ")):
                if other not in value and value[key] is not None:
                    renamed = {other if old == key else old: item for old, item in value.items()}
                    yield f"spell the key {key} with {how}", renamed


def _changed(value: Json) -> Iterator[Variant]:
    match value:
        case bool():
            yield "negate", not value
        case int() | float():
            yield from _other_numbers(value)
        case str():
            yield from other_texts(value)
            if _NUMBER.fullmatch(value):
                yield from _other_number_texts(value)
            if value in _MEDIA_TYPES.values():
                yield from _other_media_types(value)


def _retyped(value: Json) -> Iterator[Variant]:
    kind = type(value)
    for how, other in _TYPES.items():
        if type(other) is not kind or kind is bool:
            yield f"{how} for null" if value is None else f"retype as {how}", other
    if value is not None:
        yield "wrap in an array", [value]
        yield "wrap in an object", {"value": value}
    if isinstance(value, dict | list) and value:
        yield "as JSON text", json.dumps(value)


def _other_numbers(value: float) -> Iterator[Variant]:
    yield "one more", value + 1
    yield "as text", str(value)
    yield "as a float", float(value)
    yield "negative", -value
    yield "huge", 10**30


def other_texts(text: str) -> Iterator[Variant]:
    """Yield texts that are not the same, though they may look so; some may be."""
    yield "empty", ""
    yield "add a character", f"{text}x"
    yield "add a line break", f"{text}\n"
    yield "add a space before", f" {text}"
    yield "add a NUL", f"{text}\0"
    yield "add a lone surrogate", f"{text}\ud800"
    yield "add a byte order mark before", f"\ufeff{text}"
    yield "add a zero-width space", f"{text[:1]}\u200b{text[1:]}"
    yield "add a combining accent", f"{text}\u0301"
    yield "cut the end", text[:-1]
    yield "cut the start", text[1:]
    yield "twice in one", text + text
    yield "upper case", text.upper()
    yield "lower case", text.lower()
    yield "swap case", text.swapcase()
    yield "look-alikes", text.translate(_LOOK_ALIKES)
    yield "full width", text.translate(_FULL_WIDTH)
    yield "percent-encode", "".join(f"%{ord(char):02X}" if char in "@/:+= " else char for char in text)
    yield "percent-decode", text.replace("%40", "@")


def _other_number_texts(text: str) -> Iterator[Variant]:
    number = int(text)
    yield "as a number", number
    yield "as a float", float(number)
    yield "one more", str(number + 1)
    yield "one less", str(number - 1)
    yield "negative", f"-{text}"
    yield "with a plus sign", f"+{text}"
    yield "with a leading zero", f"0{text}"
    yield "with a fraction", f"{text}.0"
    yield "with an exponent", f"{text}e0"
    yield "with an underscore", f"{text[:1]}_{text[1:]}"
    yield "in hexadecimal", hex(number)
    yield "in other digits", text.translate(_OTHER_DIGITS)
    yield "beyond 64 bits", str(number + 2**64)
    yield "huge", "9" * 5000
    yield "one more, as a number", number + 1
    yield "beyond 64 bits, as a number", number + 2**64


def _other_media_types(text: str) -> Iterator[Variant]:
    old = next(label for label, media_type in _MEDIA_TYPES.items() if media_type == text)
    for label, other in _MEDIA_TYPES.items():
        yield f"relabel {old} as {label}", other
    for other in _UNKNOWN_MEDIA_TYPES:
        yield f"relabel as {other}", other


def _snake_case(key: str) -> str:
    return re.sub(r"[A-Z]", lambda match: f"_{match[0].lower()}", key)
