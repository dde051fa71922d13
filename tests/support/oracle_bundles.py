"""Bundles for comparing verifiers: real, minted, wrong, and changed in one place; each with a name that says which."""

import base64
import json
import string
from collections.abc import Callable, Iterator
from functools import cache
from random import Random
from typing import Any

from support.cases import CASES
from support.corpus import corpus_facts, corpus_response
from support.judging import PACKAGE, bundles
from support.mint import (
    BUNDLE_V01,
    BUNDLE_V02,
    BUNDLE_V03_OLD_SPELLING,
    P384,
    P521,
    SIGSTORE,
    BuildType,
    Edit,
    Era,
    Json,
    Recipe,
    Stamp,
    bundle_recipe,
    change,
    drop,
    ecdsa_key,
    ed25519_key,
    email_identity,
    mint,
    provenance_recipe,
    put,
    witness,
)
from support.mint.crypto import b64

ARTIFACT = b"an artifact"
"""What message signatures are of."""

# ---- Real, minted, wrong -------------------------------------------------------------------------------------------


def real_bundles() -> Iterator[tuple[str, Json]]:
    """Yield every bundle of the corpus."""
    for spec in corpus_facts():
        for index, bundle in enumerate(bundles(corpus_response(spec))):
            yield f"real {spec} {index}", bundle


_PROVENANCE = provenance_recipe(PACKAGE)
_PERSON = email_identity("octo@octo.example", "https://accounts.octo.example")
_KINDS: dict[str, Recipe] = {
    **{
        f"minted {era} {build_type.name}": provenance_recipe(PACKAGE, era, build_type=build_type)
        for era in (Era.E2025, Era.REKOR_V2)
        for build_type in BuildType
    },
    **{f"minted artifact {era}": bundle_recipe(ARTIFACT, _PERSON, era) for era in (Era.E2024, Era.E2025, Era.REKOR_V2)},
}
_VARIANTS: dict[str, Edit[Recipe]] = {
    "v0.1": change(media_type=BUNDLE_V01),
    "v0.2": change(media_type=BUNDLE_V02),
    "v0.3 in its old spelling": change(media_type=BUNDLE_V03_OLD_SPELLING),
    "whole chain": change(media_type=BUNDLE_V02, whole_chain=True),
    "whole chain with a broken root": change(
        media_type=BUNDLE_V02,
        whole_chain=True,
        edit_bundle=put("verificationMaterial", "x509CertificateChain", "certificates", 2, "rawBytes", to="AAAA"),
    ),
    "first leaf": change(index=0, tree_size=6),
    "only leaf": change(index=0, tree_size=1),
    "ragged tree": change(index=4, tree_size=5),
    "huge tree": change(index=2**40 + 12345, tree_size=2**41 + 678),
    "sct with extensions": change(edit_sct=change(extensions=b"\0\0\1\2\3")),
    "witnesses": change(checkpoint_signers=(witness("a"), SIGSTORE.rekor.note_signer, witness("b"))),
    "promise and timestamp": change(stamps=(Stamp(authority=SIGSTORE.tsa, hash_name="sha384"),)),
    "timestamp only": change(promise=False, stamps=(Stamp(authority=SIGSTORE.tsa),)),
    "p384": change(leaf_key=ecdsa_key("leaf", P384)),
    "p521": change(leaf_key=ecdsa_key("leaf", P521)),
    "ed25519": change(leaf_key=ed25519_key("leaf")),
    "another payload type": change(payload_type="text/plain"),
}


@cache
def minted_bundles() -> dict[str, Json]:
    """Return a bundle of every kind that both verifiers know, and of every variant of it; all are right."""
    recipes = _KINDS | {f"minted {name}": edit(_PROVENANCE) for name, edit in _VARIANTS.items()}
    return {name: mint(recipe) for name, recipe in recipes.items()}


def cases() -> Iterator[tuple[str, Json]]:
    """Yield every bundle of the cases."""
    for name, case in CASES.items():
        try:
            attestations = json.loads(case.response())["attestations"]
        except (ValueError, KeyError, RecursionError):
            continue
        for index, item in enumerate(attestations):
            if isinstance(item, dict) and "bundle" in item:
                yield f"case {name} {index}", item["bundle"]


# ---- Changed -------------------------------------------------------------------------------------------------------

_OTHERS: dict[str, Any] = {
    "null": None,
    "true": True,
    "a number": 7,
    "a fraction": 1.5,
    "a text": "x",
    "empty": "",
    "an array": [],
    "an object": {},
}
_DIGITS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"


def changes(value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any JSON value
    """Yield what could stand in the place of a value, and how it came about."""
    yield from ((f"{name} instead", other) for name, other in _OTHERS.items())
    if isinstance(value, dict):
        yield "unknown member", value | {"unknown": 1}
        yield "unknown member that is null", value | {"unknown": None}
    if isinstance(value, list):
        yield "last one twice", value + value[-1:]
    if isinstance(value, str):
        yield "line break behind", f"{value}\n"
        yield "space before", f" {value}"
        yield from _other_numbers(value) if value.isdigit() else _other_base64(value)


def _other_numbers(text: str) -> Iterator[tuple[str, Any]]:
    yield "as a number", int(text)
    yield "as a float", float(text)
    yield "with a plus", f"+{text}"
    yield "with a leading zero", f"0{text}"
    yield "with an underscore", f"{text[:1]}_{text[1:]}"
    yield "in other digits", "".join(chr(0x660 + int(digit)) for digit in text)
    yield "one more", str(int(text) + 1)
    yield "negative", f"-{text}"
    yield "beyond 64 bits", str(int(text) + 2**64)


def _other_base64(text: str) -> Iterator[tuple[str, Any]]:
    data = _decoded(text)
    if data is None:
        return
    yield "in the alphabet for URLs", text.replace("+", "-").replace("/", "_")
    yield "with junk", f"{text[:4]}!{text[4:]}"
    if text.endswith("="):
        digits = text.rstrip("=")
        other = _DIGITS[_DIGITS.index(digits[-1]) + 1]
        yield "without padding", digits
        yield "with other trailing bits", f"{digits[:-1]}{other}{text[len(digits) :]}"
    yield "first bit flipped", b64(bytes([data[0] ^ 0x80]) + data[1:])
    yield "last bit flipped", b64(data[:-1] + bytes([data[-1] ^ 1]))
    yield "a byte shorter", b64(data[:-1])
    yield "a byte longer", b64(data + b"\0")


def _decoded(text: str) -> bytes | None:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return data if len(data) > 8 and b64(data) == text else None


def nodes(value: Any, *path: str | int) -> Iterator[tuple[tuple[str | int, ...], Any]]:  # noqa: ANN401 - any JSON
    """Yield everything inside a JSON value with the way to it."""
    if path:
        yield path, value
    if isinstance(value, dict | list):
        for step, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from nodes(item, *path, step)


def changed(base: str, bundle: Json) -> Iterator[tuple[str, Json]]:
    """Yield the bundle with one thing changed, for every thing and every change."""
    for path, value in nodes(bundle):
        yield f"{base}: {_place(path)}: left out", drop(*path)(bundle)
        for how, other in changes(value):
            if json.dumps(other) != json.dumps(value):
                yield f"{base}: {_place(path)}: {how}", put(*path, to=other)(bundle)


_SMALL = change(index=45, tree_size=111)
BASES: dict[str, Callable[[], Json]] = {
    "v0.2": lambda: mint(_SMALL(change(media_type=BUNDLE_V02)(_PROVENANCE))),
    "v0.3": lambda: mint(_SMALL(_PROVENANCE)),
    "rekor-v2": lambda: mint(_SMALL(provenance_recipe(PACKAGE, Era.REKOR_V2))),
    "artifact": lambda: mint(_SMALL(bundle_recipe(ARTIFACT, _PERSON, Era.E2025))),
}
"""Right bundles, to be changed."""


def flipped(name: str, bundle: Json, count: int) -> Iterator[tuple[str, Json]]:
    """Yield the bundle with one bit flipped somewhere in what is base64; the same places in every run."""
    random = Random(name)  # noqa: S311 - not for secrets
    leaves = [(path, data) for path, value in nodes(bundle) if isinstance(value, str) and (data := _decoded(value))]
    for number in range(count):
        path, data = random.choice(leaves)
        position = random.randrange(len(data))
        other = bytearray(data)
        other[position] ^= 1 << random.randrange(8)
        yield f"{name}, flipped {number}: {_place(path)}: byte {position}", put(*path, to=b64(bytes(other)))(bundle)


_NOT_FLIPPED = {
    "minted whole chain",  # whether a flipped bit in a superfluous certificate matters to them depends on the bit
    "minted whole chain with a broken root",
    "minted promise and timestamp",  # likewise in a timestamp that they need not believe
}


def minted_bundles_with_a_bit_flipped() -> Iterator[tuple[str, Json]]:
    """Yield minted bundles with one bit flipped."""
    for name, bundle in minted_bundles().items():
        if name not in _NOT_FLIPPED:
            yield from flipped(name, bundle, 25)


def _place(path: tuple[str | int, ...]) -> str:
    return ".".join(map(str, path))
