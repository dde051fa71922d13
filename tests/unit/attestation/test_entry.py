"""Log entries: everything in them that can be checked repeats the bundle (step 7)."""

import base64
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from provcheck.codes import Code
from provcheck.errors import UnsupportedError, VerificationError
from support.cases.case import at
from support.judging import ANOTHER_PACKAGE, PACKAGE, verify_minted
from support.mint import (
    Edit,
    Era,
    Json,
    Recipe,
    bundle_recipe,
    change,
    drop,
    email_identity,
    mint,
    provenance_recipe,
    publish_recipe,
    put,
)
from support.mint.crypto import b64

PERSON = email_identity("octo@octo.example", "https://accounts.octo.example")
KINDS = {
    "intoto-by-certificate": provenance_recipe(PACKAGE, Era.E2024),
    "intoto-by-key": publish_recipe(PACKAGE, Era.E2024),
    "dsse": provenance_recipe(PACKAGE, Era.E2025),
    "hashedrekord-v2-by-certificate": provenance_recipe(PACKAGE, Era.REKOR_V2),
    "hashedrekord-v2-by-key": publish_recipe(PACKAGE, Era.REKOR_V2),
    "hashedrekord-v1-of-an-artifact": bundle_recipe(b"an artifact", PERSON, Era.E2025),
    "hashedrekord-v2-of-an-artifact": bundle_recipe(b"an artifact", PERSON, Era.REKOR_V2),
}
UNCHECKABLE = {
    ("spec", "content", "hash", "value"),  # of the envelope in canonical form: clients disagree about it
    ("spec", "envelopeHash", "value"),  # of the envelope as the client wrote it, which nobody has
}


@cache
def entry(kind: str) -> Json:
    body: Json = json.loads(base64.b64decode(logged(mint(KINDS[kind]))["canonicalizedBody"]))
    return body


def logged(bundle: Json) -> Json:
    (found,) = bundle["verificationMaterial"]["tlogEntries"]
    return dict(found)


def nodes(value: Any, *path: str | int) -> Iterator[tuple[tuple[str | int, ...], Any]]:  # noqa: ANN401 - any JSON
    if path:
        yield path, value
    if isinstance(value, dict | list):
        for step, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from nodes(item, *path, step)


def refused(kind: str, edit: Edit[Recipe]) -> VerificationError:
    with pytest.raises(VerificationError) as caught:
        verify_minted(edit(KINDS[kind]))
    return caught.value


def refused_entry(kind: str, edit: Edit[Json]) -> VerificationError:
    """Return the refusal of an entry that the log really has, promised and proved."""
    return refused(kind, change(edit_entry=edit))


@pytest.mark.parametrize("kind", KINDS)
def test_every_leaf_of_an_entry_counts(kind: str) -> None:
    for path, value in nodes(entry(kind)):
        if isinstance(value, str):
            for other in ("x", "", b64(b"another"), b64(b64(b"another").encode()), f"{value}\n", value.swapcase()):
                edit = change(edit_entry=put(*path, to=other))
                if other == value or (path in UNCHECKABLE and other):
                    verify_minted(edit(KINDS[kind]))
                else:
                    assert refused(kind, edit).code in {
                        Code.LOG_ENTRY_MALFORMED,
                        Code.LOG_ENTRY_MISMATCH,
                        Code.LOG_ENTRY_UNSUPPORTED,  # kind and version
                        Code.BUNDLE_MALFORMED,  # kind and version, empty
                    }, path


@pytest.mark.parametrize("kind", KINDS)
def test_every_member_of_an_entry_is_needed_and_of_its_type(kind: str) -> None:
    for path, value in nodes(entry(kind)):
        if path[0] == "spec":
            for edit in (drop(*path), put(*path, to=None), put(*path, to=7), put(*path, to=[value]), put(*path, to={})):
                assert refused_entry(kind, edit).code in {Code.LOG_ENTRY_MALFORMED, Code.LOG_ENTRY_MISMATCH}, path


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_member_makes_an_entry_unsupported(kind: str) -> None:
    for path, value in (((), entry(kind)), *nodes(entry(kind))):
        if isinstance(value, dict):
            error = refused_entry(kind, put(*path, "unknown", to="x"))
            assert isinstance(error, UnsupportedError)
            assert error.code is Code.LOG_ENTRY_UNSUPPORTED


@pytest.mark.parametrize("kind", KINDS)
def test_the_entry_of_another_signature_is_for_something_else(kind: str) -> None:
    content = b"another artifact" if "artifact" in kind else provenance_recipe(ANOTHER_PACKAGE).content
    body = base64.b64decode(logged(mint(change(content=content)(KINDS[kind])))["canonicalizedBody"])

    assert refused(kind, change(edit_body=lambda _: body)).code is Code.LOG_ENTRY_MISMATCH


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b'"x"', b"{", b"\xff", b"\xef\xbb\xbf{}", b"{}", b'{"spec":{}}', b"[" * 5000]
)
def test_what_is_no_entry_is_malformed(body: bytes) -> None:
    expected = Code.LOG_ENTRY_MALFORMED if body else Code.BUNDLE_MALFORMED

    assert refused("dsse", change(edit_body=lambda _: body)).code is expected


# ---- How the log writes keys ---------------------------------------------------------------------------------------

VERIFIER = ("spec", "signatures", 0, "verifier")
KEY = ("spec", "content", "envelope", "signatures", 0, "publicKey")


def pem(edit: Edit[str]) -> Edit[str]:
    """Return an edit of a PEM text in base64."""
    return lambda text: b64(edit(base64.b64decode(text).decode()).encode())


def one_line(text: str) -> str:
    first, *middle, last = text.strip().split("\n")
    return f"{first}\n{''.join(middle)}\n{last}"


@pytest.mark.parametrize("edit", [str.strip, one_line, lambda text: f"{one_line(text)}\n"])
def test_pem_may_be_wrapped_or_not(edit: Edit[str]) -> None:
    verify_minted(change(edit_entry=at(*VERIFIER, edit=pem(edit)))(KINDS["dsse"]))
    verify_minted(change(edit_entry=at(*KEY, edit=pem(edit)))(KINDS["intoto-by-key"]))


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(lambda text: f"subject=octo\n{text}", id="text-before"),
        pytest.param(lambda text: f"{text}text after\n", id="text-after"),
        pytest.param(lambda text: text * 2, id="two-blocks"),
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="carriage-returns"),
        pytest.param(lambda text: text.replace("CERTIFICATE", "PUBLIC KEY"), id="label-of-a-key"),
        pytest.param(lambda text: text.replace("CERTIFICATE", "TRUSTED CERTIFICATE"), id="another-label"),
        pytest.param(lambda text: text.replace("\n-----END", "A\n-----END"), id="base64"),
        pytest.param(lambda text: text.replace("M", " M", 1), id="space"),
        pytest.param(lambda text: text.replace("\n", "\nProc-Type: 4,ENCRYPTED\n\n", 1), id="header"),
        pytest.param(lambda _: "\x00", id="zero"),
    ],
)
def test_pem_is_one_block_and_nothing_else(edit: Edit[str]) -> None:
    expected = base64.b64decode(entry("dsse")["spec"]["signatures"][0]["verifier"]).decode()

    assert edit(expected) != expected
    assert refused_entry("dsse", at(*VERIFIER, edit=pem(edit))).code is Code.LOG_ENTRY_MISMATCH
