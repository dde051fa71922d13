"""Versions 2 to 4: what the ``packages`` section says."""

import json

import pytest

from provcheck.jsonio import JsonObject
from provcheck.lockfile import parse_package_lock
from provcheck.model import Scope, Source
from support.lockfiles import SHA512, by_location, locked, packages_lock, parse


@pytest.mark.parametrize("version", [2, 3, 4])
def test_each_version_is_read_alike(version: int) -> None:
    lockfile = parse(packages_lock({"node_modules/a": {"version": "1.0.0", "integrity": SHA512}}, version=version))

    assert lockfile.format == f"package-lock v{version}"
    assert [dependency.spec for dependency in lockfile.dependencies] == ["a@1.0.0"]


def test_a_shrinkwrap_is_named_so() -> None:
    lockfile = parse_package_lock(packages_lock({}), path="project/npm-shrinkwrap.json")

    assert (lockfile.path, lockfile.format) == ("project/npm-shrinkwrap.json", "npm-shrinkwrap v3")
    assert lockfile.dependencies == ()


def test_version_2_is_read_by_its_packages_alone() -> None:
    data = {
        "lockfileVersion": 2,
        "packages": {"node_modules/a": {"version": "1.0.0"}},
        "dependencies": {"a": {"version": "2.0.0"}, "b": "not even an object"},
    }

    assert [dependency.spec for dependency in parse(json.dumps(data).encode()).dependencies] == ["a@1.0.0"]


def test_every_field_of_an_entry() -> None:
    entry: JsonObject = {
        "version": "1.0.0-rc.1+build",
        "resolved": "https://registry.example/@s/a/-/a-1.0.0.tgz",
        "integrity": f"sha1-AAAA {SHA512}",
        "dev": True,
        "optional": True,
        "peer": True,
        "license": {"type": "MIT"},
        "engines": ["node >= 0.4"],
    }
    (dependency,) = parse(packages_lock({"node_modules/@s/a": entry})).dependencies

    assert dependency.name == "@s/a"
    assert dependency.version == entry["version"]
    assert dependency.resolved == entry["resolved"]
    assert dependency.integrity == entry["integrity"]
    assert dependency.scope == Scope(dev=True, optional=True, peer=True)
    assert dependency.locations == ("node_modules/@s/a",)
    assert dependency.lockfile == "package-lock.json"


@pytest.mark.parametrize("field", ["integrity", "resolved", "name"])
def test_an_empty_string_is_the_same_as_none(field: str) -> None:
    dependency = locked({"node_modules/a": {"version": "1.0.0", field: ""}})["node_modules/a"]

    assert (dependency.name, dependency.integrity, dependency.resolved) == ("a", None, None)


def test_resolved_may_be_false() -> None:
    assert locked({"node_modules/a": {"version": "1.0.0", "resolved": False}})["node_modules/a"].resolved is None


@pytest.mark.parametrize("entry", [{"optional": True}, {"optional": True, "dev": True, "peer": True}])
def test_placeholders_are_not_packages(entry: JsonObject) -> None:
    assert locked({"node_modules/a": entry}) == {}


def test_extraneous_entries_count() -> None:
    dependency = locked({"node_modules/a": {"version": "1.0.0", "extraneous": True}})["node_modules/a"]

    assert (dependency.source, dependency.scope) == (Source.REGISTRY, Scope())


def test_without_the_projects_entry_direct_is_what_nobody_asks_for() -> None:
    data = {
        "lockfileVersion": 3,
        "packages": {
            "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "1"}},
            "node_modules/b": {"version": "1.0.0"},
            "node_modules/c": {"version": "1.0.0", "extraneous": True},
        },
    }
    dependencies = by_location(parse(json.dumps(data).encode()))

    assert [location for location in dependencies if dependencies[location].scope.direct] == ["node_modules/a"]


@pytest.mark.parametrize("section", ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"])
def test_what_the_project_or_a_workspace_asks_for_is_direct(section: str) -> None:
    packages: JsonObject = {
        "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "1"}, "devDependencies": {"d": "1"}},
        "node_modules/b": {"version": "1.0.0"},
        "node_modules/c": {"version": "1.0.0"},
        "node_modules/d": {"version": "1.0.0"},
        "node_modules/w": {"resolved": "packages/w", "link": True},
        "packages/w": {section: {"c": "1", "d": "2"}},
        "packages/w/node_modules/d": {"version": "2.0.0"},
    }
    dependencies = locked(packages, root={section: {"a": "1"}})

    direct = {location for location, dependency in dependencies.items() if dependency.scope.direct}
    assert direct == {"node_modules/a", "node_modules/c", "packages/w/node_modules/d"}


def test_the_manifest_says_what_is_direct() -> None:
    packages: JsonObject = {"node_modules/a": {"version": "1.0.0"}, "node_modules/b": {"version": "1.0.0"}}
    dependencies = locked(packages, root={"dependencies": {"a": "1"}}, manifest={"dependencies": {"b": "1"}})

    assert not dependencies["node_modules/a"].scope.direct
    assert dependencies["node_modules/b"].scope.direct


def test_what_a_folder_outside_of_the_project_asks_for_is_not_direct() -> None:
    packages: JsonObject = {
        "../x": {"dependencies": {"a": "1", "b": "1"}},
        "../x/node_modules/a": {"version": "1.0.0"},
        "../node_modules/b": {"version": "1.0.0"},
        "node_modules/a": {"version": "2.0.0"},
        "node_modules/b": {"version": "2.0.0"},
        "D:/x": {"dependencies": {"a": "1"}},
    }

    assert not [d for d in locked(packages).values() if d.scope.direct]


def test_a_folder_that_a_package_carries_is_local() -> None:
    packages: JsonObject = {
        "node_modules/a": {"version": "1.0.0"},
        "node_modules/a/lib/inner": {"version": "0.0.1"},
    }
    dependency = locked(packages)["node_modules/a/lib/inner"]

    assert (dependency.spec, dependency.source) == ("inner@0.0.1", Source.LINK)
