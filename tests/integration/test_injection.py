"""Nothing that comes from outside takes effect where it is shown: on a terminal, in a log, in a report.

The same hostile text stands wherever somebody else can put one: in what a CI system certified, in what was signed, in
what the registry says and how it says it, in the lockfile, and in the names of files.
"""

import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import stamina

from provcheck.model import ExitCode
from provcheck.registry.npmrc import PUBLIC_REGISTRY
from support.command import run_command, run_on_terminal
from support.loopback import ATTESTATIONS, Answer, Fault, Loopback, Raw, redirect, too_many_requests
from support.mint import (
    Build,
    Edit,
    Package,
    Recipe,
    both,
    change,
    claim,
    email_identity,
    put,
    response,
)
from support.minted_project import WIDGET, minted_trust, publish, write_project
from support.schema import assert_valid_report

HOSTILE: Mapping[str, str] = {
    "escape sequences": "evil\x1b[2J\x1b[1;31mevil\x1b]8;;https://evil.example\x1b\\evil\x1b]0;evil\x07",
    "escape sequences of one byte": "evil\x9b2J\x9d0;evil\x9c",
    "lines": "evil\r\nevil\n::error::evil\n\nexit 0: evil",
    "lines of Unicode": "evil\u2028evil\u2029evil\x85evil\x0bevil\x0cevil",
    "control characters": "evil\x00\x08\x08\x08\x08evil\x7f",
    "directions": "evil\u202elive\u2066evil\u2069\u200f",
    "invisible": "evil\u200b\u00ad\ufeff\u2060\U000e0041\u3164evil",
    "combining": "evil" + "\u0301" * 20,
    "commands of GitHub": "::error file=evil::evil" + " ::error::evil" * 10,
    "commands of runners": "##[error]evil ##vso[task.setvariable variable=evil]evil",
    "markup of a terminal": "[bold red]evil[/] [link=https://evil.example]evil[/link] :skull:",
    "HTML": "<script>evil</script><img src=x onerror=evil>&lt;",
    "Markdown": "](javascript:evil) ![evil](https://evil.example/evil.png) | `evil` |\\",
    "formula": '=HYPERLINK("https://evil.example";"evil")+cmd|\' /C evil\'!A1',
}

_COLOR = re.compile(r"\x1b\[[0-9;]*m")
_LINK = re.compile(r"\x1b\]8;;((?:https://(?:github|gitlab)\.com/[!-~]*)?)\x1b\\")
_START = re.compile(r"evil|[^ \w{}]| *::")
"""How no line may start: with something from outside, a formula, a heading, a tag, or a command to a CI runner."""


def assert_harmless(text: str) -> None:
    """Fail if anything in ``text`` does something, other than ending a line."""
    assert text.endswith("\n") or not text
    for line in text.split("\n"):
        assert line.isprintable(), ascii(line)
        assert not any(unicodedata.category(char).startswith(("M", "C")) for char in line), ascii(line)
        assert not _START.match(line), ascii(line)
        assert not re.search(r"##(\[|vso|teamcity)", line), ascii(line)


def assert_harmless_on_terminal(text: str) -> None:
    """Fail if anything does something, other than ending a line, changing the colour or linking to a known place."""
    assert_harmless(_LINK.sub("", _COLOR.sub("", text)))


def assert_harmless_json(text: str) -> None:
    """Fail unless ``text`` is JSON of visible ASCII characters, spaces and line feeds."""
    assert text.isascii()
    assert_harmless(text)


# ---- what the registry serves --------------------------------------------------------------------------------------

SIGNER = "octo-org/shared/.github/workflows/publish.yml@refs/heads/main"
"""Another workflow than the build's own, for certificates: their name must be ASCII."""


def build_of(text: str) -> Build:
    """Return a build that CI certifies, and about which somebody could choose everything."""
    return Build(
        ref=f"refs/heads/{text}",
        workflow=f".github/workflows/{text}",
        workflow_name=text,
        trigger=text,
        signer=SIGNER,
        signer_commit="0" * 40,
    )


def in_statement(*path: str | int, to: object) -> Edit[Recipe]:
    return change(edit_statement=put(*path, to=to))


def in_bundle(*path: str | int, to: object) -> Edit[Recipe]:
    return change(edit_bundle=put(*path, to=to))


def served_places(text: str) -> Mapping[str, Callable[[Package], bytes]]:
    """Return how to make answers with ``text`` in them, by where it stands."""

    def made(**edits: Any) -> Callable[[Package], bytes]:  # noqa: ANN401 - of many types
        return lambda package: response(package, registry=PUBLIC_REGISTRY, **edits)

    definition = ("predicate", "buildDefinition")
    answers = {
        "fact": made(build=build_of(text)),
        "claim": made(provenance=in_statement("predicate", f"{text} 1", to=text)),
        "claimed-value": made(provenance=in_statement(*definition, "resolvedDependencies", 0, "name", to=text)),
        "contradiction": made(
            provenance=in_statement(*definition, "internalParameters", "github", "event_name", to=text)
        ),
        "issuer": made(provenance=change(edit_identity=both(claim(1, text), claim(8, text)))),
        "label": made(edit=put("attestations", 1, "predicateType", to=text)),
        "predicate-type": made(
            provenance=in_statement("predicateType", to=text), edit=put("attestations", 1, "predicateType", to=text)
        ),
        "statement-type": made(provenance=in_statement("_type", to=text)),
        "subject": made(provenance=in_statement("subject", 0, "name", to=text)),
        "statement-field": made(provenance=in_statement(text, to=1)),
        "build-type": made(provenance=in_statement(*definition, "buildType", to=text)),
        "builder": made(provenance=in_statement("predicate", "runDetails", "builder", "id", to=text)),
        "payload-type": made(provenance=change(payload_type=text)),
        "media-type": made(provenance=in_bundle("mediaType", to=text)),
        "bundle-field": made(provenance=in_bundle(text, to=1)),
        "entry-kind": made(
            provenance=in_bundle("verificationMaterial", "tlogEntries", 0, "kindVersion", "kind", to=text)
        ),
        "log-index": made(provenance=in_bundle("verificationMaterial", "tlogEntries", 0, "logIndex", to=text)),
        "note": made(provenance=change(edit_checkpoint=lambda note: text + note)),
        "key": made(publish=in_bundle("verificationMaterial", "publicKey", "hint", to=text)),
        "twice": lambda _: b"{%s: 1, %s: 2}" % ((json.dumps(text).encode(),) * 2),
        "no-json": lambda _: text.encode(),
    }
    if text.isascii():
        answers |= {
            "identity": made(build=Build(ref=f"refs/heads/{text}", workflow=f".github/workflows/{text}")),
            "person": made(provenance=change(signer=email_identity("person@mail.example", text))),
        }
    return answers


def misbehaviours(text: str) -> Mapping[str, Fault]:
    """Return exchanges with ``text`` in their heads, as far as that is possible, and in their bodies."""
    raw = text.encode()
    header = "".join(char for char in text if char not in "\r\n\0").encode().decode("latin-1")
    return {
        "reason": Raw(data=b"HTTP/1.1 500 " + raw + b"\r\nContent-Length: 0\r\n\r\n"),
        "status": Raw(data=b"HTTP/1.1 " + raw + b"\r\n\r\n"),
        "location": redirect(f"http://127.0.0.1:1/{header}"),
        "location-host": redirect(f"http://{header}/"),
        "location-scheme": redirect(header),
        "challenge": Answer(status=401, headers=(("WWW-Authenticate", f"Basic realm={header}"),), body=raw),
        "wait": too_many_requests(retry_after=header),
        "packing": Answer(status=200, headers=(("Content-Encoding", header),)),
        "page": Answer(status=200, body=raw),
        "error": Answer(status=400, body=raw),
        "forbidden": Answer(status=403, body=raw),
    }


class Project:
    """A project with one package for each place where hostile text can stand, and the command."""

    def __init__(self, registry: Loopback, folder: Path, text: str) -> None:
        places = [*served_places(text), *misbehaviours(text)]
        packages = {place: Package.of(place, "1.0.0", place.encode()) for place in places}
        for place, make in served_places(text).items():
            registry.publish(place, "1.0.0", attestations=make(packages[place]))
        for place, fault in misbehaviours(text).items():
            registry.misbehave(fault, at=f"{ATTESTATIONS}{place}@")
        self.lockfile = write_project(folder, tuple(packages.values()))
        self._options = ["--registry", registry.url, "--evidence", str(folder / "evidence"), *minted_trust(folder)]

    def arguments(self, *options: str) -> list[str]:
        """Return the arguments of the command."""
        return ["lockfile", str(self.lockfile), *self._options, *options]


@pytest.fixture
def registry() -> Iterator[Loopback]:
    with Loopback() as running, stamina.set_testing(True):
        yield running


@pytest.fixture(params=list(HOSTILE.values()), ids=list(HOSTILE))
def text(request: pytest.FixtureRequest) -> str:
    hostile: str = request.param
    return hostile


@pytest.fixture
def project(registry: Loopback, tmp_path: Path, text: str) -> Project:
    return Project(registry, tmp_path, text)


VIEWS = [[], ["--verbose"], ["--quiet"]]


def test_in_a_log(project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for view, columns in [*((view, "") for view in VIEWS), (["--verbose"], "50")]:
        monkeypatch.setenv("COLUMNS", columns)
        result = run_command(capsys, *project.arguments(*view))

        assert result.code == ExitCode.FINDINGS
        assert_harmless(result.out)
        assert result.err == ""
        assert "evil" in result.out


def test_on_a_terminal(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    for view in VIEWS:
        result = run_on_terminal(monkeypatch, *project.arguments(*view))

        assert result.code == ExitCode.FINDINGS
        assert_harmless_on_terminal(result.out)
        assert "evil" not in result.err, "the progress bar shows numbers"
        assert "\x1b[" in result.out


def test_in_json(project: Project, capsys: pytest.CaptureFixture[str], text: str) -> None:
    result = run_command(capsys, *project.arguments("--format", "json"))

    assert_harmless_json(result.out)
    report = json.loads(result.out)
    assert_valid_report(report)
    found = {item["name"]: item for item in report["dependencies"]}
    fact = found["fact"]
    assert fact["verdict"] == "verified"
    assert (fact["origin"]["ref"], fact["origin"]["trigger"]) == (f"refs/heads/{text}", text), "exactly"
    assert found["claim"]["verdict"] == "verified"
    elsewhere = {"location-scheme"}  # may be a relative address, where there is nothing
    others = found.keys() - {"fact", "claim", "claimed-value", "identity"} - elsewhere
    assert {found[name]["verdict"] for name in others} == {"invalid", "unsupported", "unavailable"}


# ---- what the lockfile says ----------------------------------------------------------------------------------------

PLACES_IN_LOCKFILE: Mapping[str, Callable[[str], bytes]] = {
    "location": lambda text: lockfile_of({text: {"version": "1.0.0"}}),
    "package": lambda text: lockfile_of({f"node_modules/{text}": {"version": "1.0.0"}}),
    "scope": lambda text: lockfile_of({f"node_modules/@{text}/evil": {"version": "1.0.0"}}),
    "name": lambda text: lockfile_of({"node_modules/alias": {"name": text, "version": "1.0.0"}}),
    "version": lambda text: lockfile_of({"node_modules/a": {"version": f"1.0.0-{text}"}}),
    "resolved": lambda text: lockfile_of({"node_modules/a": {"version": "1.0.0", "resolved": text}}),
    "address": lambda text: lockfile_of(
        {"node_modules/a": {"version": "1.0.0", "resolved": f"https://evil.example/a/-/a-1.0.0.tgz?{text}"}}
    ),
    "git": lambda text: lockfile_of({"node_modules/a": {"version": "1.0.0", "resolved": f"git+ssh://git@evil/{text}"}}),
    "link": lambda text: lockfile_of({"node_modules/a": {"link": True, "resolved": text}}),
    "integrity": lambda text: lockfile_of({"node_modules/a": {"version": "1.0.0", "integrity": text}}),
    "request": lambda text: lockfile_of(
        {"": {"dependencies": {"a": text, text: "1"}}, "node_modules/a": {"version": "1.0.0"}}
    ),
    "type": lambda text: lockfile_of({"node_modules/a": {"version": "1.0.0", text: {}, "dependencies": {text: 1}}}),
    "carrier": lambda text: lockfile_of(
        {
            f"node_modules/{text}": {"version": "1.0.0", "bundleDependencies": ["b"]},
            f"node_modules/{text}/node_modules/b": {"version": "1.0.0", "inBundle": True},
        }
    ),
    "first version": lambda text: json.dumps(
        {"lockfileVersion": 1, "dependencies": {"a": {"version": text}, "b": {"version": "1.0.0", "resolved": text}}}
    ).encode(),
    "format": lambda text: json.dumps({"lockfileVersion": text}).encode(),
    "twice": lambda text: b'{"packages": {%s: {}, %s: {}}}' % ((json.dumps(text).encode(),) * 2),
    "no JSON": lambda text: text.encode(),
}


def lockfile_of(packages: Mapping[str, Any]) -> bytes:
    """Return a lockfile with these entries, and one that nothing is wrong with."""
    good = {"version": "1.0.0", "integrity": f"sha512-{'A' * 86}=="}
    return json.dumps({"lockfileVersion": 3, "packages": {**packages, "node_modules/good": good}}).encode()


def test_in_a_lockfile(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    lockfile = tmp_path / "package-lock.json"
    options = ["--offline", "--evidence", str(tmp_path / "evidence"), *minted_trust(tmp_path)]
    for place, make in PLACES_IN_LOCKFILE.items():
        lockfile.write_bytes(make(text))
        for view in ("--verbose", "--format=json"):
            result = run_command(capsys, "lockfile", lockfile, *options, view)

            assert result.code in {ExitCode.FINDINGS, ExitCode.USAGE, ExitCode.INCOMPLETE}, place
            assert_harmless(result.err)
            (assert_harmless_json if view == "--format=json" else assert_harmless)(result.out)


# ---- what files and arguments are called ---------------------------------------------------------------------------


def file_name(text: str) -> str:
    """Return ``text`` as far as a file can have it as its name."""
    return text.translate(dict.fromkeys(map(ord, "/\0" if os.name == "posix" else '/\0\\:*?"<>|' + CONTROLS)))


CONTROLS = "".join(map(chr, range(32)))


def test_in_the_name_of_a_folder(
    registry: Loopback, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    publish(registry)
    folder = tmp_path / file_name(text)
    lockfile = write_project(folder)
    options = ["--registry", registry.url, "--evidence", str(folder / "evidence"), *minted_trust(folder)]
    for view in ([], ["--verbose"], ["--format=json"], ["--output", str(folder / "report.txt")]):
        result = run_command(capsys, "lockfile", lockfile, *options, *view)

        assert result.code == ExitCode.OK
        assert_harmless(result.out)
        assert_harmless(result.err)
    assert_harmless((folder / "report.txt").read_text(encoding="utf-8"))


def test_in_the_names_of_files_that_are_not_there(
    registry: Loopback, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    missing = str(tmp_path / file_name(text))
    lockfile = str(write_project(tmp_path))
    for arguments in (
        ["lockfile", missing],
        ["lockfile", lockfile, "--offline", "--trusted-root", missing],
        ["lockfile", lockfile, "--offline", "--npm-keys", missing],
        ["lockfile", lockfile, "--offline", "--output", f"{missing}/report.txt"],
        ["attestation", missing, "--package", "a@1.0.0", "--integrity", f"sha512-{'A' * 86}=="],
        ["attestation", lockfile, "--package", text, "--tarball", missing],
        ["bundle", missing, missing],
        ["cache", "info", "--evidence", missing],
    ):
        result = run_command(capsys, *arguments)

        assert_harmless(result.out)
        assert_harmless(result.err)


@pytest.mark.parametrize(
    "arguments",
    [
        ["{}"],
        ["lockfile", "--{}"],
        ["lockfile", "--timeout", "{}"],
        ["lockfile", "--format", "{}"],
        ["lockfile", "--fail-on", "{}"],
        ["lockfile", "--omit", "{}"],
        ["lockfile", "--registry", "{}"],
        ["attestation", "x", "--package", "{}", "--integrity", "x"],
        ["attestation", "x", "--package", "a@1", "--integrity", "{}"],
        ["policy", "explain", "{}"],
    ],
    ids=" ".join,
)
def test_in_arguments(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, arguments: list[str]) -> None:
    lockfile = [str(write_project(tmp_path)), "--offline"] if arguments[0] == "lockfile" else []

    result = run_command(capsys, *(argument.format(text) for argument in arguments), *lockfile)

    assert result.code == ExitCode.USAGE
    assert result.out == ""
    assert_harmless(result.err)


# ---- one saved response --------------------------------------------------------------------------------------------


def test_in_a_saved_response(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    saved = tmp_path / "response.json"
    what = ["--package", f"{WIDGET.name}@{WIDGET.version}", "--integrity", WIDGET.integrity, *minted_trust(tmp_path)]
    for make in served_places(text).values():
        saved.write_bytes(make(WIDGET))
        for view in ("--verbose", "--format=json"):
            result = run_command(capsys, "attestation", saved, *what, view)

            assert_harmless(result.out)
            assert_harmless(result.err)
