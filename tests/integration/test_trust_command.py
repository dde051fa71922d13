"""`provcheck trust show` and `update`."""

import functools
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from provcheck.trust import material
from provcheck.trust.embedded import read_embedded
from support.command import run_command
from support.loopback import Loopback
from support.mint import SIGSTORE
from support.schema import assert_valid_document
from support.tuf_repository import TufRepository

EMBEDDED = read_embedded()


@pytest.fixture
def repository(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Loopback]:
    """Make the command use a TUF repository here, with the production trusted root in other bytes."""
    newer = json.dumps(json.loads(EMBEDDED.trusted_root), indent=3).encode()
    repository = TufRepository(trusted_root=newer, npm_keys=EMBEDDED.npm_keys)
    embedded = replace(EMBEDDED, tuf_root=repository.bootstrap, date=datetime.now(UTC) - timedelta(days=400))
    monkeypatch.setenv("NO_PROXY", "*")
    with Loopback() as server:
        server.tarballs = {f"/{path}": data for path, data in repository.publish().items()}
        local = functools.partial(
            material.load_trust, tuf_url=server.url, folder=tmp_path / "tuf", embedded=embedded, deadline=20
        )
        monkeypatch.setattr(material, "load_trust", local)
        yield server


def show(capsys: pytest.CaptureFixture[str], *args: str | Path) -> dict[str, Any]:
    result = run_command(capsys, "trust", *args, "--format", "json")
    assert result.code == 0, result.err
    shown: dict[str, Any] = json.loads(result.out)
    assert_valid_document(shown)
    assert shown["schema"] == "provcheck.trust/v1"
    return shown


def test_what_the_installation_carries(capsys: pytest.CaptureFixture[str]) -> None:
    shown = show(capsys, "show", "--offline")

    root = shown["trust"]["trusted_root"]
    assert root["sha256"] == hashlib.sha256(EMBEDDED.trusted_root).hexdigest()
    assert root["source"].startswith("embedded copy")
    names = {(entry["kind"], entry["name"]) for entry in shown["entries"]}
    assert ("transparency log", "rekor.sigstore.dev") in names
    assert ("certificate authority", "CN=sigstore-intermediate,O=sigstore.dev") in names
    assert ("registry key, npm:attestations", "SHA256:DhQ8wR5APBvFHLF/+Tc+AYvPOdTpcIDqOhxsBHRwC7U") in names
    assert all(len(entry["sha256"]) == 64 for entry in shown["entries"])


def test_what_the_user_gives(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "root.json").write_bytes(SIGSTORE.trusted_root())
    (tmp_path / "keys.json").write_bytes(SIGSTORE.npm_keys())

    shown = show(capsys, "show", "--trusted-root", tmp_path / "root.json", "--npm-keys", tmp_path / "keys.json")

    assert shown["trust"]["overridden"]
    assert shown["trust"]["trusted_root"]["source"] == f"file {tmp_path / 'root.json'}"
    assert {entry["name"] for entry in shown["entries"] if entry["kind"] == "transparency log"} == {
        log.host for log in (SIGSTORE.rekor, SIGSTORE.rekor_retired, SIGSTORE.rekor_v2, SIGSTORE.rekor_v2_retired)
    }


def test_update_asks_even_if_it_was_asked_today(repository: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    first = show(capsys, "show")
    asked = len(repository.requests)
    again = show(capsys, "show")
    assert len(repository.requests) == asked

    updated = show(capsys, "update")

    assert len(repository.requests) > asked
    assert first["trust"]["trusted_root"]["source"] == "Sigstore TUF repository"
    assert first["entries"] == again["entries"] == updated["entries"]


def test_text_tells_source_age_and_fingerprints(repository: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    result = run_command(capsys, "trust", "show")

    assert result.code == 0
    assert "Sigstore TUF repository" in result.out
    assert "0 days old" in result.out
    assert "c0d23d6ad406973f9559f3ba2d1ca01f84147d8ffc5b8445c224f98b9591801d" in result.out


def test_a_root_that_cannot_be_used(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "root.json").write_text("{}")

    assert run_command(capsys, "trust", "show", "--trusted-root", tmp_path / "root.json").code == 2
