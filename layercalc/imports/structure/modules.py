"""Which modules are blocks, found from the inside out; what is left is the network's own body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from layercalc.imports.names import identifier, unused
from layercalc.imports.steps import Layered, Step
from layercalc.imports.structure.blocks import Abstraction, Block, Use
from layercalc.imports.structure.flow import Flow, Item
from layercalc.imports.structure.runs import folded
from layercalc.imports.structure.templates import strict
from layercalc.imports.structure.terms import Expression, Layer, Origin, Series, Shared

#: Modules that only hold others in order.
CONTAINERS = "torch.nn.modules.container."
#: Layers of PyTorch: one that moves its data too is no block, and how steps that move data are called.
LAYERS = "torch.nn.modules."
MOVES = frozenset(("reshape", "permute", "flatten"))


@dataclass(slots=True)
class Program:
    """A model in blocks: these in the order in which they may be declared, then the network's own body.

    `shared` are the layers with one set of weights that are used in several places of it.
    """

    layered: Layered
    blocks: dict[str, Block]
    body: Series
    entering: tuple[str, ...]
    shared: Mapping[str, Step]


def structured(layered: Layered) -> Iterator[Program]:
    """Find the blocks of a model and its body; uses of a class with too little in common are no block.

    Where there are such, a second program has them as several blocks.
    """
    for divide in (False, True):
        left: set[str] = set()
        reading = _Reading(layered, left, divide)
        while (failed := reading.read()) is not None:
            left.add(failed)
            reading = _Reading(layered, left, divide)
        yield reading.program()
        if not left:
            return


class _Reading:
    """One attempt, in which the classes in `left` are no blocks."""

    def __init__(self, layered: Layered, left: set[str], divide: bool) -> None:
        self.layered, self.graph, self.divide = layered, layered.graph, divide
        self.steps = layered.steps
        self.chains = [self.graph.chain(step.call) for step in self.steps]
        self.users: dict[int, list[int]] = {place: [] for place in range(len(self.steps))}
        for place, step in enumerate(self.steps):
            for taken in step.inputs:
                self.users[taken].append(place)
        self.layers = {step.name for step in (*self.steps, *layered.shared.values())} - layered.shared.keys()
        self.sharing: dict[str, list[int]] = {name: [] for name in layered.shared}
        for place, step in enumerate(self.steps):
            if step.name in self.sharing:
                self.sharing[step.name].append(place)
        self.uses = self._uses(left)
        self.blocks: dict[str, Block] = {}

    # -- which modules --

    def _uses(self, left: set[str]) -> dict[int, Use]:
        inside: dict[int, list[int]] = {}
        for place, chain in enumerate(self.chains):
            for call in chain[1:]:
                inside.setdefault(call, []).append(place)
        found = {}
        for call, steps in inside.items():
            kind = self.graph.calls[call].kind
            own = [p for p in steps if self.steps[p].name not in MOVES or not kind.startswith(LAYERS)]
            if kind.startswith(CONTAINERS) or kind in left or len(own) < 2:
                continue
            if (use := self._use(call, steps)) is not None:
                found[call] = use
        counted: dict[str, int] = {}
        for call in found:
            counted[self.graph.calls[call].kind] = counted.get(self.graph.calls[call].kind, 0) + 1
        found = {call: use for call, use in found.items() if counted[self.graph.calls[call].kind] > 1}
        return {call: use for call, use in found.items() if not self._holds_itself(call, found)}

    def _holds_itself(self, call: int, found: Mapping[int, Use]) -> bool:
        kind = self.graph.calls[call].kind
        return any(
            other != call and call in self.graph.chain(other) and self.graph.calls[other].kind == kind
            for other in found
        )

    def _use(self, call: int, steps: list[int]) -> Use | None:
        own = set(steps)
        taken = dict.fromkeys(i for place in steps for i in self.steps[place].inputs if i not in own)
        leaving = [p for p in steps if p in self.layered.outputs or any(u not in own for u in self.users[p])]
        if len(leaving) != 1 or not taken or max(taken) > leaving[0]:
            return None
        return Use(call, steps, tuple(taken), leaving[0])

    # -- bodies --

    def read(self) -> str | None:
        """Make blocks from the inside out; give the class that is none after all."""
        done: set[int] = set()
        while len(done) < len(self.uses):
            kinds: dict[str, list[int]] = {}
            for call in self.uses:
                if call not in done:
                    kinds.setdefault(self.graph.calls[call].kind, []).append(call)
            ready = [kind for kind, calls in kinds.items() if all(self._ready(call, done) for call in calls)]
            if not ready:
                return min(kinds, key=lambda kind: len(kinds[kind]))
            for kind in ready:
                uses = [self.uses[call] for call in kinds[kind]]
                if not self._block(kind, uses) and not (self.divide and self._divided(kind, uses)):
                    return kind
                done.update(call for call in kinds[kind] if call in self.uses)
        return None

    def _divided(self, kind: str, uses: list[Use]) -> bool:
        """Make blocks of the uses that have as many inputs, or else the same steps; the others are none."""
        groups: dict[object, list[Use]] = {}
        for use in uses:
            groups.setdefault((len(use.inputs), use.names), []).append(use)
        if len(groups) == 1:
            same = [next(one for one in uses if strict([one.series, use.series])) for use in uses]
            for first, use in zip(same, uses, strict=True):
                groups.setdefault(first.call, []).append(use)
            groups.pop((len(uses[0].inputs), uses[0].names))
        made = 0
        for group in sorted(groups.values(), key=len, reverse=True):
            title = f"{kind}_{self._number(group[0])}" if made else kind
            several = len(groups) > 1 and len(group) > 1
            if several and (self._block(title, group) or self._divided(title, group)):
                made += 1
            else:
                for use in group:
                    self.uses.pop(use.call, None)
        return made > 0

    def _number(self, use: Use) -> str:
        """Give the last number in the path of a module, else its place among all calls."""
        parts = self.graph.calls[use.call].path.split(".")
        return next((part for part in reversed(parts) if part.isdigit()), str(use.call))

    def _ready(self, call: int, done: set[int]) -> bool:
        return all(other in done for other in self.uses if other != call and call in self.graph.chain(other))

    def _own(self, call: int) -> dict[str, str]:
        """Give the shared layers all uses of which stand in one use of a block, with their names in it."""
        found: dict[str, str] = {}
        homes = {name: self._home(name) for name in self.sharing}
        used = self.layers | self.blocks.keys() | {name for name, home in homes.items() if not home}
        for name in (name for name, home in homes.items() if home == call):
            path = (
                self.steps[self.sharing[name][0]].weights[0].removeprefix(f"{self.graph.calls[call].path}.")
            )
            words = [path.rpartition(".")[0], path, f"shared_{path}"]
            found[name] = unused([identifier(one) for one in words if one], used | {*found.values()})
        return found

    def _home(self, name: str) -> int:
        """Give the use of a block in which all uses of a shared layer stand, 0 for the network itself."""
        chains = (self.chains[place] for place in self.sharing[name])
        homes = {next((call for call in reversed(chain) if call in self.uses), 0) for chain in chains}
        return homes.pop() if len(homes) == 1 else 0

    def _items(self, steps: Sequence[int], within: int, own: Mapping[str, str]) -> list[Item]:
        items: dict[int, Item] = {}
        for place in steps:
            chain = self.chains[place]
            below = chain[chain.index(within) + 1 :]
            use = next((self.uses[call] for call in below if call in self.uses), None)
            if use is None:
                items[place] = Item(self._layer(place, own), self.steps[place].inputs, place)
            elif use.output not in items and use.term is not None:
                items[use.output] = Item(use.term, use.inputs, use.output)
        return [items[place] for place in sorted(items)]

    def _layer(self, place: int, own: Mapping[str, str]) -> Layer:
        step = self.steps[place]
        arguments = dict(step.arguments)
        shape = self.steps[step.inputs[0]].shape if len(step.inputs) == 1 else ()
        if step.name == "conv" and shape and step.arguments.get("groups") == shape[0]:
            arguments["groups"] = Expression("in.channels")  # type: ignore[assignment]
            if arguments["filters"] == shape[0]:
                arguments["filters"] = Expression("in.channels")  # type: ignore[assignment]
        if step.arguments.get("kernel") == "in.spatial":
            arguments["kernel"] = Expression("in.spatial")  # type: ignore[assignment]
        origin = Origin(shape, self.graph.calls[step.call].name, step.call, step.shape)
        return Layer(own.get(step.name, step.name), tuple(arguments.items()), origin)

    def _declared(self, name: str, own: str) -> Shared:
        step, place = self.layered.shared[name], self.sharing[name][0]
        origin = Origin(call=self.steps[place].call, output=step.shape)
        return Shared(own, Layer(step.name, tuple(step.arguments.items()), origin))

    def _block(self, kind: str, uses: list[Use]) -> bool:
        if len({len(use.inputs) for use in uses}) > 1:
            return False
        for use in uses:
            own = self._own(use.call)
            flow = Flow(self._items(use.steps, use.call, own), use.inputs, (use.output,))
            series, use.names = flow.series()
            use.series = (*(self._declared(*pair) for pair in own.items()), *series)
        if len({use.names for use in uses}) > 1:
            return False
        if strict([use.series for use in uses]) is None:
            for use in uses:
                use.series = folded(use.series)
        title = self._title(kind)
        return Abstraction(self.layered, self.blocks, title, uses).make()

    def _title(self, kind: str) -> str:
        """Name a block after its class, unless a layer has this name, or a class of another package."""
        title = identifier(kind.rpartition(".")[2], "Block")
        longer = identifier("_".join(kind.split(".")[-2:]))
        return unused([title, longer], self.layers | self.blocks.keys())

    def program(self) -> Program:
        """Give the network's own body, with its blocks."""
        inputs = [place for place, step in enumerate(self.steps) if step.name == "input"]
        own = [place for place in range(len(self.steps)) if place not in inputs]
        items = self._items(own, 0, {})
        series, names = Flow(items, inputs, self.layered.outputs).series()
        everywhere = {name: step for name, step in self.layered.shared.items() if not self._home(name)}
        return Program(self.layered, self.blocks, folded(series), names, everywhere)
