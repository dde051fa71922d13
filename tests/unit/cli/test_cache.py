from pathlib import Path

import pytest

from provcheck.registry.store import EvidenceStore
from support.command import run_command

URL = "https://registry.example/-/npm/v1/attestations/nuxt@4.1.2"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "evidence"
    EvidenceStore(path).write(URL, status=200, body=b"{}" * 600_000)
    return path


def test_info_tells_where_and_how_much(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = run_command(capsys, "cache", "info", "--evidence", folder)
    rows = dict(line.split(maxsplit=1) for line in result.out.splitlines())
    assert (result.code, rows["folder"], rows["answers"], rows["size"]) == (0, str(folder), "1", "1.2 MB")
    assert rows["oldest"].endswith(" UTC")


def test_info_of_a_folder_that_is_not_there_is_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = run_command(capsys, "cache", "info", "--evidence", tmp_path / "none")
    assert result.code == 0
    assert "answers  0\nsize     0.0 kB\n" in result.out


def test_clear_deletes_what_is_kept(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = run_command(capsys, "cache", "clear", "--evidence", folder)
    assert result.code == 0
    assert result.out.startswith("deleted 1 answers, 1.2 MB, from ")
    assert EvidenceStore(folder).read(URL) is None


def test_without_an_option_it_is_about_the_users_cache(
    clean_environment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = run_command(capsys, "cache", "info")
    assert result.code == 0
    assert str(clean_environment) in result.out


def test_what_cannot_be_deleted_is_an_error(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path, *, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied", f"{folder}/file")

    monkeypatch.setattr(Path, "unlink", refuse)
    result = run_command(capsys, "cache", "clear", "--evidence", folder)
    assert result.code == 2
    assert f"{folder}/file" in result.err
