"""Whatever is changed in a response, it is not verified any more, unless the formats do not authenticate it.

Every leaf of real and minted data, and every decoded byte field. Normally a sample is tried; with ``MUTATIONS=all`` in
the environment everything is. The counts are at the end of pytest's summary.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from functools import partial

import pytest

from provcheck.codes import Code
from provcheck.model import BuildOrigin, Judgement, Verdict
from support.corpus import CORPUS_MARKS
from support.mutate import (
    MINTED,
    REAL,
    SIGNED,
    UNAUTHENTICATED,
    UNCONFIRMED,
    Subject,
    Unauthenticated,
    chosen,
    distinct,
    judge,
    minted_subject,
    real_subject,
)

_SAMPLE = 150
"""How many mutations of each response are tried normally."""
_SAMPLE_SIGNED = 40
"""How many of those that are signed, which take longer."""

_RESPONSES: dict[str, Callable[[], Subject]] = {
    **{name: partial(real_subject, name) for name in REAL or ("missing@0.0.0",)},
    **{name: partial(minted_subject, name) for name in MINTED},
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in MINTED else CORPUS_MARKS) for name in _RESPONSES]
)
def test_what_is_changed_is_not_verified(name: str, record_property: Callable[[str, object], None]) -> None:
    subject = _RESPONSES[name]()
    original = subject.judge(subject.response)
    assert original.verdict is Verdict.VERIFIED
    verdicts: Counter[str] = Counter()
    problems: list[str] = []

    for mutation in chosen(distinct(subject.mutations()), sample=_SAMPLE, start=list(_RESPONSES).index(name)):
        judgement = judge(subject, mutation)
        verdicts[judgement.verdict.value] += 1
        allowed = [entry for entry in UNAUTHENTICATED if entry.covers(name, mutation)]
        found = (*_problems(judgement, original, allowed), *_problems_of_facts(judgement, original, allowed))
        problems += (f"{mutation}: {problem}" for problem in found)

    record_property("mutations", dict(verdicts))
    assert not problems, f"{len(problems)} problems, such as\n" + "\n".join(problems[:20])


@pytest.mark.parametrize("name", SIGNED)
def test_what_is_signed_is_not_believed(name: str, record_property: Callable[[str, object], None]) -> None:
    subject = SIGNED[name]()
    original = subject.judge(subject.response)
    assert original.verdict is Verdict.VERIFIED
    verdicts: Counter[str] = Counter()
    problems: list[str] = []

    for mutation in chosen(distinct(subject.mutations()), sample=_SAMPLE_SIGNED, start=list(SIGNED).index(name)):
        judgement = judge(subject, mutation)
        verdicts[judgement.verdict.value] += 1
        allowed = [entry for entry in UNCONFIRMED if entry.covers(name, mutation)]
        problems += (f"{mutation}: {problem}" for problem in _problems(judgement, original, allowed))

    record_property("mutations", dict(verdicts))
    assert not problems, f"{len(problems)} problems, such as\n" + "\n".join(problems[:20])


@pytest.mark.parametrize(
    ("table", "subjects"),
    [
        # Between them the minted ones have whatever a real one has, and the corpus may be missing.
        pytest.param(UNAUTHENTICATED, {name: _RESPONSES[name] for name in MINTED}, id="unauthenticated"),
        pytest.param(UNCONFIRMED, SIGNED, id="unconfirmed"),
    ],
)
def test_no_entry_is_stale(table: Sequence[Unauthenticated], subjects: dict[str, Callable[[], Subject]]) -> None:
    unused = set(table)
    for name, make in subjects.items():
        subject = make()
        for mutation in subject.mutations():
            covering = {entry for entry in unused if entry.covers(name, mutation)}
            if covering and judge(subject, mutation).verdict is Verdict.VERIFIED:
                unused -= covering
                if not unused:
                    return

    assert unused == set()


def _problems(judgement: Judgement, original: Judgement, allowed: Sequence[Unauthenticated]) -> Iterator[str]:
    if judgement.verdict is not Verdict.VERIFIED:
        if any(entry.always for entry in allowed):
            yield f"is {judgement.verdict}, {_codes(judgement)}, but the table lets it pass"
        return
    if not allowed:
        yield "is verified"
    differs = {field.name for field in fields(BuildOrigin) if not _is_same(field.name, judgement, original)}
    if not differs <= {name for entry in allowed for name in entry.differs}:
        yield f"the origin has another {', '.join(sorted(differs))}"
    assert judgement.origin is not None
    if judgement.origin.unconfirmed and Code.PREDICATE_UNCONFIRMED not in _codes(judgement):
        yield "it is not remarked that claims are unconfirmed"


def _is_same(name: str, judgement: Judgement, original: Judgement) -> bool:
    return bool(getattr(judgement.origin, name) == getattr(original.origin, name))


def _problems_of_facts(judgement: Judgement, original: Judgement, allowed: Sequence[Unauthenticated]) -> Iterator[str]:
    """Yield how a response that is verified, though it was changed on the way, says anything else than before."""
    if judgement.verdict is Verdict.VERIFIED:
        if not set(_facts(judgement)) <= set(_facts(original)):
            yield "something is a fact that was none"
        if _codes(judgement) != _codes(original) | {entry.remark for entry in allowed if entry.remark}:
            yield f"the remarks are {_codes(judgement)}"


def _codes(judgement: Judgement) -> set[Code]:
    return {reason.code for reason in judgement.reasons}


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
