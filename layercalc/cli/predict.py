"""`layercalc predict`: the accuracy that the curve fitted to the paper's networks expects."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from layercalc.cli import candidates
from layercalc.cli.evaluation import networks_of
from layercalc.cli.output import SET, OutputTarget, laws_option, output_options, show, with_progress
from layercalc.cli.spec_command import SpecCommand, given_points, program_of

if TYPE_CHECKING:
    from layercalc.network import Network
    from layercalc.paper.accuracy.forecast import Basis

#: Their names, told here because the predictors themselves wait for sympy.
PREDICTORS = (
    "gwc", "gcc", "gsc", "log2(gwc)", "log2(gcc)", "log2(gcc)*gsc", "params", "macs", "layers",
)  # fmt: skip
FROM = click.option(
    "--from", "predictor", metavar="MEASURE",
    help="Predict accuracy from this, by the paper's rows alone.  [default: the predictor that is stored]",
    shell_complete=candidates.one_of(*PREDICTORS),
)  # fmt: skip
#: The laws under which the stored predictor reads complexity.
STORED_LAWS = "channels"
ACCURACY_LAWS = laws_option(f"paper; {STORED_LAWS} for top1 and top5 without --from")


class PredictCommand(SpecCommand):
    """A command whose spec is read under the laws of the stored predictor, unless another is asked for."""

    def usual_laws(self, args: Sequence[str]) -> str:
        """Give the law set where --laws names none."""
        return super().usual_laws(args) if _names_measure(args) else STORED_LAWS


class AccuracyCommand(PredictCommand):
    """A command whose spec is read as `predict` reads it where top1 or top5 is asked for."""

    def usual_laws(self, args: Sequence[str]) -> str:
        """Give the law set where --laws names none."""
        wanted = any(re.search(r"\btop[15]\b", arg) for arg in args)
        return super().usual_laws(args) if wanted else SpecCommand.usual_laws(self, args)


def _names_measure(args: Sequence[str]) -> bool:
    return any(arg.partition("=")[0] == "--from" for arg in args)


def _fit(ctx: click.Context, option: click.Parameter, asked: bool) -> None:
    """Fit the predictor again, and store it."""
    if not asked:
        return
    from layercalc.cli.files import write
    from layercalc.cli.output import say
    from layercalc.paper.accuracy.fitted.stored import path
    from layercalc.paper.accuracy.fitted.storing import fitted

    write(path(), fitted(with_progress).encode())
    say(f"Written: {path()}")
    ctx.exit()


@click.command(cls=PredictCommand, short_help="Predict the Top-1 and Top-5 of a network on ImageNet.")
@click.argument("spec", required=False, metavar="SPEC", shell_complete=candidates.specs)
@click.option(
    "--fit", is_flag=True, is_eager=True, expose_value=False, callback=_fit,
    help="Fit the stored predictor again, to both zoos (minutes; needs scipy), and exit.",
)  # fmt: skip
@click.option(
    "--tried", is_flag=True,
    help="List the forms that were tried for it, by Q^2 with families left out; this takes no SPEC.",
)  # fmt: skip
@FROM
@laws_option(f"{STORED_LAWS}; paper with --from")
@output_options()
@SET
@click.pass_context
def predict(
    ctx: click.Context, spec: str | None, tried: bool, predictor: str | None, laws: str | None,
    target: OutputTarget, assignments: tuple[str, ...],
) -> None:  # fmt: skip
    """Predict the Top-1 and Top-5 of a network on ImageNet, without training it.

    The curve was fitted beforehand to the networks of the paper's tables and of the wider
    zoo that were trained on ImageNet-1k alone, one for convolutional networks and one for
    those with attention or linear layers. Its form was chosen among several by how well it
    predicts whole families that are left out of the fit, and so were its intervals. A
    softmax at the end does not count. A param may be given several points.

    --from fits a curve y = a x^b + c now, to the rows of the paper alone under the law set,
    with one measure for x: gwc, as the paper has it, gcc, gsc, log2(gwc), log2(gcc),
    log2(gcc)*gsc, params, macs or layers. So does --laws with another set than channels,
    with the measure that predicts networks best that are left out (highest Q^2).

    JSON: `from` (`measure`, its `log2`, the `range` of the fitted networks, how many bits
    `outside` it lies, and of the stored curve the `kind` of networks and the `powers` of
    measures in X), `level` of the interval, `top1` and `top5` (`expected`, `low`, `high`
    in percent, `r_squared`, `q_squared`, `q_squared_by_family`, `rows`, `networks`,
    `families`, and of the stored curve the `error` and the `coverage` on families left out,
    what a `recent` recipe adds, and how far `recipes_apart` are), and `notes`; of several
    points a list, `points`. CSV has a row for each point, with a column for each path in the
    JSON of it.
    """
    from layercalc.inspect.measured import MeasuredNetwork
    from layercalc.paper.accuracy.forecast import forecast, numbers
    from layercalc.paper.pages.predict import forecast_report, tried_report

    if tried:
        if spec is not None:
            raise click.UsageError("--tried lists forms that were fitted to all networks, and takes no SPEC")
        show(tried_report(), target)
        return
    if spec is None:
        raise click.MissingParameter(ctx=ctx, param=ctx.command.params[0])
    given = given_points(ctx, assignments)
    networks = [*networks_of(program_of(ctx), given)]
    basis, best = bases(laws, predictor, networks)
    points = [MeasuredNetwork.of(network, basis.needed) for network in networks]
    found = [forecast(numbers(point.measures, basis.needed), basis) for point in points]
    varied = [name for name, values in given.items() if len(values) > 1]
    show(forecast_report(points, found, varied, spec, basis, best), target)


def bases(laws: str | None, predictor: str | None, networks: Sequence[Network] = ()) -> tuple[Basis, Basis]:
    """Give the curves of the predictor that is named, else the stored ones of the kind of some networks.

    The stored ones are for measures under `STORED_LAWS`, which are those of no --laws and no --from: for
    others, and without networks, the best predictor of the paper's rows is fitted. The second is the best
    one, to compare with.
    """
    from layercalc.paper.accuracy.fitted.stored import kind_of
    from layercalc.paper.accuracy.forecast import basis, stored_basis
    from layercalc.paper.accuracy.predictor import find_predictor
    from layercalc.paper.accuracy.sample import measured
    from layercalc.resolve.loading import DEFAULT_LAWS

    laws = laws or (STORED_LAWS if predictor is None else DEFAULT_LAWS)
    if predictor is None and laws == STORED_LAWS and networks:
        found = stored_basis(kind_of(networks))
        return found, found
    name = None if predictor is None else find_predictor(predictor).name
    measured(laws, with_progress)
    return basis(laws, name), basis(laws)
