"""The uses of one class become a block, with what differs between them as params."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from layercalc.imports.names import identifier
from layercalc.imports.steps import Layered
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
from layercalc.imports.structure.terms import Choice, Layer, Loop, Merge, Origin, Series, Shared, Value

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
class Use:
    """A call of a module that may be a block: its steps, what enters, what leaves."""

    call: int
    steps: list[int]
    inputs: tuple[int, ...]
    output: int
    term: Layer | None = None
    series: Series = ()
    names: tuple[str, ...] = ()


class Abstraction:
    """The uses of one class become a block."""

    def __init__(self, layered: Layered, blocks: dict[str, Block], title: str, uses: list[Use]) -> None:
        self.steps, self.graph = layered.steps, layered.graph
        self.blocks, self.title, self.uses = blocks, title, uses
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
        shapes = [self.steps[use.inputs[0]].shape for use in self.uses]
        around = Around(
            {user: shape[0] for user, shape in enumerate(shapes)},
            {user: self.steps[use.output].shape[0] for user, use in enumerate(self.uses)},
            {user: self.graph.calls[use.call].attributes for user, use in enumerate(self.uses)},
            dict(enumerate(shapes)),
            self._label,
            frozenset((ENTERING, *_names(patterns))),
            self._is_channels,
        )
        solution = Solution(range(len(self.uses)), around)
        solution.solve(patterns)
        body = rendered(patterns, self.everyone, solution, self._optional)
        params = defaults(solution.params, solution.users)
        names = self.uses[0].names if title == self.title else ()
        self.blocks[title] = Block(
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
            origin = Origin(shapes[user], label, use.call, self.steps[use.output].shape)
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
        block = self.blocks.get(layer)
        return name in block.channels if block is not None else name in CHANNELS


def _names(patterns: Patterns) -> list[str]:
    """Give the names of loops and of shared layers, which no param may have."""
    found: list[str] = []
    for one in patterns:
        if one.kind is Loop:
            found += one.name[:-1]
        elif one.kind is Shared:
            found += one.name[1:]
        found += [name for part in one.parts for name in _names(part)]
    return found


def _residue(body: Series) -> tuple[str, bool, Series, Series] | None:
    """Give a residual that begins a body: its kind, whether it is empty first, its steps, what follows."""
    if not body or not isinstance(body[0], Merge) or len(body[0].branches) != 2 or body[0].arguments:
        return None
    one, other = body[0].branches
    if bool(one) == bool(other):
        return None
    return body[0].kind, not one, one or other, body[1:]
