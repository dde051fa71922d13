"""How each host has been doing in this run, to give up on one that is hopeless.

Without this, a host that is down would cost every one of a thousand packages all its tries and waits.
"""

import threading
from dataclasses import dataclass, field

from provcheck.registry.exchange import RegistryError

FAILURES_IN_A_ROW = 8
"""A host is given up after so many requests, one after another, that failed after all their tries."""

TRIES_WITHOUT_A_SIGN_OF_LIFE = 6
"""A host that never answered anything is given up after so many tries."""

LONG_WAITS = 3
"""A host is given up after so many requests to be left alone for longer than a run should take.

Not after the first: what is wrong with one package must not decide about the others.
"""

PATIENCE_SECONDS = 900.0
"""A host is given up when failed requests have cost so much time, added up over all threads."""


@dataclass(slots=True)
class Host:
    """One host's record; safe to use from many threads."""

    given_up: RegistryError | None = None
    """Why the host is not asked any more."""
    _answered: bool = False
    _failed_tries: int = 0
    _failed_requests: int = 0
    _long_waits: int = 0
    _seconds: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer_came(self) -> None:
        """Note that the host answered one try, be it with an error."""
        self._answered = True

    def try_failed(self, error: RegistryError) -> None:
        """Note that one try failed."""
        with self._lock:
            self._failed_tries += 1
            if not self._answered and self._failed_tries >= TRIES_WITHOUT_A_SIGN_OF_LIFE:
                self.given_up = self.given_up or error

    def request_failed(self, error: RegistryError, *, seconds: float) -> None:
        """Note that a request failed for good, and how long that took."""
        with self._lock:
            self._failed_requests += 1
            self._seconds += seconds
            if self._failed_requests >= FAILURES_IN_A_ROW or self._seconds >= PATIENCE_SECONDS:
                self.given_up = self.given_up or error

    def asked_to_be_left_alone(self, error: RegistryError) -> None:
        """Note that the host asked to be left alone for longer than a run should take."""
        with self._lock:
            self._long_waits += 1
            if self._long_waits >= LONG_WAITS:
                self.given_up = self.given_up or error

    def request_succeeded(self) -> None:
        """Note that a request got an answer."""
        self._failed_requests = 0
