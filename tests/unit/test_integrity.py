"""Subresource Integrity metadata."""

import base64
import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provcheck.errors import MalformedError
from provcheck.integrity import Integrity, parse_integrity
from support.corpus import corpus_facts, requires_corpus

ALGORITHMS = ("md5", "sha1", "sha256", "sha384", "sha512")


def sri(algorithm: str, data: bytes) -> str:
    return f"{algorithm}-{base64.b64encode(hashlib.new(algorithm, data, usedforsecurity=False).digest()).decode()}"


SHA512 = hashlib.sha512(b"tarball").digest()
SHA1 = hashlib.sha1(b"tarball", usedforsecurity=False).digest()


def test_one_hash() -> None:
    assert parse_integrity(sri("sha512", b"tarball")) == Integrity(
        sha512=frozenset({SHA512}), sha1=frozenset(), other=frozenset()
    )


def test_several_hashes_are_kept_apart_by_algorithm() -> None:
    text = " ".join(sri(algorithm, b"tarball") for algorithm in ALGORITHMS)

    assert parse_integrity(text) == Integrity(
        sha512=frozenset({SHA512}), sha1=frozenset({SHA1}), other=frozenset({"md5", "sha256", "sha384"})
    )


@given(
    st.lists(st.tuples(st.sampled_from(ALGORITHMS), st.binary(max_size=3)), min_size=1),
    st.sampled_from([" ", "\n", "\t ", "  "]),
)
def test_whatever_hashes_are_written_are_found(hashes: list[tuple[str, bytes]], space: str) -> None:
    integrity = parse_integrity(space.join(sri(algorithm, data) for algorithm, data in hashes))

    assert integrity.sha512 == {hashlib.sha512(data).digest() for algorithm, data in hashes if algorithm == "sha512"}
    assert len(integrity.sha1) == len({data for algorithm, data in hashes if algorithm == "sha1"})
    assert integrity.other == {algorithm for algorithm, _ in hashes} - {"sha1", "sha512"}


@pytest.mark.parametrize("options", ["?foo", "?foo?bar=1", "?"])
def test_options_do_not_matter(options: str) -> None:
    assert parse_integrity(sri("sha512", b"tarball") + options).sha512 == {SHA512}


@pytest.mark.parametrize("text", [f" {sri('sha512', b'tarball')}\n", sri("sha512", b"tarball")])
def test_space_around_does_not_matter(text: str) -> None:
    assert parse_integrity(text).sha512 == {SHA512}


def test_the_same_hash_twice_is_one() -> None:
    assert parse_integrity(f"{sri('sha512', b'tarball')} {sri('sha512', b'tarball')}").sha512 == {SHA512}


DIGEST = base64.b64encode(SHA512).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "sha512",
        "sha512-",
        f"-{DIGEST}",
        DIGEST,
        f"SHA512-{DIGEST}",
        f"sha3-{DIGEST}",
        f"sha512_{DIGEST}",
        f"sha512-{DIGEST[:-2]}",
        f"sha512-{DIGEST[:-4]}",
        f"sha512-{DIGEST}=",
        f"sha512-{DIGEST.replace('=', '')}",
        f"sha512-{DIGEST[:10]}*{DIGEST[11:]}",
        f"sha512-{'_' * 86}==",
        f"sha512-{'A' * 85}B==",
        f"sha256-{DIGEST}",
        f"sha512-{base64.b64encode(SHA1).decode()}",
        f"sha512-{SHA512.hex()}",
        f"sha512-{DIGEST},sha1-{base64.b64encode(SHA1).decode()}",
        f"sha512-{DIGEST} nonsense",
        f"sha512-{DIGEST}?foo\x7f",
        f"sha512-{DIGEST}\u200b",
    ],
)
def test_what_is_not_integrity_metadata_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        parse_integrity(text)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        integrity = parse_integrity(text)
    except MalformedError:
        return
    assert integrity.sha512 or integrity.sha1 or integrity.other


@given(st.integers(0, 87), st.characters(codec="ascii"))
def test_no_other_text_is_the_same_hash(position: int, character: str) -> None:
    """A hash has one spelling: no ignored characters, no unused bits."""
    changed = DIGEST[:position] + character + DIGEST[position + 1 :]
    try:
        integrity = parse_integrity(f"sha512-{changed}")
    except MalformedError:
        return
    assert (integrity.sha512 == {SHA512}) == (changed == DIGEST)


@requires_corpus
def test_the_integrity_of_real_packages() -> None:
    facts: dict[str, Any] = corpus_facts()
    found = [fact["integrity"] for fact in facts.values()]

    assert found
    assert all(len(parse_integrity(text).sha512) == 1 for text in found)
