"""An entry is what was asked for, whatever it says of itself: how lockfiles are poisoned, and honest counterparts."""

import pytest

from provcheck.jsonio import JsonObject
from provcheck.model import Source
from support.lockfiles import SHA512, locked

A = "node_modules/a"
EVIL_URL = "https://evil.example/a.tgz"
GIT_URL = "git+ssh://git@host.example/user/a.git#0123456789012345678901234567890123456789"


def asking_for(spec: str, section: str = "dependencies") -> JsonObject:
    return {section: {"a": spec}}


@pytest.mark.parametrize("section", ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"])
@pytest.mark.parametrize(
    ("spec", "resolved", "source"),
    [
        (EVIL_URL, EVIL_URL, Source.TARBALL_URL),
        ("github:user/a", GIT_URL, Source.GIT),
        ("user/a", GIT_URL, Source.GIT),
        ("file:a-1.0.0.tgz", "file:a-1.0.0.tgz", Source.FILE),
        ("^1.0.0", "https://registry.example/a/-/a-1.0.0.tgz", Source.REGISTRY),
        ("latest", "https://mirror.example/deep/path/a/-/a-1.0.0.tgz", Source.REGISTRY),
    ],
)
def test_an_entry_from_where_it_was_asked_for(section: str, spec: str, resolved: str, source: Source) -> None:
    dependency = locked({A: {"version": "1.0.0", "resolved": resolved}}, root=asking_for(spec, section))[A]

    assert dependency.source is source
    assert dependency.resolved == resolved


@pytest.mark.parametrize("resolved", [EVIL_URL, GIT_URL, "file:vendor/a.tgz", "user/a", "nonsense", "https://["])
@pytest.mark.parametrize("spec", ["^1.0.0", "*", "", "latest", "npm:a@1"])
def test_another_address_does_not_take_an_entry_out_of_the_registry(spec: str, resolved: str) -> None:
    dependency = locked({A: {"version": "1.0.0", "resolved": resolved}}, root=asking_for(spec))[A]

    assert dependency.source is Source.REGISTRY
    assert dependency.resolved == resolved


def test_one_who_asks_for_the_address_is_enough() -> None:
    packages: JsonObject = {
        A: {"version": "1.0.0", "resolved": GIT_URL},
        "node_modules/b": {"version": "2.0.0", "dependencies": asking_for("^1.0.0")["dependencies"]},
    }

    assert locked(packages, root={"dependencies": {"a": "user/a", "b": "2"}})[A].source is Source.GIT


def test_who_asks_for_another_folder_of_that_name_does_not_count() -> None:
    packages: JsonObject = {
        A: {"version": "1.0.0", "resolved": EVIL_URL},
        "node_modules/b": {"version": "2.0.0", "dependencies": {"a": EVIL_URL}},
        "node_modules/b/node_modules/a": {"version": "1.0.0", "resolved": EVIL_URL},
    }
    dependencies = locked(packages, root={"dependencies": {"a": "^1.0.0", "b": "2"}})

    assert dependencies[A].source is Source.REGISTRY
    assert dependencies["node_modules/b/node_modules/a"].source is Source.TARBALL_URL


def test_the_manifest_is_believed_and_not_the_lockfiles_copy_of_it() -> None:
    packages: JsonObject = {A: {"version": "1.0.0", "resolved": EVIL_URL}}

    assert locked(packages, root=asking_for(EVIL_URL))[A].source is Source.TARBALL_URL
    assert locked(packages, root=asking_for(EVIL_URL), manifest=asking_for("^1"))[A].source is Source.REGISTRY


@pytest.mark.parametrize(
    "overrides",
    [
        {"a": EVIL_URL},
        {"a@^1": EVIL_URL},
        {"b": {"a": EVIL_URL}},
        {"b@2": {".": "2.0.0", "c": {"a": {".": EVIL_URL}}}},
        {"a": "$fork"},
    ],
)
def test_overrides_ask_too(overrides: JsonObject) -> None:
    manifest: JsonObject = {"dependencies": {"a": "^1", "fork": EVIL_URL}, "overrides": overrides}

    assert locked({A: {"version": "1.0.0", "resolved": EVIL_URL}}, manifest=manifest)[A].source is Source.TARBALL_URL


@pytest.mark.parametrize(
    "overrides", [{"a": "1.0.0"}, {"a": "$a"}, {"a": "$missing"}, {"b": EVIL_URL}, {"a": {"b": EVIL_URL}}]
)
def test_overrides_that_do_not_ask_for_an_address(overrides: JsonObject) -> None:
    manifest: JsonObject = {"dependencies": {"a": "^1"}, "overrides": overrides}

    assert locked({A: {"version": "1.0.0", "resolved": EVIL_URL}}, manifest=manifest)[A].source is Source.REGISTRY


@pytest.mark.parametrize(
    ("resolved", "source"),
    [
        (None, Source.REGISTRY),
        ("https://registry.example/a/-/a-1.0.0.tgz", Source.REGISTRY),
        ("https://registry.example/b/-/b-1.0.0.tgz", Source.TARBALL_URL),
        (EVIL_URL, Source.TARBALL_URL),
        (GIT_URL, Source.GIT),
        ("file:a.tgz", Source.FILE),
    ],
)
def test_an_entry_that_nobody_asks_for_is_what_its_address_looks_like(resolved: str | None, source: Source) -> None:
    entry: JsonObject = {"version": "1.0.0", "extraneous": True}
    if resolved:
        entry["resolved"] = resolved

    assert locked({A: entry})[A].source is source


class TestNames:
    def test_an_alias_is_the_package_it_stands_for(self) -> None:
        entry: JsonObject = {"name": "@s/real", "version": "1.0.0", "integrity": SHA512}
        dependency = locked({A: entry}, root=asking_for("npm:@s/real@^1"))[A]

        assert (dependency.name, dependency.resolved) == ("@s/real", None)

    def test_an_alias_by_an_override(self) -> None:
        manifest: JsonObject = {"dependencies": {"a": "^1"}, "overrides": {"a": "npm:real@1"}}

        assert locked({A: {"name": "real", "version": "1.0.0"}}, manifest=manifest)[A].name == "real"

    def test_an_alias_shared_with_those_who_ask_for_the_name(self) -> None:
        packages: JsonObject = {
            A: {"name": "real", "version": "1.0.0"},
            "node_modules/b": {"version": "2.0.0", "dependencies": {"a": "^1"}},
        }

        assert locked(packages, root={"dependencies": {"a": "npm:real@1", "b": "2"}})[A].name == "real"

    def test_a_name_that_nobody_asked_for_is_not_believed(self) -> None:
        dependency = locked({A: {"name": "evil", "version": "1.0.0"}}, root=asking_for("^1"))[A]

        # Without a hash and with an address that is not the tarball of a@1.0.0, this is "resolved-foreign".
        assert (dependency.name, dependency.resolved) == ("a", "npm:evil@1.0.0")
        assert (dependency.source, dependency.integrity) == (Source.REGISTRY, None)

    def test_a_name_that_nobody_asked_for_keeps_its_own_address(self) -> None:
        resolved = "https://registry.example/evil/-/evil-1.0.0.tgz"
        entry: JsonObject = {"name": "evil", "version": "1.0.0", "resolved": resolved, "integrity": SHA512}
        dependency = locked({A: entry}, root=asking_for("^1"))[A]

        assert (dependency.name, dependency.resolved, dependency.integrity) == ("a", resolved, SHA512)

    def test_the_package_that_happens_to_have_the_name_of_an_alias(self) -> None:
        dependency = locked({A: {"version": "1.0.0"}}, root=asking_for("npm:real@1"))[A]

        assert (dependency.name, dependency.resolved) == ("real", "npm:a@1.0.0")

    def test_a_git_repository_may_hold_a_package_of_any_name(self) -> None:
        entry: JsonObject = {"name": "other", "version": "1.0.0", "resolved": GIT_URL}
        dependency = locked({A: entry}, root=asking_for("user/a"))[A]

        assert (dependency.name, dependency.source) == ("other", Source.GIT)


class TestLinks:
    def test_a_workspace_and_its_link_are_one_dependency(self) -> None:
        packages: JsonObject = {
            "node_modules/@s/w": {"resolved": "packages/w", "link": True},
            "packages/w": {"name": "@s/w", "version": "1.0.0", "dev": True},
        }
        dependencies = locked(packages, root={"workspaces": ["packages/*"]})
        dependency = dependencies["packages/w"]

        assert dependencies["node_modules/@s/w"] is dependency
        assert dependency.locations == ("node_modules/@s/w", "packages/w")
        assert (dependency.spec, dependency.source) == ("@s/w@1.0.0", Source.WORKSPACE)
        assert dependency.scope.dev

    def test_a_workspace_without_a_name_has_that_of_its_link(self) -> None:
        packages: JsonObject = {"node_modules/w": {"resolved": "packages/x", "link": True}, "packages/x": {}}

        assert locked(packages)["packages/x"].spec == "w"

    @pytest.mark.parametrize(("location", "name"), [("packages/x", "x"), ("packages/@s/x", "@s/x")])
    def test_a_workspace_without_name_and_link_has_that_of_its_folder(self, location: str, name: str) -> None:
        dependency = locked({location: {}})[location]

        assert (dependency.spec, dependency.source) == (name, Source.WORKSPACE)

    def test_the_project_itself_by_a_link(self) -> None:
        packages: JsonObject = {"node_modules/self": {"resolved": "", "link": True}}
        dependency = locked(packages, root={"name": "project", "version": "3.0.0"})["node_modules/self"]

        assert (dependency.spec, dependency.source) == ("project@3.0.0", Source.WORKSPACE)

    @pytest.mark.parametrize("target", ["../a", "..", "packages/../../a", "D:/a", "/a", "..\\a"])
    def test_a_folder_outside_of_the_project(self, target: str) -> None:
        dependency = locked({A: {"resolved": target, "link": True}}, root=asking_for(f"file:{target}"))[A]

        assert (dependency.name, dependency.source, dependency.resolved) == ("a", Source.LINK, target)

    @pytest.mark.parametrize("target", ["..", "../..", "../a", "../../a/b", "D:/a"])
    def test_a_folder_outside_of_the_project_that_has_an_entry(self, target: str) -> None:
        packages: JsonObject = {target: {"version": "1.0.0"}, A: {"resolved": target, "link": True}}
        dependencies = locked(packages, root=asking_for(f"file:{target}"))

        assert dependencies[A] is dependencies[target]
        assert dependencies[A].spec == "a@1.0.0"

    def test_a_folder_in_place_of_a_package_of_the_registry(self) -> None:
        packages: JsonObject = {"../evil": {"version": "1.0.0"}, A: {"resolved": "../evil", "link": True}}
        dependency = locked(packages, root=asking_for("^1"))[A]

        assert (dependency.spec, dependency.source) == ("a@1.0.0", Source.REGISTRY)
        assert (dependency.integrity, dependency.resolved) == (None, "../evil")

    def test_a_folder_without_a_version_is_no_package_of_the_registry(self) -> None:
        assert locked({A: {"resolved": "../evil", "link": True}}, root=asking_for("^1"))[A].source is Source.LINK

    def test_a_link_to_the_same_package_elsewhere_in_node_modules(self) -> None:
        store = "node_modules/.store/a@1.0.0-0123/node_modules/a"
        packages: JsonObject = {
            A: {"resolved": store, "link": True},
            store: {"version": "1.0.0", "integrity": SHA512},
        }
        dependencies = locked(packages, root=asking_for("^1"))

        assert dependencies[A] is dependencies[store]
        assert (dependencies[A].spec, dependencies[A].scope.direct) == ("a@1.0.0", True)

    def test_a_link_to_another_package_is_not_followed(self) -> None:
        packages: JsonObject = {
            A: {"resolved": "node_modules/evil", "link": True},
            "node_modules/evil": {"version": "1.0.0", "integrity": SHA512},
        }
        dependencies = locked(packages, root=asking_for("^1"))

        assert dependencies["node_modules/evil"].name == "evil"
        assert (dependencies[A].spec, dependencies[A].source) == ("a@1.0.0", Source.REGISTRY)
        assert (dependencies[A].integrity, dependencies[A].resolved) == (None, "node_modules/evil")

    def test_a_link_to_a_link_leads_nowhere(self) -> None:
        packages: JsonObject = {
            A: {"resolved": "node_modules/b", "link": True},
            "node_modules/b": {"resolved": A, "link": True},
        }

        assert {dependency.source for dependency in locked(packages).values()} == {Source.LINK}
