"""RFC 3161 timestamp responses."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from rfc3161_client.tsp import PKIStatus

from support.mint import der
from support.mint.authority import Authority
from support.mint.certificates import Certified
from support.mint.crypto import sha256, sign
from support.mint.edits import Edit, same

_POLICY = "1.3.6.1.4.1.57264.2"
_SIGNED_DATA = "1.2.840.113549.1.7.2"
_TST_INFO = "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_TIME = "1.2.840.113549.1.9.5"
_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A timestamp to be asked for."""

    authority: Authority
    at: datetime | None = None
    """Two seconds after signing if not given."""
    hash_name: str = "sha256"
    """Of the message imprint."""
    status: PKIStatus = PKIStatus.GRANTED
    edit_message: Edit[bytes] = same
    """What is stamped instead of the signature."""


def timestamp_response(stamp: Stamp, message: bytes, at: datetime) -> bytes:
    """Return the DER ``TimeStampResp`` over ``message`` (RFC 3161 section 2.4.2), with the signer's certificate."""
    at = stamp.at or at
    info = _info(stamp, stamp.edit_message(message), at)
    signed_data = der.sequence(
        der.integer(3),
        der.set_of(der.hash_algorithm("sha256")),
        der.sequence(der.object_identifier(_TST_INFO), der.tagged(0, der.octet_string(info))),
        der.tagged(0, stamp.authority.chain[0].certificate),
        der.set_of(_signer_info(stamp.authority.chain[0], info, at)),
    )
    token = der.sequence(der.object_identifier(_SIGNED_DATA), der.tagged(0, signed_data))
    return der.sequence(der.sequence(der.integer(stamp.status)), token)


def _info(stamp: Stamp, message: bytes, at: datetime) -> bytes:
    digest = hashlib.new(stamp.hash_name, message).digest()
    accuracy_in_seconds = der.sequence(der.integer(1))
    return der.sequence(
        der.integer(1),
        der.object_identifier(_POLICY),
        der.sequence(der.hash_algorithm(stamp.hash_name), der.octet_string(digest)),
        der.integer(int.from_bytes(sha256(message)[:8]) >> 1),
        der.generalized_time(at),
        accuracy_in_seconds,
    )


def _signer_info(signer: Certified, info: bytes, at: datetime) -> bytes:
    """Return the ``SignerInfo`` (RFC 5652 section 5.3); what is signed are its attributes, as a SET."""
    certificate_hash = der.octet_string(sha256(signer.certificate))
    attributes = (
        _attribute(_CONTENT_TYPE, der.object_identifier(_TST_INFO)),
        _attribute(_SIGNING_TIME, der.utc_time(at)),
        _attribute(_MESSAGE_DIGEST, der.octet_string(sha256(info))),
        _attribute(_SIGNING_CERTIFICATE_V2, der.sequence(der.sequence(der.sequence(certificate_hash)))),
    )
    return der.sequence(
        der.integer(1),
        der.sequence(signer.template.issuer.public_bytes(), der.integer(signer.template.serial)),
        der.hash_algorithm("sha256"),
        der.tagged(0, b"".join(sorted(attributes))),
        der.ecdsa_with("sha256"),
        der.octet_string(sign(signer.key, der.set_of(*attributes), "sha256")),
    )


def _attribute(oid: str, value: bytes) -> bytes:
    return der.sequence(der.object_identifier(oid), der.set_of(value))
