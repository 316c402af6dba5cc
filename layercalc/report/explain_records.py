"""Layers, merges and paths explained, as JSON values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from layercalc.assumptions import Facts
from layercalc.inspect.explain.carrier import Link, Passed, Taken
from layercalc.inspect.explain.lengths import Lengths
from layercalc.inspect.explain.merges import Winner, meeting
from layercalc.inspect.explain.places import Found, written_at
from layercalc.inspect.explain.workings import workings
from layercalc.measures.measure import Pair
from layercalc.network import Layer, Merge, Network
from layercalc.report import cells
from layercalc.report.records import closed_record, param_record, row_record

#: Numbers of paths with more bits than this are told by their length alone.
BITS = 4096


def found_record(network: Network, found: Found) -> dict[str, Any]:
    """Tell a layer or a merge of a line: the row of its first use, and what explains it."""
    row, site = found.uses[0]
    span = written_at(site.step)
    place = {"line": span.line, "column": span.column}
    used = None if found.times is None else param_record(network, found.times)
    told = {**place, "uses": used, **row_record(network, row)}
    if isinstance(site.step, Merge):
        met = meeting(site, site.step, network.facts or Facts())
        branches = [
            {
                "steps": list(branch.names),
                "from_fork": None if branch.own is None else _pair(network, branch.own),
                "from_input": _pair(network, branch.cumulative),
                "share": branch.share,
            }
            for branch in met.branches
        ]
        return {**told, "winner": _winner(met.winner), "branches": branches}
    return {
        **told,
        "workings": _workings(site.step.layer),
        "before": _pair(network, site.values[site.step.source]),
    }


def _workings(layer: Layer) -> dict[str, Any]:
    return {
        working.law: {
            "text": working.text,
            "derived": working.derived,
            "at": str(working.span),
            "equations": list(working.equations),
            "put_in": working.put_in or None,
        }
        for working in workings(layer)
    }


def _pair(network: Network, pair: Pair) -> dict[str, Any]:
    names = ("power", "complexity")
    return {name: closed_record(cells.told(network, value)) for name, value in zip(names, pair, strict=True)}


def _winner(winner: Winner) -> dict[str, Any]:
    """Tell which branch wins; branches are counted from 1, as in texts."""
    return {
        "branch": None if winner.branch is None else winner.branch + 1,
        "ties": [place + 1 for place in winner.ties],
        "open": [place + 1 for place in winner.open],
        "cases": [
            {"when": when, "branch": None if place is None else place + 1} for when, place in winner.cases
        ],
    }


def way_record(network: Network, way: Sequence[Link]) -> list[dict[str, Any]]:
    """Tell a path; the way through a block, a loop or a branch stands within it."""
    return [_link(network, link) for link in way]


def _link(network: Network, link: Link) -> dict[str, Any]:
    if isinstance(link, Passed):
        return {"kind": "layer", "name": link.layer.name, "label": link.label, "line": link.layer.span.line}
    if isinstance(link, Taken):
        told = {"kind": "merge", "name": link.merge.kind, "label": link.label, "line": link.merge.span.line}
        return {**told, **_winner(link.winner), "way": way_record(network, link.way)}
    way = None if link.way is None else way_record(network, link.way)
    if link.rounds is None:
        return {"kind": "block", "name": link.name, "label": link.label, "way": way}
    rounds = param_record(network, link.rounds)
    return {"kind": "repeat", "rounds": rounds, "first": link.first, "label": link.label, "way": way}


def lengths_record(lengths: Lengths) -> dict[str, Any]:
    """Tell the polynomials by length, and each length where there is a table."""
    return {
        "variable": str(lengths.x),
        "paths": closed_record(lengths.paths),
        "paths_by_length": closed_record(lengths.counts),
        "gcc_by_length": closed_record(lengths.weights),
        "table": [
            {
                "layers": length.layers,
                "paths": length.paths if length.paths.bit_length() <= BITS else None,
                "share": length.share,
            }
            for length in lengths.table
        ],
    }
