"""Measures and layers as JSON values: expressions in the language's syntax, numbers, logarithms."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

from layercalc.closed import Closed
from layercalc.errors import SpecError
from layercalc.expressions.scope import describe, is_scalar
from layercalc.inspect.layer_table import LayerRow
from layercalc.inspect.measured import MeasuredNetwork
from layercalc.measures import measure_outputs
from layercalc.network import Network, Scalar, Tensor
from layercalc.report import cells
from layercalc.report.domains import domain_record, of_measures


def point_record(point: MeasuredNetwork, spec: str) -> dict[str, Any]:
    """Write a point as JSON: the network, its params, its measures.

    >>> from layercalc.measures import measure_all
    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> network = resolve(load_program("lenet"))
    >>> told = point_record(MeasuredNetwork(network, measure_all(network, ["params"])), "lenet")
    >>> told["params"], told["measures"]
    ({'classes': 10}, {'params': {'expr': '61706', 'value': 61706, 'log2': 15.913...}})
    """
    holds = domain_record(of_measures(point.measures))
    outputs = measure_outputs(point.network, point.measures)
    apart = {
        output: {"shape": _shape(point.network, shape), "measures": _records(outputs[output])}
        for output, shape in point.network.leaving.items()
        if outputs
    }
    more = {"outputs": apart} if apart else {}
    told = _records(point.measures) | {name: refusal(error) for name, error in point.refused.items()}
    measures = {name: told[name] for name in point.names}
    return {**network_record(point.network, spec), "measures": measures, **more, **holds}


def refusal(error: SpecError) -> dict[str, Any]:
    """Tell why a measure is refused, in its place."""
    first, *_ = error.diagnostics
    place = {"place": str(first.span)} if first.span is not None else {}
    return {"error": first.message, **place, **({"hint": first.hint} if first.hint else {})}


def _records(measures: Mapping[str, Closed]) -> dict[str, Any]:
    return {name: closed_record(closed) for name, closed in measures.items()}


def network_record(network: Network, spec: str) -> dict[str, Any]:
    """Write as JSON which network it is: the spec, its law set, its params."""
    return {
        "network": network.name,
        "spec": spec,
        "laws": network.laws,
        "params": {name: param_record(network, value) for name, value in network.params.items()},
    }


def closed_record(closed: Closed) -> dict[str, Any]:
    """Write a value as JSON; a number beyond the range of a double is null.

    >>> closed_record(Closed(0))
    {'expr': '0', 'value': 0, 'log2': None}
    """
    written, log = closed.exact(), closed.log2
    told: dict[str, Any] = {
        "expr": written.text,
        "value": _number(closed),
        "log2": log if log is not None and math.isfinite(log) else None,
    }
    if written.definitions:
        told["definitions"] = dict(written.definitions)
    if closed.cases:
        told["cases"] = [{"when": when, "expr": str(value.exact())} for when, value in closed.cases]
    return told


def row_record(totals: MeasuredNetwork, row: LayerRow, measures: Sequence[str] = ()) -> dict[str, Any]:
    """Write a row of the table of layers as JSON; neutral laws, and those of a merge, are null.

    A shut block has the sums of the laws of its layers.
    """
    network = totals.network
    local: Mapping[str, Any] = dict.fromkeys(("power", "complexity", "params", "macs"))
    if row.layer is not None or row.body is not None:
        local = {name: _law(network, partial(row.law, name)) for name in local}
    return {
        "kind": row.kind,
        "name": row.name,
        "place": list(row.place),
        "times": param_record(network, row.times),
        "inputs": [_shape(network, tensor) for tensor in row.inputs],
        "output": _shape(network, row.output),
        **local,
        **({"measures": _at_layer(network, row, measures)} if measures else {}),
        **_cumulative(totals, row),
    }


def _law(network: Network, take: Callable[[], Scalar | None]) -> dict[str, Any] | None:
    def told() -> Closed | None:
        value = take()
        return None if value is None else cells.told(network, value)

    return told_or_refused(told)


def told_or_refused(take: Callable[[], Closed | None]) -> dict[str, Any] | None:
    """Write a value as JSON, or why it is refused."""
    try:
        value = take()
    except SpecError as error:
        return refusal(error)
    return None if value is None else closed_record(value)


def _cumulative(totals: MeasuredNetwork, row: LayerRow) -> dict[str, Any]:
    """Tell the values behind a row; shared weights stand on no way and have none."""
    behind = {"cumulative_power": ("gcip", row.power), "cumulative_complexity": ("gcc", row.complexity)}
    if row.kind == "weights":
        return dict.fromkeys(behind)
    return {
        key: refusal(totals.refused[name])
        if name in totals.refused
        else closed_record(cells.told(totals.network, value))
        for key, (name, value) in behind.items()
    }


def _at_layer(network: Network, row: LayerRow, measures: Sequence[str]) -> dict[str, Any]:
    return {name: _law(network, partial(row.total, network.measures[name].at)) for name in measures}


def _shape(network: Network, tensor: Tensor) -> list[Any]:
    return [param_record(network, size) for size in tensor.sizes]


def _number(closed: Closed) -> int | float | None:
    """Give an integer as it is, any other number as a double, and None beyond the range of a double."""
    number = closed.number
    try:
        double = None if number is None else float(number)
    except OverflowError:
        return None
    if double == 0 and number != 0:
        return None
    return number if isinstance(number, int) else double


def param_record(network: Network, value: object) -> Any:
    """Write the value of a param or a count as JSON: a number where a double holds it, else a text."""
    if isinstance(value, bool | str):
        return value
    if isinstance(value, tuple):
        return [param_record(network, item) for item in value]
    if not is_scalar(value):
        return describe(value)
    closed = cells.told(network, value)
    number = _number(closed)
    exact = number is not None and isinstance(closed.value, int | Fraction)
    return number if exact and Fraction(str(number)) == closed.value else closed.exact().text
