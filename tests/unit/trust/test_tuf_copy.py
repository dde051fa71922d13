import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from securesystemslib.signer import CryptoSigner  # type: ignore[attr-defined] # its __all__ is computed
from tuf.api.metadata import Metadata, Root  # type: ignore[attr-defined] # likewise

from provcheck.errors import MalformedError, TrustError
from provcheck.trust.tuf_copy import UnverifiedCopy, VerifiedTarget, parse_copy, render_copy, verify_target, write_copy
from support.tuf_repository import KEYS_TARGET, REGISTRY_HOST, TRUSTED_ROOT, TufRepository

NOW = datetime.now(UTC)
ROOT, KEYS = b'{"a trusted": "root"}', b'{"some": "keys"}'
OTHER = CryptoSigner.generate_ecdsa()


def repository(**changes: object) -> TufRepository:
    return TufRepository(**{"trusted_root": ROOT, "npm_keys": KEYS} | changes)  # type: ignore[arg-type]


REPOSITORY = repository()
COPY = REPOSITORY.copy(fetched=NOW)


def verify(copy: UnverifiedCopy, path: str = TRUSTED_ROOT, *, bootstrap: bytes | None = None) -> VerifiedTarget:
    return verify_target(copy, path, bootstrap=bootstrap or REPOSITORY.bootstrap)


def test_a_copy_proves_its_targets() -> None:
    assert verify(COPY).data == ROOT
    assert verify(COPY, KEYS_TARGET).data == KEYS


@pytest.mark.parametrize("path", ["signing_config.json", f"{REGISTRY_HOST}/other.json", f"{REGISTRY_HOST}/a/keys.json"])
def test_signed_metadata_can_say_that_there_is_no_such_target(path: str) -> None:
    assert verify(COPY, path).data is None


def test_it_expires_with_the_first_of_its_metadata() -> None:
    soon, sooner = (NOW.replace(microsecond=0) + timedelta(hours=hours) for hours in (2, 1))
    own = repository(timestamp_expires=soon, npm_expires=sooner)
    copy = own.copy(fetched=NOW)
    assert verify(copy, bootstrap=own.bootstrap).expires == soon
    assert verify(copy, KEYS_TARGET, bootstrap=own.bootstrap).expires == sooner


def test_metadata_that_expires_later_is_good_as_of_the_time_of_fetching() -> None:
    past = NOW - timedelta(days=300)
    own = repository(timestamp_expires=past + timedelta(days=7))
    assert verify(own.copy(fetched=past), bootstrap=own.bootstrap).data == ROOT


@pytest.mark.parametrize(
    ("expired", "path"),
    [("timestamp_expires", TRUSTED_ROOT), ("root_expires", TRUSTED_ROOT), ("npm_expires", KEYS_TARGET)],
)
def test_metadata_that_had_expired_when_it_was_fetched_is_refused(expired: str, path: str) -> None:
    own = repository(**{expired: NOW.replace(microsecond=0) - timedelta(hours=1)})
    with pytest.raises(TrustError):
        verify(own.copy(fetched=NOW), path, bootstrap=own.bootstrap)


def test_roots_are_followed_from_the_bootstrap_on() -> None:
    own = repository()
    own.sign_root(new_root_key=OTHER)
    own.online_key = OTHER
    own.sign_root()
    copy = own.copy(fetched=NOW)
    assert verify(copy, bootstrap=own.bootstrap).data == ROOT
    assert verify(copy, bootstrap=own.roots[2]).data == ROOT
    with pytest.raises(TrustError):  # without the roots in between, the new online key is unknown
        verify(replace(copy, roots={}), bootstrap=own.bootstrap)


def test_a_root_that_the_one_before_did_not_sign_is_refused() -> None:
    own = repository()
    own.root_key = OTHER
    own.sign_root()
    with pytest.raises(TrustError):
        verify(own.copy(fetched=NOW), bootstrap=own.bootstrap)


def test_a_root_that_does_not_sign_itself_is_refused() -> None:
    own = repository()
    own.sign_root(new_root_key=OTHER)
    successor = Metadata[Root].from_bytes(own.roots[1])
    del successor.signatures[OTHER.public_key.keyid]
    with pytest.raises(TrustError):
        verify(replace(own.copy(fetched=NOW), roots={2: successor.to_bytes()}), bootstrap=own.bootstrap)


def test_a_root_with_the_wrong_version_is_refused() -> None:
    with pytest.raises(TrustError):
        verify(replace(COPY, roots={2: REPOSITORY.bootstrap}))


def test_another_bootstrap_is_refused() -> None:
    with pytest.raises(TrustError):
        verify(COPY, bootstrap=repository().bootstrap)


def swapped(first: str, second: str) -> Callable[[UnverifiedCopy], UnverifiedCopy]:
    return lambda copy: replace(copy, metadata={**copy.metadata, first: copy.metadata[second]})


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(swapped("snapshot", "timestamp"), id="timestamp as snapshot, by the same key"),
        pytest.param(swapped("timestamp", "snapshot"), id="snapshot as timestamp, by the same key"),
        pytest.param(swapped("targets", REGISTRY_HOST), id="delegated targets as top-level targets"),
        pytest.param(lambda copy: replace(copy, targets={TRUSTED_ROOT: KEYS}), id="another file"),
        pytest.param(lambda copy: replace(copy, targets={TRUSTED_ROOT: ROOT + b" "}), id="a longer file"),
        pytest.param(lambda copy: replace(copy, targets={}), id="no file"),
        pytest.param(lambda copy: replace(copy, metadata={}), id="no metadata"),
    ],
)
def test_a_damaged_copy_is_refused(damage: Callable[[UnverifiedCopy], UnverifiedCopy]) -> None:
    with pytest.raises(TrustError):
        verify(damage(COPY))


@pytest.mark.parametrize("role", ["snapshot", "targets", REGISTRY_HOST])
def test_metadata_of_another_version_is_refused(role: str) -> None:
    """Rolling back one role's metadata in the copy is as visible as rolling back the file."""
    own = repository()
    old = own.copy(fetched=NOW)
    own.version, own.trusted_root, own.npm_keys = 2, b"new", b"new"
    new = own.copy(fetched=NOW)
    mixed = replace(new, metadata={**new.metadata, role: old.metadata[role]})
    assert verify(new, KEYS_TARGET, bootstrap=own.bootstrap).data == b"new"
    with pytest.raises(TrustError):
        verify(mixed, KEYS_TARGET, bootstrap=own.bootstrap)


def test_metadata_of_the_same_version_but_other_content_is_refused() -> None:
    own = repository()
    signed = own.copy(fetched=NOW)
    own.trusted_root = b"other"
    other = own.copy(fetched=NOW)
    mixed = replace(
        signed, metadata={**signed.metadata, "targets": other.metadata["targets"]}, targets={TRUSTED_ROOT: b"other"}
    )
    with pytest.raises(TrustError):
        verify(mixed, bootstrap=own.bootstrap)


def test_everything_rolled_back_but_the_timestamp_is_refused() -> None:
    own = repository()
    old = own.copy(fetched=NOW)
    own.version = 2
    timestamp = own.copy(fetched=NOW).metadata["timestamp"]
    assert verify(old, bootstrap=own.bootstrap).data == ROOT
    with pytest.raises(TrustError):
        verify(replace(old, metadata={**old.metadata, "timestamp": timestamp}), bootstrap=own.bootstrap)


def test_only_the_delegate_speaks_for_the_registry() -> None:
    own = repository()
    copy = own.copy(fetched=NOW)
    own.npm_key, own.npm_keys = OTHER, b"forged"
    forged = own.copy(fetched=NOW)
    mixed = replace(
        copy,
        metadata={**copy.metadata, REGISTRY_HOST: forged.metadata[REGISTRY_HOST]},
        targets={**copy.targets, KEYS_TARGET: b"forged"},
    )
    assert verify(mixed, bootstrap=own.bootstrap).data == ROOT
    with pytest.raises(TrustError):
        verify(mixed, KEYS_TARGET, bootstrap=own.bootstrap)


def test_written_and_read_it_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "copy.json"
    write_copy(COPY, path)
    write_copy(COPY, path)
    assert parse_copy(path.read_bytes()) == COPY
    assert [file.name for file in path.parent.iterdir()] == ["copy.json"]


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "copy.json"
    path.mkdir()
    with pytest.raises(OSError, match=path.name):
        write_copy(COPY, path)
    assert list(tmp_path.iterdir()) == [path]


FILES = st.dictionaries(st.text(min_size=1, max_size=30), st.binary(min_size=1, max_size=50), max_size=4)


@given(
    st.datetimes(timezones=st.just(UTC)),
    st.dictionaries(st.integers(min_value=1, max_value=999_999_999), st.binary(min_size=1, max_size=50), max_size=4),
    FILES,
    FILES,
)
def test_what_is_rendered_is_what_is_parsed(
    fetched: datetime, roots: dict[int, bytes], metadata: dict[str, bytes], targets: dict[str, bytes]
) -> None:
    copy = UnverifiedCopy(fetched=fetched, roots=roots, metadata=metadata, targets=targets)
    assert parse_copy(render_copy(copy).encode()) == copy


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_no_flipped_bit_is_believed(data: st.DataObject) -> None:
    """Wherever a bit of the file flips: the copy is refused, or proves the very same file."""
    raw = bytearray(render_copy(COPY).encode())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    for path, content in ((TRUSTED_ROOT, ROOT), (KEYS_TARGET, KEYS)):
        try:
            assert verify(parse_copy(bytes(raw)), path).data == content
        except (MalformedError, TrustError):
            continue


@given(st.sampled_from(sorted(COPY.metadata)), st.data())
@settings(max_examples=300, deadline=None)
def test_no_changed_byte_of_metadata_is_believed(role: str, data: st.DataObject) -> None:
    raw = bytearray(COPY.metadata[role])
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    changed = replace(COPY, metadata={**COPY.metadata, role: bytes(raw)})
    for path, content in ((TRUSTED_ROOT, ROOT), (KEYS_TARGET, KEYS)):
        try:
            assert verify(changed, path).data == content
        except TrustError:
            continue


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "provcheck.tuf/v2"},
        {"fetched": "now"},
        {"fetched": None},
        {"roots": {"0": "AA=="}},
        {"roots": {"\u0661": "AA=="}},
        {"metadata": {"timestamp": "?"}},
        {"targets": None},
        {"more": 1},
    ],
)
def test_not_a_copy(changes: dict[str, object]) -> None:
    with pytest.raises(MalformedError):
        parse_copy(json.dumps(json.loads(render_copy(COPY)) | changes).encode())


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_copy(data)
