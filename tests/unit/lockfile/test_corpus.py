"""One real project, locked by npm 11 in three versions of the format: 941 packages in each."""

import json
import time
from typing import Any

import pytest

from provcheck.lockfile import parse_package_lock
from provcheck.model import Dependency, Lockfile, Source
from support.corpus import CORPUS, requires_corpus

LOCKFILES = CORPUS / "lockfiles"


def load(version: int, *, manifest: bool = True) -> Lockfile:
    data = (LOCKFILES / f"storefront.package-lock.v{version}.json").read_bytes()
    package: dict[str, Any] = json.loads((LOCKFILES / "storefront.package.json").read_bytes())
    return parse_package_lock(data, path="package-lock.json", manifest=package if manifest else None)


def by_spec(lockfile: Lockfile) -> dict[str, Dependency]:
    found = {dependency.spec: dependency for dependency in lockfile.dependencies}
    assert len(found) == len(lockfile.dependencies)
    return found


@requires_corpus
@pytest.mark.parametrize("version", [1, 2, 3])
def test_every_package_is_found_once(version: int) -> None:
    lockfile = load(version)

    assert lockfile.format == f"package-lock v{version}"
    assert len(by_spec(lockfile)) == 941
    assert sum(len(dependency.locations) for dependency in lockfile.dependencies) == 1072


@requires_corpus
@pytest.mark.parametrize("version", [2, 3])
def test_the_versions_agree_in_everything(version: int) -> None:
    """Nothing differs but the order: with the manifest, version 1 has all that we use, for this project.

    Its 24 entries with nothing but ``"optional": true`` are npm's placeholders for platform packages which are
    locked again at the top, where all versions have them.
    """
    old, new = by_spec(load(1)), by_spec(load(version))

    assert set(old) == set(new)
    for spec, dependency in new.items():
        other = old[spec]
        assert set(other.locations) == set(dependency.locations)
        assert (other.integrity, other.resolved) == (dependency.integrity, dependency.resolved)
        assert (other.source, other.bundled_by) == (dependency.source, dependency.bundled_by)
        assert other.scope == dependency.scope


@requires_corpus
def test_without_the_manifest_version_1_misses_what_others_require_as_well() -> None:
    with_manifest, without = by_spec(load(1)), by_spec(load(1, manifest=False))

    different = {spec for spec in with_manifest if with_manifest[spec].scope != without[spec].scope}
    assert different == {"tuf-js@1.0.0"}  # the project asks for it, and so does sigstore@1.0.0
    assert by_spec(load(3)) == by_spec(load(3, manifest=False))


@requires_corpus
def test_what_the_project_asks_for_is_direct() -> None:
    direct = {spec for spec, dependency in by_spec(load(3)).items() if dependency.scope.direct}

    assert direct == {
        "axios@1.7.9",
        "eslint@9.39.5",
        "express@4.22.3",
        "lodash@4.18.1",
        "nuxt@4.1.2",
        "sigstore@1.0.0",
        "sigstore@2.3.1",
        "tuf-js@1.0.0",
        "typescript@5.9.3",
        "vitest@3.2.7",
    }


@requires_corpus
def test_all_but_one_are_from_the_registry() -> None:
    others = [d for d in load(3).dependencies if d.source is not Source.REGISTRY]

    assert [(d.spec, d.source, d.bundled_by) for d in others] == [
        ("napi-wasm@1.1.0", Source.BUNDLED, "@parcel/watcher-wasm@2.6.0")
    ]


@requires_corpus
def test_an_alias_has_its_real_name() -> None:
    assert by_spec(load(1))["sigstore@1.0.0"].locations == ("node_modules/sigstore-v1",)


def test_ten_thousand_packages_take_about_a_second_at_most() -> None:
    packages: dict[str, Any] = {"": {"dependencies": {f"p{index}": "^1" for index in range(100)}}}
    for index in range(10_000):
        packages[f"node_modules/p{index}"] = {
            "version": "1.0.0",
            "resolved": f"https://registry.example/p{index}/-/p{index}-1.0.0.tgz",
            "integrity": f"sha512-{index:086d}==",
            "dependencies": {f"p{(index * 7 + step) % 10_000}": "^1" for step in range(6)},
        }
    data = json.dumps({"lockfileVersion": 3, "packages": packages}).encode()

    start = time.process_time()
    lockfile = parse_package_lock(data, path="package-lock.json")
    assert time.process_time() - start < 5  # half a second; generous for a busy machine, not for a quadratic parser
    assert len(lockfile.dependencies) == 10_000
