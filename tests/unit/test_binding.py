"""What an entry of a lockfile pins, and what stands in where it pins nothing (step 10.4)."""

import base64
import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provcheck.binding import UnavailableError, needs_metadata, parse_pin, pin
from provcheck.codes import Code
from provcheck.errors import VerificationError
from provcheck.model import Dependency, DistClaims, DistEvidence, NotFound, Source, Unavailable
from support.judging import locked
from support.mint import REGISTRY, Package

MIRROR = "https://mirror.example:8443/npm"
SHA512 = hashlib.sha512(b"tarball").digest()
OTHER_SHA512 = hashlib.sha512(b"another tarball").digest()
SHASUM = hashlib.sha1(b"tarball").hexdigest()  # noqa: S324 - as old lockfiles have it
SILENT = Unavailable(code=Code.REGISTRY_ERROR, message="no answer")


def sri(algorithm: str, data: bytes = b"tarball") -> str:
    return f"{algorithm}-{base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"


CLAIMS = DistClaims(
    integrity=sri("sha512"), shasum=SHASUM, tarball="https://cdn.example/7a/widget.tgz", has_attestations=True
)


def entry(integrity: str | None, resolved: str | None = None, name: str = "@octo/widget") -> Dependency:
    return locked(Package(name=name, version="1.2.3", sha512=""), integrity=integrity, resolved=resolved)


def pinned(dependency: Dependency, dist: DistEvidence | None = None) -> tuple[bytes | None, list[Code]]:
    found = pin(dependency, dist, (REGISTRY, MIRROR))
    return found.sha512, [remark.code for remark in found.remarks]


def refusal(dependency: Dependency, dist: DistEvidence | None = None) -> Code:
    with pytest.raises(VerificationError) as caught:
        pin(dependency, dist, (REGISTRY, MIRROR))
    return caught.value.code


# ---- A SHA-512 in the lockfile -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "integrity",
    [
        sri("sha512"),
        f" {sri('sha512')}\n",
        f"{sri('sha512')}?type=tarball",
        f"{sri('sha1')} {sri('sha512')}",
        f"{sri('sha512')}\t{sri('sha384', b'of something else')} {sri('md5')}",
        f"{sri('sha512')} {sri('sha512')}",
    ],
)
def test_a_sha512_pins_the_bytes_and_nothing_else_is_asked(integrity: str) -> None:
    dependency = entry(integrity, resolved="https://mallory.example/widget.tgz")

    assert not needs_metadata(dependency)
    assert pinned(dependency) == (SHA512, [])
    assert pinned(dependency, CLAIMS) == (SHA512, [])
    assert pinned(dependency, SILENT) == (SHA512, [])


def test_two_different_sha512_are_ambiguous() -> None:
    dependency = entry(f"{sri('sha512')} {sri('sha512', b'another tarball')}")

    assert refusal(dependency) is Code.INTEGRITY_AMBIGUOUS
    assert not needs_metadata(dependency)


@pytest.mark.parametrize(
    "integrity",
    [
        "sha512",
        "sha512-",
        "sha512-AAAA",
        "sha512_" + sri("sha512")[7:],
        sri("sha512").upper(),
        sri("sha512")[:-1],
        sri("sha512")[:-2],
        sri("sha512") + "=",
        sri("sha512").replace("sha512", "sha256"),
        sri("sha512") + "?\u00e9",
        f"{sri('sha512')},{sri('sha512')}",
        "whirlpool-" + sri("sha512")[7:],
        f"{sri('sha512')} rubbish",
    ],
)
def test_what_is_no_integrity_metadata_is_refused_and_not_skipped(integrity: str) -> None:
    assert refusal(entry(integrity)) is Code.INTEGRITY_MALFORMED


@given(st.text(max_size=200))
def test_any_integrity_is_parsed_or_refused(text: str) -> None:
    try:
        integrity = parse_pin(entry(text))
    except VerificationError as error:
        code: Code | None = error.code
    else:
        code = None
        assert (integrity is None) == (not text.strip())
    assert code in {None, Code.INTEGRITY_MALFORMED, Code.INTEGRITY_AMBIGUOUS}


@given(st.lists(st.tuples(st.sampled_from(["sha512", "sha384", "sha256", "sha1", "md5"]), st.binary(max_size=2))))
def test_the_sha512_is_found_among_any_others(parts: list[tuple[str, bytes]]) -> None:
    expected = {hashlib.sha512(data).digest() for algorithm, data in parts if algorithm == "sha512"}
    dependency = entry(" ".join(sri(*part) for part in parts))
    if len(expected) > 1:
        assert refusal(dependency, CLAIMS) is Code.INTEGRITY_AMBIGUOUS
    elif expected:
        assert pinned(dependency) == (expected.pop(), [])
    else:
        assert needs_metadata(dependency)


# ---- None in the lockfile ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("integrity", [None, "", "  "])
def test_the_registry_s_hash_stands_in_for_none(integrity: str | None) -> None:
    assert needs_metadata(entry(integrity))
    assert pinned(entry(integrity), CLAIMS) == (SHA512, [Code.INTEGRITY_MISSING])


@pytest.mark.parametrize("integrity", [sri("sha1"), f"{sri('sha1')} {sri('sha256')}", sri("sha384")])
def test_the_registry_s_hash_stands_in_for_a_weak_one(integrity: str) -> None:
    assert needs_metadata(entry(integrity))
    assert pinned(entry(integrity), CLAIMS) == (SHA512, [Code.INTEGRITY_WEAK])


def test_a_sha1_must_be_the_registry_s() -> None:
    assert refusal(entry(sri("sha1", b"another tarball")), CLAIMS) is Code.INTEGRITY_CONFLICT
    either = f"{sri('sha1', b'another tarball')} {sri('sha1')}"
    assert pinned(entry(either), CLAIMS) == (SHA512, [Code.INTEGRITY_WEAK])
    assert pinned(entry(sri("sha1", b"x")), replace(CLAIMS, shasum=None)) == (SHA512, [Code.INTEGRITY_WEAK])


@pytest.mark.parametrize(
    "claimed",
    [
        None,
        "rubbish",
        sri("sha1"),
        f"{sri('sha512')} {sri('sha512', b'another tarball')}",
    ],
)
def test_a_registry_without_one_sha512_pins_nothing(claimed: str | None) -> None:
    assert pinned(entry(None), replace(CLAIMS, integrity=claimed)) == (None, [Code.INTEGRITY_MISSING])


@pytest.mark.parametrize("dist", [None, NotFound(), SILENT])
def test_no_metadata_pins_nothing(dist: DistEvidence | None) -> None:
    assert pinned(entry(None), dist) == (None, [Code.INTEGRITY_MISSING])


# ---- Where the bytes come from -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "resolved"),
    [
        ("@octo/widget", f"{REGISTRY}/@octo/widget/-/widget-1.2.3.tgz"),
        ("@octo/widget", f"{REGISTRY}/@octo%2fwidget/-/widget-1.2.3.tgz"),
        ("@octo/widget", f"{REGISTRY}/%40octo%2Fwidget/-/widget-1.2.3.tgz"),
        ("@octo/widget", f"{MIRROR}/@octo/widget/-/widget-1.2.3.tgz"),
        ("@octo/widget", "https://cdn.example/7a/widget.tgz"),
        ("widget", f"{REGISTRY}/widget/-/widget-1.2.3.tgz"),
    ],
)
def test_the_registry_s_own_tarball_is_accepted_without_a_hash(name: str, resolved: str) -> None:
    assert pinned(entry(None, resolved, name), CLAIMS) == (SHA512, [Code.INTEGRITY_MISSING])


@pytest.mark.parametrize(
    "resolved",
    [
        "https://mallory.example/@octo/widget/-/widget-1.2.3.tgz",
        f"{REGISTRY}/@octo/widget/-/widget-1.2.2.tgz",
        f"{REGISTRY}/@octo/widget/-/widget-1.2.3.tgz.mallory",
        f"{REGISTRY}/@octo/gadget/-/gadget-1.2.3.tgz",
        f"{REGISTRY}/widget/-/widget-1.2.3.tgz",
        f"{REGISTRY}/@octo/widget/-/../../../mallory/-/widget-1.2.3.tgz",
        f"{REGISTRY}:444/@octo/widget/-/widget-1.2.3.tgz",
        f"{REGISTRY}.mallory.example/@octo/widget/-/widget-1.2.3.tgz",
        "https://mallory@registry.example/@octo/widget/-/widget-1.2.3.tgz",
        "http://registry.example/@octo/widget/-/widget-1.2.3.tgz",
        "https://mirror.example:8443/@octo/widget/-/widget-1.2.3.tgz",
        "https://[/@octo/widget/-/widget-1.2.3.tgz",
        "npm:gadget@1.2.3",
        "",
    ],
)
@pytest.mark.parametrize("integrity", [None, sri("sha1")])
def test_an_address_elsewhere_without_a_sha512_is_refused(resolved: str, integrity: str | None) -> None:
    assert refusal(entry(integrity, resolved), CLAIMS) is Code.RESOLVED_FOREIGN


def test_an_address_elsewhere_is_no_finding_while_the_registry_is_silent() -> None:
    with pytest.raises(UnavailableError) as caught:
        pin(entry(None, "https://cdn.example/7a/widget.tgz"), SILENT, (REGISTRY,))
    assert caught.value.reason.code is Code.REGISTRY_ERROR


@given(st.text(max_size=100))
def test_any_address_is_judged(resolved: str) -> None:
    assert refusal(entry(None, resolved), CLAIMS) is Code.RESOLVED_FOREIGN


@pytest.mark.parametrize("source", [source for source in Source if source is not Source.REGISTRY])
def test_what_is_not_from_a_registry_needs_no_metadata(source: Source) -> None:
    assert not needs_metadata(replace(entry(None), source=source))
