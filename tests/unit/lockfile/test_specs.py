"""What npm takes specifiers, addresses, names and versions for."""

import pytest

from provcheck.lockfile.specs import (
    alias_target,
    is_package_name,
    is_registry_tarball,
    is_tarball_path,
    is_version,
    source_of,
    split_spec,
    tarball_version,
)
from provcheck.model import Source


@pytest.mark.parametrize(
    "name",
    ["a", "lodash", "@scope/name", "JSONStream", "-", "a.b_c-d", "crazy!~*'()", "@a.b/c", "x" * 214],
)
def test_names_that_a_registry_can_have(name: str) -> None:
    assert is_package_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        ".hidden",
        "_private",
        "a/b",
        "@scope",
        "@scope/",
        "@/name",
        "@../name",
        "@scope/..",
        "@scope/.name",
        "@scope/a/b",
        "a b",
        " a",
        "a\n",
        "a\x00",
        "a%2fb",
        "a?b",
        "a#b",
        "a\\b",
        "a:b",
        "a@b",
        "café",
        "node_modules",
        "Favicon.ico",
        "x" * 215,
    ],
)
def test_names_that_no_registry_can_have(name: str) -> None:
    assert not is_package_name(name)


@pytest.mark.parametrize(
    "version",
    ["0.0.0", "1.2.3", "1.0.0-beta", "1.0.0-0.3.7", "1.0.0-x.7.z.92", "1.0.0--", "1.0.0+build.01", "1.0.0-rc.1+5"],
)
def test_exact_versions(version: str) -> None:
    assert is_version(version)


@pytest.mark.parametrize(
    "version",
    [
        "",
        "1",
        "1.2",
        "v1.2.3",
        "=1.2.3",
        "01.2.3",
        "1.2.3-01",
        "1.2.3-",
        "1.2.3beta",
        "1.2.3+",
        "1.2.3.4",
        " 1.2.3",
        "1.2.3\n",
        "1.2.3/../x",
        "^1.2.3",
        "*",
        "latest",
        f"{'9' * 17}.0.0",
        f"1.0.0-{'a' * 251}",
        "1.2.٣",
    ],
)
def test_what_is_no_exact_version(version: str) -> None:
    assert not is_version(version)


@pytest.mark.parametrize(
    ("spec", "source"),
    [
        ("", Source.REGISTRY),
        ("*", Source.REGISTRY),
        ("^1.2.3", Source.REGISTRY),
        ("~1.2", Source.REGISTRY),
        (">=1.0.0 <2.0.0 || 3.x", Source.REGISTRY),
        ("1.0.0 - 2.0.0", Source.REGISTRY),
        ("latest", Source.REGISTRY),
        ("npm:other@^1", Source.REGISTRY),
        ("NPM:@scope/other", Source.REGISTRY),
        ("git+ssh://git@host.example/user/repo.git#v1", Source.GIT),
        ("git+https://host.example/user/repo.git", Source.GIT),
        ("git://host.example/user/repo.git", Source.GIT),
        ("ssh://git@host.example/user/repo.git", Source.GIT),
        ("git@host.example:user/repo.git", Source.GIT),
        ("github:user/repo#semver:^1", Source.GIT),
        ("gitlab:user/repo", Source.GIT),
        ("bitbucket:user/repo", Source.GIT),
        ("gist:0123abc", Source.GIT),
        ("user/repo", Source.GIT),
        ("user/repo#feature/branch", Source.GIT),
        ("https://host.example/user/repo.git#v1", Source.GIT),
        ("https://host.example/a-1.0.0.tgz", Source.TARBALL_URL),
        ("HTTP://host.example/a.tgz?x=.git", Source.TARBALL_URL),
        ("file:../a", Source.FILE),
        ("FILE:a.tgz", Source.FILE),
        ("./a", Source.FILE),
        ("../a", Source.FILE),
        ("~/a", Source.FILE),
        ("/a", Source.FILE),
        ("C:\\a", Source.FILE),
        ("a.tgz", Source.FILE),
        ("a.tar.gz", Source.FILE),
        ("a/b/c", Source.FILE),
        ("workspace:*", Source.FILE),
        ("link:../a", Source.FILE),
    ],
)
def test_where_npm_looks_for_a_specifier(spec: str, source: Source) -> None:
    assert source_of(spec) is source


@pytest.mark.parametrize(("path", "tarball"), [("file:a.tgz", True), ("a.TAR.GZ", True), ("a.tar", True), ("a", False)])
def test_tarballs_are_told_from_folders_by_their_extension(path: str, *, tarball: bool) -> None:
    assert is_tarball_path(path) is tarball


@pytest.mark.parametrize(
    ("spec", "name"),
    [("npm:a@^1", "a"), ("npm:@s/a@1.0.0", "@s/a"), ("npm:a", "a"), ("^1", None), ("npm-check@1", None)],
)
def test_alias_target(spec: str, name: str | None) -> None:
    assert alias_target(spec) == name


@pytest.mark.parametrize(
    ("text", "parts"), [("a@1", ("a", "1")), ("@s/a@1", ("@s/a", "1")), ("@s/a", ("@s/a", "")), ("", ("", ""))]
)
def test_split_spec(text: str, parts: tuple[str, str]) -> None:
    assert split_spec(text) == parts


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://registry.example/a/-/a-1.0.0.tgz", "a"),
        ("https://proxy.example/api/npm/all/a/-/a-1.0.0.tgz", "a"),
        ("https://registry.example/@s/a/-/a-1.0.0.tgz", "@s/a"),
        ("https://registry.example/@s%2fa/-/a-1.0.0.tgz", "@s/a"),
        ("https://gitlab.example/api/v4/projects/1/packages/npm/@s/a/-/@s/a-1.0.0.tgz", "@s/a"),
        ("https://npm.pkg.example/download/@s/a/1.0.0/0123abcd", "@s/a"),
    ],
)
def test_addresses_that_registries_use_for_tarballs(url: str, name: str) -> None:
    assert is_registry_tarball(url, name, "1.0.0")


@pytest.mark.parametrize(
    "url",
    [
        "https://host.example/a-1.0.0.tgz",
        "https://host.example/b/-/b-1.0.0.tgz",
        "https://host.example/a/-/a-1.0.1.tgz",
        "https://host.example/b?x=/a/-/a-1.0.0.tgz",
        "https://host.example/b#/a/-/a-1.0.0.tgz",
        "https://host.example/xa/-/a-1.0.0.tgz",
        "https://[",
    ],
)
def test_addresses_that_are_not_that_packages_tarball(url: str) -> None:
    assert not is_registry_tarball(url, "a", "1.0.0")


@pytest.mark.parametrize(
    ("address", "version"),
    [
        ("https://host.example/any/a-1.2.3.tgz", "1.2.3"),
        ("https://host.example/any/a-1.2.3.tgz?token=x", "1.2.3"),
        ("file:../a-1.2.3-beta.1.tgz", "1.2.3-beta.1"),
        ("FILE:a-1.2.3.tgz", "1.2.3"),
        ("a-1.2.3.tgz", "1.2.3"),
        ("https://host.example/other/-/other-1.2.3.tgz", "1.2.3"),
        ("https://host.example/any/b-1.2.3.tgz", None),
        ("https://host.example/any/a-1.2.tgz", None),
        ("https://host.example/any/a-1.2.3", None),
        ("https://host.example/any/1.2.3.tgz", None),
        ("https://host.example/any/a-1.2.3.tar.gz", None),
        ("https://[", None),
    ],
)
def test_versions_that_npm_reads_off_a_tarballs_name(address: str, version: str | None) -> None:
    assert tarball_version(address, "@scope/a") == version
