"""What is mutated: every real response, and a minted one of every kind that exists."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache, partial

from provcheck.attestation.artifact import Artifact
from provcheck.attestation.bundle import Bundle
from provcheck.attestation.verifier import Verifier
from provcheck.model import Dependency, Judgement, Signature
from provcheck.registry.npmrc import PUBLIC_REGISTRY
from provcheck.trust.embedded import read_embedded
from provcheck.trust.npm_keys import NpmKeys, parse_npm_keys
from provcheck.trust.root import TrustedRoot, parse_trusted_root
from support.corpus import CORPUS, corpus_facts, corpus_response
from support.judging import ANOTHER_PACKAGE, PACKAGE, judged, locked, npm_keys, trusted_root
from support.mint import (
    BUNDLE_V03_OLD_SPELLING,
    P384,
    REGISTRY,
    SIGSTORE,
    BuildType,
    Edit,
    Era,
    Package,
    Recipe,
    Stamp,
    both,
    change,
    ecdsa_key,
    response,
    witness,
)
from support.mint.edits import same
from support.mutate.documents import Mutation
from support.mutate.responses import Density, response_mutations


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A response that is verified, and with what."""

    response: bytes
    mutations: Callable[[], Iterator[Mutation]]
    """Yields every change of it."""
    dependency: Dependency
    verifier: Verifier
    registry: str

    def judge(self, response: bytes) -> Judgement:
        """Return the verdict if the registry had given this response."""
        return judged(response, self.dependency, verifier=self.verifier, registry=self.registry)


REAL = tuple(sorted(path.stem.replace("+", "/") for path in (CORPUS / "attestations").glob("*.json")))
"""The packages of the corpus; none if it is not there."""


def real_subject(spec: str) -> Subject:
    """Return the registry's real answer for ``name@version``, and Sigstore's production trust root."""
    name, _, version = spec.rpartition("@")
    integrity = corpus_facts()[spec]["integrity"]
    response, donor = corpus_response(spec), corpus_response(REAL[REAL.index(spec) - 1])
    return Subject(
        response=response,
        mutations=partial(response_mutations, response, donor, Density(certificate=10_000, text=128)),
        dependency=locked(Package(name=name, version=version, sha512=""), integrity=integrity),
        verifier=_production_verifier(),
        registry=PUBLIC_REGISTRY,
    )


class _RememberingVerifier(Verifier):
    """Verifies the same bundle once: of two attestations, most mutations leave one as it was."""

    def __init__(self, root: TrustedRoot, keys: NpmKeys) -> None:
        super().__init__(root, keys)
        self._remembered = lru_cache(maxsize=8)(super().verify)

    def verify(self, bundle: Bundle, artifact: Artifact | None = None) -> Signature:
        return self._remembered(bundle, artifact)


@cache
def _production_verifier() -> Verifier:
    root = parse_trusted_root(read_embedded().trusted_root)
    keys = parse_npm_keys((CORPUS / "npm-keys.json").read_bytes(), registry=PUBLIC_REGISTRY)
    return _RememberingVerifier(root, keys)


@cache
def _mint_verifier() -> Verifier:
    return _RememberingVerifier(trusted_root(), npm_keys())


def _kind(
    era: Era, build_type: BuildType | None = None, provenance: Edit[Recipe] = same, publish: Edit[Recipe] = same
) -> Callable[[Package], bytes]:
    return lambda package: response(package, era, build_type=build_type, provenance=provenance, publish=publish)


_COSIGNED = change(checkpoint_signers=(witness(), SIGSTORE.rekor.note_signer))
_STAMPED = change(stamps=(Stamp(authority=SIGSTORE.tsa, hash_name="sha384"),))
_P384 = change(leaf_key=ecdsa_key("P-384", P384))

MINTED = {
    "2023": _kind(Era.E2023),
    "2023-gha-v0-with-proof": _kind(Era.E2023, BuildType.GHA_V0, change(proof=True), change(proof=True)),
    "2024-delegator": _kind(Era.E2024, BuildType.DELEGATOR),
    "2025": _kind(Era.E2025),
    "2025-gitlab-old-spelling": _kind(Era.E2025, BuildType.GITLAB, change(media_type=BUNDLE_V03_OLD_SPELLING)),
    "2025-cosigned-p384": _kind(Era.E2025, None, both(_COSIGNED, _P384)),
    "2025-stamped": _kind(Era.E2025, None, _STAMPED),
    "2025-stamped-not-promised": _kind(Era.E2025, None, both(_STAMPED, change(promise=False))),
    "rekor-v2-p384": _kind(Era.REKOR_V2, None, _P384),
}
"""How to mint a response of each kind of bundle, log entry, predicate and key."""


def minted_subject(kind: str) -> Subject:
    """Return a minted response of the kind, and the mint's trust root."""
    make = MINTED[kind]
    answer = make(PACKAGE)
    density = Density(certificate=256, text=32)
    return mint_subject(answer, partial(response_mutations, answer, make(ANOTHER_PACKAGE), density))


def mint_subject(answer: bytes, mutations: Callable[[], Iterator[Mutation]]) -> Subject:
    """Return a response about the usual package, to be judged with the mint's trust root."""
    return Subject(
        response=answer,
        mutations=mutations,
        dependency=locked(),
        verifier=_mint_verifier(),
        registry=REGISTRY,
    )
