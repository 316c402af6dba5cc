"""The paths of a network by their number of layers, and the share of GCC that they carry.

From: a network. To: its generating polynomials, in which x^k stands for the paths of k
local layers: one with the number of these paths, one with the sum of their complexities.
Both are read in (+, x), a layer being x, or x times its complexity, so that they have
closed forms wherever GCC has one: n residual blocks of k layers are (1 + x^k)^n, which
has binomial(n, j) paths through j of them (Veit et al. 2016). Promises: at x = 1 they are
the number of all paths and GCC.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from layercalc import limits
from layercalc.algebras.plus_times import PlusTimes
from layercalc.algebras.polynomials import Polynomial, Polynomials
from layercalc.algebras.powers import NoClosedForm
from layercalc.closed import Closed
from layercalc.errors import SpecError
from layercalc.evaluate import Reading
from layercalc.expressions.scope import is_symbolic
from layercalc.forms.product import Product
from layercalc.lazy import sympy
from layercalc.measures.measure import is_local
from layercalc.network import Layer, Network, Scalar
from layercalc.numbers.scalar import symbolic

#: Names for the variable; the first that the author has not used is taken.
NAMES = ("x", "z", "y", "t")


@dataclass(frozen=True, slots=True)
class Length:
    """The paths of one length: how many there are, and their share of GCC (None where it has symbols)."""

    layers: int
    paths: int
    share: float | None


class Lengths:
    """The lengths of the paths of a network; `x` is a symbol that its author has not used.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.points import read_points
    >>> from layercalc.resolve.loading import load_program
    >>> depth = read_points("depth", "n")[0]
    >>> lengths = Lengths(resolve(load_program("resnet_cifar"), {"depth": depth}))
    >>> lengths.counts.exact().text
    'x^4 * ((x^3 + 1)^3 * x^3)^((n - 2)/6)'
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        taken = {name for value in network.params.values() for name in _symbols(network, value)}
        names = (*NAMES, *(f"x{number}" for number in range(len(taken) + 1)))
        self.x = sympy.Symbol(next(name for name in names if name not in taken), positive=True)

    @cached_property
    def counts(self) -> Closed:
        """The number of paths of each length, as a polynomial in x."""
        return self._closed(self._one)

    @cached_property
    def weights(self) -> Closed:
        """The part of GCC that the paths of each length carry, as a polynomial in x."""
        return self._closed(self._weight)

    @cached_property
    def paths(self) -> Closed:
        """The number of all paths."""
        return self.counts.substitute({str(self.x): 1})

    @cached_property
    def table(self) -> tuple[Length, ...]:
        """The lengths one by one; empty where there are too many, or their number is a symbol."""
        counts = self._written_out(self._one)
        if counts is None:
            return ()
        weights = self._heaviness()
        whole = sum(weights.values())
        return tuple(
            Length(length, paths, float(weights.get(length, 0) / whole) if whole else None)
            for length, paths in counts
        )

    def _heaviness(self) -> dict[int, Scalar]:
        """Give the part of GCC by length; empty where that has symbols, or GCC is refused."""
        try:
            symbols = {*self.weights.symbols} - {str(self.x)}
        except SpecError:
            return {}
        return {} if symbols else dict(self._written_out(self._weight) or ())

    def _one(self, layer: Layer) -> Scalar | None:
        return self.x if is_local(layer) else None

    def _weight(self, layer: Layer) -> Scalar | None:
        complexity = layer.law("complexity")
        return (
            None if not is_local(layer) else self.x if complexity is None else self.x * symbolic(complexity)
        )

    def _closed(self, leaf: Callable[[Layer], Scalar | None]) -> Closed:
        with limits.deep_recursion():
            reading: Reading[Product] = Reading(PlusTimes(self.network.facts), leaf)
            return Closed.told(reading.meeting(self.network.body), self.network.facts)

    def _written_out(self, leaf: Callable[[Layer], Scalar | None]) -> Polynomial | None:
        try:
            with limits.deep_recursion():
                return Reading(Polynomials(self.x), leaf).meeting(self.network.body)
        except (NoClosedForm, SpecError):
            return None


def _symbols(network: Network, value: object) -> set[str]:
    if isinstance(value, tuple):
        return {name for item in value for name in _symbols(network, item)}
    return {*Closed.told(value, network.facts).symbols} if is_symbolic(value) else set()
