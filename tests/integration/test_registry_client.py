"""The client over real HTTP: every way in which a registry can misbehave ends, and ends as it should."""

import base64
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path

import pytest

from provcheck.codes import Code
from provcheck.registry.client import MAX_REDIRECTS, RegistryClient
from provcheck.registry.config import Credential, NpmConfig, Secret
from provcheck.registry.exchange import RegistryError, Response
from provcheck.registry.hosts import FAILURES_IN_A_ROW, LONG_WAITS
from support.loopback import (
    ATTESTATIONS,
    FORBIDDEN,
    KEYS,
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
from support.tls import Authority, make_authority

TRIES = 3
TOKEN = "npm_t0ken-th4t-must-not-show"
BODY = b'{"attestations": [' + b"1, " * 100 + b"1]}"
A = f"{ATTESTATIONS}a@1.0.0"


@pytest.fixture
def registry() -> Iterator[Loopback]:
    with Loopback() as running:
        running.publish("a", "1.0.0", attestations=BODY)
        yield running


@pytest.fixture
def other() -> Iterator[Loopback]:
    with Loopback() as running:
        running.publish("a", "1.0.0", attestations=BODY)
        yield running


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("tls"))


def credential(place: str, header: str = f"Bearer {TOKEN}") -> dict[str, Credential]:
    return {place: Credential(authorization=Secret(header))}


def place(registry: Loopback) -> str:
    return registry.url.removeprefix("http:") + "/"


def client(config: NpmConfig, **options: float) -> RegistryClient:
    settings: dict[str, float] = {"timeout": 10, "tries": TRIES, "backoff": 0.005, **options}
    return RegistryClient(config, **settings)  # type: ignore[arg-type]


def get(registry: Loopback, path: str = A, *, config: NpmConfig | None = None, **options: float) -> Response:
    with client(config or NpmConfig(registry=registry.url), **options) as asking:
        return asking.get(registry.url + path)


def fail(registry: Loopback, path: str = A, *, config: NpmConfig | None = None, **options: float) -> RegistryError:
    with pytest.raises(RegistryError) as caught:
        get(registry, path, config=config, **options)
    assert registry.url.partition("://")[2].partition("/")[0] in caught.value.message
    return caught.value


# ---- answers -------------------------------------------------------------------------------------------------------


def test_an_answer(registry: Loopback) -> None:
    assert get(registry) == Response(status=200, body=BODY)
    [request] = registry.requests
    assert request.headers["user-agent"].startswith("provcheck/")
    assert "authorization" not in request.headers
    assert "cookie" not in request.headers


def test_a_packed_answer(registry: Loopback) -> None:
    registry.gzip = True
    assert get(registry) == Response(status=200, body=BODY)


@pytest.mark.parametrize("status", [204, 300, 304, 400, 401, 403, 404, 405, 410])
def test_other_answers_are_final(registry: Loopback, status: int) -> None:
    registry.misbehave(Answer(status=status, body=b"" if status in (204, 304) else b"no"))
    assert get(registry) == Response(status=status, body=b"")
    assert registry.count() == 1


def test_scoped_names_arrive_escaped(registry: Loopback) -> None:
    registry.publish("@s/n", "1.0.0+b", attestations=b"{}")
    assert get(registry, f"{ATTESTATIONS}@s%2fn@1.0.0%2Bb").status == 200
    assert registry.requests[0].target == f"{ATTESTATIONS}@s%2fn@1.0.0%2Bb"


def test_connections_are_used_again(registry: Loopback) -> None:
    with client(NpmConfig(registry=registry.url)) as asking:
        for path in (A, KEYS, f"{ATTESTATIONS}none@1.0.0") * 20:
            asking.get(registry.url + path)
    assert registry.count() == 60
    assert registry.connections == 1


def test_no_more_than_so_many_at_once(registry: Loopback) -> None:
    registry.latency = 0.002
    with client(NpmConfig(registry=registry.url), concurrency=3) as asking, ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: asking.get(registry.url + A), range(200)))
    assert {answer.status for answer in answers} == {200}
    assert registry.connections <= 3


def test_thousands_of_requests(registry: Loopback) -> None:
    with client(NpmConfig(registry=registry.url), concurrency=32) as asking, ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda number: asking.get(f"{registry.url}/p/{number}"), range(1000)))
    assert {answer.status for answer in answers} == {404}
    assert registry.count() == 1000
    assert registry.connections <= 32


# ---- what is tried again -------------------------------------------------------------------------------------------

TRANSIENT: dict[str, Fault] = {
    "500": SERVER_ERROR,
    "503": Answer(status=503),
    "429": too_many_requests(),
    "429 with wait": too_many_requests(retry_after="0"),
    "429 until a time that is past": too_many_requests(retry_after=formatdate(0, usegmt=True)),
    "429 with nonsense": too_many_requests(retry_after="soon"),
    "truncated": TRUNCATE,
    "promises more": WrongLength(by=10),
    "reset": Reset(stage=Stage.HEADERS),
    "reset in the body": Reset(stage=Stage.BODY),
    "not HTTP": Answer(status=-1),
}


@pytest.mark.parametrize("fault", TRANSIENT.values(), ids=TRANSIENT)
def test_failures_that_stay(registry: Loopback, fault: Fault) -> None:
    registry.misbehave(fault)
    assert fail(registry).code is Code.REGISTRY_ERROR
    assert registry.count() == TRIES


@pytest.mark.parametrize("fault", TRANSIENT.values(), ids=TRANSIENT)
def test_failures_that_pass(registry: Loopback, fault: Fault) -> None:
    registry.misbehave(fault, times=TRIES - 1)
    assert get(registry) == Response(status=200, body=BODY)
    assert registry.count() == TRIES


def test_refused_connections(registry: Loopback) -> None:
    registry.misbehave(Reset(stage=Stage.ACCEPT), times=TRIES - 1)
    assert get(registry).status == 200
    registry.misbehave(Reset(stage=Stage.ACCEPT))
    assert fail(registry).code is Code.REGISTRY_ERROR
    assert registry.connections == 2 * TRIES


def test_retry_after_is_honoured(registry: Loopback) -> None:
    registry.misbehave(too_many_requests(retry_after="1"), times=1)
    started = time.monotonic()
    assert get(registry).status == 200
    assert time.monotonic() - started >= 1


def test_a_host_that_asks_for_long_waits_is_left_alone(registry: Loopback) -> None:
    registry.misbehave(too_many_requests(retry_after="3600"))
    with client(NpmConfig(registry=registry.url)) as asking:
        messages = failures(asking, registry.url + A, 10)
        assert len(asking.given_up()) == 1
    assert len(set(messages)) == 1
    assert registry.count() == LONG_WAITS


def test_one_long_wait_decides_about_one_address(registry: Loopback) -> None:
    registry.misbehave(too_many_requests(retry_after="3600"), times=1)
    with client(NpmConfig(registry=registry.url)) as asking:
        failures(asking, registry.url + A, 1)
        assert asking.get(registry.url + A).body == BODY


def test_a_host_whose_every_answer_is_unusable_is_given_up(registry: Loopback) -> None:
    registry.misbehave(redirect(A))
    with client(NpmConfig(registry=registry.url)) as asking:
        failures(asking, registry.url + A, 100)
        assert len(asking.given_up()) == 1
    assert registry.count() == FAILURES_IN_A_ROW * (MAX_REDIRECTS + 1)


# ---- what is not ---------------------------------------------------------------------------------------------------

MALFORMED: dict[str, Fault] = {
    "bomb": gzip_bomb(50_000_000),
    "larger than allowed": Answer(status=200, body=b" " * 10_000_000),
    "not the gzip it says": Answer(status=200, headers=(("Content-Encoding", "gzip"),)),
    "packed otherwise": Answer(status=200, headers=(("Content-Encoding", "br"),)),
}


@pytest.mark.parametrize("fault", MALFORMED.values(), ids=MALFORMED)
def test_bodies_that_cannot_be_used(registry: Loopback, fault: Fault) -> None:
    registry.misbehave(fault)
    assert fail(registry, max_bytes=1_000_000).code is Code.REGISTRY_RESPONSE_MALFORMED
    assert registry.count() == 1


def test_an_answer_of_ten_megabytes_is_read(registry: Loopback) -> None:
    registry.misbehave(Answer(status=200, body=b" " * 10_000_000))
    assert len(get(registry).body) == 10_000_000


def test_a_body_longer_than_it_says_does_not_become_the_next_answer(registry: Loopback) -> None:
    registry.misbehave(WrongLength(by=-20), times=1)
    with client(NpmConfig(registry=registry.url)) as asking:
        assert asking.get(registry.url + A).body == BODY[:-20]
        assert asking.get(registry.url + A).body == BODY


# ---- time ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [Delay(seconds=60), Drip(seconds=0.02), Drip(seconds=0.02, stage=Stage.HEADERS)],
    ids=["silent", "drips the body", "drips the headers"],
)
def test_every_try_has_an_end(registry: Loopback, fault: Fault) -> None:
    registry.misbehave(fault)
    started = time.monotonic()
    assert fail(registry, timeout=0.2, tries=2).code is Code.REGISTRY_ERROR
    assert time.monotonic() - started < 10
    assert registry.count() == 2


def test_redirects_share_the_time_of_one_try(registry: Loopback) -> None:
    registry.latency = 0.1
    registry.misbehave(redirect(A))
    assert fail(registry, timeout=0.25, tries=1).code is Code.REGISTRY_ERROR
    assert registry.count() < MAX_REDIRECTS


def test_a_slow_answer_is_an_answer(registry: Loopback) -> None:
    registry.misbehave(Delay(seconds=0.2))
    assert get(registry).status == 200


# ---- hopeless hosts ------------------------------------------------------------------------------------------------


def failures(asking: RegistryClient, url: str, count: int) -> list[str]:
    messages = []
    for _ in range(count):
        with pytest.raises(RegistryError) as caught:
            asking.get(url)
        assert caught.value.code is Code.REGISTRY_ERROR
        messages.append(caught.value.message)
    return messages


def test_a_host_that_is_not_there() -> None:
    with unused_address() as address, client(NpmConfig(registry=address), backoff=0.05) as asking:
        started = time.monotonic()
        messages = failures(asking, f"{address}/a", 1000)
        assert time.monotonic() - started < 20
        assert len(set(messages)) == 1
        assert len(asking.given_up()) == 1


def test_a_host_name_that_does_not_exist() -> None:
    with client(NpmConfig(registry="http://registry.invalid")) as asking:
        assert len(set(failures(asking, "http://registry.invalid/a", 100))) == 1


def test_a_host_name_that_cannot_be(registry: Loopback) -> None:
    with client(NpmConfig(registry=registry.url)) as asking:
        failures(asking, f"http://{'a' * 70}.example/", 1)
        failures(asking, "http://a..example/", 1)
        failures(asking, "ftp://registry.example/", 1)


def test_a_host_that_only_fails_is_given_up(registry: Loopback) -> None:
    registry.misbehave(Answer(status=503))
    with client(NpmConfig(registry=registry.url)) as asking:
        messages = failures(asking, registry.url + A, 100)
        assert len(set(messages)) == 1
        assert len(asking.given_up()) == 1
    assert registry.count() == FAILURES_IN_A_ROW * TRIES


def test_one_hopeless_host_stops_no_other(registry: Loopback, other: Loopback) -> None:
    registry.misbehave(Answer(status=503))
    with client(NpmConfig(registry=registry.url)) as asking:
        failures(asking, registry.url + A, FAILURES_IN_A_ROW)
        assert asking.get(other.url + A).status == 200


def test_some_failures_among_answers_are_no_reason_to_give_up(registry: Loopback) -> None:
    registry.misbehave(SERVER_ERROR, at=A)
    with client(NpmConfig(registry=registry.url)) as asking:
        for _ in range(3 * FAILURES_IN_A_ROW):
            failures(asking, registry.url + A, 1)
            assert asking.get(registry.url + KEYS).status == 200
        assert asking.given_up() == ()


# ---- redirects and credentials -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(registry: Loopback, status: int) -> None:
    registry.misbehave(redirect(A, status=status), at="/moved")
    assert get(registry, "/moved/x").body == BODY


def test_redirects_end(registry: Loopback) -> None:
    registry.misbehave(redirect(A))
    assert fail(registry).code is Code.REGISTRY_ERROR
    assert registry.count() == MAX_REDIRECTS + 1


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://x/", "http://a b/", "http://x\\y/"])
def test_redirects_to_no_web_address(registry: Loopback, target: str) -> None:
    registry.misbehave(redirect(target))
    assert fail(registry).code is Code.REGISTRY_ERROR
    assert registry.count() == 1


def test_a_credential_is_sent_where_it_belongs(registry: Loopback) -> None:
    config = NpmConfig(registry=registry.url, credentials=credential(place(registry)))
    assert get(registry, config=config).status == 200
    assert registry.authorizations() == {f"Bearer {TOKEN}"}


def test_a_credential_does_not_follow_to_another_port(registry: Loopback, other: Loopback) -> None:
    registry.misbehave(redirect(other.url + A))
    config = NpmConfig(registry=registry.url, credentials=credential(place(registry)))
    assert get(registry, config=config).body == BODY
    assert registry.authorizations() == {f"Bearer {TOKEN}"}
    assert other.count() == 1
    assert other.authorizations() == set()


def test_a_credential_does_not_follow_to_another_path(registry: Loopback) -> None:
    registry.misbehave(redirect(A), at="/private")
    config = NpmConfig(registry=registry.url, credentials=credential(f"{place(registry)}private/"))
    assert get(registry, "/private/x", config=config).body == BODY
    assert [request.headers.get("authorization") for request in registry.requests] == [f"Bearer {TOKEN}", None]


def test_a_redirect_gets_the_credential_of_its_target(registry: Loopback, other: Loopback) -> None:
    registry.misbehave(redirect(other.url + A))
    config = NpmConfig(registry=registry.url, credentials=credential(place(other), "Bearer of-the-other"))
    get(registry, config=config)
    assert registry.authorizations() == set()
    assert other.authorizations() == {"Bearer of-the-other"}


def test_a_redirect_cannot_bring_a_credential(registry: Loopback, other: Loopback) -> None:
    registry.misbehave(redirect(other.url.replace("http://", "http://user:password@") + A))
    assert get(registry).status == 200
    assert other.authorizations() == set()


def test_no_credential_comes_from_elsewhere(registry: Loopback, clean_environment: Path) -> None:
    for name in (".netrc", "_netrc"):
        (clean_environment / name).write_text("machine 127.0.0.1 login user password secret\n")
        (clean_environment / name).chmod(0o600)
    get(registry)
    assert registry.authorizations() == set()


@pytest.mark.parametrize("fault", [UNAUTHORIZED, FORBIDDEN, SERVER_ERROR, TRUNCATE, gzip_bomb(10**8), redirect("x:y")])
def test_nothing_shows_a_credential(registry: Loopback, fault: Fault, caplog: pytest.LogCaptureFixture) -> None:
    registry.misbehave(fault)
    encoded = base64.b64encode(TOKEN.encode()).decode()
    config = NpmConfig(registry=registry.url, credentials=credential(place(registry), f"Basic {encoded}"))
    shown = ""
    with caplog.at_level(logging.DEBUG), client(config) as asking:
        try:
            asking.get(registry.url + A)
        except RegistryError as error:
            cause: BaseException | None = error
            while cause is not None:
                shown += f"{cause} {cause!r}"
                cause = cause.__cause__ or cause.__context__
    assert registry.authorizations() == {f"Basic {encoded}"}
    assert encoded not in shown + caplog.text


def test_a_header_that_cannot_be_sent_is_not_shown(registry: Loopback) -> None:
    config = NpmConfig(registry=registry.url, credentials=credential(place(registry), f"Bearer {TOKEN}\n"))
    error = fail(registry, config=config)
    assert error.code is Code.REGISTRY_ERROR
    assert TOKEN not in f"{error!r} {error.__cause__!r}"
    assert error.__cause__ is None
    assert error.__suppress_context__
    assert registry.count() == 0


# ---- proxies -------------------------------------------------------------------------------------------------------


def test_a_proxy(other: Loopback) -> None:
    proxy = other.url.replace("http://", "http://user:p%40ss@")
    config = NpmConfig(
        registry="http://registry.example",
        proxy=Secret(proxy),
        credentials=credential("//registry.example/"),
    )
    with client(config) as asking:
        assert asking.get("http://registry.example/a").status == 404
    [request] = other.requests
    assert request.target == "http://registry.example/a"
    assert request.headers["proxy-authorization"] == "Basic " + base64.b64encode(b"user:p@ss").decode()
    assert request.headers["authorization"] == f"Bearer {TOKEN}"


def test_noproxy(registry: Loopback, other: Loopback) -> None:
    config = NpmConfig(registry=registry.url, proxy=Secret(other.url), noproxy=("127.0.0.1",))
    assert get(registry, config=config).status == 200
    assert other.count() == 0


def test_only_npm_s_configuration_names_proxies(registry: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    with unused_address() as nowhere:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, nowhere)
        assert get(registry).status == 200


@pytest.mark.parametrize("proxy", [f"socks5://user:{TOKEN}@127.0.0.1/", f"{TOKEN}:80", "http://"])
def test_a_proxy_that_is_none(registry: Loopback, proxy: str) -> None:
    error = fail(registry, config=NpmConfig(registry=registry.url, proxy=Secret(proxy)))
    assert error.code is Code.REGISTRY_ERROR
    assert TOKEN not in error.message
    assert registry.count() == 0


def test_a_proxy_that_refuses(registry: Loopback, authority: Authority) -> None:
    registry.misbehave(Answer(status=407))
    config = NpmConfig(registry="https://registry.example", proxy=Secret(registry.url), ca=authority.ca.read_text())
    with client(config) as asking, pytest.raises(RegistryError) as caught:
        asking.get("https://registry.example/a")
    assert caught.value.code is Code.REGISTRY_ERROR
    assert [request.target for request in registry.requests] == ["registry.example:443"] * TRIES


# ---- TLS -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def secure(authority: Authority) -> Iterator[Loopback]:
    with Loopback(tls=authority.server_context()) as running:
        running.publish("a", "1.0.0", attestations=BODY)
        yield running


def test_an_unknown_authority_is_refused_at_once(secure: Loopback) -> None:
    error = fail(secure)
    assert error.code is Code.REGISTRY_ERROR
    assert secure.connections <= 1
    assert secure.count() == 0


@pytest.mark.parametrize(
    "trusting",
    [
        lambda config, pem: replace(config, ca=pem),
        lambda config, pem: replace(config, ca=f"# Autorité\n{pem}# fin\n"),
        lambda config, pem: replace(config, extra_ca=pem),
        lambda config, _: replace(config, strict_ssl=False),
    ],
    ids=["ca", "ca with comments", "extra", "strict-ssl=false"],
)
def test_trusting_an_authority(
    secure: Loopback, authority: Authority, trusting: Callable[[NpmConfig, str], NpmConfig]
) -> None:
    config = trusting(NpmConfig(registry=secure.url), authority.ca.read_text())
    assert get(secure, config=config).body == BODY


def test_a_trusted_authority_replaces_the_others(secure: Loopback, authority: Authority, tmp_path: Path) -> None:
    stranger = make_authority(tmp_path)
    config = NpmConfig(registry=secure.url, ca=stranger.ca.read_text(), extra_ca=authority.ca.read_text())
    assert fail(secure, config=config).code is Code.REGISTRY_ERROR


def test_authorities_that_are_none(secure: Loopback) -> None:
    with client(NpmConfig(registry=secure.url, ca="not PEM")) as asking:
        failures(asking, secure.url + A, 1)


def test_client_certificates(authority: Authority) -> None:
    with Loopback(tls=authority.server_context(client_certificates=True)) as registry:
        registry.publish("a", "1.0.0", attestations=BODY)
        config = NpmConfig(registry=registry.url, ca=authority.ca.read_text())
        assert fail(registry, config=config).code is Code.REGISTRY_ERROR
        shown = Credential(authorization=None, certificate=(authority.certificate, authority.key))
        config = replace(config, credentials={registry.url.removeprefix("https:"): shown})
        assert get(registry, config=config).body == BODY
        absent = Credential(authorization=None, certificate=(Path("none"), Path("none")))
        config = replace(config, credentials={registry.url.removeprefix("https:"): absent})
        with client(config) as asking:
            failures(asking, registry.url + A, 1)


def test_no_redirect_from_https_to_http(secure: Loopback, registry: Loopback, authority: Authority) -> None:
    secure.misbehave(redirect(registry.url + A))
    error = fail(secure, config=NpmConfig(registry=secure.url, ca=authority.ca.read_text()))
    assert error.code is Code.REGISTRY_ERROR
    assert registry.count() == 0


def test_a_tls_server_that_drips(secure: Loopback, authority: Authority) -> None:
    secure.misbehave(Drip(seconds=0.02, stage=Stage.HEADERS))
    started = time.monotonic()
    fail(secure, config=NpmConfig(registry=secure.url, ca=authority.ca.read_text()), timeout=0.3, tries=1)
    assert time.monotonic() - started < 10
