"""`layercalc solve`: which number of a param makes a measure meet a target."""

from __future__ import annotations

import click

from layercalc.cli.output import ASSUME, FORMAT, LAWS, SET, show_json, show_table
from layercalc.cli.scale import family_of
from layercalc.cli.spec_command import SpecCommand


@click.command(cls=SpecCommand, short_help="Find the param at which a measure meets a target.")
@click.argument("spec")
@click.option("--for", "param", required=True, metavar="PARAM", help="The param that is looked for.")
@click.option("--target", required=True, metavar="TARGET", help="As `gwc = 2^400` or `params <= 25e6`.")
@LAWS
@FORMAT
@ASSUME
@SET
@click.pass_context
def solve(
    ctx: click.Context, spec: str, param: str, target: str, laws: str | None, format_: str,
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
    the measure crosses the target nowhere beyond.
    """
    from layercalc.growth.curve import Curve
    from layercalc.growth.solving import solve as solved
    from layercalc.growth.target import read_target
    from layercalc.report import solve as report

    aim = read_target(target)
    family = family_of(ctx, [param], assignments, assume)
    curve = Curve(family, family.over[0], aim.measure)
    answer = solved(curve, aim)
    if (error := report.unreached(curve, aim, answer)) is not None:
        raise error
    if format_ == "json":
        show_json(report.answer_record(curve, aim, answer, spec))
        return
    click.echo(f"{report.heading(curve)}\n")
    for sentence, table in report.told(curve, aim, answer):
        show_table(sentence, table)
        click.echo()
    click.echo(report.closing(curve, aim, answer))
