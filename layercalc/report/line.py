"""What stands on a line of a spec: layers with their laws worked out, merges with their branches.

From: the uses that `inspect.explain.places` finds. To: a text, a table and a JSON record for each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from layercalc.assumptions import Facts
from layercalc.forms.product import Product
from layercalc.inspect.explain.merges import MergeValues, Winner, arriving, merge_values
from layercalc.inspect.explain.places import LayerUse, UsesAtSpan
from layercalc.inspect.explain.workings import Working, workings
from layercalc.inspect.measured import MeasuredNetwork
from layercalc.measures.measure import Pair
from layercalc.network import Layer, Merge, Network, Scalar
from layercalc.report import cells
from layercalc.report.columns import column, floats
from layercalc.report.outline import branches, cases
from layercalc.report.records import closed_record, param_record, row_record
from layercalc.report.table import Table

NEUTRAL = "neutral: 1 in products, nothing in sums"
_ATOM = re.compile(r"[\w.-]+")
#: The equations by which the cumulative values continue after a layer, by its law.
SERIES = (("power", "gcip", "eq. (18)"), ("complexity", "gcc", "eq. (17)"))
HEADERS = ("branch", "in it", "p", "c", "power", "complexity", "% of the sum")
#: The headers of a merge whose branches have no value in common.
APART = ("branch", "in it", "power", "complexity", "% of the sum")
LEGEND = "p, c: of the branch alone, from the fork on; power, complexity: from the input on"
#: A comment beside a law that is longer than this is shortened to the equations it names.
REMARK = 30
#: Digits of the least share in percent.
SHARE = 4


def place_text(network: Network, found: UsesAtSpan) -> str:
    """Say what stands at a place, and where it is first used."""
    row, site = found.uses[0]
    count = "its" if found.times is None else cells.param(network, found.times)
    used = "used once" if count == "1" else f"the first of {count} uses"
    inside = f", in {' > '.join(row.place)}" if row.place else ""
    shapes = ", ".join(dict.fromkeys(cells.shape(network, tensor) for tensor in row.inputs))
    ends = f"{shapes} to {cells.shape(network, row.output)}"
    return f"{row.name} at {site.step.span}, {used}{inside}: {ends}"


def use_tables(totals: MeasuredNetwork, use: LayerUse) -> list[Table]:
    """Explain one use of a layer or a merge: what meets there, then its laws."""
    row, site = use
    network = totals.network
    step, after, facts = site.step, (row.power, row.complexity), network.facts or Facts()
    if isinstance(step, Merge):
        return [_merge_table(totals, merge_values(site, step, facts), after)]
    before = arriving(site, facts)
    several = len(step.sources) > 1
    met = [_merge_table(totals, merge_values(site, step, facts), before)] if several else []
    return [*met, _layer_table(totals, step.layer, before, after)]


def _layer_table(totals: MeasuredNetwork, layer: Layer, before: Pair, after: Pair) -> Table:
    """Work out the laws of a layer, then the cumulative values after it."""
    network = totals.network
    lines = [line for working in workings(layer) for line in _worked(network, working)]
    if not lines:
        return Table(("",), [(f"It has no law, so it is {NEUTRAL}.",)])
    for (name, measure, equation), so_far, reached in zip(SERIES, before, after, strict=True):
        if measure in totals.refused:
            lines.append((f"{name} so far, {equation}", totals.why(measure)))
            continue
        own = layer.law(name)
        factors = "" if own is None else f"= {_factor(network, so_far)} * {_factor(network, own)}"
        told = [factors, f"= {_number(network, reached)}"] if factors else [f"= {_number(network, so_far)}"]
        lines += zip((f"{name} so far, {equation}", ""), told, strict=False)
    return Table(("", ""), lines)


def _worked(network: Network, working: Working) -> Iterator[tuple[str, str]]:
    equations = f"eq. {', '.join(working.equations)}" if working.equations else ""
    source = working.remark if len(working.remark) <= REMARK else equations
    law = ", ".join(filter(None, [working.law, source]))
    yield law, f"follows from {working.text}" if working.derived else f"= {working.text}"
    if working.refused:
        yield "", f"refused: {working.refused}"
        return
    if working.put_in and working.value is not None:
        yield "", f"= {working.put_in}"
    told = NEUTRAL if working.value is None else _number(network, working.value)
    if told.replace(" ", "") not in (text.replace(" ", "") for text in (working.text, working.put_in)):
        yield "", f"= {told}"
    if working.shared:
        yield "", f"the weights of {working.shared}, counted once for all that use them"


def _merge_table(totals: MeasuredNetwork, met: MergeValues, after: Pair) -> Table:
    """Make a table with a row for each branch of a merge."""
    network, won = totals.network, met.winner.branch
    power = _number(network, after[0] if won is None else met.branches[won].cumulative[0])
    apart = met.branches[0].own is None
    pairs = [(*(branch.own or ()), *branch.cumulative) for branch in met.branches]
    measures = [measure for _, measure, _ in SERIES] * (1 if apart else 2)
    values = [
        column([cells.REFUSED if name in totals.refused else cells.told(network, value) for value in told])
        for name, told in zip(measures, zip(*pairs, strict=True), strict=True)
    ]
    names = [" -> ".join(branch.names) or "(empty)" for branch in met.branches]
    shares = floats([None if b.share is None else 100 * b.share for b in met.branches], SHARE, "")
    rows = [*zip(map(str, range(1, len(names) + 1)), names, *values, shares, strict=True)]
    headers = APART if apart else HEADERS
    gives = () if apart else (2, 3)
    summed = "gcc" not in totals.refused
    shared = summed and any(branch.share is not None for branch in met.branches)
    shown = len(headers) if shared else len(headers) - 1
    notes = [""]
    if "gcip" in totals.refused:
        notes.append(f"power {totals.why('gcip')}")
    else:
        notes.append(f"power: the maximum, eq. (19): {power}, of {_winner(met.winner)}")
        notes += [f"  {case}" for case in cases(met.winner)]
    total = f": the sum, eq. (20): {_number(network, after[1])}" if summed else f" {totals.why('gcc')}"
    notes.append(f"complexity{total}")
    return Table(
        headers[:shown],
        [row[:shown] for row in rows],
        notes if apart else [*notes, LEGEND],
        keys=1,
        gives=gives,
    )


def _winner(winner: Winner) -> str:
    if winner.branch is None:
        return f"{branches(winner.open)}, and it is open of which"
    ties = f", and of {branches(winner.ties)} as well" if winner.ties else ""
    return branches([winner.branch]) + ties


def found_record(totals: MeasuredNetwork, found: UsesAtSpan) -> dict[str, Any]:
    """Write a layer or a merge as JSON: the row of its first use, and what explains its values."""
    network, (row, site) = totals.network, found.uses[0]
    span, facts = site.step.span, network.facts or Facts()
    place = {"line": span.line, "column": span.column}
    used = None if found.times is None else param_record(network, found.times)
    told = {**place, "uses": used, **row_record(totals, row)}
    if len(site.step.sources) > 1 or isinstance(site.step, Merge):
        told |= _met(totals, merge_values(site, site.step, facts))
    if isinstance(site.step, Merge):
        return told
    return {
        **told,
        "workings": _workings(site.step.layer),
        "before": _pair(totals, arriving(site, facts)),
    }


def _met(totals: MeasuredNetwork, met: MergeValues) -> dict[str, Any]:
    """Write what the branches bring to a merge, or the values to a layer of several."""
    branches = [
        {
            "steps": list(branch.names),
            "from_fork": None if branch.own is None else _pair(totals, branch.own),
            "from_input": _pair(totals, branch.cumulative),
            "share": None if "gcc" in totals.refused else branch.share,
        }
        for branch in met.branches
    ]
    winner = None if "gcip" in totals.refused else winner_record(met.winner)
    return {"winner": winner, "branches": branches}


def _workings(layer: Layer) -> dict[str, Any]:
    return {
        working.law: {
            "text": working.text,
            "derived": working.derived,
            "at": str(working.span),
            "equations": list(working.equations),
            "put_in": working.put_in or None,
            **({"error": working.refused} if working.refused else {}),
        }
        for working in workings(layer)
    }


def _pair(totals: MeasuredNetwork, pair: Pair) -> dict[str, Any]:
    return {
        name: None if measure in totals.refused else closed_record(cells.told(totals.network, value))
        for (name, measure, _), value in zip(SERIES, pair, strict=True)
    }


def winner_record(winner: Winner) -> dict[str, Any]:
    """Write which branch gives the maximum; branches are counted from 1, as in texts."""
    return {
        "branch": None if winner.branch is None else winner.branch + 1,
        "ties": [place + 1 for place in winner.ties],
        "open": [place + 1 for place in winner.open],
        "cases": [
            {"when": when, "branch": None if place is None else place + 1} for when, place in winner.cases
        ],
    }


def _factor(network: Network, value: Product | Scalar) -> str:
    text = _number(network, value)
    return text if _ATOM.fullmatch(text) else f"({text})"


def _number(network: Network, value: Product | Scalar) -> str:
    return cells.number(cells.told(network, value))
