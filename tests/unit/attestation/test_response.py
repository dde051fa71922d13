"""The registry's answer: a list, and nothing else is taken for one (steps 0.1 and 0.4)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provcheck.attestation.response import ServedAttestation, parse_response
from provcheck.errors import MalformedError
from support.corpus import corpus_facts, corpus_response, requires_corpus
from support.judging import PACKAGE
from support.mint import Era, response


@pytest.mark.parametrize("era", list(Era))
def test_attestations_come_in_the_order_of_the_answer(era: Era) -> None:
    body = response(PACKAGE, era)

    assert parse_response(body) == tuple(
        ServedAttestation(predicate_type=item["predicateType"], bundle=item["bundle"])
        for item in json.loads(body)["attestations"]
    )


@requires_corpus
def test_real_answers_are_read() -> None:
    for spec, facts in corpus_facts().items():
        served = parse_response(corpus_response(spec))
        assert [item.predicate_type for item in served] == [item["predicateType"] for item in facts["attestations"]]


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (b'{"attestations": []}', 0),
        (b'{"attestations": [{}]}', 1),
        (b'{"attestations": [{"bundle": 1}], "more": true}', 1),
        (b' \n{"attestations":[{"predicateType":null,"bundle":null}]}\n', 1),
    ],
)
def test_what_the_list_holds_is_judged_later(body: bytes, count: int) -> None:
    assert len(parse_response(body)) == count


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"attestations": null}',
        b'{"attestations": {}}',
        b'{"attestations": [1]}',
        b'{"attestations": [[]]}',
        b'{"attestations": [{"predicateType": 1}]}',
        b'{"attestations": []} {}',
        b'{"attestations": [], "attestations": []}',
        b'{"attestations": [], "x": NaN}',
        b'{"attestations": [], "x": "\\ud800"}',
        b'\xef\xbb\xbf{"attestations": []}',
        b'{"attestations": [], "x": "\xff"}',
        b'{"attestations": ' + b"[" * 100_000,
        b"<html></html>",
    ],
)
def test_what_is_no_answer_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_response(body)


@given(st.binary())
def test_bytes_are_no_answer(body: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_response(body)
