"""The JSON Schema of the JSON report, made from the types in `provcheck.report.wire` and shipped beside them."""

import inspect
from importlib import resources

from provcheck.report import wire

_FILE = "report.v1.schema.json"


def schema_text() -> str:
    """Return the shipped JSON Schema (draft 2020-12). It allows further fields: within v1, fields may be added."""
    return resources.files(__package__).joinpath(_FILE).read_text(encoding="utf-8")


def build_schema() -> dict[str, object]:
    """Return the JSON Schema that the types define now; a test compares it with the shipped one.

    Needs pydantic, which reports themselves do not.
    """
    from pydantic import ConfigDict, TypeAdapter  # noqa: PLC0415 - only maintainers make the schema
    from pydantic.json_schema import GenerateJsonSchema  # noqa: PLC0415

    class WithoutTitles(GenerateJsonSchema):
        """Leaves out the titles, which repeat the fields' names."""

        def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - the overridden signature
            return False

    # A list of reports, because pydantic takes no configuration for a type that could have its own.
    adapter = TypeAdapter(list[wire.Report], config=ConfigDict(use_attribute_docstrings=True))
    definitions: dict[str, object] = adapter.json_schema(schema_generator=WithoutTitles)["$defs"]
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "$id": "urn:" + wire.SCHEMA.replace("/", ":"),
        "title": "Provcheck report, version 1",
        "description": inspect.cleandoc(wire.__doc__ or ""),
        "$ref": "#/$defs/Report",
        "$defs": definitions,
    }
