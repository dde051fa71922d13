"""Steps 2 and 3: the log's key, and the times that somebody vouches for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from rfc3161_client.tsp import PKIStatus

from provcheck.codes import Code
from support.cases.case import ENTRY, Cases, case, in_bundle, respelled
from support.mint import RETIRED_AT, SIGSTORE, STRANGER, Edit, Era, Json, Recipe, Stamp, both, change, put
from support.mint.crypto import b64

_STAMPS = ("verificationMaterial", "timestampVerificationData", "rfc3161Timestamps")
_HOUR = timedelta(hours=1)
_IN_THE_OLD_DAYS = RETIRED_AT - timedelta(days=30)
_BEFORE_REKOR_V2 = datetime(2025, 9, 1, tzinfo=UTC)
_RETIRED_LOG = SIGSTORE.rekor_retired.log_id
_TSA = SIGSTORE.tsa


def _stamped(*stamps: Stamp) -> Edit[Recipe]:
    return change(stamps=stamps)


def _an_hour_late(recipe: Recipe) -> Stamp:
    return Stamp(authority=_TSA, at=recipe.at + _HOUR)


def _index_in_the_tree(promise: Json) -> Json:
    return promise | {"logIndex": promise["logIndex"] - SIGSTORE.rekor.offset}


_LOG_KEY: Cases = {
    "log-of-a-stranger_invalid": case(
        "2.3",
        "Anyone can run a log and sign promises with its key.",
        Code.LOG_UNKNOWN,
        provenance=change(log=STRANGER.rekor),
    ),
    "log-id-of-another-log_invalid": case(
        "2.3",
        "A genuine promise of one log, passed off as one of another: only the key of the log that is named may verify.",
        Code.SET_INVALID,
        era=Era.E2024,
        at=_IN_THE_OLD_DAYS,
        provenance=both(
            change(edit_promise=put("logID", to=_RETIRED_LOG.hex())),
            in_bundle(*ENTRY, "logId", "keyId", to=b64(_RETIRED_LOG)),
        ),
    ),
    "log-entry-of-rekor-v2-in-rekor-v1_invalid": case(
        "2.3",
        "The log named takes no entries of this kind; it would make one log's proof count for another's.",
        Code.LOG_ENTRY_MISPLACED,
        era=Era.REKOR_V2,
        provenance=change(log=SIGSTORE.rekor),
    ),
    "log-entry-of-rekor-v1-in-rekor-v2_invalid": case(
        "2.3",
        "The log named takes no entries of this kind, and makes no promises.",
        Code.LOG_ENTRY_MISPLACED,
        era=Era.REKOR_V2,
        provenance=change(entry="dsse 0.0.1"),
    ),
    "log-key-retired_invalid": case(
        "2.4",
        "The key of a retired log, stolen from an old disk, signs a new promise.",
        Code.LOG_KEY_EXPIRED,
        provenance=change(log=SIGSTORE.rekor_retired),
    ),
    "log-key-retired-without-a-promise_invalid": case(
        "2.4",
        "The key of a retired log signs a checkpoint only, and an honest authority stamps the time.",
        Code.LOG_KEY_EXPIRED,
        provenance=both(change(log=SIGSTORE.rekor_retired, promise=False), _stamped(Stamp(authority=_TSA))),
    ),
    "rekor-v2-key-retired_invalid": case(
        "2.4",
        "The key of last year's Rekor v2 log is used after its end.",
        Code.LOG_KEY_EXPIRED,
        era=Era.REKOR_V2,
        provenance=change(log=SIGSTORE.rekor_v2_retired),
    ),
    "rekor-v2-key-not-yet-in-use_invalid": case(
        "2.4",
        "The key of a Rekor v2 log is used before its start.",
        Code.LOG_KEY_EXPIRED,
        era=Era.REKOR_V2,
        provenance=change(at=_BEFORE_REKOR_V2),
    ),
}

_PROMISE: Cases = {
    "promise-without-a-time_invalid": case(
        "3.1",
        "The log signed a promise for time zero: no time to judge the certificate at.",
        Code.SET_INVALID,
        provenance=both(change(edit_promise=put("integratedTime", to=0)), in_bundle(*ENTRY, "integratedTime", to="0")),
    ),
    "promise-by-another-key_invalid": case(
        "3.1",
        "Somebody else signed the promise in the log's name.",
        Code.SET_INVALID,
        provenance=change(promise_key=STRANGER.rekor.key),
    ),
    "promise-over-another-body_invalid": case(
        "3.1",
        "The log promised to include another entry.",
        Code.SET_INVALID,
        provenance=change(edit_promise=put("body", to=b64(b'{"kind":"another"}'))),
    ),
    "promise-moved-in-time_invalid": case(
        "3.1",
        "The time was set back into the life of an expired certificate, whose key was stolen afterwards.",
        Code.SET_INVALID,
        provenance=both(
            lambda recipe: replace(recipe, logged_at=recipe.at + _HOUR),
            respelled(*ENTRY, "integratedTime", edit=lambda text: str(int(text) - 3600)),
        ),
    ),
    "promise-at-another-place_invalid": case(
        "3.1",
        "The entry's place in the log was changed, so that people who look there find something else.",
        Code.SET_INVALID,
        provenance=respelled(*ENTRY, "logIndex", edit=lambda text: str(int(text) + 1)),
    ),
    "promise-with-the-index-in-the-tree_invalid": case(
        "3.1",
        "The promise covers the index within one shard instead of the log's global one.",
        Code.SET_INVALID,
        provenance=change(edit_promise=_index_in_the_tree),
    ),
    "promise-false-beside-a-timestamp_invalid": case(
        "3.1",
        "A promise that does not verify is not made good by a timestamp that does.",
        Code.SET_INVALID,
        provenance=both(change(promise_key=STRANGER.rekor.key), _stamped(Stamp(authority=_TSA))),
    ),
    "time-that-nobody-signed-outside-the-certificate_invalid": case(
        "3.2",
        "The log entry's time, which no promise covers here, contradicts the certificate.",
        Code.CERTIFICATE_EXPIRED,
        era=Era.REKOR_V2,
        provenance=in_bundle(*ENTRY, "integratedTime", to="1700000000"),
    ),
}

_TIMESTAMPS: Cases = {
    "time-missing_invalid": case(
        "3.4",
        "Nobody vouches for any time: with the key of an expired certificate, anything could be signed.",
        Code.TIME_MISSING,
        era=Era.REKOR_V2,
        provenance=_stamped(),
    ),
    "timestamp-by-a-stranger_invalid": case(
        "3.3",
        "Anyone can run a timestamp authority.",
        Code.TIMESTAMP_UNTRUSTED,
        era=Era.REKOR_V2,
        provenance=_stamped(Stamp(authority=STRANGER.tsa)),
    ),
    "timestamp-by-a-retired-authority_invalid": case(
        "3.3",
        "The key of a retired authority stamps a new signature.",
        Code.TIMESTAMP_AUTHORITY_EXPIRED,
        era=Era.REKOR_V2,
        provenance=_stamped(Stamp(authority=SIGSTORE.tsa_retired)),
    ),
    "timestamp-over-another-signature_invalid": case(
        "3.3",
        "A genuine timestamp of something else lends its time.",
        Code.TIMESTAMP_INVALID,
        era=Era.REKOR_V2,
        provenance=_stamped(Stamp(authority=_TSA, edit_message=lambda _: b"another signature")),
    ),
    "timestamp-over-the-signature-as-text_invalid": case(
        "3.3",
        "The timestamp is over the signature's base64 instead of its bytes.",
        Code.TIMESTAMP_INVALID,
        era=Era.REKOR_V2,
        provenance=_stamped(Stamp(authority=_TSA, edit_message=lambda signature: b64(signature).encode())),
    ),
    "timestamp-with-sha1_invalid": case(
        "3.3",
        "The timestamp is over a SHA-1: colliding signatures would share it.",
        Code.TIMESTAMP_INVALID,
        era=Era.REKOR_V2,
        provenance=_stamped(Stamp(authority=_TSA, hash_name="sha1")),
    ),
    "timestamp-rejected_invalid": case(
        "3.3",
        "The authority's response says that it did not grant a timestamp.",
        Code.TIMESTAMP_INVALID,
        era=Era.REKOR_V2,
        provenance=_stamped(Stamp(authority=_TSA, status=PKIStatus.REJECTION)),
    ),
    "timestamp-of-garbage_invalid": case(
        "3.3",
        "Not a timestamp at all.",
        Code.TIMESTAMP_INVALID,
        era=Era.REKOR_V2,
        provenance=in_bundle(*_STAMPS, 0, "signedTimestamp", to=b64(b"not DER")),
    ),
    "timestamp-after-the-certificate_invalid": case(
        "4.3",
        "The signature was stamped when the certificate was over: its key was to be thrown away by then.",
        Code.CERTIFICATE_EXPIRED,
        era=Era.REKOR_V2,
        provenance=lambda recipe: replace(recipe, stamps=(_an_hour_late(recipe),)),
    ),
    "timestamp-false-beside-a-promise_invalid": case(
        "3.4",
        "A timestamp that does not verify is not made good by a promise that does.",
        Code.TIMESTAMP_INVALID,
        provenance=_stamped(Stamp(authority=_TSA, edit_message=lambda _: b"another signature")),
    ),
    "timestamp-twice_invalid": case(
        "3.4",
        "The same timestamp twice, to look like two witnesses.",
        Code.TIMESTAMP_INVALID,
        era=Era.REKOR_V2,
        provenance=_stamped(Stamp(authority=_TSA), Stamp(authority=_TSA)),
    ),
    "timestamps-by-one-authority_invalid": case(
        "3.4",
        "Two timestamps of one authority, to look like two witnesses.",
        Code.TIMESTAMP_INVALID,
        era=Era.REKOR_V2,
        provenance=_stamped(Stamp(authority=_TSA), Stamp(authority=_TSA, hash_name="sha512")),
    ),
    "second-time-outside-the-certificate_invalid": case(
        "3.5",
        "The promise is of the right time, a genuine timestamp of a later one: a key must be valid at every time.",
        Code.CERTIFICATE_EXPIRED,
        provenance=lambda recipe: replace(recipe, stamps=(_an_hour_late(recipe),)),
    ),
}

TIMES: Cases = {**_LOG_KEY, **_PROMISE, **_TIMESTAMPS}
