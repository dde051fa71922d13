"""Lockfiles for tests, with no more in them than a test is about."""

import json
from collections.abc import Mapping

from provcheck.jsonio import JsonObject, JsonValue
from provcheck.lockfile import parse_package_lock
from provcheck.model import Dependency, Lockfile

SHA512 = f"sha512-{'A' * 86}=="
OTHER_SHA512 = f"sha512-{'B' * 85}A=="


def packages_lock(
    packages: Mapping[str, JsonValue], *, root: JsonObject | None = None, version: JsonValue = 3
) -> bytes:
    """Return a lockfile with a ``packages`` section; ``root`` is the project's own entry."""
    entries = {"": root if root is not None else {}, **packages}
    return json.dumps({"lockfileVersion": version, "packages": entries}).encode()


def dependencies_lock(dependencies: JsonObject) -> bytes:
    """Return a version 1 lockfile."""
    return json.dumps({"lockfileVersion": 1, "requires": True, "dependencies": dependencies}).encode()


def parse(data: bytes, manifest: JsonObject | None = None) -> Lockfile:
    """Return the parsed lockfile."""
    return parse_package_lock(data, path="package-lock.json", manifest=manifest)


def by_location(lockfile: Lockfile) -> dict[str, Dependency]:
    """Return the dependency at each location; a location belongs to one dependency only."""
    found: dict[str, Dependency] = {}
    for dependency in lockfile.dependencies:
        for location in dependency.locations:
            assert location not in found
            found[location] = dependency
    return found


def locked(
    packages: Mapping[str, JsonValue], *, root: JsonObject | None = None, manifest: JsonObject | None = None
) -> dict[str, Dependency]:
    """Return the dependency at each location of a version 3 lockfile."""
    return by_location(parse(packages_lock(packages, root=root), manifest))


def locked_v1(dependencies: JsonObject, manifest: JsonObject | None = None) -> dict[str, Dependency]:
    """Return the dependency at each location of a version 1 lockfile."""
    return by_location(parse(dependencies_lock(dependencies), manifest))
