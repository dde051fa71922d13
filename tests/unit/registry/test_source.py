"""What answers amount to, with a registry that is a table; over real HTTP in tests/integration."""

import json
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from provcheck.codes import Code
from provcheck.jsonio import MAX_BYTES
from provcheck.model import DistClaims, Evidence, NotFound, Served, Unavailable
from provcheck.registry.addresses import attestations_url, keys_url, metadata_url
from provcheck.registry.config import Credential, NpmConfig, Secret
from provcheck.registry.exchange import AnswerTooLargeError, RegistryError, Response
from provcheck.registry.source import SAMPLE_SIZE, EvidenceSource
from provcheck.registry.store import EvidenceStore

REGISTRY = "https://registry.example"
ATTESTATIONS = b'{"attestations": [{}]}'
NONE = b'{"attestations": []}'
KEYS = b'{"keys": [{"keyid": "SHA256:x"}]}'
PAGE = b"<!doctype html>"
DOWN = RegistryError(Code.REGISTRY_ERROR, "registry.example: 503 after 3 tries")


@dataclass
class Table:
    """A registry: what it answers to each address, and 404 to all others."""

    answers: dict[str, bytes | int | RegistryError] = field(default_factory=dict)
    otherwise: Callable[[str], bytes | int | RegistryError] = lambda _: 404
    asked: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, url: str, *, limit: int = MAX_BYTES) -> Response:
        with self.lock:
            self.asked[url] += 1
        answer = self.answers.get(url)
        if answer is None:
            answer = self.otherwise(url)
        if isinstance(answer, RegistryError):
            raise answer
        if isinstance(answer, int):
            return Response(status=answer, body=b"")
        if len(answer) > limit:
            raise AnswerTooLargeError("registry.example: the answer is too large")
        return Response(status=200, body=answer)

    def given_up(self) -> tuple[str, ...]:
        return ()

    def asked_for_attestations(self) -> int:
        return sum(count for url, count in self.asked.items() if "/attestations/" in url)


def metadata(name: str, version: str, *, promises: bool = False) -> bytes:
    dist = {"integrity": "sha512-x", "attestations": {"url": ""}} if promises else {"integrity": "sha512-x"}
    return json.dumps({"name": name, "version": version, "dist": dist}).encode()


class World:
    """A registry, a store and a clock."""

    def __init__(self, folder: Path) -> None:
        self.table = Table()
        self.now = datetime(2026, 11, 22, tzinfo=UTC)
        self.folder = folder

    def source(self, *, offline: bool = False, config: NpmConfig | None = None) -> EvidenceSource:
        store = EvidenceStore(self.folder, clock=lambda: self.now)
        client = None if offline else self.table
        return EvidenceSource(config=config or NpmConfig(registry=REGISTRY), store=store, client=client)

    def serve(self, answers: Mapping[str, bytes | int | RegistryError]) -> None:
        self.table.answers.update(answers)

    def with_keys(self, answer: bytes | int | RegistryError = KEYS) -> None:
        self.serve({keys_url(REGISTRY): answer})

    def with_attestations(self, name: str, answer: bytes | int | RegistryError = ATTESTATIONS) -> None:
        self.serve({attestations_url(REGISTRY, name, "1.0.0"): answer})

    def with_metadata(
        self, name: str, answer: bytes | int | RegistryError | None = None, *, promises: bool = False
    ) -> None:
        document = metadata(name, "1.0.0", promises=promises) if answer is None else answer
        self.serve({metadata_url(REGISTRY, name, "1.0.0"): document})

    def ask(self, name: str = "a", *, offline: bool = False) -> Evidence:
        return self.source(offline=offline).fetch_attestations(name, "1.0.0")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "evidence")


def code_of(evidence: object) -> Code:
    assert isinstance(evidence, Unavailable)
    assert evidence.message
    return evidence.code


# ---- a registry that can answer ------------------------------------------------------------------------------------


def test_served(world: World) -> None:
    world.with_keys()
    world.with_attestations("@scope/a")
    assert world.ask("@scope/a") == Served(body=ATTESTATIONS)


def test_not_found(world: World) -> None:
    world.with_keys()
    world.with_metadata("a")
    assert world.ask() == NotFound()


def test_an_empty_list_is_not_found(world: World) -> None:
    world.with_keys()
    world.with_attestations("a", NONE)
    assert world.ask() == NotFound()


@pytest.mark.parametrize("denial", [404, NONE])
def test_withheld(world: World, denial: bytes | int) -> None:
    world.with_keys()
    world.with_attestations("a", denial)
    world.with_metadata("a", promises=True)
    assert code_of(world.ask()) is Code.ATTESTATIONS_NOT_SERVED


@pytest.mark.parametrize("status", [404, 400, 405, 410])
def test_metadata_that_is_not_there_contradicts_nothing(world: World, status: int) -> None:
    world.with_keys()
    world.with_metadata("a", status)
    assert world.ask() == NotFound()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (401, Code.REGISTRY_DENIED),
        (403, Code.REGISTRY_DENIED),
        (DOWN, Code.REGISTRY_ERROR),
        (204, Code.REGISTRY_ERROR),
        (408, Code.REGISTRY_ERROR),
        (PAGE, Code.REGISTRY_RESPONSE_MALFORMED),
        (metadata("b", "1.0.0"), Code.REGISTRY_RESPONSE_MALFORMED),
    ],
)
def test_without_metadata_a_404_may_be_anything(world: World, answer: bytes | int | RegistryError, code: Code) -> None:
    world.with_keys()
    world.with_metadata("a", answer)
    assert code_of(world.ask()) is code


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (401, Code.REGISTRY_DENIED),
        (403, Code.REGISTRY_DENIED),
        (400, Code.REGISTRY_ERROR),
        (405, Code.REGISTRY_ERROR),
        (204, Code.REGISTRY_ERROR),
        (304, Code.REGISTRY_ERROR),
        (DOWN, Code.REGISTRY_ERROR),
        (PAGE, Code.REGISTRY_RESPONSE_MALFORMED),
        (b"null", Code.REGISTRY_RESPONSE_MALFORMED),
        (b"{}", Code.REGISTRY_RESPONSE_MALFORMED),
        (b'{"attestations": [', Code.REGISTRY_RESPONSE_MALFORMED),
        (b'{"attestations": ["\xff"]}', Code.REGISTRY_RESPONSE_MALFORMED),
        (b'{"attestations": [], "attestations": [{}]}', Code.REGISTRY_RESPONSE_MALFORMED),
    ],
)
def test_each_failure_has_its_code(world: World, answer: bytes | int | RegistryError, code: Code) -> None:
    world.with_keys()
    world.with_attestations("a", answer)
    assert code_of(world.ask()) is code


@pytest.mark.parametrize(("name", "version"), [("..", "1.0.0"), ("a", ".."), ("../../x", "1"), ("", "")])
def test_names_that_no_registry_has_are_not_asked(world: World, name: str, version: str) -> None:
    source = world.source()
    source.announce([(name, version)])
    assert code_of(source.fetch_attestations(name, version)) is Code.REGISTRY_ERROR
    assert code_of(source.fetch_dist(name, version)) is Code.REGISTRY_ERROR
    assert not world.table.asked


# ---- a registry that cannot ----------------------------------------------------------------------------------------


def packages(count: int) -> list[tuple[str, str]]:
    return [(f"p{number}", "1.0.0") for number in range(count)]


@pytest.mark.parametrize("otherwise", [404, 400, 405, PAGE])
def test_a_mirror_is_recognised_and_left_alone(world: World, otherwise: bytes | int) -> None:
    world.table.otherwise = lambda _: otherwise
    source = world.source()
    source.announce(packages(1000))
    answers = [source.fetch_attestations(*package) for package in packages(1000)]
    assert {code_of(answer) for answer in answers} == {Code.ATTESTATIONS_NOT_SERVED}
    assert world.table.asked.total() == SAMPLE_SIZE + 1
    assert len(source.notes()) == 1


@pytest.mark.parametrize("keys", [404, 400, 405, PAGE, b'{"keys": []}'])
def test_attestations_without_keys(world: World, keys: bytes | int) -> None:
    world.with_keys(keys)
    world.with_attestations("p7")
    source = world.source()
    source.announce(packages(100))
    answers = [source.fetch_attestations(*package) for package in packages(100)]
    assert [number for number, answer in enumerate(answers) if isinstance(answer, Served)] == [7]
    assert answers.count(NotFound()) == 99
    assert world.table.asked_for_attestations() == 100
    assert source.notes() == ()


def test_an_empty_list_shows_that_the_endpoint_is_there(world: World) -> None:
    world.with_attestations("p0", NONE)
    source = world.source()
    source.announce(packages(3))
    assert source.fetch_attestations("p2", "1.0.0") == NotFound()


def test_what_was_not_sampled_counts_only_for_itself(world: World) -> None:
    world.with_attestations(f"p{SAMPLE_SIZE}")
    source = world.source()
    source.announce(packages(100))
    assert code_of(source.fetch_attestations(f"p{SAMPLE_SIZE}", "1.0.0")) is Code.ATTESTATIONS_NOT_SERVED


def test_the_sample_is_of_different_packages(world: World) -> None:
    world.with_attestations("z")
    source = world.source()
    source.announce([*(("p", f"1.0.{number}") for number in range(100)), ("z", "1.0.0")])
    assert source.fetch_attestations("p", "1.0.99") == NotFound()


def test_alone_each_package_is_its_own_sample(world: World) -> None:
    world.with_attestations("a")
    source = world.source()
    assert isinstance(source.fetch_attestations("a", "1.0.0"), Served)
    assert source.notes() == ()
    assert code_of(source.fetch_attestations("b", "1.0.0")) is Code.ATTESTATIONS_NOT_SERVED
    assert len(source.notes()) == 1


@pytest.mark.parametrize("answer", [404, 400, PAGE])
def test_alone_any_refusal_means_that_none_are_served(world: World, answer: bytes | int) -> None:
    world.with_attestations("a", answer)
    assert code_of(world.ask()) is Code.ATTESTATIONS_NOT_SERVED


def test_impossible_names_are_no_sample(world: World) -> None:
    world.with_attestations("a")
    source = world.source()
    source.announce([("..", "1.0.0"), ("a", "1.0.0")])
    assert source.fetch_attestations("b", "1.0.0") == NotFound()


@pytest.mark.parametrize("failure", [DOWN, 401, 403, 304])
def test_when_the_keys_endpoint_fails_a_404_may_be_anything(world: World, failure: int | RegistryError) -> None:
    world.with_keys(failure)
    world.with_attestations("good")
    source = world.source()
    source.announce([("a", "1.0.0"), ("good", "1.0.0")])
    assert code_of(source.fetch_attestations("a", "1.0.0")) is Code.REGISTRY_ERROR
    assert isinstance(source.fetch_attestations("good", "1.0.0"), Served)
    assert len(source.notes()) == 1
    assert "keys" in source.notes()[0]


def test_a_sample_that_fails_leaves_it_open(world: World) -> None:
    world.with_attestations("p3", DOWN)
    world.with_attestations("p20")
    source = world.source()
    source.announce(packages(30))
    assert code_of(source.fetch_attestations("p0", "1.0.0")) is Code.REGISTRY_ERROR
    assert isinstance(source.fetch_attestations("p20", "1.0.0"), Served)


def test_a_registry_that_serves_nothing_of_what_it_promises(world: World) -> None:
    world.with_keys()
    for name in ("a", "b"):
        world.with_metadata(name, promises=True)
    source = world.source()
    codes = {code_of(source.fetch_attestations(name, "1.0.0")) for name in ("a", "b")}
    assert codes == {Code.ATTESTATIONS_NOT_SERVED}
    assert len(source.notes()) == 1
    world.with_attestations("c")
    source.fetch_attestations("c", "1.0.0")
    assert source.notes() == ()


def test_each_registry_is_judged_by_itself(world: World) -> None:
    mirror = "https://mirror.example/npm"
    config = NpmConfig(registry=REGISTRY, scopes={"@corp": mirror})
    world.with_keys()
    source = world.source(config=config)
    source.announce([("@corp/a", "1.0.0"), ("a", "1.0.0")])
    assert source.fetch_attestations("a", "1.0.0") == NotFound()
    assert code_of(source.fetch_attestations("@corp/a", "1.0.0")) is Code.ATTESTATIONS_NOT_SERVED
    assert world.table.asked[attestations_url(REGISTRY, "@corp/a", "1.0.0")] == 0
    assert world.table.asked[attestations_url(mirror, "a", "1.0.0")] == 0


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_answers_changes_nothing(tmp_path: Path, seed: int) -> None:
    def run(order: list[int], folder: Path) -> list[Evidence]:
        world = World(folder)
        world.with_attestations("p15")
        world.with_attestations("p30")
        world.with_metadata("p40", promises=True)
        world.with_attestations("p41", DOWN)
        source = world.source()
        source.announce(packages(50))
        with ThreadPoolExecutor(8) as pool:
            results = dict(pool.map(lambda number: (number, source.fetch_attestations(*packages(50)[number])), order))
        return [results[number] for number in range(50)]

    shuffled = random.Random(seed).sample(range(50), 50)  # noqa: S311 - an order, not a secret
    assert run(shuffled, tmp_path / "a") == run(list(range(50)), tmp_path / "b")


# ---- metadata and keys ---------------------------------------------------------------------------------------------


def test_dist(world: World) -> None:
    world.with_metadata("a", promises=True)
    claims = DistClaims(integrity="sha512-x", shasum=None, tarball=None, has_attestations=True)
    assert world.source().fetch_dist("a", "1.0.0") == claims
    assert world.source().fetch_dist("b", "1.0.0") == NotFound()
    world.with_metadata("c", DOWN)
    assert code_of(world.source().fetch_dist("c", "1.0.0")) is Code.REGISTRY_ERROR


def test_keys(world: World) -> None:
    assert world.source().fetch_keys(REGISTRY) == NotFound()
    world.with_keys()
    world.now += timedelta(days=2)
    assert world.source().fetch_keys(f"{REGISTRY}/") == Served(body=KEYS)
    world.now += timedelta(days=2)
    world.with_keys(PAGE)
    assert code_of(world.source().fetch_keys(REGISTRY)) is Code.REGISTRY_RESPONSE_MALFORMED


def test_keys_are_asked_for_once(world: World) -> None:
    world.with_keys(DOWN)
    source = world.source()
    for name in ("a", "b"):
        source.fetch_attestations(name, "1.0.0")
    source.fetch_keys(REGISTRY)
    assert world.table.asked[keys_url(REGISTRY)] == 1


# ---- what is kept --------------------------------------------------------------------------------------------------


def test_a_second_run_asks_nothing(world: World) -> None:
    world.with_keys()
    world.with_attestations("a")
    world.with_attestations("b", NONE)
    world.with_metadata("c", promises=True)
    first = [world.ask(name) for name in ("a", "b", "c", "d")]
    asked = world.table.asked.total()
    assert [world.ask(name) for name in ("a", "b", "c", "d")] == first
    assert world.table.asked.total() == asked


def test_a_second_run_against_a_mirror_asks_nothing(world: World) -> None:
    for _ in range(2):
        source = world.source()
        source.announce(packages(100))
        assert code_of(source.fetch_attestations("p99", "1.0.0")) is Code.ATTESTATIONS_NOT_SERVED
    assert world.table.asked.total() == SAMPLE_SIZE + 1


def test_what_is_absent_is_asked_again_after_a_day(world: World) -> None:
    world.with_keys()
    assert world.ask() == NotFound()
    world.with_attestations("a")
    world.now += timedelta(hours=23)
    assert world.ask() == NotFound()
    world.now += timedelta(hours=2)
    assert isinstance(world.ask(), Served)


def test_an_empty_list_is_asked_again_after_a_day(world: World) -> None:
    world.with_keys()
    world.with_attestations("a", NONE)
    assert world.ask() == NotFound()
    world.with_attestations("a")
    world.now += timedelta(hours=25)
    assert isinstance(world.ask(), Served)


def test_attestations_are_kept_for_ever(world: World) -> None:
    world.with_attestations("a")
    assert isinstance(world.ask(), Served)
    world.table.answers.clear()
    world.table.otherwise = lambda _: DOWN
    world.now += timedelta(days=10_000)
    assert isinstance(world.ask(), Served)


def test_an_absent_answer_from_the_future_is_asked_again(world: World) -> None:
    world.with_keys()
    world.now += timedelta(days=100)
    assert world.ask() == NotFound()
    world.now -= timedelta(days=50)
    world.with_attestations("a")
    assert isinstance(world.ask(), Served)


@pytest.mark.parametrize("answer", [401, 403, 204, PAGE, DOWN])
def test_failures_are_not_kept(world: World, answer: bytes | int | RegistryError) -> None:
    world.with_keys()
    world.with_attestations("a", answer)
    assert isinstance(world.ask(), Unavailable)
    world.with_attestations("a")
    assert isinstance(world.ask(), Served)


def test_a_kept_answer_that_is_none_is_asked_again(world: World) -> None:
    world.with_keys()
    world.with_attestations("a")
    store = EvidenceStore(world.folder, clock=lambda: world.now)
    store.write(attestations_url(REGISTRY, "a", "1.0.0"), status=200, body=PAGE)
    assert isinstance(world.ask(), Served)


# ---- offline -------------------------------------------------------------------------------------------------------


def test_offline_repeats_what_was_said_online_however_old(world: World) -> None:
    world.with_keys()
    world.with_attestations("a")
    world.with_metadata("b", promises=True)
    first = [world.ask(name) for name in ("a", "b", "c")]
    world.now += timedelta(days=10_000)
    assert [world.ask(name, offline=True) for name in ("a", "b", "c")] == first
    assert world.source(offline=True).fetch_keys(REGISTRY) == Served(body=KEYS)


def test_offline_repeats_that_a_mirror_serves_nothing(world: World) -> None:
    for offline in (False, True):
        source = world.source(offline=offline)
        source.announce(packages(100))
        answers = [source.fetch_attestations(*package) for package in packages(100)]
        assert {code_of(answer) for answer in answers} == {Code.ATTESTATIONS_NOT_SERVED}
        assert len(source.notes()) == 1


@pytest.mark.parametrize("missing", ["keys", "attestations", "metadata"])
def test_offline_what_is_missing_is_unavailable(world: World, missing: str) -> None:
    urls = {
        "keys": keys_url(REGISTRY),
        "attestations": attestations_url(REGISTRY, "a", "1.0.0"),
        "metadata": metadata_url(REGISTRY, "a", "1.0.0"),
    }
    store = EvidenceStore(world.folder, clock=lambda: world.now)
    for kind, url in urls.items():
        if kind != missing:
            store.write(url, status=200 if kind == "keys" else 404, body=KEYS if kind == "keys" else b"")
    assert code_of(world.ask(offline=True)) is Code.EVIDENCE_MISSING


# ---- notes ---------------------------------------------------------------------------------------------------------


def test_notes_tell_the_warnings_of_the_configuration(world: World) -> None:
    config = NpmConfig(registry=REGISTRY, strict_ssl=False, warnings=("strict-ssl is false",))
    assert world.source(config=config).notes() == ("strict-ssl is false",)


def test_notes_tell_that_evidence_could_not_be_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    world = World(tmp_path / "file")
    world.with_keys()
    source = world.source()
    assert source.fetch_attestations("a", "1.0.0") == NotFound()
    assert len(source.notes()) == 1


def test_a_denial_tells_whether_a_credential_was_there_but_not_which(world: World) -> None:
    world.with_keys()
    world.with_attestations("a", 401)
    without = world.ask()
    secret = Credential(authorization=Secret("Bearer t0ken"))
    config = NpmConfig(registry=REGISTRY, credentials={"//registry.example/": secret})
    with_one = world.source(config=config).fetch_attestations("a", "1.0.0")
    assert isinstance(without, Unavailable)
    assert isinstance(with_one, Unavailable)
    assert without.message != with_one.message
    assert "t0ken" not in with_one.message


def test_offline_runs_load_no_http_library() -> None:
    modules = ("npmrc", "source", "store")
    code = "; ".join(f"import provcheck.registry.{module}" for module in modules)
    code += "; import sys; sys.exit('httpx' in sys.modules or 'stamina' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# ---- how much is taken at once -------------------------------------------------------------------------------------


@pytest.mark.parametrize("offline", [False, True])
def test_answers_above_the_limit_are_for_another_time(world: World, offline: bool) -> None:
    large = json.dumps({"attestations": [{}], "padding": "x" * 20_000}).encode()
    world.with_keys()
    world.with_attestations("a", large)
    if offline:
        assert world.ask("a") == Served(body=large)
    source = world.source(offline=offline)

    with pytest.raises(AnswerTooLargeError):
        source.fetch_attestations("a", "1.0.0", limit=len(large) - 1)

    assert source.fetch_attestations("a", "1.0.0", limit=len(large)) == Served(body=large)


def test_large_metadata_is_for_another_time(world: World) -> None:
    world.with_keys()
    world.with_metadata("a", metadata("a", "1.0.0") + b" " * 1000)
    source = world.source()

    with pytest.raises(AnswerTooLargeError):
        source.fetch_attestations("a", "1.0.0", limit=1000)

    assert source.fetch_attestations("a", "1.0.0") == NotFound()


def test_what_is_larger_than_anything_may_be_is_no_answer(world: World) -> None:
    world.with_keys()
    world.with_attestations("a", AnswerTooLargeError("registry.example: the answer is too large"))
    assert code_of(world.ask("a")) is Code.REGISTRY_RESPONSE_MALFORMED
