"""Measures that a network's spec declares, as the measures that they are.

From: `network.Quantity`. To: `Measure`. Promises: one over layers is read in the algebra of its
word, (+, +) or (max, max), and one along a path in (max, +); one of other measures is made of
their values, in the symbols that the facts put in the author's place.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import chain

from layercalc.algebras import greatest, max_plus
from layercalc.errors import fail
from layercalc.evaluate import Reading
from layercalc.forms import product
from layercalc.measures.measure import Measure, Readings
from layercalc.network import Quantity
from layercalc.numbers.expansion import expanded
from layercalc.numbers.logs import Constant
from layercalc.numbers.scalar import Scalar

SOURCE = "declared"


def declared(
    quantities: Mapping[str, Quantity], known: Mapping[str, Measure], law: str
) -> dict[str, Measure]:
    """Give the declared measures beside those that are known; `law` heads the key of their own conditions."""
    found = dict(known)
    waiting = list(quantities.values())
    while waiting:  # one made of others comes behind these
        ready = [q for q in waiting if q.over or all(name in found for name in q.reads)]
        found |= {q.name: _measure(q, found, law) for q in ready}
        waiting = [q for q in waiting if q.name not in found]
    return {name: found[name] for name in quantities}


def heading(name: str) -> str:
    """Head a declared measure.

    >>> heading("kv_cache")
    'kv cache'
    """
    return name.replace("_", " ")


def _measure(quantity: Quantity, known: Mapping[str, Measure], law: str) -> Measure:
    name, parts = quantity.name, {} if quantity.over else {read: known[read] for read in quantity.reads}
    read = quantity.reads if quantity.over else chain(*(part.laws for part in parts.values()))
    take = partial(_OVER[quantity.over], quantity) if quantity.over else partial(_made, quantity, parts)
    laws = tuple(dict.fromkeys([f"{law}{name}", *read]))
    notes = [quantity.note, *(part.remark for part in parts.values() if part.source == SOURCE)]
    remark = ", ".join(dict.fromkeys(filter(None, notes)))
    ends = partial(_ends, quantity) if quantity.over == "longest" else None
    return Measure(name, heading(name), quantity.title, SOURCE, take, laws, outputs=ends, remark=remark)


def _sum(quantity: Quantity, readings: Readings) -> Scalar:
    return readings.total(quantity.at)


def _max(quantity: Quantity, readings: Readings) -> Scalar:
    reading = Reading(greatest.Greatest(readings.network.facts), quantity.at)
    return expanded(reading.over_layers(readings.network.body))


def _longest(quantity: Quantity, readings: Readings) -> Scalar:
    return expanded(readings.output(Reading(max_plus.MaxPlus(readings.network.facts), quantity.at)))


def _ends(quantity: Quantity, readings: Readings) -> list[Scalar]:
    return [*map(expanded, readings.outputs(Reading(max_plus.MaxPlus(readings.network.facts), quantity.at)))]


def _made(quantity: Quantity, parts: Mapping[str, Measure], readings: Readings) -> Scalar:
    """Make a measure of others, which are numbers of a plain size or expressions of symbols."""
    values: dict[str, Scalar] = {}
    for name, part in parts.items():
        value = part.take(readings)
        exact: Scalar | None
        if isinstance(value, Constant) or not isinstance(value, product.Product):
            exact = value
        else:
            exact = value.rational()
        if exact is None:
            message = (
                f"{quantity.name}: {part.label} is a product of powers, of which no other measure is made"
            )
            raise fail(message, quantity.span, "sums over layers and lengths can be put together")
        values[name] = exact
    return expanded(quantity.read(values, None))


_OVER = {"sum": _sum, "max": _max, "longest": _longest}
