"""The table of layers as text: an outline, with the values of the whole network below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from layercalc import limits
from layercalc.closed import Closed
from layercalc.inspect.layer_table import LayerRow
from layercalc.measures import find_measure
from layercalc.network import Network
from layercalc.report import cells
from layercalc.report.domains import domain_lines, of_network
from layercalc.report.table import INDENT, Formula, Table

HEADERS = ("layer", "input", "output", "p", "c", "params", "MACs", "power", "complexity")
LAWS = ("power", "complexity", "params", "macs")
#: The measures of the last row, in the order of the headers.
TOTALS = ("gsip", "gsc", "params", "macs", "gcip", "gcc")
DIGITS = 4
LEGEND = "p, c: power and complexity of the layer itself; power, complexity: from the input to this point."
SUMS = "Last row: the sums over all layers, GSIP and GSC among them; behind them GCIP and GCC."
REPEATED = "A repeat is listed in its first round; behind its end stand the values after all rounds."
DIFFERING = "Where the rounds differ it is listed in one of them, counted from 0."


def layers_table(network: Network, rows: Sequence[LayerRow], totals: Mapping[str, Closed]) -> Table:
    """Make the table of layers as an outline, without its empty columns.

    `totals` holds the measures `TOTALS`. The laws of a row are those of one round.
    """
    with limits.deep_recursion():
        lines = [*_outline(network, rows, 0)]
    kept = _kept([line for line in lines if len(line) > 1])
    notes = ["", LEGEND]
    if any(row.kind == "repeat" for row in rows):
        notes.append(REPEATED)
    if any(", round " in place for row in rows for place in row.place):
        notes.append(DIFFERING)
    if any(closed.symbols for closed in totals.values()):
        notes += ["", f"network: {' to '.join(_ends(network))}"]
        notes += [
            Formula.of(totals[name].folded_parts(DIGITS), "", f"{INDENT}{find_measure(name).label} = ")
            for name in TOTALS
        ]
    else:
        lines.append(["network", *_ends(network), *(cells.number(totals[n], DIGITS) for n in TOTALS)])
        notes.append(SUMS)
    notes += domain_lines([("", of_network(network))])
    chosen = [line if len(line) == 1 else [line[place] for place in kept] for line in lines]
    return Table([HEADERS[place] for place in kept], chosen, notes, keys=1)


def _outline(network: Network, rows: Sequence[LayerRow], depth: int, shown: int = 0) -> Iterator[list[str]]:
    """Write rows under the headings of their places; a place that contains only one other shares its line."""
    for inside, group in groupby(rows, key=lambda row: row.place[depth : depth + 1]):
        found = [*group]
        if not inside:
            yield from ([INDENT * shown + row.name, *_cells(network, row)] for row in found)
            continue
        common = depth + 1
        while len(head := {row.place[common : common + 1] for row in found}) == 1 and () not in head:
            common += 1
        yield [INDENT * shown + " > ".join(found[0].place[depth:common])]
        yield from _outline(network, found, common, shown + 1)


def _cells(network: Network, row: LayerRow) -> Iterator[str]:
    first, *others = dict.fromkeys(cells.shape(network, tensor) for tensor in row.inputs)
    yield Formula(*first.pieces, *(piece for shape in others for piece in (", ", *shape.pieces)))
    yield cells.shape(network, row.output)
    for law in LAWS:
        value = row.layer.law(law) if row.layer is not None else None
        yield "-" if value is None else cells.number(cells.told(network, value), DIGITS)
    yield cells.number(cells.told(network, row.power), DIGITS)
    yield cells.number(cells.told(network, row.complexity), DIGITS)


def _ends(network: Network) -> list[str]:
    body = network.body
    return [cells.shape(network, shape) for shape in (body.inputs[0], body.shapes[body.outputs[0]])]


def _kept(lines: Sequence[Sequence[str]]) -> list[int]:
    """Find the columns that are not empty."""
    columns = enumerate(zip(*lines, strict=True))
    return [place for place, column in columns if set(column) != {"-"}] or [*range(len(HEADERS))]
