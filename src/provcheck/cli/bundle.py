"""`provcheck bundle`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from provcheck.cli import options as cli
from provcheck.cli.output import write_file, write_text
from provcheck.cli.terminal import probe_terminal
from provcheck.errors import UsageError


def bundle(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The Sigstore bundle (JSON).")],
    artifact: Annotated[
        str, typer.Argument(metavar="ARTIFACT", help="What was signed: a file, or its digest, sha256:... or sha512:...")
    ],
    *,
    certificate_identity: Annotated[
        str | None,
        typer.Option(
            metavar="IDENTITY",
            envvar="PROVCHECK_CERTIFICATE_IDENTITY",
            help="Who must have signed: the certificate's subject alternative name, exactly.",
        ),
    ] = None,
    certificate_oidc_issuer: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            envvar="PROVCHECK_CERTIFICATE_OIDC_ISSUER",
            help="Who must vouch for that identity: the OpenID Connect issuer, exactly.",
        ),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", envvar="PROVCHECK_KEY", help="Instead of an identity, the public key that must have signed."
        ),
    ] = None,
    format_: cli.ReportFormat = cli.Format.TEXT,
    output: cli.Output = None,
    trusted_root: cli.TrustedRoot = None,
    offline: cli.Offline = False,
) -> None:
    """Verify one Sigstore bundle against an artifact.

    For any Sigstore bundle, not only npm's: DSSE attestations, of which the artifact must be a subject, and plain
    signatures. Exit 0 only if the expected identity, or key, signed this artifact.
    """
    if (key is None) == (certificate_identity is None) or (certificate_identity is None) != (
        certificate_oidc_issuer is None
    ):
        raise UsageError("give either --certificate-identity with --certificate-oidc-issuer, or --key")

    from provcheck.bundles import ExpectedIdentity, check_bundle
    from provcheck.options import RunOptions
    from provcheck.report.bundlereport import render_bundle_json, render_bundle_text

    signer = key or ExpectedIdentity(
        subject_alternative_name=certificate_identity or "", issuer=certificate_oidc_issuer or ""
    )
    options = RunOptions(trusted_root=trusted_root, offline=offline)
    report = check_bundle(file, artifact, signer=signer, options=options)
    if format_ is cli.Format.JSON:
        text = render_bundle_json(report)
    elif output:
        text = render_bundle_text(report)
    else:
        terminal = probe_terminal(sys.stdout, no_color=False)
        text = render_bundle_text(report, color=terminal.color, width=terminal.width)
    if output:
        write_file(output, text)
    else:
        write_text(text)
    raise typer.Exit(report.exit_code)
