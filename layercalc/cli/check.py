"""`layercalc check`: tells every mistake that a spec has."""

from __future__ import annotations

import click

from layercalc.cli import candidates
from layercalc.cli.output import LAWS, say
from layercalc.errors import Diagnostic, SpecError


@click.command(short_help="Check specs, and tell every mistake.")
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...", shell_complete=candidates.specs)
@LAWS
def check(specs: tuple[str, ...], laws: str | None) -> None:
    """Check specs at the defaults of their params: names, conditions, shapes, laws, measures.

    What is lawful and hardly meant is a warning, and changes no exit status.
    """
    from layercalc.inspect.warnings import warnings
    from layercalc.measures.checking import law_mistakes
    from layercalc.report import cells
    from layercalc.resolve import resolve
    from layercalc.resolve.loading import DEFAULT_LAWS, load_program

    mistakes: list[Diagnostic] = []
    for spec in specs:
        try:
            network = resolve(load_program(spec, laws or DEFAULT_LAWS))
            if found := law_mistakes(network):
                raise SpecError(found)
        except SpecError as error:
            mistakes.extend(error.diagnostics)
        else:
            ends = (network.body.inputs, network.leaving.values())
            told = (" and ".join(cells.shape(network, shape) for shape in shapes) for shapes in ends)
            say(f"{spec}: ok, {' to '.join(told)}")
            for warning in warnings(network):
                click.echo(str(warning), err=True)
    if mistakes:
        raise SpecError(mistakes)
