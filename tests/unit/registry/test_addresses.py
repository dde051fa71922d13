from urllib.parse import unquote, urlsplit

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from provcheck.registry.addresses import (
    attestations_url,
    keys_url,
    metadata_url,
    parse_address,
    parse_userinfo,
    resolve_redirect,
)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("https://R.example", "https://r.example/"),
        ("HTTPS://r.example:443/npm/", "https://r.example/npm/"),
        ("http://r.example:443/", "http://r.example:443/"),
        ("https://user:secret@r.example/x#y", "https://r.example/x"),
        ("http://[::1]:4873/", "http://[::1]:4873/"),
        ("https://r.example?x=1", "https://r.example/?x=1"),
        ("https://r.example/a b/é".replace(" ", "%20"), "https://r.example/a%20b/%C3%A9"),
        ("http://my_registry:8081/@s%2fn", "http://my_registry:8081/@s%2fn"),
    ],
)
def test_addresses(text: str, plain: str) -> None:
    assert str(parse_address(text)) == plain


@pytest.mark.parametrize(
    "text",
    [
        "",
        "r.example",
        "ftp://r.example/",
        "file:///etc/passwd",
        "https://",
        "https://r.example:0/",
        "https://r.example:99999/",
        "https://good.example\\@evil.example/",
        "https://evil.example\\.good.example/",
        "https://a@b@c/",
        "https://[@r.example/",
        "https://[:::]/",
        "https://[::1/",
        "https://r.example/a b",
        "https://r.example/\r\nX: y",
        "https://bücher.example/",
        "//r.example/",
    ],
)
def test_refuses_what_parsers_could_disagree_about(text: str) -> None:
    with pytest.raises(ValueError, match="not an"):
        parse_address(text)


@given(st.from_regex(r"https?://[ -~]{0,40}", fullmatch=True))
@example("https://a:1@b:2/")
@example("http://0.0.0.0")
@example("http://[@0")
@example("http://[:::]")
@example("http://a..b/")
def test_agrees_with_other_parsers_about_the_host(text: str) -> None:
    try:
        address = parse_address(text)
    except ValueError:
        return
    assert urlsplit(text).hostname == address.host.strip("[]")
    assert urlsplit(str(address)).netloc == address.authority
    try:
        url = httpx.URL(str(address))
    except httpx.InvalidURL:
        return
    assert url.raw_host.decode() == address.host.strip("[]")
    assert url.raw_path.decode() == address.target


@given(st.text())
def test_parsing_is_total_and_stable(text: str) -> None:
    try:
        address = parse_address(text)
    except ValueError:
        return
    assert parse_address(str(address)) == address


@pytest.mark.parametrize(
    ("text", "userinfo"),
    [
        ("https://user:p%40ss@r.example/", ("user", "p@ss")),
        ("https://user@r.example/", ("user", "")),
        ("https://r.example/", None),
        ("not an address", None),
    ],
)
def test_userinfo(text: str, userinfo: tuple[str, str] | None) -> None:
    assert parse_userinfo(text) == userinfo


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/b", "https://r.example/b"),
        ("c", "https://r.example/a/c"),
        ("//other.example/x", "https://other.example/x"),
        ("http://other.example/", "http://other.example/"),
        ("https://user:secret@other.example/", "https://other.example/"),
    ],
)
def test_redirects(location: str, target: str) -> None:
    assert str(resolve_redirect(parse_address("https://r.example/a/b"), location)) == target


@pytest.mark.parametrize("location", ["javascript:alert(1)", "file:///etc/passwd", "https://x\\y/"])
def test_redirects_to_nowhere(location: str) -> None:
    with pytest.raises(ValueError, match="not an"):
        resolve_redirect(parse_address("https://r.example/a"), location)


REGISTRY = "https://r.example/npm"


@pytest.mark.parametrize(
    ("name", "version", "attestations", "metadata"),
    [
        ("nuxt", "4.1.2", "nuxt@4.1.2", "nuxt/4.1.2"),
        ("@scope/name", "1.0.0-rc.1", "@scope%2fname@1.0.0-rc.1", "@scope%2fname/1.0.0-rc.1"),
        ("a", "1.0.0+build", "a@1.0.0%2Bbuild", "a/1.0.0%2Bbuild"),
        ("a?b#c", "1%2f", "a%3Fb%23c@1%252f", "a%3Fb%23c/1%252f"),
    ],
)
def test_endpoints(name: str, version: str, attestations: str, metadata: str) -> None:
    assert attestations_url(REGISTRY, name, version) == f"{REGISTRY}/-/npm/v1/attestations/{attestations}"
    assert metadata_url(REGISTRY, name, version) == f"{REGISTRY}/{metadata}"
    assert keys_url(REGISTRY) == f"{REGISTRY}/-/npm/v1/keys"


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("..", "1"),
        (".", "1"),
        ("../x", "1"),
        ("@a/..", "1"),
        ("a/b", "1"),
        ("", "1"),
        ("a", ""),
        ("a", ".."),
    ],
)
def test_names_cannot_climb(name: str, version: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        metadata_url(REGISTRY, name, version)
    with pytest.raises(ValueError, match="not a"):
        attestations_url(REGISTRY, name, version)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_every_name_stays_in_its_place(name: str, version: str) -> None:
    try:
        url = attestations_url(REGISTRY, name, version)
    except ValueError:
        return
    parse_address(url)
    assert unquote(url) == f"{REGISTRY}/-/npm/v1/attestations/{name}@{version}"
    assert url.count("/") == f"{REGISTRY}/-/npm/v1/attestations/".count("/")
