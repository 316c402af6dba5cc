"""The table of layers as text: an outline, with the values of the whole network below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from itertools import groupby

from layercalc import limits
from layercalc.closed import Closed
from layercalc.errors import SpecError
from layercalc.inspect.layer_table import LayerRow
from layercalc.inspect.measured import MeasuredNetwork
from layercalc.measures import label_of
from layercalc.network import Network, Quantity, Scalar, Tensor
from layercalc.report import cells
from layercalc.report.columns import column
from layercalc.report.domains import domain_lines, of_network
from layercalc.report.table import INDENT, Formula, Table

HEADERS = ("layer", "input", "output", "p", "c", "params", "MACs", "power", "complexity")
LAWS = ("power", "complexity", "params", "macs")
#: The measures of the last row, in the order of the headers.
TOTALS = ("gsip", "gsc", "params", "macs", "gcip", "gcc")
#: Columns before those of cumulative values.
SUMMED = 7
#: The columns that go first where there is no room, in order.
GIVEN_UP = ("input", "p", "c", "MACs", "params")
DIGITS = 4
LEGEND = "p, c: power and complexity of the layer itself; power, complexity: from the input to this point."
SUMS = "Last row: the sums over all layers, GSIP and GSC among them; behind them GCIP and GCC."
REPEATED = "A repeat is listed in its first round; behind its end stand the values after all rounds."
SHUT = "A shut block has the sums over its layers, as the last row has those of all."
SHARED = "Shared weights are counted once, where they are declared; the layers that use them count none."
DIFFERING = "Where the rounds differ it is listed in one of them, counted from 0."


def layers_table(totals: MeasuredNetwork, rows: Sequence[LayerRow]) -> Table:
    """Make the table of layers as an outline, without its empty columns.

    `totals` holds the measures `TOTALS`, and those that the network declares of layers and that get a
    column of their own. The laws of a row are those of one round.
    """
    network = totals.network
    declared = [name for name in totals.names if name not in TOTALS]
    headers = (*HEADERS[:SUMMED], *map(label_of, declared), *HEADERS[SUMMED:])
    summed = [*TOTALS[:-2], *declared, *TOTALS[-2:]]
    cells_of = _Cells(totals, [network.measures[name] for name in declared])
    with limits.deep_recursion():
        lines = [*_outline(cells_of, rows, 0)]
    notes = ["", LEGEND]
    if any(row.kind == "repeat" for row in rows):
        notes.append(REPEATED)
    if any(row.kind == "block" for row in rows):
        notes.append(SHUT)
    if any(row.kind == "weights" for row in rows):
        notes.append(SHARED)
    if any(", round " in place for row in rows for place in row.place):
        notes.append(DIFFERING)
    whole = not any(closed.symbols for closed in totals.measures.values())
    if not whole:
        notes += ["", f"network: {' to '.join(_ends(network))}"]
        notes += [
            Formula.of(totals.measures[name].folded_parts(DIGITS), "", f"{INDENT}{label_of(name)} = ")
            for name in summed
            if name in totals.measures
        ]
    else:
        taken = (totals.measures.get(name, cells.REFUSED) for name in summed)
        lines.append(["network", *_ends(network), *taken])
        notes.append(SUMS)
    notes += totals.refusals
    notes += domain_lines([("", of_network(network))])
    told = _told(lines, len(headers))
    kept = _kept([line for line in told[: len(told) - whole] if len(line) > 1], len(headers))
    chosen = [line if len(line) == 1 else [line[place] for place in kept] for line in told]
    shown = [headers[place] for place in kept]
    return Table(
        shown, chosen, notes, keys=1, gives=[shown.index(name) for name in GIVEN_UP if name in shown]
    )


def _told(lines: Sequence[Sequence[str | Closed | None]], width: int) -> list[list[str]]:
    """Write the values of each column alike."""
    whole = [line for line in lines if len(line) == width]
    told = iter(zip(*(column(values, DIGITS) for values in zip(*whole, strict=True)), strict=True))
    return [[*next(told)] if len(line) == width else [str(line[0])] for line in lines]


def _outline(
    cells_of: _Cells, rows: Sequence[LayerRow], depth: int, shown: int = 0
) -> Iterator[list[str | Closed | None]]:
    """Write rows under the headings of their places; a place that contains only one other shares its line."""
    for inside, group in groupby(rows, key=lambda row: row.place[depth : depth + 1]):
        found = [*group]
        if not inside:
            yield from ([INDENT * shown + row.name, *cells_of(row)] for row in found)
            continue
        common = depth + 1
        while len(head := {row.place[common : common + 1] for row in found}) == 1 and () not in head:
            common += 1
        yield [INDENT * shown + " > ".join(found[0].place[depth:common])]
        yield from _outline(cells_of, found, common, shown + 1)


class _Cells:
    """Gives the cells of a row behind its name; a shape and a value that many rows have are written once."""

    def __init__(self, totals: MeasuredNetwork, declared: Sequence[Quantity]) -> None:
        self.refused, self.declared = totals.refused, declared
        self.shapes = cache(lambda tensors: _shapes(totals.network, tensors))
        self.told = cache(lambda value: cells.told(totals.network, value))

    def __call__(self, row: LayerRow) -> Iterator[str | Closed | None]:
        yield self.shapes(row.inputs)
        yield self.shapes((row.output,))
        yield from (self._law(partial(row.law, law)) for law in LAWS)
        yield from (self._law(partial(row.total, quantity.at)) for quantity in self.declared)
        for name, behind in (("gcip", row.power), ("gcc", row.complexity)):
            value = None if row.kind == "weights" else self.told(behind)
            yield cells.REFUSED if value is not None and name in self.refused else value

    def _law(self, take: Callable[[], Scalar | None]) -> Closed | str | None:
        try:
            value = take()
        except SpecError:
            return cells.REFUSED
        return None if value is None else self.told(value)


def _ends(network: Network) -> list[str]:
    return [_shapes(network, ends) for ends in (network.body.inputs, network.leaving.values())]


def _shapes(network: Network, tensors: Iterable[Tensor]) -> Formula:
    """Write shapes with commas between them, each once."""
    first, *others = dict.fromkeys(cells.shape(network, tensor) for tensor in tensors)
    return Formula(*first.pieces, *(piece for shape in others for piece in (", ", *shape.pieces)))


def _kept(lines: Sequence[Sequence[str]], columns: int) -> list[int]:
    """Find the columns that are not empty."""
    shown = enumerate(zip(*lines, strict=True))
    return [place for place, column in shown if set(column) != {"-"}] or [*range(columns)]
