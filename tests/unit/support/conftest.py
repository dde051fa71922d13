"""Two verifiers that trust the mint's Sigstore: other people's, and the one under development here."""

import pytest
from sigstore.models import TrustedRoot
from sigstore.verify import Verifier
from sigstore_models.trustroot import v1 as trustroot_v1

from provcheck.attestation.verifier import Verifier as OwnVerifier
from provcheck.trust.npm_keys import parse_npm_keys
from provcheck.trust.root import parse_trusted_root
from support.mint import REGISTRY, SIGSTORE


@pytest.fixture(scope="session")
def oracle() -> Verifier:
    return Verifier(trusted_root=TrustedRoot(trustroot_v1.TrustedRoot.from_json(SIGSTORE.trusted_root())))


@pytest.fixture(scope="session")
def own() -> OwnVerifier:
    return OwnVerifier(
        parse_trusted_root(SIGSTORE.trusted_root()), parse_npm_keys(SIGSTORE.npm_keys(), registry=REGISTRY)
    )
