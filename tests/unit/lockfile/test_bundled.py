"""Who is carried by another package's tarball, and who only says so."""

import pytest

from provcheck.jsonio import JsonObject, JsonValue
from provcheck.model import Source
from support.lockfiles import SHA512, locked, locked_v1

CARRIER = "node_modules/carrier"
CARRIED = f"{CARRIER}/node_modules/a"
ROOT: JsonObject = {"dependencies": {"carrier": "3"}}


@pytest.mark.parametrize("bundle", [["a"], True])
def test_a_bundled_package_names_the_package_that_carries_it(bundle: JsonValue) -> None:
    packages: JsonObject = {
        CARRIER: {
            "version": "3.0.0",
            "integrity": SHA512,
            "bundleDependencies": bundle,
        },
        CARRIED: {"version": "1.0.0", "inBundle": True},
        f"{CARRIED}/node_modules/b": {"version": "2.0.0", "inBundle": True},
    }
    dependencies = locked(packages, root=ROOT)

    for location, spec in ((CARRIED, "a@1.0.0"), (f"{CARRIED}/node_modules/b", "b@2.0.0")):
        assert dependencies[location].source is Source.BUNDLED
        assert dependencies[location].bundled_by == "carrier@3.0.0"
        assert dependencies[location].spec == spec
    assert dependencies[CARRIER].source is Source.REGISTRY


def test_an_alias_carries_under_its_real_name() -> None:
    packages: JsonObject = {
        CARRIER: {"name": "@s/real", "version": "3.0.0", "bundleDependencies": ["a"]},
        CARRIED: {"version": "1.0.0", "inBundle": True},
    }

    assert locked(packages, root={"dependencies": {"carrier": "npm:@s/real@3"}})[CARRIED].bundled_by == "@s/real@3.0.0"


@pytest.mark.parametrize(
    ("carrier", "entry"),
    [
        ({"version": "3.0.0"}, {"inBundle": True}),
        ({"version": "3.0.0", "bundleDependencies": []}, {"inBundle": True}),
        ({"version": "3.0.0", "bundleDependencies": False}, {"inBundle": True}),
        ({"version": "3.0.0", "bundleDependencies": ["a"]}, {"inBundle": True, "integrity": SHA512}),
        (
            {"version": "3.0.0", "bundleDependencies": ["a"]},
            {"inBundle": True, "resolved": "https://evil.example/a.tgz"},
        ),
        ({"version": "3.0.0", "bundleDependencies": ["a"]}, {"inBundle": False}),
        ({"version": "3.0.0", "bundleDependencies": ["a"], "dependencies": {"a": "1"}}, {}),
    ],
)
def test_what_npm_fetches_by_itself_is_not_bundled(carrier: JsonObject, entry: JsonObject) -> None:
    carrier = {"dependencies": {"a": "1"}, **carrier}
    packages: JsonObject = {CARRIER: carrier, CARRIED: {"version": "1.0.0", **entry}}

    assert locked(packages, root=ROOT)[CARRIED].source is Source.REGISTRY


def test_what_the_project_bundles_is_fetched() -> None:
    packages: JsonObject = {"node_modules/a": {"version": "1.0.0", "inBundle": True}}
    root: JsonObject = {"dependencies": {"a": "1"}, "bundleDependencies": ["a"]}

    assert locked(packages, root=root)["node_modules/a"].source is Source.REGISTRY


@pytest.mark.parametrize(
    "pinned", [{"integrity": SHA512}, {"resolved": "https://r.example/carrier/-/carrier-3.0.0.tgz"}]
)
def test_a_package_of_the_projects_bundle_carries_its_own(pinned: JsonObject) -> None:
    packages: JsonObject = {
        CARRIER: {"version": "3.0.0", "inBundle": True, "bundleDependencies": ["a"], **pinned},
        CARRIED: {"version": "1.0.0", "inBundle": True},
    }
    root: JsonObject = {"dependencies": {"carrier": "3"}, "bundleDependencies": ["carrier"]}

    assert locked(packages, root=root)[CARRIED].bundled_by == "carrier@3.0.0"


def test_what_a_workspace_bundles_is_fetched() -> None:
    packages: JsonObject = {
        "packages/w": {"dependencies": {"a": "1"}, "bundleDependencies": ["a"]},
        "packages/w/node_modules/a": {"version": "1.0.0", "inBundle": True},
    }

    assert locked(packages)["packages/w/node_modules/a"].source is Source.REGISTRY


def test_a_parent_that_is_not_in_the_lockfile_carries_nothing() -> None:
    assert locked({CARRIED: {"version": "1.0.0", "inBundle": True}})[CARRIED].source is Source.REGISTRY


def test_version_1_is_believed_but_for_the_projects_own_bundle() -> None:
    dependencies = locked_v1(
        {
            "top": {"version": "1.0.0", "bundled": True},
            "carrier": {
                "version": "3.0.0",
                "integrity": SHA512,
                "dependencies": {
                    "a": {
                        "version": "1.0.0",
                        "bundled": True,
                        "dependencies": {"b": {"version": "2.0.0", "bundled": True}},
                    },
                    "c": {"version": "1.0.0", "bundled": True, "integrity": SHA512},
                },
            },
        }
    )

    assert dependencies["node_modules/top"].source is Source.REGISTRY
    assert dependencies[CARRIED].bundled_by == "carrier@3.0.0"
    assert dependencies[f"{CARRIED}/node_modules/b"].bundled_by == "carrier@3.0.0"
    assert dependencies[f"{CARRIER}/node_modules/c"].source is Source.REGISTRY
