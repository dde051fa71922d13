"""Merkle audit paths (RFC 6962 section 2.1): step 6.5."""

import hashlib

from provcheck.attestation.bundle import InclusionProof
from provcheck.codes import Code
from provcheck.errors import VerificationError

_HASH_SIZE = 32


def verify_inclusion(proof: InclusionProof, leaf: bytes) -> None:
    """Return if ``leaf`` is at the proof's index in the tree with the proof's size and root.

    Raises:
        VerificationError: `inclusion-proof-invalid`.
    """
    index, size = proof.log_index, proof.tree_size
    if index >= size:
        raise _invalid(f"index {index} is outside a tree of {size} leaves")
    # The leaf's path has `inner` steps below the node where it meets the tree's right border,
    # and above it one step for every perfect subtree to its left.
    inner = (index ^ (size - 1)).bit_length()
    border = (index >> inner).bit_count()
    if len(proof.hashes) != inner + border:
        raise _invalid(f"{len(proof.hashes)} hashes instead of {inner + border}")
    if any(len(sibling) != _HASH_SIZE for sibling in proof.hashes):
        raise _invalid("a hash is not 32 bytes long")
    node = hashlib.sha256(b"\x00" + leaf).digest()
    for level, sibling in enumerate(proof.hashes):
        is_left = level < inner and not (index >> level) & 1
        node = _join(node, sibling) if is_left else _join(sibling, node)
    if node != proof.root_hash:
        raise _invalid("the path leads to another root")


def _join(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _invalid(message: str) -> VerificationError:
    return VerificationError(Code.INCLUSION_PROOF_INVALID, f"inclusion proof: {message}")
