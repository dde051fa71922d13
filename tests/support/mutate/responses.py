"""Everything that is changed in a registry's response, one thing at a time."""

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from support.mint.statements import PUBLISH
from support.mutate.documents import Document, Mutation, Path, find, is_empty, node_mutations, nodes, put, write
from support.mutate.notes import other_notes
from support.mutate.octets import (
    other_octets,
    second_spellings,
    timestamp_with_twin_signature,
    unsigned_timestamp_fields,
)
from support.mutate.values import Json

_OCTETS = frozenset(
    {
        "canonicalizedBody",
        "content",
        "digest",
        "hashes",
        "keyId",
        "payload",
        "publicKey",
        "rawBytes",
        "rootHash",
        "sig",
        "signature",
        "signedEntryTimestamp",
        "signedTimestamp",
        "verifier",
    }
)
"""Members whose texts, or the texts in which, are base64."""
_ENTRY = ("verificationMaterial", "tlogEntries", 0)
_PEM = re.compile(rb"(-----BEGIN [A-Z ]+-----\n)([^-]+)(\n-----END [A-Z ]+-----\n?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Density:
    """In how many bytes of each field a bit is flipped at most."""

    certificate: int
    text: int
    """Of encoded JSON and PEM, which nothing reads before its signature is verified; and of everything short."""


def response_mutations(response: bytes, donor: bytes, density: Density) -> Iterator[Mutation]:
    """Yield every change of ``response``.

    Args:
        response: the registry's answer.
        donor: an answer about another package, parts of which are put into this one.
        density: in how many bytes bits are flipped.
    """
    document, *encoded = documents(response)
    yield from _layout_mutations(document)
    for each in (document, *encoded):
        yield from node_mutations(each)
        yield from octet_mutations(each, density)
    yield from _note_mutations(document)
    yield from _exchanges(document)
    yield from _donations(document, json.loads(donor))


def documents(response: bytes) -> Iterator[Document]:
    """Yield the response, and of each attestation the log entry's body and the payload."""
    tree = json.loads(response)
    roles = _roles(tree)
    yield Document(name="", tree=tree, wrap=bytes, roles=roles)
    for index, role in enumerate(roles):
        bundle: Path = ("attestations", index, "bundle")
        yield _encoded(tree, (*bundle, *_ENTRY, "canonicalizedBody"), f"{role} body")
        yield _encoded(tree, (*bundle, "dsseEnvelope", "payload"), f"{role} payload")


def _encoded(tree: Json, path: Path, name: str) -> Document:
    text = base64.b64decode(find(tree, path))
    assert write(json.loads(text)) == text, "what is written again would differ in more than the mutation"
    return Document(
        name=name,
        tree=json.loads(text),
        wrap=lambda changed: write(put(tree, path, base64.b64encode(changed).decode())),
    )


def _roles(tree: Json) -> tuple[str, ...]:
    return tuple("publish" if item["predicateType"] == PUBLISH else "provenance" for item in tree["attestations"])


def octet_mutations(document: Document, density: Density) -> Iterator[Mutation]:
    """Yield every change of the bytes that base64 fields of the document hold, and of how they are spelled."""
    for path, text in nodes(document.tree):
        name = next((step for step in reversed(path) if isinstance(step, str)), None)
        if name in _OCTETS and isinstance(text, str) and text:
            data = base64.b64decode(text)
            changed = ((how, base64.b64encode(other).decode()) for how, other in _other_octets(name, data, density))
            for how, other in (*changed, *second_spellings(data)):
                if other != text:
                    yield document.replacement(path, how, other)


def _other_octets(name: str, data: bytes, density: Density) -> Iterator[tuple[str, bytes]]:
    if name == "signedTimestamp":
        fields = unsigned_timestamp_fields(data)
        yield from _prefixed("bytes", other_octets(data, len(data), fields))
        yield "bytes: negate the ECDSA signature inside", timestamp_with_twin_signature(data)
    else:
        yield from _prefixed("bytes", other_octets(data, density.certificate if name == "rawBytes" else density.text))
    pem = _PEM.fullmatch(data)
    if pem:
        for how, other in _prefixed("bytes in the PEM block", other_octets(base64.b64decode(pem[2]), density.text)):
            yield how, pem[1] + base64.encodebytes(other).strip() + pem[3]


def _prefixed(prefix: str, changes: Iterator[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    return ((f"{prefix}: {how}", other) for how, other in changes)


def _note_mutations(document: Document) -> Iterator[Mutation]:
    for path, value in nodes(document.tree):
        if path[-2:] == ("checkpoint", "envelope"):
            for how, note in other_notes(value):
                if note != value:
                    yield document.replacement(path, f"note: {how}", note)


def _exchanges(document: Document) -> Iterator[Mutation]:
    """Put into each attestation what the other one has in the same place."""
    for index in range(len(document.roles)):
        other = find(document.tree, ("attestations", 1 - index))
        for path, _ in nodes(find(document.tree, ("attestations", index)), ("attestations", index)):
            yield from _donation(document, path, other, path[2:], "the other attestation's")


def _donations(document: Document, donor: Json) -> Iterator[Mutation]:
    """Put genuine parts of another package's attestations into the same places here."""
    roles = _roles(donor)
    for path, _ in nodes(document.tree):
        place = path
        if len(path) > 1:
            place = (path[0], roles.index(document.roles[int(path[1])]), *path[2:])
        yield from _donation(document, path, donor, place, "another package's")


def _donation(document: Document, path: Path, donor: Json, place: Path, how: str) -> Iterator[Mutation]:
    value = find(document.tree, path)
    try:
        given = find(donor, place)
    except KeyError:
        return
    if write(given) != write(value) and path[-1:] != ("mediaType",):  # which is relabelled in all ways anyway
        what = " for what is empty" if is_empty(value) and is_empty(given) else ""
        yield document.replacement(path, f"{how}{what}", given)


def _layout_mutations(document: Document) -> Iterator[Mutation]:
    text = write(document.tree)
    half = len(text) // 2
    layouts = {
        "space around": b" \r\n\t" + text + b"\n",
        "indented": json.dumps(document.tree, indent=2).encode(),
        "escaped": json.dumps(document.tree).encode().replace(b"attestations", b"\\u0061ttestations"),
        "byte order mark": b"\xef\xbb\xbf" + text,
        "in UTF-16": text.decode().encode("utf-16"),
        "something behind": text + b"x",
        "a NUL behind": text + b"\0",
        "two documents": text + text,
        "cut in half": text[:half],
        "cut at the end": text[:-1],
        "empty": b"",
        "invalid UTF-8": text[:half] + b"\xff" + text[half:],
        "a comment": text[:-1] + b"/**/}",
        "a comma at the end": text[:-1] + b",}",
        "single quotes": text.replace(b'"', b"'"),
        "not a number": text[:-1] + b',"x":NaN}',
        "infinite": text[:-1] + b',"x":1e999}',
        "many digits": text[:-1] + b',"x":' + b"9" * 10000 + b"}",
        "deep": text[:-1] + b',"x":' + b"[" * 10000 + b"]" * 10000 + b"}",
        "open strings": b'["' * 20000,
    }
    for how, changed in layouts.items():
        yield Mutation(place="response", how=f"text: {how}", make=partial(bytes, changed))
