"""`provcheck trust`."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from provcheck.cli import options as cli
from provcheck.cli.group import make_group
from provcheck.cli.output import write_text
from provcheck.cli.terminal import probe_terminal

trust = make_group("Whom Provcheck trusts: certificate authorities, logs and registry keys.")


@trust.command()
def show(
    *,
    format_: cli.ReportFormat = cli.Format.TEXT,
    trusted_root: cli.TrustedRoot = None,
    npm_keys: cli.NpmKeys = None,
    offline: cli.Offline = False,
) -> None:
    """Show the trust material in use, where it came from, how old it is, and its fingerprints."""
    _show(format_, trusted_root=trusted_root, npm_keys=npm_keys, offline=offline, refresh=False)


@trust.command()
def update(*, format_: cli.ReportFormat = cli.Format.TEXT) -> None:
    """Ask Sigstore's TUF repository for newer trust material now, and show what is in use then."""
    _show(format_, trusted_root=None, npm_keys=None, offline=False, refresh=True)


def _show(
    format_: cli.Format, *, trusted_root: Path | None, npm_keys: Path | None, offline: bool, refresh: bool
) -> None:
    from provcheck.registry.npmrc import PUBLIC_REGISTRY
    from provcheck.report.trustreport import render_trust_json, render_trust_text
    from provcheck.trust.listing import list_trust
    from provcheck.trust.material import load_trust

    material = load_trust(
        registry=PUBLIC_REGISTRY, trusted_root=trusted_root, npm_keys=npm_keys, offline=offline, refresh=refresh
    )
    entries = list_trust(material.root, material.keys)
    if format_ is cli.Format.JSON:
        write_text(render_trust_json(material.info, entries))
    else:
        terminal = probe_terminal(sys.stdout, no_color=False)
        now = datetime.now(UTC)
        write_text(render_trust_text(material.info, entries, now=now, color=terminal.color, width=terminal.width))
