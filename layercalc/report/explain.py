"""Layers, merges and the lengths of paths explained, as tables."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from layercalc.assumptions import Facts
from layercalc.closed import Closed
from layercalc.forms.product import Product
from layercalc.inspect.explain.carrier import Link
from layercalc.inspect.explain.lengths import Length, Lengths
from layercalc.inspect.explain.merges import Branch, Meeting, Winner, arriving, meeting
from layercalc.inspect.explain.places import Found, Use
from layercalc.inspect.explain.workings import Working, workings
from layercalc.measures.measure import Pair
from layercalc.network import Layer, Merge, Network, Scalar
from layercalc.report import cells
from layercalc.report.outline import branches, cases, outline
from layercalc.report.table import Table

NEUTRAL = "neutral: 1 in products, nothing in sums"
_ATOM = re.compile(r"[\w.-]+")
#: How the values so far go on behind a layer, by the law that carries them.
SERIES = (("power", "eq. (18)"), ("complexity", "eq. (17)"))
HEADERS = ("branch", "in it", "p", "c", "power", "complexity", "% of the sum")
#: The headers of a merge whose branches have no value in common.
APART = ("branch", "in it", "power", "complexity", "% of the sum")
LEGEND = "p, c: of the branch alone, from the fork on; power, complexity: from the input on"
#: Lengths of paths that a table shows, and characters of the longest closed form beside it.
SHOWN = 12
LONG = 600
#: A longer comment beside a law is told by its equations alone.
REMARK = 30
#: Numbers of paths with more bits than this are told as powers of two.
BITS = 64


def place_text(network: Network, found: Found) -> str:
    """Say what stands on a line and where it is used first."""
    row, site = found.uses[0]
    count = "its" if found.times is None else cells.param(network, found.times)
    used = "used once" if count == "1" else f"the first of {count} uses"
    inside = f", in {' > '.join(row.place)}" if row.place else ""
    shapes = ", ".join(dict.fromkeys(cells.shape(network, tensor) for tensor in row.inputs))
    ends = f"{shapes} to {cells.shape(network, row.output)}"
    return f"{row.name} at {site.step.span}, {used}{inside}: {ends}"


def use_tables(network: Network, use: Use) -> list[Table]:
    """Explain a layer or a merge at one place: what meets there, then its laws."""
    row, site = use
    step, after, facts = site.step, (row.power, row.complexity), network.facts or Facts()
    if isinstance(step, Merge):
        return [_merge_table(network, meeting(site, step, facts), after)]
    before = arriving(site, facts)
    several = len(step.sources) > 1
    met = [_merge_table(network, meeting(site, step, facts), before)] if several else []
    return [*met, _layer_table(network, step.layer, before, after)]


def _layer_table(network: Network, layer: Layer, before: Pair, after: Pair) -> Table:
    """Work the laws of a layer out, then the values from the input to behind it."""
    lines = [line for working in workings(layer) for line in _worked(network, working)]
    if not lines:
        return Table(("",), [(f"It has no law, so it is {NEUTRAL}.",)])
    for (name, equation), so_far, reached in zip(SERIES, before, after, strict=True):
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
    if working.put_in and working.value is not None:
        yield "", f"= {working.put_in}"
    told = NEUTRAL if working.value is None else _number(network, working.value)
    if told.replace(" ", "") not in (text.replace(" ", "") for text in (working.text, working.put_in)):
        yield "", f"= {told}"
    if working.shared:
        yield "", f"the weights of {working.shared}, counted once for all that use them"


def _merge_table(network: Network, met: Meeting, after: Pair) -> Table:
    """Set the branches of a merge side by side."""
    won = met.winner.branch
    power = _number(network, after[0] if won is None else met.branches[won].cumulative[0])
    rows = [_branch(network, place, branch) for place, branch in enumerate(met.branches, start=1)]
    apart = met.branches[0].own is None
    headers = APART if apart else HEADERS
    shown = len(headers) if any(branch.share is not None for branch in met.branches) else len(headers) - 1
    notes = ["", f"power: the maximum, eq. (19): {power}, of {_winner(met.winner)}"]
    notes += [f"  {case}" for case in cases(met.winner)]
    notes.append(f"complexity: the sum, eq. (20): {_number(network, after[1])}")
    return Table(headers[:shown], [row[:shown] for row in rows], notes if apart else [*notes, LEGEND], keys=1)


def _winner(winner: Winner) -> str:
    if winner.branch is None:
        return f"{branches(winner.open)}, and it is open of which"
    ties = f", and of {branches(winner.ties)} as well" if winner.ties else ""
    return branches([winner.branch]) + ties


def _branch(network: Network, place: int, branch: Branch) -> list[str]:
    values = [_number(network, value) for value in (*(branch.own or ()), *branch.cumulative)]
    return [str(place), " -> ".join(branch.names) or "(empty)", *values, _percent(branch.share)]


def carrier_text(network: Network, power: Closed, way: Sequence[Link]) -> str:
    """Tell the path that carries GCIP; a long closed form is left to `eval`."""
    told = power.cases[0][1].folded() if len(power.cases) == 1 else power.folded()
    head = f"The path that carries GCIP, {told}:" if len(told) <= LONG else "The path that carries GCIP:"
    return "\n".join([head, "", *outline(network, way)])


def paths_table(lengths: Lengths) -> Table:
    """Tell the number of paths by length, and the share of GCC that they carry."""
    rows: list[tuple[str, str]] = [("paths", lengths.paths.folded())]
    for label, closed in (("by length", lengths.counts), ("GCC by length", lengths.weights)):
        written = closed.folded_parts()
        if len(str(written)) > LONG:
            rows.append((label, "too long to be read, but --format json tells it"))
            continue
        rows.append((label, written.text))
        rows += [("", f"{name} = {text}") for name, text in reversed(written.definitions)]
    return Table(("", ""), rows)


def lengths_table(lengths: Lengths) -> Table:
    """List the lengths that carry most of GCC; where that has symbols, those of most paths."""
    found = lengths.table
    shared = any(length.share is not None for length in found)
    heaviest = sorted(found, key=lambda length: (-(length.share or 0), -length.paths))[:SHOWN]
    headers = ("layers", "paths", "% of GCC") if shared else ("layers", "paths")
    rows = [_length(length)[: len(headers)] for length in found if length in heaviest]
    notes = []
    if left := [length for length in found if length not in heaviest]:
        rest = f", with {_percent(sum(length.share or 0 for length in left))} % of GCC" if shared else ""
        notes = ["", f"{len(left)} lengths more, from {found[0].layers} to {found[-1].layers} layers{rest}"]
    return Table(headers, rows, notes)


def _length(length: Length) -> tuple[str, str, str]:
    short = length.paths.bit_length() <= BITS
    paths = str(length.paths) if short else f"2^{math.log2(length.paths):.6g}"
    return str(length.layers), paths, _percent(length.share)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.4g}"


def _factor(network: Network, value: Product | Scalar) -> str:
    text = _number(network, value)
    return text if _ATOM.fullmatch(text) else f"({text})"


def _number(network: Network, value: Product | Scalar) -> str:
    return cells.number(cells.told(network, value))
