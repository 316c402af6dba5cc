"""Points built one by one: what no closed form tells.

From values of the params; to the number of each measure at each point, or the reason why there is
no network. It is the ordinary way of `eval` at numbers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from layercalc.closed import Closed
from layercalc.errors import Source, Span, SpecError
from layercalc.measures import measure_all
from layercalc.network import Network
from layercalc.numbers.rational import Number
from layercalc.resolve import resolve
from layercalc.resolve.points import setting
from layercalc.resolve.program import Given
from layercalc.sweeps.grid import Value
from layercalc.sweeps.request import Request
from layercalc.syntax import tree

#: The measures that overflow, of which the logarithm to base two is given.
LOGS = ("gcip", "gcc", "gwc")


def given(values: Mapping[str, Value]) -> dict[str, Given]:
    """Write values in the language.

    >>> given({"width": 16})["width"].expression.text
    '16'
    """
    return {name: Given(_node(name, value)) for name, value in values.items()}


def _node(name: str, value: Value) -> tree.Expression:
    text = setting(value)
    span = Span(Source(f"--{name}", text), 0, len(text))
    if isinstance(value, bool):
        return tree.Name(text, span)
    if "/" in text or text.startswith("-"):
        from layercalc.syntax.parse import parse_values

        (found,) = parse_values(span.source)
        assert not isinstance(found, tree.Interval)
        return found
    return tree.Number(text, span)


def network(request: Request, values: Mapping[str, Value]) -> Network:
    """Build the network of a point.

    Raises `SpecError` where there is none.
    """
    return resolve(request.program, {**request.given, **given(values)}, request.assume)


def measure(request: Request, values: Mapping[str, Value]) -> dict[str, Number | float] | SpecError:
    """Measure one point; where there is no network, give the error.

    >>> from layercalc.resolve.loading import load_program
    >>> from layercalc.sweeps.grid import Grid
    >>> request = Request(load_program("resnet_cifar"), Grid({"depth": [20, 21]}), ("params",))
    >>> measure(request, {"depth": 20}), measure(request, {"depth": 21}).diagnostics[0].message
    ({'params': 269722}, 'depth = 21 is outside `(depth - 2) % 6 == 0 and depth >= 8`')
    """
    try:
        found = measure_all(network(request, values), request.measures)
        return {name: number_of(name, closed) for name, closed in found.items()}
    except SpecError as error:
        return error


def number_of(name: str, closed: Closed) -> Number | float:
    """Give the value of a measure at numbers: of those that overflow, the logarithm to base two."""
    found = closed.log2 if name in LOGS else closed.number
    return math.inf if found is None else found
