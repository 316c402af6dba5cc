"""Tables of the page: law sets side by side, the networks that can be opened, and files to keep.

From: a sheet, or nothing. To: HTML, rows of JSON, texts of files.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from layercalc.errors import SpecError, fail
from layercalc.inspect.comparison import compare_families
from layercalc.measures import measure_all
from layercalc.paper.zoo import find, rows
from layercalc.playground.formulas import notes
from layercalc.playground.sheet import Sheet
from layercalc.report.compare import measures_table, symbolic_table
from layercalc.report.html import html_table
from layercalc.resolve.loading import DEFAULT_LAWS
from layercalc.resolve.program import Program
from layercalc.syntax.library import locate, read, shipped

#: Measures that the zoo tells of each row, and seconds after which it answers with those it has.
ZOO, MOMENT = ("gcip", "gcc"), 0.2
#: The law sets in the order of the page: the usual one first.
LAWS = sorted(shipped("laws"), key=lambda name: (name != DEFAULT_LAWS, name))


def side_by_side(sheet: Sheet) -> dict[str, Any]:
    """Put the measures under all law sets side by side; a set that refuses the network says why."""
    programs, refused = list[tuple[str, Program]](), list[dict[str, str]]()
    for laws in LAWS:
        try:
            other = Sheet(sheet.text, laws, sheet.params)
            other.measured  # noqa: B018
            programs.append((laws, other.program))
        except SpecError as error:
            refused.append({"laws": laws, "message": error.diagnostics[0].message})
    if not programs:
        raise fail(refused[0]["message"])
    given = {name: [value] for name, value in sheet.given.items()}
    found = compare_families(programs, given)
    names = [laws for laws, _ in programs]
    if found.symbolic:
        table = symbolic_table(found)
        table = replace(table, rows=[row for row in table.rows if row[1] in names])
    else:
        table = measures_table(found)
        shown = len(names) + 1
        table = replace(table, headers=table.headers[:shown], rows=[row[:shown] for row in table.rows])
    return {"html": html_table(table), "notes": notes(table), "refused": refused}


def networks() -> dict[str, Any]:
    """List the specs and law sets that are shipped, and the rows of the paper's tables."""
    zoo = [
        {
            "row": row.name,
            "table": row.table,
            "model": row.model,
            "top1": row.top1,
            "params": row.params,
            "macs": row.macs,
            "spec": row.spec,
        }
        for row in rows()
    ]
    specs = {name: path.parent.name for name, path in shipped().items()}
    return {"specs": specs, "laws": LAWS, "zoo": zoo}


def measured(laws: str, names: Sequence[str]) -> dict[str, Any]:
    """Measure rows of the zoo one after the other for a moment: log2 of GCIP and GCC, none where it is none.

    What is left over is to be asked for again, so that other requests come between.

    >>> measured("paper", ["t1_17_resnet_50"])
    {'t1_17_resnet_50': {'gcip': -34.82454..., 'gcc': 202.7304...}}
    """
    known, found = {row.name: row for row in rows()}, dict[str, dict[str, float | None]]()
    end = time.monotonic() + MOMENT
    for name in names:
        if name not in known:
            raise fail(f"no row of the zoo is called '{name}'")
        try:
            told = measure_all(known[name].load(laws).network, ZOO)
            found[name] = {measure: _finite(told[measure].log2) for measure in ZOO}
        except SpecError:
            found[name] = dict.fromkeys(ZOO)
        if time.monotonic() > end:
            break
    return found


def _finite(log: float | None) -> float | None:
    return log if log is not None and math.isfinite(log) else None


def opened(name: str) -> dict[str, Any]:
    """Give the text of a shipped spec, or of a row of the zoo with the values of its params.

    >>> opened("t1_13_resnet_101")["params"]
    {'depth': '101'}
    >>> opened("lenet")["text"].split()[:2]
    ['network', 'LeNet5']
    """
    known = shipped()
    if name in known:
        return {"text": read(known[name]).text, "params": {}}
    row = find(name)[0]
    return {"text": read(locate(row.spec)).text, "params": dict(row.arguments)}


def file(sheet: Sheet, form: str) -> dict[str, Any]:
    """Write the sheet as a file: `svg`, `latex` or `csv`.

    >>> file(Sheet("input(3) -> dense(2)"), "csv")["text"].splitlines()[0][:12]
    'network,spec'
    """
    from layercalc.draw.build import diagram
    from layercalc.draw.svg import svg
    from layercalc.report.formats import comma_separated
    from layercalc.report.latex import latex
    from layercalc.report.records import point_record
    from layercalc.report.section import flat_table

    name = "".join(letter for letter in sheet.network.name.lower() if letter.isalnum()) or "network"
    if form == "svg":
        return {"name": f"{name}.svg", "type": "image/svg+xml", "text": svg(diagram(sheet.network))}
    if form == "latex":
        return {"name": f"{name}.tex", "type": "text/x-tex", "text": latex(sheet.measured) + "\n"}
    if form == "csv":
        table = flat_table([point_record(sheet.measured, f"{name}.arch")])
        return {"name": f"{name}.csv", "type": "text/csv", "text": comma_separated(table)}
    raise fail(f"no file is written as '{form}'")
