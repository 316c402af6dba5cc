"""The measures of a sheet as formulas, and the params that it can be given.

From: a sheet. To: JSON whose formulas are MathML, made by the reports of the commands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from layercalc.display import visible
from layercalc.errors import SpecError
from layercalc.expressions.conditions import truth
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.kinds import REAL
from layercalc.expressions.scope import Context, Scope
from layercalc.network import Network
from layercalc.playground.editing import told_error
from layercalc.playground.sheet import Sheet
from layercalc.report import cells
from layercalc.report.html import html_table, parts
from layercalc.report.section import Section
from layercalc.report.table import Table
from layercalc.resolve.assume_option import read_conditions
from layercalc.syntax import tree

#: A slider goes to twice the usual number, at least to this one; numbers above the other are not tried.
LEAST, MOST = 8, 512
#: Conditions whose numbers are kept.
KEPT = 64
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
        "settings": _settings(sheet, settings([point.network])),
        "table": html_table(table),
        "notes": notes(table),
    }


def _settings(sheet: Sheet, told: str) -> str:
    """Name a param that stands as a symbol of its own name once."""
    for name in sheet.symbols:
        told = re.sub(rf"\b{name} = {name}\b", name, told)
    return told


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
            "kind": (kind := _kind(param, default)),
            "values": _values(param, int(default)) if kind == "whole" else [],
        }


def _values(param: tree.Param, usual: int) -> list[int]:
    """Give the numbers of a slider: those near the usual one for which the `where` of the param holds."""
    if param.where is None or usual > MOST:
        return []
    return _fitting(param.name.text, param.where.span.text, usual)


@lru_cache(KEPT)
def _fitting(name: str, where: str, usual: int) -> list[int]:
    """Try numbers in a condition, which is read anew: what was found is kept from one key to the next."""
    (condition,) = read_conditions([where])
    numbers = range(1, max(LEAST, 2 * usual) + 1)
    try:
        scopes = ((number, Context(Scope(names={name: number}))) for number in numbers)
        return [number for number, at in scopes if truth(evaluate(condition, at), condition.span)]
    except SpecError:  # it is about other params as well
        return []


def _kind(param: tree.Param, default: str) -> str:
    """Tell which field suits a param: a switch, a slider over whole or over real numbers, or a text."""
    if default in ("true", "false"):
        return "switch"
    if not _NUMBER.fullmatch(default):
        return "text"
    return "real" if "." in default or (param.kind is not None and param.kind.text == REAL) else "whole"
