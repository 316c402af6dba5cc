"""`layercalc compare`: families side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from layercalc.cli import candidates
from layercalc.cli.evaluation import MEASURE, measure_names, refuse
from layercalc.cli.output import ASSUME, LAWS, SET, OutputTarget, output_options, show
from layercalc.cli.pictures import picture_option, write_picture
from layercalc.cli.spec_command import SpecsCommand, given_points, programs_of

if TYPE_CHECKING:
    from layercalc.resolve.program import Given


@click.command(cls=SpecsCommand, short_help="Put families side by side, with ratios to the first.")
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...", shell_complete=candidates.specs)
@click.option(
    "--over", metavar="PARAM=VALUES", help="A param that all have, as depth=18,34,50 or n=2..20..2.",
    shell_complete=candidates.assignments,
)  # fmt: skip
@LAWS
@MEASURE
@picture_option("--plot", required=False, help_="Draw a curve for each family over PARAM too")
@output_options()
@SET
@ASSUME
@click.pass_context
def compare(
    ctx: click.Context, specs: tuple[str, ...], over: str | None, laws: str | None, measures: tuple[str, ...],
    plot: Path | None, target: OutputTarget, assume: tuple[str, ...], assignments: tuple[str, ...],
) -> None:  # fmt: skip
    """Put families side by side: their measures, and the ratios to the first of them.

    The params of all specs are options, and a value goes to every spec that has the
    param. A param that is given several values makes a family for each of them:

    layercalc compare resnet_cifar --shortcuts true,false --over depth=20,32,56

    With --over, each measure is a table with a row for each value, and --plot draws it as
    a panel; measures that are told by their logarithms are drawn so. A value that a spec
    refuses is told below; one that refuses all of them is a mistake. A ratio over a
    thousand, or under a thousandth, is a power of two.

    JSON: `over`, and `families`, each with `name`, `spec` and `points`; a point has the
    value `at` which it stands, what `eval` tells of it and `ratios` to the first family, or
    `mistakes`. CSV has a row for each point of each family, with a column for each path.
    """
    from layercalc.inspect.comparison import compare_families
    from layercalc.report.compare import comparison_report, picture
    from layercalc.resolve.assume_option import read_conditions

    given = given_points(ctx, assignments)
    param = None if over is None else _read_over(over, given)
    families = [*zip(specs, programs_of(ctx), strict=True)]
    found = compare_families(
        families, given, param, measure_names(measures, programs_of(ctx)), read_conditions(assume)
    )
    if len(found.members) == 1:
        hint = "name further specs, or give a param several values"
        raise click.UsageError(f"{found.members[0].name} stands alone: {hint}", ctx)
    if plot is not None:
        write_picture(picture(found), plot)
    show(comparison_report(found), target)
    if measures:
        points = [point for member in found.members for point in member.measured]
        refuse(error for point in points for error in point.refused.values())


def _read_over(over: str, given: dict[str, list[Given]]) -> str:
    """Put the values of `--over` beside those of the options, and give the name of its param."""
    from layercalc.errors import fail
    from layercalc.resolve.points import read_points

    name, equals, text = over.partition("=")
    name = name.strip()
    if not equals:
        raise fail(f"--over {over}: it takes PARAM=VALUES", hint=f"as in --over {name}=18,34,50")
    if name in given:
        raise fail(f"--over {over}: {name} has a value already")
    given[name] = read_points(name, text)
    if not given[name]:
        raise fail(f"--over {over}: no value lies in this range")
    return name
