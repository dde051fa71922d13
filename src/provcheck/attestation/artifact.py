"""An artifact that a signature covers: known by its digests, so that it need not be held in memory."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from provcheck.codes import Code
from provcheck.errors import UnsupportedError

DIGEST_SIZES: Mapping[str, int] = {"sha256": 32, "sha384": 48, "sha512": 64}
"""The algorithms of digests by which an artifact can be known, and their sizes in bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A file, by one or more digests."""

    digests: Mapping[str, bytes]
    """By algorithm, of `DIGEST_SIZES`."""

    def digest(self, algorithm: str) -> bytes:
        """Return the digest by ``algorithm``.

        Raises:
            UnsupportedError: `artifact-digest-missing`.
        """
        if algorithm not in self.digests:
            known = ", ".join(self.digests)
            message = f"the signature covers the artifact's {algorithm}, and only its {known} is known"
            raise UnsupportedError(Code.ARTIFACT_DIGEST_MISSING, message)
        return self.digests[algorithm]


def digest_of(signed: bytes | Artifact, algorithm: str) -> bytes:
    """Return the digest of what a signature covers.

    Raises:
        UnsupportedError: `artifact-digest-missing`.
    """
    return signed.digest(algorithm) if isinstance(signed, Artifact) else hashlib.new(algorithm, signed).digest()
