import hashlib
import json
import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provcheck.registry.exchange import AnswerTooLargeError
from provcheck.registry.store import EvidenceStore, default_folder

URL = "https://registry.example/-/npm/v1/attestations/@scope%2fname@1.0.0"
OTHER = "https://registry.example/name/1.0.0"
SMALL = b'{"attestations": []}'
LARGE = b'{"attestations": ["' + b"x" * 20_000 + b'"]}'
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

needs_symlinks = pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need privileges")


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path / "evidence", clock=lambda: NOW)


def reopened(store: EvidenceStore) -> EvidenceStore:
    return EvidenceStore(store.folder, clock=lambda: NOW)


def answers_file(store: EvidenceStore) -> Path:
    return next((store.folder / "answers").iterdir())


def blob_file(store: EvidenceStore) -> Path:
    return next((store.folder / "blobs").iterdir())


@pytest.mark.parametrize("body", [b"", SMALL, LARGE, b"\xff\x00", b'{"a": "\xc3\xa9\\n\\u0000"}'])
def test_what_is_written_is_read(store: EvidenceStore, body: bytes) -> None:
    store.write(URL, status=200, body=body)
    for each in (store, reopened(store)):
        record = each.read(URL)
        assert record is not None
        assert (record.url, record.status, record.body, record.fetched) == (URL, 200, body, NOW)
        assert each.read(OTHER) is None
    assert store.problem is None


def test_reading_creates_nothing(store: EvidenceStore) -> None:
    assert store.read(URL) is None
    assert not store.folder.exists()


def test_no_more_is_read_than_wanted(store: EvidenceStore) -> None:
    store.write(URL, status=200, body=LARGE)
    with pytest.raises(AnswerTooLargeError):
        store.read(URL, limit=len(LARGE) - 1)
    record = store.read(URL, limit=len(LARGE))
    assert record is not None
    assert record.body == LARGE


def test_the_last_answer_counts(store: EvidenceStore) -> None:
    store.write(URL, status=404, body=b"")
    store.write(URL, status=200, body=SMALL)
    record = reopened(store).read(URL)
    assert record is not None
    assert record.status == 200


def test_addresses_that_differ_in_case_only_are_different(store: EvidenceStore) -> None:
    store.write(URL.replace("name", "NAME"), status=200, body=SMALL)
    assert store.read(URL) is None


def test_age(store: EvidenceStore) -> None:
    store.write(URL, status=404, body=b"")
    later = EvidenceStore(store.folder, clock=lambda: NOW + timedelta(hours=5))
    record = later.read(URL)
    assert record is not None
    assert later.age(record) == timedelta(hours=5)


# ---- the folder, as people see it ----------------------------------------------------------------------------------


def test_people_can_read_it(store: EvidenceStore) -> None:
    store.write(URL, status=404, body=b"")
    store.write(OTHER, status=200, body=LARGE)
    lines = [json.loads(line) for line in answers_file(store).read_text().splitlines()]
    assert lines == [
        {"url": URL, "status": 404, "fetched": "2026-11-22T12:00:00Z"},
        {"url": OTHER, "status": 200, "fetched": "2026-11-22T12:00:00Z", "sha256": hashlib.sha256(LARGE).hexdigest()},
    ]
    assert blob_file(store).name == f"{hashlib.sha256(LARGE).hexdigest()}.json"
    assert blob_file(store).read_bytes() == LARGE
    assert (store.folder / "README.md").is_file()


def test_an_absent_answer_costs_no_file(store: EvidenceStore) -> None:
    for number in range(100):
        store.write(f"{OTHER}{number}", status=404, body=b"")
    assert len(list(store.folder.rglob("*"))) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_new_folder_is_private(store: EvidenceStore) -> None:
    store.write(URL, status=404, body=b"")
    assert stat.S_IMODE(store.folder.stat().st_mode) & 0o077 == 0


@pytest.mark.parametrize("host", ["nul", "con.example", "127.0.0.1:4873", "[::1]:80", "a" * 200])
def test_every_host_has_a_file_name(store: EvidenceStore, host: str) -> None:
    store.write(f"http://{host}/a/1.0.0", status=404, body=b"")
    assert reopened(store).read(f"http://{host}/a/1.0.0") is not None
    assert answers_file(store).name.startswith("host-")
    assert ":" not in answers_file(store).name


def test_tidy_leaves_what_counts_in_order(store: EvidenceStore) -> None:
    for _ in range(3):
        store.write(URL, status=404, body=b"")
    store.write("https://registry.example/-/npm/v1/keys", status=404, body=b"")
    other = reopened(store)
    other.write(OTHER, status=200, body=SMALL)
    store.tidy()
    urls = [json.loads(line)["url"] for line in answers_file(store).read_text().splitlines()]
    assert urls == sorted([URL, OTHER, "https://registry.example/-/npm/v1/keys"])
    assert reopened(store).read(OTHER) is not None


def test_a_file_of_mostly_dead_lines_is_tidied(store: EvidenceStore) -> None:
    for _ in range(1100):
        store.write(URL, status=404, body=b"")
    before = answers_file(store).stat().st_size
    assert reopened(store).read(URL) is not None
    assert answers_file(store).stat().st_size == before // 1100


def test_info(store: EvidenceStore) -> None:
    assert (store.info().records, store.info().bytes, store.info().oldest) == (0, 0, None)
    EvidenceStore(store.folder, clock=lambda: NOW - timedelta(days=3)).write(OTHER, status=200, body=LARGE)
    store.write(URL, status=404, body=b"")
    info = reopened(store).info()
    assert info.folder == store.folder
    assert info.records == 2
    assert info.bytes > len(LARGE)
    assert info.oldest == NOW - timedelta(days=3)


def test_clear_deletes_all_of_it(store: EvidenceStore) -> None:
    store.write(URL, status=404, body=b"")
    store.write(OTHER, status=200, body=LARGE)
    assert store.clear().records == 2
    assert not store.folder.exists()
    assert store.read(URL) is None
    store.write(URL, status=404, body=b"")
    assert reopened(store).read(URL) is not None


def test_clear_deletes_nothing_else(tmp_path: Path) -> None:
    ours = ["mine.txt", "README.md", "answers/data.jsonl", "blobs/notes.json", "other/host-x.jsonl"]
    for name in ours:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("keep me")
    store = EvidenceStore(tmp_path)
    store.write(URL, status=200, body=LARGE)
    store.clear()
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()) == sorted(
        ours
    )


def test_the_default_folder_is_the_user_s() -> None:
    assert default_folder().is_relative_to(Path.home())
    assert "provcheck" in str(default_folder())


# ---- damage --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[: len(data) // 2],
        lambda data: data[:-1],
        lambda data: data.replace(b'"status": 200', b'"status": "200"'),
        lambda data: data.replace(b'"status": 200', b'"status": true'),
        lambda data: data.replace(b"2026-11-22T12:00:00Z", b"2026-11-22T12:00:00"),
        lambda data: data.replace(b"2026-11-22T12:00:00Z", b"yesterday"),
        lambda data: data.replace(b"attestations", b"attestation5"),
        lambda data: data.replace(b'\\"attestations\\"', b'\\"attestation5\\"'),
        lambda data: data.replace(b'"sha256"', b'"md5"'),
        lambda _: b"",
        lambda data: b"\xff" * len(data),
        lambda _: b"[]\n",
    ],
)
def test_a_damaged_line_is_as_if_it_were_not_there(store: EvidenceStore, change: Callable[[bytes], bytes]) -> None:
    store.write(URL, status=200, body=SMALL)
    answers_file(store).write_bytes(change(answers_file(store).read_bytes()))
    damaged = reopened(store)
    assert damaged.read(URL) is None
    damaged.write(URL, status=200, body=SMALL)
    assert reopened(store).read(URL) is not None


@pytest.mark.parametrize("damage", [b"", LARGE[:-1], LARGE.replace(b"x", b"y", 1), LARGE + b" "])
def test_a_damaged_blob_is_as_if_it_were_not_there(store: EvidenceStore, damage: bytes) -> None:
    store.write(URL, status=200, body=LARGE)
    blob_file(store).write_bytes(damage)
    assert store.read(URL) is None
    store.write(URL, status=200, body=LARGE)
    assert reopened(store).read(URL) is not None


def test_a_missing_blob(store: EvidenceStore) -> None:
    store.write(URL, status=200, body=LARGE)
    blob_file(store).unlink()
    assert store.read(URL) is None


def test_a_torn_line_damages_no_other(store: EvidenceStore) -> None:
    store.write(URL, status=200, body=SMALL)
    store.write(OTHER, status=200, body=SMALL)
    answers_file(store).write_bytes(answers_file(store).read_bytes()[:-20])
    after = reopened(store)
    third = "https://registry.example/third/1.0.0"
    after.write(third, status=404, body=b"")
    last = reopened(store)
    assert [last.read(url) is not None for url in (URL, OTHER, third)] == [True, False, True]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, 300), st.binary(max_size=40))
def test_any_bytes_are_a_store(store: EvidenceStore, position: int, junk: bytes) -> None:
    store.clear()
    store.write(URL, status=200, body=SMALL)
    good = answers_file(store).read_bytes()
    answers_file(store).write_bytes(good[:position] + junk + good[position + len(junk) :])
    record = reopened(store).read(URL)
    assert record is None or record.body in (SMALL, b"")
    assert reopened(store).info().records <= 1


# ---- attacks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("digest", ["../../secret", "/etc/passwd", "a" * 63, "A" * 64, ["a"], 1, "a" * 64 + "\n"])
def test_a_record_cannot_point_out_of_the_folder(store: EvidenceStore, tmp_path: Path, digest: object) -> None:
    (tmp_path / "secret.json").write_bytes(SMALL)
    store.write(URL, status=404, body=b"")
    record = {"url": URL, "status": 200, "fetched": "2026-11-22T12:00:00Z", "sha256": digest}
    answers_file(store).write_text(json.dumps(record) + "\n")
    assert reopened(store).read(URL) is None


@needs_symlinks
def test_symbolic_links_are_not_read(store: EvidenceStore, tmp_path: Path) -> None:
    store.write(URL, status=200, body=LARGE)
    blob_file(store).rename(tmp_path / "elsewhere.json")
    (store.folder / "blobs" / f"{hashlib.sha256(LARGE).hexdigest()}.json").symlink_to(tmp_path / "elsewhere.json")
    assert reopened(store).read(URL) is None


@needs_symlinks
@pytest.mark.parametrize("directory", ["answers", "blobs"])
def test_linked_folders_are_not_used(store: EvidenceStore, tmp_path: Path, directory: str) -> None:
    store.write(URL, status=200, body=LARGE)
    (store.folder / directory).rename(tmp_path / "elsewhere")
    (store.folder / directory).symlink_to(tmp_path / "elsewhere")
    before = sorted((path.name, path.stat().st_size) for path in (tmp_path / "elsewhere").iterdir())
    attacked = reopened(store)
    assert attacked.read(URL) is None
    attacked.write(URL, status=200, body=LARGE + b" ")
    attacked.clear()
    assert attacked.problem is not None
    assert sorted((path.name, path.stat().st_size) for path in (tmp_path / "elsewhere").iterdir()) == before


@needs_symlinks
def test_lines_are_not_appended_through_a_link(store: EvidenceStore, tmp_path: Path) -> None:
    store.write(URL, status=404, body=b"")
    file = answers_file(store)
    file.unlink()
    (tmp_path / "victim").write_text("")
    file.symlink_to(tmp_path / "victim")
    attacked = reopened(store)
    attacked.write(URL, status=404, body=b"")
    assert attacked.problem is not None
    assert (tmp_path / "victim").read_text() == ""


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="POSIX only")
def test_a_pipe_does_not_hang(store: EvidenceStore) -> None:
    store.write(URL, status=200, body=LARGE)
    blob = blob_file(store)
    blob.unlink()
    os.mkfifo(blob)
    assert store.read(URL) is None


def test_a_record_of_the_future_has_a_negative_age(store: EvidenceStore) -> None:
    EvidenceStore(store.folder, clock=lambda: NOW + timedelta(days=9)).write(URL, status=404, body=b"")
    record = store.read(URL)
    assert record is not None
    assert store.age(record) == timedelta(days=-9)


# ---- a bad disk ----------------------------------------------------------------------------------------------------


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    store = EvidenceStore(tmp_path / "file")
    store.write(URL, status=200, body=SMALL)
    assert store.problem is not None
    record = store.read(URL)
    assert record is not None, "for the rest of the run it is remembered"
    assert store.info().records == 0


def test_a_blob_that_cannot_be_written_leaves_nothing_behind(store: EvidenceStore) -> None:
    (store.folder / "blobs" / f"{hashlib.sha256(LARGE).hexdigest()}.json" / "in the way").mkdir(parents=True)
    store.write(URL, status=200, body=LARGE)
    assert store.problem is not None
    assert len(list((store.folder / "blobs").iterdir())) == 1
    assert store.read(URL) is None


def test_a_file_that_is_in_use_is_tidied_another_time(store: EvidenceStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def in_use(*_: object) -> None:
        raise PermissionError(13, "in use")  # as on Windows

    store.write(URL, status=404, body=b"")
    store.write(URL, status=404, body=b"")
    monkeypatch.setattr(Path, "replace", in_use)
    store.tidy()
    assert len(answers_file(store).read_bytes().splitlines()) == 2
    assert len(list((store.folder / "answers").iterdir())) == 1


# ---- many at once --------------------------------------------------------------------------------------------------


def test_threads(store: EvidenceStore) -> None:
    def work(number: int) -> None:
        body = f"{number % 50}".encode() * (1 + 400 * (number % 50))
        store.write(f"{OTHER}-{number % 50}", status=200, body=body)
        record = store.read(f"{OTHER}-{number % 50}")
        assert record is not None
        assert record.body == body

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(500)))
    assert store.problem is None
    assert reopened(store).info().records == 50


_WRITER = """
import sys
from pathlib import Path
from provcheck.registry.store import EvidenceStore
store = EvidenceStore(Path(sys.argv[1]))
print("ready", flush=True)
number = 0
while number < int(sys.argv[3]):
    body = (f"{number}-" * (1 + 3000 * (number % 2))).encode()
    store.write(f"https://registry.example/p{number}/{sys.argv[2]}", status=200, body=body)
    number += 1
assert store.problem is None, store.problem
"""


def start_writer(folder: Path, name: str, count: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", _WRITER, str(folder), name, str(count)], stdout=subprocess.PIPE)


def check_all(folder: Path, name: str) -> int:
    """Check that every record is whole, and return how many there are."""
    store = EvidenceStore(folder)
    count = 0
    for number in range(100_000):
        record = store.read(f"https://registry.example/p{number}/{name}")
        if record is None:
            break
        assert record.body == f"{number}-".encode() * (1 + 3000 * (number % 2))
        count += 1
    return count


def test_processes(store: EvidenceStore) -> None:
    writers = [start_writer(store.folder, name, 150) for name in ("a", "b", "c")]
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    assert [check_all(store.folder, name) for name in ("a", "b", "c")] == [150, 150, 150]


def test_being_killed_at_any_moment_damages_nothing(store: EvidenceStore) -> None:
    for attempt in range(3):
        writer = start_writer(store.folder, str(attempt), 1_000_000)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(0.05 + 0.03 * attempt)
        writer.kill()
        writer.communicate()
        written = check_all(store.folder, str(attempt))
        assert written > 0
        info = EvidenceStore(store.folder).info()
        assert info.records >= written
    store.write(URL, status=404, body=b"")
    assert reopened(store).read(URL) is not None
    reopened(store).clear()
    assert not store.folder.exists()


def test_a_reader_beside_writers(store: EvidenceStore) -> None:
    done = threading.Event()

    def write() -> None:
        for number in range(200):
            store.write(URL, status=200, body=f"{number}".encode() * 4000)
        done.set()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        while not done.is_set():
            record = store.read(URL)
            assert record is None or len(record.body) % 4000 == 0
        writing.result()
