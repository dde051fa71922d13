"""`provcheck bundle`: envelopes and plain signatures, certificates and keys, right and wrong."""

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from support.command import Result, run_command
from support.mint import (
    P384,
    SIGSTORE,
    STRANGER,
    Edit,
    Era,
    Json,
    Package,
    Recipe,
    bundle_recipe,
    change,
    ecdsa_key,
    email_identity,
    mint,
    provenance_recipe,
    put,
)
from support.schema import assert_valid_document

ARTIFACT = b"the artifact\n"
IDENTITY = "maintainer@octo.example"
ISSUER = "https://accounts.octo.example"
PERSON = email_identity(IDENTITY, ISSUER)
WORKFLOW = ["--certificate-identity", IDENTITY, "--certificate-oidc-issuer", ISSUER]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A folder with an artifact, a trusted root and a key, in which bundles are checked."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def check(self, bundle: Json, *options: str | Path, artifact: str | Path | None = None) -> Result:
        file = self.folder / "bundle.json"
        file.write_text(json.dumps(bundle))
        trust: list[str | Path] = ["--trusted-root", self.folder / "trusted_root.json", "--offline", "--format", "json"]
        return run_command(self.capsys, "bundle", file, artifact or self.folder / "artifact", *options, *trust)

    def key(self, key: ec.EllipticCurvePublicKey) -> Path:
        file = self.folder / "key.pem"
        file.write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        return file


@pytest.fixture
def bench(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Bench:
    (tmp_path / "artifact").write_bytes(ARTIFACT)
    (tmp_path / "trusted_root.json").write_bytes(SIGSTORE.trusted_root())
    return Bench(folder=tmp_path, capsys=capsys)


def outcome(result: Result) -> tuple[int, str, list[str]]:
    report: dict[str, Any] = json.loads(result.out)
    assert_valid_document(report)
    assert report["schema"] == "provcheck.bundle/v1"
    assert report["exit_code"] == result.code
    return result.code, report["verdict"], [reason["code"] for reason in report["reasons"]]


VERIFIED: tuple[int, str, list[str]] = (0, "verified", [])


def signed_by_person() -> Recipe:
    return bundle_recipe(ARTIFACT, PERSON, Era.E2025)


@pytest.mark.parametrize("era", Era)
@pytest.mark.parametrize("leaf_key", [ecdsa_key("leaf"), ecdsa_key("leaf", P384)], ids=["p256", "p384"])
def test_plain_signature_of_a_person(bench: Bench, era: Era, leaf_key: ec.EllipticCurvePrivateKey) -> None:
    bundle = mint(replace(bundle_recipe(ARTIFACT, PERSON, era), leaf_key=leaf_key))

    result = bench.check(bundle, *WORKFLOW)

    assert outcome(result) == VERIFIED
    assert json.loads(result.out)["certificate"]["subject_alternative_name"] == IDENTITY


@pytest.mark.parametrize("era", Era)
def test_artifact_as_a_digest(bench: Bench, era: Era) -> None:
    bundle = mint(bundle_recipe(ARTIFACT, PERSON, era))
    known = f"sha256:{hashlib.sha256(ARTIFACT).hexdigest()}"

    assert outcome(bench.check(bundle, *WORKFLOW, artifact=known)) == VERIFIED


@pytest.mark.parametrize("era", Era)
def test_signature_by_a_key(bench: Bench, era: Era) -> None:
    recipe = bundle_recipe(ARTIFACT, SIGSTORE.npm_key, era)

    key = bench.key(SIGSTORE.npm_key.key.public_key())
    assert outcome(bench.check(mint(recipe), "--key", key)) == VERIFIED

    key = bench.key(STRANGER.npm_key.key.public_key())
    assert outcome(bench.check(mint(recipe), "--key", key))[:2] == (1, "invalid")


@pytest.mark.parametrize("era", Era)
def test_envelope(bench: Bench, era: Era) -> None:
    package = Package.of("widget", "1.2.3", ARTIFACT)
    bundle = mint(replace(provenance_recipe(package, era), signer=PERSON))

    assert outcome(bench.check(bundle, *WORKFLOW)) == VERIFIED

    other = bench.folder / "other"
    other.write_bytes(b"another artifact")
    assert outcome(bench.check(bundle, *WORKFLOW, artifact=other)) == (1, "invalid", ["artifact-mismatch"])


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        pytest.param(
            change(edit_bundle=put("messageSignature", "messageDigest", "digest", to="AA==")),
            "artifact-mismatch",
            id="digest",
        ),
        pytest.param(change(signing_key=ecdsa_key("another")), "message-signature-invalid", id="signature"),
        pytest.param(change(authority=STRANGER.fulcio), "certificate-untrusted", id="authority"),
        pytest.param(change(log=STRANGER.rekor), "log-unknown", id="log"),
    ],
)
def test_wrong_signature(bench: Bench, edit: Edit[Recipe], code: str) -> None:
    bundle = mint(edit(bundle_recipe(ARTIFACT, PERSON, Era.E2024)))

    assert outcome(bench.check(bundle, *WORKFLOW)) == (1, "invalid", [code])


@pytest.mark.parametrize(
    "expected",
    [
        ("Maintainer@octo.example", ISSUER),
        ("octo.example", ISSUER),
        (IDENTITY, f"{ISSUER}/"),
        (".*", ".*"),
        ("", ISSUER),
    ],
)
def test_identity_is_compared_exactly(bench: Bench, expected: tuple[str, str]) -> None:
    bundle = mint(signed_by_person())
    options = ["--certificate-identity", expected[0], "--certificate-oidc-issuer", expected[1]]

    assert outcome(bench.check(bundle, *options)) == (1, "invalid", ["identity-mismatch"])


def test_certificate_where_a_key_is_expected_and_the_reverse(bench: Bench) -> None:
    key = bench.key(SIGSTORE.npm_key.key.public_key())

    by_person = bench.check(mint(signed_by_person()), "--key", key)
    by_key = bench.check(mint(bundle_recipe(ARTIFACT, SIGSTORE.npm_key, Era.E2025)), *WORKFLOW)

    assert outcome(by_person) == (1, "invalid", ["signer-kind-mismatch"])
    assert outcome(by_key) == (1, "invalid", ["key-unknown"])


def test_digest_that_the_signature_does_not_cover(bench: Bench) -> None:
    bundle = mint(signed_by_person())

    result = bench.check(bundle, *WORKFLOW, artifact=f"sha512:{'0' * 128}")

    assert outcome(result) == (3, "unsupported", ["artifact-digest-missing"])


def test_unknown_version_is_unsupported(bench: Bench) -> None:
    bundle = mint(
        change(edit_bundle=put("mediaType", to="application/vnd.dev.sigstore.bundle.v0.9+json"))(signed_by_person())
    )

    assert outcome(bench.check(bundle, *WORKFLOW)) == (3, "unsupported", ["bundle-version-unsupported"])


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--certificate-identity", IDENTITY],
        ["--certificate-oidc-issuer", ISSUER],
        ["--key", "missing.pem"],
        [*WORKFLOW, "--key", "missing.pem"],
    ],
)
def test_bad_usage(bench: Bench, options: list[str]) -> None:
    result = bench.check(mint(signed_by_person()), *options)

    assert (result.code, result.out) == (2, "")


@pytest.mark.parametrize("artifact", ["missing", "sha256:00", "sha256:" + "g" * 64])
def test_artifact_that_cannot_be_read(bench: Bench, artifact: str) -> None:
    assert bench.check(mint(signed_by_person()), *WORKFLOW, artifact=artifact).code == 2


def test_text_report(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    file = bench.folder / "bundle.json"
    file.write_text(json.dumps(mint(signed_by_person())))
    trust: list[str | Path] = ["--trusted-root", bench.folder / "trusted_root.json", "--offline"]

    result = run_command(capsys, "bundle", file, bench.folder / "artifact", *WORKFLOW, *trust)

    assert result.code == 0
    assert "VERIFIED" in result.out
    assert f"signed by    {IDENTITY}\n" in result.out
