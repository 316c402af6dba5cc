"""`layercalc explain`: why a layer, a merge or a whole network has its values."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import click

from layercalc.cli import candidates
from layercalc.cli.inspection import network_of
from layercalc.cli.output import ASSUME, LAWS, SET, OutputTarget, output_options, show
from layercalc.cli.spec_command import SpecCommand, program_of

if TYPE_CHECKING:
    from layercalc.network import Network
    from layercalc.report.section import Report, Section

_LINE = "layercalc.line"


class _PlaceCommand(SpecCommand):
    """Takes a line of the spec behind its name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the line off the spec; `-:3` is no option."""
        from layercalc.syntax.library import split_line

        on_input = (arg for arg in args if arg.startswith("-:"))
        found = next(itertools.chain(on_input, self._specs_of(ctx, args)), None)
        spec, ctx.meta[_LINE] = split_line(found) if found is not None else ("", None)
        return super().parse_args(ctx, [spec if arg is found else arg for arg in args])


@click.command(cls=_PlaceCommand, short_help="Explain a layer, a merge, or the paths of a network.")
@click.argument("spec", metavar="SPEC[:LINE]", shell_complete=candidates.specs)
@LAWS
@output_options()
@SET
@ASSUME
@click.pass_context
def explain(
    ctx: click.Context, spec: str, laws: str | None, target: OutputTarget, assignments: tuple[str, ...],
    assume: tuple[str, ...],
) -> None:  # fmt: skip
    """Explain what stands on a line of a spec: its laws worked out, the branches of a merge.

    Without a line: the path that carries GCIP, and how many paths there are of each
    length, with their share of GCC. CSV has a row for each thing on the line, or for each
    length.
    """
    network = network_of(ctx, assignments, assume)
    line = ctx.meta[_LINE]
    show(_paths(network, spec) if line is None else _line(ctx, network, line, spec), target)


def _line(ctx: click.Context, network: Network, line: int, spec: str) -> Report:
    from layercalc.inspect.explain.places import on_line
    from layercalc.inspect.measured import MeasuredNetwork
    from layercalc.report.section import Report, Section, flat_table

    totals = MeasuredNetwork.of(network, ["gcip", "gcc", "params"])
    found = on_line(program_of(ctx), network, line, totals.refused)

    def sections() -> list[Section]:
        from layercalc.report.evaluation import heading
        from layercalc.report.line import place_text, use_tables

        told: list[Section] = []
        for place in found:
            first, *others = use_tables(totals, place.uses[0])
            told += [Section(place_text(network, place), first), *(Section(table=table) for table in others)]
        return [Section(heading([totals])), *told, *_domain(network)]

    def records() -> list[dict[str, Any]]:
        from layercalc.report.line import found_record

        return [found_record(totals, place) for place in found]

    def record() -> dict[str, Any]:
        from layercalc.report.domains import domain_record, of_network
        from layercalc.report.records import network_record

        told = {**network_record(network, spec), "line": line, "found": records()}
        return {**told, **domain_record(of_network(network))}

    return Report(sections, record, lambda: flat_table(records()))


def _domain(network: Network) -> list[Section]:
    """Say last where all that has been told holds."""
    from layercalc.report.domains import domain_lines, of_network
    from layercalc.report.section import Section

    return [Section(notes=domain_lines([("", of_network(network))]))]


def _paths(network: Network, spec: str) -> Report:
    from layercalc.inspect.explain.critical_path import critical_path
    from layercalc.inspect.explain.lengths import Lengths
    from layercalc.inspect.measured import MeasuredNetwork
    from layercalc.report.section import Report, Section, flat_table

    totals = MeasuredNetwork.of(network, ["gcip", "params"])
    way = () if "gcip" in totals.refused else critical_path(network)
    lengths = Lengths(network)

    def sections() -> list[Section]:
        from layercalc.report.evaluation import heading
        from layercalc.report.paths import lengths_table, path_section, paths_table

        numbered = f"The paths by their number of local layers, {lengths.x}^k for those of k:"
        weighed = [Section(table=lengths_table(lengths))] if lengths.table else []
        return [
            Section(heading([totals])),
            path_section(totals, way),
            Section(numbered, paths_table(lengths)),
            *weighed,
            *_domain(network),
        ]

    def by_length() -> dict[str, Any]:
        from layercalc.report.paths import lengths_record

        return lengths_record(lengths)

    def record() -> dict[str, Any]:
        from layercalc.report.domains import domain_record, of_network
        from layercalc.report.paths import path_record
        from layercalc.report.records import network_record, refusal

        path = refusal(totals.refused["gcip"]) if "gcip" in totals.refused else path_record(network, way)
        told = {"gcip_path": path, "lengths": by_length()}
        return {**network_record(network, spec), **told, **domain_record(of_network(network))}

    return Report(sections, record, lambda: flat_table(by_length()["table"] or []))
