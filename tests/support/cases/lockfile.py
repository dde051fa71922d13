"""Step 10.4: what the lockfile pins, and what an attestation is bound to where it pins nothing."""

import base64
import hashlib

from provcheck.codes import Code
from support.cases.case import Cases, case
from support.judging import ANOTHER_PACKAGE, PACKAGE
from support.mint import REGISTRY, Json

_TARBALL = f"{REGISTRY}/@octo/widget/-/widget-1.2.3.tgz"
_ELSEWHERE = "https://mallory.example/widget-1.2.3.tgz"
_SHASUM = hashlib.sha1(b"the tarball of @octo/widget@1.2.3").hexdigest()  # noqa: S324 - as old lockfiles have it
_SHA1 = f"sha1-{base64.b64encode(bytes.fromhex(_SHASUM)).decode()}"
_SHA256 = f"sha256-{base64.b64encode(bytes(32)).decode()}"


def _dist(**changes: str | None) -> Json:
    return {"integrity": PACKAGE.integrity, "shasum": _SHASUM, "tarball": _TARBALL} | changes


LOCKFILE: Cases = {
    "lockfile-with-two-sha512_invalid": case(
        "10.4",
        "Installers accept any hash of a list; the attestation covers one. Somebody added another.",
        Code.INTEGRITY_AMBIGUOUS,
        integrity=f"{PACKAGE.integrity} {ANOTHER_PACKAGE.integrity}",
    ),
    "lockfile-with-a-broken-hash_invalid": case(
        "10.4",
        "The integrity field is not integrity metadata; some readers skip what they cannot read.",
        Code.INTEGRITY_MALFORMED,
        integrity=PACKAGE.integrity[:-4],
    ),
    "lockfile-of-another-tarball_invalid": case(
        "10.3",
        "Somebody changed the hash in the lockfile: both attestations are about other bytes.",
        Code.INTEGRITY_MISMATCH,
        Code.INTEGRITY_MISMATCH,
        integrity=ANOTHER_PACKAGE.integrity,
    ),
    "lockfile-with-weaker-hashes-too_verified": case(
        "10.4",
        "Beside the SHA-512 there are weaker hashes and options; the strongest one counts.",
        integrity=f"{_SHA1}  {PACKAGE.integrity}?type=tarball {_SHA256}",
    ),
    "lockfile-with-an-address-elsewhere-and-a-hash_verified": case(
        "10.4",
        "The SHA-512 pins the bytes, wherever they come from.",
        resolved=_ELSEWHERE,
    ),
    "lockfile-without-a-hash_verified": case(
        "10.4",
        "The lockfile pins no bytes; the registry's hash stands in, and that is remarked.",
        Code.INTEGRITY_MISSING,
        integrity=None,
        resolved=_TARBALL,
        dist=_dist(),
    ),
    "lockfile-without-hash-and-address_verified": case(
        "10.4",
        "The lockfile pins name and version only; the registry's hash stands in, and that is remarked.",
        Code.INTEGRITY_MISSING,
        integrity=None,
        dist=_dist(),
    ),
    "lockfile-without-a-hash-and-an-address-elsewhere_invalid": case(
        "10.4",
        "This is how a lockfile is poisoned: the name of a good package, the address of a bad one, and no hash.",
        Code.RESOLVED_FOREIGN,
        integrity=None,
        resolved=_ELSEWHERE,
        dist=_dist(),
    ),
    "lockfile-without-a-hash-and-the-address-of-another-version_invalid": case(
        "10.4",
        "The address is of the registry, but of another version of the package.",
        Code.RESOLVED_FOREIGN,
        integrity=None,
        resolved=_TARBALL.replace("1.2.3", "1.2.2"),
        dist=_dist(),
    ),
    "lockfile-with-sha1-only_verified": case(
        "10.4",
        "Old lockfiles pin a SHA-1: it must be the registry's, whose SHA-512 stands in; that is remarked.",
        Code.INTEGRITY_WEAK,
        integrity=_SHA1,
        resolved=_TARBALL,
        dist=_dist(),
    ),
    "lockfile-with-another-sha1_invalid": case(
        "10.4",
        "The lockfile's SHA-1 is not the one that the registry has.",
        Code.INTEGRITY_CONFLICT,
        integrity=_SHA1,
        resolved=_TARBALL,
        dist=_dist(shasum="0" * 40),
    ),
    "lockfile-without-a-hash-and-a-registry-without-one_unavailable": case(
        "10.4",
        "Nothing says which bytes this version is.",
        Code.INTEGRITY_MISSING,
        Code.REGISTRY_INTEGRITY_MISSING,
        integrity=None,
        resolved=_TARBALL,
        dist=_dist(integrity=None),
    ),
    "lockfile-without-a-hash-and-a-silent-registry_unavailable": case(
        "10.4",
        "The registry's metadata is needed and cannot be had: nothing is known, which is not the same as wrong.",
        Code.INTEGRITY_MISSING,
        Code.REGISTRY_ERROR,
        integrity=None,
        resolved=_TARBALL,
        dist={"error": "registry-error"},
    ),
    "lockfile-with-an-address-elsewhere-and-a-silent-registry_unavailable": case(
        "10.4",
        "Only the registry's metadata could say whether the address is its own, and it cannot be had.",
        Code.REGISTRY_ERROR,
        integrity=None,
        resolved="https://cdn.registry.example/7a/widget-1.2.3.tgz",
        dist={"error": "registry-error"},
    ),
    "registry-with-another-hash_invalid": case(
        "10.4",
        "The lockfile pins no bytes, and the registry's hash is not the attested one: it serves another tarball.",
        Code.INTEGRITY_MISMATCH,
        Code.INTEGRITY_MISMATCH,
        Code.INTEGRITY_MISSING,
        integrity=None,
        resolved=_TARBALL,
        dist=_dist(integrity=ANOTHER_PACKAGE.integrity),
    ),
}
