"""`layercalc check`: tells every mistake that a spec has."""

from __future__ import annotations

import click

from layercalc.cli import candidates
from layercalc.cli.colour import tell
from layercalc.cli.output import LAWS, say
from layercalc.errors import Diagnostic, SpecError


@click.command(short_help="Check specs, and tell every mistake.")
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...", shell_complete=candidates.specs)
@LAWS
@click.option("--strict", is_flag=True, help="End with exit status 1 where there is a warning.")
def check(specs: tuple[str, ...], laws: str | None, strict: bool) -> None:
    """Check specs at the defaults of their params: names, conditions, shapes, laws, measures.

    What is lawful and hardly meant is a warning: a value that reaches no output, a kernel wider than
    its axis, an arm that is never chosen, a param that nothing uses. It changes no exit status but
    with --strict.
    """
    from layercalc.inspect.law_mistakes import law_mistakes
    from layercalc.inspect.warnings import warnings
    from layercalc.report import cells
    from layercalc.resolve import resolve
    from layercalc.resolve.loading import DEFAULT_LAWS, load_program

    mistakes: list[Diagnostic] = []
    warned = False
    for spec in specs:
        try:
            program = load_program(spec, laws or DEFAULT_LAWS)
            network = resolve(program)
            if found := law_mistakes(network):
                raise SpecError(found)
        except SpecError as error:
            mistakes.extend(error.diagnostics)
        else:
            ends = (network.body.inputs, network.leaving.values())
            told = (" and ".join(cells.shape(network, shape) for shape in shapes) for shapes in ends)
            say(f"{spec}: ok, {' to '.join(told)}")
            for warning in warnings(network, program):
                tell(warning)
                warned = True
    if mistakes:
        raise SpecError(mistakes)
    if strict and warned:
        raise click.exceptions.Exit(1)
