"""`layercalc layers` and `layercalc show`: the inside of a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from layercalc.cli.output import FORMAT, LAWS, SET, show_json, show_table
from layercalc.cli.spec_command import SpecCommand, given_points, program_of

if TYPE_CHECKING:
    from layercalc.network import Network


@click.command(cls=SpecCommand, short_help="List the layers, with the values behind each.")
@click.argument("spec")
@LAWS
@click.option("--unroll", is_flag=True, help="List every round of a repeat, not the first one only.")
@FORMAT
@SET
@click.pass_context
def layers(
    ctx: click.Context, spec: str, laws: str | None, unroll: bool, format_: str, assignments: tuple[str, ...]
) -> None:
    """List the layers: shapes, local p and c, params, MACs, cumulative power and complexity."""
    from layercalc.listing import rows
    from layercalc.measures import measure_all
    from layercalc.report.evaluation import Point, heading

    network = network_of(ctx, assignments)
    listed = [*rows(network, unroll)]
    if format_ == "json":
        from layercalc.report.records import point_record, row_record

        told = point_record(Point(network, measure_all(network)), spec)
        show_json({**told, "layers": [row_record(network, row) for row in listed]})
        return
    from layercalc.report.layers import TOTALS, layers_table

    totals = measure_all(network, TOTALS)
    show_table(heading([Point(network, totals)]), layers_table(network, listed, totals))


@click.command(cls=SpecCommand, short_help="Show what becomes of a spec: its tree, network or values.")
@click.argument("spec")
@click.option(
    "--until", type=click.Choice(["tree", "network", "values"]), default="network", show_default=True,
    help="The rung to stop at.",
)  # fmt: skip
@LAWS
@SET
@click.pass_context
def show(ctx: click.Context, spec: str, until: str, laws: str | None, assignments: tuple[str, ...]) -> None:
    """Show a rung of the way from text to values."""
    from layercalc.report import rungs

    if until == "tree":
        click.echo(rungs.tree_text(program_of(ctx).trees[-1]))
        return
    network = network_of(ctx, assignments)
    if until == "network":
        click.echo(rungs.network_text(network))
    else:
        from layercalc.measures import measure_all

        click.echo(rungs.values_text(measure_all(network)))


def network_of(ctx: click.Context, assignments: tuple[str, ...]) -> Network:
    """Build the network of the spec that a command was called on, at one value of each param."""
    from layercalc.errors import fail
    from layercalc.resolve import resolve

    given = {}
    for name, points in given_points(ctx, assignments).items():
        if len(points) != 1:
            span = points[1].expression.span if len(points) > 1 else None
            raise fail(f"{name} takes one value here, and {len(points)} are given", span)
        given[name] = points[0]
    return resolve(program_of(ctx), given)
