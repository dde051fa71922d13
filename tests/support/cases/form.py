"""Steps 0 and 1: decoding, and the shape of a bundle."""

import string

from provcheck.codes import Code
from support.cases.case import (
    ENTRY,
    PROOF,
    Cases,
    at,
    case,
    in_bundle,
    not_in_bundle,
    respelled,
)
from support.mint import (
    BUNDLE_V01,
    BUNDLE_V02,
    SIGSTORE,
    EntryKind,
    Era,
    both,
    bundle_recipe,
    change,
    drop,
    email_identity,
    mint,
    put,
)

_PAYLOAD = ("dsseEnvelope", "payload")
_LOG_ID = (*ENTRY, "logId", "keyId")
_SIGNATURES = ("dsseEnvelope", "signatures")
_MATERIAL = "verificationMaterial"
_CHAIN = (_MATERIAL, "x509CertificateChain", "certificates")
_ALPHABET = f"{string.ascii_uppercase}{string.ascii_lowercase}{string.digits}+/"


def _with_other_trailing_bits(text: str) -> str:
    """Return a second spelling of base64 that ends in one ``=``: the last two bits of its last digit mean nothing."""
    return f"{text[:-2]}{_ALPHABET[_ALPHABET.index(text[-2]) + 1]}="


_DECODING: Cases = {
    "response-of-a-captive-portal_unavailable": case(
        "0.1",
        "A proxy answers with a page in HTML: nothing was said about the package, so it is neither absent nor invalid.",
        Code.REGISTRY_RESPONSE_MALFORMED,
        edit_text=lambda _: "<!doctype html><title>Please log in</title>\n",
    ),
    "response-truncated_unavailable": case(
        "0.1",
        "The connection broke in the middle: half an answer says nothing.",
        Code.REGISTRY_RESPONSE_MALFORMED,
        edit_text=lambda text: text[: len(text) // 2],
    ),
    "response-key-twice_unavailable": case(
        "0.1",
        "The answer has two lists of attestations; readers of JSON disagree which one counts, so one is shown to each.",
        Code.REGISTRY_RESPONSE_MALFORMED,
        edit_text=lambda text: text.replace("{", '{\n  "attestations": [],', 1),
    ),
    "response-without-a-list_unavailable": case(
        "0.1",
        "An object that is not an answer of this endpoint must not be read as: no attestations.",
        Code.REGISTRY_RESPONSE_MALFORMED,
        edit_text=lambda _: '{"error": "not today"}\n',
    ),
    "response-nested-too-deep_unavailable": case(
        "0.1",
        "Deep nesting exhausts the stack of recursive readers.",
        Code.REGISTRY_RESPONSE_MALFORMED,
        edit_text=lambda _: '{"attestations": ' + "[" * 500 + "]" * 500 + "}\n",
    ),
    "payload-key-twice_invalid": case(
        "0.1",
        "The signed statement has two lists of subjects; each tool would read another one.",
        Code.STATEMENT_MALFORMED,
        provenance=change(
            edit_payload=lambda text: text.replace(
                b'"subject":', b'"subject":[{"name":"pkg:npm/gadget@4.5.6","digest":{}}],"subject":', 1
            )
        ),
    ),
    "log-entry-key-twice_invalid": case(
        "0.1",
        "The logged entry names its kind twice; the log and the verifier would read it as different kinds.",
        Code.LOG_ENTRY_MALFORMED,
        provenance=change(edit_body=lambda body: body.replace(b'"kind":', b'"kind":"intoto","kind":', 1)),
    ),
    "base64-with-the-alphabet-for-urls_invalid": case(
        "0.2",
        "A second spelling of the same bytes, with the URL alphabet, slips past comparisons of text.",
        Code.BUNDLE_MALFORMED,
        provenance=respelled(
            _MATERIAL, "certificate", "rawBytes", edit=lambda text: text.replace("+", "-").replace("/", "_")
        ),
    ),
    "base64-without-padding_invalid": case(
        "0.2",
        "A second spelling of the same bytes, without padding.",
        Code.BUNDLE_MALFORMED,
        provenance=respelled(*_LOG_ID, edit=lambda text: text.rstrip("=")),
    ),
    "base64-with-other-trailing-bits_invalid": case(
        "0.2",
        "A second spelling of the same bytes: the unused bits of the last digit are not zero.",
        Code.BUNDLE_MALFORMED,
        provenance=respelled(*_LOG_ID, edit=_with_other_trailing_bits),
    ),
    "base64-with-junk_invalid": case(
        "0.2",
        "Lenient decoders skip characters outside the alphabet, so the payload has endless spellings.",
        Code.BUNDLE_MALFORMED,
        provenance=respelled(*_PAYLOAD, edit=lambda text: f"{text[:8]}!{text[8:]}"),
    ),
    "base64-with-a-line-break_invalid": case(
        "0.2",
        "A second spelling of the same bytes, broken into lines as MIME does it.",
        Code.BUNDLE_MALFORMED,
        provenance=respelled(*_PAYLOAD, edit=lambda text: f"{text[:76]}\n{text[76:]}"),
    ),
    "number-with-an-underscore_invalid": case(
        "0.3",
        "Python reads 1_0 as ten; other readers do not.",
        Code.BUNDLE_MALFORMED,
        provenance=respelled(*ENTRY, "logIndex", edit=lambda text: f"{text[:1]}_{text[1:]}"),
    ),
    "number-in-other-digits_invalid": case(
        "0.3",
        "Python reads Arabic-Indic digits as numbers; other readers do not.",
        Code.BUNDLE_MALFORMED,
        provenance=respelled(
            *ENTRY, "integratedTime", edit=lambda text: "".join(chr(0x660 + int(digit)) for digit in text)
        ),
    ),
    "number-with-a-fraction_invalid": case(
        "0.3",
        "A 64-bit number as a floating-point number: large ones lose their last digits.",
        Code.BUNDLE_MALFORMED,
        provenance=respelled(*ENTRY, "integratedTime", edit=float),
    ),
    "number-with-a-line-break_invalid": case(
        "0.5",
        "A pattern that ends in $ matches before a final line break.",
        Code.BUNDLE_MALFORMED,
        provenance=respelled(*PROOF, "treeSize", edit=lambda text: f"{text}\n"),
    ),
    "number-negative_invalid": case(
        "0.3",
        "A negative index reaches code for proofs that counts from the end.",
        Code.BUNDLE_MALFORMED,
        provenance=in_bundle(*PROOF, "logIndex", to="-1"),
    ),
    "number-bare_verified": case(
        "0.3",
        "Protobuf lets 64-bit numbers stand as JSON numbers too.",
        provenance=respelled(*ENTRY, "logIndex", edit=int),
    ),
    "field-unknown_unsupported": case(
        "0.4",
        "A newer Sigstore may add a field that changes what a bundle means; ignoring it would be a guess.",
        Code.BUNDLE_FIELD_UNSUPPORTED,
        provenance=in_bundle(_MATERIAL, "quantumProof", to="AAAA"),
    ),
    "field-in-snake-case_unsupported": case(
        "0.4",
        "Lenient readers of Protobuf take this spelling too, so two values could stand side by side.",
        Code.BUNDLE_FIELD_UNSUPPORTED,
        provenance=in_bundle(*ENTRY, "log_index", to="7"),
    ),
    "field-beside-the-bundle_verified": case(
        "0.4",
        "What the registry says beside a bundle is its own affair: npm adds fields there.",
        edit=put("attestations", 1, "signedAccessSignatureUrl", to="https://registry.example/signed"),
    ),
    "field-null_verified": case(
        "0.4",
        "In Protobuf's JSON, null is the same as absent.",
        provenance=respelled(
            _MATERIAL,
            edit=lambda material: material | {"timestampVerificationData": None, "publicKey": None},
        ),
    ),
}

_SHAPE: Cases = {
    "media-type-of-the-future_unsupported": case(
        "1.1",
        "A bundle of a version that this one does not know.",
        Code.BUNDLE_VERSION_UNSUPPORTED,
        provenance=change(media_type="application/vnd.dev.sigstore.bundle.v0.4+json", edit_bundle=drop("dsseEnvelope")),
    ),
    "media-type-that-begins-right_unsupported": case(
        "1.1",
        "A verifier that compares the beginning reads it by the rules of version 0.1, which ask for the least.",
        Code.BUNDLE_VERSION_UNSUPPORTED,
        era=Era.E2024,
        provenance=in_bundle("mediaType", to=f"{BUNDLE_V01}.9-evil"),
    ),
    "media-type-with-a-line-break_unsupported": case(
        "0.5",
        "A known media type and a line break: not the same text.",
        Code.BUNDLE_VERSION_UNSUPPORTED,
        provenance=respelled("mediaType", edit=lambda text: f"{text}\n"),
    ),
    "two-kinds-of-key_invalid": case(
        "1.2",
        "A certificate and a key: one could be verified and the other one reported.",
        Code.BUNDLE_MALFORMED,
        provenance=in_bundle(_MATERIAL, "publicKey", to={"hint": SIGSTORE.npm_key.key_id}),
    ),
    "no-key_invalid": case(
        "1.2",
        "Nothing says who signed.",
        Code.BUNDLE_MALFORMED,
        provenance=not_in_bundle(_MATERIAL, "certificate"),
    ),
    "certificate-in-a-v02-bundle_invalid": case(
        "1.2",
        "A bundle of version 0.2 carries a chain, not a lone certificate.",
        Code.BUNDLE_MALFORMED,
        provenance=in_bundle("mediaType", to=BUNDLE_V02),
    ),
    "chain-in-a-v03-bundle_invalid": case(
        "1.2",
        "A bundle of version 0.3 carries the leaf alone: chains invite verifiers to trust what comes along.",
        Code.BUNDLE_MALFORMED,
        provenance=respelled(
            _MATERIAL,
            edit=lambda material: (
                {name: value for name, value in material.items() if name != "certificate"}
                | {"x509CertificateChain": {"certificates": [material["certificate"]]}}
            ),
        ),
    ),
    "artifact-beside-the-envelope_invalid": case(
        "1.2",
        "An envelope and a signature of an artifact: one could be verified and the other one reported.",
        Code.BUNDLE_MALFORMED,
        provenance=in_bundle("messageSignature", to={"signature": "AAAA"}),
    ),
    "artifact-signed-instead-of-a-statement_unsupported": case(
        "1.2",
        "The signature is of the tarball itself: it says who signed, not how it was built.",
        Code.BUNDLE_CONTENT_UNSUPPORTED,
        edit=put(
            "attestations",
            1,
            "bundle",
            to=mint(
                bundle_recipe(b"the tarball", email_identity("octo@octo.example", "https://octo.example"), Era.E2025)
            ),
        ),
    ),
    "proof-missing_invalid": case(
        "1.2",
        "Since version 0.2 a bundle must carry the evidence that the log has the entry.",
        Code.INCLUSION_PROOF_MISSING,
        provenance=change(proof=False),
    ),
    "checkpoint-missing_invalid": case(
        "1.2",
        "A proof without a checkpoint leads to a root that nobody signed; true of version 0.1 as well.",
        Code.CHECKPOINT_MISSING,
        era=Era.E2024,
        provenance=both(change(media_type=BUNDLE_V01), not_in_bundle(*PROOF, "checkpoint")),
    ),
    "promise-missing-in-a-v01-bundle_invalid": case(
        "1.2",
        "Version 0.1 stands on the log's signed promise alone.",
        Code.INCLUSION_PROMISE_MISSING,
        era=Era.E2024,
        provenance=both(change(media_type=BUNDLE_V01), not_in_bundle(*ENTRY, "inclusionPromise")),
    ),
    "chain-empty_invalid": case(
        "1.3",
        "A chain without a leaf: nothing says who signed.",
        Code.BUNDLE_MALFORMED,
        era=Era.E2024,
        provenance=in_bundle(*_CHAIN, to=[]),
    ),
    "chain-backwards_invalid": case(
        "1.3",
        "The root stands in the leaf's place: the signature must not be checked with whichever certificate fits.",
        Code.CERTIFICATE_UNSUITABLE,
        era=Era.E2024,
        provenance=both(change(whole_chain=True), respelled(*_CHAIN, edit=lambda certificates: certificates[::-1])),
    ),
    "chain-too-long_invalid": case(
        "1.3",
        "Eleven certificates: work for the verifier, evidence of nothing.",
        Code.BUNDLE_MALFORMED,
        era=Era.E2024,
        provenance=both(
            change(whole_chain=True),
            respelled(*_CHAIN, edit=lambda certificates: certificates + certificates[-1:] * 8),
        ),
    ),
    "log-entry-missing_invalid": case(
        "1.4",
        "The signature was never made public.",
        Code.BUNDLE_MALFORMED,
        provenance=in_bundle(_MATERIAL, "tlogEntries", to=[]),
    ),
    "log-entries-two_unsupported": case(
        "1.4",
        "A second entry could satisfy a rule that only looks for any entry; no known client makes two.",
        Code.BUNDLE_CONTENT_UNSUPPORTED,
        provenance=respelled(_MATERIAL, "tlogEntries", edit=lambda entries: entries * 2),
    ),
    "timestamps-too-many_invalid": case(
        "1.4",
        "Thirty-three timestamps: work for the verifier, evidence of nothing more than one gives.",
        Code.BUNDLE_MALFORMED,
        era=Era.REKOR_V2,
        provenance=respelled(
            _MATERIAL, "timestampVerificationData", "rfc3161Timestamps", edit=lambda stamps: stamps * 33
        ),
    ),
    "signatures-two_invalid": case(
        "1.5",
        "Two signatures: one could be verified and the other one reported.",
        Code.SIGNATURE_COUNT,
        provenance=change(edit_content=lambda content: content | {"signatures": content["signatures"] * 2}),
    ),
    "signatures-none_invalid": case(
        "1.5",
        "A loop over no signatures finds nothing wrong.",
        Code.SIGNATURE_COUNT,
        provenance=in_bundle(*_SIGNATURES, to=[]),
    ),
    "signature-empty_invalid": case(
        "1.5",
        "An empty signature.",
        Code.BUNDLE_MALFORMED,
        provenance=in_bundle(*_SIGNATURES, 0, "sig", to=""),
    ),
    "log-entry-with-two-signatures_invalid": case(
        "1.5",
        "The log vouches for two signatures at once; only one of them is this one.",
        Code.LOG_ENTRY_MISMATCH,
        provenance=change(edit_entry=at("spec", "signatures", edit=lambda signatures: signatures * 2)),
    ),
    "key-id-of-another-key_invalid": case(
        "1.6",
        "The envelope names one registry key and the bundle another: each tool would select another one.",
        Code.KEY_ID_MISMATCH,
        publish=in_bundle(*_SIGNATURES, 0, "keyid", to=SIGSTORE.npm_key_retired.key_id),
    ),
    "key-id-missing_invalid": case(
        "1.6",
        "The envelope names no key although a registry key signed it.",
        Code.KEY_ID_MISMATCH,
        publish=in_bundle(*_SIGNATURES, 0, "keyid", to=""),
    ),
    "key-id-beside-a-certificate_invalid": case(
        "1.6",
        "The envelope names a registry key, but a certificate signs: tools that go by the key id take the wrong one.",
        Code.KEY_ID_MISMATCH,
        provenance=in_bundle(*_SIGNATURES, 0, "keyid", to=SIGSTORE.npm_key.key_id),
    ),
    "log-entry-intoto-001_unsupported": case(
        "1.7",
        "The first kind of intoto entry does not hash the signature.",
        Code.LOG_ENTRY_UNSUPPORTED,
        era=Era.E2024,
        provenance=change(edit_entry=put("apiVersion", to="0.0.1")),
    ),
    "log-entry-dsse-002_unsupported": case(
        "1.7",
        "An entry kind that was withdrawn from the specification of Rekor v2.",
        Code.LOG_ENTRY_UNSUPPORTED,
        provenance=change(edit_entry=put("apiVersion", to="0.0.2")),
    ),
    "log-entry-hashedrekord-001_unsupported": case(
        "1.7",
        "Rekor v1's entry kind for artifacts does not bind an envelope.",
        Code.LOG_ENTRY_UNSUPPORTED,
        provenance=change(entry=EntryKind.HASHEDREKORD),
    ),
    "rekor-v2-entry-in-a-v02-bundle_invalid": case(
        "1.7",
        "Bundles of version 0.2 are older than Rekor v2.",
        Code.BUNDLE_MALFORMED,
        era=Era.REKOR_V2,
        provenance=change(media_type=BUNDLE_V02),
    ),
    "rekor-v2-entry-with-a-promise_invalid": case(
        "1.7",
        "Rekor v2 promises nothing, so no time may come from a promise of it.",
        Code.BUNDLE_MALFORMED,
        era=Era.REKOR_V2,
        provenance=change(promise=True),
    ),
}

FORM: Cases = {**_DECODING, **_SHAPE}
