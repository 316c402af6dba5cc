"""What a search found, as JSON and as rows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from layercalc.report.records import param_record
from layercalc.searches import cells
from layercalc.searches.columns import Array
from layercalc.searches.found import Binding, Found
from layercalc.searches.neighbours import Neighbour, neighbours
from layercalc.searches.objective import Objective


def front_columns(found: Found) -> dict[str, Array]:
    """Give the columns of the front, how many points each stands for, and which is the knee."""
    knee = np.arange(found.count) == (-1 if found.knee is None else found.knee)
    return {**found.columns, "alike": found.alike, "knee": knee}


def front_records(found: Found) -> Iterator[dict[str, Any]]:
    """Write the points of the front, each with its params, its measures and whether it is the knee."""
    columns = front_columns(found)
    for row in zip(*(column.tolist() for column in columns.values()), strict=True):
        yield dict(zip(columns, map(_json, row), strict=True))


def _json(value: Any) -> Any:
    """Give a number as JSON can have it."""
    return value if not isinstance(value, float) or math.isfinite(value) else None


def record(found: Found, spec: str) -> dict[str, Any]:
    """Write a search as JSON."""
    question, sample, network = found.question, found.sample, found.network
    return {
        "network": network.name,
        "spec": spec,
        "laws": network.laws,
        "params": {n: param_record(network, v) for n, v in network.params.items() if n not in question.axes},
        "over": {name: _axis_record(several) for name, several in question.axes.items()},
        "objectives": [_objective_record(objective) for objective in question.objectives],
        "points": found.points,
        "valid": found.valid,
        "feasible": found.feasible,
        "dropped": dict(found.dropped.counts),
        "examples": {reason: one._asdict() for reason, one in found.dropped.examples.items()},
        "bounds": [_bound_record(one) for one in found.bounds],
        "sample": None if sample is None else {"trials": sample.trials, "seed": sample.seed},
        "ends": {name: [*counts] for name, counts in found.at_ends().items()},
        "front": [*front_records(found)],
        "neighbours": []
        if found.knee is None
        else [*map(_neighbour_record, neighbours(question, found.point(found.knee)))],
    }


def _axis_record(several: Sequence[Any]) -> dict[str, Any]:
    return {"first": cells.plain(min(several)), "last": cells.plain(max(several)), "values": len(several)}


def _objective_record(objective: Objective) -> dict[str, Any]:
    tolerance = objective.tolerance
    told = None if tolerance is None else {"amount": tolerance.amount, "unit": tolerance.unit}
    return {"measure": objective.measure, "side": objective.side, "tolerance": told}


def _bound_record(one: Binding) -> dict[str, Any]:
    counts = {"outside": one.outside, "alone": one.alone, "joins": one.joins, "goes": one.goes}
    return {"bound": one.bound.text, **counts, "binds": one.binds}


def _neighbour_record(one: Neighbour) -> dict[str, Any]:
    told = {name: _json(column[0].item()) for name, column in one.columns.items() if len(column)} or None
    return {
        "param": one.param, "value": cells.plain(one.value), "measures": told,
        "reason": one.reason or None, "breaks": [*one.breaks],
    }  # fmt: skip
