"""The page `docs/report.md`: the JSON report described, made from its JSON Schema."""

from collections.abc import Mapping
from typing import Any, TypeAlias

Schema: TypeAlias = Mapping[str, Any]

_INTRODUCTION = """\
<!-- Generated from src/provcheck/report/wire.py by `make docs`: edit that. -->

# The JSON report

`provcheck lockfile --format json` and `provcheck attestation --format json` print this document. Its JSON Schema
(draft 2020-12) is `provcheck/report/report.v1.schema.json` in the installed package.

**Stability.** `schema` names the version. Within v1, fields are added, never renamed or removed, and no field changes
its meaning. A reader must therefore accept fields that it does not know. Reason codes are added as well; the six
verdicts are fixed. `message`, `exit_reason`, `notes` and `source` of trust material are for people and may change.

**Form.** UTF-8 that is pure ASCII: everything else is written as a JSON escape, so the document takes no effect on a
terminal or in a CI log. Every field is always present; what is not known is `null`. Times are RFC 3339 in UTC.

**Trust.** What is under `origin`, `certificate` and `log` was verified against the trust material under `trust`.
If `trust.overridden` is true, the user replaced that material, and the report is worth what theirs is.
"""


def render_report_page(schema: Schema) -> str:
    """Return `docs/report.md` for the JSON Schema that `provcheck.report.schema.build_schema` makes."""
    definitions: Mapping[str, Schema] = schema["$defs"]
    names = _reading_order(definitions)
    return _INTRODUCTION + "".join(_section(name, definitions[name]) for name in names)


def _reading_order(definitions: Mapping[str, Schema]) -> list[str]:
    """Return the types' names: the report first, each other after the first that mentions it."""
    order = ["Report"]
    for name in order:
        for field in definitions[name].get("properties", {}).values():
            order += [found for found in _mentioned(field) if found not in order]
    return order


def _mentioned(field: Schema) -> list[str]:
    if "$ref" in field:
        return [field["$ref"].rpartition("/")[2]]
    parts = [*field.get("anyOf", ()), field["items"]] if "items" in field else field.get("anyOf", ())
    return [name for part in parts for name in _mentioned(part)]


def _section(name: str, definition: Schema) -> str:
    text = f"\n## {name}\n\n{definition.get('description', '')}\n"
    if "enum" in definition:
        return text + "\nOne of " + ", ".join(f"`{value}`" for value in definition["enum"]) + ".\n"
    rows = ["| field | type | meaning |", "|---|---|---|"]
    for field, about in definition["properties"].items():
        rows.append(f"| `{field}` | {_type(about)} | {about.get('description', '')} |")
    return text + "\n" + "\n".join(rows) + "\n"


def _type(field: Schema) -> str:
    """Return a field's type as people write it."""
    match field:
        case {"$ref": str(reference)}:
            name = reference.rpartition("/")[2]
            text = f"[{name}](#{name.lower()})"
        case {"anyOf": parts}:
            text = " or ".join(_type(part) for part in parts)
        case {"const": value}:
            text = f"`{value}`"
        case {"enum": values}:
            text = " or ".join(f"`{value}`" for value in values)
        case {"type": "array", "items": items}:
            text = f"list of {_type(items)}"
        case {"type": "object", "additionalProperties": values}:
            text = f"object of {_type(values)}"
        case {"format": "date-time"}:
            text = "time"
        case _:
            text = str(field["type"])
    return text
