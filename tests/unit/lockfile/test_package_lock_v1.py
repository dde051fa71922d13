"""Version 1 and older: what the ``dependencies`` section says."""

import json
from typing import ClassVar

import pytest

from provcheck.jsonio import JsonObject
from provcheck.model import Scope, Source
from support.lockfiles import SHA512, by_location, locked_v1, parse

A = "node_modules/a"
GIT_URL = "git+ssh://git@host.example/user/a.git#0123456789012345678901234567890123456789"


@pytest.mark.parametrize("head", [{"lockfileVersion": 1}, {"name": "project", "version": "1.0.0"}])
def test_lockfiles_of_old_versions(head: JsonObject) -> None:
    lockfile = parse(json.dumps({**head, "dependencies": {"a": {"version": "1.0.0"}}}).encode())

    assert lockfile.format == "package-lock v1"
    assert [dependency.spec for dependency in lockfile.dependencies] == ["a@1.0.0"]


def test_a_project_without_dependencies() -> None:
    assert parse(b'{"lockfileVersion": 1}').dependencies == ()


def test_nested_entries_are_where_newer_lockfiles_have_them() -> None:
    nested: JsonObject = {"@s/b": {"version": "2.0.0", "dependencies": {"c": {"version": "3.0.0"}}}}
    dependencies = locked_v1({"a": {"version": "1.0.0", "dependencies": nested}, "d": {"version": "4.0.0"}})

    assert {location: dependency.spec for location, dependency in dependencies.items()} == {
        "node_modules/a": "a@1.0.0",
        "node_modules/a/node_modules/@s/b": "@s/b@2.0.0",
        "node_modules/a/node_modules/@s/b/node_modules/c": "c@3.0.0",
        "node_modules/d": "d@4.0.0",
    }


def test_every_field_of_an_entry() -> None:
    entry: JsonObject = {
        "version": "1.0.0",
        "resolved": "https://registry.example/a/-/a-1.0.0.tgz",
        "integrity": SHA512,
        "dev": True,
        "optional": True,
        "peer": True,
        "requires": True,
    }
    dependency = locked_v1({"a": entry}, manifest={})[A]

    assert (dependency.name, dependency.version) == ("a", "1.0.0")
    assert (dependency.resolved, dependency.integrity) == (entry["resolved"], SHA512)
    assert dependency.scope == Scope(dev=True, optional=True, peer=True)


@pytest.mark.parametrize("version", ["npm:@s/real@1.0.0", "NPM:@s/real@1.0.0"])
def test_an_alias(version: str) -> None:
    dependency = locked_v1({"a": {"version": version, "integrity": SHA512}})[A]

    assert (dependency.spec, dependency.source) == ("@s/real@1.0.0", Source.REGISTRY)


def test_placeholders_are_not_packages_but_what_is_nested_in_them_is() -> None:
    dependencies = locked_v1({"a": {"optional": True, "dependencies": {"b": {"version": "1.0.0"}}}})

    assert list(dependencies) == ["node_modules/a/node_modules/b"]


class TestAddresses:
    def test_git(self) -> None:
        entry: JsonObject = {"version": GIT_URL, "from": "a@github:user/a"}
        dependency = locked_v1({"a": entry}, manifest={"dependencies": {"a": "user/a"}})[A]

        assert (dependency.spec, dependency.source, dependency.resolved) == ("a", Source.GIT, GIT_URL)

    @pytest.mark.parametrize(
        ("address", "source"),
        [("https://host.example/a-1.0.0.tgz", Source.TARBALL_URL), ("file:vendor/a-1.0.0.tgz", Source.FILE)],
    )
    def test_tarballs(self, address: str, source: Source) -> None:
        entry: JsonObject = {"version": address, "integrity": SHA512}
        dependency = locked_v1({"a": entry}, manifest={"dependencies": {"a": address}})[A]

        assert (dependency.spec, dependency.source) == ("a@1.0.0", source)
        assert (dependency.resolved, dependency.integrity) == (address, SHA512)

    def test_a_tarball_that_was_not_asked_for_is_a_package_of_the_registry(self) -> None:
        address = "https://evil.example/x/-/x-1.0.0.tgz"
        dependency = locked_v1({"a": {"version": address}}, manifest={"dependencies": {"a": "^1"}})[A]

        assert (dependency.spec, dependency.source) == ("a@1.0.0", Source.REGISTRY)
        assert dependency.resolved == address

    @pytest.mark.parametrize(
        ("address", "source"),
        [(GIT_URL, Source.GIT), ("https://evil.example/a.tgz", Source.TARBALL_URL), ("file:a.tgz", Source.FILE)],
    )
    def test_an_address_without_a_version_stays_what_it_is(self, address: str, source: Source) -> None:
        dependency = locked_v1({"a": {"version": address}}, manifest={"dependencies": {"a": "^1"}})[A]

        assert (dependency.spec, dependency.source) == ("a", source)

    @pytest.mark.parametrize(
        ("address", "source"),
        [
            ("https://registry.example/a/-/a-1.0.0.tgz", Source.REGISTRY),
            ("https://host.example/a-1.0.0.tgz", Source.TARBALL_URL),
        ],
    )
    def test_an_address_that_nobody_is_known_to_ask_for(self, address: str, source: Source) -> None:
        assert locked_v1({"a": {"version": address}})[A].source is source

    def test_a_version_says_that_a_version_was_asked_for(self) -> None:
        dependency = locked_v1({"a": {"version": "1.0.0", "resolved": "https://evil.example/a.tgz"}})[A]

        assert dependency.source is Source.REGISTRY

    def test_who_requires_a_package_asks_for_it(self) -> None:
        dependencies = locked_v1(
            {
                "a": {"version": GIT_URL},
                "b": {"version": "1.0.0", "requires": {"a": GIT_URL, "c": "^1"}},
                "c": {"version": "https://evil.example/c-1.0.0.tgz"},
            }
        )

        assert dependencies[A].source is Source.GIT
        assert dependencies["node_modules/c"].source is Source.REGISTRY


class TestAncient:
    """npm 4 and older wrote what was asked for in ``from``, and no integrity."""

    @pytest.mark.parametrize(
        ("origin", "resolved", "source"),
        [
            ("a@>=1.0.0 <2.0.0", "https://registry.example/a/-/a-1.0.0.tgz", Source.REGISTRY),
            ("a@^1.0.0", "https://evil.example/a.tgz", Source.REGISTRY),
            ("a", "https://evil.example/a.tgz", Source.REGISTRY),
            ("a@https://host.example/a.tgz", "https://host.example/a.tgz", Source.TARBALL_URL),
            ("https://host.example/a.tgz", "https://host.example/a.tgz", Source.TARBALL_URL),
            ("git+ssh://git@host.example/user/a.git", GIT_URL, Source.GIT),
            ("user/a", GIT_URL, Source.GIT),
        ],
    )
    def test_from(self, origin: str, resolved: str, source: Source) -> None:
        data = {"dependencies": {"a": {"version": "1.0.0", "from": origin, "resolved": resolved}}}
        dependency = by_location(parse(json.dumps(data).encode()))[A]

        assert (dependency.spec, dependency.source, dependency.resolved) == ("a@1.0.0", source, resolved)

    def test_without_a_version(self) -> None:
        data = {"dependencies": {"a": {"from": "a@^1", "resolved": "https://registry.example/a/-/a-1.0.0.tgz"}}}

        assert by_location(parse(json.dumps(data).encode()))[A].spec == "a@1.0.0"


class TestLinks:
    def test_a_workspace(self) -> None:
        nested: JsonObject = {"b": {"version": "2.0.0"}}
        entry: JsonObject = {"version": "file:packages/w", "requires": {"b": "2", "c": "1"}, "dependencies": nested}
        dependencies = locked_v1({"@s/w": entry, "c": {"version": "1.0.0"}})
        workspace = dependencies["packages/w"]

        assert (workspace.spec, workspace.source) == ("@s/w", Source.WORKSPACE)
        assert workspace.locations == ("node_modules/@s/w", "packages/w")
        assert dependencies["packages/w/node_modules/b"].scope.direct
        assert dependencies["node_modules/c"].scope.direct

    @pytest.mark.parametrize("version", ["file:../x", "../x", "file:/abs/x"])
    def test_a_folder_outside_of_the_project(self, version: str) -> None:
        dependency = locked_v1({"a": {"version": version}}, manifest={"dependencies": {"a": version}})[A]

        assert (dependency.spec, dependency.source, dependency.resolved) == ("a", Source.LINK, version)

    def test_the_project_itself(self) -> None:
        dependency = locked_v1({"self": {"version": "file:."}})["node_modules/self"]

        assert (dependency.spec, dependency.source) == ("self", Source.WORKSPACE)

    def test_two_links_to_one_folder(self) -> None:
        link: JsonObject = {"version": "file:x", "requires": {"c": "1"}}
        nested: JsonObject = {"version": "1.0.0", "dependencies": {"x": link}}
        dependencies = locked_v1({"a": nested, "x": link, "c": {"version": "1.0.0"}})

        assert dependencies["x"].locations == ("node_modules/a/node_modules/x", "x", "node_modules/x")


class TestDirect:
    DEPENDENCIES: ClassVar[JsonObject] = {
        "a": {"version": "1.0.0", "requires": {"b": "^1"}},
        "b": {"version": "1.0.0"},
        "c": {"version": "1.0.0", "extraneous": True},
        "d": {"version": "1.0.0", "dependencies": {"e": {"version": "1.0.0"}}},
    }

    def test_the_manifest_says_what_is_direct(self) -> None:
        dependencies = locked_v1(self.DEPENDENCIES, manifest={"dependencies": {"b": "^1"}})

        assert [location for location in dependencies if dependencies[location].scope.direct] == ["node_modules/b"]

    def test_without_a_manifest_it_is_what_nobody_requires(self) -> None:
        dependencies = locked_v1(self.DEPENDENCIES)

        direct = [location for location in dependencies if dependencies[location].scope.direct]
        assert direct == ["node_modules/a", "node_modules/d"]
