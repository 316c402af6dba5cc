"""The rows of the zoo as a table for people or for programs, as JSON, and by network."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from layercalc.errors import Diagnostic, Source, SpecError
from layercalc.inspect.measured import MeasuredNetwork
from layercalc.measures import LOGS, MEASURES, label_of
from layercalc.paper.zoo import Broken, Measured, Result, Row
from layercalc.report import evaluation
from layercalc.report.columns import grouped
from layercalc.report.records import closed_record
from layercalc.report.section import Report, Section
from layercalc.report.table import Table
from layercalc.resolve.loading import DEFAULT_LAWS
from layercalc.syntax.library import read, shipped

#: The measures of the table, and the decimals of their logarithms there.
SHOWN = ("gcip", "gcc", "gsc", "gwc", "params", "macs")
DECIMALS = 2
#: The decimals of an accuracy, as the paper prints most.
PRINTED = 3
#: Those that go first where there is no room, in order.
GIVEN_UP = ("gwc", "macs", "gsc")


def zoo_report(results: Sequence[Result], total: int, laws: str, named: bool) -> Report:
    """Make the report of rows: a table, or for `named` rows all that is known of each network."""

    def sections() -> list[Section]:
        if named and results:
            return [*_network_sections(results, laws)]
        return [Section(heading(results, total, laws), zoo_table(results))]

    def record() -> dict[str, Any]:
        told = {"laws": laws, "rows": [result_record(result) for result in results]}
        texts = {spec: source.text for spec, source in spec_texts(results).items()}
        return {**told, "specs": texts} if named else told

    return Report(sections, record, lambda: full_table(results))


def _network_sections(results: Sequence[Result], laws: str) -> Iterator[Section]:
    """Make sections for each network with its rows and measures, then for the specs."""
    for alike in networks(results):
        yield Section(network_heading(alike, laws), facts_table(alike))
        if (table := network_table(alike)) is not None:
            yield Section("", table)
    for source in spec_texts(results).values():
        yield Section(f"{source.name}:", listing=source.text.rstrip())


def heading(results: Sequence[Result], total: int, laws: str) -> str:
    """Say how many rows are shown, and by which choice."""
    count = f"{len(results)} of " if len(results) != total else ""
    labels = [label_of(name) for name in SHOWN if name in LOGS]
    return f"{count}{total} rows; {', '.join(labels)} as logarithms to base two; laws {laws}"


def zoo_table(results: Iterable[Result]) -> Table:
    """Make a table of rows that fits a terminal; the logarithm of 0 is `-`, a missing value an empty cell.

    >>> from layercalc.paper.zoo import find, results
    >>> zoo_table(results(find("t1_17_resnet_50"), "literal")).rows[0][2:6]
    ['281.21', '-', '13.60', '-']
    """
    labels = [label_of(name) for name in SHOWN]
    lines = []
    for result in results:
        measures = [_cell(result, name) for name in SHOWN]
        lines.append([str(result.row.table), result.row.model, *measures, _decimals(result.row.top1)])
    headers = ("table", "model", *labels, "Top-1")
    return Table(headers, lines, keys=2, gives=[headers.index(label_of(name)) for name in GIVEN_UP])


def _cell(result: Result, name: str, exact: bool = False) -> str:
    if isinstance(result, Broken):
        return ""
    if name not in LOGS:
        return _text(result.measures[name].number) if exact else grouped(result.measures[name])
    if (log := result.log(name)) is None:
        return ""
    if exact:
        return repr(log)
    return f"{log:.{DECIMALS}f}" if math.isfinite(log) else "-"


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _decimals(percent: float | None) -> str:
    return "" if percent is None else f"{percent:.{PRINTED}f}"


def full_table(results: Iterable[Result]) -> Table:
    """Make a table of all columns under names for programs, with logarithms in full precision."""
    names = [f"log2_{name}" if name in LOGS else name for name in MEASURES]
    facts = ("table", "model", "top1", "top5", "params_printed")
    lines = []
    for result in results:
        row = result.row
        arguments = " ".join(f"{name}={value}" for name, value in row.arguments.items())
        told = [_text(getattr(row, name)) for name in facts]
        measures = [_cell(result, name, exact=True) for name in MEASURES]
        lines.append([row.name, *told, *measures, row.spec, arguments, row.reference, row.note])
    return Table(("row", *facts, *names, "spec", "arguments", "reference", "note"), lines)


def result_record(result: Result) -> dict[str, Any]:
    """Write a row as JSON; `measures` is null where `mistakes` says why.

    >>> from layercalc.paper.zoo import find, results
    >>> told = [result_record(result) for result in results(find("t1_17_resnet_50"))]
    >>> told[0]["top1"], told[0]["spec"], told[0]["measures"]["params"]["value"], told[0]["mistakes"]
    (76.13, 'resnet', 25557032, [])
    """
    row = result.row
    return {
        "row": row.name,
        "table": row.table,
        "model": row.model,
        "top1": row.top1,
        "top5": row.top5,
        "params_printed": row.params_printed,
        "params_counted": row.params,
        "macs_counted": row.macs,
        "spec": row.spec,
        "arguments": dict(row.arguments),
        "reference": row.reference,
        "note": row.note,
        **_measures_record(result),
    }


def _measures_record(result: Result) -> dict[str, Any]:
    if isinstance(result, Broken):
        return {"measures": None, "mistakes": [str(told) for told in result.error.diagnostics]}
    return {"measures": {n: closed_record(c) for n, c in result.measures.items()}, "mistakes": []}


def mistakes(results: Iterable[Result]) -> SpecError | None:
    """Collect the mistakes of broken rows, each once with all its rows."""
    found: dict[str, tuple[Diagnostic, list[str]]] = {}
    for result in results:
        if isinstance(result, Broken):
            for diagnostic in result.error.diagnostics:
                found.setdefault(str(diagnostic), (diagnostic, []))[1].append(result.row.name)
    told = [replace(d, message=f"{_some(names)}: {d.message}") for d, names in found.values()]
    return SpecError(told) if told else None


def _some(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def spec_texts(results: Iterable[Result]) -> dict[str, Source]:
    """Read the specs of rows, each once; a missing spec is left out, for its rows are broken."""
    known = shipped()
    return {spec: read(known[spec]) for spec in dict.fromkeys(r.row.spec for r in results) if spec in known}


def networks(results: Iterable[Result]) -> list[list[Result]]:
    """Group rows by network."""
    found: dict[object, list[Result]] = {}
    for result in results:
        found.setdefault(result.row.point, []).append(result)
    return [*found.values()]


def network_heading(results: Sequence[Result], laws: str) -> str:
    """Name the network of some rows, and say how it is evaluated."""
    command = f"evaluated by: {command_of(results[0].row, laws)}"
    if isinstance(first := results[0], Measured):
        return f"{evaluation.heading([MeasuredNetwork(first.network, {})])}\n{command}"
    return command


def network_table(results: Sequence[Result]) -> Table | None:
    """Make a table of the measures of one network, if it has any."""
    first = results[0]
    if isinstance(first, Broken):
        return None
    return evaluation.measures_table(MeasuredNetwork(first.network, first.measures))


def command_of(row: Row, laws: str = DEFAULT_LAWS) -> str:
    """Write the command that evaluates the network of a row.

    >>> from layercalc.paper.zoo import find
    >>> command_of(find("DenseNet 169")[0])
    'layercalc eval densenet --depth 169'
    """
    options = [word for name, value in row.arguments.items() for word in (f"--{_dashed(name)}", value)]
    chosen = ["--laws", laws] if laws != DEFAULT_LAWS else []
    return shlex.join(["layercalc", "eval", row.spec, *options, *chosen])


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def facts_table(results: Sequence[Result]) -> Table:
    """Make a table with a column for each row of a network: the printed and the counted numbers."""
    rows = [result.row for result in results]
    lines = [
        ("table", *(str(row.table) for row in rows)),
        ("model", *(row.model for row in rows)),
        ("Top-1", *(_text(row.top1) or "-" for row in rows)),
        ("Top-5", *(_text(row.top5) or "-" for row in rows)),
        ("params printed", *(f"{row.params_printed:,}" for row in rows)),
        ("params counted", *(f"{row.params:,}" for row in rows)),
        ("MACs counted", *(f"{row.macs:,}" for row in rows)),
        ("counted in", *(row.reference for row in rows)),
    ]
    notes = [f"{row.name}: {row.note}" for row in rows if row.note]
    return Table(("row", *(row.name for row in rows)), lines, ["", *notes] if notes else (), keys=1)
