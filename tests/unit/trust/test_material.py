import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from provcheck.errors import TrustError, UsageError
from provcheck.trust.embedded import Embedded, read_embedded
from provcheck.trust.material import TrustMaterial, default_folder, load_trust
from provcheck.trust.production import STALE

REGISTRY = "https://registry.example"
EMBEDDED = read_embedded()
DATE = datetime(2026, 5, 1, tzinfo=UTC)


def load(
    tmp_path: Path,
    *,
    trusted_root: Path | None = None,
    npm_keys: Path | None = None,
    embedded: Embedded = EMBEDDED,
    now: datetime = DATE,
) -> TrustMaterial:
    return load_trust(
        registry=REGISTRY,
        trusted_root=trusted_root,
        npm_keys=npm_keys,
        offline=True,
        folder=tmp_path / "tuf",
        embedded=replace(embedded, date=DATE),
        now=now,
    )


@pytest.fixture
def root_file(tmp_path: Path) -> Path:
    path = tmp_path / "root.json"
    path.write_text(json.dumps(json.loads(EMBEDDED.trusted_root), indent=4))
    return path


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    document = json.loads(EMBEDDED.npm_keys)
    document["keys"] = document["keys"][:2]
    path.write_text(json.dumps(document))
    return path


def test_offline_and_never_refreshed_it_is_what_the_installation_carries(tmp_path: Path) -> None:
    material = load(tmp_path)
    info = material.info
    assert info.root_source == f"embedded copy of 2026-05-01, in {EMBEDDED.origin}"
    assert info.root_date == DATE
    assert info.root_sha256 == material.root.sha256
    assert info.key_ids == material.keys.key_ids
    assert not info.overridden
    assert info.notes == ("Offline: Sigstore's TUF repository was not asked.",)
    assert not (tmp_path / "tuf").exists()


@pytest.mark.parametrize(("age", "warned"), [(STALE - timedelta(seconds=1), False), (STALE, True)])
def test_a_stale_root_is_warned_about(tmp_path: Path, age: timedelta, *, warned: bool) -> None:
    notes = load(tmp_path, now=DATE + age).info.notes
    assert any("180 days old" in note for note in notes) is warned


def test_given_files_win_and_nothing_else_is_read(tmp_path: Path, root_file: Path, keys_file: Path) -> None:
    broken = replace(EMBEDDED, trusted_root=b"", npm_keys=b"", tuf_root=b"")
    info = load(tmp_path, trusted_root=root_file, npm_keys=keys_file, embedded=broken).info
    assert info.overridden
    assert (info.root_source, info.keys_source) == (f"file {root_file}", f"file {keys_file}")
    assert info.root_date is None
    assert len(info.key_ids) == 1
    assert info.notes == ()


def test_a_given_root_leaves_the_keys_as_they_are(tmp_path: Path, root_file: Path) -> None:
    info = load(tmp_path, trusted_root=root_file, now=DATE + 2 * STALE).info
    assert info.overridden
    assert info.root_source == f"file {root_file}"
    assert len(info.key_ids) == 2
    assert not any("trust root" in note for note in info.notes)


def test_given_keys_leave_the_root_as_it_is(tmp_path: Path, keys_file: Path) -> None:
    info = load(tmp_path, npm_keys=keys_file).info
    assert info.overridden
    assert info.root_source == f"embedded copy of 2026-05-01, in {EMBEDDED.origin}"
    assert len(info.key_ids) == 1
    assert not any("keys" in note for note in info.notes)


@pytest.mark.parametrize("option", ["trusted_root", "npm_keys"])
def test_a_given_file_that_cannot_be_read(tmp_path: Path, option: str) -> None:
    for path in (tmp_path / "missing.json", tmp_path):
        with pytest.raises(UsageError) as caught:
            load_trust(registry=REGISTRY, offline=True, folder=tmp_path, **{option: path})  # type: ignore[arg-type]
        assert caught.value.where == str(path)


@pytest.mark.parametrize("option", ["trusted_root", "npm_keys"])
@pytest.mark.parametrize("content", [b"", b"{}", b'{"keys": [{}]}', b" " * (16 * 1024 * 1024 + 1)])
def test_a_given_file_that_holds_nothing_usable(tmp_path: Path, option: str, content: bytes) -> None:
    path = tmp_path / "given.json"
    path.write_bytes(content)
    with pytest.raises(TrustError) as caught:
        load_trust(registry=REGISTRY, offline=True, folder=tmp_path, **{option: path})  # type: ignore[arg-type]
    assert caught.value.where is not None
    assert caught.value.where.startswith(str(path))


def test_an_installation_without_a_usable_root_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TrustError):
        load(tmp_path, embedded=replace(EMBEDDED, trusted_root=b"{}"))


def test_the_default_folder_is_the_users() -> None:
    assert default_folder().is_relative_to(Path.home())
    assert default_folder().parts[-2:] == ("provcheck", "tuf")


def test_runs_with_given_files_do_not_wait_for_the_tuf_library(root_file: Path, keys_file: Path) -> None:
    script = f"""
import sys
from pathlib import Path
from provcheck.trust.material import load_trust
load_trust(registry={REGISTRY!r}, trusted_root=Path({str(root_file)!r}), npm_keys=Path({str(keys_file)!r}))
print(sorted({{"tuf", "urllib3", "requests", "pydantic"}} & set(sys.modules)))
"""
    result = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert result.stdout.strip() == "[]"
