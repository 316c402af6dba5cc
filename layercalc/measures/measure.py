"""What a measure is, and the readings of a network that measures share."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from layercalc import assumptions
from layercalc.algebras import max_plus, max_times, plus_times
from layercalc.algebras.total import Total
from layercalc.evaluate import Reading
from layercalc.forms import product
from layercalc.network import Body, Layer, Network, Repeat, Scalar
from layercalc.numbers.expansion import expanded
from layercalc.records import dataclass

if TYPE_CHECKING:
    from layercalc.assumptions import Facts
    from layercalc.forms.product import Product
    from layercalc.measures.layering import Layering

V = TypeVar("V")
Pair: TypeAlias = "tuple[Product, Product]"
"""Cumulative power and complexity at a point."""


#: What a measure may read of a layer.
EVERY = ("power", "complexity", "params", "macs", "comparisons", "degree")


class Readings:
    """A network with its readings: each is made when the first measure asks for it.

    Those of the measures `refused` are 1 everywhere, beside those of the others.
    """

    def __init__(self, network: Network, refused: Container[str] = ()) -> None:
        self.network = network
        self._refused = refused

    @cached_property
    def facts(self) -> Facts:
        """What is known of the symbols; algebras need none where there are none."""
        return self.network.facts or assumptions.Facts()

    @cached_property
    def power(self) -> Reading[Product]:
        """Intrinsic power along the paths: (max, x), eq. (18) and (19)."""
        return Reading(max_times.MaxTimes(self.network.facts), self._law("power", "gcip"))

    @cached_property
    def complexity(self) -> Reading[Product]:
        """Complexity along the paths: (+, x), eq. (17) and (20)."""
        return Reading(plus_times.PlusTimes(self.network.facts), self._law("complexity", "gcc"))

    @cached_property
    def local_layers(self) -> Reading[Scalar]:
        """Local layers along the paths: (max, +)."""
        return Reading(max_plus.MaxPlus(self.network.facts), is_local)

    @cached_property
    def layering(self) -> Layering:
        """Layers and units as theorems on VC dimension count them."""
        from layercalc.measures.layering import layering  # only the bounds by name ask for it

        return layering(self.network, self.facts)

    def _law(self, name: str, measure: str) -> Callable[[Layer], Scalar | None]:
        """Read a law of layers; of a measure that is refused none is read."""
        refused = measure in self._refused
        return lambda layer: None if refused else layer.law(name)

    def authored(self, value: Scalar) -> Scalar:
        """Put the author's symbols into a count before it stands in a logarithm, and multiply it out."""
        from layercalc.closed import Closed  # at numbers the mistakes of a network are told without

        told: Scalar = Closed.told(value, self.facts).value
        return told

    def output(self, reading: Reading[V]) -> V:
        """Give the value at the network's end, where its outputs meet; what enters is 1 (section 6.1)."""
        return reading.meeting(self.network.body)

    def outputs(self, reading: Reading[V]) -> list[V]:
        """Give the value at each output of the network."""
        return reading.at_outputs(self.network.body)

    def entering(self) -> list[Pair]:
        """Give the values that enter the network: 1 (section 6.1)."""
        one = product.Product.of(1)
        return [(one, one)] * len(self.network.body.inputs)

    def cumulative(self, body: Body, entering: Sequence[Pair]) -> list[Pair]:
        """Give the cumulative values at every point of a body, from those that enter it."""
        powers = self.power.cumulative(body, [power for power, _ in entering])
        complexities = self.complexity.cumulative(body, [complexity for _, complexity in entering])
        return [*zip(powers, complexities, strict=True)]

    def reached(self, step: Repeat, entering: Sequence[Pair]) -> list[Pair]:
        """Give the values that enter the round of a repeat's index, from those that enter the first."""
        powers = self.power.reached(step, [power for power, _ in entering])
        complexities = self.complexity.reached(step, [complexity for _, complexity in entering])
        return [*zip(powers, complexities, strict=True)]

    def total(self, leaf: Callable[[Layer], Scalar | None]) -> Scalar:
        """Sum a law over all layers, without the topology: eq. (3)."""
        return expanded(Reading(Total(), leaf).over_layers(self.network.body))


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure: its name, how it is headed, what that stands for, its source, how it is taken.

    `laws` are those of a layer that it reads. `sums` gives the sums that are factors of it
    and measures themselves: they are told alike.
    `outputs` takes it at each output of a network that has several. `remark` says below a
    table what its value does not.
    """

    name: str
    label: str
    title: str
    source: str
    take: Callable[[Readings], Product | Scalar]
    laws: tuple[str, ...] = EVERY
    sums: Callable[[Readings], Sequence[Scalar]] = lambda readings: ()
    outputs: Callable[[Readings], Sequence[Product | Scalar]] | None = None
    remark: str = ""


def is_local(layer: Layer) -> int | None:
    """Count 1 for a local layer, None for a neutral one (sections 5.10 and 5.11) or a constant."""
    neutral = layer.law("power") is None and layer.law("complexity") is None
    return None if neutral or layer.constant else 1
