"""Typed access to the fields of a JSON object from outside.

Protobuf's JSON mapping (https://protobuf.dev/programming-guides/json/) as Sigstore uses it: lowerCamelCase names,
``null`` is the same as absent, bytes are standard base64, 64-bit integers are decimal strings or numbers.
Read leniently, each of these has second spellings; here every value has exactly one.
"""

import base64
import binascii
import re
from typing import Protocol, TypeVar

from provcheck.jsonio import JsonObject, JsonValue

_INT64 = re.compile(r"0|[1-9][0-9]{0,18}")
_INT64_MAX = 2**63 - 1
_T = TypeVar("_T")


class Fail(Protocol):
    """Makes the exception that says what is wrong with a field."""

    def __call__(self, message: str) -> Exception:
        """Return the exception to raise for ``message``, which names the field."""
        ...


def decode_base64(text: str) -> bytes:
    """Return the bytes that ``text`` is *the* standard base64 of (RFC 4648 section 4, padded, no line breaks).

    Raises:
        ValueError: there is no such text, or it is a second spelling: another alphabet, missing padding, white
            space, trailing bits that are not zero.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not base64") from error
    if base64.b64encode(data).decode("ascii") != text:
        raise ValueError("not canonical base64")
    return data


class Fields:
    """One JSON object, read field by field; ``done`` refuses what nobody read."""

    __slots__ = ("_fail", "_unread", "_values", "_where")

    def __init__(self, value: JsonValue, *, where: str, fail: Fail) -> None:
        if not isinstance(value, dict):
            raise fail(f"{where} is not an object")
        self._values: JsonObject = {name: item for name, item in value.items() if item is not None}
        self._unread = set(value)
        self._where = where
        self._fail = fail

    def __contains__(self, name: str) -> bool:
        if name not in self._values:
            self._unread.discard(name)  # whoever asks knows the field, so it may be null
        return name in self._values

    def path(self, name: str) -> str:
        """Return the name of a field as error messages have it."""
        return f"{self._where}.{name}"

    def value(self, name: str) -> JsonValue:
        """Return any value, or ``None`` if it is absent."""
        self._unread.discard(name)
        return self._values.get(name)

    def optional_text(self, name: str) -> str | None:
        """Return a string, or ``None`` if it is absent or (as Protobuf has it) empty."""
        value = self.value(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise self._fail(f"{self.path(name)} is not a string")
        return value

    def text(self, name: str) -> str:
        """Return a string that must be present and not empty."""
        return self._present(name, self.optional_text(name))

    def optional_data(self, name: str) -> bytes | None:
        """Return bytes from base64, or ``None`` if they are absent or empty."""
        text = self.optional_text(name)
        return None if text is None else self.decode(name, text)

    def data(self, name: str) -> bytes:
        """Return bytes from base64 that must be present and not empty."""
        return self._present(name, self.optional_data(name))

    def decode(self, name: str, text: str) -> bytes:
        """Return the bytes that ``text`` is the base64 of; ``name`` is for the error message."""
        try:
            return decode_base64(text)
        except ValueError as error:
            raise self._fail(f"{self.path(name)} is {error}") from error

    def int64(self, name: str) -> int:
        """Return an integer from 0 to 2**63 - 1; absent is 0, as in Protobuf."""
        value = self.value(name)
        if value is None:
            return 0
        if isinstance(value, str) and _INT64.fullmatch(value):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _INT64_MAX:
            raise self._fail(f"{self.path(name)} is not an integer from 0 to 2^63-1")
        return value

    def optional_fields(self, name: str) -> "Fields | None":
        """Return an object, or ``None`` if it is absent."""
        value = self.value(name)
        return None if value is None else Fields(value, where=self.path(name), fail=self._fail)

    def fields(self, name: str) -> "Fields":
        """Return an object that must be present."""
        return self._present(name, self.optional_fields(name))

    def items(self, name: str, *, at_most: int | None = None) -> list[JsonValue]:
        """Return an array; absent is empty, as in Protobuf."""
        value = self.value(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self._fail(f"{self.path(name)} is not an array")
        if at_most is not None and len(value) > at_most:
            raise self._fail(f"{self.path(name)} has more than {at_most} elements")
        return value

    def texts(self, name: str, *, at_most: int | None = None) -> list[str]:
        """Return an array of strings; absent is empty."""
        texts: list[str] = []
        for index, item in enumerate(self.items(name, at_most=at_most)):
            if not isinstance(item, str):
                raise self._fail(f"{self.path(name)}[{index}] is not a string")
            texts.append(item)
        return texts

    def objects(self, name: str, *, at_most: int | None = None) -> list["Fields"]:
        """Return an array of objects; absent is empty."""
        return [
            Fields(item, where=f"{self.path(name)}[{index}]", fail=self._fail)
            for index, item in enumerate(self.items(name, at_most=at_most))
        ]

    def done(self, fail: Fail | None = None) -> None:
        """Refuse fields that nobody read or asked about, also if they are null: nobody knows what they mean."""
        if self._unread:
            raise (fail or self._fail)(f"{self.path(min(self._unread))} is not a known field")

    def unread(self) -> dict[str, JsonValue]:
        """Return the fields that were never read and are not null."""
        return {name: self._values[name] for name in sorted(self._unread) if name in self._values}

    def _present(self, name: str, value: _T | None) -> _T:
        if value is None:
            raise self._fail(f"{self.path(name)} is missing")
        return value
