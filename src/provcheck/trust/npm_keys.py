"""An npm registry's public keys, with which it signs packages and publish attestations.

They come in two formats: that of Sigstore's TUF target ``<registry host>/keys.json``, and that of the registry's own
endpoint ``/-/npm/v1/keys`` (https://docs.npmjs.com/about-registry-signatures/).
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from provcheck.errors import MalformedError, TrustError
from provcheck.fields import Fields
from provcheck.jsonio import parse_object
from provcheck.trust.validity import Validity, parse_time, parse_validity

_MAX_BYTES = 1024 * 1024
_MAX_KEYS = 1000
_KEY_ID = re.compile(r"[!-~]{1,200}")
_FINGERPRINT = re.compile(r"SHA256:([A-Za-z0-9+/]{43})")


class KeyUsage(StrEnum):
    """What a key may sign."""

    SIGNATURES = "npm:signatures"
    """``name@version:integrity`` of a version, in ``dist.signatures``."""
    ATTESTATIONS = "npm:attestations"
    """Publish attestations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NpmKey:
    """One key of a registry, for one usage."""

    key_id: str
    usage: KeyUsage
    public_key: ec.EllipticCurvePublicKey
    """On the curve P-256, for ECDSA with SHA-256."""
    spki: bytes
    """DER SubjectPublicKeyInfo."""
    valid: Validity
    registry: str
    """The registry that the key belongs to, without a final slash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NpmKeys:
    """Registry keys, at most one for each usage and key id."""

    keys: tuple[NpmKey, ...]

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The distinct key ids, in order of first occurrence."""
        return tuple(dict.fromkeys(key.key_id for key in self.keys))

    def find(self, usage: KeyUsage, key_id: str) -> NpmKey | None:
        """Return the key with this very id for this usage; a key for another usage is no answer."""
        return next((key for key in self.keys if key.usage is usage and key.key_id == key_id), None)

    def merged_with(self, other: "NpmKeys") -> "NpmKeys":
        """Return the keys of both; ``self`` wins, for every usage, where both have a key id.

        So what a registry says of itself never adds to, or replaces, a key that is known from a better source.
        """
        known = set(self.key_ids)
        return NpmKeys(keys=self.keys + tuple(key for key in other.keys if key.key_id not in known))


def parse_npm_keys(data: bytes, *, registry: str) -> NpmKeys:
    """Return the keys in ``data``: JSON in the TUF target's format or in that of the keys endpoint.

    The endpoint's keys are for every usage and have no start. Keys of unknown types and usages are left out.

    Args:
        data: the document.
        registry: the registry that the keys belong to.

    Raises:
        TrustError: neither format, a key contradicts its description, two keys of one usage have the same id, or no
            key is left.
    """
    what = "the npm keys"
    try:
        document = Fields(parse_object(data, what=what, max_bytes=_MAX_BYTES), where=what, fail=TrustError)
    except MalformedError as error:
        raise TrustError(error.message, where=error.where) from error
    keys: dict[tuple[KeyUsage, str], NpmKey] = {}
    for entry in document.objects("keys", at_most=_MAX_KEYS):
        for key in _parse_entry(entry, registry=registry.rstrip("/")):
            if keys.setdefault((key.usage, key.key_id), key) is not key:
                raise TrustError(f"two keys have the id {key.key_id}", where=entry.path(key.usage))
    if not keys:
        raise TrustError(f"{what} hold no key that can be used")
    return NpmKeys(keys=tuple(keys.values()))


def _parse_entry(entry: Fields, *, registry: str) -> list[NpmKey]:
    """Return the entry's key once for each of its usages; nothing if it is of an unknown type."""
    if "publicKey" in entry:
        usages = [usage for usage in KeyUsage if usage == entry.text("keyUsage")]
        id_field, material, key_field = "keyId", entry.fields("publicKey"), "rawBytes"
        if not usages or material.text("keyDetails") != "PKIX_ECDSA_P256_SHA_256":
            return []
        valid = parse_validity(material.value("validFor"), where=material.path("validFor"))
    else:
        usages = list(KeyUsage)
        id_field, material, key_field = "keyid", entry, "key"
        if {entry.text("keytype"), entry.text("scheme")} != {"ecdsa-sha2-nistp256"}:
            return []
        expires = entry.value("expires")
        end = None if expires is None else parse_time(expires, where=entry.path("expires"))
        valid = Validity(start=None, end=end)
    spki = material.data(key_field)
    public_key = _load_key(spki, where=material.path(key_field))
    key_id = _check_key_id(entry.text(id_field), public_key, spki, where=entry.path(id_field))
    return [
        NpmKey(key_id=key_id, usage=usage, public_key=public_key, spki=spki, valid=valid, registry=registry)
        for usage in usages
    ]


def _load_key(spki: bytes, *, where: str) -> ec.EllipticCurvePublicKey:
    try:
        key = load_der_public_key(spki)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise TrustError("not a public key", where=where) from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise TrustError("not a key on the curve P-256", where=where)
    if key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != spki:
        raise TrustError("a second spelling of the key", where=where)
    return key


def _check_key_id(key_id: str, key: ec.EllipticCurvePublicKey, spki: bytes, *, where: str) -> str:
    """Return ``key_id`` unless it has the form of a fingerprint and is that of another key.

    npm's ids are OpenSSH fingerprints: SHA-256 of the key in SSH's wire format. Its documentation ("sha256 fingerprint
    of the public key") does not say so, and other registries take SHA-256 of the DER key. Anything else is a mere name.
    Otherwise a registry could show an id that people know from npm beside a key of its own.
    """
    if not _KEY_ID.fullmatch(key_id):
        raise TrustError("not a key id: 1 to 200 printable ASCII characters", where=where)
    fingerprint = _FINGERPRINT.fullmatch(key_id)
    openssh = base64.b64decode(key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).split()[1])
    if fingerprint and fingerprint[1] not in (_fingerprint(openssh), _fingerprint(spki)):
        raise TrustError("the fingerprint of another key", where=where)
    return key_id


def _fingerprint(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode("ascii").rstrip("=")
