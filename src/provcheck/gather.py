"""Gathering the evidence about many dependencies at once, without holding much of it at once."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from queue import SimpleQueue

from provcheck.jsonio import MAX_BYTES
from provcheck.model import DistEvidence, Evidence
from provcheck.registry.exchange import AnswerTooLargeError
from provcheck.registry.source import EvidenceSource

USUAL_BYTES = 256 * 1024
"""Answers up to this size are asked for many at once, larger ones one after another.

Npm's attestations have about 15 kB. Without the difference, a registry whose every answer is as large as is accepted
could make a run hold hundreds of them in memory.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be asked about one package version."""

    source: EvidenceSource
    name: str
    version: str
    needs_metadata: bool
    """Whether the registry's metadata about the tarball is needed as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was found out."""

    evidence: Evidence
    dist: DistEvidence | None


def gather(questions: Sequence[Question], *, concurrency: int) -> Iterator[tuple[int, Answer]]:
    """Yield the answer to each question, with the question's index, in whatever order they come.

    ``concurrency`` questions are under way at once, and as many answers wait for the caller at most. If the caller
    stops early, no further question is asked.
    """
    large: list[int] = []
    executor = ThreadPoolExecutor(max_workers=min(concurrency, max(len(questions), 1)), thread_name_prefix="gather")
    try:
        waiting = iter(enumerate(questions))
        finished: SimpleQueue[Future[Answer]] = SimpleQueue()
        indexes: dict[Future[Answer], int] = {}

        def submit(count: int) -> None:
            for index, question in islice(waiting, count):
                future = executor.submit(_ask, question, limit=USUAL_BYTES)
                indexes[future] = index
                future.add_done_callback(finished.put)

        submit(2 * concurrency)
        while indexes:
            future = finished.get()
            index = indexes.pop(future)
            submit(1)
            try:
                answer = future.result()
            except AnswerTooLargeError:
                large.append(index)
            else:
                yield index, answer
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
    for index in sorted(large):
        yield index, _ask(questions[index], limit=MAX_BYTES)


def _ask(question: Question, *, limit: int) -> Answer:
    source, name, version = question.source, question.name, question.version
    return Answer(
        evidence=source.fetch_attestations(name, version, limit=limit),
        dist=source.fetch_dist(name, version, limit=limit) if question.needs_metadata else None,
    )
