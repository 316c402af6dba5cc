"""`layercalc explain`: why a layer, a merge or a whole network has its values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from layercalc.cli.inspection import network_of
from layercalc.cli.output import ASSUME, FORMAT, LAWS, SET, show_json, show_table
from layercalc.cli.spec_command import SpecCommand, program_of

if TYPE_CHECKING:
    from layercalc.network import Network

_LINE = "layercalc.line"


class _PlaceCommand(SpecCommand):
    """Takes a line of the spec behind its name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the line off the spec; `-:3` is no option."""
        from layercalc.library import split_line

        found = next((arg for arg in args if arg.startswith("-:")), None) or self._spec_of(ctx, args)
        spec, ctx.meta[_LINE] = split_line(found) if found is not None else ("", None)
        return super().parse_args(ctx, [spec if arg is found else arg for arg in args])


@click.command(cls=_PlaceCommand, short_help="Explain a layer, a merge, or the paths of a network.")
@click.argument("spec", metavar="SPEC[:LINE]")
@LAWS
@FORMAT
@SET
@ASSUME
@click.pass_context
def explain(
    ctx: click.Context, spec: str, laws: str | None, format_: str, assignments: tuple[str, ...],
    assume: tuple[str, ...],
) -> None:  # fmt: skip
    """Explain what stands on a line of a spec: its laws worked out, the branches of a merge.

    Without a line: the path that carries GCIP, and how many paths there are of each
    length, with their share of GCC.
    """
    network = network_of(ctx, assignments, assume)
    line = ctx.meta[_LINE]
    if format_ == "json":
        told = _line_record(ctx, network, line) if line is not None else _paths_record(network)
        from layercalc.report.records import network_record

        show_json({**network_record(network, spec), **told})
        return
    if line is not None:
        _show_line(ctx, network, line)
    else:
        _show_paths(network)


def _show_line(ctx: click.Context, network: Network, line: int) -> None:
    from layercalc.explain.places import on_line
    from layercalc.report.evaluation import Point, heading
    from layercalc.report.explain import place_text, use_table

    found = on_line(program_of(ctx), network, line)
    click.echo(heading([Point(network, {})]))
    for place in found:
        click.echo()
        show_table(place_text(network, place), use_table(network, place.uses[0]))


def _line_record(ctx: click.Context, network: Network, line: int) -> dict[str, Any]:
    from layercalc.explain.places import on_line
    from layercalc.report.explain_records import found_record

    found = on_line(program_of(ctx), network, line)
    return {"line": line, "found": [found_record(network, place) for place in found]}


def _show_paths(network: Network) -> None:
    from layercalc.explain.carrier import carrier
    from layercalc.explain.lengths import Lengths
    from layercalc.measures import measure_all
    from layercalc.report.evaluation import Point, heading
    from layercalc.report.explain import carrier_text, lengths_table, paths_table

    power, way, lengths = measure_all(network, ["gcip"])["gcip"], carrier(network), Lengths(network)
    click.echo(heading([Point(network, {})]))
    click.echo(f"\n{carrier_text(network, power, way)}")
    click.echo(f"\nThe paths by their number of local layers, {lengths.x}^k for those of k:\n")
    show_table("", paths_table(lengths))
    if lengths.table:
        click.echo()
        show_table("", lengths_table(lengths))


def _paths_record(network: Network) -> dict[str, Any]:
    from layercalc.explain.carrier import carrier
    from layercalc.explain.lengths import Lengths
    from layercalc.report.explain_records import lengths_record, way_record

    way = way_record(network, carrier(network))
    return {"gcip_path": way, "lengths": lengths_record(Lengths(network))}
