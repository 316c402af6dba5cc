"""`layercalc scale`: how the measures of a family grow, and where one family overtakes another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from layercalc.cli import candidates
from layercalc.cli.evaluation import MEASURE, measure_names, refuse
from layercalc.cli.output import ASSUME, LAWS, SET, OutputTarget, output_options, show
from layercalc.cli.spec_command import SpecCommand, given_points, program_of

if TYPE_CHECKING:
    from layercalc.errors import SpecError
    from layercalc.growth.crossing import Comparison
    from layercalc.growth.family import Family


@click.command(cls=SpecCommand, short_help="Tell how the measures grow in some params.")
@click.argument("spec", shell_complete=candidates.specs)
@click.option(
    "--over",
    required=True,
    metavar="PARAM[,PARAM]",
    help="The params that grow, each in turn.",
    shell_complete=candidates.param_names,
)
@click.option(
    "--against",
    metavar="SPEC",
    help="Another family: where does one overtake the other?",
    shell_complete=candidates.specs,
)
@LAWS
@MEASURE
@output_options()
@SET
@ASSUME
@click.pass_context
def scale(
    ctx: click.Context, spec: str, over: str, against: str | None, laws: str | None,
    measures: tuple[str, ...], target: OutputTarget, assume: tuple[str, ...], assignments: tuple[str, ...],
) -> None:  # fmt: skip
    """Tell how the measures of a family grow: class, leading term, rate and elasticity.

    The params named become symbols of their own name; all others keep their defaults,
    or what is given: a number, or a symbol for a law that holds for all of them. A
    number given for a param that grows is where rate and elasticity are taken, beside
    their limits: d log2 of the measure by the param, and d log by d log of it. The
    share is that of the leading term in the value at this number.

    With --against, values given go to both specs where both have the param, and each
    measure gets a sentence: where one family overtakes the other, between which valid
    numbers of both, where they are equal, or which is above throughout. --over names one
    param then. Of a param that takes whole numbers none is passed over.

    JSON: `over`, a list with `param`, `at` and `measures`; each measure has `growth`,
    `leading` (null where only its logarithm is known), `degree`, `logs`, `base`,
    `factorials`, `share`, `rate` and `elasticity` (`expr`, `value`, `limit`), `assumed`
    and `at` (conditions on other symbols). With --against it is `against`, by measure:
    `crossings` (`above`, the spec that is above from there on or "neither", `value`,
    `between`, and `equal`, the first and the last number between these at which both are
    equal; `above` is the same as before where they only touch), `range`, `log2_quotient`
    at its ends, and `end`, who is above in the limit.
    Expressions are texts of the language. CSV has a row for each measure and param, with
    a column for each path in the JSON of it; with --against, a row for each crossing.
    """
    from layercalc.errors import SpecError
    from layercalc.growth.scaling import scalings
    from layercalc.report import scale as report
    from layercalc.report.against import against_report

    names = measure_names(measures, [program_of(ctx)])
    family = family_of(ctx, over.split(","), assignments, assume)
    if against is not None:
        compared = _against(family, against, laws, names)
        show(against_report(family.over[0], (spec, against), compared), target)
        if names:
            refuse(found for found in compared.values() if isinstance(found, SpecError))
        return
    found = [*scalings(family, names)]
    show(report.scaling_report(found, spec), target)
    if names:
        refuse(error for scaling in found for error in scaling.refused.values())


def family_of(
    ctx: click.Context, over: list[str], assignments: tuple[str, ...], assume: tuple[str, ...]
) -> Family:
    """Give the family of the spec that the command was called on."""
    from layercalc.errors import fail
    from layercalc.growth.family import Family
    from layercalc.resolve.assume_option import read_conditions

    given = {}
    for name, points in given_points(ctx, assignments).items():
        if len(points) != 1:
            raise fail(f"{name} takes one value here, and {len(points)} are given", points[1].expression.span)
        given[name] = points[0]
    names = [*dict.fromkeys(name.strip() for name in over)]
    return Family(program_of(ctx), given, names, read_conditions(assume))


def _against(
    family: Family, other: str, laws: str | None, names: list[str] | None
) -> dict[str, Comparison | SpecError]:
    """Compare two families over a param that both have; a measure is refused by itself, unless all are."""
    from layercalc.errors import LimitError, SpecError, fail
    from layercalc.growth.crossing import against
    from layercalc.growth.curve import Curve
    from layercalc.growth.family import Family
    from layercalc.growth.sides import Work
    from layercalc.measures import MEASURES as ALL
    from layercalc.resolve.loading import DEFAULT_LAWS, load_program

    if len(family.over) != 1:
        raise fail("--against compares two families over one param")
    (param,) = family.over
    program = load_program(other, laws or DEFAULT_LAWS)
    given = {name: value for name, value in family.given.items() if name in program.takes}
    families = family, Family(program, given, family.over, family.assume)
    measures = names or [*ALL]
    first, second = families
    work = Work()  # shared by all measures
    compared: dict[str, Comparison | SpecError] = {}
    for measure in measures:
        try:
            compared[measure] = against(Curve(first, param, measure), Curve(second, param, measure), work)
        except LimitError:
            raise
        except SpecError as error:
            compared[measure] = error
    refused = [found for found in compared.values() if isinstance(found, SpecError)]
    if len(refused) == len(compared):
        refuse(refused)
    return compared
