"""Writing `fixtures/example/`: a small project, what its registry answers, and whom to trust about it.

`fixtures/example/README.md` tells what each dependency shows. Nothing here says what Provcheck makes of it.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from provcheck.registry.addresses import attestations_url, keys_url, metadata_url
from provcheck.registry.npmrc import PUBLIC_REGISTRY
from provcheck.registry.store import EvidenceStore
from support.mint import (
    DELEGATED_BUILD,
    REGISTRY,
    SIGSTORE,
    Build,
    BuildType,
    Era,
    Json,
    Package,
    change,
    email_identity,
    put,
    response,
)

_FETCHED = datetime(2026, 4, 1, 9, 30, tzinfo=UTC)
_BUILD_TYPE_OF_THE_FUTURE = "https://slsa-framework.github.io/github-actions-buildtypes/workflow/v2"
_OK, _NOT_FOUND = 200, 404


def _package(name: str, version: str) -> Package:
    return Package.of(name, version, tarball=f"what {name}@{version} consists of".encode())


_ANALYTICS = _package("@acme/analytics", "1.4.0")
_CHART = _package("example-chart", "5.1.0")
_COLORS = _package("example-colors", "2.0.7")
_DATE = _package("example-date", "2.6.3")
_FORMS = _package("@acme/forms", "3.2.1")
_HTTP = _package("example-http", "1.14.2")
_IMAGE = _package("example-image", "0.9.0")
_LEFT_TRIM = _package("example-left-trim", "1.3.0")
_ROUTER = _package("example-router", "4.2.0")
_SCHEMA = _package("example-schema", "7.0.4")
_TEST_RUNNER = _package("example-test-runner", "11.2.0")

_POISONED_HTTP = Package.of(_HTTP.name, _HTTP.version, tarball=b"what somebody else would like to be installed")
"""What the lockfile wants in place of `_HTTP`."""

_MANIFEST: Json = {
    "name": "acme-shop",
    "version": "1.0.0",
    "private": True,
    "workspaces": ["packages/*"],
    "dependencies": {
        "@acme/analytics": "^1.4.0",
        "@acme/forms": "^3.2.0",
        "chart": "npm:example-chart@^5.1.0",
        "example-colors": "^2.0.0",
        "example-http": "^1.14.0",
        "example-image": "^0.9.0",
        "example-left-trim": "^1.3.0",
        "example-router": "^4.2.0",
        "example-theme": "github:example-org/example-theme#v2.0.0",
    },
    "devDependencies": {"example-test-runner": "^11.2.0"},
}
_WORKSPACE: Json = {"name": "@acme/checkout", "version": "1.0.0", "dependencies": {"example-schema": "^7.0.0"}}


def write_example(folder: Path) -> None:
    """Write the project, its evidence and the trust material; what else is in ``folder`` stays."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_json(folder / "package.json", _MANIFEST)
    _write_json(folder / "packages/checkout/package.json", _WORKSPACE)
    _write_json(folder / "package-lock.json", _lockfile())
    (folder / "trusted_root.json").write_bytes(SIGSTORE.trusted_root())
    (folder / "npm-keys.json").write_bytes(SIGSTORE.npm_keys())
    _write_evidence(folder / "evidence")


# ---- The lockfile --------------------------------------------------------------------------------------------------


def _lockfile() -> Json:
    """Return the lockfile that npm 11 would write, but for one entry that somebody changed."""
    project = {key: value for key, value in _MANIFEST.items() if key != "private"}
    locked = {
        **_entry(_ANALYTICS),
        "node_modules/@acme/checkout": {"resolved": "packages/checkout", "link": True},
        **_entry(_FORMS),
        **_entry(_CHART, alias="chart"),
        **_entry(_COLORS),
        **_entry(_DATE),
        **_entry(_POISONED_HTTP),
        **_entry(_IMAGE),
        **_entry(_LEFT_TRIM),
        **_entry(_ROUTER, dependencies={"example-date": "^2.6.0"}),
        **_entry(_SCHEMA),
        **_entry(_TEST_RUNNER, bundleDependencies=["example-ansi"], dev=True, dependencies={"example-ansi": "^1.0.0"}),
        "node_modules/example-test-runner/node_modules/example-ansi": {
            "version": "1.0.2",
            "dev": True,
            "inBundle": True,
            "license": "MIT",
        },
        "node_modules/example-theme": {
            "version": "2.0.0",
            "resolved": f"git+ssh://git@github.com/example-org/example-theme.git#{_commit('example-theme')}",
            "license": "MIT",
        },
        "packages/checkout": _WORKSPACE,
    }
    return {
        "name": _MANIFEST["name"],
        "version": _MANIFEST["version"],
        "lockfileVersion": 3,
        "requires": True,
        "packages": {"": project, **locked},
    }


def _entry(package: Package, *, alias: str | None = None, **fields: Any) -> Json:  # noqa: ANN401 - any JSON value
    """Return the entry of a package from the registry, by its location; its fields in npm's order."""
    name = {"name": package.name} if alias else {}
    what = {"version": package.version, "resolved": _tarball(package), "integrity": package.integrity}
    others = sorted({"license": "MIT", **fields}.items(), key=lambda field: (isinstance(field[1], dict), field[0]))
    return {f"node_modules/{alias or package.name}": {**name, **what, **dict(others)}}


# ---- The evidence --------------------------------------------------------------------------------------------------


def _answers() -> Mapping[Package, bytes | None]:
    """Return what the registry answers about attestations, `None` for 404; about `_ANALYTICS` nobody asked it."""
    return {
        _ROUTER: _attestations(_ROUTER, at=datetime(2025, 9, 12, 21, 47, 32, tzinfo=UTC)),
        _CHART: _attestations(_CHART, Era.REKOR_V2, at=datetime(2026, 3, 2, 12, 5, 41, tzinfo=UTC)),
        _FORMS: _attestations(
            _FORMS,
            build=Build(
                **_origin(_FORMS),
                workflow=".gitlab-ci.yml",
                workflow_name="publish",
                runner_environment="gitlab-hosted",
            ),
            build_type=BuildType.GITLAB,
            at=datetime(2025, 6, 30, 8, 15, 3, tzinfo=UTC),
        ),
        _SCHEMA: _attestations(
            _SCHEMA,
            Era.E2024,
            build=replace(DELEGATED_BUILD, **_origin(_SCHEMA)),
            build_type=BuildType.DELEGATOR,
            at=datetime(2024, 5, 16, 17, 12, 2, tzinfo=UTC),
        ),
        _DATE: _attestations(
            _DATE,
            Era.E2023,
            build=Build(**_origin(_DATE), runner_environment="self-hosted"),
            at=datetime(2023, 4, 20, 17, 17, 17, tzinfo=UTC),
        ),
        _HTTP: _attestations(_HTTP, at=datetime(2025, 11, 4, 10, 2, 55, tzinfo=UTC)),
        _COLORS: _attestations(
            _COLORS,
            at=datetime(2025, 8, 26, 22, 32, 25, tzinfo=UTC),
            provenance=change(signer=email_identity("somebody@mail.example", "https://github.com/login/oauth")),
        ),
        _IMAGE: _attestations(
            _IMAGE,
            at=datetime(2026, 2, 17, 6, 44, 10, tzinfo=UTC),
            provenance=change(
                edit_statement=put("predicate", "buildDefinition", "buildType", to=_BUILD_TYPE_OF_THE_FUTURE)
            ),
        ),
        _LEFT_TRIM: None,
        _TEST_RUNNER: None,
    }


def _attestations(
    package: Package,
    era: Era = Era.E2025,
    *,
    build: Build | None = None,
    **how: Any,  # noqa: ANN401 - of many types
) -> bytes:
    """Return the registry's answer, indented to be read."""
    build = build or Build(**_origin(package))
    answer = json.loads(response(package, era, build=build, registry=PUBLIC_REGISTRY, **how))
    return json.dumps(answer, indent=2).encode() + b"\n"


def _origin(package: Package) -> dict[str, str]:
    """Return where a package comes from: a repository named like it, with made-up numbers that are its own."""
    base_name = package.name.rpartition("/")[2]
    return {
        "repository": f"example-org/{base_name}",
        "repository_id": _number(base_name),
        "owner_id": "400500600",
        "ref": f"refs/tags/v{package.version}",
        "commit": _commit(base_name),
        "run_id": _number(f"{base_name} run"),
    }


def _commit(repository: str) -> str:
    return sha256(repository.encode()).hexdigest()[:40]


def _number(label: str) -> str:
    return str(int(sha256(label.encode()).hexdigest()[:8], 16))


def _write_evidence(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
    store = EvidenceStore(folder, clock=lambda: _FETCHED)
    store.write(keys_url(REGISTRY), status=_OK, body=SIGSTORE.npm_keys_endpoint())
    for package, body in _answers().items():
        url = attestations_url(REGISTRY, package.name, package.version)
        store.write(url, status=_OK if body else _NOT_FOUND, body=body or b"")
        if body is None:  # the metadata confirms that nothing was dropped on the way
            url = metadata_url(REGISTRY, package.name, package.version)
            store.write(url, status=_OK, body=_metadata(package))
    store.tidy()
    if store.problem:
        raise OSError(store.problem)


def _metadata(package: Package) -> bytes:
    dist = {"integrity": package.integrity, "tarball": _tarball(package)}
    return json.dumps({"name": package.name, "version": package.version, "dist": dist}).encode()


def _tarball(package: Package) -> str:
    base_name = package.name.rpartition("/")[2]
    return f"{REGISTRY}/{package.name}/-/{base_name}-{package.version}.tgz"


def _write_json(path: Path, document: Json) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8", newline="\n")
