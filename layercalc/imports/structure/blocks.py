"""Modules become blocks: each class once, with what differs between its uses as params."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from layercalc.imports.names import identifier
from layercalc.imports.steps import Layered
from layercalc.imports.structure.flow import Flow, Item
from layercalc.imports.structure.rendering import rendered
from layercalc.imports.structure.runs import folded
from layercalc.imports.structure.solving import CHANNELS, ENTERING, Around, Solution, defaults
from layercalc.imports.structure.templates import (
    Pattern,
    Patterns,
    Slot,
    aligned,
    has_names_for_some,
    is_shared,
    pattern,
    strict,
)
from layercalc.imports.structure.terms import Choice, Expression, Layer, Merge, Origin, Series, Value

#: Modules that only hold others in order.
CONTAINERS = "torch.nn.modules.container."
#: Layers of PyTorch: one that moves its data too is no block, and how steps that move data are called.
LAYERS = "torch.nn.modules."
MOVES = frozenset(("reshape", "permute", "flatten"))
#: The part of its steps that all uses of a block share; with less they are no block.
SHARED = 0.4


@dataclass(frozen=True, slots=True)
class Block:
    """A block: its params with their defaults, the names of its values if it needs them, its body."""

    name: str
    parameters: tuple[tuple[str, Value | None], ...]
    inputs: tuple[str, ...]
    body: Series
    channels: frozenset[str] = frozenset()
    enters: bool = False


@dataclass(slots=True)
class Program:
    """A model in blocks: these in the order in which they may be declared, then the network's own body."""

    layered: Layered
    blocks: dict[str, Block]
    body: Series
    entering: tuple[str, ...]


@dataclass(slots=True)
class _Use:
    """A call of a module that may be a block: its steps, what enters, what leaves."""

    call: int
    steps: list[int]
    inputs: tuple[int, ...]
    output: int
    term: Layer | None = None
    series: Series = ()
    names: tuple[str, ...] = ()


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
        self.uses = self._uses(left)
        self.blocks: dict[str, Block] = {}

    # -- which modules --

    def _uses(self, left: set[str]) -> dict[int, _Use]:
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

    def _holds_itself(self, call: int, found: Mapping[int, _Use]) -> bool:
        kind = self.graph.calls[call].kind
        return any(
            other != call and call in self.graph.chain(other) and self.graph.calls[other].kind == kind
            for other in found
        )

    def _use(self, call: int, steps: list[int]) -> _Use | None:
        own = set(steps)
        taken = dict.fromkeys(i for place in steps for i in self.steps[place].inputs if i not in own)
        leaving = [p for p in steps if p in self.layered.outputs or any(u not in own for u in self.users[p])]
        if len(leaving) != 1 or not taken or max(taken) > leaving[0]:
            return None
        return _Use(call, steps, tuple(taken), leaving[0])

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

    def _divided(self, kind: str, uses: list[_Use]) -> bool:
        """Make blocks of the uses that have as many inputs, or else the same steps; the others are none."""
        groups: dict[object, list[_Use]] = {}
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

    def _number(self, use: _Use) -> str:
        """Give the last number in the path of a module, else its place among all calls."""
        parts = self.graph.calls[use.call].path.split(".")
        return next((part for part in reversed(parts) if part.isdigit()), str(use.call))

    def _ready(self, call: int, done: set[int]) -> bool:
        return all(other in done for other in self.uses if other != call and call in self.graph.chain(other))

    def _items(self, steps: Sequence[int], within: int) -> list[Item]:
        items: dict[int, Item] = {}
        for place in steps:
            chain = self.chains[place]
            below = chain[chain.index(within) + 1 :]
            use = next((self.uses[call] for call in below if call in self.uses), None)
            if use is None:
                items[place] = Item(self._layer(place), self.steps[place].inputs, place)
            elif use.output not in items and use.term is not None:
                items[use.output] = Item(use.term, use.inputs, use.output)
        return [items[place] for place in sorted(items)]

    def _layer(self, place: int) -> Layer:
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
        return Layer(step.name, tuple(arguments.items()), origin)

    def _block(self, kind: str, uses: list[_Use]) -> bool:
        if len({len(use.inputs) for use in uses}) > 1:
            return False
        for use in uses:
            flow = Flow(self._items(use.steps, use.call), use.inputs, (use.output,))
            series, names = flow.series()
            use.series, use.names = series, names
        if len({use.names for use in uses}) > 1:
            return False
        if strict([use.series for use in uses]) is None:
            for use in uses:
                use.series = folded(use.series)
        title = self._title(kind)
        return _Abstraction(self, title, uses).make()

    def _title(self, kind: str) -> str:
        """Name a block after its class, unless a layer has this name, or a class of another package."""
        title = identifier(kind.rpartition(".")[2], "Block")
        longer = identifier("_".join(kind.split(".")[-2:]))
        taken = {step.name for step in self.steps} | set(self.blocks)
        names = itertools.chain((title, longer), (f"{longer}_{n}" for n in itertools.count(2)))
        return next(name for name in names if name not in taken)

    def program(self) -> Program:
        """Give the network's own body, with its blocks."""
        inputs = [place for place, step in enumerate(self.steps) if step.name == "input"]
        own = [place for place in range(len(self.steps)) if place not in inputs]
        items = self._items(own, 0)
        series, names = Flow(items, inputs, self.layered.outputs).series()
        return Program(self.layered, self.blocks, folded(series), names)


class _Abstraction:
    """The uses of one class become a block."""

    def __init__(self, reading: _Reading, title: str, uses: list[_Use]) -> None:
        self.reading, self.graph, self.title, self.uses = reading, reading.graph, title, uses
        self.everyone = frozenset(range(len(uses)))

    def make(self) -> bool:
        """Write the block, and the calls of it; false where the uses have too little in common."""
        bodies = [use.series for use in self.uses]
        named = any(use.names for use in self.uses)
        patterns = None if named else self._residual(bodies)
        if patterns is None:
            patterns = self._laid(bodies)
        if not named and is_shared(patterns, self.everyone) < SHARED:
            return False
        self._finish(self.title, patterns)
        return True

    def _laid(self, bodies: Sequence[Series]) -> Patterns:
        """Lay bodies over each other: those of the same steps first."""
        groups: list[list[int]] = []
        for user, body in enumerate(bodies):
            for group in groups:
                if strict([bodies[group[0]], body]) is not None:
                    group.append(user)
                    break
            else:
                groups.append([user])
        groups.sort(key=len, reverse=True)
        made = []
        for group in groups:
            laid = pattern(bodies[group[0]], group[0])
            for user in group[1:]:
                laid = aligned([laid, pattern(bodies[user], user)])
            made.append(laid)
        together = aligned(made)
        if any(has_names_for_some(one, self.everyone) for one in together):
            return [one for laid in made for one in laid]  # one body or another, each with its own names
        return together

    def _residual(self, bodies: Sequence[Series]) -> Patterns | None:
        """Lay bodies over each other of which some have all their steps inside a residual, others bare."""
        inside = [_residue(body) for body in bodies]
        with_merge = [user for user, found in enumerate(inside) if found is not None]
        if not with_merge or len(with_merge) == len(bodies):
            return None
        found = [one for one in inside if one is not None]
        kinds = {(kind, after, rest) for kind, after, _, rest in found}
        if len(kinds) != 1:
            return None
        ((kind, after, rest),) = kinds
        bare = []
        for body, one in zip(bodies, inside, strict=True):
            if one is not None:
                bare.append(one[2])
            elif rest and body[-len(rest) :] != rest:
                return None
            else:
                bare.append(body[: len(body) - len(rest)])
        inner = self._laid(bare)
        if is_shared(inner, self.everyone) < SHARED:
            return None
        terms = self._finish(identifier(f"{self.title}_{self._inner_name(bare[with_merge[0]])}"), inner)
        parts = [aligned(pattern((term,), user) for user, term in enumerate(terms))]
        wrapped = Pattern(Choice, (kind,), [], parts, self.everyone, frozenset(with_merge), after)
        tail = aligned(pattern(rest, user) for user in self.everyone) if rest else []
        return [wrapped, *tail]

    def _inner_name(self, series: Series) -> str:
        """Name the steps inside a residual: after the one module that holds them, if there is one."""
        prefixes = [f"{self.graph.calls[use.call].path}." for use in self.uses]
        paths = [self.graph.calls[term.origin.call].path for term in series if isinstance(term, Layer)]
        labels = {
            path.removeprefix(prefix).partition(".")[0]
            for path in paths
            for prefix in prefixes
            if path.startswith(prefix)
        }
        named = [label for label in labels if not label.isdigit()]
        return named[0] if len(named) == 1 else "body"

    def _finish(self, title: str, patterns: Patterns) -> list[Layer]:
        """Decide params, write the block, and give the call of it for each use."""
        reading = self.reading
        shapes = [reading.steps[use.inputs[0]].shape for use in self.uses]
        around = Around(
            {user: shape[0] for user, shape in enumerate(shapes)},
            {user: reading.steps[use.output].shape[0] for user, use in enumerate(self.uses)},
            {user: self.graph.calls[use.call].attributes for user, use in enumerate(self.uses)},
            dict(enumerate(shapes)),
            self._label,
            frozenset((ENTERING, *_loop_names(patterns))),
            self._is_channels,
        )
        solution = Solution(range(len(self.uses)), around)
        solution.solve(patterns)
        body = rendered(patterns, self.everyone, solution, self._optional)
        params = defaults(solution.params, solution.users)
        names = self.uses[0].names if title == self.title else ()
        reading.blocks[title] = Block(
            title,
            tuple((param.name, param.default) for param in params),
            names,
            folded(body, frozenset(param.name for param in params)),
            frozenset(param.name for param in params if param.channels),
            solution.enters,
        )
        terms = []
        for user, use in enumerate(self.uses):
            arguments = tuple((param.name, param.values.get(user, param.default)) for param in params)
            label = self.graph.calls[use.call].name
            origin = Origin(shapes[user], label, use.call, reading.steps[use.output].shape)
            use.term = Layer(title, arguments, origin)  # type: ignore[arg-type]
            terms.append(use.term)
        return terms

    def _label(self, slot: Slot) -> str:
        """Give the path of a slot's module in that of the block, as a name."""
        for user, origin in slot.origins.items():
            path, prefix = self.graph.calls[origin.call].path, self.graph.calls[self.uses[user].call].path
            if path.startswith(f"{prefix}."):
                return identifier(path[len(prefix) + 1 :], "layer")
        return ""

    def _optional(self, one: Pattern) -> str:
        """Name what tells whether a step is there: after its module, or its layer."""
        for slot in one.slots:
            if label := self._label(slot):
                return f"with_{one.name[0]}" if label.startswith("layer") else label
        inner = (label for part in one.parts for one in part if (label := self._optional(one)))
        return next(inner, "optional")

    def _is_channels(self, layer: str, name: str) -> bool:
        block = self.reading.blocks.get(layer)
        return name in block.channels if block is not None else name in CHANNELS


def _loop_names(patterns: Patterns) -> list[str]:
    found: list[str] = []
    for one in patterns:
        if one.kind.__name__ == "Loop":
            found += one.name[:-1]
        found += [name for part in one.parts for name in _loop_names(part)]
    return found


def _residue(body: Series) -> tuple[str, bool, Series, Series] | None:
    """Give a residual that begins a body: its kind, whether it is empty first, its steps, what follows."""
    if not body or not isinstance(body[0], Merge) or len(body[0].branches) != 2 or body[0].arguments:
        return None
    one, other = body[0].branches
    if bool(one) == bool(other):
        return None
    return body[0].kind, not one, one or other, body[1:]
