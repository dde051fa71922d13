"""Inclusion proofs, against a tree computed by the definition in RFC 6962 section 2.1."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provcheck.attestation.bundle import InclusionProof
from provcheck.attestation.merkle import verify_inclusion
from provcheck.codes import Code
from provcheck.errors import VerificationError


def split(size: int) -> int:
    """Return the largest power of two smaller than ``size``."""
    return 1 << (size - 1).bit_length() - 1


def root(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = split(len(leaves))
    return hashlib.sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:])).digest()


def path(index: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*path(index, leaves[:k]), root(leaves[k:])]
    return [*path(index - k, leaves[k:]), root(leaves[:k])]


def proof(index: int, leaves: list[bytes]) -> InclusionProof:
    return InclusionProof(
        log_index=index,
        tree_size=len(leaves),
        root_hash=root(leaves),
        hashes=tuple(path(index, leaves)),
        checkpoint="unused",
    )


@st.composite
def trees(draw: st.DrawFn) -> tuple[int, list[bytes]]:
    size = draw(st.integers(1, 70))
    return draw(st.integers(0, size - 1)), [b"leaf %d" % index for index in range(size)]


@given(trees())
def test_genuine_proofs_verify(tree: tuple[int, list[bytes]]) -> None:
    index, leaves = tree
    verify_inclusion(proof(index, leaves), leaves[index])


@given(trees(), st.data())
def test_nothing_else_verifies(tree: tuple[int, list[bytes]], data: st.DataObject) -> None:
    index, leaves = tree
    genuine = proof(index, leaves)
    hashes = genuine.hashes
    wrong = [
        replace(genuine, root_hash=bytes(32)),
        replace(genuine, hashes=(*hashes, bytes(32))),
        replace(genuine, log_index=genuine.tree_size),
        replace(genuine, tree_size=0),
    ]
    if hashes:
        at = data.draw(st.integers(0, len(hashes) - 1))
        wrong += [
            replace(genuine, hashes=hashes[:-1]),
            replace(genuine, hashes=(*hashes[:at], bytes(32), *hashes[at + 1 :])),
            replace(genuine, hashes=(*hashes[:at], hashes[at][:31], *hashes[at + 1 :])),
            replace(genuine, log_index=data.draw(st.integers(0, len(leaves) - 1).filter(lambda other: other != index))),
        ]
    for forged in wrong:
        with pytest.raises(VerificationError) as caught:
            verify_inclusion(forged, leaves[index])
        assert caught.value.code is Code.INCLUSION_PROOF_INVALID
    with pytest.raises(VerificationError):
        verify_inclusion(genuine, b"another leaf")
