"""`layercalc predict`: the accuracy that the curve fitted to the paper's networks expects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from layercalc.cli import candidates
from layercalc.cli.evaluation import points_of
from layercalc.cli.output import LAWS, SET, OutputTarget, output_options, show, with_progress
from layercalc.cli.spec_command import SpecCommand, given_points, program_of

if TYPE_CHECKING:
    from layercalc.paper.accuracy.forecast import Basis

#: Their names, told here because the predictors themselves wait for sympy.
PREDICTORS = (
    "gwc", "gcc", "gsc", "log2(gwc)", "log2(gcc)", "log2(gcc)*gsc", "params", "macs", "layers",
)  # fmt: skip
FROM = click.option(
    "--from", "predictor", metavar="MEASURE", help="Predict accuracy from this.  [default: the best one]",
    shell_complete=candidates.one_of(*PREDICTORS),
)  # fmt: skip


@click.command(cls=SpecCommand, short_help="Predict the Top-1 and Top-5 of a network on ImageNet.")
@click.argument("spec", shell_complete=candidates.specs)
@FROM
@LAWS
@output_options()
@SET
@click.pass_context
def predict(
    ctx: click.Context, spec: str, predictor: str | None, laws: str | None, target: OutputTarget,
    assignments: tuple[str, ...],
) -> None:  # fmt: skip
    """Predict the Top-1 and Top-5 of a network on ImageNet, without training it.

    A curve y = a x^b + c is fitted to the networks of the paper's tables under the law
    set, with the measure for x that predicts networks best that are left out of the fit
    (highest Q^2), or with the one named: gwc, as the paper has it, gcc, gsc, log2(gwc),
    log2(gcc), log2(gcc)*gsc, params, macs or layers. The interval tells where a further
    network is to lie. A param may be given several points.

    JSON: `from` (`measure`, its `log2`, the `range` of the fitted networks, and how many
    bits `outside` it lies), `level` of the interval, `top1` and `top5` (`expected`, `low`,
    `high` in percent, `r_squared`, `q_squared`, `rows`, `networks`), and `notes`; of
    several points a list, `points`. CSV has a row for each point, with a column for each
    path in the JSON of it.
    """
    from layercalc.paper.accuracy.forecast import forecast, numbers
    from layercalc.paper.accuracy.predictor import NEEDED
    from layercalc.paper.pages.predict import forecast_report

    given = given_points(ctx, assignments)
    points = points_of(program_of(ctx), given, (), NEEDED)
    logs = [numbers(point.measures) for point in points]
    basis, best = bases(laws, predictor)
    found = [forecast(each, basis) for each in logs]
    varied = [name for name, values in given.items() if len(values) > 1]
    show(forecast_report(points, found, varied, spec, basis, best), target)


def bases(laws: str | None, predictor: str | None) -> tuple[Basis, Basis]:
    """Fit the curves of the predictor that is named, and of the best one."""
    from layercalc.paper.accuracy.forecast import basis
    from layercalc.paper.accuracy.predictor import find_predictor
    from layercalc.paper.accuracy.sample import measured
    from layercalc.resolve.loading import DEFAULT_LAWS

    laws = laws or DEFAULT_LAWS
    name = None if predictor is None else find_predictor(predictor).name
    measured(laws, with_progress)
    return basis(laws, name), basis(laws)
