"""`layercalc solve`: which number of a param makes a measure meet a target."""

from __future__ import annotations

import click

from layercalc.cli.output import ASSUME, LAWS, SET, Target, output_options, show
from layercalc.cli.scale import family_of
from layercalc.cli.spec_command import SpecCommand


@click.command(cls=SpecCommand, short_help="Find the param at which a measure meets a target.")
@click.argument("spec")
@click.option("--for", "param", required=True, metavar="PARAM", help="The param that is looked for.")
@click.option(
    "--target", "aim", required=True, metavar="TARGET", help="As `gwc = 2^400` or `params <= 25e6`."
)
@LAWS
@output_options()
@ASSUME
@SET
@click.pass_context
def solve(
    ctx: click.Context, spec: str, param: str, aim: str, laws: str | None, target: Target,
    assume: tuple[str, ...], assignments: tuple[str, ...],
) -> None:  # fmt: skip
    """Find the number of a param at which a measure meets a target.

    A target is a measure, or log2 of one, then =, <=, >=, < or > and an expression:
    `gwc = 2^400`, `log2(gwc) = 400`, `params <= 25e6`. The answer is exact where the
    closed form can be inverted, else to ten digits, with the valid numbers on both
    sides and the measure there. Where the measure turns, all solutions are given.

    JSON: `for`, `target`, `solutions` (`value`, `exact`, and the valid numbers `below`
    and `above` and one that is a `hit`, each with `number`, `measure`, `meets` and
    `closed_form_agrees`), the `range` that was looked at, and whether that is `final`:
    the measure crosses the target nowhere beyond. CSV has a row for each solution, with a
    column for each path in the JSON of it.
    """
    from layercalc.growth.curve import Curve
    from layercalc.growth.solving import solve as solved
    from layercalc.growth.target import read_target
    from layercalc.report import solve as report

    wanted = read_target(aim)
    family = family_of(ctx, [param], assignments, assume)
    curve = Curve(family, family.over[0], wanted.measure)
    answer = solved(curve, wanted)
    if (error := report.unreached(curve, wanted, answer)) is not None:
        raise error
    show(report.answer_report(curve, wanted, answer, spec), target)
