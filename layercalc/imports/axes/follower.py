"""What is known while a graph is followed, and the steps that are written on the way."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from layercalc.imports.graph import Attribute, Graph, Node
from layercalc.imports.layout import (
    Axes,
    Axis,
    Factor,
    Held,
    Unfollowed,
    arranged,
    axes_of,
    flat,
    matched,
    sizes_of,
)
from layercalc.imports.names import identifier
from layercalc.imports.steps import Declared, Layered, Step, without_unused
from layercalc.imports.values import product


class Follower:
    """The steps so far, and for each node the value that it gives, with its axes."""

    def __init__(self, graph: Graph, ones: Mapping[int, frozenset[int]]) -> None:
        self.graph, self.ones = graph, ones
        self.steps: list[Step] = []
        self.held: dict[int, Held] = {}
        self.lost: set[int] = set()
        self.declared: dict[str, Declared] = {}
        self.place = 0
        self.users: dict[int, list[int]] = {place: [] for place in range(len(graph.nodes))}
        for place, node in enumerate(graph.nodes):
            for taken in node.inputs:
                self.users[taken].append(place)
        self._moved: dict[tuple[int, Axes], int] = {}

    def value(self, node: Node, which: int = 0) -> Held:
        """Give a value that a node takes. Raises `Unfollowed` for one of weights alone."""
        place = node.inputs[which]
        if place not in self.held:
            raise Unfollowed("it takes weights or a constant where a tensor of the data is needed")
        return self.held[place]

    def source(self, node: Node, which: int) -> Node | None:
        """Give the node of a value of weights or constants, None for one of the data."""
        return None if node.inputs[which] in self.held else self.graph.nodes[node.inputs[which]]

    def step(
        self,
        name: str,
        inputs: Sequence[int],
        sizes: Sequence[int],
        arguments: Mapping[str, Attribute] | None = None,
        weights: Sequence[str] = (),
    ) -> int:
        """Write a step, and give its place."""
        call = self.graph.nodes[self.place].call
        arguments = arguments or {}
        step = Step(name, tuple(inputs), tuple(sizes), call, arguments, tuple(weights), self.place)
        self.steps.append(step)
        return len(self.steps) - 1

    def layer(
        self,
        name: str,
        held: Held,
        axes: Axes,
        foreign: Axes,
        weights: Sequence[str] = (),
        **arguments: Attribute,
    ) -> Held:
        """Write a layer that takes one value, and give what it makes."""
        place = self.step(name, [held.step], sizes_of(axes), arguments, weights)
        return Held(place, axes, foreign)

    def alike(self, name: str, held: Held, weights: Sequence[str] = (), **arguments: Attribute) -> Held:
        """Write a layer that keeps the shape of what it takes."""
        return self.layer(name, held, held.axes, held.foreign, weights, **arguments)

    def arrange(self, held: Held, wanted: Axes) -> Held:
        """Write what brings a value to some axes, if it is not there; the same is written once."""
        if held.axes == wanted:
            return held
        if copied := [factor for factor in flat(wanted) if factor.copied]:
            held, real = self.written_out(held, copied)
            return self.arrange(held, tuple(tuple(real.get(one, one) for one in axis) for axis in wanted))
        key = (held.step, wanted)
        if key not in self._moved:
            step = held.step
            for move in arranged(held.axes, wanted):
                arguments: dict[str, Attribute] = dict(move.arguments)  # type: ignore[arg-type]
                step = self.step(move.name, [step], sizes_of(move.axes), arguments)
                if held.turned is not None:
                    self.steps[step] = replace(self.steps[step], call=held.turned)
            self._moved[key] = step
        return Held(self._moved[key], wanted, held.foreign)

    def written_out(self, held: Held, copied: Sequence[Factor]) -> tuple[Held, dict[Factor, Factor]]:
        """Write an axis for factors along which a value is the same, and give what stands for each."""
        real = {factor: Factor(factor.size) for factor in copied}
        foreign = tuple(tuple(real.get(one, one) for one in axis) for axis in held.foreign)
        axes = (*held.axes, tuple(real.values()))
        return self.layer("copies", held, axes, foreign, count=product(one.size for one in copied)), real

    def matched(self, one: Held, other: Held) -> tuple[Held, Held, dict[Factor, Factor]]:
        """Divide the axes of two values alike, moved where they cannot be read so as they stand."""
        ways: tuple[Callable[[Held], Held], ...] = (lambda held: held, Held.fused)
        for way in ways:
            try:
                return matched(way(one), way(other))
            except Unfollowed:
                continue
        moved = (self.arrange(held, held.as_foreign()).fused() for held in (one, other))
        return matched(*moved)

    def apart(self, held: Held, axis: int) -> Held:
        """Bring a foreign axis to an axis of the language of its own, which `place_of` gives."""
        factors = held.foreign[axis]
        if not factors:
            return held if () in held.axes else self.arrange(held, (*held.axes, ()))
        if held.axis(factors) is not None:
            return held
        rest = [tuple(one for one in kept if one not in factors) for kept in held.axes]
        if set(held.axes[0]) & set(factors) and not rest[0]:
            return self.arrange(held, (factors, *(one for one in rest if one)))
        return self.arrange(held, (rest[0], factors, *(one for one in rest[1:] if one)))

    def place_of(self, held: Held, axis: int) -> int:
        """Tell which axis of the language a foreign one is."""
        place = held.axis(held.foreign[axis])
        if place is None:
            raise Unfollowed("it goes along what is not an axis of its own")
        return place

    def reshaped(self, held: Held, shape: Sequence[int], ones: Collection[int] = ()) -> Held:
        """Read the foreign axes as others, with the data moved where they cannot be read so as they stand."""

        def moved() -> Held:
            return self.arrange(held, held.as_foreign()).fused()

        last = Unfollowed("")
        ways: tuple[Callable[[], Held], ...] = (lambda: held, held.fused, moved)
        for way in ways:
            try:
                return self.turned(way().reshaped(shape, ones))
            except Unfollowed as reason:
                last = reason
        raise last

    def turned(self, held: Held) -> Held:
        """Keep in which call the axes of a value are turned round."""
        return replace(held, turned=self.graph.nodes[self.place].call)

    def image(self, held: Held, axis: int) -> Held:
        """Bring a value to channels first, the other foreign axes behind: what a convolution takes.

        What stands in the axis of the batch is one more spatial axis, the first.
        """
        others = tuple(one for place, one in enumerate(held.foreign) if place != axis and (place or one))
        return self.arrange(held, (held.foreign[axis], *others))

    def channels(self, held: Held, channels: Axis) -> Held:
        """Bring some factors to the channels, and leave the others where they are."""
        if held.axes and held.axes[0] == channels:
            return held
        rest = [tuple(one for one in axis if one not in channels) for axis in held.axes]
        return self.arrange(held, (channels, *(axis for axis in rest if axis)))

    def declare(self, declared: Declared) -> str:
        """Have the spec declare a layer, and give its name."""
        self.declared.setdefault(declared.name, declared)
        return declared.name

    def unknown(self, node: Node, reason: str) -> Held:
        """Write a neutral layer in the place of what cannot be followed."""
        inputs = [self.held[place].step for place in node.inputs if place in self.held]
        names = () if len(inputs) == 1 else tuple(f"value{number}" for number in range(len(inputs)))
        name = self.declare(
            Declared(
                identifier(node.op),
                ("sizes",),
                {"shape": "sizes"},
                f"{node.op}: {reason}",
                names,
                unknown=True,
            )
        )
        foreign = axes_of(node.shape)
        last_first = len(node.shape) == 3
        axes = (foreign[-1], *foreign[1:-1]) if last_first else foreign[1:] or foreign
        place = self.step(name, inputs, sizes_of(axes), {"sizes": sizes_of(axes)}, node.weights)
        return Held(place, axes, foreign)

    def layered(self) -> Layered:
        """Give the steps that the outputs need."""
        outputs = tuple(dict.fromkeys(self.held[place].step for place in self.graph.outputs))
        declared = tuple(self.declared.values())
        return without_unused(Layered(self.graph, tuple(self.steps), outputs, declared))


def whole(held: Held, factors: Axis) -> bool:
    """Tell whether some factors are all those of a value."""
    return set(flat(held.axes)) == set(factors)
