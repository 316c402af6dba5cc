"""`layercalc search`: the networks of a family that are best in several measures at once."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from layercalc.cli import candidates
from layercalc.cli.evaluation import BY_NAME, MEASURES
from layercalc.cli.output import ASSUME, FORMAT, OUT, SET, OutputTarget, show, with_progress
from layercalc.cli.pictures import picture_option, write_picture
from layercalc.cli.predict import ACCURACY_LAWS, FROM, AccuracyCommand, bases
from layercalc.cli.sweep import OVER, forewarn, request_of, warn

if TYPE_CHECKING:
    from layercalc.searches.found import Found
    from layercalc.searches.question import Question

#: The endings of files that a sweep writes too.
ARROW = (".parquet", ".arrow")
OBJECTIVES = candidates.measures(*MEASURES, *BY_NAME, "top1", "top5")


@click.command(cls=AccuracyCommand, short_help="Find the networks that are best in several measures at once.")
@click.argument("spec", shell_complete=candidates.specs)
@OVER
@click.option(
    "--maximize", multiple=True, metavar="MEASURE[,MEASURE]", help="Measures that are to be large.",
    shell_complete=OBJECTIVES,
)  # fmt: skip
@click.option(
    "--minimize", multiple=True, metavar="MEASURE[,MEASURE]", help="Measures that are to be small.",
    shell_complete=OBJECTIVES,
)  # fmt: skip
@click.option(
    "--subject-to", "bounds", multiple=True, metavar="BOUND", help='A bound to keep: "macs < 10^9".'
)
@click.option(
    "--tolerance", multiple=True, metavar="MEASURE=STEP[,...]",
    help="Differences that do not count: gcc=16bits,params=20%.", shell_complete=OBJECTIVES,
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
@ACCURACY_LAWS
@picture_option("--picture", required=False, help_="Draw the front too")
@FORMAT
@OUT
@SET
@ASSUME
@click.pass_context
def search(
    ctx: click.Context, spec: str, over: tuple[str, ...], maximize: tuple[str, ...],
    minimize: tuple[str, ...], bounds: tuple[str, ...], tolerance: tuple[str, ...], predictor: str | None,
    trials: int | None, seed: int, rows: int, laws: str | None, picture: Path | None,
    format_: str | None, out: Path | None, assume: tuple[str, ...], assignments: tuple[str, ...],
) -> None:  # fmt: skip
    """Find the networks of a family that are best in several measures at once.

    A network is on the front where no other one is at least as good in every objective and
    better in one. Every point of the grid is measured, and the front is exact; of more than
    10^9 points, or with --trials, Optuna draws a sample, and it is told that it is one.

    layercalc search resnet_cifar --over depth=8..200..6,width=8..64..8 --maximize gcc
    --minimize params --subject-to "macs < 10^9"

    Objectives are measures, and top1 and top5, the accuracies that the curve of `predict`
    expects, with --from and --laws as there. A bound is a condition on measures and params.
    With a tolerance (bits, % or a plain number) values are compared by whole steps of it,
    and of points that are alike in all objectives the best one stands for the others.

    JSON: `over`, `objectives`, the counts `points`, `valid`, `feasible` and `dropped`,
    `examples` of what is dropped (`at` and `message`), `bounds` (`outside`, `alone` for what
    it alone leaves out, `joins` and `goes` for what would come onto the front and leave it
    without the bound), `sample`, `ends` (points of the front at both ends of each param),
    `front` (with how many are `alike`, and the `knee`) and `neighbours` of the knee. CSV has a
    row for each point of the front, as a file that ends in .parquet or .arrow.
    """
    from layercalc.searches.accuracy import ends
    from layercalc.searches.picture import picture as drawn
    from layercalc.searches.question import asked
    from layercalc.searches.report import headline, search_report

    target = OutputTarget(out, format_)
    if not _is_arrow(target):
        target.check()
    request = request_of(ctx, over, (), (), assignments, assume)
    question = asked(
        request, lambda name: bases(laws, name, ends(request))[0], maximize, minimize, bounds, tolerance,
        predictor,
    )  # fmt: skip
    found = _searched(question, trials, seed)
    if picture is not None:
        write_picture(drawn(found, headline(found)), picture)
    if _is_arrow(target):
        _write_arrow(found, target)
    else:
        show(search_report(found, spec, rows), target)


def _searched(question: Question, trials: int | None, seed: int) -> Found:
    """Search, with warnings of points that no closed form tells."""
    from layercalc.searches.run import searched

    if trials is None:
        forewarn(question.sweeper)
    found = searched(question, trials, seed, with_progress)
    warn(found.built, 0.0)
    return found


def _is_arrow(target: OutputTarget) -> bool:
    """Tell whether a front is written as a sweep is."""
    return target.asked is None and target.path is not None and target.path.suffix.lower() in ARROW


def _write_arrow(found: Found, target: OutputTarget) -> None:
    """Write the front to a Parquet or an Arrow file."""
    from layercalc.cli.files import write
    from layercalc.searches.records import front_columns
    from layercalc.sweeps.tables import table_of, writer

    table: Any = table_of(front_columns(found))
    file = BytesIO()
    assert target.path is not None
    with writer(file, target.path.suffix.lower(), table.schema, [*found.question.axes]) as opened:
        opened.write_table(table)
    write(target.path, file.getvalue())
