"""Wires the stages: lockfiles to dependencies, evidence to verdicts, verdicts to a report."""

import base64
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from provcheck.attestation.response import parse_response
from provcheck.attestation.verifier import Verifier
from provcheck.binding import needs_metadata
from provcheck.context import Context, Project, open_context
from provcheck.errors import MalformedError, UsageError
from provcheck.files import read_bounded, read_digests
from provcheck.gather import Answer, Question, gather
from provcheck.integrity import parse_integrity
from provcheck.judge import judge, judge_local
from provcheck.lockfile import find_lockfiles, read_lockfile
from provcheck.model import Dependency, Judgement, Lockfile, Report, Scope, Served, Source
from provcheck.options import Omit, RunOptions
from provcheck.outcome import decide, decide_strictly
from provcheck.registry.npmrc import PUBLIC_REGISTRY

__all__ = ["NoProgress", "Omit", "Progress", "RunOptions", "check_attestation", "check_lockfiles"]


class Progress(Protocol):
    """Is told how far a run is."""

    def start(self, total: int) -> None:
        """Begin: ``total`` dependencies are to be judged."""

    def advance(self, judgement: Judgement) -> None:
        """One more is judged."""

    def stop(self) -> None:
        """End, whether or not all were judged."""


class NoProgress:
    """A `Progress` that shows nothing."""

    def start(self, total: int) -> None:
        """Begin."""

    def advance(self, judgement: Judgement) -> None:
        """One more is judged."""

    def stop(self) -> None:
        """End."""


def check_lockfiles(
    paths: Sequence[Path] = (),
    *,
    options: RunOptions = RunOptions(),  # noqa: B008 - immutable
    omit: frozenset[Omit] = frozenset(),
    progress: Progress | None = None,
) -> Report:
    """Return the report on every dependency in the lockfiles.

    Args:
        paths: lockfiles, or folders that contain one; none: the current folder.
        options: see `RunOptions`.
        omit: kinds of dependency to leave out.
        progress: is told about every verdict.

    Raises:
        UsageError: a file cannot be read, or there is nothing to check.
        MalformedError: a lockfile or npm's configuration is malformed.
        TrustError: the trust material cannot be used.
    """
    started = time.monotonic()
    lockfiles = tuple(_omitting(read_lockfile(path), omit) for path in _find(paths))
    if not any(lockfile.dependencies for lockfile in lockfiles):
        raise UsageError("there is nothing to check", where=", ".join(lockfile.path for lockfile in lockfiles))
    progress = progress or NoProgress()
    with open_context(options) as context:
        judgements = _judge_all(lockfiles, context, options, progress)
        exit_code, exit_reason = decide(judgements, options.fail_on)
        return Report(
            lockfiles=lockfiles,
            registry=context.project(Path(lockfiles[0].path).parent).config.registry,
            trust=context.trust_info(),
            generated=datetime.now(UTC),
            duration=time.monotonic() - started,
            judgements=judgements,
            exit_code=exit_code,
            exit_reason=exit_reason,
            fail_on=options.fail_on,
            notes=context.notes(),
        )


def _find(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths or (Path(),):
        if not path.is_dir():
            found.append(path)
            continue
        lockfiles = find_lockfiles(path)
        if not lockfiles:
            hint = "Run `npm install --package-lock-only` to make one, or name the lockfile."
            raise UsageError("no package-lock.json or npm-shrinkwrap.json here", where=str(path), hint=hint)
        found.extend(lockfiles)
    return list(dict.fromkeys(found))


def _omitting(lockfile: Lockfile, omit: frozenset[Omit]) -> Lockfile:
    """Leave out what ``npm install --omit`` would not install."""
    if not omit:
        return lockfile
    kept = tuple(dependency for dependency in lockfile.dependencies if not _is_omitted(dependency.scope, omit))
    return replace(lockfile, dependencies=kept)


def _is_omitted(scope: Scope, omit: frozenset[Omit]) -> bool:
    return (
        (scope.dev and Omit.DEV in omit)
        or (scope.optional and Omit.OPTIONAL in omit)
        or (scope.peer and Omit.PEER in omit)
        or (scope.dev_optional and {Omit.DEV, Omit.OPTIONAL} <= omit)
    )


def _judge_all(
    lockfiles: Sequence[Lockfile], context: Context, options: RunOptions, progress: Progress
) -> tuple[Judgement, ...]:
    """Judge every dependency in this thread, while others fetch; the verdicts have the lockfiles' order."""
    entries = [
        (dependency, context.project(Path(lockfile.path).parent))
        for lockfile in lockfiles
        for dependency in lockfile.dependencies
    ]
    judgements: dict[int, Judgement] = {}
    questions, waiting = _questions(entries)
    for project in {id(project): project for _, project in entries}.values():
        project.source.announce((each.name, each.version) for each in questions if each.source is project.source)
    progress.start(len(entries))
    try:
        for number, (dependency, _) in enumerate(entries):
            if dependency.source is not Source.REGISTRY:
                judgements[number] = judge_local(dependency)
                progress.advance(judgements[number])
        for index, answer in gather(questions, concurrency=options.concurrency):
            for number in waiting[index]:
                dependency, project = entries[number]
                judgements[number] = _judge(dependency, answer, project, context)
                progress.advance(judgements[number])
    finally:
        progress.stop()
    return tuple(judgements[number] for number in range(len(entries)))


def _questions(entries: Sequence[tuple[Dependency, Project]]) -> tuple[list[Question], list[list[int]]]:
    """Return what is to be asked, each thing once, and for each question the numbers of the entries it is about."""
    numbers: dict[tuple[int, str, str], list[int]] = {}
    for number, (dependency, project) in enumerate(entries):
        if dependency.source is Source.REGISTRY:
            numbers.setdefault((id(project), dependency.name, dependency.version), []).append(number)
    questions = []
    for (_, name, version), about in numbers.items():
        metadata = any(needs_metadata(entries[number][0]) for number in about)
        source = entries[about[0]][1].source
        questions.append(Question(source=source, name=name, version=version, needs_metadata=metadata))
    return questions, list(numbers.values())


def _judge(dependency: Dependency, answer: Answer, project: Project, context: Context) -> Judgement:
    registry = project.config.registry_for(dependency.name)
    judgement = judge(
        dependency,
        answer.evidence,
        answer.dist,
        verifier=context.verifier(project, registry),
        registries=(registry, PUBLIC_REGISTRY),
    )
    return _without_payloads(judgement)


def _without_payloads(judgement: Judgement) -> Judgement:
    """Leave out the signed statements: no report shows them, and those of all dependencies could fill the memory."""
    results = tuple(
        replace(result, signature=replace(result.signature, payload=b"")) if result.signature else result
        for result in judgement.attestations
    )
    return replace(judgement, attestations=results)


def check_attestation(
    file: Path,
    *,
    package: str,
    tarball: Path | None = None,
    integrity: str | None = None,
    options: RunOptions = RunOptions(),  # noqa: B008 - immutable
) -> Report:
    """Return the report on one saved attestations response. Nothing is asked over the network.

    Args:
        file: a registry's answer at ``/-/npm/v1/attestations/<name>@<version>``.
        package: the package version that it is to be about, ``NAME@VERSION``.
        tarball: the package's tarball; its SHA-512 is what the attestations must be about.
        integrity: that SHA-512 as Subresource Integrity metadata, instead of the tarball.
        options: see `RunOptions`; only the trust material counts.

    Raises:
        UsageError: a file cannot be read, ``package`` is no ``NAME@VERSION``, or not exactly one of ``tarball`` and
            ``integrity`` is given.
        MalformedError: the response or the integrity metadata is malformed.
        TrustError: the trust material cannot be used.
    """
    started = time.monotonic()
    name, separator, version = package.rpartition("@")
    if not name or not separator or not version:
        raise UsageError("not NAME@VERSION, such as nuxt@4.1.2", where=f"--package {package}")
    if (tarball is None) == (integrity is None):
        raise UsageError("give either the tarball or its integrity, so that the bytes can be bound to the attestations")
    if tarball is not None:
        digest = read_digests(tarball, "sha512")["sha512"]
        integrity = f"sha512-{base64.b64encode(digest).decode('ascii')}"
    elif not parse_integrity(integrity or "").sha512:
        raise MalformedError("the integrity has no SHA-512", where="--integrity")
    body = read_bounded(file)
    try:
        parse_response(body)
    except MalformedError as error:
        raise MalformedError(error.message, where=f"{file}: {error.where}" if error.where else str(file)) from error
    dependency = Dependency(
        name=name,
        version=version,
        integrity=integrity,
        resolved=None,
        source=Source.REGISTRY,
        scope=Scope(),
        locations=(),
        lockfile=str(file),
    )
    with open_context(replace(options, offline=True)) as context:
        trust = context.trust()
        verifier = Verifier(trust.root, trust.keys)
        judgement = judge(dependency, Served(body=body), None, verifier=verifier, registries=())
        exit_code, exit_reason = decide_strictly(judgement)
        return Report(
            lockfiles=(Lockfile(path=str(file), format="attestations response", dependencies=(dependency,)),),
            registry=PUBLIC_REGISTRY,
            trust=context.trust_info(),
            generated=datetime.now(UTC),
            duration=time.monotonic() - started,
            judgements=(judgement,),
            exit_code=exit_code,
            exit_reason=exit_reason,
        )
