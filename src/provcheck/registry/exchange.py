"""What the client and its callers hand each other. Imports no HTTP library."""

from dataclasses import dataclass
from typing import Protocol

from provcheck.codes import Code


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A registry's answer: anything but a redirect, 429 or a server error."""

    status: int
    body: bytes
    """Unpacked; empty unless the status is 200."""


class RegistryError(Exception):
    """There is no answer, or none that may be used.

    Attributes:
        code: one of the codes for "could not be asked".
        message: for people: which host, what happened, after how many tries. Never holds a secret.
    """

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class AnswerTooLargeError(RegistryError):
    """The answer is larger than the caller is ready to take now."""

    def __init__(self, message: str) -> None:
        super().__init__(Code.REGISTRY_RESPONSE_MALFORMED, message)


class Getter(Protocol):
    """Asks registries; safe to call from many threads."""

    def get(self, url: str, *, limit: int = ...) -> Response:
        """Return the answer of ``url``, after retries and redirects.

        Raises:
            AnswerTooLargeError: it has more than ``limit`` bytes, as sent or unpacked.
            RegistryError: no usable answer.
        """
        ...

    def given_up(self) -> tuple[str, ...]:
        """Return, for people, the hosts that were not asked any more because they kept failing, and why."""
        ...
