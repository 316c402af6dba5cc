"""Views of a model that take a choice: its block diagram and the listing of its layers."""

from __future__ import annotations

from dataclasses import dataclass

from layercalc.draw.build import diagram as built
from layercalc.draw.svg import svg
from layercalc.listing import rows
from layercalc.model import Model
from layercalc.report.layers import TOTALS, layers_table
from layercalc.report.table import Table


@dataclass(frozen=True, slots=True)
class Svg:
    """A drawing, which front ends show by its text."""

    text: str

    def __repr__(self) -> str:
        return f"<SVG of {len(self.text)} characters>"

    def _repr_svg_(self) -> str:
        return self.text


def diagram(model: Model, depth: int | None = None, values: bool = False) -> Svg:
    """Draw the block diagram of a model, as `layercalc draw` does.

    >>> from layercalc import load
    >>> "GCIP" in diagram(load("lenet")).text, "LeNet5" in diagram(load("lenet")).text
    (False, True)

    `depth` is how many blocks within each other are open, as many as one page shows if it is
    None; `values` shows the cumulative power and complexity at every point. Raises `SpecError`
    over `limits.BOXES` boxes.
    """
    return Svg(svg(built(model.network, depth, values)))


def layers(model: Model, unroll: bool = False) -> Table:
    """List the layers of a model with their power and complexity, as `layercalc layers` does.

    >>> from layercalc import loads
    >>> print(layers(loads("input(4) dense(2) -> relu")).plain())
    layer    input  output      p      c  params  MACs  power  complexity
    dense        4       2    0.5      3      10     8    0.5           3
    relu         2       2  0.584  1.713       -     -  0.292       5.139
    network      4       2  1.084  4.713      10     8  0.292       5.139
    <BLANKLINE>
    p, c: power and complexity of the layer itself; power, complexity: from the input to this point.
    Last row: the sums over all layers, GSIP and GSC among them; behind them GCIP and GCC.

    `unroll` lists every round of a repeat. Raises `SpecError` over `limits.ROWS` rows.
    """
    totals = {name: model.measure(name) for name in TOTALS}
    return layers_table(model.network, [*rows(model.network, unroll)], totals)
