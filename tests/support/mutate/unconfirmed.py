"""What genuine signers may say otherwise, because nothing contradicts it; their claims do not become facts by it."""

from support.mutate.unauthenticated import Unauthenticated

_OPTIONAL = (
    "buildDefinition/internalParameters(/github(/(event_name|repository_id|repository_owner_id))?)?",
    "runDetails/metadata(/invocationId)?",
    "invocation/environment(/GITHUB_[A-Z_]+)?",
    "metadata(/buildInvocationId)?",
)
_FREE = (
    "invocation/parameters",
    "invocation/environment/GITHUB_(ACTOR_ID|REF_TYPE|RUN_NUMBER|TRIGGERING_ACTOR_ID)",
    "metadata/(completeness|reproducible)",
)
_NOT_IN_LEGACY_CERTIFICATES = (
    "metadata/buildInvocationId",
    "invocation/environment/GITHUB_(REPOSITORY_ID|REPOSITORY_OWNER_ID|RUN_ID|RUN_ATTEMPT|WORKFLOW_SHA)",
)
_UNCONFIRMED = frozenset({"unconfirmed"})
_CERTIFIED = frozenset(
    {
        "legacy_certificate",
        "owner_id",
        "ref",
        "repository_id",
        "run_url",
        "runner_environment",
        "trigger",
        "unconfirmed",
        "workflow",
        "workflow_ref",
    }
)


def _in_predicate(*paths: str) -> str:
    return f"statement/predicate/({'|'.join(paths)})"


UNCONFIRMED = (
    Unauthenticated(
        place="statement/subject/0/digest",
        how="add a .*",
        why="in-toto allows digests of several algorithms; SHA-512 is the one that is compared",
    ),
    Unauthenticated(
        place="statement/predicate(/.*)?",
        how="add a (null )?member.*|spell the key .*",
        why="what no rule knows is a claim that nothing confirms",
        always=False,
        differs=_UNCONFIRMED,
    ),
    Unauthenticated(
        place=_in_predicate(*_OPTIONAL),
        how="(drop|null|empty).*|wrap in an object",
        why="claims that may be missing: the facts come from the certificate",
        always=False,
        differs=_UNCONFIRMED,
    ),
    Unauthenticated(
        place=f"{_in_predicate(*_FREE)}(/.*)?",
        how=".*",
        why="the builder's own words, of which the certificate says nothing",
        always=False,
        differs=_UNCONFIRMED,
    ),
    Unauthenticated(
        subjects="statement-gha-v[01]",
        place=_in_predicate(*_NOT_IN_LEGACY_CERTIFICATES),
        how=".*",
        why="likewise, in certificates of early 2023",
        always=False,
        differs=_UNCONFIRMED,
    ),
    Unauthenticated(
        subjects="statement-gitlab",
        place=f"{_in_predicate('invocation/environment', 'invocation/configSource/entryPoint')}(/.*)?",
        how=".*",
        why="likewise, on GitLab",
        always=False,
        differs=_UNCONFIRMED,
    ),
    Unauthenticated(
        subjects="statement-gitlab",
        place="statement/predicate/builder/id",
        how="cut the end",
        why="likewise: another number is another runner of the same project",
        differs=_UNCONFIRMED | {"builder_id"},
    ),
    Unauthenticated(
        subjects="certificate-.*",
        place="certificate/(4|10|16|22)",
        how=".*",
        why="the workflow's name, the signer's commit, the owner, the visibility: the provenance repeats none of them",
        always=False,
    ),
    Unauthenticated(
        subjects="certificate-.*",
        place="certificate/.*",
        how="drop",
        why="older certificates say less; what is not certified is not a fact, but a claim that nothing confirms",
        always=False,
        differs=_CERTIFIED,
    ),
    Unauthenticated(
        subjects="certificate-(gha-v2|delegator)",
        place="certificate/(11|21)",
        how=".*",
        why="the certificate is the fact; this provenance names the runner not at all, and the run by its number",
        always=False,
        differs=_CERTIFIED,
    ),
    Unauthenticated(
        subjects="certificate-gitlab",
        place="certificate/(11|14|15|17|18|20)",
        how=".*",
        why="the certificate is the fact; GitLab's provenance repeats only the project, the commit and the job",
        always=False,
        differs=_CERTIFIED,
    ),
    Unauthenticated(
        subjects="entry-.*",
        place="entry/spec/(content/hash|envelopeHash)/value",
        how=".*",
        why="a hash of JSON whose exact text is lost",
        always=False,
    ),
    Unauthenticated(
        subjects="entry-.*",
        place="entry/spec/signatures/0/verifier",
        how="bytes: cut the last byte",
        why="a PEM block with or without a line break behind it",
    ),
    Unauthenticated(
        subjects="checkpoint-.*",
        place="checkpoint",
        how="line .* added at 3|line 2 twice",
        why="lines behind the root are signed extensions, of any content (C2SP tlog-checkpoint)",
        always=False,
    ),
    Unauthenticated(
        subjects="checkpoint-rekor-v1",
        place="checkpoint",
        how="origin: (another digit|cut the end)",
        why="another shard of the same log, by whose key it is signed",
    ),
)
"""Everything signed that may be otherwise: what no entry covers must not be verified."""
