from provcheck.codes import Code
from provcheck.model import Judgement, Reason, Scope, Source, Verdict
from provcheck.report.findings import (
    Section,
    deciding_reason,
    describe_scopes,
    describe_sources,
    group_judgements,
    weak_judgements,
)
from support.reports import absent, judged, make_report, storefront, verified


def test_every_dependency_is_in_exactly_one_group_worst_first() -> None:
    report = storefront()
    groups = group_judgements(report)
    assert [group.section for group in groups] == [
        Section.INVALID,
        Section.UNSUPPORTED,
        Section.UNAVAILABLE,
        Section.ABSENT,
        Section.NOT_APPLICABLE,
        Section.VERIFIED,
    ]
    specs = sorted(judgement.dependency.spec for group in groups for judgement in group.judgements)
    assert specs == sorted(judgement.dependency.spec for judgement in report.judgements)
    assert [group.section for group in groups if group.is_finding] == [Section.INVALID]


def test_direct_dependencies_come_first_and_the_lockfiles_order_stays() -> None:
    report = make_report([absent("a@1"), absent("b@1", direct=True), absent("c@1"), absent("d@1", direct=True)])
    assert [item.dependency.name for item in group_judgements(report)[0].judgements] == ["b", "d", "a", "c"]


def test_a_verdict_to_fail_on_makes_its_group_a_finding() -> None:
    (group,) = group_judgements(make_report([absent("a@1")], fail_on=frozenset({"absent"})))
    assert (group.section, group.is_finding) == (Section.ABSENT, True)


def test_a_code_to_fail_on_takes_a_dependency_out_of_its_verdicts_group() -> None:
    weak = verified("a@1", None, Code.CERTIFICATE_LEGACY, Code.INTEGRITY_WEAK)
    report = make_report([weak, verified("b@1")], fail_on=frozenset({"integrity-weak"}))
    refused, accepted = group_judgements(report)
    assert (refused.section, refused.judgements, refused.is_finding) == (Section.REFUSED, (weak,), True)
    assert (accepted.section, accepted.is_finding) == (Section.VERIFIED, False)


def test_the_reason_shown_is_the_one_that_decided() -> None:
    remark = Reason(code=Code.INTEGRITY_WEAK, message="weak")
    cause = Reason(code=Code.SET_INVALID, message="wrong")
    judgement = Judgement(dependency=absent("a@1").dependency, verdict=Verdict.INVALID, reasons=(remark, cause))
    assert deciding_reason(judgement) is cause
    assert deciding_reason(judgement, fail_on=frozenset({"integrity-weak"})) is remark


def test_counts_are_put_in_words() -> None:
    local = [
        judged(f"{source}{n}@1", Verdict.NOT_APPLICABLE, Code.SOURCE_FILE, "", source=source)
        for source, count in {Source.WORKSPACE: 2, Source.LINK: 1, Source.TARBALL_URL: 3}.items()
        for n in range(count)
    ]
    assert describe_sources(local) == "3 tarball URLs, 2 workspaces, 1 link"
    assert describe_scopes([absent("a@1", direct=True), absent("b@1", dev=True), absent("c@1")]) == (
        "1 direct, 2 indirect; 1 of 3 for development only"
    )
    assert describe_scopes([absent("a@1")]) == "1 indirect"
    assert describe_scopes([absent("a@1", direct=True, dev=True)]) == "1 direct; all for development only"


def test_weaknesses_are_found_among_the_verified_only() -> None:
    weak = verified("a@1", None, Code.RUNNER_SELF_HOSTED)
    wrong = judged("b@1", Verdict.INVALID, Code.INTEGRITY_WEAK, "", scope=Scope())
    assert weak_judgements([weak, wrong, verified("c@1")]) == {Code.RUNNER_SELF_HOSTED: (weak,)}
