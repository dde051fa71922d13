"""What every JSON report must satisfy, beyond being JSON."""

import json
import re
from collections import Counter
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from provcheck.codes import Code
from provcheck.report.schema import schema_text

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z")


def assert_valid_document(document: Any) -> None:  # noqa: ANN401 - any JSON value
    """Fail unless ``document`` obeys the shipped schema that it names, and has no field that it does not describe."""
    _validator(document["schema"]).validate(document)


def assert_valid_report(report: Any) -> None:  # noqa: ANN401 - any JSON value
    """Fail unless ``report`` is a valid document, and agrees with itself."""
    assert_valid_document(report)
    dependencies = report["dependencies"]
    counts = Counter(dependency["verdict"] for dependency in dependencies)
    summary = dict(report["summary"])
    assert summary.pop("total") == len(dependencies)
    assert {verdict: count for verdict, count in summary.items() if count} == counts
    assert sum(lockfile["dependencies"] for lockfile in report["lockfiles"]) in {0, len(dependencies)}
    for dependency in dependencies:
        assert (dependency["verdict"] == "verified") == (dependency["origin"] is not None)
        about = [*dependency["reasons"], *(each for item in dependency["attestations"] for each in item["reasons"])]
        assert {reason["code"] for reason in about} <= set(Code)
        indexes = {reason["attestation"] for reason in about} - {None}
        assert indexes <= set(range(len(dependency["attestations"])))


@cache
def _validator(name: str) -> Draft202012Validator:
    schema = json.loads(schema_text(name))
    Draft202012Validator.check_schema(schema)
    for definition in schema["$defs"].values():
        if "properties" in definition:
            definition["additionalProperties"] = False
    formats = FormatChecker(formats=())
    formats.checks("date-time")(lambda value: not isinstance(value, str) or _TIME.fullmatch(value) is not None)
    return Draft202012Validator(schema, format_checker=formats)
