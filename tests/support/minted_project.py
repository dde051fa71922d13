"""A small project whose packages are minted: some attested, each in another way, and some not."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from provcheck.registry.npmrc import PUBLIC_REGISTRY
from support.loopback import Loopback
from support.mint import GITLAB_BUILD, SIGSTORE, BuildType, Era, Json, Package, response


def _package(name: str, version: str) -> Package:
    return Package.of(name, version, f"the tarball of {name}@{version}".encode())


WIDGET = _package("@octo/widget", "1.2.3")
LEVER = _package("lever", "4.5.6")
"""In the middle of the lockfile; the one to which things happen."""

_ATTESTED: Mapping[Package, dict[str, Any]] = {
    WIDGET: {"era": Era.E2025},
    _package("gadget", "4.5.6"): {"era": Era.REKOR_V2},
    LEVER: {"era": Era.E2024},
    _package("gizmo", "0.9.0"): {"era": Era.E2023},
    _package("pulley", "2.0.0"): {"era": Era.E2025, "build": GITLAB_BUILD, "build_type": BuildType.GITLAB},
}
_PLAIN = (_package("crank", "3.0.1"), _package("@octo/cog", "1.0.0"), _package("spring", "1.3.0"))

PACKAGES = tuple(sorted((*_ATTESTED, *_PLAIN), key=lambda package: package.name))
VERIFIED = frozenset(f"{package.name}@{package.version}" for package in _ATTESTED)
"""What verifies, by ``name@version``; the others are absent."""


@cache
def attestations(package: Package) -> bytes | None:
    """Return the right answer about a package of the project; ``None``: there is none."""
    return response(package, registry=PUBLIC_REGISTRY, **_ATTESTED[package]) if package in _ATTESTED else None


def publish(registry: Loopback) -> None:
    """Make ``registry`` serve the packages of the project."""
    for package in PACKAGES:
        registry.publish(package.name, package.version, integrity=package.integrity, attestations=attestations(package))


def write_project(folder: Path, packages: tuple[Package, ...] = PACKAGES) -> Path:
    """Write a lockfile with the packages, and return it."""
    locked: Json = {
        f"node_modules/{package.name}": {
            "version": package.version,
            "resolved": _tarball(package),
            "integrity": package.integrity,
        }
        for package in packages
    }
    root = {"name": "project", "version": "1.0.0"}
    document = {**root, "lockfileVersion": 3, "packages": {"": root, **locked}}
    folder.mkdir(parents=True, exist_ok=True)
    lockfile = folder / "package-lock.json"
    lockfile.write_text(json.dumps(document, indent=2), encoding="utf-8")
    return lockfile


def _tarball(package: Package) -> str:
    base_name = package.name.rpartition("/")[2]
    return f"https://registry.example/{package.name}/-/{base_name}-{package.version}.tgz"


def minted_trust(folder: Path) -> list[str]:
    """Return options that make a run trust the mint, and nobody else."""
    trusted_root, npm_keys = folder / "trusted_root.json", folder / "npm-keys.json"
    trusted_root.write_bytes(SIGSTORE.trusted_root())
    npm_keys.write_bytes(SIGSTORE.npm_keys())
    return ["--trusted-root", str(trusted_root), "--npm-keys", str(npm_keys)]
