"""Edits: functions from a value to one that differs in a single respect.

A `Recipe` takes an edit at every step; whatever follows the step is made, and genuinely signed, from the edited value.
"""

import dataclasses
from collections.abc import Callable
from copy import deepcopy
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")

Json: TypeAlias = dict[str, Any]
Edit: TypeAlias = Callable[[T], T]


def same(value: T) -> T:
    """Change nothing."""
    return value


def change(**fields: object) -> Edit[Any]:
    """Return an edit that replaces fields of a frozen dataclass."""

    def edit(value: Any) -> Any:  # noqa: ANN401 - any dataclass
        return dataclasses.replace(value, **fields)

    return edit


def put(*path: str | int, to: object) -> Edit[Any]:
    """Return an edit that sets the member at ``path`` of a JSON value, adding it if need be."""

    def edit(document: Any) -> Any:  # noqa: ANN401 - any JSON value
        edited = deepcopy(document)
        _inside(edited, path[:-1])[path[-1]] = to
        return edited

    return edit


def drop(*path: str | int) -> Edit[Any]:
    """Return an edit that removes the member at ``path`` of a JSON value."""

    def edit(document: Any) -> Any:  # noqa: ANN401 - any JSON value
        edited = deepcopy(document)
        del _inside(edited, path[:-1])[path[-1]]
        return edited

    return edit


def append(*path: str | int, value: object) -> Edit[Any]:
    """Return an edit that adds ``value`` at the end of the array at ``path`` of a JSON value."""

    def edit(document: Any) -> Any:  # noqa: ANN401 - any JSON value
        edited = deepcopy(document)
        _inside(edited, path).append(value)
        return edited

    return edit


def both(first: Edit[T], second: Edit[T]) -> Edit[T]:
    """Return an edit that makes the two edits, one after the other."""
    return lambda value: second(first(value))


def _inside(document: Any, path: tuple[str | int, ...]) -> Any:  # noqa: ANN401 - any JSON value
    for step in path:
        document = document[step]
    return document
