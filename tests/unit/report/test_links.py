import pytest

from provcheck.report.links import commit_url, safe_url, short_origin, short_ref, short_repository, short_workflow
from support.reports import COMMIT, make_origin


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "http://github.com/a/b",
        "javascript:alert(1)",
        "https://",
        "https:///path",
        "https://github.com@evil.example/",
        "https://user:secret@github.com/",
        "https://github.com/\x1b]8;;",
        "https://github.com/a b",
        "https://github.com/\u202e",
        "https://[::1",
    ],
)
def test_only_plain_https_addresses_become_links(address: str | None) -> None:
    assert safe_url(address) is None


def test_the_commit_is_linked_as_its_host_has_it() -> None:
    github = make_origin("nuxt/nuxt")
    gitlab = make_origin(ci="gitlab-ci", source_repository="https://gitlab.com/group/project")
    assert commit_url(github) == f"https://github.com/nuxt/nuxt/commit/{COMMIT}"
    assert commit_url(gitlab) == f"https://gitlab.com/group/project/-/commit/{COMMIT}"
    assert commit_url(make_origin(ci="another-ci")) is None


def test_short_forms_stay_unambiguous() -> None:
    assert short_origin(make_origin("nuxt/nuxt")) == f"nuxt/nuxt@{COMMIT[:12]}"
    assert short_repository("https://gitlab.com/github.com/nuxt/nuxt") == "gitlab.com/github.com/nuxt/nuxt"
    assert {short_ref("refs/tags/v1"), short_ref("refs/heads/v1")} == {"tags/v1", "heads/v1"}
    assert short_workflow(".github/workflows/release.yml") == "release.yml"
    assert short_workflow(".gitlab-ci.yml") == ".gitlab-ci.yml"
