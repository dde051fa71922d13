"""The page `docs/report.md`: the JSON documents described, made from their JSON Schemas."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

Schema: TypeAlias = Mapping[str, Any]

_INTRODUCTION = """\
<!-- Generated from src/provcheck/report/wire.py by `make docs`: edit that. -->

# The JSON report

| document | printed with `--format json` by | its JSON Schema |
|---|---|---|
| [Report](#report) | `provcheck lockfile`, `provcheck attestation` | `report.v1.schema.json` |
| [Bundle](#bundle) | `provcheck bundle` | `bundle.v1.schema.json` |
| [TrustListing](#trustlisting) | `provcheck trust show`, `provcheck trust update` | `trust.v1.schema.json` |

The JSON Schemas (draft 2020-12) are in the installed package, in the folder `provcheck/report`.

**Stability.** `schema` names the version. Within v1, fields are added, never renamed or removed, and no field changes
its meaning. A reader must therefore accept fields that it does not know. Reason codes are added as well; the six
verdicts are fixed. `message`, `exit_reason`, `notes` and `source` of trust material are for people and may change.

**Form.** UTF-8 that is pure ASCII: everything else is written as a JSON escape, so the document takes no effect on a
terminal or in a CI log. Every field is always present; what is not known is `null`. Times are RFC 3339 in UTC.

**Trust.** What is under `origin`, `certificate` and `log` was verified against the trust material under `trust`.
If `trust.overridden` is true, the user replaced that material, and the report is worth what theirs is.
"""


def render_report_page(schemas: Iterable[Schema]) -> str:
    """Return `docs/report.md` for the JSON Schemas that `provcheck.report.schema.build_schema` makes."""
    definitions: dict[str, Schema] = {}
    names: list[str] = []
    for schema in schemas:
        definitions |= schema["$defs"]
        names += [name for name in _reading_order(schema) if name not in names]
    return _INTRODUCTION + "".join(_section(name, definitions[name]) for name in names)


def _reading_order(schema: Schema) -> list[str]:
    """Return the types' names: the document first, each other after the first that mentions it."""
    order = _mentioned(schema)
    for name in order:
        for field in schema["$defs"][name].get("properties", {}).values():
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
        meaning = " ".join(about.get("description", "").split())
        rows.append(f"| `{field}` | {_type(about)} | {meaning} |")
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
