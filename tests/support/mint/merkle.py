"""Merkle trees (RFC 6962 section 2.1) of any size, in which one leaf is ours and all others are filler.

The filler repeats, so subtrees repeat too and are computed once: a proof in a tree of 400 million leaves takes hardly
longer than one in a tree of ten.
"""

from dataclasses import dataclass
from functools import cache

from support.mint.crypto import sha256

_PERIOD = 64
"""After so many leaves the filler starts again; a power of two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inclusion:
    """Where a leaf is, and the proof of it."""

    index: int
    size: int
    hashes: tuple[bytes, ...]
    """From the leaf's sibling up to the root's child."""
    root: bytes


def include(leaf: bytes, index: int, size: int) -> Inclusion:
    """Return the proof that ``leaf`` is at ``index`` in a tree of ``size`` leaves."""
    node, hashes = leaf_hash(leaf), []
    for sibling, is_left in _path(index, 0, size):
        node = node_hash(sibling, node) if is_left else node_hash(node, sibling)
        hashes.append(sibling)
    return Inclusion(index=index, size=size, hashes=tuple(hashes), root=node)


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf."""
    return sha256(b"\0" + leaf)


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return sha256(b"\1" + left + right)


def _path(index: int, start: int, size: int) -> list[tuple[bytes, bool]]:
    """Return the siblings on the way up from ``index`` in the subtree, and whether each is on the left."""
    if size == 1:
        return []
    half = _split(size)
    if index < start + half:
        return [*_path(index, start, half), (_filler(start + half, size - half), False)]
    return [*_path(index, start + half, size - half), (_filler(start, half), True)]


def _filler(start: int, size: int) -> bytes:
    """Return the root of a subtree of filler; ``start`` is a multiple of a power of two not below ``size``."""
    return _filler_root(start % _PERIOD, size)


@cache
def _filler_root(start: int, size: int) -> bytes:
    if size == 1:
        return leaf_hash(b"filler %d" % start)
    half = _split(size)
    return node_hash(_filler(start, half), _filler(start + half, size - half))


def _split(size: int) -> int:
    """Return the largest power of two below ``size``."""
    return 1 << ((size - 1).bit_length() - 1)
