"""What a case is, and words for saying in which one respect it is wrong."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

from provcheck.codes import Code
from support.judging import PACKAGE
from support.mint import Edit, Era, Json, Recipe, both, change, claim, drop, put, same
from support.mint import response as minted_response

ENTRY = ("verificationMaterial", "tlogEntries", 0)
"""The path of the log entry in a bundle."""
PROOF = (*ENTRY, "inclusionProof")
MALLORY = "mallory/widget"
"""A repository of somebody else."""
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
        answer = json.loads(minted_response(PACKAGE, era, **how))
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

    def edit_bundle(bundle: Json) -> Json:
        value = reduce(lambda part, step: part[step], path, bundle)
        return put(*path, to=edit(value))(bundle)  # type: ignore[no-any-return] # an edit of any JSON

    return change(edit_bundle=edit_bundle)


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
    return change(edit_identity=reduce(both, (claim(number, value) for number, value in claims.items()), same))


def in_note(old: str, new: str) -> Edit[Recipe]:
    """Return an edit of the signed checkpoint, made after it was signed."""
    return change(edit_note=lambda note: note.replace(old, new, 1))


def in_checkpoint(edit: Edit[str]) -> Edit[Recipe]:
    """Return an edit of the checkpoint, made before it is signed."""
    return change(edit_checkpoint=edit)
