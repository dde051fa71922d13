"""The reports on one bundle and on the trust material."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from provcheck.codes import Code
from provcheck.model import BundleReport, ExitCode, Reason, TrustEntry, Verdict
from provcheck.report.bundlereport import render_bundle_json, render_bundle_text
from provcheck.report.trustreport import render_trust_json, render_trust_text
from support.reports import NOW, hostile, make_attestations, make_origin, make_report
from support.schema import assert_valid_document

TRUST = make_report().trust
KEYED, CERTIFIED = (item.signature for item in make_attestations("a@1", make_origin()))
DAY = timedelta(days=1)
OLD = TrustEntry(kind="certificate log", name="ctfe.example", sha256="ab" * 32, start=NOW - 2 * DAY, end=NOW - DAY)
HOSTILE = "\x1b[2J\n::error::\u202e##[x] "


def bundle_report(**changes: Any) -> BundleReport:  # noqa: ANN401 - fields of many types
    report = BundleReport(
        file="bundle.json",
        artifact="sha256:" + "ab" * 32,
        verdict=Verdict.VERIFIED,
        reason=None,
        signature=CERTIFIED,
        trust=TRUST,
        exit_code=ExitCode.OK,
    )
    return replace(report, **changes)


REFUSED = bundle_report(
    verdict=Verdict.INVALID,
    reason=Reason(code=Code.IDENTITY_MISMATCH, message="signed by 'somebody'"),
    signature=KEYED,
    exit_code=ExitCode.FINDINGS,
)


@pytest.mark.parametrize("report", [bundle_report(), REFUSED, bundle_report(signature=None)])
def test_a_bundle_report_is_valid(report: BundleReport) -> None:
    document = json.loads(render_bundle_json(report))
    assert_valid_document(document)
    assert document["schema"] == "provcheck.bundle/v1"


def test_a_bundle_report_says_what_is_wrong_what_to_do_and_who_signed() -> None:
    lines = render_bundle_text(REFUSED, width=80).splitlines()
    assert lines[2:4] == ["INVALID  bundle.json", "  identity-mismatch  signed by 'somebody'"]
    assert lines[4].startswith("  What to do: ")
    assert "  signed by    the given key" in lines
    assert lines[-1] == "exit 1: invalid"


def test_a_trust_listing_is_valid() -> None:
    document = json.loads(render_trust_json(TRUST, [OLD, replace(OLD, start=None, end=None)]))
    assert_valid_document(document)
    assert document["schema"] == "provcheck.trust/v1"
    assert [entry["end"] for entry in document["entries"]] == ["2026-11-19T10:11:12Z", None]


@pytest.mark.parametrize(
    ("start", "end", "validity"),
    [
        (None, None, "always"),
        (OLD.start, None, "since 2026-11-18"),
        (None, NOW + DAY, "until 2026-11-21"),
        (OLD.start, NOW + DAY, "2026-11-18 to 2026-11-21"),
        (OLD.start, OLD.end, "2026-11-18 to 2026-11-19: trusted for what was signed then"),
        (None, OLD.end, "until 2026-11-19: trusted for what was signed then"),
    ],
)
def test_a_trust_listing_says_since_when_and_until_when(start: Any, end: Any, validity: str) -> None:  # noqa: ANN401
    text = render_trust_text(TRUST, [replace(OLD, start=start, end=end)], now=NOW, width=80)
    assert f"  valid        {validity}\n" in text


def test_text_from_outside_takes_no_effect() -> None:
    report = hostile(replace(REFUSED, signature=CERTIFIED, trust=replace(TRUST, is_root_given=True)), HOSTILE)
    listing = render_trust_text(report.trust, [hostile(OLD, HOSTILE)], now=NOW, width=40)
    for text in (render_bundle_text(report, width=40), listing):
        assert all(line.isprintable() and not line.lstrip().startswith("::") for line in text.split("\n"))
        assert "##" not in text
