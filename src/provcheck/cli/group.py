"""Groups of commands."""

import typer

from provcheck.cli.output import write_text
from provcheck.model import ExitCode


def make_group(about: str) -> typer.Typer:
    """Return a group of commands that shows its help, and exits as for bad usage, if no command is given."""
    group = typer.Typer(rich_markup_mode=None)

    @group.callback(invoke_without_command=True, help=about)
    def show_help(context: typer.Context) -> None:
        if context.invoked_subcommand is None:
            write_text(context.get_help() + "\n")
            raise typer.Exit(ExitCode.USAGE)

    return group
