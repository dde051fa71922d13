import pytest

from provcheck.codes import CODES, Code
from support.command import run_command


def test_a_code_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    result = run_command(capsys, "policy", "explain", "integrity-mismatch")
    words = " ".join(result.out.split())
    assert (result.code, result.err) == (0, "")
    assert CODES[Code.INTEGRITY_MISMATCH].meaning in words
    assert CODES[Code.INTEGRITY_MISMATCH].action in words


@pytest.mark.parametrize("word", ["absent", "EATTESTATIONSUBJECT"])
def test_verdicts_and_errors_of_npm_lead_to_codes(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    result = run_command(capsys, "policy", "explain", word)
    assert result.code == 0
    assert result.out.count("What to do:") > 1


def test_a_mistyped_code_gets_a_suggestion(capsys: pytest.CaptureFixture[str]) -> None:
    result = run_command(capsys, "policy", "explain", "set-invald")
    assert (result.code, result.out) == (2, "")
    assert "set-invalid" in result.err
