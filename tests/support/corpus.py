"""The corpus of real attestations and lockfiles, which lies beside the repository and is never part of it."""

import json
from pathlib import Path
from typing import Any

import pytest

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"


def requires_corpus(test: Any) -> Any:  # noqa: ANN401 - decorates functions and classes alike
    """Mark ``test`` as needing the corpus: skipped, loudly, where it is missing."""
    skip = pytest.mark.skipif(
        not CORPUS.is_dir(), reason=f"the corpus of real data is not at {CORPUS.parent.name}/{CORPUS.name}"
    )
    return pytest.mark.corpus(skip(test))


def corpus_facts() -> dict[str, Any]:
    """Return what each real attestations response proves, by ``name@version``."""
    facts: dict[str, Any] = json.loads((CORPUS / "facts.json").read_text())
    return facts


def corpus_response(spec: str) -> bytes:
    """Return the registry's real answer for ``name@version``, byte for byte."""
    return (CORPUS / "attestations" / f"{spec.replace('/', '+')}.json").read_bytes()
