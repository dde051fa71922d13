import pytest

from provcheck.codes import Code
from provcheck.model import ExitCode, Judgement, Verdict
from provcheck.outcome import decide
from support.reports import absent, judged, verified

INVALID = judged("a@1", Verdict.INVALID, Code.SET_INVALID, "")
UNSUPPORTED = judged("b@1", Verdict.UNSUPPORTED, Code.BUNDLE_VERSION_UNSUPPORTED, "")
UNAVAILABLE = judged("c@1", Verdict.UNAVAILABLE, Code.REGISTRY_ERROR, "")
WEAK = verified("d@1", None, Code.RUNNER_SELF_HOSTED)
ABSENT = absent("e@1")


@pytest.mark.parametrize(
    ("judgements", "fail_on", "expected"),
    [
        ([WEAK, ABSENT], set(), (ExitCode.OK, "everything required holds")),
        ([UNAVAILABLE, UNSUPPORTED], set(), (ExitCode.INCOMPLETE, "1 unsupported, 1 could not be checked")),
        (
            [ABSENT, UNAVAILABLE, INVALID, UNSUPPORTED, INVALID],
            set(),
            (ExitCode.FINDINGS, "2 invalid (1 unsupported, 1 could not be checked)"),
        ),
        ([ABSENT, INVALID], {"absent"}, (ExitCode.FINDINGS, "1 invalid, 1 absent")),
        ([UNAVAILABLE], {"unavailable"}, (ExitCode.FINDINGS, "1 could not be checked")),
        (
            [WEAK, UNSUPPORTED],
            {"runner-self-hosted"},
            (ExitCode.FINDINGS, "1 refused by --fail-on (1 unsupported)"),
        ),
    ],
)
def test_every_dependency_is_counted_where_the_report_lists_it(
    judgements: list[Judgement], fail_on: set[str], expected: tuple[ExitCode, str]
) -> None:
    assert decide(judgements, frozenset(fail_on)) == expected
