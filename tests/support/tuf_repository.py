"""A TUF repository of our own, in the shape of Sigstore's: top-level roles, and a delegation to the npm registry."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from securesystemslib.signer import CryptoSigner  # type: ignore[attr-defined] # its __all__ is computed as well
from tuf.api.metadata import (  # type: ignore[attr-defined] # its __all__ is computed, which mypy cannot follow
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from provcheck.trust.tuf_copy import UnverifiedCopy

REGISTRY_HOST = "registry.example"
KEYS_TARGET = f"{REGISTRY_HOST}/keys.json"
TRUSTED_ROOT = "trusted_root.json"

_Role = TypeVar("_Role", Root, Timestamp, Snapshot, Targets)


def _in(days: float) -> datetime:
    return (datetime.now(UTC) + timedelta(days=days)).replace(microsecond=0)


@dataclass(kw_only=True)
class TufRepository:
    """Keys and content of a repository; change it and publish again."""

    trusted_root: bytes | None
    npm_keys: bytes | None
    version: int = 1
    """Of everything but the root."""
    timestamp_expires: datetime = field(default_factory=lambda: _in(7))
    npm_expires: datetime = field(default_factory=lambda: _in(180))
    root_expires: datetime = field(default_factory=lambda: _in(190))
    root_key: CryptoSigner = field(default_factory=CryptoSigner.generate_ecdsa)
    targets_key: CryptoSigner = field(default_factory=CryptoSigner.generate_ecdsa)
    online_key: CryptoSigner = field(default_factory=CryptoSigner.generate_ecdsa)
    npm_key: CryptoSigner = field(default_factory=CryptoSigner.generate_ecdsa)
    roots: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sign_root()

    @property
    def bootstrap(self) -> bytes:
        """The first root metadata, with which a client starts."""
        return self.roots[0]

    def sign_root(self, *, new_root_key: CryptoSigner | None = None) -> None:
        """Add a version of the root; with a new key, it is signed by both."""
        signers = [self.root_key]
        if new_root_key is not None:
            self.root_key = new_root_key
            signers.append(new_root_key)
        root = Root(version=len(self.roots) + 1, expires=self.root_expires, consistent_snapshot=True)
        root.add_key(self.root_key.public_key, Root.type)
        root.add_key(self.targets_key.public_key, Targets.type)
        root.add_key(self.online_key.public_key, Snapshot.type)
        root.add_key(self.online_key.public_key, Timestamp.type)
        self.roots.append(_sign(root, *signers))

    def sign_metadata(self) -> dict[str, bytes]:
        """Return the metadata of every role but the root, by role. Signatures differ every time."""
        npm = Targets(version=self.version, expires=self.npm_expires)
        if self.npm_keys is not None:
            npm.targets[KEYS_TARGET] = TargetFile.from_data(KEYS_TARGET, self.npm_keys, ["sha256"])
        role = DelegatedRole(
            REGISTRY_HOST, [self.npm_key.public_key.keyid], 1, terminating=True, paths=[f"{REGISTRY_HOST}/*"]
        )
        targets = Targets(
            version=self.version,
            expires=_in(3650),
            delegations=Delegations({self.npm_key.public_key.keyid: self.npm_key.public_key}, {REGISTRY_HOST: role}),
        )
        if self.trusted_root is not None:
            targets.targets[TRUSTED_ROOT] = TargetFile.from_data(TRUSTED_ROOT, self.trusted_root, ["sha256"])
        signed = {
            "targets": _sign(targets, self.targets_key),
            REGISTRY_HOST: _sign(npm, self.npm_key),
        }
        meta = {f"{name}.json": MetaFile.from_data(self.version, data, ["sha256"]) for name, data in signed.items()}
        signed["snapshot"] = _sign(Snapshot(version=self.version, expires=_in(3650), meta=meta), self.online_key)
        timestamp = Timestamp(
            version=self.version, expires=self.timestamp_expires, snapshot_meta=MetaFile(version=self.version)
        )
        signed["timestamp"] = _sign(timestamp, self.online_key)
        return signed

    @property
    def targets(self) -> dict[str, bytes]:
        """The content of every target, by path."""
        targets = {TRUSTED_ROOT: self.trusted_root, KEYS_TARGET: self.npm_keys}
        return {path: data for path, data in targets.items() if data is not None}

    def copy(self, *, fetched: datetime) -> UnverifiedCopy:
        """Return what a refresh at that time leaves."""
        return UnverifiedCopy(
            fetched=fetched,
            roots=dict(enumerate(self.roots, start=1)),
            metadata=self.sign_metadata(),
            targets=self.targets,
        )

    def publish(self) -> dict[str, bytes]:
        """Return what a server of this repository has: bytes by path."""
        files = {f"{version}.root.json": data for version, data in enumerate(self.roots, start=1)}
        for role, data in self.sign_metadata().items():
            files[f"{role}.json" if role == Timestamp.type else f"{self.version}.{role}.json"] = data
        for path, data in self.targets.items():
            folder, slash, name = path.rpartition("/")
            files[f"targets/{folder}{slash}{hashlib.sha256(data).hexdigest()}.{name}"] = data
        return files


def _sign(signed: _Role, *signers: CryptoSigner) -> bytes:
    metadata = Metadata(signed)
    for signer in signers:
        metadata.sign(signer, append=True)
    return metadata.to_bytes()
