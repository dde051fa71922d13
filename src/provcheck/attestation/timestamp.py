"""RFC 3161 timestamps: steps 3.3 and 3.4."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property

import rfc3161_client
from cryptography import x509
from rfc3161_client import VerifierBuilder

from provcheck.attestation.foreign import FOREIGN_ERRORS
from provcheck.codes import Code
from provcheck.errors import VerificationError
from provcheck.trust.root import TimestampAuthority


class TimestampVerifier:
    """Verifies timestamps by the authorities of a trusted root."""

    def __init__(self, authorities: Sequence[TimestampAuthority]) -> None:
        self._authorities = authorities

    @cached_property
    def _verifiers(self) -> list[rfc3161_client.Verifier]:
        return [
            VerifierBuilder(
                tsa_certificate=authority.certificates[0],
                intermediates=list(authority.certificates[1:-1]),
                roots=[authority.certificates[-1]],
            ).build()
            for authority in self._authorities
        ]

    def verify(self, tokens: Sequence[bytes], signature: bytes) -> tuple[datetime, ...]:
        """Return the times at which authorities saw ``signature`` (raw bytes), one for each token.

        Every token must verify, and each must be from another authority: two from one prove no more than one.

        Raises:
            VerificationError: `timestamp-invalid`, or `timestamp-untrusted` if no trusted authority made a token, or
                `timestamp-authority-expired` if one did that was not trusted then.
        """
        times: dict[int, datetime] = {}
        for token in tokens:
            index, time = self._verify_token(token, signature)
            if index in times:
                raise VerificationError(Code.TIMESTAMP_INVALID, "two timestamps are from one authority")
            times[index] = time
        return tuple(times.values())

    def _verify_token(self, token: bytes, signature: bytes) -> tuple[int, datetime]:
        try:
            response = rfc3161_client.decode_timestamp_response(token)
            (signer,) = response.signed_data.signer_infos
            signer_id = (signer.issuer, signer.serial_number)
            time = response.tst_info.gen_time.replace(tzinfo=UTC)
        except FOREIGN_ERRORS as error:
            raise VerificationError(Code.TIMESTAMP_INVALID, "a timestamp is not an RFC 3161 response") from error
        authorities = [index for index, one in enumerate(self._authorities) if _signer_id(one) == signer_id]
        if not authorities:
            raise VerificationError(Code.TIMESTAMP_UNTRUSTED, "no trusted authority has made the timestamp")
        index = next((index for index in authorities if self._authorities[index].valid.contains(time)), None)
        if index is None:
            raise VerificationError(
                Code.TIMESTAMP_AUTHORITY_EXPIRED, f"the timestamp's authority was not trusted at {time:%Y-%m-%d}"
            )
        try:
            self._verifiers[index].verify_message(response, signature)
        except rfc3161_client.VerificationError as error:
            raise VerificationError(Code.TIMESTAMP_INVALID, f"timestamp: {error}") from error
        except FOREIGN_ERRORS as error:
            raise VerificationError(Code.TIMESTAMP_INVALID, "a timestamp cannot be read") from error
        return index, time


def _signer_id(authority: TimestampAuthority) -> tuple[x509.Name, int]:
    certificate = authority.certificates[0]
    return certificate.issuer, certificate.serial_number
