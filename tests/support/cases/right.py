"""What is right although it is unusual: every kind that exists, and everything at the edge of what may pass."""

from dataclasses import replace
from datetime import timedelta

from provcheck.codes import Code
from support.cases.case import ENTRY, PROOF, Cases, at, case, in_bundle
from support.mint import (
    BUNDLE_V01,
    BUNDLE_V03_OLD_SPELLING,
    NPM_KEY_RETIRED_AT,
    P384,
    P521,
    REKOR_V2_RETIRED_AT,
    RETIRED_AT,
    SIGSTORE,
    Build,
    BuildType,
    Era,
    Json,
    NoteSigner,
    Stamp,
    both,
    change,
    drop,
    ecdsa_key,
    ed25519_key,
    put,
    witness,
)

_NO_PROOF = Code.INCLUSION_PROOF_ABSENT
_MINUTE = timedelta(minutes=1)
_LIFE = timedelta(minutes=10)
"""Of a certificate."""
_CALLER = Build(signer="octo-org/shared/.github/workflows/publish.yml@refs/heads/main", signer_commit="1" * 40)
_MONOREPO = Build(ref="refs/tags/@octo/widget@1.2.3")
_WORKFLOW = "https://github.com/octo-org/widget/.github/workflows/release.yml@refs/tags/v1.2.3"
_LOG = SIGSTORE.rekor.note_signer


def _witnesses(*names: str) -> tuple[NoteSigner, ...]:
    return tuple(witness(f"{name}.witness.example") for name in names)


def _without_defaults(proof: Json) -> Json:
    """Return a proof as Protobuf writes it: zero and empty members are left out."""
    return {name: value for name, value in proof.items() if value not in ("0", [])}


_KINDS: Cases = {
    "npm-of-early-2023_verified": case(
        "11.1",
        "The first releases with provenance: the certificate says little, so much is unconfirmed.",
        _NO_PROOF,
        _NO_PROOF,
        Code.CERTIFICATE_LEGACY,
        Code.PREDICATE_UNCONFIRMED,
        Code.RUNNER_UNKNOWN,
        era=Era.E2023,
        build_type=BuildType.GHA_V0,
    ),
    "npm-of-2023_verified": case(
        "6.7",
        "Bundles of version 0.1 stand on the log's signed promise alone; that is remarked.",
        _NO_PROOF,
        _NO_PROOF,
        era=Era.E2023,
    ),
    "npm-of-2024_verified": case("1.2", "Bundles of version 0.2.", era=Era.E2024),
    "npm-of-2025_verified": case("1.2", "A bundle of version 0.3 by the build, one of version 0.2 by the registry."),
    "npm-with-rekor-v2_verified": case(
        "1.7", "An entry in a log of tiles, and the time from a timestamp authority.", era=Era.REKOR_V2
    ),
    "gitlab_verified": case(
        "11.7",
        "Provenance of GitLab CI; what its variables say is unconfirmed.",
        Code.PREDICATE_UNCONFIRMED,
        build_type=BuildType.GITLAB,
    ),
    "slsa-builder_verified": case(
        "11.6",
        "The SLSA Node.js builder, whose delegator signs.",
        Code.PREDICATE_UNCONFIRMED,
        era=Era.E2024,
        build_type=BuildType.DELEGATOR,
    ),
    "github-attest-action_verified": case(
        "11.4",
        "Provenance by GitHub's own action: its builder is the workflow that signs.",
        provenance=change(
            edit_statement=both(
                put("predicate", "buildDefinition", "buildType", to="https://actions.github.io/buildtypes/workflow/v1"),
                put("predicate", "runDetails", "builder", "id", to=_WORKFLOW),
            )
        ),
    ),
    "reusable-workflow_verified": case(
        "11.4",
        "A reusable workflow of another repository signs; the provenance names the workflow that called it.",
        build=_CALLER,
    ),
    "tag-with-at-signs_verified": case(
        "11.4",
        "Monorepos tag releases with the package's name: only the first at sign separates path and ref.",
        build=_MONOREPO,
    ),
}

_FORMS: Cases = {
    "bundle-v01-with-a-proof_verified": case(
        "1.2",
        "Version 0.1 may carry a proof.",
        era=Era.E2024,
        provenance=change(media_type=BUNDLE_V01),
    ),
    "bundle-v01-that-was-v02_verified": case(
        "6.7",
        "Relabelled as version 0.1 and robbed of its proof, a bundle still stands on the promise; that is remarked.",
        _NO_PROOF,
        era=Era.E2024,
        provenance=change(edit_bundle=both(put("mediaType", to=BUNDLE_V01), drop(*PROOF))),
    ),
    "bundle-v03-in-its-old-spelling_verified": case(
        "1.1",
        "Version 0.3 has two media types.",
        provenance=change(media_type=BUNDLE_V03_OLD_SPELLING),
    ),
    "chain-with-more-than-the-leaf_verified": case(
        "1.3",
        "Old clients sent the intermediate and the root along; they are ignored.",
        era=Era.E2024,
        provenance=change(whole_chain=True),
    ),
    "key-on-p384_verified": case(
        "8", "A key on a larger curve.", era=Era.REKOR_V2, provenance=change(leaf_key=ecdsa_key("leaf", P384))
    ),
    "key-on-p521_verified": case(
        "8", "A key on the largest curve.", era=Era.REKOR_V2, provenance=change(leaf_key=ecdsa_key("leaf", P521))
    ),
    "key-of-ed25519_verified": case("8", "An Ed25519 key.", provenance=change(leaf_key=ed25519_key("leaf"))),
    "sct-with-extensions_verified": case(
        "5",
        "Certificate logs of tiles put the entry's index into an extension, which is signed.",
        provenance=change(edit_sct=change(extensions=b"\0\0\5\0\0\0\0\7")),
    ),
    "sct-of-two-logs_verified": case(
        "5",
        "Two certificate logs vouch for the certificate.",
        era=Era.E2024,
        at=RETIRED_AT - _MINUTE,
        provenance=change(ct_logs=(SIGSTORE.ct_log, SIGSTORE.ct_log_retired)),
    ),
    "checkpoint-with-witnesses_verified": case(
        "6.3",
        "Unknown witnesses sign the checkpoint too, before and after the log.",
        provenance=change(checkpoint_signers=(*_witnesses("a"), _LOG, *_witnesses("b", "c"))),
    ),
    "checkpoint-with-more-lines_verified": case(
        "6.1",
        "Lines after the root are signed and mean nothing here, whatever they consist of.",
        provenance=change(edit_checkpoint=lambda text: f"{text}Timestamp: 1689177396617352539\nv\vt\u2028ls\n"),
    ),
    "timestamp-beside-a-promise_verified": case(
        "3.5",
        "Log and timestamp authority both vouch for a time.",
        provenance=change(stamps=(Stamp(authority=SIGSTORE.tsa, hash_name="sha512"),)),
    ),
    "timestamp-instead-of-a-promise_verified": case(
        "3.5",
        "An entry of Rekor v1 whose time a timestamp authority vouches for.",
        provenance=change(promise=False, stamps=(Stamp(authority=SIGSTORE.tsa, hash_name="sha384"),)),
    ),
    "timestamps-of-two-authorities_verified": case(
        "3.4",
        "Two authorities vouch for a time.",
        era=Era.E2024,
        at=RETIRED_AT - _MINUTE,
        provenance=change(stamps=(Stamp(authority=SIGSTORE.tsa), Stamp(authority=SIGSTORE.tsa_retired))),
    ),
}

_BOUNDARIES: Cases = {
    "time-equal-to-not-before_verified": case(
        "2.2",
        "Logged in the second in which the certificate begins.",
        provenance=lambda recipe: replace(recipe, logged_at=recipe.at),
    ),
    "time-equal-to-not-after_verified": case(
        "2.2",
        "Logged in the second in which the certificate ends.",
        provenance=lambda recipe: replace(recipe, logged_at=recipe.at + _LIFE),
    ),
    "time-that-nobody-signed-at-the-end-of-the-certificate_verified": case(
        "3.2",
        "The log entry's time proves nothing here, and contradicts nothing.",
        era=Era.REKOR_V2,
        provenance=lambda recipe: in_bundle(*ENTRY, "integratedTime", to=str(int((recipe.at + _LIFE).timestamp())))(
            recipe
        ),
    ),
    "time-equal-to-the-authority-s-end_verified": case(
        "2.2",
        "Issued and logged in the last second of the certificate authority.",
        era=Era.E2024,
        at=RETIRED_AT,
        provenance=change(authority=SIGSTORE.fulcio_retired, logged_at=RETIRED_AT),
    ),
    "time-equal-to-the-certificate-log-s-end_verified": case(
        "2.2",
        "The certificate was logged in the last second of the certificate log.",
        era=Era.E2024,
        at=RETIRED_AT,
        provenance=change(
            ct_logs=(SIGSTORE.ct_log_retired,), edit_sct=change(timestamp=int(RETIRED_AT.timestamp()) * 1000)
        ),
    ),
    "time-equal-to-the-log-key-s-end_verified": case(
        "2.2",
        "Logged in the last second of the log's key.",
        era=Era.E2024,
        at=RETIRED_AT - _MINUTE,
        provenance=change(log=SIGSTORE.rekor_retired, logged_at=RETIRED_AT),
    ),
    "time-equal-to-the-rekor-v2-key-s-end_verified": case(
        "2.2",
        "Stamped in the last second of the key of a Rekor v2 log.",
        era=Era.REKOR_V2,
        at=REKOR_V2_RETIRED_AT - _MINUTE,
        provenance=change(
            log=SIGSTORE.rekor_v2_retired, stamps=(Stamp(authority=SIGSTORE.tsa, at=REKOR_V2_RETIRED_AT),)
        ),
    ),
    "time-equal-to-the-npm-key-s-end_verified": case(
        "2.2",
        "Logged in the last second of the registry's key.",
        era=Era.E2024,
        at=NPM_KEY_RETIRED_AT - _MINUTE,
        publish=change(signer=SIGSTORE.npm_key_retired, logged_at=NPM_KEY_RETIRED_AT),
    ),
    "time-equal-to-the-timestamp-authority-s-end_verified": case(
        "2.2",
        "Stamped in the last second of the timestamp authority.",
        era=Era.E2024,
        at=RETIRED_AT - _MINUTE,
        provenance=change(stamps=(Stamp(authority=SIGSTORE.tsa_retired, at=RETIRED_AT),)),
    ),
    "tree-of-one-leaf_verified": case(
        "6.5",
        "The only entry of a log: its hash is the root, the proof is empty.",
        provenance=change(index=0, tree_size=1, edit_bundle=at(*PROOF, edit=_without_defaults)),
    ),
    "tree-whose-last-leaf-it-is_verified": case(
        "6.5",
        "The last leaf of a ragged tree has fewer hashes than the tree is high.",
        provenance=change(index=4, tree_size=5),
    ),
}

RIGHT: Cases = {**_KINDS, **_FORMS, **_BOUNDARIES}
