"""Claims are confirmed, contradicted or unconfirmed; nothing else can become of them (step 11.3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provcheck.codes import Code
from provcheck.errors import VerificationError
from provcheck.fields import Fields
from provcheck.provenance.claims import Claims, malformed

TEXTS = st.text(min_size=1)


@given(TEXTS)
def test_a_confirmed_claim_is_not_remarked(text: str) -> None:
    claims = Claims()
    claims.compare("a", text, text)
    claims.require("b", text, text)

    assert claims.unconfirmed == {}


@given(TEXTS, TEXTS)
def test_a_contradicted_claim_is_refused(claim: str, fact: str) -> None:
    if claim == fact:
        return
    for check in (Claims().compare, Claims().require):
        with pytest.raises(VerificationError) as caught:
            check("a", claim, fact)
        assert caught.value.code is Code.CERTIFICATE_PREDICATE_MISMATCH


def test_a_claim_without_a_fact_is_unconfirmed() -> None:
    claims = Claims()
    claims.compare("a", "one", None)
    claims.require("b", "two", None)

    assert claims.unconfirmed == {"a": "one", "b": "two"}


def test_a_claim_may_be_missing_only_where_it_is_optional() -> None:
    claims = Claims()
    claims.compare("a", None, "fact")

    assert claims.unconfirmed == {}
    with pytest.raises(VerificationError) as caught:
        claims.require("a", None, "fact")
    assert caught.value.code is Code.PREDICATE_MALFORMED


@pytest.mark.parametrize(
    ("claim", "shown"),
    [
        ("text", "text"),
        (True, "True"),
        (0, "0"),
        (1.5, "1.5"),
        ({"a": 1, "b": ""}, "2 entries"),
        ([{"a": "x"}], "1 entries"),
        ({"a": [False, {"b": True}]}, "1 entries"),
        ("x" * 200, "x" * 200),
        ("x" * 201, "x" * 200 + "..."),
    ],
)
def test_what_says_something_is_shown_shortened(claim: object, shown: str) -> None:
    claims = Claims()
    claims.leave_unconfirmed("a", claim)  # type: ignore[arg-type]

    assert claims.unconfirmed == {"a": shown}


@pytest.mark.parametrize("claim", [None, False, "", [], {}, {"a": False, "b": [None, ""]}])
def test_what_says_nothing_is_not_shown(claim: object) -> None:
    claims = Claims()
    claims.leave_unconfirmed("a", claim)  # type: ignore[arg-type]

    assert claims.unconfirmed == {}


def test_what_nobody_read_is_unconfirmed_under_its_path() -> None:
    fields = Fields({"read": "x", "unread": "y", "empty": {}}, where="predicate.builder", fail=malformed)
    fields.text("read")
    claims = Claims()
    claims.leave_rest(fields)

    assert claims.unconfirmed == {"builder.unread": "y"}
