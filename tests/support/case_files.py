"""Reading the cases in `fixtures/cases/`, as any other verifier would have to."""

import json
from dataclasses import dataclass
from pathlib import Path

from provcheck.attestation.verifier import Verifier
from provcheck.codes import Code
from provcheck.model import DistClaims, DistEvidence, Judgement, Unavailable
from provcheck.trust.npm_keys import parse_npm_keys
from provcheck.trust.root import parse_trusted_root
from support.judging import judged, locked
from support.make_cases import FOLDER
from support.mint import Json, Package


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCase:
    """A case as it is stored."""

    response: bytes
    description: Json

    def judge(self, verifier: Verifier) -> Judgement:
        """Return Provcheck's verdict."""
        about, lockfile = self.description, self.description["lockfile"]
        package = Package(name=about["package"], version=about["version"], sha512="")
        dependency = locked(package, integrity=lockfile.get("integrity"), resolved=lockfile.get("resolved"))
        return judged(self.response, dependency, self._dist(), verifier=verifier, registry=about["registry"])

    def _dist(self) -> DistEvidence | None:
        dist = self.description.get("dist")
        if dist is None:
            return None
        if "error" in dist:
            return Unavailable(code=Code(dist["error"]), message="the registry does not answer")
        return DistClaims(**dist, has_attestations=True)


def read_case(folder: Path) -> StoredCase:
    """Return the case in ``folder``."""
    description = json.loads((folder / "case.json").read_bytes())
    return StoredCase(response=(folder / "response.json").read_bytes(), description=description)


def stored_verifier(registry: str) -> Verifier:
    """Return a verifier with the trust material that is stored with the cases."""
    root = parse_trusted_root((FOLDER / "trusted_root.json").read_bytes())
    keys = parse_npm_keys((FOLDER / "npm-keys.json").read_bytes(), registry=registry)
    return Verifier(root, keys)
