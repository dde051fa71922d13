"""JSON documents of which one node at a time is replaced, down to what a tree cannot say: a key that occurs twice."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from support.mutate.values import Json, other_members, other_values

Path: TypeAlias = tuple[str | int, ...]

_AGAIN = "\ufdd0"
"""Marks a key that `write` writes without the mark; a noncharacter, so no document has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """One change of one response."""

    place: str
    """What is changed, as a path: ``attestations/provenance/bundle/...``, ``provenance payload/subject/0/name``."""
    how: str
    make: Callable[[], bytes]
    """Makes the changed response."""

    def __str__(self) -> str:
        return f"{self.place}: {self.how}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A JSON document: a response, or one that is encoded in a field of it."""

    name: str
    """What its places begin with."""
    tree: Json
    wrap: Callable[[bytes], bytes]
    """From the document's text to the whole response."""
    roles: tuple[str, ...] = ()
    """What each of the root's ``attestations`` is."""

    def place(self, path: Path) -> str:
        """Return the name of the node at ``path``."""
        steps = [str(step) for step in path]
        if self.roles and len(path) > 1:
            steps[1] = self.roles[int(path[1])]
        return "/".join((*filter(None, (self.name,)), *steps)) or "response"

    def mutation(self, path: Path, how: str, change: Callable[[Json], Json]) -> Mutation:
        """Return the mutation that changes the tree, and is told to be at ``path``."""
        return Mutation(place=self.place(path), how=how, make=lambda: self.wrap(write(change(self.tree))))

    def replacement(self, path: Path, how: str, value: Json) -> Mutation:
        """Return the mutation that puts ``value`` at ``path``."""
        return self.mutation(path, how, lambda tree: put(tree, path, value))


def write(tree: Json) -> bytes:
    """Return the JSON text of ``tree``, as ``JSON.stringify`` writes it."""
    text = json.dumps(tree, separators=(",", ":"), ensure_ascii=False).replace(_AGAIN, "")
    return text.encode("utf-8", "surrogatepass")


def nodes(tree: Json, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    """Yield every node with its path, the root first."""
    yield path, tree
    for step, member in _members(tree):
        yield from nodes(member, (*path, step))


def find(tree: Json, path: Path) -> Json:
    """Return the node at ``path``.

    Raises:
        KeyError: there is none.
    """
    for step in path:
        tree = dict(_members(tree))[step]
    return tree


def put(tree: Json, path: Path, value: Json) -> Json:
    """Return ``tree`` with ``value`` at ``path``; what does not lie on the path is shared."""
    return _edit(tree, path, lambda members, step: members.__setitem__(step, value)) if path else value


def drop(tree: Json, path: Path) -> Json:
    """Return ``tree`` without the node at ``path``."""
    return _edit(tree, path, lambda members, step: members.__delitem__(step))


def insert(tree: Json, path: Path, value: Json) -> Json:
    """Return ``tree`` with ``value`` behind the array element, or under the same key as the member, at ``path``."""

    def change(members: Any, step: Any) -> None:  # noqa: ANN401 - a dictionary or a list
        if isinstance(members, dict):
            members[f"{step}{_AGAIN}"] = value
        else:
            members.insert(step + 1, value)

    return _edit(tree, path, change)


def is_empty(value: Json) -> bool:
    """Tell whether a value says no more than its absence, as Protobuf has it: nothing, or containers of nothing."""
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return value in (None, "") or (isinstance(value, dict | list) and all(map(is_empty, members)))


def node_mutations(document: Document) -> Iterator[Mutation]:
    """Yield every change of every node: other values, none, null, two, more, and keys spelled otherwise."""
    for path, value in nodes(document.tree):
        for how, other in other_values(value):
            yield document.replacement(path, how, other)
        for how, members in other_members(value):
            yield document.replacement(path, how, members)
        if path:
            yield from _presence_mutations(document, path, value)


def _presence_mutations(document: Document, path: Path, value: Json) -> Iterator[Mutation]:
    what = " what is empty" if is_empty(value) else ""
    yield document.mutation(path, f"drop{what}", lambda tree: drop(tree, path))
    if value is not None:
        yield document.replacement(path, f"null{what and ' for'}{what}", None)
    if isinstance(value, dict | list) and value:
        yield document.replacement(path, f"empty{what}", type(value)())
    yield document.mutation(path, "twice", lambda tree: insert(tree, path, value))
    if isinstance(path[-1], str):
        yield document.mutation(path, "twice, null second", lambda tree: insert(tree, path, None))
        yield document.mutation(path, "twice, null first", lambda tree: insert(put(tree, path, None), path, value))
        yield document.mutation(path, "twice, another second", lambda tree: insert(tree, path, "another"))


def _members(tree: Json) -> Iterator[tuple[str | int, Json]]:
    yield from tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()


def _edit(tree: Json, path: Path, change: Callable[[Any, Any], None]) -> Json:
    copy = root = tree.copy()
    for step in path[:-1]:
        copy[step] = copy[step].copy()
        copy = copy[step]
    change(copy, path[-1])
    return root
