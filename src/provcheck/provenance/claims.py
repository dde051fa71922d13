"""Comparing a predicate's claims with the certificate's facts (step 11.3)."""

from collections.abc import Mapping

from provcheck.codes import Code
from provcheck.errors import VerificationError
from provcheck.fields import Fields
from provcheck.jsonio import JsonValue

_MAX_SHOWN = 200


class Claims:
    """The claims of one predicate, each confirmed, contradicted or left unconfirmed."""

    def __init__(self) -> None:
        self._unconfirmed: dict[str, str] = {}

    @property
    def unconfirmed(self) -> Mapping[str, str]:
        """Claims that nothing confirms, by their path in the predicate, shortened for people."""
        return self._unconfirmed

    def compare(self, path: str, claim: str | None, fact: str | None) -> None:
        """Note that the predicate claims ``claim`` where the certificate says ``fact``.

        Raises:
            VerificationError: `certificate-predicate-mismatch`: both are there and differ.
        """
        if claim is None:
            return
        if fact is None:
            self.leave_unconfirmed(path, claim)
        elif claim != fact:
            raise VerificationError(
                Code.CERTIFICATE_PREDICATE_MISMATCH,
                f"{path}: {fact!r} in the certificate, {claim!r} in the provenance",
            )

    def require(self, path: str, claim: str | None, fact: str | None) -> None:
        """Like `compare`, for a claim that every predicate of this build type makes.

        Raises:
            VerificationError: `predicate-malformed` if the claim is missing, else as `compare`.
        """
        if claim is None:
            raise malformed(f"{path} is missing")
        self.compare(path, claim, fact)

    def leave_unconfirmed(self, path: str, claim: JsonValue) -> None:
        """Note a claim that the certificate says nothing about."""
        if not _says_something(claim):
            return
        text = f"{len(claim)} entries" if isinstance(claim, dict | list) else str(claim)
        self._unconfirmed[path] = text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}..."

    def leave_rest(self, fields: Fields) -> None:
        """Note every field of an object that was not read."""
        for name, value in fields.unread().items():
            self.leave_unconfirmed(fields.path(name).removeprefix("predicate."), value)


def _says_something(claim: JsonValue) -> bool:
    """Tell whether a claim is more than an empty or negative one, such as ``"reproducible": false``."""
    if isinstance(claim, dict):
        return any(map(_says_something, claim.values()))
    if isinstance(claim, list):
        return any(map(_says_something, claim))
    return claim is not None and claim is not False and claim != ""


def malformed(message: str) -> VerificationError:
    """Return the error for a predicate that breaks its specification."""
    return VerificationError(Code.PREDICATE_MALFORMED, message)


def builder_not_trusted(message: str) -> VerificationError:
    """Return the error for a builder that may not claim this build type."""
    return VerificationError(Code.BUILDER_NOT_TRUSTED, message)
