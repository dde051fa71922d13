"""From a verified certificate and a signed SLSA predicate to the build's origin (step 11). Pure.

The certificate is the fact. A claim of the predicate that it contradicts makes the attestation invalid; a claim that
it cannot confirm is passed on as unconfirmed.
"""

from provcheck.provenance.verify import TRUSTED_ISSUERS, claimed_build_type, claimed_builder_id, verify_provenance

__all__ = ["TRUSTED_ISSUERS", "claimed_build_type", "claimed_builder_id", "verify_provenance"]
