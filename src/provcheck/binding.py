"""Which SHA-512 an attestation must be about: what the lockfile pins, else what the registry claims (step 10.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from provcheck.codes import Code
from provcheck.errors import MalformedError, VerificationError
from provcheck.integrity import Integrity, parse_integrity
from provcheck.model import Dependency, DistClaims, DistEvidence, Reason, Source, Unavailable


class UnavailableError(Exception):
    """The registry's metadata is needed and could not be had."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.message)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """The bytes that an entry stands for, as far as anything pins them."""

    sha512: bytes | None
    """``None``: nothing does."""
    remarks: tuple[Reason, ...] = ()


def parse_pin(dependency: Dependency) -> Integrity | None:
    """Return the integrity metadata of a lockfile entry, ``None`` if it has none.

    Raises:
        VerificationError: `integrity-malformed`, or `integrity-ambiguous` if several SHA-512 would be accepted.
    """
    if dependency.integrity is None or not dependency.integrity.strip():
        return None
    try:
        integrity = parse_integrity(dependency.integrity)
    except MalformedError as error:
        raise VerificationError(Code.INTEGRITY_MALFORMED, str(error)) from error
    if len(integrity.sha512) > 1:
        raise VerificationError(Code.INTEGRITY_AMBIGUOUS, "the lockfile accepts several SHA-512 for this entry")
    return integrity


def needs_metadata(dependency: Dependency) -> bool:
    """Tell whether the registry's metadata is needed, because the lockfile pins no SHA-512."""
    if dependency.source is not Source.REGISTRY:
        return False
    try:
        integrity = parse_pin(dependency)
    except VerificationError:
        return False
    return integrity is None or not integrity.sha512


def pin(dependency: Dependency, dist: DistEvidence | None, registries: Sequence[str]) -> Pin:
    """Return the SHA-512 that an attestation of ``dependency`` must be about.

    Args:
        dependency: an entry whose source is a registry.
        dist: the registry's metadata; needed if and only if `needs_metadata`.
        registries: the registry of the package, and those whose address stands for it in lockfiles.

    Raises:
        UnavailableError: the metadata is needed and could not be had.
        VerificationError: the entry's integrity is wrong, or nothing ties the entry to the package (`resolved-foreign`,
            `integrity-conflict`).
    """
    integrity = parse_pin(dependency)
    if integrity is not None and integrity.sha512:
        (sha512,) = integrity.sha512
        return Pin(sha512=sha512)
    claims = dist if isinstance(dist, DistClaims) else None
    if dependency.resolved is not None and not _is_own_tarball(dependency, claims, registries):
        if isinstance(dist, Unavailable):
            raise UnavailableError(Reason(code=dist.code, message=dist.message))
        raise VerificationError(
            Code.RESOLVED_FOREIGN,
            f"not the registry's tarball of this version, and no SHA-512 is locked: {dependency.resolved[:200]!r}",
        )
    if integrity is None:
        remark = Reason(code=Code.INTEGRITY_MISSING, message="the lockfile has no integrity hash for this entry")
    else:
        remark = Reason(code=Code.INTEGRITY_WEAK, message="the lockfile has no SHA-512 for this entry")
        _check_sha1(integrity, claims)
    return Pin(sha512=_claimed_sha512(claims), remarks=(remark,))


def _check_sha1(integrity: Integrity, claims: DistClaims | None) -> None:
    if integrity.sha1 and claims is not None and claims.shasum is not None:
        locked = {digest.hex() for digest in integrity.sha1}
        if claims.shasum not in locked:
            raise VerificationError(
                Code.INTEGRITY_CONFLICT, f"the lockfile's SHA-1 is not the registry's ({claims.shasum[:40]})"
            )


def _claimed_sha512(claims: DistClaims | None) -> bytes | None:
    if claims is None or claims.integrity is None:
        return None
    try:
        digests = parse_integrity(claims.integrity).sha512
    except MalformedError:
        return None
    return next(iter(digests)) if len(digests) == 1 else None


def _is_own_tarball(dependency: Dependency, claims: DistClaims | None, registries: Sequence[str]) -> bool:
    """Tell whether ``resolved`` is the tarball of this very version on its registry, wherever that keeps it."""
    resolved = dependency.resolved or ""
    if claims is not None and claims.tarball == resolved:
        return True
    base_name = dependency.name.rpartition("/")[2]
    path = f"/{dependency.name}/-/{base_name}-{dependency.version}.tgz"
    try:
        address = urlsplit(resolved)
        prefixes = [urlsplit(registry) for registry in registries]
    except ValueError:
        return False
    return any(
        (address.scheme, address.netloc, unquote(address.path)) == (prefix.scheme, prefix.netloc, prefix.path + path)
        for prefix in prefixes
    )
