"""Gathering the evidence about many dependencies at once."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from provcheck.model import DistEvidence, Evidence
from provcheck.registry.source import EvidenceSource


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

    ``concurrency`` questions are under way at once. If the caller stops early, no further question is asked.
    """
    executor = ThreadPoolExecutor(max_workers=min(concurrency, max(len(questions), 1)), thread_name_prefix="gather")
    try:
        futures = {executor.submit(_ask, question): index for index, question in enumerate(questions)}
        for future in as_completed(futures):
            yield futures.pop(future), future.result()
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _ask(question: Question) -> Answer:
    return Answer(
        evidence=question.source.fetch_attestations(question.name, question.version),
        dist=question.source.fetch_dist(question.name, question.version) if question.needs_metadata else None,
    )
