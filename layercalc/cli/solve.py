"""`layercalc solve`: which number of a param makes a measure meet a target."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from layercalc.cli import candidates
from layercalc.cli.output import ASSUME, FORMAT, LAWS, SET, show_json, show_table
from layercalc.cli.predict import FROM, bases
from layercalc.cli.scale import family_of
from layercalc.cli.spec_command import SpecCommand

if TYPE_CHECKING:
    from layercalc.growth.curve import Curve
    from layercalc.growth.family import Family
    from layercalc.growth.solving import Answer
    from layercalc.growth.target import Target


@click.command(cls=SpecCommand, short_help="Find the param at which a measure meets a target.")
@click.argument("spec", shell_complete=candidates.specs)
@click.option(
    "--for",
    "param",
    required=True,
    metavar="PARAM",
    help="The param that is looked for.",
    shell_complete=candidates.param_names,
)
@click.option("--target", required=True, metavar="TARGET", help="As `gwc = 2^400` or `top1 = 78`.")
@FROM
@LAWS
@FORMAT
@ASSUME
@SET
@click.pass_context
def solve(
    ctx: click.Context, spec: str, param: str, target: str, predictor: str | None, laws: str | None,
    format_: str, assume: tuple[str, ...], assignments: tuple[str, ...],
) -> None:  # fmt: skip
    """Find the number of a param at which a measure meets a target.

    A target is a measure, or log2 of one, then =, <=, >=, < or > and an expression:
    `gwc = 2^400`, `log2(gwc) = 400`, `params <= 25e6`. The answer is exact where the
    closed form can be inverted, else to ten digits, with the valid numbers on both
    sides and the measure there. Where the measure turns, all solutions are given.

    `top1 = 78` and `top5 = 94` ask for an accuracy on ImageNet: the curve that `predict`
    fits, with --from as there, says which value its measure is to have.

    JSON: `for`, `target`, `solutions` (`value`, `exact`, and the valid numbers `below`
    and `above` and one that is a `hit`, each with `number`, `measure`, `meets` and
    `closed_form_agrees`), the `range` that was looked at, and whether that is `final`:
    the measure crosses the target nowhere beyond. For an accuracy there is also `from`,
    as `predict` has it, with `plausible`: two ends between which the accuracy lies in the
    interval, each with its `log2` and its `number` of the param, null where it has none.
    """
    from layercalc.accuracy.sample import TARGETS
    from layercalc.errors import fail
    from layercalc.growth.curve import Curve
    from layercalc.growth.target import read_target

    aim = read_target(target, also=TARGETS)
    family = family_of(ctx, [param], assignments, assume)
    if aim.measure in TARGETS:
        _design(family, aim, spec, laws, predictor, format_)
    elif predictor is not None:
        raise fail(f"--from is for the targets top1 and top5, not for {aim.measure}")
    else:
        _show(Curve(family, family.over[0], aim.measure), aim, spec, format_)


def _show(
    curve: Curve, aim: Target, spec: str, format_: str,
    remarks: Callable[[Answer], Iterable[str]] = lambda answer: (),
    record: Callable[[], Mapping[str, Any]] = dict,
) -> None:  # fmt: skip
    """Solve, and print what is found, with what else there is to say."""
    from layercalc.growth.solving import solve as solved
    from layercalc.report import solve as report

    answer = solved(curve, aim)
    if (error := report.unreached(curve, aim, answer)) is not None:
        raise error
    if format_ == "json":
        show_json({**report.answer_record(curve, aim, answer, spec), **record()})
        return
    click.echo(f"{report.heading(curve)}\n")
    for sentence, table in report.told(curve, aim, answer):
        show_table(sentence, table)
        click.echo()
    click.echo(report.closing(curve, aim, answer))
    for remark in remarks(answer):
        click.echo(remark)


def _design(
    family: Family, asked: Target, spec: str, laws: str | None, predictor: str | None, format_: str
) -> None:
    """Solve for the value of the predictor at which its curve has an accuracy."""
    from layercalc.accuracy.forecast import aim, ends
    from layercalc.accuracy.predictor import curve_of
    from layercalc.report import predict as report

    basis, best = bases(laws, predictor)
    found = aim(asked, basis)
    curve = curve_of(basis.predictor, family, family.over[0])
    _show(
        curve, found.target, spec, format_,
        lambda answer: report.aim_remarks(found, ends(curve, asked, found), curve, answer, basis, best),
        lambda: report.aim_record(found, ends(curve, asked, found), basis),
    )  # fmt: skip
