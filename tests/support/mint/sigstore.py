"""A Sigstore and a registry of our own, with fixed keys; and a stranger's, alike in everything but the keys."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Final

from support.mint.authority import Authority, fulcio, fulcio_without_intermediate, timestamp_authority
from support.mint.crypto import ecdsa_key, ed25519_key
from support.mint.ct import CtLog
from support.mint.edits import Edit, Json, same
from support.mint.registry_keys import RegistryKey, npm_keys, npm_keys_endpoint
from support.mint.rekor import Rekor
from support.mint.trust import ORGANIZATION, Window

MEDIA_TYPE = "application/vnd.dev.sigstore.trustedroot+json;version=0.1"

RETIRED_AT: Final = datetime(2023, 6, 1, tzinfo=UTC)
"""The last moment at which the retired instances were trusted."""
REKOR_V2_RETIRED_AT: Final = datetime(2025, 12, 31, tzinfo=UTC)
"""The last moment at which the retired Rekor v2 log was trusted."""
NPM_KEY_RETIRED_AT: Final = datetime(2025, 1, 29, tzinfo=UTC)
"""The last moment at which the registry's retired key was trusted."""

_OPENED = datetime(2021, 1, 1, tzinfo=UTC)
_OPEN = Window(start=_OPENED)
_RETIRED = Window(start=_OPENED, end=RETIRED_AT)
_REKOR_V2_OPENED = datetime(2025, 9, 23, tzinfo=UTC)
_NPM_KEY_VALID = Window(start=datetime(2025, 1, 13, tzinfo=UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sigstore:
    """Every service that vouches for an attestation. The retired ones are in the trusted root, with an end."""

    fulcio: Authority
    fulcio_retired: Authority
    ct_log: CtLog
    ct_log_retired: CtLog
    rekor: Rekor
    rekor_retired: Rekor
    rekor_v2: Rekor
    rekor_v2_retired: Rekor
    tsa: Authority
    tsa_retired: Authority
    npm_key: RegistryKey
    npm_key_retired: RegistryKey

    def trusted_root(self, edit: Edit[Json] = same) -> bytes:
        """Return the trusted root (JSON), after ``edit``."""
        tlogs = (self.rekor_retired, self.rekor, self.rekor_v2_retired, self.rekor_v2)
        root = {
            "mediaType": MEDIA_TYPE,
            "tlogs": [log.trusted() for log in tlogs],
            "certificateAuthorities": [self.fulcio_retired.trusted(), self.fulcio.trusted()],
            "ctlogs": [self.ct_log_retired.trusted(), self.ct_log.trusted()],
            "timestampAuthorities": [self.tsa_retired.trusted(), self.tsa.trusted()],
        }
        return _document(edit(root))

    def npm_keys(self, edit: Edit[Json] = same) -> bytes:
        """Return the registry's keys in the format of the TUF target (JSON), after ``edit``."""
        return _document(edit(npm_keys((self.npm_key_retired, self.npm_key))))

    def npm_keys_endpoint(self, edit: Edit[Json] = same) -> bytes:
        """Return the registry's keys in the format of its endpoint (JSON), after ``edit``."""
        return _document(edit(npm_keys_endpoint((self.npm_key_retired, self.npm_key))))


@cache
def new_sigstore(seed: str) -> Sigstore:
    """Return the Sigstore whose keys all derive from ``seed``."""
    ct_uri, rekor_host = f"https://ctfe.{ORGANIZATION}", f"rekor.{ORGANIZATION}"
    retired_v2 = Window(start=_REKOR_V2_OPENED, end=REKOR_V2_RETIRED_AT)
    return Sigstore(
        fulcio=fulcio(seed, _OPEN),
        fulcio_retired=fulcio_without_intermediate(seed, _RETIRED),
        ct_log=CtLog(uri=f"{ct_uri}/2022", key=ecdsa_key(f"{seed} ct log"), valid=_OPEN),
        ct_log_retired=CtLog(uri=f"{ct_uri}/test", key=ecdsa_key(f"{seed} retired ct log"), valid=_RETIRED),
        rekor=_rekor_v1(f"{seed} rekor", rekor_host, _OPEN),
        rekor_retired=_rekor_v1(f"{seed} retired rekor", f"old.{rekor_host}", _RETIRED),
        rekor_v2=_rekor_v2(f"{seed} rekor v2", f"log2026-1.{rekor_host}", Window(start=_REKOR_V2_OPENED)),
        rekor_v2_retired=_rekor_v2(f"{seed} retired rekor v2", f"log2025-1.{rekor_host}", retired_v2),
        tsa=timestamp_authority(f"{seed} current", _OPEN),
        tsa_retired=timestamp_authority(f"{seed} retired", _RETIRED),
        npm_key=RegistryKey(
            key=ecdsa_key(f"{seed} npm"),
            signatures=_NPM_KEY_VALID,
            attestations=_NPM_KEY_VALID,
        ),
        npm_key_retired=RegistryKey(
            key=ecdsa_key(f"{seed} retired npm"),
            signatures=Window(start=datetime(1999, 1, 1, tzinfo=UTC), end=NPM_KEY_RETIRED_AT),
            attestations=Window(start=datetime(2022, 12, 1, tzinfo=UTC), end=NPM_KEY_RETIRED_AT),
        ),
    )


def _rekor_v1(label: str, host: str, valid: Window) -> Rekor:
    origin = f"{host} - 1193050959916656506"
    return Rekor(host=host, key=ecdsa_key(label), valid=valid, origin=origin, offset=4163431)


def _rekor_v2(label: str, host: str, valid: Window) -> Rekor:
    return Rekor(host=host, key=ed25519_key(label), valid=valid, origin=host, offset=0)


def _document(value: Json) -> bytes:
    return (json.dumps(value, indent=2) + "\n").encode()


SIGSTORE: Final = new_sigstore("trusted")
"""The one that tests trust."""

STRANGER: Final = new_sigstore("stranger")
"""One with the same names and hosts, whose keys nobody trusts."""
