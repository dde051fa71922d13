"""`provcheck policy`."""

import sys
from typing import Annotated

import typer

from provcheck.cli.group import make_group
from provcheck.cli.options import suggestion
from provcheck.cli.output import write_text
from provcheck.cli.terminal import probe_terminal
from provcheck.codes import Code
from provcheck.errors import UsageError
from provcheck.model import Verdict

policy = make_group("What Provcheck requires, and what its codes mean.")


@policy.command()
def explain(
    code: Annotated[
        str, typer.Argument(metavar="CODE", help="A reason code, a verdict, or an error of `npm audit signatures`.")
    ],
) -> None:
    """Say what a reason code means and what to do about it."""
    from provcheck.report.explain import codes_of, render_explanation

    codes = codes_of(code)
    if not codes:
        hint = suggestion(code, [*Code, *Verdict]) or "`provcheck policy explain invalid` lists what makes a run fail"
        raise UsageError(f"{code!r} is not a reason code, a verdict or an error of npm's", hint=hint)
    width = probe_terminal(sys.stdout, no_color=True).width
    write_text("\n".join(render_explanation(each, width=width) for each in codes))
