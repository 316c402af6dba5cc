"""The measures: which algebra, which law, which unit.

From: a `Network`. To: a `Closed` value for each measure asked for. Promises: a
reading of the network is made once and shared by the measures that need it. A
new measure is a declaration in `standard`; neither the nodes nor the fold change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from layercalc import limits
from layercalc.closed import Closed, domain_of
from layercalc.errors import did_you_mean, fail
from layercalc.forms.product import Product
from layercalc.measures import vc
from layercalc.measures.measure import Measure, Readings
from layercalc.measures.standard import STANDARD
from layercalc.network import Network
from layercalc.numbers.scalar import Scalar

MEASURES: Mapping[str, Measure] = {measure.name: measure for measure in STANDARD}
#: Those that are told by their logarithm too.
LOGS = ("gcip", "gcc", "gsip", "gsc", "gwc")
#: Those that are taken only when asked for by name: they say nothing of many networks.
BY_NAME: Mapping[str, Measure] = {measure.name: measure for measure in vc.MEASURES}


def find_measure(name: str) -> Measure:
    """Find a measure by name."""
    known = {**MEASURES, **BY_NAME}
    if name not in known:
        hint = did_you_mean(name, known) or f"measures: {', '.join(known)}"
        raise fail(f"no measure is called '{name}'", hint=hint)
    return known[name]


class Taken(NamedTuple):
    """The value of a measure as its algebra gives it, and the sums that are factors of it."""

    measure: Measure
    value: Product | Scalar
    sums: Sequence[Scalar]


def measure_all(network: Network, names: Iterable[str] | None = None) -> dict[str, Closed]:
    """Take measures of a network, those of `MEASURES` unless some are named.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.program import load_program
    >>> measure_all(resolve(load_program("lenet")), ["params", "layers"])
    {'params': Closed(value=61706), 'layers': Closed(value=11)}
    """
    return tell(network, take(network, names))


def take(network: Network, names: Iterable[str] | None = None) -> dict[str, Taken]:
    """Read a network in the algebra of each measure; its symbols are the canonical ones.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.program import load_program
    >>> take(resolve(load_program("lenet")), ["params"])["params"].value
    61706
    """
    chosen = [find_measure(name) for name in (MEASURES if names is None else names)]
    readings = Readings(network)
    with limits.deep_recursion():
        return {one.name: Taken(one, one.take(readings), one.sums(readings)) for one in chosen}


def tell(network: Network, taken: Mapping[str, Taken]) -> dict[str, Closed]:
    """Put the values of measures into the author's symbols, each with where it holds.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.program import load_program
    >>> network = resolve(load_program("lenet"))
    >>> tell(network, take(network, ["layers"]))
    {'layers': Closed(value=11)}
    """
    holds = {laws: domain_of(network, laws) for laws in {one.measure.laws for one in taken.values()}}
    return {
        name: Closed.told(one.value, network.facts, one.sums, holds[one.measure.laws])
        for name, one in taken.items()
    }
