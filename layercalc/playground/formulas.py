"""The measures of a sheet as formulas, and the params that it can be given.

From: a sheet. To: JSON whose formulas are MathML, made by the reports of the commands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from layercalc.display import visible
from layercalc.errors import SpecError
from layercalc.expressions.kinds import REAL
from layercalc.network import Network
from layercalc.playground.editing import told_error
from layercalc.playground.sheet import Sheet
from layercalc.report import cells
from layercalc.report.html import html_table, parts
from layercalc.report.section import Section
from layercalc.report.table import Table
from layercalc.syntax import tree

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def formulas(sheet: Sheet) -> dict[str, Any]:
    """Give the title, the measures as a table of HTML, and where they hold.

    >>> told = formulas(Sheet("input(3) -> dense(2)"))
    >>> told["settings"], "<math" in told["table"] or "8" in told["table"]
    ('laws paper', True)
    """
    from layercalc.report.evaluation import measures_table, settings, title

    try:
        point = sheet.measured
    except SpecError as error:
        return {"errors": told_error(sheet, error)}
    table = measures_table(point)
    return {
        "title": title(point.network),
        "settings": settings([point.network]),
        "table": html_table(table),
        "notes": notes(table),
    }


def notes(table: Table) -> str:
    """Write what stands below a table."""
    return "".join(parts(Section(notes=[note for note in table.notes if note])))


def params(sheet: Sheet) -> list[dict[str, Any]] | None:
    """List the params of a spec: name, default, what it is, the kind of field; None if it cannot be read."""
    program, network = sheet.analysis.program, sheet.analysis.network
    return None if program is None else [*_params(program.params, network)]


def _params(declared: list[tree.Param], network: Network | None) -> Iterator[dict[str, Any]]:
    for param in declared:
        value = network.params.get(param.name.text) if network is not None else None
        written = "" if param.default is None else " ".join(param.default.span.text.split())
        default = written if network is None or value is None else cells.param(network, value)
        yield {
            "name": param.name.text,
            "default": default,
            "doc": visible(param.doc),
            "where": "" if param.where is None else " ".join(param.where.span.text.split()),
            "kind": _kind(param, default),
        }


def _kind(param: tree.Param, default: str) -> str:
    """Tell which field suits a param: a switch, a slider over whole or over real numbers, or a text."""
    if default in ("true", "false"):
        return "switch"
    if not _NUMBER.fullmatch(default):
        return "text"
    return "real" if "." in default or (param.kind is not None and param.kind.text == REAL) else "whole"
