"""Judging with the mint's trust material: what every test of the verifier does."""

import json
from functools import cache

from provcheck.attestation.artifact import Artifact
from provcheck.attestation.bundle import parse_bundle
from provcheck.attestation.verifier import Verifier
from provcheck.judge import judge
from provcheck.model import (
    Dependency,
    DistEvidence,
    Judgement,
    Scope,
    Served,
    Signature,
    Source,
)
from provcheck.trust.npm_keys import NpmKeys, parse_npm_keys
from provcheck.trust.root import TrustedRoot, parse_trusted_root
from support.mint import REGISTRY, SIGSTORE, Json, Package, Recipe, mint
from support.mint.crypto import sha256

PACKAGE = Package.of("@octo/widget", "1.2.3", b"the tarball of @octo/widget@1.2.3")
"""What attestations are about where a test does not care."""
ANOTHER_PACKAGE = Package.of("gadget", "4.5.6", b"the tarball of gadget@4.5.6")


@cache
def trusted_root() -> TrustedRoot:
    """Return the mint's trusted root, parsed."""
    return parse_trusted_root(SIGSTORE.trusted_root())


@cache
def npm_keys() -> NpmKeys:
    """Return the mint's registry keys, parsed."""
    return parse_npm_keys(SIGSTORE.npm_keys(), registry=REGISTRY)


@cache
def trusting_verifier() -> Verifier:
    """Return a verifier that trusts the mint."""
    return Verifier(trusted_root(), npm_keys())


def verify(bundle: Json) -> Signature:
    """Return what the product finds in a bundle when it trusts the mint."""
    return trusting_verifier().verify(parse_bundle(bundle))


def verify_minted(recipe: Recipe) -> Signature:
    """Return what the product finds in the bundle of a recipe, for an artifact if that is what is signed."""
    content = recipe.content
    artifact = Artifact(digests={"sha256": sha256(content)}) if isinstance(content, bytes) else None
    return trusting_verifier().verify(parse_bundle(mint(recipe)), artifact)


def locked(
    package: Package = PACKAGE, *, integrity: str | None = PACKAGE.integrity, resolved: str | None = None
) -> Dependency:
    """Return a lockfile's entry for the package."""
    return Dependency(
        name=package.name,
        version=package.version,
        integrity=integrity,
        resolved=resolved,
        source=Source.REGISTRY,
        scope=Scope(),
        locations=(f"node_modules/{package.name}",),
        lockfile="package-lock.json",
    )


def judged(
    response: bytes,
    dependency: Dependency | None = None,
    dist: DistEvidence | None = None,
    *,
    verifier: Verifier | None = None,
    registry: str = REGISTRY,
) -> Judgement:
    """Return the verdict on a dependency (by default the usual package) for which the registry gave that answer."""
    return judge(
        dependency or locked(),
        Served(body=response),
        dist,
        verifier=verifier or trusting_verifier(),
        registries=(registry,),
    )


def codes(judgement: Judgement) -> list[str]:
    """Return the codes of all reasons, sorted."""
    return sorted(str(reason.code) for reason in judgement.reasons)


def bundles(response: bytes) -> list[Json]:
    """Return the bundles in a registry's answer."""
    return [item["bundle"] for item in json.loads(response)["attestations"]]
