"""The INI dialect of ``.npmrc`` files, read as npm reads it.

npm parses the files with its ``ini`` package and expands environment variables
afterwards (https://docs.npmjs.com/cli/v11/configuring-npm/npmrc).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

IniScalar: TypeAlias = str | bool | None
IniValue: TypeAlias = IniScalar | list[IniScalar]

_LITERALS: dict[str, IniScalar] = {"true": True, "false": False, "null": None}
_LINE_END = re.compile(r"[\r\n]+")
_ESCAPE = re.compile(r"\\([\\;#])")
_ESCAPE_OR_COMMENT = re.compile(r"\\.|[;#]", re.DOTALL)
_VARIABLE = re.compile(r"(?<!\\)(\\*)\$\{([^${}?]+)(\?)?\}")


def parse_npmrc(text: str) -> dict[str, IniValue]:
    """Return the top-level settings of an ``.npmrc`` file, unexpanded, in the file's order.

    A key without a value is true, ``key[]`` collects a list, and of other repeated keys the last one counts.
    Everything below a ``[section]`` line is left out: npm has no settings in sections.
    Any text is a valid file.
    """
    settings: dict[str, IniValue] = {}
    for line in _LINE_END.split(text.removeprefix("\ufeff")):
        stripped = line.strip()
        if not stripped or stripped[0] in ";#":
            continue
        if line[0] == "[" and stripped.find("]") == len(stripped) - 1:
            break
        raw_key, equals, raw_value = line.partition("=")
        if not raw_key:
            continue
        key = _unquote(raw_key)
        value: IniScalar = True
        if equals:
            unquoted = _unquote(raw_value)
            value = _LITERALS.get(unquoted, unquoted)
        is_list = len(key) > len("[]") and key.endswith("[]")
        if is_list:
            key = key.removesuffix("[]")
        earlier = settings.get(key)
        if isinstance(earlier, list):
            earlier.append(value)
        elif is_list:
            settings[key] = [earlier, value] if key in settings else [value]
        else:
            settings[key] = value
    return settings


def _unquote(text: str) -> str:
    """Return a key or a value without quotes, escapes, a trailing comment and outer white space."""
    text = text.strip()
    if text[:1] in ("'", '"') and text[0] == text[-1]:
        inner = text[1:-1] if text[0] == "'" else text
        try:
            value = json.loads(inner)
        except (ValueError, RecursionError):
            return inner
        return value if isinstance(value, str) else inner
    comment = next((match.start() for match in _ESCAPE_OR_COMMENT.finditer(text) if match[0] in ";#"), len(text))
    return _ESCAPE.sub(r"\1", text[:comment]).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expanded:
    """Text after the expansion of environment variables."""

    text: str
    missing: tuple[str, ...]
    """Variables that are not set. Like npm, their ``${NAME}`` is left in the text."""


def expand_variables(text: str, environ: Mapping[str, str]) -> Expanded:
    r"""Return ``text`` with ``${NAME}`` and ``${NAME?}`` replaced, except behind a backslash.

    A variable that is not set becomes nothing in ``${NAME?}`` and stays as it is written in ``${NAME}``.
    """
    missing: list[str] = []

    def replace(match: re.Match[str]) -> str:
        backslashes, name, may_be_unset = match.groups()
        if len(backslashes) % 2:
            return match[0][(len(backslashes) + 1) // 2 :]
        value = environ.get(name)
        if value is None:
            value = "" if may_be_unset else f"${{{name}}}"
            if not may_be_unset:
                missing.append(name)
        return backslashes[: len(backslashes) // 2] + value

    return Expanded(text=_VARIABLE.sub(replace, text), missing=tuple(missing))
