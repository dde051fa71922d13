"""One dependency for all places of the same package with the same bytes."""

import pytest

from provcheck.jsonio import JsonObject
from provcheck.model import Scope
from support.lockfiles import OTHER_SHA512, SHA512, locked, packages_lock, parse

A = "node_modules/a"
NESTED = "node_modules/b/node_modules/a"


def twice(first: JsonObject, second: JsonObject) -> list[tuple[str, ...]]:
    """Return the locations of each dependency when ``a@1.0.0`` is at two places."""
    packages: JsonObject = {A: {"version": "1.0.0", **first}, NESTED: {"version": "1.0.0", **second}}
    return [dependency.locations for dependency in parse(packages_lock(packages)).dependencies]


def test_the_same_package_at_two_places_is_one_dependency() -> None:
    assert twice({"integrity": SHA512}, {"integrity": SHA512}) == [(A, NESTED)]


@pytest.mark.parametrize("other", [OTHER_SHA512, None, f"{SHA512} {OTHER_SHA512}"])
def test_other_bytes_are_another_dependency(other: str | None) -> None:
    assert twice({"integrity": SHA512}, {"integrity": other or ""}) == [(A,), (NESTED,)]


def test_several_versions_are_several_dependencies() -> None:
    assert twice({}, {"version": "2.0.0"}) == [(A,), (NESTED,)]


def test_a_hash_says_which_bytes_so_the_address_does_not_matter() -> None:
    first: JsonObject = {"integrity": SHA512, "resolved": "https://registry.example/a/-/a-1.0.0.tgz"}
    second: JsonObject = {"integrity": SHA512, "resolved": "https://mirror.example/a/-/a-1.0.0.tgz"}

    assert twice(first, second) == [(A, NESTED)]
    assert (
        locked({A: {"version": "1.0.0", **first}, NESTED: {"version": "1.0.0", **second}})[NESTED].resolved
        == (first["resolved"])
    )


@pytest.mark.parametrize("integrity", ["", "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="])
def test_without_a_strong_hash_another_address_is_not_merged_away(integrity: str) -> None:
    registry = "https://registry.example/a/-/a-1.0.0.tgz"
    evil = "https://evil.example/a/-/a-1.0.0.tgz"

    assert twice({"integrity": integrity, "resolved": registry}, {"integrity": integrity, "resolved": evil}) == [
        (A,),
        (NESTED,),
    ]
    assert twice({"integrity": integrity}, {"integrity": integrity, "resolved": evil}) == [(A,), (NESTED,)]
    assert twice({"integrity": integrity, "resolved": evil}, {"integrity": integrity, "resolved": evil}) == [
        (A, NESTED)
    ]


def test_two_commits_of_one_git_repository_are_two_dependencies() -> None:
    root: JsonObject = {"dependencies": {"a": "user/a"}}
    packages: JsonObject = {
        A: {"version": "1.0.0", "resolved": f"git+ssh://git@host.example/user/a.git#{'0' * 40}"},
        "node_modules/b": {"version": "1.0.0", "dependencies": {"a": "user/a#dev"}},
        NESTED: {"version": "1.0.0", "resolved": f"git+ssh://git@host.example/user/a.git#{'1' * 40}"},
    }
    dependencies = locked(packages, root=root)

    assert dependencies[A] != dependencies[NESTED]


def test_the_same_package_in_two_tarballs_is_two_dependencies() -> None:
    packages: JsonObject = {}
    for name in ("x", "y"):
        packages[f"node_modules/{name}"] = {"version": "1.0.0", "bundleDependencies": ["a"]}
        packages[f"node_modules/{name}/node_modules/a"] = {"version": "1.0.0", "inBundle": True}
    dependencies = locked(packages)

    assert dependencies["node_modules/x/node_modules/a"].bundled_by == "x@1.0.0"
    assert dependencies["node_modules/y/node_modules/a"].bundled_by == "y@1.0.0"


def test_dependencies_are_in_the_order_of_the_lockfile() -> None:
    packages: JsonObject = {f"node_modules/{name}": {"version": "1.0.0"} for name in ("c", "a", "b")}
    packages["node_modules/b/node_modules/c"] = {"version": "1.0.0"}

    dependencies = parse(packages_lock(packages)).dependencies
    assert [dependency.name for dependency in dependencies] == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("first", "second", "scope"),
    [
        ({"dev": True}, {"dev": True}, Scope(dev=True)),
        ({"dev": True}, {}, Scope()),
        ({"optional": True}, {"optional": True}, Scope(optional=True)),
        ({"optional": True}, {}, Scope()),
        ({"peer": True}, {"peer": True, "dev": True}, Scope(peer=True)),
        ({"devOptional": True}, {"devOptional": True}, Scope(dev_optional=True)),
        ({"devOptional": True}, {"dev": True}, Scope(dev_optional=True)),
        ({"devOptional": True}, {"optional": True}, Scope(dev_optional=True)),
        ({"dev": True}, {"optional": True}, Scope(dev_optional=True)),
        ({"dev": True, "optional": True}, {"dev": True}, Scope(dev=True)),
        ({"devOptional": True}, {}, Scope()),
        ({"devOptional": True}, {"peer": True}, Scope()),
    ],
)
def test_a_package_is_needed_for_all_the_reasons_of_its_places(
    first: JsonObject, second: JsonObject, scope: Scope
) -> None:
    for entries in ((first, second), (second, first)):
        packages: JsonObject = {
            A: {"version": "1.0.0", **entries[0]},
            NESTED: {"version": "1.0.0", **entries[1]},
        }
        assert locked(packages)[A].scope == scope


def test_a_package_is_direct_if_one_of_its_places_is() -> None:
    packages: JsonObject = {
        NESTED: {"version": "1.0.0", "integrity": SHA512},
        A: {"version": "1.0.0", "integrity": SHA512},
    }

    assert locked(packages, root={"dependencies": {"a": "1"}})[NESTED].scope.direct
