"""The exception tree.

    ProvcheckError
    ├── UsageError           bad options or nothing to check          exit 2
    ├── MalformedError       input that cannot be read or parsed      exit 2
    ├── TrustError           trust material that cannot be used       exit 2
    └── VerificationError    an attestation that does not hold        verdict `invalid`
        └── UnsupportedError an attestation of a kind not known here  verdict `unsupported`

Expected outcomes are values (see `provcheck.model`); these exceptions are for
broken input or a broken world. Exceptions of libraries are converted where the
library is called and never leave that module.
"""

from provcheck.codes import Code

_LONGEST = 2000
"""Characters. Errors quote what is wrong, and a hostile document can be wrong at a length of megabytes."""


class ProvcheckError(Exception):
    """Base of everything that Provcheck raises on purpose.

    Attributes:
        message: what is wrong, in one sentence without a final full stop; cut if it is very long.
        where: the file, line, key or entry, if known; likewise.
        hint: what to do next, if there is something to do.
    """

    def __init__(self, message: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(_bounded(message))
        self.message = _bounded(message)
        self.where = _bounded(where) if where is not None else None
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


def _bounded(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


class UsageError(ProvcheckError):
    """Options that contradict each other, a file that is not there, or nothing to check."""


class MalformedError(ProvcheckError):
    """Input that is not what it should be: not JSON, too large, of the wrong type."""


class TrustError(ProvcheckError):
    """Trust material (trusted root, npm registry keys) that cannot be used."""


class VerificationError(ProvcheckError):
    """An attestation contradicts itself, a signature, a log, a certificate or the lockfile.

    Attributes:
        code: the stable reason code.
    """

    def __init__(self, code: Code, message: str, *, where: str | None = None) -> None:
        super().__init__(message, where=where)
        self.code = code


class UnsupportedError(VerificationError):
    """An attestation that may be right but is of a kind that this version cannot judge."""
