"""Short forms of, and addresses for, what is known about a build origin."""

from urllib.parse import urlsplit

from provcheck.model import BuildOrigin

_GITHUB = "https://github.com/"
_SHORT_COMMIT = 12


def short_origin(origin: BuildOrigin) -> str:
    """Return ``owner/repo@commit`` for GitHub, ``host/path@commit`` for others, with the commit's first 12 digits."""
    return f"{short_repository(origin.source_repository)}@{origin.commit[:_SHORT_COMMIT]}"


def short_repository(address: str) -> str:
    """Return ``owner/repo`` for a repository on GitHub, and the address without its scheme for any other."""
    return address.removeprefix(_GITHUB).removeprefix("https://")


def short_ref(ref: str) -> str:
    """Return the git ref without ``refs/``; ``tags/`` or ``heads/`` stays, since a branch can be named like a tag."""
    return ref.removeprefix("refs/")


def short_workflow(path: str) -> str:
    """Return the workflow's path without the folder that every GitHub workflow is in."""
    return path.removeprefix(".github/workflows/")


def commit_url(origin: BuildOrigin) -> str | None:
    """Return where a browser shows the commit, if that is known for the repository's host."""
    match origin.ci:
        case "github-actions":
            return safe_url(f"{origin.source_repository}/commit/{origin.commit}")
        case "gitlab-ci":
            return safe_url(f"{origin.source_repository}/-/commit/{origin.commit}")
        case _:
            return None


def safe_url(address: str | None) -> str | None:
    """Return ``address`` if it may stand in a terminal's hyperlink: https, printable ASCII, with a host, no user."""
    if address is None or not address.isascii() or not address.isprintable() or " " in address:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme == "https" and parts.hostname and "@" not in parts.netloc else None
