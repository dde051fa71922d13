"""The registry's answers to requests for attestations, as it gave them over the years."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from support.mint.crypto import compact_json
from support.mint.edits import Edit, Json, same
from support.mint.entries import EntryKind
from support.mint.identity import (
    DELEGATED_BUILD,
    GITLAB_BUILD,
    Build,
    Identity,
    claim,
    github_identity,
    gitlab_identity,
    legacy_github_identity,
)
from support.mint.recipe import BUNDLE_V01, BUNDLE_V02, BUNDLE_V03, Recipe, Signer, mint
from support.mint.sigstore import SIGSTORE, Sigstore
from support.mint.statements import BuildType, Package, provenance_statement, publish_statement
from support.mint.timestamp import Stamp

REGISTRY: Final = "https://registry.example"
"""The registry that publish attestations name, unless told otherwise."""

_EARLY_BUILD_TYPES = (BuildType.GHA_V0, BuildType.GHA_V1)
_EARLY_2023 = datetime(2023, 2, 9, 17, 56, tzinfo=UTC)
_VISIBILITY = 22
_VISIBILITY_SINCE = datetime(2023, 7, 1, tzinfo=UTC)


class Era(StrEnum):
    """What kinds of bundles the clients and the registry made."""

    E2023 = "2023"
    """v0.1, ``intoto``, inclusion promises only, the whole certificate chain."""
    E2024 = "2024"
    """v0.2, ``intoto``, inclusion promises and proofs."""
    E2025 = "2025"
    """v0.3 with ``dsse`` for the provenance, v0.2 with ``intoto`` for the publish attestation."""
    REKOR_V2 = "rekor-v2"
    """v0.3, ``hashedrekord`` in a log of tiles, RFC 3161 timestamps."""


_TIMES = {
    Era.E2023: datetime(2023, 4, 20, 17, 17, 17, tzinfo=UTC),
    Era.E2024: datetime(2024, 5, 16, 17, 12, 2, tzinfo=UTC),
    Era.E2025: datetime(2025, 9, 12, 21, 47, 32, tzinfo=UTC),
    Era.REKOR_V2: datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC),
}


def response(
    package: Package,
    era: Era = Era.E2025,
    *,
    build: Build | None = None,
    build_type: BuildType | None = None,
    at: datetime | None = None,
    sigstore: Sigstore = SIGSTORE,
    registry: str = REGISTRY,
    provenance: Edit[Recipe] = same,
    publish: Edit[Recipe] = same,
    edit: Edit[Json] = same,
) -> bytes:
    """Return the registry's answer for ``package``: its publish attestation, then its provenance.

    Args:
        package: the package version.
        era: which kinds of bundles.
        build: who built it; by default a build that fits ``build_type``.
        build_type: the kind of provenance; by default the usual one of the era, from GitHub Actions.
        at: when the build signs; by default a time in the era. The registry follows two seconds later.
        sigstore: who vouches for it.
        registry: what the publish attestation names.
        provenance: an edit of the recipe for the provenance.
        publish: an edit of the recipe for the publish attestation.
        edit: an edit of the answer.
    """
    built = provenance_recipe(package, era, build=build, build_type=build_type, at=at, sigstore=sigstore)
    published = publish_recipe(package, era, at=built.at, sigstore=sigstore, registry=registry)
    return compact_json(edit({"attestations": [_element(publish(published), era), _element(provenance(built), era)]}))


def provenance_recipe(
    package: Package,
    era: Era = Era.E2025,
    *,
    build: Build | None = None,
    build_type: BuildType | None = None,
    at: datetime | None = None,
    sigstore: Sigstore = SIGSTORE,
) -> Recipe:
    """Return how the provenance of ``package`` is made; see `response`."""
    build_type = build_type or (BuildType.GHA_V2 if era is Era.E2023 else BuildType.WORKFLOW_V1)
    build = build or default_build(build_type)
    early = era is Era.E2023 and build_type in _EARLY_BUILD_TYPES
    at = at or (_EARLY_2023 if early else _TIMES[era])
    statement = provenance_statement(package, build, build_type)
    return bundle_recipe(statement, build_identity(build, build_type, at), era, at, sigstore)


def publish_recipe(
    package: Package,
    era: Era = Era.E2025,
    *,
    at: datetime | None = None,
    sigstore: Sigstore = SIGSTORE,
    registry: str = REGISTRY,
) -> Recipe:
    """Return how the publish attestation of ``package`` is made, two seconds after ``at``; see `response`."""
    at = (at or _TIMES[era]) + timedelta(seconds=2)
    new_key, old_key = sigstore.npm_key, sigstore.npm_key_retired
    key = new_key if at >= new_key.attestations.start else old_key
    return bundle_recipe(publish_statement(package, registry), key, era, at, sigstore)


def bundle_recipe(
    content: Json | bytes, signer: Signer, era: Era, at: datetime | None = None, sigstore: Sigstore = SIGSTORE
) -> Recipe:
    """Return how a bundle of the era is made for any statement or, with ``bytes``, for any artifact."""
    message_entry = EntryKind.HASHEDREKORD if isinstance(content, bytes) else None
    made = Recipe(
        at=at or _TIMES[era],
        content=content,
        signer=signer,
        authority=sigstore.fulcio,
        ct_logs=(sigstore.ct_log,),
        log=sigstore.rekor,
        entry=message_entry or EntryKind.INTOTO,
        promise=True,
        proof=True,
        media_type=BUNDLE_V02,
    )
    match era:
        case Era.E2023:
            return replace(made, proof=False, media_type=BUNDLE_V01, whole_chain=True)
        case Era.E2025 if isinstance(signer, Identity):
            return replace(made, entry=message_entry or EntryKind.DSSE, media_type=BUNDLE_V03)
        case Era.E2024 | Era.E2025:
            return made
        case Era.REKOR_V2:
            return replace(
                made,
                log=sigstore.rekor_v2,
                entry=EntryKind.HASHEDREKORD_V2,
                promise=False,
                stamps=(Stamp(authority=sigstore.tsa),),
                media_type=BUNDLE_V03,
            )


def build_identity(build: Build, build_type: BuildType, at: datetime) -> Identity:
    """Return what Fulcio certified, at that time, for a build of that type."""
    if build_type is BuildType.GITLAB:
        return gitlab_identity(build)
    if build_type in _EARLY_BUILD_TYPES:
        return legacy_github_identity(build)
    certified = github_identity(build)
    return certified if at >= _VISIBILITY_SINCE else claim(_VISIBILITY, None)(certified)


def default_build(build_type: BuildType) -> Build:
    """Return a build that provenance of that type can be about."""
    return {BuildType.GITLAB: GITLAB_BUILD, BuildType.DELEGATOR: DELEGATED_BUILD}.get(build_type, Build())


def _element(recipe: Recipe, era: Era) -> Json:
    """Return one element of the answer; beside the bundle, the registry repeats what the statement says."""
    statement = recipe.edit_statement(recipe.content) if isinstance(recipe.content, dict) else {}
    element = {"predicateType": statement.get("predicateType"), "bundle": mint(recipe)}
    return element | ({"signedAccessSignatureUrl": ""} if era in {Era.E2025, Era.REKOR_V2} else {})
