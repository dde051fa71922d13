"""What the formats do not authenticate: everything that can be changed in a response without making it worth less."""

import re
from dataclasses import dataclass

from provcheck.codes import Code
from support.mutate.documents import Mutation

_ATTESTATION = "attestations/(publish|provenance)"
_BUNDLE = f"{_ATTESTATION}/bundle"
_MATERIAL = f"{_BUNDLE}/verificationMaterial"
_PROVENANCE_MATERIAL = "attestations/provenance/bundle/verificationMaterial"
_ENTRY = f"{_MATERIAL}/tlogEntries/0"
_NOTE = f"{_ENTRY}/inclusionProof/checkpoint/envelope"
_CHAIN = f"{_MATERIAL}/x509CertificateChain/certificates"
_TIMESTAMPS = f"{_MATERIAL}/timestampVerificationData"
_TOKEN = f"{_TIMESTAMPS}/rfc3161Timestamps/0/signedTimestamp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unauthenticated:
    """Changes after which a response still proves as much."""

    place: str
    """A regular expression for the whole place."""
    how: str
    """A regular expression for what is done there."""
    why: str
    subjects: str = ".*"
    """A regular expression for the names of the responses."""
    always: bool = True
    """Whether every such change passes; otherwise that depends, for example on whether the text is still base64."""
    remark: Code | None = None
    """The code that the verdict then carries in addition."""
    differs: frozenset[str] = frozenset()
    """What the origin may then have otherwise."""

    def covers(self, subject: str, mutation: Mutation) -> bool:
        """Tell whether the mutation of that subject is one of these changes."""
        return all(
            re.fullmatch(pattern, text)
            for pattern, text in ((self.subjects, subject), (self.place, mutation.place), (self.how, mutation.how))
        )


_JSON = (
    Unauthenticated(
        place="response",
        how="text: (space around|indented|escaped)",
        why="JSON texts that every reader finds the same values in",
    ),
    Unauthenticated(
        place=f"response|{_ATTESTATION}",
        how='add a member "(unknown||__proto__|@type)"',
        why="beside the attestations and bundles the registry adds what it likes; nobody signs it, nothing reads it",
    ),
    Unauthenticated(
        place=f"{_ATTESTATION}/signedAccessSignatureUrl",
        how="(?!twice|add a lone surrogate).*",
        why="likewise",
    ),
    Unauthenticated(place=_ATTESTATION, how="spell the key signedAccessSignatureUrl .*", why="likewise"),
    Unauthenticated(place=f"response|{_ATTESTATION}", how="add a null member", why="likewise"),
    Unauthenticated(
        place=f"{_TIMESTAMPS}(/rfc3161Timestamps)?|{_ENTRY}/inclusionProof|{_BUNDLE}/dsseEnvelope/signatures/0/keyid",
        how="(drop|null for|empty|the other attestation's for|another package's for) what is empty",
        why="null, an empty text, an empty array and absent are the same, in Protobuf's JSON",
    ),
    Unauthenticated(place=_TIMESTAMPS, how="an object for null", why="an object of empty fields says as little"),
    Unauthenticated(
        place=f"{_ENTRY}/(logIndex|integratedTime|inclusionProof/(logIndex|treeSize))",
        how="as a number",
        why="64-bit integers are texts or numbers, in Protobuf's JSON",
    ),
)

_RESPONSE = (
    Unauthenticated(place="attestations", how="reverse", why="the order means nothing"),
    Unauthenticated(place=_ATTESTATION, how="twice", why="the same, said twice"),
    Unauthenticated(
        place="attestations/publish",
        how="drop|the other attestation's",
        why="nothing in the provenance says that the publication is attested too; that it is not is remarked",
        remark=Code.PUBLISH_ATTESTATION_ABSENT,
    ),
)

_LABELS = (
    Unauthenticated(
        place=f"{_BUNDLE}/mediaType",
        how="relabel 0.3( of old)? as 0.3( of old)?",
        why="two names of one version",
    ),
    Unauthenticated(
        place=f"{_BUNDLE}/mediaType",
        how="relabel 0.2 as 0.1",
        why="the version is not signed; it only says which fields there must be, and everything is there",
    ),
    Unauthenticated(
        place="attestations/publish/bundle/mediaType",
        how="relabel 0.2 as 0.3( of old)?",
        why="likewise; only for certificates does version 0.3 have another field",
    ),
    Unauthenticated(
        subjects="2023-gha-v0-with-proof", place=f"{_BUNDLE}/mediaType", how="relabel 0.1 as 0.2", why="likewise"
    ),
    Unauthenticated(
        subjects="2023-gha-v0-with-proof",
        place="attestations/publish/bundle/mediaType",
        how="relabel 0.1 as 0.3( of old)?",
        why="likewise",
    ),
)

_SUPERFLUOUS = (
    Unauthenticated(
        place=f"{_CHAIN}/[12]/rawBytes",
        how="bytes: .*",
        why="certificates behind the signer's are never used: who may issue is in the trusted root",
    ),
    Unauthenticated(
        place=f"{_CHAIN}/[12]/rawBytes",
        how="(lower|upper|swap) case|twice in one|base64: hexadecimal",
        why="likewise, if it happens to be base64 of something",
        always=False,
    ),
    Unauthenticated(place=f"{_CHAIN}/[12]", how="drop", why="likewise"),
    Unauthenticated(place=f"{_CHAIN}/[012]", how="twice", why="likewise: the second of two is behind the signer's"),
    Unauthenticated(place=_CHAIN, how="swap elements 1 and 2", why="likewise"),
    Unauthenticated(
        subjects="2023-gha-v0-with-proof",
        place=f"{_ENTRY}/inclusionProof",
        how="drop|null",
        why="in version 0.1 the log's signed promise stands in for the proof; that there is none is remarked",
        remark=Code.INCLUSION_PROOF_ABSENT,
    ),
    Unauthenticated(
        subjects="2025-stamped",
        place=f"{_PROVENANCE_MATERIAL}/timestampVerificationData(/rfc3161Timestamps)?",
        how="drop|null|empty|the other attestation's",
        why="one signed time is needed, and the log's promise is one; nothing says that there was another",
    ),
    Unauthenticated(
        subjects="2025-stamped",
        place=f"{_PROVENANCE_MATERIAL}/timestampVerificationData/rfc3161Timestamps/0",
        how="drop",
        why="likewise",
    ),
    Unauthenticated(
        subjects="2025-stamped",
        place=f"{_PROVENANCE_MATERIAL}/tlogEntries/0/inclusionPromise",
        how="drop|null",
        why="likewise, the other way round",
    ),
    Unauthenticated(
        subjects="2025-stamped-not-promised",
        place=f"{_PROVENANCE_MATERIAL}/tlogEntries/0/logIndex",
        how="drop|null|one more(, as a number)?|one less|cut the (start|end)|twice in one|retype as (zero|a number)"
        "|the other attestation's",
        why="Rekor v1 signs the index over all its shards in the promise alone; without one it is not reported",
    ),
)

_SIGNATURES = (
    Unauthenticated(
        place=f"{_ENTRY}/inclusionPromise/signedEntryTimestamp|{_TOKEN}",
        how="bytes: negate the ECDSA signature( inside)?",
        why="(r, n - s) is a signature by the same key of the same bytes, and whoever has (r, s) can make it",
    ),
    Unauthenticated(place=_NOTE, how="note: log's signature: bytes: negate the ECDSA signature", why="likewise"),
    Unauthenticated(
        place=_TOKEN,
        how="bytes: flip bit . of byte .*, in the (version|signer's version|signature algorithm)",
        why="CMS signs neither its versions nor the algorithm's name, which follows from the key",
        always=False,
    ),
    Unauthenticated(
        place=_NOTE,
        how="note: signature line (. twice|of a witness (before|behind))",
        why="signatures do not cover each other; anybody may add lines, and those of others are ignored",
    ),
    Unauthenticated(
        subjects="2025-cosigned-p384",
        place=f"{_PROVENANCE_MATERIAL}/tlogEntries/0/inclusionProof/checkpoint/envelope",
        how="note: signature line (0 dropped|order reversed)",
        why="likewise",
    ),
    Unauthenticated(
        subjects="2025-cosigned-p384",
        place=_NOTE,
        how="note: witness's signature: (bytes: .*|hint: .*"
        "|name: (add a character|cut the end|upper case|look-alike|part of it))",
        why="likewise: a witness's signature by a key that nobody trusts",
    ),
    Unauthenticated(
        subjects="2025-cosigned-p384",
        place=_NOTE,
        how="note: witness's signature: base64: hexadecimal",
        why="likewise, if it happens to be base64 of something",
        always=False,
    ),
)

UNAUTHENTICATED = (*_JSON, *_RESPONSE, *_LABELS, *_SUPERFLUOUS, *_SIGNATURES)
"""Everything that passes: what no entry covers must not, and what an entry covers must."""
