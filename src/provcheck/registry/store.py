"""The evidence that was fetched before: a folder of readable records, and of the bytes they point to.

    README.md
    answers/host-registry.example.jsonl one line per answer: address, status, when, SHA-256 of the body
    blobs/1f0c…e2.json                  a body, byte for byte, named by its SHA-256

A short body stands in its line, a long one in a blob. Of several lines about one address the last one counts.

It holds evidence and never verdicts: everything is verified again on every run, so whoever can write to the folder
can make a run fail or attestations disappear (a forged "there is nothing"), but cannot make anything verify. Keep it
to yourself all the same: a new folder can be read by its owner only.

Any number of threads and processes may use one folder at once, and may be killed at any moment. A line is appended
in one write, and one that was torn by a kill or a full disk is skipped; a blob appears whole under its name or not at
all. What is damaged is as if it were not there. (A file for each answer would be simpler, but to create a file costs
more than to ask a registry for an answer that says there is nothing, and most answers say that.)
"""

import hashlib
import json
import os
import re
import secrets
import stat
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from provcheck import jsonio
from provcheck.errors import MalformedError
from provcheck.registry.addresses import parse_address
from provcheck.registry.exchange import AnswerTooLargeError

_INLINE_BYTES = 8 * 1024
"""The longest body that stands in its line."""

_MAX_LINE_BYTES = 64 * 1024
_MAX_ANSWERS_BYTES = 256 * 1024 * 1024
_DEAD_LINES_WORTH_TIDYING = 1000

_LINE_START = re.compile(rb'\{"url": "([!#-\[\]-~]+)", ')
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NOT_IN_NAMES = re.compile(r"[^a-z0-9._-]")
_ANSWERS_NAME = re.compile(r"host-.+\.jsonl")
_BLOB_NAME = re.compile(r"[0-9a-f]{64}\.json")
_TEMPORARY_NAME = re.compile(r"\.provcheck-[0-9a-f]{16}\.tmp")
_SAFELY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_README = """# Evidence

What npm registries answered when Provcheck asked them about packages.

Each line in `answers/` says which address was asked, when, and with which status. Its `body` is the answer; a long
answer is kept byte for byte in `blobs/`, under the name that `sha256` gives. A line without `sha256` is an answer
without content, for example that there are no attestations (404). The last line about an address counts.

Nothing here is trusted: Provcheck verifies it again on every run. Deleting any of it is safe.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One answer of a registry."""

    url: str
    status: int
    fetched: datetime
    body: bytes
    """Empty for an answer without content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreInfo:
    """What is in a store."""

    folder: Path
    records: int
    bytes: int
    """Of all its files."""
    oldest: datetime | None
    """When the oldest record was fetched."""


@dataclass(slots=True)
class _Answers:
    """The lines about one host, as they were when the file was read, and as this process added to them."""

    lines: dict[str, bytes] = field(default_factory=dict)
    """By address; not parsed before they are needed."""
    dead: int = 0
    """Lines in the file that do not count any more."""
    torn: bool = False
    """The file does not end with a line end: somebody was killed while writing."""


class EvidenceStore:
    """Evidence in one folder, by the address it came from."""

    def __init__(self, folder: Path, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Use ``folder``, which is created when something is first written.

        Args:
            folder: see `default_folder`.
            clock: gives the time, with its zone.
        """
        self.folder = folder
        self._clock = clock
        self._lock = threading.Lock()
        self._answers: dict[str, _Answers] = {}
        self._directories: set[Path] = set()
        self._problem: str | None = None

    @property
    def problem(self) -> str | None:
        """Why evidence could not be kept, for people; ``None`` if it could."""
        return self._problem

    def age(self, record: Record) -> timedelta:
        """Return how long ago ``record`` was fetched; negative if it claims to be from the future."""
        return self._clock() - record.fetched

    def read(self, url: str, *, limit: int = jsonio.MAX_BYTES) -> Record | None:
        """Return the last answer of ``url``, whole and unchanged; ``None`` if there is none or it is damaged.

        Raises:
            AnswerTooLargeError: it has more than ``limit`` bytes.
        """
        name = _answers_name(url)
        with self._lock:
            line = self._load(name).lines.get(url)
        entry = _parse_line(line) if line is not None else None
        if entry is None:
            return None
        body = entry.body
        if body is None and entry.digest is not None:
            blob = f"{entry.digest}.json"
            body = self._read_file("blobs", blob, limit=limit)
            if body is None and limit < self._size("blobs", blob) <= jsonio.MAX_BYTES:
                raise AnswerTooLargeError(f"the kept answer is larger than {limit:,} bytes")
        if entry.digest is not None and (body is None or hashlib.sha256(body).hexdigest() != entry.digest):
            return None
        return Record(url=url, status=entry.status, fetched=entry.fetched, body=body or b"")

    def write(self, url: str, *, status: int, body: bytes) -> None:
        """Keep an answer, in place of an earlier one of the same address.

        A folder that cannot be written to is no reason to stop a run: see `problem`.
        """
        name = _answers_name(url)
        line, is_inline = _render_line(url, status=status, fetched=self._clock(), body=body)
        try:
            if not is_inline:
                self._write_blob(body)
            with self._lock:
                self._append(name, url, line)
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            self._problem = self._problem or f"the evidence could not be kept in {self.folder}: {reason}"

    def tidy(self) -> None:
        """Leave in each file only the lines that count, sorted by address."""
        with self._lock:
            self._answers.clear()
            for path in _files(self.folder / "answers", _ANSWERS_NAME):
                self._tidy(path.name)

    def info(self) -> StoreInfo:
        """Return how much is in the store."""
        paths = list(_all_files(self.folder))
        names = [path.name for path in paths if path.suffix == ".jsonl"]
        with self._lock:
            lines = [line for name in names for line in self._load(name).lines.values()]
        fetched = [entry.fetched for line in lines if (entry := _parse_line(line)) is not None]
        size = sum(path.lstat().st_size for path in paths)
        return StoreInfo(folder=self.folder, records=len(fetched), bytes=size, oldest=min(fetched, default=None))

    def clear(self) -> StoreInfo:
        """Delete everything that stores have written to the folder, and nothing else; return what it was.

        Raises:
            OSError: a file could not be deleted.
        """
        info = self.info()
        with self._lock:
            self._answers.clear()
            self._directories.clear()
            for path in list(_all_files(self.folder)):
                path.unlink(missing_ok=True)
            for folder in (self.folder / "answers", self.folder / "blobs", self.folder):
                if folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir()):
                    folder.rmdir()
        return info

    # -- lines --

    def _load(self, name: str) -> _Answers:
        """Return the lines of one file, reading it the first time."""
        answers = self._answers.get(name)
        if answers is None:
            data = self._read_file("answers", name, limit=_MAX_ANSWERS_BYTES)
            answers = self._answers[name] = _index(data) if data is not None else _Answers()
            if answers.dead > max(len(answers.lines), _DEAD_LINES_WORTH_TIDYING):
                self._tidy(name)
        return answers

    def _append(self, name: str, url: str, line: bytes) -> None:
        answers = self._load(name)
        answers.lines[url] = line
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | _SAFELY
        descriptor = os.open(self._own_directory("answers", create=True) / name, flags, 0o666)
        try:
            data = b"\n" + line if answers.torn else line
            answers.torn = os.write(descriptor, data) != len(data)
        finally:
            os.close(descriptor)

    def _tidy(self, name: str) -> None:
        """Replace a file by one with the lines that count; what other processes append meanwhile may be lost."""
        answers = self._load(name)
        try:
            self._write_file("answers", name, b"".join(line for _, line in sorted(answers.lines.items())))
        except OSError:  # on Windows, while another process has the file open
            return
        answers.dead, answers.torn = 0, False

    # -- files --

    def _read_file(self, directory: str, name: str, *, limit: int) -> bytes | None:
        """Return the bytes of a regular file of ours, if there is one and it is not larger than ``limit``."""
        try:
            descriptor = os.open(self._own_directory(directory, create=False) / name, os.O_RDONLY | _SAFELY)
            with os.fdopen(descriptor, "rb") as file:
                status = os.fstat(descriptor)
                return file.read() if stat.S_ISREG(status.st_mode) and status.st_size <= limit else None
        except OSError:
            return None

    def _size(self, directory: str, name: str) -> int:
        try:
            return (self._own_directory(directory, create=False) / name).lstat().st_size
        except OSError:
            return 0

    def _write_blob(self, body: bytes) -> None:
        name = f"{hashlib.sha256(body).hexdigest()}.json"
        if self._read_file("blobs", name, limit=len(body)) != body:
            self._write_file("blobs", name, body)

    def _write_file(self, directory: str, name: str, data: bytes) -> None:
        """Make a file appear whole under its name."""
        folder = self._own_directory(directory, create=True)
        temporary = folder / f".provcheck-{secrets.token_hex(8)}.tmp"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _SAFELY, 0o666)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            # After closing: Windows cannot rename an open file.
            temporary.replace(folder / name)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise

    def _own_directory(self, directory: str, *, create: bool) -> Path:
        """Return a directory in the folder that is not a symbolic link to somewhere else.

        Raises:
            OSError: it does not exist, cannot be made, or is something else.
        """
        path = self.folder / directory
        if path in self._directories:
            return path
        if create and not self.folder.exists():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self.folder / "README.md").write_text(_README, encoding="utf-8", newline="\n")
        if create:
            path.mkdir(exist_ok=True)
        if not stat.S_ISDIR(path.lstat().st_mode):
            raise NotADirectoryError(f"{path} is not a folder")
        self._directories.add(path)
        return path


def default_folder() -> Path:
    """Return where evidence is kept unless the user says otherwise."""
    from platformdirs import user_cache_dir  # noqa: PLC0415 - not needed by runs with a folder of their own

    return Path(user_cache_dir("provcheck", appauthor=False)) / "evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A parsed line."""

    status: int
    fetched: datetime
    digest: str | None
    body: bytes | None
    """The body that stands in the line, unverified."""


def _index(data: bytes) -> _Answers:
    """Return the lines by address. What is not a line of ours, for example a torn one, is left out."""
    answers = _Answers(torn=not data.endswith(b"\n") and bool(data))
    for line in data.splitlines(keepends=True):
        match = _LINE_START.match(line)
        if match is None or not line.endswith(b"\n"):
            answers.dead += 1
            continue
        url = match[1].decode("ascii")
        answers.dead += url in answers.lines
        answers.lines[url] = line
    return answers


def _render_line(url: str, *, status: int, fetched: datetime, body: bytes) -> tuple[bytes, bool]:
    """Return the line about an answer, and whether its body stands in it."""
    time = fetched.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    record: dict[str, object] = {"url": url, "status": status, "fetched": time}
    is_inline = True
    if body:
        record["sha256"] = hashlib.sha256(body).hexdigest()
        try:
            text = body.decode("utf-8") if len(body) <= _INLINE_BYTES else None
        except UnicodeDecodeError:
            text = None
        is_inline = text is not None
        if is_inline:
            record["body"] = text
    return json.dumps(record).encode("ascii") + b"\n", is_inline


def _parse_line(line: bytes) -> _Entry | None:
    """Return what a line says; ``None`` if it is damaged."""
    try:
        record = jsonio.parse_object(line, what="the record", max_bytes=_MAX_LINE_BYTES)
        fetched = datetime.fromisoformat(str(record.get("fetched")))
    except (MalformedError, ValueError):
        return None
    status, digest, body = record.get("status"), record.get("sha256"), record.get("body")
    if not isinstance(status, int) or isinstance(status, bool) or fetched.tzinfo is None:
        return None
    # The digest becomes part of a path, so it must be nothing but a digest.
    if digest is not None and not (isinstance(digest, str) and _SHA256.fullmatch(digest)):
        return None
    if body is not None and (digest is None or not isinstance(body, str)):
        return None
    return _Entry(status=status, fetched=fetched, digest=digest, body=body.encode() if body is not None else None)


def _answers_name(url: str) -> str:
    """Return the name of the file with the lines about the address's host.

    Every file system takes it: Windows, for one, has no file ``nul.example.jsonl``, whence the prefix.
    """
    return f"host-{_NOT_IN_NAMES.sub('_', parse_address(url).authority)[:100]}.jsonl"


def _all_files(folder: Path) -> Iterator[Path]:
    """Give every file that stores have written to ``folder``."""
    readme = folder / "README.md"
    if readme.is_file() and readme.read_bytes() == _README.encode():
        yield readme
    yield from _files(folder / "answers", _ANSWERS_NAME)
    yield from _files(folder / "blobs", _BLOB_NAME)
    yield from _files(folder / "answers", _TEMPORARY_NAME)
    yield from _files(folder / "blobs", _TEMPORARY_NAME)


def _files(folder: Path, name: re.Pattern[str]) -> Iterator[Path]:
    """Give the regular files of ``folder`` whose names match, sorted; symbolic links are not followed."""
    if folder.is_dir() and not folder.is_symlink():
        for path in sorted(folder.iterdir()):
            if name.fullmatch(path.name) and path.is_file() and not path.is_symlink():
                yield path
