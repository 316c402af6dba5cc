"""Views with options: diagrams of models, and the tables that commands print.

From: models, specs, rows of the zoo. To: a `View` or an `Svg`, which front ends show.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from layercalc.activations import STANDARD
from layercalc.display import Shown
from layercalc.draw.build import diagram as built
from layercalc.draw.svg import svg
from layercalc.growth.family import Family
from layercalc.growth.scaling import scalings
from layercalc.inspect.layer_table import rows
from layercalc.inspect.measured import MeasuredNetwork
from layercalc.inspect.ratios import ratios
from layercalc.model import Model
from layercalc.paper.pages import zoo
from layercalc.paper.zoo import Row, results
from layercalc.report import activations as formulas
from layercalc.report import scale
from layercalc.report.evaluation import heading
from layercalc.report.layers import TOTALS, layers_table
from layercalc.report.table import Table
from layercalc.resolve.loading import DEFAULT_LAWS, load_program


@dataclass(frozen=True, slots=True, repr=False)
class View(Shown):
    """A table below its heading; as plain text, it is written as a command does."""

    heading: str
    table: Table

    def __repr__(self) -> str:
        return f"{self.heading}\n\n{self.table.plain()}"


@dataclass(frozen=True, slots=True, repr=False)
class Svg:
    """A drawing as SVG text, which front ends show."""

    text: str

    def __repr__(self) -> str:
        return f"<SVG of {len(self.text)} characters>"

    def _repr_svg_(self) -> str:
        return self.text


def diagram(model: Model, depth: int | None = None, values: bool = False) -> Svg:
    """Draw the block diagram of a model, as `layercalc draw` does.

    >>> from layercalc import load
    >>> diagram(load("resnet"), depth=0).text[:4]
    '<svg'

    `depth` is how many blocks within each other are open, as many as one page shows if it is
    None; `values` shows the cumulative power and complexity at every point. Raises `SpecError`
    over `limits.BOXES` boxes.
    """
    return Svg(svg(built(model.network, depth, values)))


def layers(model: Model, unroll: bool = False) -> View:
    """List the layers of a model with their power and complexity, as `layercalc layers` does.

    >>> from layercalc import loads
    >>> layers(loads("network Small  input(4) dense(2) -> relu"))
    Small
    laws paper
    <BLANKLINE>
    layer    input  output       p      c  params  MACs   power  complexity
    dense        4       2  0.5000  3.000      10     8  0.5000       3.000
    relu         2       2  0.5840  1.713       -     -  0.2920       5.139
    network      4       2  1.0840  4.713      10     8  0.2920       5.139
    <BLANKLINE>
    p, c: power and complexity of the layer itself; power, complexity: from the input to this point.
    Last row: the sums over all layers, GSIP and GSC among them; behind them GCIP and GCC.

    `unroll` lists every round of a repeat. Raises `SpecError` over `limits.ROWS` rows.
    """
    totals = MeasuredNetwork.of(model.network, TOTALS)
    table = layers_table(totals, [*rows(model.network, unroll, refused=totals.refused)])
    return View(heading([totals]), table)


def scaling(spec: str, over: str, measures: Iterable[str] = (), laws: str = DEFAULT_LAWS) -> View:
    """Tell how the measures of a family grow in a param, as `layercalc scale` does.

    >>> scaling("resnet", "depth", ["layers"]).table.rows[0][:3]
    ('layers', 'linear', '2 * depth')

    Raises `SpecError` for a spec that cannot be built with the param as a symbol.
    """
    found = [*scalings(Family(load_program(spec, laws), {}, [over]), [*measures] or None)]
    return View(scale.network_heading(found), scale.growth_table(found[0]))


def activations(*names: str, laws: str = DEFAULT_LAWS) -> View:
    """Derive power and complexity of activations from their formulas, as `layercalc activations` does.

    >>> activations("relu").table.rows[0][:3]
    ['relu', '0.583819', '1.71286']
    """
    found = ratios(names, laws, STANDARD)
    return View(formulas.heading(STANDARD, laws), formulas.ratio_table(found, STANDARD))


def networks(rows: Iterable[Row], laws: str = DEFAULT_LAWS) -> View:
    """Measure rows of the zoo, as `layercalc zoo` does.

    >>> from layercalc.paper.zoo import find
    >>> networks(find("t1_01_alexnet")).table.rows[0][:3]
    ['1', 'AlexNet', '-43.25']
    """
    found = [*results(rows, laws)]
    return View(zoo.heading(found, len(found), laws), zoo.zoo_table(found))
