"""Evidence over real HTTP: one right code for every misbehaviour, and no request too many."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from provcheck.codes import Code
from provcheck.model import DistClaims, Evidence, NotFound, Served, Unavailable
from provcheck.registry.client import RegistryClient
from provcheck.registry.npmrc import read_npm_config
from provcheck.registry.source import EvidenceSource
from provcheck.registry.store import EvidenceStore
from support.corpus import CORPUS, corpus_facts, corpus_response, requires_corpus
from support.loopback import (
    ATTESTATIONS,
    FORBIDDEN,
    HTML,
    KEYS,
    NOT_UTF8,
    NULL,
    SERVER_ERROR,
    TRUNCATE,
    UNAUTHORIZED,
    Answer,
    Delay,
    Drip,
    Fault,
    Loopback,
    Reset,
    Stage,
    WrongLength,
    gzip_bomb,
    redirect,
    too_many_requests,
    unused_address,
)

BODY = b'{"attestations": [{"predicateType": "x", "bundle": {}}]}'
THREADS = 16


class Run:
    """A user's machine: a home folder, a project and an evidence folder."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.project = folder / "project"
        self.evidence = folder / "evidence"
        self.notes: tuple[str, ...] = ()
        self.home.mkdir()
        self.project.mkdir()

    def fetch(
        self,
        packages: Sequence[tuple[str, str]],
        *,
        registry: str | None = None,
        offline: bool = False,
        timeout: float = 10,
    ) -> list[Evidence]:
        """Return the evidence for the packages, asked about by many threads at once."""
        config = read_npm_config(project=self.project, environ={}, home=self.home, registry=registry)
        with RegistryClient(config, timeout=timeout, tries=2, backoff=0.005, concurrency=THREADS) as client:
            store = EvidenceStore(self.evidence)
            source = EvidenceSource(config=config, store=store, client=None if offline else client)
            source.announce(packages)
            with ThreadPoolExecutor(THREADS) as pool:
                evidence = list(pool.map(lambda package: source.fetch_attestations(*package), packages))
        self.notes = source.notes()
        return evidence

    def fetch_one(self, registry: Loopback, *, offline: bool = False, timeout: float = 10) -> Evidence:
        [evidence] = self.fetch([("a", "1.0.0")], registry=registry.url, offline=offline, timeout=timeout)
        return evidence


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path)


@pytest.fixture
def registry() -> Iterator[Loopback]:
    with Loopback() as running:
        running.publish("a", "1.0.0", attestations=BODY)
        yield running


def packages(count: int) -> list[tuple[str, str]]:
    return [(f"p{number}", "1.0.0") for number in range(count)]


def codes(evidence: Sequence[Evidence]) -> set[Code | None]:
    return {each.code if isinstance(each, Unavailable) else None for each in evidence}


# ---- each misbehaviour has one right code --------------------------------------------------------------------------

FAULTS: dict[str, tuple[Fault, Code]] = {
    "500": (SERVER_ERROR, Code.REGISTRY_ERROR),
    "429": (too_many_requests(), Code.REGISTRY_ERROR),
    "429 for an hour": (too_many_requests(retry_after="3600"), Code.REGISTRY_ERROR),
    "400": (Answer(status=400), Code.REGISTRY_ERROR),
    "405": (Answer(status=405), Code.REGISTRY_ERROR),
    "204": (Answer(status=204, body=b""), Code.REGISTRY_ERROR),
    "401": (UNAUTHORIZED, Code.REGISTRY_DENIED),
    "403": (FORBIDDEN, Code.REGISTRY_DENIED),
    "html": (HTML, Code.REGISTRY_RESPONSE_MALFORMED),
    "not UTF-8": (NOT_UTF8, Code.REGISTRY_RESPONSE_MALFORMED),
    "null": (NULL, Code.REGISTRY_RESPONSE_MALFORMED),
    "empty": (Answer(status=200, body=b""), Code.REGISTRY_RESPONSE_MALFORMED),
    "bomb": (gzip_bomb(100_000_000), Code.REGISTRY_RESPONSE_MALFORMED),
    "shorter than it says": (WrongLength(by=10), Code.REGISTRY_ERROR),
    "longer than it says": (WrongLength(by=-10), Code.REGISTRY_RESPONSE_MALFORMED),
    "truncated": (TRUNCATE, Code.REGISTRY_ERROR),
    "reset": (Reset(stage=Stage.HEADERS), Code.REGISTRY_ERROR),
    "reset in the body": (Reset(stage=Stage.BODY), Code.REGISTRY_ERROR),
    "redirect loop": (redirect(f"{ATTESTATIONS}a@1.0.0"), Code.REGISTRY_ERROR),
    "redirect to a file": (redirect("file:///etc/passwd"), Code.REGISTRY_ERROR),
    "silent": (Delay(seconds=60), Code.REGISTRY_ERROR),
    "drips": (Drip(seconds=0.05), Code.REGISTRY_ERROR),
}


@pytest.mark.parametrize(("fault", "code"), FAULTS.values(), ids=FAULTS)
def test_misbehaviour(run: Run, registry: Loopback, fault: Fault, code: Code) -> None:
    registry.misbehave(fault, at=ATTESTATIONS)
    assert codes([run.fetch_one(registry, timeout=0.3)]) == {code}
    registry.behave()
    assert run.fetch_one(registry) == Served(body=BODY), "a failure is not remembered"


@pytest.mark.parametrize(("fault", "code"), [FAULTS["500"], FAULTS["403"], FAULTS["html"], FAULTS["reset"]])
def test_metadata_that_misbehaves_decides_nothing(run: Run, registry: Loopback, fault: Fault, code: Code) -> None:
    registry.publish("b", "1.0.0")
    registry.misbehave(fault, at="/b/")
    assert codes(run.fetch([("b", "1.0.0")], registry=registry.url)) == {code}


@pytest.mark.parametrize("fault", [SERVER_ERROR, FORBIDDEN, TRUNCATE, Reset(stage=Stage.HEADERS)])
def test_a_keys_endpoint_that_fails_decides_nothing(run: Run, registry: Loopback, fault: Fault) -> None:
    registry.misbehave(fault, at=KEYS)
    served, missing = run.fetch([("a", "1.0.0"), ("b", "1.0.0")], registry=registry.url)
    assert served == Served(body=BODY)
    assert codes([missing]) == {Code.REGISTRY_ERROR}
    assert len(run.notes) == 1


def test_a_registry_that_is_not_there(run: Run) -> None:
    with unused_address() as address:
        evidence = run.fetch(packages(1000), registry=address)
        assert codes(evidence) == {Code.REGISTRY_ERROR}
        assert len({each.message for each in evidence if isinstance(each, Unavailable)}) == 1


def test_a_registry_that_only_fails(run: Run, registry: Loopback) -> None:
    registry.misbehave(SERVER_ERROR)
    assert codes(run.fetch(packages(1000), registry=registry.url)) == {Code.REGISTRY_ERROR}
    assert registry.count() < 100


# ---- absent or not served ------------------------------------------------------------------------------------------


def test_absent(run: Run, registry: Loopback) -> None:
    for name, version in packages(100):
        registry.publish(name, version)
    evidence = run.fetch([*packages(100), ("a", "1.0.0")], registry=registry.url)
    assert evidence == [*[NotFound()] * 100, Served(body=BODY)]
    assert registry.count() == 1 + 101 + 100
    assert run.notes == ()


def test_withheld(run: Run, registry: Loopback) -> None:
    registry.publish("b", "1.0.0", promises_attestations=True)
    evidence = run.fetch([("a", "1.0.0"), ("b", "1.0.0"), ("c", "1.0.0")], registry=registry.url)
    assert evidence[0] == Served(body=BODY)
    assert codes(evidence[1:2]) == {Code.ATTESTATIONS_NOT_SERVED}
    assert evidence[2] == NotFound()


@pytest.mark.parametrize("answer", [None, HTML, Answer(status=400)], ids=["404", "page", "400"])
def test_a_plain_mirror(run: Run, answer: Fault | None) -> None:
    with Loopback(plain_mirror=True) as mirror:
        if answer is not None:
            mirror.misbehave(answer, at="/-/npm/v1/")
        evidence = run.fetch(packages(1000), registry=mirror.url)
        assert codes(evidence) == {Code.ATTESTATIONS_NOT_SERVED}
        assert mirror.count() < 50
        assert len(run.notes) == 1


def test_a_registry_without_keys_that_serves_attestations(run: Run, registry: Loopback) -> None:
    registry.keys = None
    evidence = run.fetch([*packages(8), ("a", "1.0.0"), *packages(40)[8:]], registry=registry.url)
    assert evidence[8] == Served(body=BODY)
    assert evidence.count(NotFound()) == 40


# ---- what is kept --------------------------------------------------------------------------------------------------


def test_a_warm_run_asks_nothing_and_offline_says_the_same(run: Run, registry: Loopback) -> None:
    registry.publish("b", "1.0.0", promises_attestations=True)
    wanted = [("a", "1.0.0"), ("b", "1.0.0"), *packages(50)]
    cold = run.fetch(wanted, registry=registry.url)
    asked = registry.count()
    assert run.fetch(wanted, registry=registry.url) == cold
    assert run.fetch(wanted, registry=registry.url, offline=True) == cold
    assert registry.count() == asked


def test_damaged_evidence_is_fetched_again(run: Run, registry: Loopback) -> None:
    large = json.dumps({"attestations": ["x" * 20_000]}).encode()
    registry.publish("a", "1.0.0", attestations=large)
    run.fetch_one(registry)
    [blob] = (run.evidence / "blobs").iterdir()
    blob.write_bytes(blob.read_bytes().replace(b"xxx", b"yyy", 1))
    assert codes([run.fetch_one(registry, offline=True)]) == {Code.EVIDENCE_MISSING}
    assert run.fetch_one(registry) == Served(body=large)
    assert registry.count(ATTESTATIONS) == 2
    assert run.fetch_one(registry, offline=True) == Served(body=large)


def test_offline_asks_nothing(run: Run, registry: Loopback) -> None:
    assert codes([run.fetch_one(registry, offline=True)]) == {Code.EVIDENCE_MISSING}
    assert registry.count() == 0
    assert not run.evidence.exists()


# ---- npm's configuration -------------------------------------------------------------------------------------------


def test_each_scope_has_its_registry_and_each_registry_its_credential(run: Run, registry: Loopback) -> None:
    with Loopback(prefix="/npm/private") as corp:
        corp.publish("@corp/ui", "1.0.0", attestations=BODY)
        address = corp.url.removeprefix("http:")
        (run.project / ".npmrc").write_text(f"registry={registry.url}/\n@corp:registry={corp.url}/\n")
        (run.home / ".npmrc").write_text(f"{address}/:_authToken=t0ken\n")
        assert run.fetch([("@corp/ui", "1.0.0"), ("a", "1.0.0")]) == [Served(body=BODY)] * 2
        assert corp.authorizations() == {"Bearer t0ken"}
        assert registry.authorizations() == set()
        assert corp.requests[-1].target == f"/npm/private{ATTESTATIONS}@corp%2fui@1.0.0"
        for file in run.evidence.rglob("*.*"):
            assert b"t0ken" not in file.read_bytes()


def test_credentials_in_the_address_are_used_and_not_shown(run: Run, registry: Loopback) -> None:
    registry.misbehave(SERVER_ERROR, at=ATTESTATIONS)
    address = registry.url.replace("http://", "http://user:t0ken@")
    [evidence] = run.fetch([("a", "1.0.0")], registry=address)
    assert registry.authorizations() == {"Basic dXNlcjp0MGtlbg=="}
    assert isinstance(evidence, Unavailable)
    assert "t0ken" not in f"{evidence}{run.notes}"


# ---- real answers --------------------------------------------------------------------------------------------------


@requires_corpus
def test_the_real_answers(run: Run) -> None:
    specs = [tuple(spec.rsplit("@", 1)) for spec in corpus_facts()]
    wanted = [(name, version) for name, version in specs]
    with Loopback.from_corpus() as registry:
        evidence = run.fetch([*wanted, *packages(20)], registry=registry.url)
        for (name, version), served in zip(wanted, evidence, strict=False):
            assert served == Served(body=corpus_response(f"{name}@{version}"))
        assert evidence[len(wanted) :] == [NotFound()] * 20
        config = read_npm_config(project=None, environ={}, home=run.home, registry=registry.url)
        with RegistryClient(config) as client:
            source = EvidenceSource(config=config, store=EvidenceStore(run.evidence), client=client)
            dist = source.fetch_dist("nuxt", "4.1.2")
            keys = source.fetch_keys(registry.url)
    assert isinstance(dist, DistClaims)
    assert dist.has_attestations
    assert dist.integrity == corpus_facts()["nuxt@4.1.2"]["integrity"]
    assert isinstance(keys, Served)
    known = {key["keyId"] for key in json.loads((CORPUS / "npm-keys.json").read_text())["keys"]}
    assert {key["keyid"] for key in json.loads(keys.body)["keys"]} == known
