"""`layercalc solve`: which number of a param makes a measure meet a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from layercalc.cli import candidates
from layercalc.cli.evaluation import declared_measures
from layercalc.cli.output import ASSUME, SET, OutputTarget, output_options, show
from layercalc.cli.predict import ACCURACY_LAWS, FROM, AccuracyCommand, bases
from layercalc.cli.scale import family_of
from layercalc.cli.spec_command import program_of

if TYPE_CHECKING:
    from layercalc.growth import target as growth
    from layercalc.growth.curve import Curve
    from layercalc.growth.family import Family
    from layercalc.growth.solving import Answer
    from layercalc.network import Network
    from layercalc.paper.accuracy.forecast import Basis
    from layercalc.report.section import Report


@click.command(cls=AccuracyCommand, short_help="Find the param at which a measure meets a target.")
@click.argument("spec", shell_complete=candidates.specs)
@click.option(
    "--for", "param", required=True, metavar="PARAM", help="The param that is looked for.",
    shell_complete=candidates.param_names,
)  # fmt: skip
@click.option("--target", "aim", required=True, metavar="TARGET", help="As `gwc = 2^400` or `top1 = 78`.")
@FROM
@ACCURACY_LAWS
@output_options()
@SET
@ASSUME
@click.pass_context
def solve(
    ctx: click.Context, spec: str, param: str, aim: str, predictor: str | None, laws: str | None,
    target: OutputTarget, assume: tuple[str, ...], assignments: tuple[str, ...],
) -> None:  # fmt: skip
    """Find the number of a param at which a measure meets a target.

    A target is a measure, or log2 of one, then =, <=, >=, < or > and an expression:
    `gwc = 2^400`, `log2(gwc) = 400`, `params <= 25e6`. Both sides may be made of
    measures, by sums, products, quotients and powers: `macs <= 100*params`. The answer
    is exact where the closed form can be inverted, else to ten digits, with the valid
    numbers on both sides and the measures there. Where a measure turns, all solutions
    are given.

    `top1 = 78` and `top5 = 94` ask for an accuracy on ImageNet: the curve of `predict`,
    with --from and --laws as there, says which value its measure is to have.

    JSON: `for`, `target`, `solutions` (`value`, `exact`, and the valid numbers `below`
    and `above` and one that is a `hit`, each with `number`, `measure`, `meets` and
    `closed_form_agrees`; where both sides are made of measures, `measure` is their
    quotient and `sides` has both), the `range` that was looked at, and whether that is
    `final`: the measure crosses the target nowhere beyond. For an accuracy there is also
    `from`, as `predict` has it, with `plausible`: two ends between which the accuracy
    lies in the interval, each with its `log2` and its `number` of the param, null where
    it has none.
    CSV has a row for each solution, with a column for each path in the JSON of it.
    """
    from layercalc.errors import fail
    from layercalc.growth.curve import Curve
    from layercalc.growth.quotient import MeasuresTarget, QuotientCurve, read_comparison
    from layercalc.paper.accuracy.forecast import check
    from layercalc.paper.accuracy.sample import TARGETS
    from layercalc.report.solve import answer_report

    wanted = read_comparison(aim, TARGETS, declared_measures([program_of(ctx)]))
    family = family_of(ctx, [param], assignments, assume)
    if wanted.measure in TARGETS:
        check(wanted)
        report = _design(family, wanted, spec, bases(laws, predictor, [_one_of(family)]))
    elif predictor is not None:
        raise fail(f"--from is for the targets top1 and top5, not for {wanted.measure}")
    else:
        place = family, family.over[0], wanted.measure
        curve = QuotientCurve(*place, wanted) if isinstance(wanted, MeasuresTarget) else Curve(*place)
        report = answer_report(curve, wanted, _solved(curve, wanted), spec)
    show(report, target)


def _one_of(family: Family) -> Network:
    """Build one network of a family, to see of which kind it is: the usual one, else with a symbol."""
    param = family.over[0]
    usual = family.usual.get(param)
    network = None if usual is None else family.built(param, usual)
    return network or family.network([param])


def _design(family: Family, asked: growth.Target, spec: str, found: tuple[Basis, Basis]) -> Report:
    """Solve for the value of the predictor at which its curve has an accuracy."""
    from layercalc.paper.accuracy.forecast import aim
    from layercalc.paper.accuracy.predictor import curve_of
    from layercalc.paper.pages.predict import aim_report

    basis, best = found
    wanted = aim(asked, basis)
    curve = curve_of(basis.predictor, family, family.over[0])
    return aim_report(wanted, asked, curve, _solved(curve, wanted.target), spec, basis, best)


def _solved(curve: Curve, wanted: growth.Target) -> Answer:
    """Solve for a target; one that is never met is an error."""
    from layercalc.growth.solving import solve as solved
    from layercalc.report.solve import unreached

    answer = solved(curve, wanted)
    if (error := unreached(curve, wanted, answer)) is not None:
        raise error
    return answer
