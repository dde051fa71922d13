"""A registry that misbehaves in every way: one right verdict for whom it hits, and nothing changes for anybody else."""

import faulthandler
import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import stamina

from provcheck.codes import Code
from provcheck.model import ExitCode, Verdict
from provcheck.registry.client import MAX_REDIRECTS
from provcheck.registry.hosts import FAILURES_IN_A_ROW
from provcheck.registry.npmrc import PUBLIC_REGISTRY
from support.command import run_command
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
    Raw,
    Reset,
    Stage,
    WrongLength,
    gzip_bomb,
    redirect,
    too_many_requests,
    unused_address,
)
from support.mint import Package, response
from support.minted_project import (
    LEVER,
    PACKAGES,
    VERIFIED,
    attestations,
    minted_trust,
    publish,
    write_project,
)
from support.schema import assert_valid_report
from support.tls import make_authority

SPEC = f"{LEVER.name}@{LEVER.version}"
PATH = f"{ATTESTATIONS}{SPEC}"
TIMEOUT = 0.5
"""Seconds for each try, where the registry is slow."""
PATIENCE = 60
"""Seconds after which a run is taken not to end."""
TRIES = 3


@pytest.fixture(autouse=True)
def every_run_ends() -> Iterator[None]:
    """Stop the tests, and show where they hang, if a run does not end."""
    faulthandler.dump_traceback_later(PATIENCE, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


@pytest.fixture(autouse=True)
def impatient() -> Iterator[None]:
    """Try again at once, but as often as always; that and how long runs wait is tested in test_registry_client.py."""
    with stamina.set_testing(True, attempts=TRIES):
        yield


@pytest.fixture
def registry() -> Iterator[Loopback]:
    with Loopback() as running:
        publish(running)
        yield running


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The report of one run, validated."""

    report: dict[str, Any]

    def without(self, spec: str | None = None) -> list[dict[str, Any]]:
        """Return everything about all dependencies but one."""
        return [item for item in self.report["dependencies"] if _spec(item) != spec]

    def verdict(self, spec: str) -> tuple[Verdict, list[Code]]:
        """Return the verdict on one dependency, and the codes of all reasons."""
        (item,) = (item for item in self.report["dependencies"] if _spec(item) == spec)
        return Verdict(item["verdict"]), [Code(reason["code"]) for reason in item["reasons"]]

    def others(self) -> set[tuple[str, ...]]:
        """Return the different verdicts, each with the codes of all reasons, of what is not verified."""
        return {
            (item["verdict"], *(reason["code"] for reason in item["reasons"]))
            for item in self.report["dependencies"]
            if item["verdict"] != Verdict.VERIFIED
        }

    def verified(self) -> set[str]:
        """Return what is verified, by ``name@version``."""
        return {_spec(item) for item in self.report["dependencies"] if item["verdict"] == Verdict.VERIFIED}


def _spec(item: dict[str, Any]) -> str:
    return f"{item['name']}@{item['version']}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A folder with a project, and the command."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    trust: list[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "trust", minted_trust(self.folder))

    def check(
        self, registry: str, *options: str, packages: tuple[Package, ...] = PACKAGES, exit_code: ExitCode
    ) -> Checked:
        """Run ``provcheck lockfile`` on the packages with an empty evidence folder."""
        number = len(list(self.folder.iterdir()))
        lockfile = write_project(self.folder / "project", packages)
        evidence = ["--evidence", str(self.folder / f"evidence-{number}")]
        common = ["--registry", registry, "--format", "json", *self.trust, *evidence]
        result = run_command(self.capsys, "lockfile", lockfile, *common, *options)
        assert result.code == exit_code, result.err
        assert result.err == ""
        report = json.loads(result.out)
        assert_valid_report(report)
        assert report["exit_code"] == exit_code
        return Checked(report=report)

    def finds_nothing(self, registry: str, code: Code) -> None:
        """Check many packages, none of which can be asked about: each has the code, and the run says why once."""
        checked = self.check(registry, "--timeout", f"{TIMEOUT}", packages=MANY, exit_code=ExitCode.INCOMPLETE)
        assert checked.verified() == set()
        assert checked.others() == {("unavailable", code)}
        assert len(checked.report["notes"]) == 1


@pytest.fixture
def machine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Machine:
    return Machine(folder=tmp_path, capsys=capsys)


# ---- one dependency is hit -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A misbehaviour, and what must become of the dependency that it hits."""

    fault: Fault
    codes: tuple[Code, ...]
    verdict: Verdict = Verdict.UNAVAILABLE
    times: int | None = None
    slow: bool = False
    requests: int = 1
    """How often the address may be asked."""


def errs(fault: Fault, *, slow: bool = False) -> Trouble:
    """Return trouble that another try could mend, and does not."""
    return Trouble(fault=fault, codes=(Code.REGISTRY_ERROR,), slow=slow, requests=TRIES)


def refused(fault: Fault, code: Code = Code.REGISTRY_ERROR, *, requests: int = 1) -> Trouble:
    """Return trouble that no other try mends."""
    return Trouble(fault=fault, codes=(code,), requests=requests)


def malformed(fault: Fault, *, requests: int = 1) -> Trouble:
    """Return an answer that is none."""
    return refused(fault, Code.REGISTRY_RESPONSE_MALFORMED, requests=requests)


def harmless(fault: Fault, *, times: int | None = None, requests: int = 1) -> Trouble:
    """Return trouble that costs nothing but time."""
    return Trouble(fault=fault, codes=(), verdict=Verdict.VERIFIED, times=times, requests=requests)


def padded(size: int, padding: str = "x") -> bytes:
    """Return the right answer with a field that nobody knows, so that it has about ``size`` bytes."""
    answer = attestations(LEVER)
    assert answer is not None
    return answer[:-1] + f',"padding":"{padding * (size // len(padding.encode()))}"}}'.encode()


def ok(body: bytes, *headers: tuple[str, str]) -> Answer:
    """Return an answer with status 200."""
    return Answer(status=200, headers=headers, body=body)


TWICE = 2
"""Answers of unusual size are asked for again when all others are there."""

TROUBLES: Mapping[str, Trouble] = {
    # time
    "slow first byte": errs(Delay(seconds=60), slow=True),
    "slow headers": errs(Drip(seconds=0.01, stage=Stage.HEADERS), slow=True),
    "slow body": errs(Drip(seconds=0.01), slow=True),
    "late first byte": harmless(Delay(seconds=0.2)),
    # length
    "truncated": errs(TRUNCATE),
    "truncated once": harmless(TRUNCATE, times=1, requests=2),
    "longer than it says": malformed(WrongLength(by=-1)),
    "shorter than it says": errs(WrongLength(by=1)),
    "two lengths": errs(Raw(data=b"HTTP/1.1 200 -\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}")),
    "bad chunks": errs(Raw(data=b"HTTP/1.1 200 -\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}")),
    "endless headers": errs(Raw(data=b"HTTP/1.1 200 -\r\n" + b"A: b\r\n" * 50_000)),
    "not HTTP": errs(Raw(data=b"\x16\x03\x01 SSH-2.0-OpenSSH\r\n\r\n")),
    # size
    "bomb": malformed(gzip_bomb(100_000_000), requests=TWICE),
    "bomb of gzip": malformed(ok(gzip.compress(gzip.compress(b" " * 10_000_000)), ("Content-Encoding", "gzip"))),
    "10 MB": harmless(ok(padded(10_000_000)), requests=TWICE),
    "10 MB of emoji": harmless(ok(padded(10_000_000, "\N{SPARKLES}")), requests=TWICE),
    "10 MB, packed": harmless(ok(gzip.compress(padded(10_000_000)), ("Content-Encoding", "gzip")), requests=TWICE),
    "10 MB of junk": malformed(ok(b"\x00" * 10_000_000), requests=TWICE),
    "10 MB of lists": malformed(ok(b"[" + b"[]," * 3_333_333 + b"[]]"), requests=TWICE),
    "10 MB of brackets": malformed(ok(b"[" * 10_000_000), requests=TWICE),
    "17 MB": malformed(ok(padded(17_000_000)), requests=TWICE),
    # content
    "page": malformed(HTML),
    "not UTF-8": malformed(NOT_UTF8),
    "null": malformed(NULL),
    "nothing": malformed(ok(b"")),
    "two answers": malformed(ok(b'{"attestations": []}' * 2)),
    "one key twice": malformed(ok(b'{"attestations": [], "attestations": [{}]}')),
    "packed otherwise": malformed(ok(b"{}", ("Content-Encoding", "br"))),
    "not packed": malformed(ok(b"{}", ("Content-Encoding", "gzip"))),
    # status
    "429": errs(too_many_requests()),
    "429 for an hour": refused(too_many_requests(retry_after="3600")),
    "429 until long ago": errs(too_many_requests(retry_after="Thu, 01 Jan 1970 00:00:00 GMT")),
    "429, then right": harmless(too_many_requests(retry_after="0"), times=1, requests=2),
    "500": errs(SERVER_ERROR),
    "500, then right": harmless(SERVER_ERROR, times=2, requests=3),
    "401": refused(UNAUTHORIZED, Code.REGISTRY_DENIED),
    "403": refused(FORBIDDEN, Code.REGISTRY_DENIED),
    "400": refused(Answer(status=400), requests=2),
    "204": refused(Answer(status=204, body=b"")),
    "206": refused(Answer(status=206)),
    "302 to nowhere": refused(Answer(status=302)),
    # resets
    "reset after the request": errs(Reset(stage=Stage.HEADERS)),
    "reset in the body": errs(Reset(stage=Stage.BODY)),
    "reset once": harmless(Reset(stage=Stage.BODY), times=1, requests=2),
    # redirects
    "redirect to itself": refused(redirect(PATH), requests=6),
    "redirect to a file": refused(redirect("file:///etc/passwd")),
    "redirect to nothing": refused(redirect(""), requests=6),
    "redirect to a host that is not there": errs(redirect("http://registry.invalid/")),
    "redirect to a host that cannot be": refused(redirect("http://a..example/")),
}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
def test_one_dependency_is_hit(machine: Machine, registry: Loopback, trouble: Trouble) -> None:
    clean = machine.check(registry.url, exit_code=ExitCode.OK)
    registry.requests.clear()
    registry.misbehave(trouble.fault, at=PATH, times=trouble.times)

    is_harmless = trouble.verdict is Verdict.VERIFIED
    options = ["--timeout", f"{TIMEOUT}"] if trouble.slow else []
    checked = machine.check(registry.url, *options, exit_code=ExitCode.OK if is_harmless else ExitCode.INCOMPLETE)

    assert checked.verdict(SPEC) == (trouble.verdict, list(trouble.codes))
    assert checked.without(SPEC) == clean.without(SPEC)
    assert registry.count(PATH) <= trouble.requests
    if is_harmless:
        assert checked.without() == clean.without()


def test_the_project_without_trouble(machine: Machine, registry: Loopback) -> None:
    checked = machine.check(registry.url, exit_code=ExitCode.OK)

    assert checked.verified() == VERIFIED
    assert checked.others() == {("absent", "provenance-absent")}
    assert checked.report["notes"] == []


def test_troubles_do_not_spread_over_connections(machine: Machine, registry: Loopback) -> None:
    """Each hits a package of its own, and between them are packages without trouble; all share one connection."""
    troubles = [each for name, each in TROUBLES.items() if not each.slow and "MB" not in name and "itself" not in name]
    packages: list[Package] = []
    for number, trouble in enumerate(troubles):
        for name in (f"unlucky-{number:02}", f"lucky-{number:02}"):
            package = Package.of(name, "1.0.0", name.encode())
            registry.publish(name, "1.0.0", attestations=response(package, registry=PUBLIC_REGISTRY))
            packages.append(package)
        registry.misbehave(trouble.fault, at=f"{ATTESTATIONS}unlucky-{number:02}@", times=trouble.times)

    checked = machine.check(registry.url, "--concurrency", "1", packages=tuple(packages), exit_code=ExitCode.INCOMPLETE)

    for number, trouble in enumerate(troubles):
        assert checked.verdict(f"unlucky-{number:02}@1.0.0") == (trouble.verdict, list(trouble.codes))
        assert checked.verdict(f"lucky-{number:02}@1.0.0") == (Verdict.VERIFIED, [])


def test_a_redirect_to_the_attestations_of_another_package(machine: Machine, registry: Loopback) -> None:
    registry.misbehave(redirect(PATH), at=f"{ATTESTATIONS}gadget@")

    checked = machine.check(registry.url, exit_code=ExitCode.FINDINGS)

    assert checked.verdict("gadget@4.5.6") == (Verdict.INVALID, [Code.SUBJECT_NAME_MISMATCH] * 2)
    assert checked.verdict(SPEC) == (Verdict.VERIFIED, [])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_credential_does_not_follow_to_another_host(
    machine: Machine, registry: Loopback, clean_environment: Path, status: int
) -> None:
    host = registry.url.removeprefix("http:")
    (clean_environment / ".npmrc").write_text(f"{host}/:_authToken=t0ken\n{host}/-/:_authToken=t0ken\n")
    with Loopback() as other:
        publish(other)
        registry.misbehave(redirect(f"{other.url}{PATH}", status=status), at=PATH)

        checked = machine.check(registry.url, exit_code=ExitCode.OK)

        assert registry.authorizations() == {"Bearer t0ken"}
        assert other.count(PATH) == 1
        assert other.authorizations() == set()
    assert checked.verdict(SPEC) == (Verdict.VERIFIED, [])
    assert "t0ken" not in json.dumps(checked.report)


def test_a_redirect_to_a_host_that_cannot_prove_itself(
    machine: Machine, registry: Loopback, tmp_path_factory: pytest.TempPathFactory
) -> None:
    clean = machine.check(registry.url, exit_code=ExitCode.OK)
    authority = make_authority(tmp_path_factory.mktemp("tls"))
    with Loopback(tls=authority.server_context()) as other:
        publish(other)
        registry.misbehave(redirect(f"{other.url}{PATH}"), at=PATH)

        checked = machine.check(registry.url, exit_code=ExitCode.INCOMPLETE)

        assert checked.verdict(SPEC) == (Verdict.UNAVAILABLE, [Code.REGISTRY_ERROR])
        assert checked.without(SPEC) == clean.without(SPEC)
        assert other.count() == 0


def test_the_metadata_of_one_is_hit(machine: Machine, registry: Loopback) -> None:
    clean = machine.check(registry.url, exit_code=ExitCode.OK)
    registry.misbehave(SERVER_ERROR, at="/crank/")

    checked = machine.check(registry.url, exit_code=ExitCode.INCOMPLETE)

    assert checked.verdict("crank@3.0.1") == (Verdict.UNAVAILABLE, [Code.REGISTRY_ERROR])
    assert checked.without("crank@3.0.1") == clean.without("crank@3.0.1")


@pytest.mark.parametrize("fault", [SERVER_ERROR, FORBIDDEN, TRUNCATE, Reset(stage=Stage.BODY)])
def test_the_keys_are_hit(machine: Machine, registry: Loopback, fault: Fault) -> None:
    """Nobody can tell then whether 404 means anything; what is there is there."""
    registry.misbehave(fault, at=KEYS)

    checked = machine.check(registry.url, exit_code=ExitCode.INCOMPLETE)

    assert checked.verified() == VERIFIED
    assert checked.others() == {("unavailable", "registry-error")}
    assert len(checked.report["notes"]) == 1


# ---- everything is hit ---------------------------------------------------------------------------------------------

MANY = tuple(Package.of(f"p{number}", "1.0.0", b"") for number in range(200))
UNDER_WAY = 32 + FAILURES_IN_A_ROW
"""How many packages may be asked about before the host is given up."""

EVERYWHERE: Mapping[str, tuple[Fault, Code]] = {
    "429": (too_many_requests(), Code.REGISTRY_ERROR),
    "429 for an hour": (too_many_requests(retry_after="3600"), Code.REGISTRY_ERROR),
    "500": (SERVER_ERROR, Code.REGISTRY_ERROR),
    "silence": (Delay(seconds=60), Code.REGISTRY_ERROR),
    "slow headers": (Drip(seconds=0.01, stage=Stage.HEADERS), Code.REGISTRY_ERROR),
    "reset at once": (Reset(stage=Stage.ACCEPT), Code.REGISTRY_ERROR),
    "reset after the request": (Reset(stage=Stage.HEADERS), Code.REGISTRY_ERROR),
    "reset in the body": (Reset(stage=Stage.BODY), Code.REGISTRY_ERROR),
    "truncated": (TRUNCATE, Code.REGISTRY_ERROR),
    "not HTTP": (Raw(data=b"SSH-2.0-OpenSSH\r\n"), Code.REGISTRY_ERROR),
    "redirect to itself": (redirect(""), Code.REGISTRY_ERROR),
    "redirect to a file": (redirect("file:///etc/passwd"), Code.REGISTRY_ERROR),
    "page": (HTML, Code.ATTESTATIONS_NOT_SERVED),
    "not UTF-8": (NOT_UTF8, Code.ATTESTATIONS_NOT_SERVED),
    "bomb": (gzip_bomb(20_000_000), Code.ATTESTATIONS_NOT_SERVED),
    "10 MB of junk": (ok(b" " * 10_000_000), Code.ATTESTATIONS_NOT_SERVED),
    "400": (Answer(status=400), Code.ATTESTATIONS_NOT_SERVED),
}


@pytest.mark.parametrize(("fault", "code"), EVERYWHERE.values(), ids=EVERYWHERE)
def test_everything_is_hit(machine: Machine, registry: Loopback, fault: Fault, code: Code) -> None:
    registry.misbehave(fault)

    machine.finds_nothing(registry.url, code)

    requests_each = MAX_REDIRECTS + 1 if isinstance(fault, Answer) and fault.status == 302 else TRIES
    assert max(registry.count(), registry.connections) <= requests_each * UNDER_WAY


@pytest.mark.parametrize("fault", [SERVER_ERROR, HTML])
def test_everything_is_hit_and_said_in_few_lines(machine: Machine, registry: Loopback, fault: Fault) -> None:
    registry.misbehave(fault)
    lockfile = write_project(machine.folder / "project", MANY)

    result = run_command(machine.capsys, "lockfile", lockfile, "--registry", registry.url, *machine.trust)

    assert result.code == ExitCode.INCOMPLETE
    assert result.out.count("note: ") == 1
    assert len(result.out.splitlines()) < 20


def test_nobody_listens(machine: Machine) -> None:
    with unused_address() as address:
        machine.finds_nothing(address, Code.REGISTRY_ERROR)


def test_the_host_does_not_exist(machine: Machine) -> None:
    machine.finds_nothing("http://registry.invalid", Code.REGISTRY_ERROR)


def test_the_host_cannot_prove_itself(machine: Machine, tmp_path_factory: pytest.TempPathFactory) -> None:
    authority = make_authority(tmp_path_factory.mktemp("tls"))
    with Loopback(tls=authority.server_context()) as secure:
        machine.finds_nothing(secure.url, Code.REGISTRY_ERROR)
        assert secure.count() == 0
        assert secure.connections < 100


def test_all_connections_break_at_first(machine: Machine, registry: Loopback) -> None:
    registry.misbehave(Reset(stage=Stage.ACCEPT), times=2)

    checked = machine.check(registry.url, exit_code=ExitCode.OK)

    assert checked.verified() == VERIFIED
    assert checked.others() == {("absent", "provenance-absent")}
