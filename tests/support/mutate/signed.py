"""Mutations before signing: what signers, logs and authorities say here is genuine, and still not to be believed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from support.judging import PACKAGE
from support.mint import BuildType, Era, Identity, Json, change, claim, provenance_recipe, publish_recipe, response
from support.mutate.documents import Document, Mutation, find, node_mutations
from support.mutate.notes import other_notes
from support.mutate.octets import other_octets
from support.mutate.responses import Density, documents, octet_mutations
from support.mutate.subjects import Subject, mint_subject
from support.mutate.values import other_texts

_ERAS = {
    BuildType.WORKFLOW_V1: Era.E2025,
    BuildType.GHA_V0: Era.E2023,
    BuildType.GHA_V1: Era.E2023,
    BuildType.GHA_V2: Era.E2023,
    BuildType.GITLAB: Era.E2025,
    BuildType.DELEGATOR: Era.E2024,
}
_ENTRIES = (
    ("provenance", Era.E2024),
    ("publish", Era.E2024),
    ("provenance", Era.E2025),
    ("provenance", Era.REKOR_V2),
    ("publish", Era.REKOR_V2),
)


def _minted(era: Era, role: str = "provenance", build_type: BuildType | None = None, **edits: object) -> bytes:
    """Return a response of which one attestation is made with the edits of its recipe."""
    if role == "publish":
        return response(PACKAGE, era, build_type=build_type, publish=change(**edits))
    return response(PACKAGE, era, build_type=build_type, provenance=change(**edits))


def _statement(content: object, mint: Callable[..., bytes]) -> Subject:
    document = Document(name="statement", tree=content, wrap=lambda text: mint(edit_payload=lambda _: text))
    return mint_subject(mint(), partial(node_mutations, document))


def _provenance_statement(build_type: BuildType, era: Era) -> Subject:
    recipe = provenance_recipe(PACKAGE, era, build_type=build_type)
    return _statement(recipe.content, partial(_minted, era, "provenance", build_type))


def _publish_statement() -> Subject:
    return _statement(publish_recipe(PACKAGE).content, partial(_minted, Era.E2025, "publish"))


def _certificate(build_type: BuildType, era: Era) -> Subject:
    """Change what Fulcio certifies about the build, one extension at a time."""
    mint = partial(_minted, era, "provenance", build_type)
    recipe = provenance_recipe(PACKAGE, era, build_type=build_type)
    identity = recipe.signer
    assert isinstance(identity, Identity)
    return mint_subject(mint(), partial(_claim_mutations, identity, mint))


def _claim_mutations(identity: Identity, mint: Callable[..., bytes]) -> Iterator[Mutation]:
    for number, text in identity.claims.items():
        assert isinstance(text, str)
        others: dict[str, str | bytes | None] = {
            how: other for how, other in other_texts(text) if other != text and not _has_surrogate(other)
        }
        others |= {"drop": None, "invalid UTF-8": b"\xff" + text.encode(), "DER of another string": b"\x16\x01x"}
        for how, other in others.items():
            make = partial(mint, edit_identity=claim(number, other))
            yield Mutation(place=f"certificate/{number}", how=how, make=make)


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)


def _entry(role: str, era: Era) -> Subject:
    """Change the body of a log entry before it is logged: what a client may hand to the log."""
    mint = partial(_minted, era, role)
    logged = next(document for document in documents(mint()) if document.name == f"{role} body")
    document = replace(logged, name="entry", wrap=lambda text: mint(edit_body=lambda _: text))

    def mutations() -> Iterator[Mutation]:
        yield from node_mutations(document)
        yield from octet_mutations(document, Density(certificate=64, text=64))

    return mint_subject(mint(), mutations)


def _checkpoint(era: Era) -> Subject:
    """Change the body of a checkpoint before the log signs it."""
    mint = partial(_minted, era)
    document = next(documents(mint()))
    index = document.roles.index("provenance")
    proof: Json = find(
        document.tree, ("attestations", index, "bundle", "verificationMaterial", "tlogEntries", 0, "inclusionProof")
    )
    note: str = proof["checkpoint"]["envelope"]

    def mutations() -> Iterator[Mutation]:
        bodies = {_body(other): how for how, other in other_notes(note)}
        for body, how in bodies.items():
            if body != _body(note):
                make = partial(mint, edit_checkpoint=lambda _, body=body: body)
                yield Mutation(place="checkpoint", how=how, make=make)

    return mint_subject(mint(), mutations)


def _body(note: str) -> str:
    return note.partition("\n\n")[0] + "\n"


def _certificate_timestamps() -> Subject:
    """Change the timestamp of the certificate transparency log before the certificate with it is signed."""
    mint = partial(_minted, Era.E2025)
    original: list[bytes] = []

    def keep(timestamps: tuple[bytes, ...]) -> tuple[bytes, ...]:
        original.extend(timestamps)
        return timestamps

    answer = mint(edit_scts=keep)

    def mutations() -> Iterator[Mutation]:
        (timestamp,) = original
        others: dict[str, tuple[bytes, ...]] = {"none": (), "twice": (timestamp, timestamp)}
        others |= {how: (other,) for how, other in other_octets(timestamp, len(timestamp))}
        for how, timestamps in others.items():
            make = partial(mint, edit_scts=lambda _, timestamps=timestamps: timestamps)
            yield Mutation(place="certificate timestamps", how=how, make=make)

    return mint_subject(answer, mutations)


def _signed() -> Iterator[tuple[str, Callable[[], Subject]]]:
    for build_type, era in _ERAS.items():
        name = build_type.name.lower().replace("_", "-")
        yield f"statement-{name}", partial(_provenance_statement, build_type, era)
        yield f"certificate-{name}", partial(_certificate, build_type, era)
    yield "statement-publish", _publish_statement
    for role, era in _ENTRIES:
        yield f"entry-{role}-{era}", partial(_entry, role, era)
    yield "checkpoint-rekor-v1", partial(_checkpoint, Era.E2025)
    yield "checkpoint-rekor-v2", partial(_checkpoint, Era.REKOR_V2)
    yield "certificate-timestamps", _certificate_timestamps


SIGNED: Mapping[str, Callable[[], Subject]] = dict(_signed())
"""For everything that is signed: every change of it, signed for real."""
