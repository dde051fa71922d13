import pytest

from provcheck.codes import CODES, Code
from provcheck.model import Verdict
from provcheck.report.explain import NPM_NAMES, codes_of, render_codes_page, render_explanation


@pytest.mark.parametrize("code", Code)
def test_every_code_is_explained_within_the_width(code: Code) -> None:
    text = render_explanation(code, width=60)
    words = " ".join(text.split())
    assert CODES[code].meaning in words
    assert CODES[code].action in words
    assert max(map(len, text.splitlines())) <= 60


@pytest.mark.parametrize("code", Code)
def test_every_code_is_on_the_page_once_with_an_anchor(code: Code) -> None:
    assert render_codes_page().count(f'<a id="{code}"></a>`{code}`') == 1


def test_what_provcheck_says_itself_is_plain_ascii() -> None:
    # Every console can print it, and it cannot be mistaken for an escaped character from outside.
    assert render_codes_page().isascii()


def test_codes_are_found_by_verdict_and_by_the_name_that_npm_has_for_them() -> None:
    assert codes_of("set-invalid") == (Code.SET_INVALID,)
    assert codes_of("absent") == (Code.PROVENANCE_ABSENT, Code.PROVENANCE_NOT_AMONG_ATTESTATIONS)
    assert codes_of("EMISSINGSIGNATUREKEY") == codes_of("emissingsignaturekey") == (Code.KEY_UNKNOWN,)
    assert codes_of("EINTEGRITYSIGNATURE") == ()


def test_npm_has_names_only_for_what_makes_a_package_fail_there() -> None:
    assert {CODES[code].verdict for code in NPM_NAMES} == {Verdict.INVALID, Verdict.UNSUPPORTED}
