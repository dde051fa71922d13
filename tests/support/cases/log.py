"""Steps 6 and 7: the inclusion proof, and the entry that the log has."""

import base64
from dataclasses import replace

from provcheck.codes import Code
from support.cases.case import (
    ENTRY,
    PROOF,
    Cases,
    at,
    case,
    in_bundle,
    in_checkpoint,
    in_entry,
    in_note,
    respelled,
)
from support.judging import ANOTHER_PACKAGE
from support.mint import SIGSTORE, STRANGER, Era, change, ed25519_key, mint, provenance_recipe, witness
from support.mint.crypto import b64, spki
from support.mint.entries import Verifier

_LOG = SIGSTORE.rekor.note_signer
_SHARD = "1193050959916656506"
_ANOTHER = mint(provenance_recipe(ANOTHER_PACKAGE))
_ANOTHER_ENTRY = _ANOTHER["verificationMaterial"]["tlogEntries"][0]
_INTOTO = ("content", "envelope")
_ANOTHER_CERTIFICATE = Verifier(
    der=SIGSTORE.fulcio.chain[0].certificate, is_certificate=True, key_details="", hash_name="sha256"
)
_A_KEY = replace(_ANOTHER_CERTIFICATE, der=spki(SIGSTORE.npm_key.key), is_certificate=False)
_V2 = "hashedRekordV002"

_CHECKPOINT: Cases = {
    "checkpoint-without-signatures_invalid": case(
        "6.1",
        "The checkpoint is a bare text.",
        Code.CHECKPOINT_INVALID,
        provenance=change(edit_note=lambda note: note.partition("\n\n")[0] + "\n"),
    ),
    "checkpoint-with-two-blank-lines_invalid": case(
        "6.1",
        "Two blank lines: where does the signed text end? Parsers disagree.",
        Code.CHECKPOINT_INVALID,
        provenance=in_note("\n\n", "\n\n\n"),
    ),
    "checkpoint-cut-short_invalid": case(
        "6.1",
        "The last line of the checkpoint does not end.",
        Code.CHECKPOINT_INVALID,
        provenance=change(edit_note=lambda note: note[:-1]),
    ),
    "checkpoint-with-other-line-breaks_invalid": case(
        "0.5",
        "Python's splitlines takes U+2028 for a line break; what was signed is one line.",
        Code.CHECKPOINT_INVALID,
        provenance=in_checkpoint(lambda text: text.replace("\n", "\u2028", 2)),
    ),
    "checkpoint-with-a-padded-size_invalid": case(
        "6.1",
        "A second spelling of the tree's size.",
        Code.CHECKPOINT_INVALID,
        provenance=in_checkpoint(lambda text: text.replace("\n", "\n0", 1)),
    ),
    "checkpoint-with-a-stray-line_invalid": case(
        "6.1",
        "A line among the signatures that is none: parsers that skip it can be made to skip more.",
        Code.CHECKPOINT_INVALID,
        provenance=change(edit_note=lambda note: f"{note}stray\n"),
    ),
    "checkpoint-of-another-log_invalid": case(
        "6.2",
        "The operator's other log signs with the same key; its tree is another.",
        Code.CHECKPOINT_ORIGIN_MISMATCH,
        provenance=in_checkpoint(lambda text: f"old.{text}"),
    ),
    "checkpoint-of-a-log-with-a-shorter-name_invalid": case(
        "6.2",
        "A verifier that looks for the name inside the log's address takes any part of it.",
        Code.CHECKPOINT_ORIGIN_MISMATCH,
        provenance=in_checkpoint(lambda text: text.replace(SIGSTORE.rekor.host, "rekor", 1)),
    ),
    "checkpoint-without-a-shard_invalid": case(
        "6.2",
        "Checkpoints of Rekor v1 name the shard beside the log.",
        Code.CHECKPOINT_ORIGIN_MISMATCH,
        provenance=in_checkpoint(lambda text: text.replace(f" - {_SHARD}", "", 1)),
    ),
    "checkpoint-of-rekor-v2-with-a-shard_invalid": case(
        "6.2",
        "Logs of Rekor v2 have no shards; their origin is their name and nothing else.",
        Code.CHECKPOINT_ORIGIN_MISMATCH,
        era=Era.REKOR_V2,
        provenance=in_checkpoint(lambda text: text.replace("\n", f" - {_SHARD}\n", 1)),
    ),
    "checkpoint-signed-by-a-witness-only_invalid": case(
        "6.3",
        "A witness has seen the checkpoint, but the log itself has not signed it.",
        Code.CHECKPOINT_UNSIGNED,
        provenance=change(checkpoint_signers=(witness(),)),
    ),
    "checkpoint-signed-under-another-name_invalid": case(
        "6.3",
        "The log's key signs under another name than the log's.",
        Code.CHECKPOINT_UNSIGNED,
        provenance=change(checkpoint_signers=(replace(_LOG, name="mallory.example"),)),
    ),
    "checkpoint-signed-by-another-key_invalid": case(
        "6.3",
        "Somebody else signs in the log's name.",
        Code.CHECKPOINT_INVALID,
        provenance=change(checkpoint_signers=(replace(_LOG, key=STRANGER.rekor.key),)),
    ),
    "checkpoint-with-a-false-line-before-the-right-one_invalid": case(
        "6.3",
        "A line that claims to be the log's must verify, even if another one does.",
        Code.CHECKPOINT_INVALID,
        provenance=change(checkpoint_signers=(replace(_LOG, key=STRANGER.rekor.key), _LOG)),
    ),
    "checkpoint-of-another-size_invalid": case(
        "6.4",
        "The proof is for a tree of another size than the log signed.",
        Code.CHECKPOINT_TREE_MISMATCH,
        provenance=in_checkpoint(lambda text: text.replace("\n11\n", "\n12\n", 1)),
    ),
    "checkpoint-of-another-root_invalid": case(
        "6.4",
        "The proof leads to a root that the log never signed.",
        Code.CHECKPOINT_TREE_MISMATCH,
        provenance=in_checkpoint(lambda text: "".join(text.splitlines(keepends=True)[:2]) + b64(bytes(32)) + "\n"),
    ),
    "root-that-the-checkpoint-does-not-have_invalid": case(
        "6.4",
        "The bundle repeats the root wrongly: tools that read it there show something that nobody signed.",
        Code.CHECKPOINT_TREE_MISMATCH,
        provenance=in_bundle(*PROOF, "rootHash", to=b64(bytes(32))),
    ),
}

_PROOF: Cases = {
    "proof-of-another-leaf_invalid": case(
        "6.5",
        "The log has another entry in this place.",
        Code.INCLUSION_PROOF_INVALID,
        provenance=change(edit_leaf=lambda _: b"another entry"),
    ),
    "proof-for-another-index_invalid": case(
        "6.5",
        "The same hashes for another place.",
        Code.INCLUSION_PROOF_INVALID,
        provenance=respelled(*PROOF, "logIndex", edit=lambda text: str(int(text) ^ 1)),
    ),
    "proof-beyond-the-tree_invalid": case(
        "6.5",
        "An index outside the tree, with a proof as long as one inside.",
        Code.INCLUSION_PROOF_INVALID,
        provenance=respelled(*PROOF, edit=lambda proof: proof | {"logIndex": proof["treeSize"]}),
    ),
    "proof-too-short_invalid": case(
        "6.5",
        "A hash is missing: a short proof makes an inner node of the tree pass for a leaf.",
        Code.INCLUSION_PROOF_INVALID,
        provenance=respelled(*PROOF, "hashes", edit=lambda hashes: hashes[1:]),
    ),
    "proof-too-long_invalid": case(
        "6.5",
        "A hash more than the tree is high: a leaf passes for an inner node.",
        Code.INCLUSION_PROOF_INVALID,
        provenance=respelled(*PROOF, "hashes", edit=lambda hashes: [*hashes, b64(bytes(32))]),
    ),
    "proof-with-a-short-hash_invalid": case(
        "6.5",
        "A hash of 31 bytes: what is hashed could be cut elsewhere.",
        Code.INCLUSION_PROOF_INVALID,
        provenance=in_bundle(*PROOF, "hashes", 0, to=b64(bytes(31))),
    ),
    "rekor-v2-entry-at-another-place_invalid": case(
        "6.6",
        "The entry claims another place in the log than its proof; nothing else would notice.",
        Code.INCLUSION_PROOF_INVALID,
        era=Era.REKOR_V2,
        provenance=in_bundle(*ENTRY, "logIndex", to="7"),
    ),
}

_ENTRY: Cases = {
    "log-entry-of-another-envelope_invalid": case(
        "7",
        "A genuine entry with promise and proof, of another envelope, lends its time to this one (CVE-2022-36056).",
        Code.LOG_ENTRY_MISMATCH,
        provenance=in_bundle(*ENTRY, to=_ANOTHER_ENTRY),
    ),
    "log-entry-of-another-kind_invalid": case(
        "7",
        "The bundle says of which kind the entry is, the entry says something else.",
        Code.LOG_ENTRY_MISMATCH,
        provenance=in_bundle(*ENTRY, "kindVersion", to={"kind": "intoto", "version": "0.0.2"}),
    ),
    "log-entry-that-is-no-object_invalid": case(
        "7",
        "The log has something else than an entry in this place.",
        Code.LOG_ENTRY_MALFORMED,
        provenance=change(edit_body=lambda _: b"[]"),
    ),
    "log-entry-with-an-unknown-field_unsupported": case(
        "7",
        "A newer log may say more about an entry.",
        Code.LOG_ENTRY_UNSUPPORTED,
        provenance=in_entry("witnesses", to=[]),
    ),
    "dsse-entry-of-another-signature_invalid": case(
        "7",
        "The log has another signature of the same statement.",
        Code.LOG_ENTRY_MISMATCH,
        provenance=in_entry("signatures", 0, "signature", to=b64(b"another signature")),
    ),
    "dsse-entry-of-another-certificate_invalid": case(
        "7",
        "The log has the same signature under another certificate.",
        Code.LOG_ENTRY_MISMATCH,
        provenance=in_entry("signatures", 0, "verifier", to=b64(_ANOTHER_CERTIFICATE.pem)),
    ),
    "dsse-entry-of-a-bare-key_invalid": case(
        "7",
        "The log has the same signature under a key that nobody certified.",
        Code.LOG_ENTRY_MISMATCH,
        provenance=in_entry("signatures", 0, "verifier", to=b64(_A_KEY.pem)),
    ),
    "dsse-entry-of-another-payload_invalid": case(
        "7",
        "The log has the signature with another statement.",
        Code.LOG_ENTRY_MISMATCH,
        provenance=in_entry("payloadHash", "value", to="0" * 64),
    ),
    "dsse-entry-with-another-hash-algorithm_invalid": case(
        "7",
        "The hash in the entry says that it is of another algorithm.",
        Code.LOG_ENTRY_MISMATCH,
        provenance=in_entry("payloadHash", "algorithm", to="sha512"),
    ),
    "dsse-entry-with-two-certificates_invalid": case(
        "7",
        "Two certificates in one PEM text: readers take the first, or the last.",
        Code.LOG_ENTRY_MISMATCH,
        provenance=change(
            edit_entry=at("spec", "signatures", 0, "verifier", edit=lambda text: b64(base64.b64decode(text) * 2))
        ),
    ),
    "intoto-entry-of-another-payload-type_invalid": case(
        "7",
        "The log has the envelope with another payload type.",
        Code.LOG_ENTRY_MISMATCH,
        era=Era.E2024,
        provenance=in_entry(*_INTOTO, "payloadType", to="text/plain"),
    ),
    "intoto-entry-of-another-signature_invalid": case(
        "7",
        "The log has another signature of the same statement.",
        Code.LOG_ENTRY_MISMATCH,
        era=Era.E2024,
        provenance=in_entry(*_INTOTO, "signatures", 0, "sig", to=b64(b64(b"another").encode())),
    ),
    "intoto-entry-of-another-key-id_invalid": case(
        "7",
        "The log has the signature under the name of another registry key.",
        Code.LOG_ENTRY_MISMATCH,
        publish=in_entry(*_INTOTO, "signatures", 0, "keyid", to=SIGSTORE.npm_key_retired.key_id),
    ),
    "intoto-entry-of-another-payload_invalid": case(
        "7",
        "The log keeps a payload beside the hash, and it is another one.",
        Code.LOG_ENTRY_MISMATCH,
        era=Era.E2024,
        provenance=in_entry(*_INTOTO, "payload", to=b64(b64(b"{}").encode())),
    ),
    "rekor-v2-entry-of-another-digest_invalid": case(
        "7",
        "The log has the signature with the digest of something else.",
        Code.LOG_ENTRY_MISMATCH,
        era=Era.REKOR_V2,
        provenance=in_entry(_V2, "data", "digest", to=b64(bytes(32))),
    ),
    "rekor-v2-entry-of-another-signature_invalid": case(
        "7",
        "The log has another signature over the same digest.",
        Code.LOG_ENTRY_MISMATCH,
        era=Era.REKOR_V2,
        provenance=in_entry(_V2, "signature", "content", to=b64(b"another signature")),
    ),
    "rekor-v2-entry-of-another-key-type_invalid": case(
        "7",
        "The log was told of another algorithm than the key's.",
        Code.LOG_ENTRY_MISMATCH,
        era=Era.REKOR_V2,
        provenance=in_entry(_V2, "signature", "verifier", "keyDetails", to="PKIX_ECDSA_P384_SHA_384"),
    ),
    "rekor-v2-entry-of-an-ed25519-key_invalid": case(
        "7",
        "Pure Ed25519 signs the message itself, so no digest in the log can stand for it.",
        Code.LOG_ENTRY_MISMATCH,
        era=Era.REKOR_V2,
        provenance=change(leaf_key=ed25519_key("leaf")),
    ),
}

LOG: Cases = {**_CHECKPOINT, **_PROOF, **_ENTRY}
