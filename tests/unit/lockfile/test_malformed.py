"""A broken lockfile gives one error that names the place."""

import json
import re

import pytest

from provcheck.errors import MalformedError
from provcheck.jsonio import JsonObject, JsonValue
from provcheck.lockfile import parse_package_lock
from support.lockfiles import dependencies_lock, packages_lock, parse


def where(data: bytes, manifest: JsonObject | None = None) -> str:
    """Return the place that the error for ``data`` names."""
    with pytest.raises(MalformedError) as caught:
        parse(data, manifest)
    assert caught.value.where is not None
    return caught.value.where


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"", "package-lock.json: line 1, column 1"),
        (b'{\n  "lockfileVersion": 3,\n  "packages": {', "package-lock.json: line 3, column 16"),
        (b'{\n<<<<<<< HEAD\n  "lockfileVersion": 3}', "package-lock.json: line 2, column 1"),
        (
            b'{"lockfileVersion": 3,\n "packages": {"": {},\n "": {}}}',
            "package-lock.json: the object at line 2, column 14",
        ),
        (b"[" * 1000, "package-lock.json: line 1, column 201"),
        (b'{"lockfileVersion": "\xff"}', "package-lock.json: byte 21"),
        (b'{"lockfileVersion": NaN}', "package-lock.json"),
        (b"[]", "package-lock.json"),
        (b"null", "package-lock.json"),
        (b'{"lockfileVersion": "3"}', "package-lock.json: lockfileVersion"),
        (b'{"lockfileVersion": true}', "package-lock.json: lockfileVersion"),
        (b'{"lockfileVersion": 3.0, "packages": {}}', "package-lock.json: lockfileVersion"),
        (b'{"lockfileVersion": null, "dependencies": {}}', "package-lock.json: lockfileVersion"),
        (b'{"lockfileVersion": 0, "dependencies": {}}', "package-lock.json: lockfileVersion"),
        (b'{"lockfileVersion": 5, "packages": {}}', "package-lock.json: lockfileVersion"),
        (b'{"lockfileVersion": 2, "dependencies": {}}', "package-lock.json"),
        (b'{"lockfileVersion": 3, "packages": []}', "package-lock.json: packages"),
        (b'{"lockfileVersion": 3, "packages": null}', "package-lock.json: packages"),
        (b'{"lockfileVersion": 1, "dependencies": [1]}', "package-lock.json: dependencies"),
        (b"{}", "package-lock.json"),
        (b'{"packages": {}}', "package-lock.json"),
    ],
)
def test_a_file_that_is_not_a_lockfile(data: bytes, place: str) -> None:
    assert where(data) == place


def test_version_1_with_a_packages_section_is_refused() -> None:
    """Npm 6 would install ``dependencies``, npm 7 ``packages``."""
    assert where(b'{"lockfileVersion": 1, "dependencies": {}, "packages": {}}') == "package-lock.json: packages"
    assert where(b'{"dependencies": {}, "packages": {}}') == "package-lock.json: packages"


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ({"version": 1}, ".version"),
        ({"version": "1.0"}, ".version"),
        ({"version": "v1.0.0"}, ".version"),
        ({"version": "1.0.0/../../x"}, ".version"),
        ({"version": "npm:b@1.0.0"}, ".version"),
        ({}, ""),
        ({"dev": True}, ""),
        ({"integrity": "sha512-AAAA"}, ""),
        ({"version": "1.0.0", "name": 1}, ".name"),
        ({"version": "1.0.0", "resolved": True}, ".resolved"),
        ({"version": "1.0.0", "resolved": None}, ".resolved"),
        ({"version": "1.0.0", "integrity": ["sha512-AAAA"]}, ".integrity"),
        ({"version": "1.0.0", "dev": "true"}, ".dev"),
        ({"version": "1.0.0", "optional": 1}, ".optional"),
        ({"version": "1.0.0", "peer": None}, ".peer"),
        ({"version": "1.0.0", "devOptional": {}}, ".devOptional"),
        ({"version": "1.0.0", "extraneous": []}, ".extraneous"),
        ({"version": "1.0.0", "inBundle": 0}, ".inBundle"),
        ({"version": "1.0.0", "link": "true"}, ".link"),
        ({"version": "1.0.0", "bundleDependencies": "a"}, ".bundleDependencies"),
        ({"version": "1.0.0", "dependencies": ["b"]}, ".dependencies"),
        ({"version": "1.0.0", "peerDependencies": {"b": 1}}, '.peerDependencies["b"]'),
        ({"version": "1.0.0", "optionalDependencies": {'"': None}}, '.optionalDependencies["\\""]'),
        ({"link": True}, ""),
        ({"link": True, "resolved": False}, ".resolved"),
        ([], ""),
        ("1.0.0", ""),
        (None, ""),
    ],
)
def test_an_entry_of_packages(entry: JsonValue, field: str) -> None:
    data = packages_lock({"node_modules/b": {"version": "1.0.0"}, "node_modules/a": entry})

    assert where(data) == f'package-lock.json: packages["node_modules/a"]{field}'


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ({"version": {}}, ".version"),
        ({"version": "1"}, ".version"),
        ({"version": "npm:b"}, ".version"),
        ({"version": "npm:@../b@1.0.0"}, ""),
        ({}, ""),
        ({"version": "1.0.0", "resolved": 1}, ".resolved"),
        ({"version": "1.0.0", "integrity": 1}, ".integrity"),
        ({"version": "1.0.0", "from": 1}, ".from"),
        ({"version": "1.0.0", "bundled": "yes"}, ".bundled"),
        ({"version": "1.0.0", "requires": []}, ".requires"),
        ({"version": "1.0.0", "requires": {"b": []}}, '.requires["b"]'),
        ({"version": "1.0.0", "dependencies": []}, ".dependencies"),
        ({"version": "1.0.0", "dependencies": {"b": 1}}, '.dependencies["b"]'),
        ({"version": "1.0.0", "dependencies": {"b": {"version": 1}}}, '.dependencies["b"].version'),
        ({"version": "1.0.0", "dependencies": {"b/node_modules/c": {}}}, '.dependencies["b/node_modules/c"]'),
        ("1.0.0", ""),
    ],
)
def test_an_entry_of_dependencies(entry: JsonValue, field: str) -> None:
    assert where(dependencies_lock({"a": entry})) == f'package-lock.json: dependencies["a"]{field}'


@pytest.mark.parametrize(
    "location",
    [
        "node_modules/a/",
        "/node_modules/a",
        "node_modules//a",
        "./node_modules/a",
        "node_modules/b/../a",
        "packages/..",
        "../..//a",
        "a\nb",
        "node_modules",
        "node_modules/.bin",
        "node_modules/a b",
        "node_modules/@s",
        "node_modules/@s/..",
        "node_modules/node_modules",
        "node_modules/a/node_modules/a%2fb",
        "a/" * 200 + "a",
    ],
)
def test_a_location_that_is_none(location: str) -> None:
    assert where(packages_lock({location: {"version": "1.0.0"}})).startswith("package-lock.json: packages[")


def test_the_longest_location() -> None:
    location = "a/" * 199 + "a"

    assert parse(packages_lock({location: {}})).dependencies[0].locations == (location,)


def test_a_link_that_is_not_in_node_modules() -> None:
    data = packages_lock({"packages/a": {"link": True, "resolved": "packages/b"}})

    assert where(data) == 'package-lock.json: packages["packages/a"]'


def test_an_alias_that_no_registry_can_have() -> None:
    data = packages_lock(
        {"node_modules/a": {"name": "../b", "version": "1.0.0"}}, root={"dependencies": {"a": "npm:../b@1"}}
    )

    assert where(data) == 'package-lock.json: packages["node_modules/a"]'


def test_two_entries_for_one_folder_that_differ() -> None:
    data = dependencies_lock(
        {
            "a": {"version": "file:x", "requires": {"b": "1"}},
            "c": {"version": "file:x"},
        }
    )

    assert where(data) == 'package-lock.json: dependencies["c"]'


def test_a_long_place_is_shortened() -> None:
    place = where(packages_lock({"x" * 100_000: []}))

    assert re.fullmatch(r'package-lock\.json: packages\["x{200}\.\.\."\]', place)


@pytest.mark.parametrize(
    ("manifest", "place"),
    [
        ({"dependencies": []}, "package.json: dependencies"),
        ({"devDependencies": {"a": 1}}, 'package.json: devDependencies["a"]'),
        ({"overrides": "a"}, "package.json: overrides"),
        ({"overrides": {"a": ["b"]}}, 'package.json: overrides["a"]'),
        ({"overrides": {"a": {"b": 1}}}, 'package.json: overrides["a"]["b"]'),
        ({"overrides": {"a": {".": {}}}}, 'package.json: overrides["a"]["."]'),
    ],
)
def test_a_manifest(manifest: JsonObject, place: str) -> None:
    assert where(packages_lock({}), manifest) == place


def test_deep_nesting_of_dependencies_is_read_up_to_a_bound() -> None:
    def nested(depth: int) -> bytes:
        entry: JsonObject = {"version": "1.0.0"}
        for _ in range(depth - 1):
            entry = {"version": "1.0.0", "dependencies": {"a": entry}}
        return dependencies_lock({"a": entry})

    assert len(parse(nested(99)).dependencies[0].locations) == 99
    assert where(nested(100)).startswith("package-lock.json: line 1, column")


def test_a_large_malformed_lockfile_fails_without_being_parsed_twice() -> None:
    entry = json.dumps({"version": "1.0.0", "integrity": "x" * 100})
    body = ",".join(f'"node_modules/a{index}": {entry}' for index in range(10_000))
    data = f'{{"lockfileVersion": 3, "packages": {{{body}'.encode()

    with pytest.raises(MalformedError) as caught:
        parse_package_lock(data, path="big.json")
    assert caught.value.where == f"big.json: line 1, column {len(data) + 1}"
