"""`layercalc search`: the networks of a family that are best in several measures at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from layercalc.cli import candidates
from layercalc.cli.output import ASSUME, LAWS, SET, OutputTarget, output_options, show, with_progress
from layercalc.cli.pictures import picture_option, write_picture
from layercalc.cli.predict import FROM, bases
from layercalc.cli.spec_command import SpecCommand, given_points, program_of

if TYPE_CHECKING:
    from layercalc.resolve.program import Given, Program
    from layercalc.sweep.grid import Value


@click.command(cls=SpecCommand, short_help="Find the networks that are best in several measures at once.")
@click.argument("spec", shell_complete=candidates.specs)
@click.option(
    "--over", "over", multiple=True, required=True, metavar="PARAM=VALUES[,...]",
    help="The params that are open: depth=8..200..6,width=8..512..8.", shell_complete=candidates.assignments,
)  # fmt: skip
@click.option("--maximize", multiple=True, metavar="MEASURE[,MEASURE]", help="Measures that are to be large.")
@click.option("--minimize", multiple=True, metavar="MEASURE[,MEASURE]", help="Measures that are to be small.")
@click.option(
    "--subject-to", "bounds", multiple=True, metavar="BOUND", help='A bound to keep: "macs < 10^9".'
)
@click.option(
    "--tolerance", multiple=True, metavar="MEASURE=STEP[,...]",
    help="Differences that do not count: gcc=16bits,params=20%.",
)  # fmt: skip
@FROM
@click.option("--trials", type=click.IntRange(1), metavar="N", help="Draw a sample by so many trials.")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    default=0,
    metavar="N",
    help="The seed of a sample.  [default: 0]",
)
@click.option(
    "--rows", type=click.IntRange(1), default=20, metavar="N", help="Rows of the table.  [default: 20]"
)
@LAWS
@picture_option("--picture", required=False, help_="Draw the front too")
@output_options()
@ASSUME
@SET
@click.pass_context
def search(
    ctx: click.Context, spec: str, over: tuple[str, ...], maximize: tuple[str, ...],
    minimize: tuple[str, ...], bounds: tuple[str, ...], tolerance: tuple[str, ...], predictor: str | None,
    trials: int | None, seed: int, rows: int, laws: str | None, picture: Path | None,
    target: OutputTarget, assume: tuple[str, ...], assignments: tuple[str, ...],
) -> None:  # fmt: skip
    """Find the networks of a family that are best in several measures at once.

    A network is on the front where no other one is at least as good in every objective and
    better in one. Every point of the grid is measured, and the front is exact; of more than
    10^9 points, or with --trials, Optuna draws a sample, and it is told that it is one.

    layercalc search resnet_cifar --over depth=8..200..6,width=8..64..8 --maximize gcc
    --minimize params --subject-to "macs < 10^9"

    Objectives are measures, and top1 and top5, the accuracies that the curve of `predict`
    expects, with --from as there. A bound is a measure and what it is to meet. With a
    tolerance (bits, % or a plain number) values are compared by whole steps of it, and of
    the points that are alike in all objectives the best one stands for the others.

    Told are the points that are networks, feasible and on the front; which bound binds,
    so that without it others would be on the front; the knee, whose greatest loss
    in any objective is least, of its range on the front; and its neighbours along each param.

    JSON: `over`, `objectives`, the counts `points`, `valid`, `feasible` and `dropped` by
    reason, `bounds` (`outside`, `alone` for what it alone leaves out, `joins` and `goes` for
    what would come onto the front and leave it without the bound), `sample` (`trials`,
    `seed`, or null), `ends` (points of the front at both ends of each param), `front` (params,
    measures, how many are `alike`, the `knee`) and `neighbours` of the knee. CSV has a row
    for each point of the front.
    """
    from layercalc.resolve.assume_option import read_conditions
    from layercalc.search.picture import picture as drawn
    from layercalc.search.report import headline, search_report
    from layercalc.search.searching import asked, searched
    from layercalc.sweep.grid import Grid
    from layercalc.sweep.request import Request

    program, fixed = program_of(ctx), fixed_values(ctx, assignments)
    request = Request(program, Grid(read_over(program, over, fixed)), (), fixed, read_conditions(assume))
    question = asked(
        request, lambda name: bases(laws, name)[0], maximize, minimize, bounds, tolerance, predictor
    )
    found = searched(question, trials, seed, with_progress)
    if picture is not None:
        write_picture(drawn(found, headline(found)), picture)
    show(search_report(found, spec, rows), target)


def fixed_values(ctx: click.Context, assignments: tuple[str, ...]) -> dict[str, Given]:
    """Read the params that are given one value each, beside those that are open."""
    from layercalc.errors import fail

    given = given_points(ctx, assignments)
    for name, points in given.items():
        if len(points) != 1:
            hint = f"--over {name}=... opens it"
            raise fail(
                f"{name} takes one value here, and {len(points)} are given", points[1].expression.span, hint
            )
    return {name: points[0] for name, points in given.items()}


def read_over(program: Program, texts: Sequence[str], fixed: Mapping[str, Given]) -> dict[str, list[Value]]:
    """Read `depth=8..200..6,width=16,32`: the values of each param that is open."""
    from layercalc.errors import fail
    from layercalc.expressions.evaluator import evaluate
    from layercalc.expressions.scope import Context, Scope
    from layercalc.resolve.points import read_points

    found: dict[str, list[Value]] = {}
    for text in (part for every in texts for part in re.split(r",(?=\s*\w+\s*=[^=])", every)):
        name, _, values = text.partition("=")
        name = program.param(name.strip()).name.text
        if name in found or name in fixed:
            raise fail(f"--over {text}: {name} has a value already")
        found[name] = [evaluate(point.expression, Context(Scope())) for point in read_points(name, values)]
    return found
