"""Gathering evidence from a registry that is a table: every question answered once, and little held at once."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from provcheck.gather import USUAL_BYTES, Question, gather
from provcheck.jsonio import MAX_BYTES
from provcheck.model import Served
from provcheck.registry.addresses import attestations_url
from provcheck.registry.config import NpmConfig
from provcheck.registry.exchange import AnswerTooLargeError, Response
from provcheck.registry.source import EvidenceSource
from provcheck.registry.store import EvidenceStore

REGISTRY = "https://registry.example"
CONCURRENCY = 4
USUAL = b'{"attestations": [{}]}'
KEYS = 1
"""How many requests find out whether the registry serves attestations at all."""
LARGE = b'{"attestations": [{}], "padding": "' + b"x" * USUAL_BYTES + b'"}'


@dataclass
class Registry:
    """Serves attestations of every package, those whose number is among ``large`` with much padding."""

    large: frozenset[int] = frozenset()
    asked: Counter[str] = field(default_factory=Counter)
    limits: list[int] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, url: str, *, limit: int = MAX_BYTES) -> Response:
        with self.lock:
            self.asked[url] += 1
            self.limits.append(limit)
        body = LARGE if any(url == attestations_url(REGISTRY, f"p{n}", "1.0.0") for n in self.large) else USUAL
        if len(body) > limit:
            raise AnswerTooLargeError("too large")
        return Response(status=200, body=body)

    def given_up(self) -> tuple[str, ...]:
        return ()


Ask = Callable[[Registry, int], list[Question]]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    def questions(registry: Registry, count: int) -> list[Question]:
        config = NpmConfig(registry=REGISTRY)
        source = EvidenceSource(config=config, store=EvidenceStore(tmp_path), client=registry)
        return [Question(source=source, name=f"p{n}", version="1.0.0", needs_metadata=False) for n in range(count)]

    return questions


def test_every_question_is_answered_once(ask: Ask) -> None:
    registry = Registry()

    answers = dict(gather(ask(registry, 50), concurrency=CONCURRENCY))

    assert {number: answer.evidence for number, answer in answers.items()} == dict.fromkeys(
        range(50), Served(body=USUAL)
    )
    assert set(registry.asked.values()) == {1}


def test_nothing_is_asked_where_there_is_no_question() -> None:
    assert list(gather([], concurrency=CONCURRENCY)) == []


def test_large_answers_come_last_and_one_after_another(ask: Ask) -> None:
    large = frozenset({0, 7, 8, 31})
    registry = Registry(large=large)

    order = [(number, answer.evidence) for number, answer in gather(ask(registry, 40), concurrency=CONCURRENCY)]

    assert order[-4:] == [(number, Served(body=LARGE)) for number in sorted(large)]
    assert {number for number, _ in order} == set(range(40))
    assert Counter(registry.limits) == {USUAL_BYTES: 40, MAX_BYTES: 4 + KEYS}


def test_large_answers_in_the_store_come_last_too(ask: Ask) -> None:
    registry = Registry(large=frozenset({3}))
    list(gather(ask(registry, 10), concurrency=CONCURRENCY))
    asked = registry.asked.total()

    order = [number for number, _ in gather(ask(registry, 10), concurrency=CONCURRENCY)]

    assert order[-1] == 3
    assert registry.asked.total() == asked


def test_not_much_is_asked_before_the_caller_takes_it(ask: Ask) -> None:
    registry = Registry()
    answers = gather(ask(registry, 100), concurrency=CONCURRENCY)

    next(answers)
    time.sleep(0.1)

    most = KEYS + 1 + 2 * CONCURRENCY
    assert registry.asked.total() <= most
    answers.close()  # type: ignore[attr-defined]  # it is a generator
    assert registry.asked.total() <= most
