"""Points built one by one: what no closed form tells.

From values of the params; to the number of each measure at each point, or the reason why there is
no network. It is the ordinary way of `eval` at numbers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from layercalc.closed import Closed
from layercalc.errors import LimitError, Source, Span, SpecError
from layercalc.measures import measure_all
from layercalc.numbers.scalar import Number
from layercalc.resolve import resolve
from layercalc.resolve.points import decimal
from layercalc.resolve.program import Given
from layercalc.sweep.grid import Value
from layercalc.sweep.request import Request
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
    text = str(value).lower() if isinstance(value, bool) else decimal(value)
    span = Span(Source(f"--{name}", text), 0, len(text))
    if isinstance(value, bool):
        return tree.Name(text, span)
    if "/" in text or text.startswith("-"):
        from layercalc.syntax.parse import parse_values

        (found,) = parse_values(span.source)
        assert not isinstance(found, tree.Interval)
        return found
    return tree.Number(text, span)


def measured(request: Request, values: Mapping[str, Value]) -> dict[str, Number | float] | str:
    """Measure one point; where there is no network, tell why.

    >>> from layercalc.resolve.loading import load_program
    >>> from layercalc.sweep.grid import Grid
    >>> request = Request(load_program("resnet_cifar"), Grid({"depth": [20, 21]}), ("params",))
    >>> measured(request, {"depth": 20}), measured(request, {"depth": 21})
    ({'params': 269722}, 'depth = 21 is outside `(depth - 2) % 6 == 0 and depth >= 8`')
    """
    try:
        network = resolve(request.program, {**request.given, **given(values)}, request.assume)
        found = measure_all(network, request.measures)
        return {name: number_of(name, closed) for name, closed in found.items()}
    except LimitError:
        raise
    except SpecError as error:
        return error.diagnostics[0].message


def number_of(name: str, closed: Closed) -> Number | float:
    """Give the value of a measure at numbers: of those that overflow, the logarithm to base two."""
    if name in LOGS:
        found = closed.log2
    else:
        found = closed.number
        if found is None:
            found = math.inf
    if found is None:
        raise SpecError([])
    return found


def columns_of(measures: Sequence[str]) -> list[str]:
    """Name the columns of measures.

    >>> columns_of(["gcc", "params"])
    ['log2_gcc', 'params']
    """
    return [f"log2_{name}" if name in LOGS else name for name in measures]
