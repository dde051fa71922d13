"""Reading the files that the user names."""

import hashlib
from pathlib import Path

from provcheck.errors import MalformedError, UsageError
from provcheck.jsonio import MAX_BYTES

_CHUNK_BYTES = 1024 * 1024


def read_bounded(path: Path, *, max_bytes: int = MAX_BYTES) -> bytes:
    """Return a file's bytes.

    Raises:
        UsageError: it cannot be read.
        MalformedError: it is larger than ``max_bytes``.
    """
    try:
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)  # one more than is accepted: a device or a pipe may never end
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if len(data) > max_bytes:
        raise MalformedError(f"larger than {max_bytes:,} bytes", where=str(path))
    return data


def read_digests(path: Path, *algorithms: str) -> dict[str, bytes]:
    """Return digests of a file of any size, by algorithm.

    Raises:
        UsageError: it cannot be read.
    """
    digests = {algorithm: hashlib.new(algorithm) for algorithm in algorithms}
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                for digest in digests.values():
                    digest.update(chunk)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    return {algorithm: digest.digest() for algorithm, digest in digests.items()}


def _unreadable(path: Path, error: OSError | ValueError) -> UsageError:
    problem = (error.strerror if isinstance(error, OSError) else None) or str(error)  # a null character in the path
    return UsageError(f"cannot be read: {problem}", where=str(path))
