"""`layercalc eval`: the measures of a spec at one point or at several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from layercalc.cli import candidates
from layercalc.cli.output import ASSUME, LAWS, SET, OutputTarget, output_options, show
from layercalc.cli.spec_command import SpecCommand, given_points, program_of
from layercalc.errors import listing

if TYPE_CHECKING:
    from layercalc.errors import SpecError
    from layercalc.inspect.measured import MeasuredNetwork
    from layercalc.network import Network
    from layercalc.report.section import Report
    from layercalc.resolve.program import Given, Program

#: Their names, told here because the measures themselves wait for sympy.
MEASURES = ("gcip", "gcc", "gsip", "gsc", "gwc", "params", "macs", "layers", "longest_path")
#: Those that are taken only when asked for: bounds on the VC dimension, what an output sees, and what
#: accuracies are predicted from.
BOUNDS = ("vc_upper", "vc_lower", "vc_upper_unrolled", "vc_lower_unrolled")
BY_NAME = (*BOUNDS, "receptive_field", "logits_gsc", "image_side")
MEASURE = click.option(
    "--measure", "measures", multiple=True, metavar="NAME[,NAME]",
    help=f"Only these, of {listing(MEASURES, 'and')}. "
    f"Also {listing(BOUNDS, 'and')}, bounds on the VC dimension, {listing(BY_NAME[len(BOUNDS) :], 'and')}.",
    shell_complete=candidates.measures(*MEASURES, *BY_NAME),
)  # fmt: skip


@click.command("eval", cls=SpecCommand, short_help="Evaluate a spec: GCIP, GCC and the other measures.")
@click.argument("spec", shell_complete=candidates.specs)
@LAWS
@MEASURE
@output_options("python", "latex")
@click.option("--exact", is_flag=True, help="Keep logarithms and rationals exact.")
@click.option("--si", is_flag=True, help="Shorten whole numbers: 25.557 M, 4.089 G.")
@click.option("--python", is_flag=True, help="Write the measures as Python functions of the symbols.")
@click.option("--latex", is_flag=True, help="Write the measures as LaTeX, one align* block.")
@SET
@ASSUME
@click.pass_context
def eval_(
    ctx: click.Context, spec: str, laws: str | None, measures: tuple[str, ...], target: OutputTarget,
    exact: bool, si: bool, python: bool, latex: bool, assignments: tuple[str, ...], assume: tuple[str, ...],
) -> None:  # fmt: skip
    """Evaluate a spec: GCIP, GCC and the other measures, exact or in closed form.

    Every param of the spec is an option, and `eval SPEC --help` lists them. A value is a
    number, a symbol (`n`), an expression (`2*n + 1`), or several points: `18,34,50` or
    `8..152..6`.

    CSV has a row for each point, with a column for each path in the JSON of it.

    The ResNets of depth n in closed form, and three of them in numbers:

    layercalc eval resnet --depth n

    layercalc eval resnet --depth 18,34,50 --measure gcip,params
    """
    given = given_points(ctx, assignments)
    _check_forms(given, target, python=python, latex=latex)
    points = points_of(program_of(ctx), given, assume, measure_names(measures, [program_of(ctx)]))
    if python:
        from layercalc.report.python_module import python_module

        target.write(python_module(points[0]))
    elif latex:
        from layercalc.report.latex import latex as written

        target.write("\n\n".join(written(point, exact) for point in points) + "\n")
    else:
        varied = [name for name, values in given.items() if len(values) > 1]
        show(_report(points, varied, spec, exact=exact, si=si), target)
    if measures:
        refuse(error for point in points for error in point.refused.values())


def refuse(errors: Iterable[SpecError]) -> None:
    """Tell why measures that were asked for by name are refused, if any are."""
    from layercalc.errors import SpecError

    if mistakes := dict.fromkeys(mistake for error in errors for mistake in error.diagnostics):
        raise SpecError(mistakes)


def _report(points: list[MeasuredNetwork], varied: list[str], spec: str, *, exact: bool, si: bool) -> Report:
    from layercalc.report.section import Report, Section, flat_table

    def sections() -> list[Section]:
        from layercalc.report.evaluation import heading, measures_table, points_table

        one = len(points) == 1
        table = measures_table(points[0], exact, si) if one else points_table(points, varied, exact, si)
        return [Section(heading(points), table)]

    def records() -> list[dict[str, Any]]:
        from layercalc.report.records import point_record

        return [point_record(point, spec) for point in points]

    def record() -> dict[str, Any]:
        told = records()
        return told[0] if len(told) == 1 else {"points": told}

    return Report(sections, record, lambda: flat_table(records()))


def _check_forms(given: dict[str, list[Given]], target: OutputTarget, *, python: bool, latex: bool) -> None:
    """Refuse to write in two forms at once, or several points as one module."""
    from layercalc.errors import fail

    asked = target.asked is not None
    forms = {f"--format {target.asked}": asked, "--python": python, "--latex": latex}
    chosen = [name for name, on in forms.items() if on]
    if len(chosen) > 1:
        raise fail(f"{' and '.join(chosen)} are two forms of output; choose one")
    several = [name for name, values in given.items() if len(values) > 1]
    if python and several:
        hint = f"a symbol is an argument of the functions: --{several[0]} n"
        raise fail(f"--python writes one point, and several of {several[0]} are given", hint=hint)


def measure_names(measures: tuple[str, ...], programs: Sequence[Program]) -> list[str] | None:
    """Read the measures that are asked for; a mistake is told before anything is calculated."""
    from layercalc.errors import fail
    from layercalc.measures import known_measures, unknown_measure

    names = [name.strip() for text in measures for name in text.split(",")]
    known = [*known_measures(), *declared_measures(programs)]
    for name in names:
        if name not in known:
            raise unknown_measure(name, known)
        for program in programs:
            if name not in known_measures() and name not in declared_measures([program]):
                raise fail(f"{program.name} has no measure '{name}'")
    return names or None


def declared_measures(programs: Sequence[Program]) -> list[str]:
    """Give the names of the measures that some specs declare, with their law sets."""
    from layercalc.resolve.measured import measures_of

    return [*dict.fromkeys(name for program in programs for name in measures_of(program))]


def points_of(
    program: Program, given: dict[str, list[Given]], assume: tuple[str, ...], names: Sequence[str] | None
) -> list[MeasuredNetwork]:
    """Measure a spec at all points that its params are given."""
    from layercalc.inspect.measured import MeasuredNetwork

    return [MeasuredNetwork.of(network, names) for network in networks_of(program, given, assume)]


def networks_of(
    program: Program, given: dict[str, list[Given]], assume: tuple[str, ...] = ()
) -> Iterator[Network]:
    """Build the networks of a spec at all points that its params are given."""
    from itertools import product
    from math import prod

    from layercalc import limits
    from layercalc.errors import limit
    from layercalc.resolve import resolve
    from layercalc.resolve.assume_option import read_conditions

    count = prod(map(len, given.values()))
    if count > limits.POINTS:
        raise limit(f"{count:,} points are asked for; the limit is {limits.POINTS:,}")
    conditions = read_conditions(assume)
    for values in product(*given.values()):
        yield resolve(program, dict(zip(given, values, strict=True)), conditions)
