"""What a case is, and words for saying in which one respect it is wrong."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

from provcheck.codes import Code
from support.judging import PACKAGE
from support.mint import Edit, Era, Identity, Json, Recipe, both, change, claim, drop, put, same
from support.mint import response as minted_response

ENTRY = ("verificationMaterial", "tlogEntries", 0)
"""The path of the log entry in a bundle."""
PROOF = (*ENTRY, "inclusionProof")
MALLORY = "mallory/widget"
"""A repository of somebody else."""
_SMALL_TREES: Mapping[str, Edit[Recipe]] = {
    "publish": change(index=6, tree_size=11),
    "provenance": change(index=5, tree_size=11),
}
"""Proofs in trees of few leaves are short, and easier to read."""
ZEROS = "0" * 40
"""A commit that is not the build's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A registry's answer about a locked package version, and what must become of it."""

    rule: str
    """The number in `docs/verification.md`."""
    about: str
    """What is wrong, and which attack it is; or what is unusual, and why it is right."""
    codes: tuple[Code, ...]
    """Of every reason, remarks included; sorted."""
    response: Callable[[], bytes]
    integrity: str | None
    resolved: str | None
    dist: Json | None
    """What the registry's metadata says: ``integrity``, ``shasum``, ``tarball``; or ``error`` if it cannot be had."""


Cases = Mapping[str, Case]
"""By name: what it shows, then ``_`` and the verdict."""


def case(
    rule: str,
    about: str,
    *expected: Code,
    era: Era = Era.E2025,
    integrity: str | None = PACKAGE.integrity,
    resolved: str | None = None,
    dist: Json | None = None,
    edit_text: Edit[str] = same,
    **how: Any,  # noqa: ANN401 - of many types
) -> Case:
    """Return a case whose response is minted as ``how`` says (see `support.mint.response`)."""

    def response() -> bytes:
        edits = {name: both(small_tree, how.get(name, same)) for name, small_tree in _SMALL_TREES.items()}
        answer = json.loads(minted_response(PACKAGE, era, **how | edits))
        return edit_text(json.dumps(answer, indent=2, ensure_ascii=False) + "\n").encode()

    return Case(
        rule=rule,
        about=about,
        codes=tuple(sorted(expected)),
        response=response,
        integrity=integrity,
        resolved=resolved,
        dist=dist,
    )


def in_bundle(*path: str | int, to: object) -> Edit[Recipe]:
    """Return an edit that changes a finished bundle."""
    return change(edit_bundle=put(*path, to=to))


def not_in_bundle(*path: str | int) -> Edit[Recipe]:
    """Return an edit that removes something from a finished bundle."""
    return change(edit_bundle=drop(*path))


def respelled(*path: str | int, edit: Edit[Any]) -> Edit[Recipe]:
    """Return an edit that replaces a value in a finished bundle by what ``edit`` makes of it."""
    return change(edit_bundle=at(*path, edit=edit))


def at(*path: str | int, edit: Edit[Any]) -> Edit[Any]:
    """Return an edit that replaces the value at ``path`` of a JSON value by what ``edit`` makes of it."""

    def edit_document(document: Any) -> Any:  # noqa: ANN401 - any JSON value
        return put(*path, to=edit(reduce(lambda part, step: part[step], path, document)))(document)

    return edit_document


def in_entry(*path: str | int, to: object) -> Edit[Recipe]:
    """Return an edit that changes the log entry's spec before it is logged."""
    return change(edit_entry=put("spec", *path, to=to))


def in_statement(*path: str | int, to: object) -> Edit[Recipe]:
    """Return an edit that changes the statement before it is signed."""
    return change(edit_statement=put(*path, to=to))


def in_predicate(*path: str | int, to: object) -> Edit[Recipe]:
    """Return an edit that changes the predicate before it is signed."""
    return in_statement("predicate", *path, to=to)


def certified(claims: Mapping[int, str | bytes | None]) -> Edit[Recipe]:
    """Return an edit that changes what Fulcio certifies, by the number of the extension."""

    def edit_identity(identity: Identity) -> Identity:
        return reduce(lambda edited, item: claim(*item)(edited), claims.items(), identity)

    return change(edit_identity=edit_identity)


def in_note(old: str, new: str) -> Edit[Recipe]:
    """Return an edit of the signed checkpoint, made after it was signed."""
    return change(edit_note=lambda note: note.replace(old, new, 1))


def in_checkpoint(edit: Edit[str]) -> Edit[Recipe]:
    """Return an edit of the checkpoint, made before it is signed."""
    return change(edit_checkpoint=edit)
