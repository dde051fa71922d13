"""A mint for npm attestations: a Sigstore and a registry of our own that sign whatever a test needs.

    package = Package.of("widget", "1.2.3", b"the tarball")
    right = response(package)
    wrong = response(package, provenance=change(edit_promise=put("logIndex", to=7)))

`response` gives the registry's answer of any era. Each of its attestations is made from a `Recipe`, which tells what is
signed, by whom, where it is logged and how it is presented, and has an edit for every step in between. Everything that
follows an edited step is made from the edited value with genuine signatures, so one edit makes one thing wrong.

`SIGSTORE` is the Sigstore that tests trust (`Sigstore.trusted_root`, `Sigstore.npm_keys`). `STRANGER` has the same
names and other keys: with ``change(authority=STRANGER.fulcio)`` another authority of that name issues the certificate.

Keys derive from labels, and signatures and serial numbers from what is signed, so every run mints the same bytes, and
what one recipe gives does not depend on what was minted before.
"""

from support.mint.authority import Authority, certify
from support.mint.certificates import (
    Certified,
    Extension,
    Template,
    alternative_names,
    basic_constraints,
    extended_key_usage,
    key_usage,
    repeat_extension,
    with_extension,
    without_extension,
)
from support.mint.crypto import P384, P521, ecdsa_key, ed25519_key
from support.mint.edits import Edit, Json, append, both, change, drop, put, same
from support.mint.entries import EntryKind
from support.mint.eras import REGISTRY, Era, bundle_recipe, provenance_recipe, publish_recipe, response
from support.mint.identity import (
    DELEGATED_BUILD,
    GITLAB_BUILD,
    Build,
    Identity,
    claim,
    email_identity,
    github_identity,
    gitlab_identity,
    legacy_github_identity,
)
from support.mint.recipe import BUNDLE_V01, BUNDLE_V02, BUNDLE_V03, BUNDLE_V03_OLD_SPELLING, Recipe, mint
from support.mint.registry_keys import RegistryKey
from support.mint.rekor import NoteSigner, Rekor, signed_note, witness
from support.mint.sigstore import (
    NPM_KEY_RETIRED_AT,
    REKOR_V2_RETIRED_AT,
    RETIRED_AT,
    SIGSTORE,
    STRANGER,
    Sigstore,
    new_sigstore,
)
from support.mint.statements import BuildType, Package, provenance_statement, publish_statement
from support.mint.timestamp import Stamp
from support.mint.trust import Window

__all__ = [
    "BUNDLE_V01",
    "BUNDLE_V02",
    "BUNDLE_V03",
    "BUNDLE_V03_OLD_SPELLING",
    "DELEGATED_BUILD",
    "GITLAB_BUILD",
    "NPM_KEY_RETIRED_AT",
    "P384",
    "P521",
    "REGISTRY",
    "REKOR_V2_RETIRED_AT",
    "RETIRED_AT",
    "SIGSTORE",
    "STRANGER",
    "Authority",
    "Build",
    "BuildType",
    "Certified",
    "Edit",
    "EntryKind",
    "Era",
    "Extension",
    "Identity",
    "Json",
    "NoteSigner",
    "Package",
    "Recipe",
    "RegistryKey",
    "Rekor",
    "Sigstore",
    "Stamp",
    "Template",
    "Window",
    "alternative_names",
    "append",
    "basic_constraints",
    "both",
    "bundle_recipe",
    "certify",
    "change",
    "claim",
    "drop",
    "ecdsa_key",
    "ed25519_key",
    "email_identity",
    "extended_key_usage",
    "github_identity",
    "gitlab_identity",
    "key_usage",
    "legacy_github_identity",
    "mint",
    "new_sigstore",
    "provenance_recipe",
    "provenance_statement",
    "publish_recipe",
    "publish_statement",
    "put",
    "repeat_extension",
    "response",
    "same",
    "signed_note",
    "with_extension",
    "without_extension",
    "witness",
]
