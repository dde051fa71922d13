"""The corpus of real attestations and lockfiles, which lies beside the repository and is never part of it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"

_IS_OPTIONAL = not os.environ.get("REQUIRE_CORPUS")

CORPUS_MARKS = [
    pytest.mark.corpus,
    pytest.mark.skipif(
        _IS_OPTIONAL and not CORPUS.is_dir(),
        reason=f"the corpus of real data is not beside the repository, at ../{CORPUS.parent.name}/{CORPUS.name}",
    ),
]
"""For a module's ``pytestmark``: skipped, loudly, without the corpus; CI sets REQUIRE_CORPUS, and fails instead."""


def requires_corpus(test: Any) -> Any:  # noqa: ANN401 - decorates functions and classes alike
    """Mark one test as `CORPUS_MARKS` mark a module."""
    for mark in CORPUS_MARKS:
        test = mark(test)
    return test


def corpus_facts() -> dict[str, Any]:
    """Return what each real attestations response proves, by ``name@version``."""
    facts: dict[str, Any] = json.loads((CORPUS / "facts.json").read_text())
    return facts


def corpus_response(spec: str) -> bytes:
    """Return the registry's real answer for ``name@version``, byte for byte."""
    return (CORPUS / "attestations" / f"{spec.replace('/', '+')}.json").read_bytes()
