import json
from dataclasses import fields, replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provcheck.codes import Code
from provcheck.jsonio import parse_json
from provcheck.model import BuildOrigin, CertificateFacts, ExitCode, Judgement, LogEntryFacts, Report, Source, Verdict
from provcheck.report.jsonreport import render_json
from support.reports import COMMIT, PROVENANCE, hostile, judged, make_dependency, make_report, storefront, verified
from support.schema import assert_valid_report

HOSTILE = [
    "\x1b[2J\x7f",
    "a\n::error::x",
    "##vso[task.complete]",
    "\u202e\u2028",
    "\ud800",
    "\udc80.json",
    "[red]",
    "\\ud800",
    '"',
]


def rendered(report: Report) -> Any:  # noqa: ANN401 - JSON
    """Return the report's JSON, read as strictly as Provcheck reads others', and valid."""
    value = parse_json(render_json(report).encode("ascii"), what="the report")
    assert_valid_report(value)
    return value


def test_a_report_on_a_project_is_valid() -> None:
    report = rendered(storefront())
    assert report["summary"] == {
        "total": 941,
        "verified": 4,
        "absent": 923,
        "invalid": 2,
        "unsupported": 1,
        "unavailable": 2,
        "not-applicable": 9,
    }
    assert report["lockfiles"] == [{"path": "package-lock.json", "format": "package-lock v3", "dependencies": 941}]
    assert (report["exit_code"], report["generated"]) == (1, "2026-11-20T10:11:12Z")


def test_an_empty_report_is_valid() -> None:
    assert rendered(make_report(lockfiles=()))["dependencies"] == []


def test_every_fact_about_origin_certificate_and_log_entry_is_told() -> None:
    judgement = verified("nuxt@4.1.2", None, Code.PREDICATE_UNCONFIRMED)
    dependency = rendered(make_report([judgement]))["dependencies"][0]
    publish, provenance = dependency["attestations"]
    # The two left out are told otherwise: by the code certificate-legacy, and by the name itself.
    assert dependency["origin"].keys() == {field.name for field in fields(BuildOrigin)} - {"legacy_certificate"}
    assert provenance["certificate"].keys() == {field.name for field in fields(CertificateFacts)} - {"is_uri"}
    assert provenance["log"].keys() == {field.name for field in fields(LogEntryFacts)}
    assert (publish["signer"], publish["certificate"]) == ("npm-key", None)
    assert (provenance["signer"], provenance["key_id"]) == ("certificate", None)
    assert provenance["predicate_type"] == PROVENANCE
    assert dependency["origin"]["commit"] == COMMIT
    assert dependency["reasons"][0]["attestation"] == 1


def test_what_did_not_verify_is_told_as_unverified() -> None:
    judgement = verified("nuxt@4.1.2")
    broken = replace(judgement.attestations[1], signature=None, verified=False)
    report = make_report([replace(judgement, verdict=Verdict.INVALID, origin=None, attestations=(broken,))])
    attestation = rendered(report)["dependencies"][0]["attestations"][0]
    assert attestation["verified"] is False
    assert (attestation["signer"], attestation["log"], attestation["timestamps"]) == (None, None, [])


@pytest.mark.parametrize(
    ("name", "source", "purl"),
    [
        ("@nuxt/kit", Source.REGISTRY, "pkg:npm/%40nuxt/kit@1.0.0"),
        ("nuxt", Source.BUNDLED, "pkg:npm/nuxt@1.0.0"),
        ("JSONStream", Source.REGISTRY, "pkg:npm/jsonstream@1.0.0"),
        ("nuxt", Source.GIT, None),
        ("my-workspace", Source.WORKSPACE, None),
        ("", Source.REGISTRY, None),
    ],
)
def test_only_what_a_registry_publishes_has_a_package_url(name: str, source: Source, purl: str | None) -> None:
    dependency = replace(make_dependency(), name=name, version="1.0.0", source=source)
    judgement = Judgement(dependency=dependency, verdict=Verdict.NOT_APPLICABLE, reasons=())
    assert rendered(make_report([judgement]))["dependencies"][0]["purl"] == purl


def test_times_are_told_in_utc() -> None:
    local = datetime(2026, 11, 20, 12, 0, 0, 250_000, tzinfo=timezone(timedelta(hours=2)))
    assert rendered(make_report(generated=local))["generated"] == "2026-11-20T10:00:00.250000Z"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_takes_no_effect_and_is_told_exactly(text: str) -> None:
    report = hostile(make_report([verified("nuxt@4.1.2", None, Code.RUNNER_SELF_HOSTED)]), text)
    output = render_json(report)
    assert output.isascii()
    assert all(line.isprintable() and not line.lstrip().startswith("::") for line in output.split("\n"))
    assert "##" not in output
    told = rendered(report)["dependencies"][0]["origin"]["ref"]
    assert told == "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)


@given(st.text(st.characters(exclude_categories=()), max_size=40))
def test_any_text_survives_except_lone_surrogates(text: str) -> None:
    report = make_report(exit_reason=text)
    expected = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert json.loads(render_json(report))["exit_reason"] == expected


def test_many_findings_are_all_told() -> None:
    packages = [judged(f"p{n}@1.0.0", Verdict.INVALID, Code.SET_INVALID, "wrong") for n in range(2000)]
    report = rendered(make_report(packages, exit_code=ExitCode.FINDINGS))
    assert [dependency["name"] for dependency in report["dependencies"]] == [f"p{n}" for n in range(2000)]
