"""Whoever can write into the evidence folder can make a run fail, and cannot make anything verify."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provcheck.attestation.verifier import Verifier
from provcheck.codes import Code
from provcheck.jsonio import MAX_BYTES
from provcheck.judge import judge
from provcheck.model import BuildOrigin, Judgement, Verdict
from provcheck.registry.addresses import attestations_url, keys_url, metadata_url
from provcheck.registry.config import NpmConfig
from provcheck.registry.exchange import Getter, RegistryError, Response
from provcheck.registry.npmrc import PUBLIC_REGISTRY
from provcheck.registry.source import EvidenceSource
from provcheck.registry.store import EvidenceStore
from provcheck.trust.npm_keys import parse_npm_keys
from support.judging import locked, trusted_root
from support.mint import SIGSTORE, STRANGER, Package, response
from support.minted_project import PACKAGES, VERIFIED, attestations

REGISTRY = "https://registry.example"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


class Down:
    """A registry that cannot be reached."""

    def get(self, url: str, *, limit: int = MAX_BYTES) -> Response:
        raise RegistryError(Code.REGISTRY_ERROR, f"{url} cannot be had, however short: {limit}")

    def given_up(self) -> tuple[str, ...]:
        return ()


def store_in(folder: Path, *, at: datetime = NOW) -> EvidenceStore:
    return EvidenceStore(folder, clock=lambda: at)


def metadata(package: Package, *, promises: bool) -> bytes:
    dist = {"integrity": package.integrity, "attestations": {"url": "x"}} if promises else {}
    return json.dumps({"name": package.name, "version": package.version, "dist": dist}).encode()


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the right evidence."""
    folder = tmp_path_factory.mktemp("right") / "evidence"
    store = store_in(folder)
    store.write(keys_url(REGISTRY), status=200, body=SIGSTORE.npm_keys_endpoint())
    for package in PACKAGES:
        answer = attestations(package)
        url = attestations_url(REGISTRY, package.name, package.version)
        store.write(url, status=200 if answer else 404, body=answer or b"")
        if answer is None:
            url = metadata_url(REGISTRY, package.name, package.version)
            store.write(url, status=200, body=metadata(package, promises=False))
    return folder


@contextmanager
def copy_of(folder: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as temporary:
        yield Path(shutil.copytree(folder, Path(temporary) / "evidence"))


@cache
def verifier() -> Verifier:
    return Verifier(trusted_root(), parse_npm_keys(SIGSTORE.npm_keys(), registry=PUBLIC_REGISTRY))


def judged(folder: Path, client: Getter | None = None) -> dict[str, Judgement]:
    """Return the verdicts on the packages of the project, by ``name@version``."""
    source = EvidenceSource(config=NpmConfig(registry=REGISTRY), store=store_in(folder), client=client)
    source.announce((package.name, package.version) for package in PACKAGES)
    return {
        f"{package.name}@{package.version}": judge(
            locked(package, integrity=package.integrity),
            source.fetch_attestations(package.name, package.version),
            None,
            verifier=verifier(),
            registries=(REGISTRY,),
        )
        for package in PACKAGES
    }


def origins(verdicts: Mapping[str, Judgement]) -> dict[str, BuildOrigin | None]:
    """Return the origin of what is verified."""
    return {spec: each.origin for spec, each in verdicts.items() if each.verdict is Verdict.VERIFIED}


def assert_nothing_new_verifies(folder: Path, right: Path) -> None:
    for client in (None, Down()):
        assert origins(judged(folder, client)).items() <= origins(judged_right(right)).items()
    store_in(folder).info()
    store_in(folder).tidy()
    assert origins(judged(folder)).items() <= origins(judged_right(right)).items()


@cache
def judged_right(folder: Path) -> dict[str, Judgement]:
    return judged(folder)


def test_the_right_evidence_verifies(right: Path) -> None:
    assert origins(judged_right(right)).keys() == VERIFIED


# ---- any bytes -----------------------------------------------------------------------------------------------------


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_any_bytes_anywhere(right: Path, data: st.DataObject) -> None:
    with copy_of(right) as folder:
        files = sorted(path for path in folder.rglob("*.json*"))
        for _ in range(data.draw(st.integers(1, 3))):
            file = data.draw(st.sampled_from(files), label="file")
            content = file.read_bytes()
            start = data.draw(st.integers(0, len(content)), label="start")
            stop = data.draw(st.integers(start, min(len(content), start + 100)) | st.just(len(content)), label="stop")
            other = data.draw(st.sampled_from(files), label="other").read_bytes()
            stretch = data.draw(st.binary(max_size=40) | st.just(other) | st.just(other[start:stop]), label="stretch")
            file.write_bytes(content[:start] + stretch + content[stop:])

        assert_nothing_new_verifies(folder, right)


# ---- records that look right ---------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
URLS = st.sampled_from(
    [keys_url(REGISTRY)]
    + [
        make(REGISTRY, package.name, package.version)
        for package in PACKAGES
        for make in (attestations_url, metadata_url)
    ]
)


@cache
def forgeries() -> tuple[bytes, ...]:
    """Return what somebody might put in the place of another answer: a right one, or a stranger's about the package."""
    answers = [answer for package in PACKAGES if (answer := attestations(package))]
    answers += [response(package, sigstore=STRANGER, registry=PUBLIC_REGISTRY) for package in PACKAGES]
    answers += [metadata(package, promises=promises) for package in PACKAGES for promises in (False, True)]
    return (*answers, b'{"attestations": []}', SIGSTORE.npm_keys_endpoint(), STRANGER.npm_keys_endpoint())


BODIES = st.sampled_from(forgeries()) | JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=40)


@given(st.lists(st.tuples(URLS, st.sampled_from([200, 200, 404, 403, 500, 0, -1]), BODIES), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_any_records(right: Path, records: list[tuple[str, int, bytes]]) -> None:
    with copy_of(right) as folder:
        for number, (url, status, body) in enumerate(records):
            store_in(folder, at=NOW + timedelta(days=number - 4)).write(url, status=status, body=body)

        assert_nothing_new_verifies(folder, right)


FIELDS = {
    "status": st.just(200) | JSON,
    "fetched": st.just("2026-11-22T00:00:00Z") | st.datetimes().map(str) | JSON,
    "sha256": st.binary(max_size=3).map(lambda data: hashlib.sha256(data).hexdigest()) | st.just("../" * 9) | JSON,
    "body": JSON,
}


@given(st.lists(st.tuples(URLS, st.fixed_dictionaries({}, optional=FIELDS)), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_any_lines(right: Path, lines: list[tuple[str, dict[str, object]]]) -> None:
    with copy_of(right) as folder:
        (file,) = (folder / "answers").iterdir()
        with file.open("ab") as answers:
            for url, fields in lines:
                answers.write(json.dumps({"url": url, **fields}).encode() + b"\n")

        assert_nothing_new_verifies(folder, right)


@pytest.mark.parametrize("victim", sorted(VERIFIED))
def test_the_right_answer_about_another_package(right: Path, victim: str) -> None:
    name, _, version = victim.rpartition("@")
    for package in PACKAGES:
        answer = attestations(package)
        if answer is None or package.name == name:
            continue
        with copy_of(right) as folder:
            store_in(folder).write(attestations_url(REGISTRY, name, version), status=200, body=answer)

            assert judged(folder)[victim].verdict is Verdict.INVALID


def test_a_forged_absence_is_believed(right: Path) -> None:
    """This is what the folder is to be kept to oneself for."""
    package = PACKAGES[1]
    with copy_of(right) as folder:
        store = store_in(folder)
        store.write(attestations_url(REGISTRY, package.name, package.version), status=404, body=b"")
        store.write(metadata_url(REGISTRY, package.name, package.version), status=404, body=b"")

        assert judged(folder)[f"{package.name}@{package.version}"].verdict is Verdict.ABSENT
