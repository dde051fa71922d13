"""The lockfile formats, and how to tell them apart."""

import re
from dataclasses import dataclass
from typing import Protocol

from provcheck.errors import UsageError
from provcheck.jsonio import JsonObject
from provcheck.lockfile.package_lock import parse_package_lock
from provcheck.model import Lockfile

_HEAD = 4096
"""How many bytes at the start of a file it takes to recognise its format."""


class LockfileParser(Protocol):
    """Parses the lockfiles of one package manager."""

    def __call__(self, data: bytes, *, path: str, manifest: JsonObject | None = None) -> Lockfile:
        """Return the dependencies that ``data`` locks; the manifest is the project's ``package.json``."""
        ...


@dataclass(frozen=True, slots=True)
class _Format:
    name: str
    start: re.Pattern[bytes]
    parse: LockfileParser | None
    """``None``: recognised, so that the user learns what it is, but not supported."""


_FORMATS = (
    _Format("pnpm's pnpm-lock.yaml", re.compile(rb"(?:---\s+)?lockfileVersion:"), None),
    _Format("Yarn's yarn.lock", re.compile(rb"(?:#[^\n]*\n|\s)*(?:# yarn lockfile|__metadata:)"), None),
    _Format("Bun's bun.lockb", re.compile(rb"#!/usr/bin/env bun"), None),
    _Format(
        "Bun's bun.lock",
        re.compile(rb'\s*\{\s*"lockfileVersion":\s*\d+,\s*(?:"configVersion":\s*\d+,\s*)?"workspaces":'),
        None,
    ),
    _Format(
        "Deno's deno.lock", re.compile(rb'\s*\{\s*"version":\s*"\d+",\s*"(?:specifiers|remote|packages|npm)":'), None
    ),
    _Format("npm's package-lock.json", re.compile(rb"\s*\{"), parse_package_lock),
)


def parser_for(data: bytes, *, path: str) -> LockfileParser:
    """Return what parses a lockfile like ``data``; for what is in no known format, npm's, which says what is wrong.

    Raises:
        UsageError: it is the lockfile of a package manager that is not supported.
    """
    head = data[:_HEAD]
    found = next((known for known in _FORMATS if known.start.match(head)), None)
    if found is None:
        return parse_package_lock
    if found.parse is None:
        raise UsageError(
            f"this is {found.name}, and only npm's lockfiles are supported",
            where=path,
            hint="Give a package-lock.json or npm-shrinkwrap.json.",
        )
    return found.parse
