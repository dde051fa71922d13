"""Trust material from a TUF repository of our own, over real HTTP."""

import base64
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from urllib.parse import quote

import pytest
from securesystemslib.signer import CryptoSigner  # type: ignore[attr-defined] # its __all__ is computed
from tuf.api.metadata import Metadata, Snapshot  # type: ignore[attr-defined]

from provcheck.trust.embedded import Embedded, read_embedded
from provcheck.trust.material import TrustMaterial, load_trust
from provcheck.trust.tuf_copy import UnverifiedCopy, parse_copy, render_copy
from support.loopback import (
    FORBIDDEN,
    HTML,
    SERVER_ERROR,
    TRUNCATE,
    Answer,
    Delay,
    Drip,
    Fault,
    Loopback,
    Reset,
    Stage,
    gzip_bomb,
    redirect,
    unused_address,
)
from support.tuf_repository import KEYS_TARGET, REGISTRY_HOST, TRUSTED_ROOT, TufRepository

EMBEDDED = read_embedded()
TUF = "Sigstore TUF repository"
SHIPPED = "copy shipped with Provcheck"
DAY = timedelta(days=1)


def another_root(number: int) -> bytes:
    """Return the production trusted root in other bytes."""
    return json.dumps(json.loads(EMBEDDED.trusted_root), indent=number).encode()


def another_keys() -> bytes:
    """Return npm's keys without the newest."""
    return json.dumps({"keys": json.loads(EMBEDDED.npm_keys)["keys"][:2]}).encode()


@dataclass
class World:
    """A repository, a server of it, and a computer that refreshes from there."""

    repository: TufRepository
    server: Loopback
    url: str
    folder: Path
    embedded: Embedded

    def publish(self) -> None:
        self.server.tarballs = {f"/{path}": data for path, data in self.repository.publish().items()}

    def load(
        self, *, offline: bool = False, refresh: bool = False, deadline: float = 20, after: timedelta = timedelta()
    ) -> TrustMaterial:
        return load_trust(
            registry=f"https://{REGISTRY_HOST}",
            offline=offline,
            refresh=refresh,
            folder=self.folder,
            tuf_url=self.url,
            deadline=deadline,
            embedded=self.embedded,
            now=datetime.now(UTC) + after,
        )

    @property
    def file(self) -> Path:
        return self.folder / f"{quote(self.url, safe='')}.json"

    @property
    def copy(self) -> UnverifiedCopy:
        return parse_copy(self.file.read_bytes())

    @copy.setter
    def copy(self, copy: UnverifiedCopy) -> None:
        self.file.write_text(render_copy(copy))

    def age(self, age: timedelta) -> None:
        """Make the local copy older."""
        copy = self.copy
        self.copy = replace(copy, fetched=copy.fetched - age)

    def requests(self) -> int:
        """Return the number of requests since the last time."""
        count = len(self.server.requests)
        self.server.requests.clear()
        return count


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("NO_PROXY", "*")
    repository = TufRepository(trusted_root=another_root(3), npm_keys=another_keys())
    embedded = replace(EMBEDDED, tuf_root=repository.bootstrap, date=datetime.now(UTC) - timedelta(days=400))
    with Loopback() as server:
        world = World(repository=repository, server=server, url=server.url, folder=tmp_path / "tuf", embedded=embedded)
        world.publish()
        yield world


def is_from_tuf(material: TrustMaterial, world: World) -> bool:
    """Tell whether everything is what the repository has, now or when it was copied."""
    info = material.info
    root = world.repository.trusted_root
    assert root is not None
    same = info.root_sha256 == hashlib.sha256(root).hexdigest() and len(info.key_ids) == 1
    return same and TUF in info.root_source and info.keys_source == TUF


def is_embedded(material: TrustMaterial) -> bool:
    info = material.info
    same = info.root_sha256 == hashlib.sha256(EMBEDDED.trusted_root).hexdigest() and len(info.key_ids) == 2
    return same and info.root_source.startswith("embedded copy of ") and info.keys_source == SHIPPED


# ---- Refreshing ----------------------------------------------------------------------------------------------------


def test_a_refresh_gets_the_repositorys_material(world: World) -> None:
    before = datetime.now(UTC)
    material = world.load()
    assert is_from_tuf(material, world)
    assert material.info.root_date is not None
    assert before <= material.info.root_date <= datetime.now(UTC)
    assert material.info.notes == ()
    assert not material.info.overridden
    assert world.server.connections == 1


def test_the_repository_is_asked_once_a_day(world: World) -> None:
    world.load()
    assert world.requests() > 0
    for offline in (False, True):
        assert is_from_tuf(world.load(offline=offline, after=DAY - timedelta(minutes=1)), world)
        assert world.load(offline=offline, after=DAY - timedelta(minutes=1)).info.notes == ()
    assert world.requests() == 0
    assert is_from_tuf(world.load(after=DAY), world)
    assert world.requests() > 0


def test_a_refresh_can_be_asked_for(world: World) -> None:
    world.load()
    world.repository.version, world.repository.trusted_root = 2, another_root(5)
    world.publish()
    assert is_from_tuf(world.load(refresh=True), world)


def test_a_refresh_with_nothing_new_downloads_no_targets(world: World) -> None:
    world.load()
    world.requests()
    world.load(refresh=True)
    assert [request.path for request in world.server.requests] == ["/2.root.json", "/timestamp.json"]


def test_a_copy_whose_metadata_has_expired_is_not_reused(world: World) -> None:
    world.repository.timestamp_expires = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    world.publish()
    world.load()
    world.requests()
    world.load(after=timedelta(hours=2))
    assert world.requests() > 0


def test_new_roots_are_followed(world: World) -> None:
    world.load()
    world.repository.sign_root(new_root_key=CryptoSigner.generate_ecdsa())
    world.repository.online_key = CryptoSigner.generate_ecdsa()
    world.repository.sign_root()
    world.repository.version = 2
    world.publish()
    assert is_from_tuf(world.load(refresh=True), world)
    world.requests()
    assert is_from_tuf(world.load(), world)
    assert world.requests() == 0
    world.load(refresh=True)
    assert world.requests() > 0


def test_ten_runs_at_the_same_time_share_one_copy(world: World) -> None:
    with ThreadPoolExecutor(10) as pool:
        runs = [pool.submit(world.load) for _ in range(10)]
        assert all(is_from_tuf(run.result(), world) for run in runs)
    assert [path.name for path in world.folder.iterdir()] == [world.file.name]
    world.requests()
    assert is_from_tuf(world.load(), world)
    assert world.requests() == 0


def test_a_folder_that_cannot_be_written_costs_only_a_note(world: World) -> None:
    world.folder.write_text("not a folder")
    material = world.load()
    assert is_from_tuf(material, world)
    assert any("cannot be kept" in note for note in material.info.notes)


# ---- Without the network -------------------------------------------------------------------------------------------


def test_offline_an_old_copy_is_used_and_its_age_is_told(world: World) -> None:
    world.load()
    world.age(30 * DAY)
    world.requests()
    material = world.load(offline=True)
    assert world.requests() == 0
    assert is_from_tuf(material, world)
    assert material.info.root_date == world.copy.fetched
    assert material.info.notes == ("Offline: Sigstore's TUF repository was not asked.",)
    assert f"fetched on {world.copy.fetched:%Y-%m-%d}" in material.info.root_source


def test_offline_a_very_old_copy_is_warned_about(world: World) -> None:
    world.load()
    world.age(200 * DAY)
    assert any("200 days old" in note for note in world.load(offline=True).info.notes)


def test_a_copy_that_is_older_than_the_installation_is_not_used(world: World) -> None:
    world.load()
    world.age(500 * DAY)
    assert is_embedded(world.load(offline=True))


def test_offline_without_a_copy(world: World) -> None:
    assert is_embedded(world.load(offline=True))
    assert world.requests() == 0


# ---- A local copy that is not what it was --------------------------------------------------------------------------


def with_other_target(copy: UnverifiedCopy) -> UnverifiedCopy:
    return replace(copy, targets={**copy.targets, TRUSTED_ROOT: EMBEDDED.trusted_root})


def with_other_keys(copy: UnverifiedCopy) -> UnverifiedCopy:
    return replace(copy, targets={**copy.targets, KEYS_TARGET: EMBEDDED.npm_keys})


def with_other_metadata(copy: UnverifiedCopy) -> UnverifiedCopy:
    return replace(copy, metadata={**copy.metadata, "snapshot": copy.metadata["targets"]})


def without_metadata(copy: UnverifiedCopy) -> UnverifiedCopy:
    return replace(copy, metadata={})


@pytest.mark.parametrize("damage", [with_other_target, with_other_metadata, without_metadata])
def test_a_tampered_copy_is_fetched_again(world: World, damage: Callable[[UnverifiedCopy], UnverifiedCopy]) -> None:
    world.load()
    world.copy = damage(world.copy)
    material = world.load()
    assert is_from_tuf(material, world)
    assert material.info.notes == ("The local copy of Sigstore's TUF repository does not verify and was not used.",)
    assert world.load().info.notes == ()


@pytest.mark.parametrize("damage", [with_other_target, with_other_metadata, without_metadata])
def test_offline_a_tampered_copy_is_not_used(world: World, damage: Callable[[UnverifiedCopy], UnverifiedCopy]) -> None:
    world.load()
    world.copy = damage(world.copy)
    material = world.load(offline=True)
    assert is_embedded(material)
    assert material.info.notes[0] == "The local copy of Sigstore's TUF repository does not verify and was not used."


def test_tampered_keys_are_fetched_again_and_never_used(world: World) -> None:
    world.load()
    world.copy = with_other_keys(world.copy)
    material = world.load(offline=True)
    assert TUF in material.info.root_source
    assert material.info.keys_source == SHIPPED
    assert any("do not verify" in note for note in material.info.notes)
    assert is_from_tuf(world.load(), world)


@pytest.mark.parametrize("content", [b"", b"{", b"\0" * 100])
def test_a_damaged_file_is_replaced(world: World, content: bytes) -> None:
    world.load()
    world.file.write_bytes(content)
    material = world.load()
    assert is_from_tuf(material, world)
    assert material.info.notes == ("The local copy of Sigstore's TUF repository is damaged and was not used.",)
    assert world.load().info.notes == ()


def test_a_copy_of_another_repository_is_not_used(world: World) -> None:
    other = TufRepository(trusted_root=another_root(7), npm_keys=another_keys())
    world.folder.mkdir()
    world.copy = other.copy(fetched=datetime.now(UTC))
    assert is_from_tuf(world.load(), world)


# ---- A repository that is not what it was --------------------------------------------------------------------------


def is_the_old_copy(material: TrustMaterial, world: World, reason: str) -> bool:
    info = material.info
    same = info.root_sha256 == hashlib.sha256(world.copy.targets[TRUSTED_ROOT]).hexdigest()
    notes = (f"Sigstore's TUF repository was not refreshed: {reason}.",)
    return same and info.notes == notes and "fetched on" in info.root_source


def test_a_rolled_back_repository_is_refused(world: World) -> None:
    world.repository.version = 5
    world.publish()
    world.load()
    kept = world.file.read_bytes()
    world.repository.version, world.repository.trusted_root = 4, another_root(5)
    world.publish()
    material = world.load(refresh=True)
    assert is_the_old_copy(material, world, "its metadata is older than what it served before")
    assert world.file.read_bytes() == kept


def test_a_rolled_back_snapshot_is_refused(world: World) -> None:
    """The timestamp is new, the snapshot it names has older targets: a compromised online key."""
    world.repository.version = 5
    world.publish()
    world.load()
    old = TufRepository(**{**vars(world.repository), "version": 4, "trusted_root": another_root(5)})
    files = old.publish()
    world.repository.version = 6
    current = world.repository.publish()
    signer = world.repository.online_key
    snapshot = Metadata[Snapshot].from_bytes(files["4.snapshot.json"])
    snapshot.signed.version = 6
    snapshot.sign(signer)
    current |= {"6.snapshot.json": snapshot.to_bytes()} | {
        path: data for path, data in files.items() if path.startswith(("4.", "targets/"))
    }
    world.server.tarballs = {f"/{path}": data for path, data in current.items()}
    material = world.load(refresh=True)
    assert is_the_old_copy(material, world, "its metadata is older than what it served before")


def test_an_expired_repository_is_refused(world: World) -> None:
    world.load()
    world.repository.version = 2
    world.repository.timestamp_expires = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    world.publish()
    reason = "its metadata has expired, or this computer's clock is wrong"
    assert is_the_old_copy(world.load(refresh=True), world, reason)


def test_an_expired_repository_leaves_the_installations_copy(world: World) -> None:
    world.repository.timestamp_expires = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    world.publish()
    assert is_embedded(world.load())
    assert not world.folder.exists()


def test_metadata_by_other_keys_is_refused(world: World) -> None:
    world.load()
    world.repository.online_key = CryptoSigner.generate_ecdsa()
    world.repository.version = 2
    world.publish()
    reason = "its metadata is not signed by the trusted keys"
    assert is_the_old_copy(world.load(refresh=True), world, reason)


def test_a_target_that_is_not_the_signed_one_is_refused(world: World) -> None:
    path = next(path for path in world.server.tarballs if path.endswith(TRUSTED_ROOT))
    body = world.server.tarballs[path]
    world.server.tarballs[path] = body[:-1] + b" "
    material = world.load()
    assert is_embedded(material)
    assert "does not match its signed digest" in material.info.notes[0]


def test_a_repository_without_a_trusted_root(world: World) -> None:
    world.repository.trusted_root = None
    world.publish()
    assert is_embedded(world.load())


def test_a_huge_trusted_root_is_not_downloaded(world: World) -> None:
    world.repository.trusted_root = b" " * 5_000_000
    world.publish()
    assert is_embedded(world.load())
    assert not any(request.path.startswith("/targets/") for request in world.server.requests)


def test_a_trusted_root_of_a_later_version_leaves_the_installations_copy(world: World) -> None:
    world.repository.trusted_root = b'{"mediaType": "application/vnd.dev.sigstore.trustedroot.v9+json"}'
    world.publish()
    assert is_embedded(world.load())


@pytest.mark.parametrize("npm_keys", [None, b"{}"])
def test_without_usable_keys_the_shipped_ones_are_used(world: World, npm_keys: bytes | None) -> None:
    world.repository.npm_keys = npm_keys
    world.publish()
    info = world.load().info
    assert (info.root_source, info.keys_source) == (TUF, SHIPPED)
    assert len(info.key_ids) == 2
    assert len(info.notes) == 1


def test_a_repository_that_has_no_keys_is_still_asked_once_a_day(world: World) -> None:
    world.repository.npm_keys = None
    world.publish()
    world.load()
    world.requests()
    assert world.load().info.keys_source == SHIPPED
    assert world.requests() == 0


def test_an_expired_delegation_costs_only_the_keys(world: World) -> None:
    world.repository.npm_expires = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    world.publish()
    info = world.load().info
    assert (info.root_source, info.keys_source) == (TUF, SHIPPED)
    world.repository.npm_expires = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    world.repository.version = 2
    world.publish()
    assert is_from_tuf(world.load(), world)


# ---- A server that misbehaves --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "at"),
    [
        pytest.param(Answer(status=404), "", id="404"),
        pytest.param(FORBIDDEN, "", id="403"),
        pytest.param(SERVER_ERROR, "", id="500"),
        pytest.param(HTML, "", id="HTML"),
        pytest.param(HTML, "/timestamp", id="HTML for the timestamp"),
        pytest.param(TRUNCATE, "/timestamp", id="truncated timestamp"),
        pytest.param(TRUNCATE, "/targets/", id="truncated target"),
        pytest.param(Reset(stage=Stage.ACCEPT), "", id="reset on accept"),
        pytest.param(Reset(stage=Stage.BODY), "/1.snapshot", id="reset in the body"),
        pytest.param(Answer(status=200, body=b" " * 1_000_000), "/timestamp", id="large timestamp"),
        pytest.param(gzip_bomb(100_000_000), "/targets/", id="gzip bomb"),
        pytest.param(redirect("/timestamp.json"), "/timestamp", id="redirect loop"),
        pytest.param(redirect("file:///etc/passwd"), "/timestamp", id="redirect to a file"),
    ],
)
def test_a_broken_server_leaves_the_installations_copy(world: World, fault: Fault, at: str) -> None:
    world.server.misbehave(fault, at=at)
    material = world.load()
    assert is_embedded(material)
    assert material.info.notes[0].startswith("Sigstore's TUF repository was not refreshed: ")
    assert not world.folder.exists()


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Delay(seconds=60), id="slow first byte"),
        pytest.param(Drip(seconds=0.05), id="slow body"),
        pytest.param(Drip(seconds=0.05, stage=Stage.HEADERS), id="slow headers"),
    ],
)
def test_the_deadline_holds(world: World, fault: Fault) -> None:
    world.server.misbehave(fault)
    start = monotonic()
    material = world.load(deadline=0.5)
    assert monotonic() - start < 15  # generous: the machine may be busy; the server would take a minute
    assert is_embedded(material)
    assert "no answer" in material.info.notes[0] or "in time" in material.info.notes[0]


def test_the_deadline_is_for_the_whole_refresh_and_not_for_each_request(world: World) -> None:
    world.server.misbehave(Delay(seconds=0.4))
    assert is_embedded(world.load(deadline=1))


def test_a_program_ends_although_a_refresh_hangs(world: World, tmp_path: Path) -> None:
    world.server.misbehave(Delay(seconds=60))
    script = f"""
from pathlib import Path
from provcheck.trust.material import load_trust
load_trust(registry="https://{REGISTRY_HOST}", folder=Path({str(tmp_path)!r}), tuf_url={world.url!r}, deadline=0.5)
"""
    result = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=30)
    assert result.stdout + result.stderr == ""


def test_nobody_listens(world: World) -> None:
    world.load()
    world.age(2 * DAY)
    copy = world.copy
    with unused_address() as url:
        world.url = url
        world.copy = copy
        assert is_the_old_copy(world.load(), world, "it cannot be reached")


def test_a_proxy_is_used_with_its_credentials(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.url = "http://tuf.example"
    world.server.tarballs = {f"{world.url}{path}": data for path, data in world.server.tarballs.items()}
    monkeypatch.setenv("NO_PROXY", "other.example")
    monkeypatch.setenv("HTTP_PROXY", world.server.url.replace("://", "://me:p%40ss@"))
    assert is_from_tuf(world.load(), world)
    credentials = {request.headers["proxy-authorization"] for request in world.server.requests}
    assert credentials == {f"Basic {base64.b64encode(b'me:p@ss').decode()}"}
