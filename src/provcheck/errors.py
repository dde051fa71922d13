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


class ProvcheckError(Exception):
    """Base of everything that Provcheck raises on purpose.

    Attributes:
        message: what is wrong, in one sentence without a final full stop.
        where: the file, line, key or entry, if known.
        hint: what to do next, if there is something to do.
    """

    def __init__(self, message: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


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
