"""`provcheck attestation`."""

from pathlib import Path
from typing import Annotated

import typer

from provcheck.cli import options as cli
from provcheck.cli.output import Output


def attestation(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The saved response, as the registry gave it.")],
    *,
    package: Annotated[
        str, typer.Option(metavar="NAME@VERSION", envvar="PROVCHECK_PACKAGE", help="The package it must be about.")
    ],
    tarball: Annotated[
        Path | None,
        typer.Option(metavar="FILE", envvar="PROVCHECK_TARBALL", help="The package's tarball it must be about."),
    ] = None,
    integrity: Annotated[
        str | None,
        typer.Option(
            metavar="SRI",
            envvar="PROVCHECK_INTEGRITY",
            help="Or the tarball's integrity, as in a lockfile: sha512-...",
        ),
    ] = None,
    format_: cli.ReportFormat = cli.Format.TEXT,
    output: cli.Output = None,
    quiet: cli.Quiet = False,
    verbose: cli.Verbose = False,
    no_color: cli.NoColor = False,
    trusted_root: cli.TrustedRoot = None,
    npm_keys: cli.NpmKeys = None,
    offline: Annotated[
        bool,
        typer.Option(
            "--offline", show_default=False, help="Accepted for symmetry: this command never uses the network."
        ),
    ] = True,
) -> None:
    """Verify one saved attestations response.

    The response is what a registry serves at /-/npm/v1/attestations/NAME@VERSION. Exit 0 only if it proves where the
    package was built. Nothing is asked over the network.
    """
    destination = Output(format=format_, path=output, quiet=quiet, verbose=verbose, no_color=no_color, in_full=True)

    from provcheck import app

    report = app.check_attestation(
        file,
        package=package,
        tarball=tarball,
        integrity=integrity,
        options=app.RunOptions(trusted_root=trusted_root, npm_keys=npm_keys, offline=offline),
    )
    raise typer.Exit(destination.deliver(report))
