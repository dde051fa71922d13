"""Typed access to the fields of a lockfile or manifest, with errors that name the place."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from provcheck.errors import MalformedError
from provcheck.jsonio import JsonObject, JsonValue

_LONGEST_QUOTE = 200


def quoted(text: str) -> str:
    """Return ``text`` as a JSON string for an error message, shortened if it is long."""
    return json.dumps(text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}...")


@dataclass(frozen=True, slots=True)
class Fields:
    """A JSON object and its place in the file. As in npm, an empty string is the same as none."""

    value: JsonObject
    place: str
    """What the names of its fields are appended to: ``package-lock.json: packages["node_modules/a"].``."""

    def text(self, key: str) -> str | None:
        """Return a string, or ``None`` if it is absent or empty."""
        value = self.value.get(key, "")
        if not isinstance(value, str):
            raise self.wrong(key, "a string")
        return value or None

    def flag(self, key: str) -> bool:
        """Return a boolean; absent is false."""
        value = self.value.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false")
        return value

    def object(self, key: str) -> JsonObject:
        """Return an object; absent is empty."""
        value = self.value.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, "an object")
        return value

    def objects(self, key: str) -> Iterator[tuple[str, "Fields"]]:
        """Yield the members of an object of objects, in order."""
        for name, value in self.object(key).items():
            place = f"{self.place}{key}[{quoted(name)}]"
            if not isinstance(value, dict):
                raise _wrong_type(value, "an object", where=place)
            yield name, Fields(value, f"{place}.")

    def texts(self, key: str) -> Iterator[tuple[str, str]]:
        """Yield the members of an object of strings, in order."""
        for name, value in self.object(key).items():
            if not isinstance(value, str):
                raise _wrong_type(value, "a string", where=f"{self.place}{key}[{quoted(name)}]")
            yield name, value

    def wrong(self, key: str, expected: str) -> MalformedError:
        """Return the error to raise when a field is not what is ``expected``."""
        return _wrong_type(self.value[key], expected, where=f"{self.place}{key}")


def _wrong_type(value: JsonValue, expected: str, *, where: str) -> MalformedError:
    found = "null" if value is None else _KINDS[type(value)]
    return MalformedError(f"expected {expected}, found {found}", where=where)


_KINDS: dict[type, str] = {
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "an array",
    dict: "an object",
}
