"""Memory stays bounded, whatever a registry answers, and however often."""

import gzip
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from provcheck.app import RunOptions, check_lockfiles
from provcheck.jsonio import MAX_BYTES
from provcheck.model import ExitCode
from provcheck.registry.npmrc import PUBLIC_REGISTRY
from support.loopback import ATTESTATIONS, Answer, Loopback, gzip_bomb
from support.measured import run_measured
from support.mint import Package, change, put, response
from support.minted_project import minted_trust, publish, write_project
from support.schema import assert_valid_report

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="measured with getrusage")

LIMIT = 400 * 1024 * 1024
"""Bytes. Measured: 60 MiB on usual answers, up to 280 MiB on those below, however many.

A run that holds as many of them as it asks for at once has a peak of one to three GiB, and more with every package.
"""
PACKAGE = Package.of("widget", "1.2.3", b"the tarball of widget@1.2.3")
OF_EACH = 4
"""How many packages get an answer of each kind."""


def right() -> bytes:
    return response(PACKAGE, registry=PUBLIC_REGISTRY)


def padded(padding: str) -> bytes:
    """Return the right answer with a field that nobody knows, of the largest accepted size."""
    answer = right()[:-1]
    room = MAX_BYTES - len(answer) - 20
    return answer + f',"padding":"{padding * (room // len(padding.encode()))}"}}'.encode()


def labelled() -> bytes:
    """Return the right answer with a label of megabytes."""
    return right().replace(b'"predicateType":"', b'"predicateType":"' + b"x" * 10_000_000, 1)


def signed(*path: str | int) -> bytes:
    """Return an answer that verifies, and in whose statement is a text of megabytes."""
    edit = put(*path, to="x" * 5_000_000)
    return response(PACKAGE, registry=PUBLIC_REGISTRY, provenance=change(edit_statement=edit))


def many(value: bytes) -> bytes:
    """Return an answer that is small as bytes and large as values."""
    return b'{"attestations": [' + (value + b",") * (MAX_BYTES // (len(value) + 1) - 20) + b"{}]}"


def packed(body: bytes) -> Answer:
    return Answer(status=200, headers=(("Content-Encoding", "gzip"),), body=gzip.compress(body, 1))


def plain(body: bytes) -> Answer:
    return Answer(status=200, body=body)


ANSWERS: Mapping[str, tuple[Callable[[], Answer], str, str]] = {
    "bomb": (lambda: gzip_bomb(200_000_000), "unavailable", "registry-response-malformed"),
    "junk": (lambda: plain(b"x" * MAX_BYTES), "unavailable", "registry-response-malformed"),
    "lists": (lambda: packed(many(b"[]")), "unavailable", "registry-response-malformed"),
    "objects": (lambda: packed(many(b'{"a":{}}')), "unavailable", "registry-response-malformed"),
    "padded": (lambda: plain(padded("x")), "invalid", "subject-name-mismatch"),
    "emoji": (lambda: packed(padded("\N{SPARKLES}\N{PILE OF POO}")), "invalid", "subject-name-mismatch"),
    "label": (lambda: plain(labelled()), "invalid", "predicate-type-mismatch"),
    "predicate": (lambda: plain(signed("predicate", "padding")), "invalid", "subject-name-mismatch"),
    "subject": (lambda: plain(signed("subject", 0, "name")), "invalid", "subject-name-mismatch"),
}
"""Of the largest accepted size or near it, when they are unpacked; with the verdict and a code that they lead to."""


def test_every_answer_is_as_large_as_can_be(tmp_path: Path) -> None:
    names = {f"{kind}-{number}": kind for number in range(OF_EACH) for kind in ANSWERS}
    lockfile = write_project(
        tmp_path, tuple(Package(name=name, version="1.2.3", sha512=PACKAGE.sha512) for name in names)
    )
    options = ["--format", "json", "--evidence", str(tmp_path / "evidence"), *minted_trust(tmp_path)]
    with Loopback() as registry:
        for kind, (make, _, _) in ANSWERS.items():
            registry.misbehave(make(), at=f"{ATTESTATIONS}{kind}-")
        online = run_measured(tmp_path, "lockfile", lockfile, "--registry", registry.url, *options)
        offline = run_measured(tmp_path, "lockfile", lockfile, "--registry", registry.url, *options, "--offline")

    assert (online.code, offline.code) == (ExitCode.FINDINGS, ExitCode.FINDINGS), online.err + offline.err
    assert max(online.peak, offline.peak) < LIMIT
    report, again = json.loads(online.out), json.loads(offline.out)
    assert_valid_report(report)
    for item, same in zip(report["dependencies"], again["dependencies"], strict=True):
        _, verdict, code = ANSWERS[names[item["name"]]]
        assert item["verdict"] == verdict
        assert code in {reason["code"] for reason in item["reasons"]}
        assert same == item or same["reasons"][0]["code"] == "evidence-missing"
    assert len(online.out) < 1_000_000, "what is of megabytes is not repeated"


def test_usual_answers_take_little(tmp_path: Path) -> None:
    """So that the limit above says something."""
    lockfile = write_project(tmp_path)
    with Loopback() as registry:
        publish(registry)
        measured = run_measured(tmp_path, "lockfile", lockfile, "--registry", registry.url, *minted_trust(tmp_path))

    assert measured.code == ExitCode.OK, measured.err
    assert measured.peak < LIMIT / 4


def test_a_report_keeps_no_statements(tmp_path: Path) -> None:
    lockfile = write_project(tmp_path)
    trust = [Path(option) for option in minted_trust(tmp_path)[1::2]]
    with Loopback() as registry:
        publish(registry)
        options = RunOptions(
            registry=registry.url, trusted_root=trust[0], npm_keys=trust[1], evidence=tmp_path / "evidence"
        )
        report = check_lockfiles([lockfile], options=options)

    signatures = [result.signature for judgement in report.judgements for result in judgement.attestations]
    assert signatures
    assert all(signature is not None and signature.payload == b"" for signature in signatures)
