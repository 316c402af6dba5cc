"""The paths of a network, explained: the one that carries GCIP, and how many there are of each length.

From: a path and the `Lengths` of a network. To: a text, tables and JSON records.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from layercalc.errors import SpecError
from layercalc.inspect.explain.critical_path import PathLayer, PathMerge, PathStep
from layercalc.inspect.explain.lengths import Length, Lengths
from layercalc.inspect.measured import MeasuredNetwork, why
from layercalc.network import Network
from layercalc.report import cells
from layercalc.report.columns import floats, with_commas
from layercalc.report.line import winner_record
from layercalc.report.outline import outline
from layercalc.report.records import param_record, told_or_refused
from layercalc.report.section import Section
from layercalc.report.table import Formula, Table

#: The most lengths that a table shows, and the most characters of a closed form beside it.
SHOWN = 12
#: Digits of the least share in percent.
SHARE = 4
LONG = 600
#: A number of paths with more bits than this is written as a power of two, and left out of JSON.
TEXT_BITS, JSON_BITS = 64, 4096


def path_section(totals: MeasuredNetwork, way: Sequence[PathStep]) -> Section:
    """Write the path that carries GCIP; a long closed form is left to `eval`."""
    if "gcip" in totals.refused:
        return Section(f"The path that carries GCIP is {totals.why('gcip')}")
    power = totals.measures["gcip"]
    value = power.cases[0][1] if len(power.cases) == 1 else power
    told, path = (
        Formula.of(value.folded_parts(), "", "The path that carries GCIP, "),
        outline(totals.network, way),
    )
    short = len(value.folded()) <= LONG
    heading = Formula(*told.pieces, ":") if short else "The path that carries GCIP:"
    return Section(heading, listing="\n".join(path), nested=True)


def paths_table(lengths: Lengths) -> Table:
    """Make a table of the number of paths: in all, by length, and weighted by their share of GCC."""
    rows: list[tuple[str, str]] = []
    for label, name in (("paths", "paths"), ("by length", "counts"), ("GCC by length", "weights")):
        try:
            written = getattr(lengths, name).folded_parts()
        except SpecError as error:
            rows.append((label, why(error)))
            continue
        if len(str(written)) > LONG:
            rows.append((label, "too long to be read, but --format json tells it"))
            continue
        rows.append((label, Formula("", "", written.tree)))
        rows += [("", Formula("", f"{name} = ", meaning)) for name, meaning in reversed(written.parts)]
    return Table(("", ""), rows)


def lengths_table(lengths: Lengths) -> Table:
    """List the lengths that carry most of GCC, or where it has symbols, those of most paths."""
    found = lengths.table
    shared = any(length.share is not None for length in found)
    heaviest = sorted(found, key=lambda length: (-(length.share or 0), -length.paths))[:SHOWN]
    headers = ("layers", "paths", "% of GCC") if shared else ("layers", "paths")
    listed = [length for length in found if length in heaviest]
    shares = floats([None if length.share is None else 100 * length.share for length in listed], SHARE, "")
    rows = [_row(n, share)[: len(headers)] for n, share in zip(listed, shares, strict=True)]
    notes = []
    if left := [length for length in found if length not in heaviest]:
        rest = f", with {cells.percent(sum(length.share or 0 for length in left))} % of GCC" if shared else ""
        notes = ["", f"{len(left)} lengths more, from {found[0].layers} to {found[-1].layers} layers{rest}"]
    return Table(headers, rows, notes)


def _row(length: Length, share: str) -> tuple[str, str, str]:
    short = length.paths.bit_length() <= TEXT_BITS
    paths = str(length.paths) if short else f"2^{math.log2(length.paths):.6g}"
    return str(length.layers), with_commas(paths), share


def path_record(network: Network, way: Sequence[PathStep]) -> list[dict[str, Any]]:
    """Write a path as JSON; the path through a block, a loop or a branch is nested in it."""
    return [_step(network, link) for link in way]


def _step(network: Network, link: PathStep) -> dict[str, Any]:
    if isinstance(link, PathLayer):
        return {"kind": "layer", "name": link.layer.name, "label": link.label, "line": link.layer.span.line}
    if isinstance(link, PathMerge):
        told = {"kind": "merge", "name": link.merge.kind, "label": link.label, "line": link.merge.span.line}
        return {**told, **winner_record(link.winner), "way": path_record(network, link.way)}
    way = None if link.way is None else path_record(network, link.way)
    if link.rounds is None:
        return {"kind": "block", "name": link.name, "label": link.label, "way": way}
    rounds = param_record(network, link.rounds)
    return {"kind": "repeat", "rounds": rounds, "first": link.first, "label": link.label, "way": way}


def lengths_record(lengths: Lengths) -> dict[str, Any]:
    """Write the polynomials of lengths as JSON, and each length where they can be listed."""
    return {
        "variable": str(lengths.x),
        "paths": told_or_refused(lambda: lengths.paths),
        "paths_by_length": told_or_refused(lambda: lengths.counts),
        "gcc_by_length": told_or_refused(lambda: lengths.weights),
        "table": [
            {
                "layers": length.layers,
                "paths": length.paths if length.paths.bit_length() <= JSON_BITS else None,
                "share": length.share,
            }
            for length in lengths.table
        ],
    }
