"""The table of layers of a network, with the cumulative values after each (section 4, Fig. 7).

From: a network. To: a `LayerRow` for each layer, merge and end of a repeat, from input to
output. Promises: of a repeat one round is listed, or all; the last row before the output
has the network's GCIP and GCC.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator, Sequence
from typing import NamedTuple

from layercalc import limits
from layercalc.algebras.total import Total
from layercalc.closed import Closed
from layercalc.errors import Span, fail, limit
from layercalc.evaluate import Reading
from layercalc.forms.product import Product
from layercalc.measures.measure import Pair, Readings
from layercalc.network import (
    Applied,
    Body,
    Inline,
    Layer,
    Merge,
    Network,
    Recursion,
    Repeat,
    Scalar,
    Tensor,
    Weights,
)  # fmt: skip
from layercalc.numbers.expansion import expanded
from layercalc.records import dataclass, field, replace


class Site(NamedTuple):
    """A layer or a merge with the body around it, and the cumulative values at every point of the body."""

    body: Body
    step: Applied | Merge
    values: Sequence[Pair]


@dataclass(frozen=True, slots=True)
class LayerRow:
    """A layer, a merge, a shut block, the end of a repeat or shared weights: the `kind`.

    It has the values after it. `place` names the loops, branches, blocks and repeats around it, outermost
    first; `times` counts its rounds in the repeats that are listed once, and `span` is
    where it is written.
    """

    kind: str
    name: str
    place: tuple[str, ...]
    times: Scalar
    inputs: tuple[Tensor, ...]
    output: Tensor
    power: Product
    complexity: Product
    span: Span
    layer: Layer | None = None
    site: Site | None = None
    body: Body | None = None

    def law(self, name: str) -> Scalar | None:
        """Give a law of the layer, or its sum over the layers of a shut block; None where there is none."""
        return self.total(lambda layer: layer.law(name))

    def total(self, read: Callable[[Layer], Scalar | None]) -> Scalar | None:
        """Read the layer, or all layers of a shut block, without the topology: eq. (3)."""
        if self.body is None:
            return read(self.layer) if self.layer is not None else None
        found = expanded(Reading(Total(), read).over_layers(self.body))
        return found if found != 0 else None


def rows(
    network: Network,
    unroll: bool = False,
    levels: bool = True,
    depth: int | None = None,
    refused: Container[str] = (),
    at: Span | None = None,
    readings: Readings | None = None,
) -> Iterator[LayerRow]:
    """List the layers of a network; with `unroll`, every round of a repeat.

    Blocks are opened `depth` deep, all without it; one that is shut is a row. A symbolic number of
    nested levels cannot be listed; without `levels` it is left out. Of the measures `refused`, gcip
    and gcc, no values are taken: they are 1 in each row. With `at`, only what is written there is
    listed, and bodies without it are not looked into; `readings` of the network may be made before.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> for row in rows(resolve(load_program("mlp"))):
    ...     print(row.name, row.place, row.times, str(row.power.rational()))
    dense () 1 16/49
    relu () 1 1168/6125
    dense ('repeat 2',) 2 1168/6125
    relu ('repeat 2',) 2 85264/765625
    end of repeat 2 () 1 6224272/95703125
    dense () 1 389017/153125000

    Raises `SpecError` over `limits.ROWS` rows, and for a symbolic count that is to be listed or unrolled.
    """
    body, readings, meter = network.body, readings or Readings(network, refused), limits.Meter()
    with limits.deep_recursion(meter):
        if unroll:
            _check_length(_length(body, {}))
        listed = _Lister(readings, unroll, levels, depth, at).body(body, readings.entering(), (), 1)
        row = next(listed, None)
    while row is not None:
        if at is None or row.span == at:
            yield row
        with limits.deep_recursion(meter):
            row = next(listed, None)


def _length(body: Body, known: dict[int, int]) -> int:
    """Count the rows of a body with all rounds written out, as far as they can be listed."""
    if id(body) not in known:
        total = 0
        for step in body.steps:
            if isinstance(step, Applied | Merge):
                total += 1
            elif isinstance(step, Inline):
                total += _length(step.body, known)
            elif isinstance(step, Repeat) and isinstance(step.count, int):
                total += step.count * _length(step.body, known)
        known[id(body)] = total
    return known[id(body)]


def _check_length(rows: int) -> None:
    """Refuse a table that would be too long."""
    if rows > limits.ROWS:
        count = Closed(rows).folded()
        raise limit(f"--unroll: {count} layers and merges, and a listing has at most {limits.ROWS:,} rows")


@dataclass(slots=True)
class _Lister:
    readings: Readings
    unroll: bool
    levels: bool
    depth: int | None = None
    at: Span | None = None
    listed: int = 0
    opened: int = 0
    holding: dict[Body, bool] = field(default_factory=dict)

    def body(
        self, body: Body, entering: Sequence[Pair], place: tuple[str, ...], times: Scalar
    ) -> Iterator[LayerRow]:
        values = self.readings.cumulative(body, entering)
        names = _distinct(body)
        for number, step in body.numbered():
            here = (*place, step.label) if step.label else place
            if isinstance(step, Applied | Merge):
                yield self._row(Site(body, step, values), values[number], here, times)
            elif isinstance(step, Inline):
                if self.opened == self.depth:
                    yield from self._shut(body, step, number, names[number], values, here, times)
                    continue
                if not self._holds(step.body):
                    continue
                inner = [values[source] for source in step.sources]
                self.opened += 1
                yield from self.body(step.body, inner, (*here, names[number]), times)
                self.opened -= 1
            elif isinstance(step, Weights):
                yield from self._weights(step.body, (*here, f"weights of {step.sharing.name}"), times, step)
            elif isinstance(step, Recursion):
                self._refuse(step)
            elif self.unroll:
                yield from self._rounds(step, values, here, times)
            else:
                yield from self._once(body, step, number, values, here, times)

    def _holds(self, body: Body) -> bool:
        """Tell whether a body has what is asked for, or levels that cannot be listed."""
        if self.at is None:
            return True
        if body not in self.holding:
            self.holding[body] = any(
                isinstance(step, Recursion)
                or step.span == self.at
                or (isinstance(step, Inline | Repeat) and self._holds(step.body))
                for step in body.steps
            )
        return self.holding[body]

    def _shut(
        self, body: Body, step: Inline, number: int, name: str, values: Sequence[Pair], here: tuple[str, ...],
        times: Scalar,
    ) -> Iterator[LayerRow]:  # fmt: skip
        """List a block that is shut: its sums stand in the row of its first value."""
        outputs = range(number, number + len(step.body.outputs))
        inputs = tuple(body.shapes[source] for source in step.sources)
        for place, output in enumerate(outputs, start=1):
            self._count(step.span)
            told = name if len(outputs) == 1 else f"{name}, value {place}"
            inside = step.body if place == 1 else None
            row = LayerRow(
                "block", told, here, times, inputs, body.shapes[output], *values[output], step.span
            )
            yield replace(row, body=inside)

    def _weights(
        self, body: Body, place: tuple[str, ...], times: Scalar, weights: Weights
    ) -> Iterator[LayerRow]:
        """List the layers of shared weights, which stand on no way."""
        one = Product.of(1)
        for step in body.steps:
            if isinstance(step, Applied):
                layer = step.layer
                self._count(weights.span)
                shapes = layer.inputs, layer.output
                yield LayerRow("weights", layer.name, place, times, *shapes, one, one, weights.span, layer)
            elif isinstance(step, Recursion):
                self._refuse(step)
            elif isinstance(step, Repeat):
                label = () if step.count == 1 else (f"repeat {self._count_text(step.count)}",)
                yield from self._weights(step.body, (*place, *label), times * step.count, weights)

    def _refuse(self, step: Recursion) -> None:
        if self.levels:
            message = (
                f"the {self._count_text(step.count)} levels of {step.name} within each other cannot be listed"
            )
            raise fail(message, step.span, "a number for them works")

    def _row(self, site: Site, value: Pair, here: tuple[str, ...], times: Scalar) -> LayerRow:
        step = site.step
        if isinstance(step, Merge):
            self._count(step.span)
            inputs = tuple(site.body.shapes[source] for source in step.sources)
            return LayerRow(
                "merge", step.kind, here, times, inputs, step.output, *value, step.span, site=site
            )
        layer = step.layer
        self._count(layer.span)
        shapes = layer.inputs, layer.output
        return LayerRow("layer", layer.name, here, times, *shapes, *value, layer.span, layer, site)

    def _once(
        self, body: Body, step: Repeat, number: int, values: list[Pair], here: tuple[str, ...], times: Scalar
    ) -> Iterator[LayerRow]:
        """List one round of a repeat, the first or the one of its index, then its end."""
        label = f"repeat {self._count_text(step.count)}"
        if self._holds(step.body):
            inner = self.readings.reached(step, [values[source] for source in step.sources])
            shown = label if step.index is None else f"{label}, round {step.index}"
            yield from self.body(step.body, inner, (*here, shown), times * step.count)
        outputs = range(number, number + len(step.body.outputs))
        for place, output in enumerate(outputs, start=1):
            name = f"end of {label}" if len(outputs) == 1 else f"end of {label}, value {place}"
            shape = body.shapes[output]
            yield LayerRow("repeat", name, here, times, (shape,), shape, *values[output], step.span)

    def _rounds(
        self, step: Repeat, values: list[Pair], here: tuple[str, ...], times: Scalar
    ) -> Iterator[LayerRow]:
        if not isinstance(step.count, int):
            raise fail(f"--unroll: {self._count_text(step.count)} rounds cannot be written out", step.span)
        inner = [values[source] for source in step.sources]
        before = self.listed
        for number in range(1, step.count + 1):
            yield from self.body(step.body, inner, (*here, f"round {number} of {step.count}"), times)
            if self.listed == before:
                return  # a round without a row has none in the others either
            after = self.readings.cumulative(step.body, inner)
            inner = [after[output] for output in step.body.outputs]

    def _count_text(self, count: Scalar) -> str:
        return Closed.told(count, self.readings.network.facts).exact().text

    def _count(self, span: Span) -> None:
        self.listed += 1
        if self.listed > limits.ROWS:
            raise limit(f"this listing has over {limits.ROWS:,} rows, the limit", span)


def _distinct(body: Body) -> dict[int, str]:
    """Name the blocks of a body; those that are used several times are numbered."""
    inlined = [(number, step.name) for number, step in body.numbered() if isinstance(step, Inline)]
    uses = Counter(name for _, name in inlined)
    seen: Counter[str] = Counter()
    names = {}
    for number, name in inlined:
        seen[name] += 1
        names[number] = f"{name} {seen[name]}" if uses[name] > 1 else name
    return names
