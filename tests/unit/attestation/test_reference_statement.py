"""The in-toto project's own types read a statement as ours do."""

import base64

import pytest
from google.protobuf import json_format
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement as ReferenceStatement

from provcheck.attestation.statement import parse_statement
from support.judging import PACKAGE, verify
from support.mint import BuildType, Era, mint, provenance_recipe


@pytest.mark.parametrize("build_type", BuildType)
def test_the_reference_reads_the_same(build_type: BuildType) -> None:
    bundle = mint(provenance_recipe(PACKAGE, Era.E2025, build_type=build_type))
    ours = parse_statement(verify(bundle))

    theirs = statement_pb2.Statement()
    json_format.Parse(base64.b64decode(bundle["dsseEnvelope"]["payload"]), theirs)
    if theirs.type == "https://in-toto.io/Statement/v1":
        ReferenceStatement.copy_from_pb(theirs).validate()

    (subject,) = theirs.subject
    assert (theirs.type, theirs.predicate_type) == (ours.type, ours.predicate_type)
    assert (subject.name, subject.digest["sha512"]) == (ours.subject_name, ours.subject_sha512.hex())
    assert json_format.MessageToDict(theirs.predicate) == ours.predicate
