"""Lockfiles that npm 11 wrote for small projects (``data``), and what they say in each version.

``workspaces`` has workspaces, an alias, a folder inside and one outside of the project, a local tarball, optional and
peer dependencies; ``bundled`` has a local tarball that carries a package which carries another, and a bundle of the
project's own. Made by ``npm install --lockfile-version N``; the registry's address was replaced.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from provcheck.lockfile import parse_package_lock
from provcheck.model import Dependency, Source
from support.lockfiles import by_location

DATA = Path(__file__).parent / "data"


def load(project: str, version: int) -> dict[str, Dependency]:
    manifest: dict[str, Any] = json.loads((DATA / f"{project}.package.json").read_bytes())
    data = (DATA / f"{project}.package-lock.v{version}.json").read_bytes()
    return by_location(parse_package_lock(data, path="package-lock.json", manifest=manifest))


def summary(dependency: Dependency) -> tuple[str, Source, str]:
    flags = {name for name in ("dev", "optional", "peer", "direct") if getattr(dependency.scope, name)}
    return dependency.spec, dependency.source, " ".join(sorted(flags))


def test_workspaces() -> None:
    dependencies = load("workspaces", 3)

    assert {location: summary(dependency) for location, dependency in dependencies.items()} == {
        "../outside": ("outside-pkg@0.2.0", Source.LINK, "direct"),
        "node_modules/outside": ("outside-pkg@0.2.0", Source.LINK, "direct"),
        "node_modules/@scope/b": ("@scope/b@1.2.0", Source.WORKSPACE, "direct"),
        "packages/b": ("@scope/b@1.2.0", Source.WORKSPACE, "direct"),
        "node_modules/a": ("a@1.1.0", Source.WORKSPACE, ""),
        "packages/a": ("a@1.1.0", Source.WORKSPACE, ""),
        "packages/a/node_modules/ms": ("ms@2.1.1", Source.REGISTRY, "direct"),
        "node_modules/alias-ms": ("ms@2.0.0", Source.REGISTRY, "direct"),
        "node_modules/debug": ("debug@4.4.3", Source.REGISTRY, "direct peer"),
        "node_modules/fsevents": ("fsevents@2.3.3", Source.REGISTRY, "direct optional"),
        "node_modules/is-number": ("is-number@7.0.0", Source.REGISTRY, "dev direct"),
        "node_modules/is-odd": ("is-odd@3.0.1", Source.REGISTRY, "direct"),
        "node_modules/is-odd/node_modules/is-number": ("is-number@6.0.0", Source.REGISTRY, ""),
        "node_modules/local": ("local@0.1.0", Source.WORKSPACE, "direct"),
        "vendor/local": ("local@0.1.0", Source.WORKSPACE, "direct"),
        "vendor/local/node_modules/is-number": ("is-number@5.0.0", Source.REGISTRY, "direct"),
        "node_modules/ms": ("ms@2.1.3", Source.REGISTRY, "direct"),
        "node_modules/tar": ("tarred@1.2.3", Source.FILE, "direct"),
    }


def test_bundled() -> None:
    dependencies = load("bundled", 3)
    carried = "node_modules/carrier/node_modules/ms"

    assert {location: summary(dependency) for location, dependency in dependencies.items()} == {
        "node_modules/carrier": ("carrier@3.0.0", Source.FILE, "direct"),
        carried: ("ms@2.0.0", Source.BUNDLED, ""),
        f"{carried}/node_modules/inner": ("inner@1.0.0", Source.BUNDLED, ""),
        "node_modules/debug": ("debug@2.6.9", Source.REGISTRY, "direct"),
        "node_modules/is-number": ("is-number@6.0.0", Source.REGISTRY, ""),
        "node_modules/is-odd": ("is-odd@3.0.1", Source.REGISTRY, ""),
        "node_modules/ms": ("ms@2.0.0", Source.REGISTRY, ""),
        "node_modules/tslib": ("tslib@2.0.0", Source.REGISTRY, "direct"),
    }
    assert dependencies[f"{carried}/node_modules/inner"].bundled_by == "carrier@3.0.0"


@pytest.mark.parametrize("project", ["workspaces", "bundled"])
def test_version_1_differs_only_in_what_it_does_not_record(project: str) -> None:
    old, new = load(project, 1), load(project, 3)

    assert set(old) == set(new)
    for location, dependency in new.items():
        assert old[location].source is dependency.source
        assert old[location].scope == dependency.scope
        assert old[location].integrity == dependency.integrity
        assert old[location].bundled_by == dependency.bundled_by
    different = {location for location in new if old[location].spec != new[location].spec}
    local = {location for location in new if new[location].source in (Source.WORKSPACE, Source.LINK)}
    # Neither names nor versions of local packages, unless the version is in the tarball's name under the same name.
    assert different == local | ({"node_modules/tar"} if project == "workspaces" else set())
