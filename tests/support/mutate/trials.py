"""Trying mutations: all or some, none of them for ever."""

import faulthandler
import os
import sys
from collections.abc import Iterator, Sequence

from provcheck.model import Judgement
from support.mutate.documents import Mutation
from support.mutate.subjects import Subject

_ALL = os.environ.get("MUTATIONS") == "all"
_HANGS = 60
"""After so many seconds with one mutation, the process prints where it hangs, and ends."""


def chosen(mutations: Sequence[Mutation], *, sample: int, start: int) -> Sequence[Mutation]:
    """Return all mutations if ``MUTATIONS=all`` is in the environment, else about ``sample`` of them.

    They are at even distances, and from one ``start`` to the next at other places.
    """
    stride = 1 if _ALL else max(1, len(mutations) // sample)
    return mutations[start % stride :: stride]


def judge(subject: Subject, mutation: Mutation) -> Judgement:
    """Return the verdict on the changed response."""
    faulthandler.dump_traceback_later(_HANGS, exit=True, file=sys.__stderr__ or sys.stderr)
    try:
        return subject.judge(mutation.make())
    except Exception as error:
        error.add_note(f"Raised for the mutation {mutation}")
        raise
    finally:
        faulthandler.cancel_dump_traceback_later()


def distinct(mutations: Iterator[Mutation]) -> list[Mutation]:
    """Return the mutations, each of which has a name of its own."""
    named = {}
    for mutation in mutations:
        assert str(mutation) not in named, mutation
        named[str(mutation)] = mutation
    return list(named.values())
