"""`layercalc completion`: what a shell needs to complete the words of the command line."""

from __future__ import annotations

import click

from layercalc.cli.shells import SHELLS, script


@click.command(short_help="Print what makes a shell complete specs, params and values.")
@click.argument("shell", type=click.Choice([*SHELLS]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script by which a shell completes what is typed, and where it goes.

    Completed are commands and options, shipped specs and .arch files, the params of the
    spec on the line with their values, law sets, measures and experiments:

    eval "$(layercalc completion bash)"
    """
    click.echo(script(ctx.find_root().command, shell), nl=False)
