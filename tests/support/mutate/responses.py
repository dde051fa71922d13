"""Everything that is changed in a registry's response, one thing at a time."""

import base64
import json
import re
from collections.abc import Iterator

from support.mint.statements import PUBLISH
from support.mutate.documents import Document, Json, Mutation, Path, find, node_mutations, nodes, put, write
from support.mutate.notes import other_notes
from support.mutate.octets import other_octets, second_spellings

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
_DER = frozenset({"rawBytes", "signedTimestamp"})
_TEXTS_FLIPPED = 128
"""In how many bytes of a JSON or PEM text a bit is flipped."""
_BUNDLE = ("verificationMaterial", "tlogEntries", 0)
_PEM = re.compile(rb"(-----BEGIN [A-Z ]+-----\n)([^-]+)(\n-----END [A-Z ]+-----\n?)")


def response_mutations(response: bytes, donor: bytes, *, der_flipped: int) -> Iterator[Mutation]:
    """Yield every change of ``response``.

    Args:
        response: the registry's answer.
        donor: an answer about another package, parts of which are put into this one.
        der_flipped: in how many bytes of a certificate or a timestamp a bit is flipped at most.
    """
    document, *encoded = documents(response)
    yield from _layout_mutations(document)
    for each in (document, *encoded):
        yield from node_mutations(each)
        yield from _octet_mutations(each, der_flipped)
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
        yield _encoded(tree, (*bundle, *_BUNDLE, "canonicalizedBody"), f"{role} body")
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


def _octet_mutations(document: Document, der_flipped: int) -> Iterator[Mutation]:
    for path, text in nodes(document.tree):
        name = path[-1] if path and isinstance(path[-1], str) else path[-2] if path else None
        if name not in _OCTETS or not isinstance(text, str) or not text:
            continue
        data = base64.b64decode(text)
        limit = der_flipped if name in _DER else _TEXTS_FLIPPED
        changed = [(f"bytes: {how}", base64.b64encode(other).decode()) for how, other in other_octets(data, limit)]
        pem = _PEM.fullmatch(data)
        if pem:
            der = base64.b64decode(pem[2])
            for how, other in other_octets(der, _TEXTS_FLIPPED):
                inside = pem[1] + base64.encodebytes(other).strip() + pem[3]
                changed.append((f"in the PEM block: {how}", base64.b64encode(inside).decode()))
        for how, other_text in (*changed, *second_spellings(data)):
            if other_text != text:
                yield document.replacement(path, how, other_text)


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
        for path, value in nodes(find(document.tree, ("attestations", index)), ("attestations", index)):
            yield from _donation(document, path, value, other, path[2:], "the other attestation's")


def _donations(document: Document, donor: Json) -> Iterator[Mutation]:
    """Put genuine parts of another package's attestations into the same places here."""
    roles = _roles(donor)
    for path, value in nodes(document.tree):
        place = path
        if len(path) > 1:
            place = (path[0], roles.index(document.roles[int(path[1])]), *path[2:])
        yield from _donation(document, path, value, donor, place, "another package's")


def _donation(
    document: Document, path: Path, value: Json, donor: Json, place: Path, how: str
) -> Iterator[Mutation]:
    try:
        given = find(donor, place)
    except LookupError:
        return
    if write(given) != write(value):
        yield document.replacement(path, how, given)


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
        yield Mutation(place="response", how=f"text: {how}", make=lambda changed=changed: changed)
