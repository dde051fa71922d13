"""The command line: options in, exit code out.

`--help` and `--version` answer at once: what is slow to import is imported by
the command that needs it.
"""

import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer
from typer.main import get_command

from provcheck._version import __version__
from provcheck.cli.attestation import attestation
from provcheck.cli.bundle import bundle
from provcheck.cli.cache import cache
from provcheck.cli.complaint import complain, complain_about_bug, place_of
from provcheck.cli.lockfile import lockfile
from provcheck.cli.output import make_streams_safe, write_text
from provcheck.cli.policy import policy
from provcheck.cli.trust import trust
from provcheck.errors import ProvcheckError
from provcheck.model import ExitCode

_INTERRUPTED = 130

_HELP = """Prove where the npm packages in your lockfile come from.

For each package: who built these exact bytes, from which commit of which repository, in which workflow. It is proved
with the package's attestations (Sigstore, SLSA); where there is no proof, Provcheck says so. A verified origin says
who built a package and from what, not that it is safe.
"""

_EPILOG = """\b
Exit codes:
  0    everything required holds
  1    findings: at least one package fails what is required
  2    bad usage, unreadable or malformed input, or nothing to check
  3    incomplete: something could not be determined, and nothing failed
  101  a bug in Provcheck

Every option can also be set with the environment variable that its help names.
"""

app = typer.Typer(
    name="provcheck",
    epilog=_EPILOG,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command()(lockfile)
app.command()(attestation)
app.command()(bundle)
app.add_typer(policy, name="policy")
app.add_typer(trust, name="trust")
app.add_typer(cache, name="cache")


def _print_version(value: bool) -> None:
    if value:
        write_text(f"provcheck {__version__}\n")
        raise typer.Exit


@app.callback(invoke_without_command=True, help=_HELP)
def _provcheck(
    context: typer.Context,
    *,
    _version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Show the version and exit.")
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        write_text(context.get_help() + "\n")
        raise typer.Exit(ExitCode.USAGE)


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command with ``args`` (default: those of the process) and exit with one of `ExitCode`.

    130 means that the user interrupted it.
    """
    make_streams_safe()
    sys.exit(_run(args))


def _run(args: Sequence[str] | None) -> ExitCode | int:
    command = get_command(app)
    try:
        # Not `command.main`, which makes every broken pipe, a registry's too, exit 1: that would be a finding.
        with command.make_context(command.name, list(sys.argv[1:] if args is None else args)) as context:
            command.invoke(context)
    except typer.Exit as end:
        return end.exit_code
    except ProvcheckError as error:
        complain(error.message, where=error.where, hint=error.hint)
        return ExitCode.USAGE
    except typer.TyperException as error:
        about = getattr(error, "ctx", None)
        complain(error.format_message(), hint=f"{about.command_path} --help" if about else None)
        return ExitCode.USAGE
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last boundary: a bug must not look like a finding
        return _last_resort(error)
    return ExitCode.OK


def _last_resort(error: Exception) -> ExitCode:
    if isinstance(error, BrokenPipeError) and place_of(error)[0] == __name__:
        write_text("")  # no command was at work: typer was printing help, and its reader has gone away
        return ExitCode.OK
    complain_about_bug(error)
    return ExitCode.BUG
