"""The JSON Schemas of the JSON documents, made from the types in `provcheck.report.wire` and shipped beside them."""

import inspect
from collections.abc import Mapping
from importlib import resources

from provcheck.report import wire

_DOCUMENTS: Mapping[str, type] = {
    wire.REPORT_SCHEMA: wire.Report,
    wire.BUNDLE_SCHEMA: wire.Bundle,
    wire.TRUST_SCHEMA: wire.TrustListing,
}

SCHEMAS = tuple(_DOCUMENTS)
"""The names of the formats."""


def schema_file(schema: str) -> str:
    """Return the name of the file in this package that holds the JSON Schema of a format."""
    return schema.removeprefix("provcheck.").replace("/", ".") + ".schema.json"


def schema_text(schema: str) -> str:
    """Return the shipped JSON Schema (draft 2020-12). It allows further fields: within v1, fields may be added."""
    return resources.files(__package__).joinpath(schema_file(schema)).read_text(encoding="utf-8")


def build_schema(schema: str) -> dict[str, object]:
    """Return the JSON Schema that the types define now; a test compares it with the shipped one.

    Needs pydantic, which reports themselves do not.
    """
    from pydantic import ConfigDict, TypeAdapter  # noqa: PLC0415 - only maintainers make the schema
    from pydantic.json_schema import GenerateJsonSchema  # noqa: PLC0415

    class WithoutTitles(GenerateJsonSchema):
        """Leaves out the titles, which repeat the fields' names."""

        def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - the overridden signature
            return False

    document = _DOCUMENTS[schema]
    # A list of documents, because pydantic takes no configuration for a type that could have its own.
    adapter = TypeAdapter(list[document], config=ConfigDict(use_attribute_docstrings=True))  # type: ignore[valid-type]
    definitions: dict[str, object] = adapter.json_schema(schema_generator=WithoutTitles)["$defs"]
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "$id": "urn:" + schema.replace("/", ":"),
        "title": schema,
        "description": inspect.cleandoc(document.__doc__ or ""),
        "$ref": f"#/$defs/{document.__name__}",
        "$defs": definitions,
    }
