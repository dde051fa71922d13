"""Steps 11.1 and 11.2: what the certificate says about the job, and whether it is a build's at all."""

from cryptography import x509

from provcheck.codes import Code
from support.cases.case import MALLORY, ZEROS, Cases, case, certified
from support.judging import PACKAGE
from support.mint import (
    GITLAB_BUILD,
    Build,
    BuildType,
    Identity,
    change,
    email_identity,
    github_identity,
    provenance_recipe,
)
from support.mint.eras import build_identity
from support.mint.identity import GITHUB_ISSUER

_MALLORY = f"https://github.com/{MALLORY}"


def _issued_to(uri: str, issuer: str) -> Identity:
    return Identity(names=(x509.UniformResourceIdentifier(uri),), claims={1: issuer, 8: issuer})


IDENTITY: Cases = {
    "certificate-of-two-issuers_invalid": case(
        "11.1",
        "The old and the new extension for the issuer (.1, .8) name different ones.",
        Code.CERTIFICATE_CONTRADICTORY,
        provenance=certified({1: "https://accounts.mallory.example"}),
    ),
    "certificate-of-two-triggers_invalid": case(
        "11.1",
        "The old and the new extension for the trigger (.2, .20) differ.",
        Code.CERTIFICATE_CONTRADICTORY,
        provenance=certified({2: "pull_request_target"}),
    ),
    "certificate-of-two-commits_invalid": case(
        "11.1",
        "The old and the new extension for the commit (.3, .13) differ.",
        Code.CERTIFICATE_CONTRADICTORY,
        provenance=certified({3: ZEROS}),
    ),
    "certificate-of-two-repositories_invalid": case(
        "11.1",
        "The old and the new extension for the repository (.5, .12) differ: one is checked, the other one shown.",
        Code.CERTIFICATE_CONTRADICTORY,
        provenance=certified({5: MALLORY}),
    ),
    "certificate-of-two-refs_invalid": case(
        "11.1",
        "The old and the new extension for the ref (.6, .14) differ.",
        Code.CERTIFICATE_CONTRADICTORY,
        provenance=certified({6: "refs/heads/main"}),
    ),
    "certificate-of-two-signers_invalid": case(
        "11.1",
        "The certificate's name is not the workflow that it says signs (.9).",
        Code.CERTIFICATE_CONTRADICTORY,
        provenance=certified({9: f"{_MALLORY}/.github/workflows/release.yml@refs/heads/main"}),
    ),
    "certificate-of-two-workflow-commits_invalid": case(
        "11.1",
        "The workflow is from another commit than the source (.19, .13).",
        Code.CERTIFICATE_CONTRADICTORY,
        provenance=certified({19: ZEROS}),
    ),
    "certificate-with-a-loose-end_invalid": case(
        "11.1",
        "Bytes after the text of an extension: readers that stop at the text see another value than those that do not.",
        Code.CERTIFICATE_MALFORMED,
        provenance=certified({12: b"\x0c\x04evil" + b"\x0c\x04more"}),
    ),
    "certificate-with-bare-text_invalid": case(
        "11.1",
        "Extensions from .8 on are DER; bare text could begin like DER of something else.",
        Code.CERTIFICATE_MALFORMED,
        provenance=certified({12: b"https://github.com/octo-org/widget"}),
    ),
    "certificate-without-a-repository_unsupported": case(
        "11.1",
        "Every known certificate of this CI system names the repository; this one may be of a new kind.",
        Code.CERTIFICATE_INCOMPLETE,
        provenance=certified({5: None, 12: None}),
    ),
    "certificate-of-a-person_invalid": case(
        "11.2",
        "Anyone with an e-mail address gets a certificate, and can sign provenance of anything.",
        Code.ISSUER_NOT_ALLOWED,
        provenance=change(signer=email_identity("mallory@mallory.example", "https://accounts.mallory.example")),
    ),
    "certificate-of-a-person-by-the-right-issuer_invalid": case(
        "11.2",
        "The issuer is right, but the certificate is for an e-mail address and not for a workflow.",
        Code.ISSUER_NOT_ALLOWED,
        provenance=change(signer=email_identity("mallory@mallory.example", GITHUB_ISSUER)),
    ),
    "certificate-of-another-ci-system_invalid": case(
        "11.2",
        "Fulcio certifies jobs of many CI systems; anyone may run jobs there.",
        Code.ISSUER_NOT_ALLOWED,
        provenance=change(signer=_issued_to("https://ci.mallory.example/widget", "https://ci.mallory.example")),
    ),
    "certificate-of-a-private-issuer_invalid": case(
        "11.2",
        "The issuer of one company's GitHub begins like the public one.",
        Code.ISSUER_NOT_ALLOWED,
        provenance=certified({1: f"{GITHUB_ISSUER}/mallory", 8: f"{GITHUB_ISSUER}/mallory"}),
    ),
    "gitlab-job-with-a-github-build-type_invalid": case(
        "11.2",
        "A job on GitLab claims to be a build on GitHub Actions.",
        Code.ISSUER_NOT_ALLOWED,
        provenance=change(signer=build_identity(GITLAB_BUILD, BuildType.GITLAB, provenance_recipe(PACKAGE).at)),
    ),
    "github-job-with-a-gitlab-build-type_invalid": case(
        "11.2",
        "A job on GitHub claims to be a build on GitLab.",
        Code.ISSUER_NOT_ALLOWED,
        build_type=BuildType.GITLAB,
        provenance=change(signer=github_identity(Build())),
    ),
}
