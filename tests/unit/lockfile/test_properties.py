"""Whatever a lockfile holds, it is parsed or refused; nothing else happens."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from provcheck.errors import ProvcheckError
from provcheck.jsonio import JsonObject, JsonValue
from provcheck.lockfile.specs import is_package_name, is_version, source_of, tarball_version
from provcheck.model import Lockfile, Source
from support.lockfiles import SHA512, parse

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
NAMES = st.sampled_from(["a", "b", "@s/c", "d.e"])
URLS = ["https://x.example/a-1.0.0.tgz", "git+ssh://git@x.example/a.git#1"]
SPECS = st.sampled_from(["^1", "", "npm:b@1", "user/a", "file:../x", "$a", *URLS])
ADDRESSES = SPECS | st.sampled_from(["https://r.example/a/-/a-1.0.0.tgz", "https://[", "x", "packages/w", "../x"])
REQUESTS = st.dictionaries(NAMES, SPECS, max_size=3)
FLAGS = {key: st.just(True) for key in ("dev", "optional", "peer", "devOptional", "extraneous")}
SOME_JSON = dict.fromkeys(("version", "name", "resolved", "link", "inBundle", "dependencies", "bundled", "from"), JSON)


def seldom(often: st.SearchStrategy[Any], otherwise: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return a strategy that is ``often`` nine times out of ten."""
    return st.integers(0, 9).flatmap(lambda number: often if number else otherwise)


def entries(version: st.SearchStrategy[str], **more: st.SearchStrategy[Any]) -> st.SearchStrategy[JsonObject]:
    """Return plausible entries, now and then with any value in some of the fields."""
    plausible = st.fixed_dictionaries(
        {"version": version},
        optional={"resolved": ADDRESSES, "integrity": st.sampled_from([SHA512, "sha1-x"]), **FLAGS, **more},
    )
    broken = st.fixed_dictionaries({}, optional=SOME_JSON)
    return seldom(plausible, st.builds(lambda one, two: {**one, **two}, plausible, broken))


LOCATIONS = st.builds(
    lambda folder, names: "/".join([*folder, *(f"node_modules/{name}" for name in names)]),
    st.sampled_from([(), (), ("packages/w",), ("../x",)]),
    st.lists(NAMES, max_size=3),
)
LINKS = st.fixed_dictionaries({"link": st.just(True), "resolved": st.sampled_from(["packages/w", "../x", "", "x"])})
PACKAGES = st.dictionaries(
    seldom(LOCATIONS, st.text(max_size=10)),
    seldom(
        entries(
            st.sampled_from(["1.0.0", "2.0.0-rc.1"]),
            name=NAMES,
            inBundle=st.just(True),
            bundleDependencies=st.just(["a"]),
            dependencies=REQUESTS,
            peerDependencies=REQUESTS,
        ),
        LINKS,
    ),
    max_size=6,
)
DEPENDENCIES = st.recursive(
    st.dictionaries(NAMES, entries(st.just("1.0.0") | ADDRESSES, bundled=st.just(True), requires=REQUESTS), max_size=3),
    lambda inner: st.dictionaries(NAMES, entries(st.just("1.0.0") | ADDRESSES, dependencies=inner), max_size=3),
    max_leaves=4,
)
LOCKFILES = st.one_of(
    st.builds(
        lambda version, packages: {"lockfileVersion": version, "packages": packages}, st.integers(2, 4), PACKAGES
    ),
    st.builds(lambda dependencies: {"lockfileVersion": 1, "dependencies": dependencies}, DEPENDENCIES),
    st.fixed_dictionaries({}, optional={"lockfileVersion": JSON, "packages": JSON, "dependencies": JSON}),
)
MANIFESTS = st.none() | st.fixed_dictionaries({}, optional={"dependencies": REQUESTS, "overrides": REQUESTS | JSON})


def parse_or_refuse(data: bytes, manifest: JsonObject | None = None) -> Lockfile | None:
    """Return the parsed lockfile, or ``None`` if it was refused with an error that names a place."""
    refused: ProvcheckError | None = None
    try:
        return parse(data, manifest)
    except ProvcheckError as error:
        refused = error
    assert refused.where is not None
    return None


@given(lockfile=LOCKFILES, manifest=MANIFESTS)
def test_a_lockfile_is_parsed_or_refused(lockfile: JsonObject, manifest: JsonObject | None) -> None:
    parsed = parse_or_refuse(json.dumps(lockfile).encode(), manifest)
    if parsed is None:
        return
    locations = [location for dependency in parsed.dependencies for location in dependency.locations]
    assert len(locations) == len(set(locations))
    written: JsonValue = lockfile.get("packages")
    if isinstance(written, dict):  # nothing is lost but the project itself and placeholders
        assert set(locations) <= set(written) - {""}
        lost = set(written) - {""} - set(locations)
        assert all(isinstance(entry := written[key], dict) and entry.get("optional") for key in lost)
    for dependency in parsed.dependencies:
        assert dependency.locations
        assert (dependency.bundled_by is not None) == (dependency.source is Source.BUNDLED)
        if dependency.source is Source.REGISTRY:
            assert is_package_name(dependency.name)
            assert is_version(dependency.version)


@given(st.binary(max_size=200))
def test_any_bytes_are_parsed_or_refused(data: bytes) -> None:
    parse_or_refuse(data)


@given(st.text())
def test_any_text_is_one_kind_of_specifier(text: str) -> None:
    assert source_of(text) in {Source.REGISTRY, Source.GIT, Source.FILE, Source.TARBALL_URL}
    assert tarball_version(text, "a") is None or is_version(tarball_version(text, "a") or "")


@given(st.from_regex(r"(@[ -~]{1,5}/)?[ -~]{1,8}", fullmatch=True))
def test_a_package_name_is_safe_in_an_address(text: str) -> None:
    if is_package_name(text):
        assert not set(text) & set(' "#%&+,:;<=>?[\\]^`{|}')
        assert all(part.strip(".") for part in text.split("/"))
        assert text.count("/") == text.count("@") == int(text.startswith("@"))
