"""Whatever is changed in a response, it is not verified any more, unless the formats do not authenticate it.

Every leaf of real and minted data, and every decoded byte field. Normally a sample is tried; with ``MUTATIONS=all`` in
the environment everything is. The counts are at the end of pytest's summary.
"""

import faulthandler
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from provcheck.model import Judgement, Verdict
from support.corpus import CORPUS_MARKS
from support.mutate import (
    MINTED,
    REAL,
    UNAUTHENTICATED,
    Mutation,
    Subject,
    Unauthenticated,
    minted_subject,
    real_subject,
)

_ALL = os.environ.get("MUTATIONS") == "all"
_SAMPLE = 200
"""How many mutations of each response are tried otherwise."""
_HANGS = 60
"""After so many seconds with one mutation, the process prints where it hangs, and ends."""

_SUBJECTS: dict[str, Callable[[], Subject]] = {
    **{name: partial(real_subject, name) for name in REAL or ("missing@0.0.0",)},
    **{name: partial(minted_subject, name) for name in MINTED},
}
_NAMES = [pytest.param(name, marks=() if name in MINTED else CORPUS_MARKS) for name in _SUBJECTS]


@pytest.mark.parametrize("name", _NAMES)
def test_what_is_changed_is_not_verified(name: str, record_property: Callable[[str, object], None]) -> None:
    subject = _SUBJECTS[name]()
    original = subject.judge(subject.response)
    assert original.verdict is Verdict.VERIFIED
    verdicts: Counter[str] = Counter()
    mutations = {str(mutation): mutation for mutation in subject.mutations()}
    problems: list[str] = []

    for mutation in _chosen(list(mutations.values()), start=list(_SUBJECTS).index(name)):
        judgement = _judge(subject, mutation)
        verdicts[judgement.verdict.value] += 1
        allowed = [entry for entry in UNAUTHENTICATED if entry.covers(name, mutation)]
        problems += (f"{mutation}: {problem}" for problem in _problems(judgement, original, allowed))

    record_property("mutations", dict(verdicts))
    assert not problems, f"{len(problems)} problems, such as\n" + "\n".join(problems[:20])


def test_the_table_has_no_stale_entry() -> None:
    unused = set(UNAUTHENTICATED)
    for name, make in _SUBJECTS.items():
        if name in MINTED:  # between them they have whatever a real one has, and the corpus may be missing
            subject = make()
            for mutation in subject.mutations():
                covering = {entry for entry in unused if entry.covers(name, mutation)}
                if covering and _judge(subject, mutation).verdict is Verdict.VERIFIED:
                    unused -= covering

    assert unused == set()


def _chosen(mutations: list[Mutation], *, start: int) -> list[Mutation]:
    """Return all of them, or some at even distances; in each response other ones."""
    stride = 1 if _ALL else max(1, len(mutations) // _SAMPLE)
    return mutations[start % stride :: stride]


def _judge(subject: Subject, mutation: Mutation) -> Judgement:
    faulthandler.dump_traceback_later(_HANGS, exit=True, file=sys.__stderr__ or sys.stderr)
    try:
        return subject.judge(mutation.make())
    except Exception as error:
        error.add_note(f"Raised for the mutation {mutation}")
        raise
    finally:
        faulthandler.cancel_dump_traceback_later()


def _problems(judgement: Judgement, original: Judgement, allowed: list[Unauthenticated]) -> Iterator[str]:
    codes, original_codes = ({str(reason.code) for reason in each.reasons} for each in (judgement, original))
    if judgement.verdict is not Verdict.VERIFIED:
        if any(entry.always for entry in allowed):
            yield f"is {judgement.verdict}, {codes}, but the table lets it pass"
        return
    if not allowed:
        yield "is verified"
    if judgement.origin != original.origin:
        yield "the origin is another"
    if not set(_facts(judgement)) <= set(_facts(original)):
        yield "something is a fact that was none"
    if codes != original_codes | {str(entry.remark) for entry in allowed if entry.remark}:
        yield f"the remarks are {codes}"


def _facts(judgement: Judgement) -> Iterator[tuple[object, ...]]:
    """Yield what a verified judgement says about its attestations, but for labels and for what is missing."""
    for result in judgement.attestations:
        signature = result.signature
        assert signature is not None
        entry = signature.log_entry
        yield result.predicate_type, result.statement_type, result.subject, result.builder_id, result.build_type
        yield result.predicate_type, signature.payload_type, signature.payload, signature.certificate, signature.key_id
        yield result.predicate_type, signature.key_registry, entry.origin, entry.key_id, entry.kind, entry.version
        yield from ((result.predicate_type, "time", time) for time in signature.timestamps)
        if entry.index is not None:
            yield result.predicate_type, "index", entry.index
        if entry.inclusion_proof:
            yield result.predicate_type, "inclusion proof"
