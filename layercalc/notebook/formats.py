"""The formats of each kind of object: a table for each format, a small function for each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import Any

from layercalc.closed import Closed
from layercalc.errors import Diagnostic, SpecError
from layercalc.inspect.measured import MeasuredNetwork
from layercalc.measures import MEASURES
from layercalc.model import Model
from layercalc.notebook.views import View, diagram
from layercalc.paper.experiments import Outcome, Sheet
from layercalc.paper.pages import zoo
from layercalc.paper.pages.verdict import claims_table, sheet_table
from layercalc.paper.zoo import Broken, Measured, Row, results
from layercalc.plot.picture import Picture
from layercalc.report.evaluation import heading, measures_table
from layercalc.report.html import parts
from layercalc.report.latex import formula, holds, latex
from layercalc.report.section import Section
from layercalc.report.table import Table

#: Front ends have no style rules for tables of numbers.
STYLE = """<style scoped>
.layercalc div { overflow-x: auto; margin: 0.5em 0 }
.layercalc td, .layercalc th { text-align: left; vertical-align: baseline; padding: 0.1em 0.6em }
.layercalc td, .layercalc th { white-space: nowrap }
.layercalc td.number, .layercalc th.number { text-align: right }
.layercalc td.long { white-space: normal }
.layercalc svg { max-width: 100%; height: auto }
</style>"""
NEEDED = "pictures need <code>pip install '.[plots]'</code> in a checkout of layercalc"


def shown(form: str, thing: object) -> str | None:
    r"""Write an object as `html`, `latex` or `svg`; None where it has no such format.

    >>> from layercalc import load
    >>> shown("latex", load("mlp", depth="n").measure("params"))
    '$\\displaystyle 65792 \\, n + 137738 \\qquad (\\text{holds for }n = 1,\\ 2,\\ 3,\\ \\ldots)$'
    """
    writers = FORMS[form]
    kind = next((kind for kind in type(thing).__mro__ if kind in writers), None)
    return None if kind is None else writers[kind](thing)


def _model(model: Model) -> str:
    point = _point(model)
    return _page(*_table_parts(measures_table(point), heading([point])))


def _point(model: Model) -> MeasuredNetwork:
    return MeasuredNetwork(model.network, {name: model.measure(name) for name in MEASURES})


def _drawn_model(model: Model) -> str | None:
    try:
        return diagram(model).text
    except SpecError:  # more boxes than a picture may have
        return None


def _aligned(model: Model) -> str:
    """Write the measures of a model without the LaTeX comment above them, which a page would show."""
    text = latex(_point(model))
    return text[text.index(r"\begin") :]


def _closed(closed: Closed) -> str:
    return rf"$\displaystyle {formula(closed)}{holds(closed.holds)}$"


def _row(row: Row) -> str:
    (result,) = results([row])
    return _measured(result) if isinstance(result, Measured) else _broken(result)


def _measured(result: Measured) -> str:
    point = MeasuredNetwork(result.network, result.measures)
    facts, measures = zoo.facts_table([result]), measures_table(point)
    return _page(*_table_parts(facts, heading([point])), *_table_parts(measures))


def _broken(result: Broken) -> str:
    return _page(*_table_parts(zoo.facts_table([result])), _mistakes(result.error))


def _mistakes(mistakes: Diagnostic | SpecError) -> str:
    return f"<pre>{escape(str(mistakes), quote=False)}</pre>"


def _outcome(outcome: Outcome) -> str:
    told = [*map(_figure, outcome.pictures), *_table_parts(claims_table(outcome))]
    if outcome.formulas:
        told += _table_parts(Table(("", ""), outcome.formulas))
    return _page(*told, *(f"<p>Missing: {escape(text)}</p>" for text in outcome.missing))


def _figure(picture: Picture) -> str:
    drawing = _picture(picture) or f"<p>{NEEDED}</p>"
    return f"<figure>{drawing}<figcaption>{escape(picture.title)}</figcaption></figure>"


def _picture(picture: Picture) -> str | None:
    """Draw a picture, if matplotlib is installed."""
    try:
        from layercalc.plot.drawing import drawn
    except ImportError:
        return None
    text = drawn(picture, ["svg"])["svg"].decode()
    return text[text.index("<svg") :]


def _sheet(sheet: Sheet) -> str:
    return _page(*_table_parts(sheet_table(sheet)))


def _page(*parts: str) -> str:
    return "\n".join([STYLE, '<div class="layercalc">', *parts, "</div>"])


def _table_parts(table: Table, above: str = "") -> Iterator[str]:
    """Write a table as a report does, with paragraphs above it and its notes below."""
    return parts(Section(text=above, table=table))


Writer = Callable[[Any], str | None]
FORMS: Mapping[str, Mapping[type, Writer]] = {
    "html": {
        Model: _model,
        Row: _row,
        Measured: _measured,
        Broken: _broken,
        Diagnostic: _mistakes,
        SpecError: _mistakes,
        Outcome: _outcome,
        Sheet: _sheet,
        View: lambda view: _page(*_table_parts(view.table, view.heading)),
        Table: lambda table: _page(*_table_parts(table)),
    },
    "latex": {Model: _aligned, Closed: _closed},
    "svg": {Model: _drawn_model, Picture: _picture},
}
