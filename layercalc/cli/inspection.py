"""`layercalc layers` and `layercalc show`: the inside of a network."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from layercalc.cli import candidates, output
from layercalc.cli.output import LAWS, SET, OutputTarget, output_options
from layercalc.cli.spec_command import SpecCommand, YieldingOption, given_points, program_of

if TYPE_CHECKING:
    from layercalc.inspect.layer_table import LayerRow
    from layercalc.inspect.measured import MeasuredNetwork
    from layercalc.network import Network
    from layercalc.report.section import Report
    from layercalc.resolve.program import Given


@click.command(cls=SpecCommand, short_help="List the layers, with the values behind each.")
@click.argument("spec", shell_complete=candidates.specs)
@LAWS
@click.option("--unroll", is_flag=True, help="List every round of a repeat, not the first one only.")
@click.option(
    "--depth-of-blocks", "--depth", "depth", type=click.IntRange(0), cls=YieldingOption, metavar="N",
    help="Open blocks so many deep, 0 none; a shut block is a row with its sums.  [default: all]",
)  # fmt: skip
@click.option(
    "--measure", "measures", multiple=True, metavar="NAME[,NAME]",
    help="A column for each of these measures, which the spec or its laws declare of layers.",
    shell_complete=candidates.measures(),
)  # fmt: skip
@output_options()
@SET
@click.pass_context
def layers(
    ctx: click.Context, spec: str, laws: str | None, unroll: bool, depth: int | None,
    measures: tuple[str, ...], target: OutputTarget, assignments: tuple[str, ...],
) -> None:  # fmt: skip
    """List the layers: shapes, local p and c, params, MACs, cumulative power and complexity.

    Where the spec has no param `depth`, --depth is short for --depth-of-blocks.

    CSV has a row for each layer, with a column for each path in the JSON of it.
    """
    from layercalc.inspect.layer_table import rows
    from layercalc.inspect.measured import MeasuredNetwork
    from layercalc.measures.measure import Readings
    from layercalc.report.layers import TOTALS

    names = _names(measures, ctx)
    network = network_of(ctx, assignments)
    _check_of_layers(network, names)
    readings = Readings(network)
    totals = MeasuredNetwork.of(network, [*TOTALS, *names], readings)
    made = None if totals.refused else readings
    listed = [*rows(network, unroll, depth=depth, refused=totals.refused, readings=made)]
    output.show(_report(totals, listed, spec, names), target)
    if names:
        from layercalc.cli.evaluation import refuse

        refuse(error for name, error in totals.refused.items() if name in names)


def _names(measures: tuple[str, ...], ctx: click.Context) -> list[str]:
    """Read the measures that get columns; most tables have none."""
    if not measures:
        return []
    from layercalc.cli.evaluation import measure_names

    return measure_names(measures, [program_of(ctx)]) or []


def _check_of_layers(network: Network, names: list[str]) -> None:
    """Refuse a measure that has no number at a layer, or has its column anyway."""
    from layercalc.errors import fail

    for name in names:
        if name not in network.measures or not network.measures[name].over:
            hint = f"`measure NAME = sum of ...` has; layercalc eval --measure {name} takes the whole network"
            raise fail(f"{name} has no number of its own at each layer", hint=hint)


def _report(totals: MeasuredNetwork, listed: list[LayerRow], spec: str, names: list[str]) -> Report:
    from layercalc.inspect.measured import MeasuredNetwork
    from layercalc.report.evaluation import heading
    from layercalc.report.section import Report, Section, flat_table

    def sections() -> list[Section]:
        from layercalc.report.layers import layers_table

        return [Section(heading([totals]), layers_table(totals, listed))]

    def records() -> list[dict[str, Any]]:
        from layercalc.report.records import row_record

        return [row_record(totals, row, names) for row in listed]

    def record() -> dict[str, Any]:
        from layercalc.report.records import point_record

        return {**point_record(MeasuredNetwork.of(totals.network), spec), "layers": records()}

    return Report(sections, record, lambda: flat_table(records()))


@click.command(cls=SpecCommand, short_help="Show what becomes of a spec: its tree, network or values.")
@click.argument("spec", shell_complete=candidates.specs)
@click.option(
    "--until", type=click.Choice(["tree", "network", "values"]), default="network", show_default=True,
    help="The rung to stop at.",
)  # fmt: skip
@LAWS
@SET
@click.pass_context
def show(ctx: click.Context, spec: str, until: str, laws: str | None, assignments: tuple[str, ...]) -> None:
    """Show a rung of the way from text to values."""
    from layercalc.pipeline import rung
    from layercalc.report import rungs

    printed: dict[str, tuple[str, Callable[[Any], str]]] = {
        "tree": ("tree", rungs.tree_text),
        "network": ("network", rungs.network_text),
        "values": ("closed", rungs.values_text),
    }
    name, write = printed[until]
    given = {} if until == "tree" else _given(ctx, assignments)
    output.say(write(rung(name, program_of(ctx), given)))


def network_of(ctx: click.Context, assignments: tuple[str, ...], assume: tuple[str, ...] = ()) -> Network:
    """Build the network of the spec that a command was called on, at one value of each param."""
    from layercalc.resolve import resolve
    from layercalc.resolve.assume_option import read_conditions

    return resolve(program_of(ctx), _given(ctx, assignments), read_conditions(assume))


def _given(ctx: click.Context, assignments: tuple[str, ...]) -> dict[str, Given]:
    """Read the one value of each param."""
    from layercalc.errors import fail

    given = {}
    for name, points in given_points(ctx, assignments).items():
        if len(points) != 1:
            span = points[1].expression.span if len(points) > 1 else None
            raise fail(f"{name} takes one value here, and {len(points)} are given", span)
        given[name] = points[0]
    return given
