"""The local copy of what Provcheck uses of a TUF repository: one file, verified again whenever it is read.

The copy is one file, replaced as a whole, so that runs at the same time and runs that are killed never leave half of
one. python-tuf's client cannot use metadata without asking the repository for newer (see
https://github.com/theupdateframework/python-tuf/issues/2359), so this module applies sections 5.3 to 5.7 of
https://theupdateframework.github.io/specification/latest/ to the copy, as of the moment it was fetched.
"""

import base64
import json
import os
import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from tuf.api.exceptions import BadVersionNumberError, ExpiredMetadataError, RepositoryError
from tuf.api.metadata import (  # type: ignore[attr-defined] # its __all__ is computed, which mypy cannot follow
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from provcheck.errors import MalformedError, TrustError
from provcheck.fields import Fields
from provcheck.jsonio import parse_object
from provcheck.trust.validity import parse_time

_FORMAT = "provcheck.tuf/v1"
_WHAT = "the local copy of the TUF repository"
_VERSION = re.compile(r"[1-9][0-9]{0,8}")
_Role = TypeVar("_Role", Root, Timestamp, Snapshot, Targets)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnverifiedCopy:
    """What a refresh left, as read from disk."""

    fetched: datetime
    """When the repository was last asked."""
    roots: Mapping[int, bytes]
    """Root metadata by version."""
    metadata: Mapping[str, bytes]
    """Metadata of the other roles, by role."""
    targets: Mapping[str, bytes]
    """Files, by target path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedTarget:
    """A file that was in the repository when the copy was fetched."""

    data: bytes | None
    """``None``: the signed metadata says that there is no such file."""
    expires: datetime
    """When the first of the metadata that vouches for it expires."""


def parse_copy(data: bytes) -> UnverifiedCopy:
    """Return the copy in ``data``; nothing in it is verified.

    Raises:
        MalformedError: it is not a copy as `render_copy` writes it.
    """
    document = Fields(parse_object(data, what=_WHAT), where=_WHAT, fail=MalformedError)
    if document.text("format") != _FORMAT:
        raise MalformedError(f"{_WHAT} is of another format")
    try:
        fetched = parse_time(document.value("fetched"), where="fetched")
    except TrustError as error:
        raise MalformedError(f"{_WHAT} has no time", where=error.where) from error
    roots = _parse_files(document, "roots")
    if not all(map(_VERSION.fullmatch, roots)):
        raise MalformedError(f"{_WHAT} has a root without a version")
    copy = UnverifiedCopy(
        fetched=fetched,
        roots={int(version): data for version, data in roots.items()},
        metadata=_parse_files(document, "metadata"),
        targets=_parse_files(document, "targets"),
    )
    document.done()
    return copy


def _parse_files(document: Fields, section: str) -> dict[str, bytes]:
    files = document.fields(section)
    return {name: files.data(name) for name in files.unread()}


def render_copy(copy: UnverifiedCopy) -> str:
    """Return the text that `parse_copy` reads."""
    sections: dict[str, Mapping[str, bytes]] = {
        "roots": {str(version): data for version, data in copy.roots.items()},
        "metadata": copy.metadata,
        "targets": copy.targets,
    }
    document: dict[str, object] = {"format": _FORMAT, "fetched": copy.fetched.isoformat()}
    for section, files in sections.items():
        document[section] = {name: base64.b64encode(data).decode("ascii") for name, data in sorted(files.items())}
    return json.dumps(document, indent=1) + "\n"


def write_copy(copy: UnverifiedCopy, path: Path) -> None:
    """Replace the file at ``path``: readers see the old copy or the new one, never a part.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(render_copy(copy))
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def verify_target(copy: UnverifiedCopy, path: str, *, bootstrap: bytes) -> VerifiedTarget:
    """Return the file at ``path`` as the repository had it when the copy was fetched.

    Args:
        copy: where to look.
        path: the target path.
        bootstrap: root metadata that is trusted without further proof.

    Raises:
        TrustError: the copy does not follow from ``bootstrap``: something is missing, not signed, does not match its
            signed digest or version, or had expired when the copy was fetched.
    """
    try:
        return _Verifier(copy, bootstrap).target(path)
    except KeyError as error:
        raise TrustError(f"{_WHAT} is incomplete", where=str(error.args[0])) from error
    except (RepositoryError, ValueError) as error:
        raise TrustError(f"{_WHAT} does not verify: {error}") from error


class _Verifier:
    """The client workflow of the specification, on a copy instead of a server."""

    def __init__(self, copy: UnverifiedCopy, bootstrap: bytes) -> None:
        self._copy = copy
        self._expires: list[datetime] = []
        self._root = self._latest_root(bootstrap)
        timestamp = self._signed(Timestamp, Timestamp.type, self._root)
        self._snapshot = self._signed(Snapshot, Snapshot.type, self._root, timestamp.snapshot_meta)

    def target(self, path: str) -> VerifiedTarget:
        target = self._find(path)
        data = None
        if target is not None:
            data = self._copy.targets[path]
            target.verify_length_and_hashes(data)
        return VerifiedTarget(data=data, expires=min(self._expires))

    def _latest_root(self, bootstrap: bytes) -> Root:
        """Section 5.3: each root is signed by the one before it and by itself; only the last must not have expired."""
        root = _load(Root, bootstrap)
        while (data := self._copy.roots.get(root.signed.version + 1)) is not None:
            successor = _load(Root, data)
            for delegator in (root.signed, successor.signed):
                delegator.verify_delegate(Root.type, successor.signed_bytes, successor.signatures)
            if successor.signed.version != root.signed.version + 1:
                raise BadVersionNumberError("a root is not the successor of the one before it")
            root = successor
        self._check_expiry(root.signed)
        return root.signed

    def _signed(self, kind: type[_Role], role: str, delegator: Root | Targets, meta: MetaFile | None = None) -> _Role:
        """Sections 5.4 to 5.6: signed by the delegator's keys, in the announced version and bytes, not expired."""
        data = self._copy.metadata[role]
        metadata = _load(kind, data)
        delegator.verify_delegate(role, metadata.signed_bytes, metadata.signatures)
        if meta is not None:
            meta.verify_length_and_hashes(data)
            if metadata.signed.version != meta.version:
                raise BadVersionNumberError(f"{role} is not of the version that was announced")
        self._check_expiry(metadata.signed)
        return metadata.signed

    def _find(self, path: str) -> TargetFile | None:
        """Section 5.6.7: search the tree of delegations in preorder; a terminating delegation ends the search."""
        pending: list[tuple[str, Root | Targets]] = [(Targets.type, self._root)]
        visited: set[str] = set()
        while pending:
            role, delegator = pending.pop()
            if role in visited:
                continue
            visited.add(role)
            targets = self._signed(Targets, role, delegator, self._snapshot.meta[f"{role}.json"])
            if path in targets.targets:
                return targets.targets[path]
            children: list[tuple[str, Root | Targets]] = []
            for child, terminating in targets.delegations.get_roles_for_target(path) if targets.delegations else ():
                children.append((child, targets))
                if terminating:
                    pending.clear()
                    break
            pending.extend(reversed(children))
        return None

    def _check_expiry(self, signed: Root | Timestamp | Snapshot | Targets) -> None:
        if signed.is_expired(self._copy.fetched):
            raise ExpiredMetadataError(f"{signed.type} had expired when it was fetched")
        self._expires.append(signed.expires)


def _load(kind: type[_Role], data: bytes) -> Metadata[_Role]:
    metadata = Metadata[_Role].from_bytes(data)
    if not isinstance(metadata.signed, kind):
        raise RepositoryError(f"not {kind.type} metadata")
    return metadata
