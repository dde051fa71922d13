"""Every entrance of the verifier as a function of bytes: for Hypothesis, and for a fuzzer.

A target returns if the bytes are refused, or if they are accepted and say nothing that the seeds do not say. Whatever
it raises shows a bug.
"""

import contextlib
import json
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from cryptography.utils import CryptographyDeprecationWarning

from provcheck.attestation.bundle import Bundle, CertificateMaterial, Envelope, parse_bundle
from provcheck.attestation.certificate import certificate_facts, find_issuer, load_certificate
from provcheck.attestation.checkpoint import parse_checkpoint
from provcheck.attestation.dsse import pre_authentication_encoding
from provcheck.attestation.entry import Signer, verify_entry_body
from provcheck.attestation.keys import supported_key
from provcheck.attestation.response import parse_response
from provcheck.attestation.sct import verify_scts
from provcheck.attestation.statement import parse_statement
from provcheck.attestation.timestamp import TimestampVerifier
from provcheck.errors import ProvcheckError
from provcheck.jsonio import parse_json
from provcheck.model import BuildOrigin, Signature
from provcheck.provenance import claimed_build_type, claimed_builder_id, verify_provenance
from support.judging import PACKAGE, bundles, judged, trusted_root, trusting_verifier
from support.mint import SIGSTORE, BuildType, Era, Json, Stamp, change, response, witness

_ERAS = {
    BuildType.WORKFLOW_V1: Era.REKOR_V2,
    BuildType.GHA_V0: Era.E2023,
    BuildType.GHA_V1: Era.E2023,
    BuildType.GHA_V2: Era.E2023,
    BuildType.GITLAB: Era.E2025,
    BuildType.DELEGATOR: Era.E2024,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One entrance."""

    take: Callable[[bytes], None]
    seeds: Callable[[], tuple[bytes, ...]]
    """What is accepted there, one of every kind."""

    def __call__(self, data: bytes) -> None:
        """Return unless a bug shows."""
        with contextlib.suppress(ProvcheckError), warnings.catch_warnings():
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)  # as `Verifier.verify` does
            self.take(data)


@cache
def _responses() -> tuple[bytes, ...]:
    edit = change(stamps=(Stamp(authority=SIGSTORE.tsa),), checkpoint_signers=(SIGSTORE.rekor.note_signer, witness()))
    return (
        *(response(PACKAGE, era, build_type=build_type) for build_type, era in _ERAS.items()),
        response(PACKAGE, Era.E2025, provenance=edit),
    )


@cache
def _bundles() -> tuple[Json, ...]:
    return tuple(bundle for answer in _responses() for bundle in bundles(answer))


@cache
def _parsed_bundles() -> tuple[Bundle, ...]:
    return tuple(map(parse_bundle, _bundles()))


@cache
def _signatures() -> tuple[Signature, ...]:
    return tuple(map(trusting_verifier().verify, _parsed_bundles()))


@cache
def _origins() -> tuple[BuildOrigin, ...]:
    return tuple(origin for answer in _responses() if (origin := judged(answer).origin))


def _response(data: bytes) -> None:
    parse_response(data)
    origin = judged(data).origin
    assert origin is None or origin in _origins()


def _bundle(data: bytes) -> None:
    signature = trusting_verifier().verify(parse_bundle(parse_json(data, what="the bundle")))
    assert signature.payload in {seed.payload for seed in _signatures()}


def _certificate(data: bytes) -> None:
    certificate = load_certificate(data)
    certificate_facts(certificate)
    issuer = find_issuer(certificate, trusted_root().certificate_authorities, times=(certificate.not_valid_before_utc,))
    verify_scts(certificate, issuer, trusted_root().certificate_logs)
    assert data in _certificates()


@cache
def _certificates() -> tuple[bytes, ...]:
    materials = (bundle.key_material for bundle in _parsed_bundles())
    return tuple(material.der for material in materials if isinstance(material, CertificateMaterial))


def _checkpoint(data: bytes) -> None:
    text = data.decode("utf-8", "replace")  # JSON has no text that is not Unicode
    checkpoint = parse_checkpoint(text)
    assert text.encode().startswith(checkpoint.signed + b"\n")


def _checkpoints() -> tuple[bytes, ...]:
    entries = (bundle.log_entry for bundle in _parsed_bundles())
    return tuple(entry.inclusion_proof.checkpoint.encode() for entry in entries if entry.inclusion_proof)


def _entry(data: bytes) -> None:
    """Take the body of a log entry as if the log had vouched for it."""
    for bundle in _parsed_bundles():
        with contextlib.suppress(ProvcheckError):
            changed = replace(bundle, log_entry=replace(bundle.log_entry, canonicalized_body=data))
            assert isinstance(bundle.content, Envelope)
            signed = pre_authentication_encoding(bundle.content.payload_type, bundle.content.payload)
            verify_entry_body(changed, signed, _signer(bundle))


def _signer(bundle: Bundle) -> Signer:
    match bundle.key_material:
        case CertificateMaterial(der=der):
            return Signer(key=supported_key(load_certificate(der).public_key()), der=der, is_certificate=True)
        case _:
            key = SIGSTORE.npm_key.key.public_key()
            return Signer(key=key, der=b"", is_certificate=False)


def _entries() -> tuple[bytes, ...]:
    return tuple(bundle.log_entry.canonicalized_body for bundle in _parsed_bundles())


def _timestamp(data: bytes) -> None:
    for bundle in _parsed_bundles():
        with contextlib.suppress(ProvcheckError):
            times = _timestamp_verifier().verify((data,), bundle.content.signature)
            assert set(times) <= {time for signature in _signatures() for time in signature.timestamps}


@cache
def _timestamp_verifier() -> TimestampVerifier:
    return TimestampVerifier(trusted_root().timestamp_authorities)


def _timestamps() -> tuple[bytes, ...]:
    return tuple(token for bundle in _parsed_bundles() for token in bundle.timestamps)


def _statement(data: bytes) -> None:
    """Take a statement as if it were signed, by each of the certificates."""
    for signature in _signatures():
        with contextlib.suppress(ProvcheckError):
            statement = parse_statement(replace(signature, payload=data))
            claimed_build_type(statement.predicate_type, statement.predicate)
            claimed_builder_id(statement.predicate_type, statement.predicate)
            if signature.certificate is not None:
                origin = verify_provenance(statement.predicate_type, statement.predicate, signature.certificate)
                assert _certified(origin) in map(_certified, _origins())


def _certified(origin: BuildOrigin) -> BuildOrigin:
    """Return the origin without what the provenance claims."""
    return replace(origin, builder_id="", build_type="", predicate_type="", unconfirmed={})


def _statements() -> tuple[bytes, ...]:
    return tuple(signature.payload for signature in _signatures())


TARGETS: Mapping[str, Target] = {
    "response": Target(take=_response, seeds=_responses),
    "bundle": Target(take=_bundle, seeds=lambda: tuple(json.dumps(bundle).encode() for bundle in _bundles())),
    "certificate": Target(take=_certificate, seeds=_certificates),
    "checkpoint": Target(take=_checkpoint, seeds=_checkpoints),
    "entry": Target(take=_entry, seeds=_entries),
    "timestamp": Target(take=_timestamp, seeds=_timestamps),
    "statement": Target(take=_statement, seeds=_statements),
}
"""By name."""
