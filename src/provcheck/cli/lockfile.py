"""`provcheck lockfile`."""

from pathlib import Path
from typing import Annotated

import typer

from provcheck.cli import options as cli
from provcheck.cli.output import Output


def lockfile(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH", help="Lockfiles, or folders that contain one; none: the current folder."),
    ] = None,
    *,
    fail_on: cli.FailOn = None,
    omit: cli.Omit = None,
    format_: cli.ReportFormat = cli.Format.TEXT,
    output: cli.Output = None,
    quiet: cli.Quiet = False,
    verbose: cli.Verbose = False,
    no_color: cli.NoColor = False,
    registry: cli.Registry = None,
    offline: cli.Offline = False,
    evidence: cli.Evidence = None,
    trusted_root: cli.TrustedRoot = None,
    npm_keys: cli.NpmKeys = None,
    concurrency: cli.Concurrency = 32,
    timeout: cli.Timeout = 30.0,
) -> None:
    """Check where every package in a lockfile comes from.

    Reads package-lock.json and npm-shrinkwrap.json. Nothing is installed and no package is downloaded. Fails (exit 1)
    if an attestation, or the lockfile, is wrong; packages without provenance are reported, and fail the check only
    with --fail-on absent.
    """
    destination = Output(format=format_, path=output, quiet=quiet, verbose=verbose, no_color=no_color)
    failing = cli.parse_fail_on(fail_on or ())

    from provcheck import app

    report = app.check_lockfiles(
        paths or [],
        options=app.RunOptions(
            registry=registry,
            trusted_root=trusted_root,
            npm_keys=npm_keys,
            evidence=evidence,
            offline=offline,
            concurrency=concurrency,
            timeout=timeout,
            fail_on=failing,
        ),
        omit=frozenset(map(app.Omit, omit or ())),
        progress=destination.progress(),
    )
    raise typer.Exit(destination.deliver(report))
