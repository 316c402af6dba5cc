"""The most specific text that several nodes of a tree share: anti-unification, member by member.

From: nodes at the same place of several members. To: `Pieces`, the text of the first with a
hole for each expression that differs. Promises: with the cells of one member in the holes it is
that member's text again, but for layout and arguments that were left to their defaults. Raises
`UnlikeError` for what no hole can stand for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from layercalc import limits
from layercalc.errors import Span, limit
from layercalc.expressions.scope import CONSTANTS
from layercalc.lifting.alignment import Aligned, aligned, key
from layercalc.lifting.loops import loop, sources, unite
from layercalc.lifting.pieces import (
    Common,
    Hole,
    Pieces,
    UnlikeError,
    joined,
    node_of,
    spliced,
    unlike,
    whole,
)
from layercalc.lifting.variants import apart, variants
from layercalc.resolve.program import Program
from layercalc.syntax import tree
from layercalc.syntax.node import Node
from layercalc.syntax.unparse import is_same
from layercalc.syntax.walk import call_names, value_names

EXPRESSIONS = get_args(tree.Expression)
#: What comparing the parts of two steps takes, in pairs of steps compared.
PART = 20
#: The value of an argument that nothing reads.
NOTHING = "none"
#: The field of a node whose text means nothing to a network.
DOC = "doc"
#: Fields in which an expression needs no parentheses.
LOOSE: Mapping[type, tuple[str, ...]] = {
    tree.Argument: ("value",),
    tree.Sequence: ("items",),
    tree.Repeat: ("count",),
    tree.Let: ("value",),
    tree.Param: ("default",),
    tree.Parameter: ("default",),
    tree.Group: ("inner",),
}


class Likeness:
    """Finds what members have in common; a member goes by its number.

    The rounds of a loop are compared as members are, under numbers of their own; `home` tells
    the member of each number. Blocks are `uneven` if members give them other parameters; they
    have those of all then, and are called by name.
    """

    def __init__(self, programs: Sequence[Program]) -> None:
        self.programs = programs
        self.home = dict(enumerate(range(len(programs))))
        self.left = limits.COMPARED
        self.uneven = _uneven(programs)

    def of(self, nodes: Mapping[int, Any], role: str = "", loose: bool = False) -> Pieces:
        """Give what nodes have in common."""
        self._work(PART)
        first, *others = nodes.values()
        if all(is_same(first, other) for other in others) and not call_names(first) & self.uneven:
            return [Common(first)]
        if not isinstance(first, EXPRESSIONS):
            return self._descended(nodes, role)
        try:
            return self._descended(nodes, role)
        except UnlikeError:
            return [Hole(nodes, role, loose)]

    def _descended(self, nodes: Mapping[int, Any], role: str) -> Pieces:
        first, *others = nodes.values()
        if any(type(other) is not type(first) for other in others):
            raise unlike(nodes)
        if isinstance(first, tree.Body):
            return self.body(nodes)
        if isinstance(first, tree.Call):
            return self._call(nodes)
        if isinstance(first, tree.ForEach):
            return loop(self, nodes)
        if isinstance(first, tree.Block):
            return self._block(nodes)
        return self.fields(nodes, role)

    def fields(self, nodes: Mapping[int, Any], role: str = "") -> Pieces:
        """Compare nodes of one type field by field."""
        first = next(iter(nodes.values()))
        parts: list[tuple[Span, Pieces]] = []
        for name in first._fields:
            if name != "span":
                loose = name in LOOSE.get(type(first), ())
                parts += self._parts(
                    {one: getattr(node, name) for one, node in nodes.items()},
                    nodes, _role(first, name, role), loose,
                )  # fmt: skip
        return spliced(whole(first), parts)

    def _parts(
        self, values: Mapping[int, Any], nodes: Mapping[int, Node], role: str, loose: bool
    ) -> list[tuple[Span, Pieces]]:
        """Compare one field: nodes, rows of them, or words."""
        first, *others = values.values()
        if isinstance(first, Node) and all(isinstance(other, Node) for other in others):
            return [(whole(first), self.of(values, role, loose))]
        if isinstance(first, tuple) and all(
            isinstance(other, tuple) and len(other) == len(first) for other in others
        ):
            found = []
            for place in range(len(first)):
                row = {one: value[place] for one, value in values.items()}
                found += self._parts(row, nodes, role, loose)
            return found
        if role != DOC and any(other != first for other in others):
            raise unlike(nodes)
        return []

    def body(self, nodes: Mapping[int, tree.Body]) -> Pieces:
        """Compare bodies, with their braces if they have any."""
        pieces = self.steps({one: node.steps for one, node in nodes.items()})
        first = next(iter(nodes.values()))
        if not first.steps:
            return ["{\n", *pieces, "\n}"] if first.span.text else pieces
        text, start = first.span.source.text, first.steps[0].span.start
        return [text[first.span.start : start], *pieces, text[whole(first.steps[-1]).end : first.span.end]]

    def steps(self, rows: Mapping[int, Sequence[tree.Step]]) -> Pieces:
        """Compare steps in series: those that all have, and between them those that differ."""
        found: Pieces = []
        before: tree.Step | None = None
        for part in self._parted(rows):
            pieces = self._part(part)
            first = next(iter(part.steps.values()))
            found += [_between(before, first[0] if part.common else None) if found else "", *pieces]
            before = first[0] if part.common else None
        return found

    def key(self, one: int, step: tree.Step) -> tuple[object, ...]:
        """Tell by what a step of a member may be compared with others."""
        return key(step, self.programs[self.home[one]])

    def begin(self, member: int) -> int:
        """Give a number of its own to rounds of a member."""
        number = len(self.home)
        self.home[number] = self.home[member]
        return number

    def _work(self, pairs: int) -> None:
        """Count what is compared."""
        self.left -= pairs
        if self.left < 0:
            raise limit(f"comparing these specs takes over {limits.COMPARED:,} pairs of steps, the limit")

    def _parted(self, rows: Mapping[int, Sequence[tree.Step]]) -> list[Aligned]:
        """Align steps; what differs around a loop that all have goes to the loop where it is rows of it."""
        parts = [*aligned(rows, self.key, self._work)]
        place = 0
        while place < len(parts):
            for start, stop in _around(parts, place):
                near = parts[start:stop]
                stretch = {one: [step for part in near for step in part.steps[one]] for one in rows}
                if sources(self, stretch):
                    parts[start:stop] = [Aligned(stretch, common=False)]
                    place = start
                    break
            place += 1
        return parts

    def _part(self, part: Aligned) -> Pieces:
        if not part.common:
            try:
                return unite(self, part.steps) or variants(self, part.steps)
            except UnlikeError:
                return variants(self, part.steps)
        try:
            return self.of({one: steps[0] for one, steps in part.steps.items()})
        except UnlikeError:
            return apart(self, part.steps)

    def _call(self, nodes: Mapping[int, tree.Call]) -> Pieces:
        """Compare calls, in which an argument that a member leaves out has its default."""
        first, *others = nodes.values()
        if not all(is_same((first.name, first.bound), (other.name, other.bound)) for other in others):
            raise unlike(nodes)
        given = {one: self._arguments(one, node) for one, node in nodes.items()}
        names = [*dict.fromkeys(name for row in given.values() for name in row)]
        order = [name for name in self._declared(first.name.text) if name in names]
        order += [name for name in names if name not in order]
        written: list[Pieces] = []
        by_place = first.name.text not in self.uneven
        for name in order:
            values = {one: self._value(one, node, given[one], name) for one, node in nodes.items()}
            placed = any(row[name].name is None for row in given.values() if name in row)
            by_place = by_place and placed
            pieces = self.of(values, name, loose=True)
            written.append(pieces if by_place else [f"{name} = ", *pieces])
        head = f"{first.name.text}({{}})" if written else first.name.text
        inside = joined(written, ", ")
        tail = first.span.source.text[first.span.end : whole(first).end]
        return [head.partition("{}")[0], *inside, ")" if written else "", tail]

    def _arguments(self, one: int, call: tree.Call) -> dict[str, tree.Argument]:
        """Give the arguments of a call by name, those without one by their place."""
        names = [*self._declared(call.name.text, one)]
        return {
            argument.name.text if argument.name else names[place] if place < len(names) else f"{place}":
            argument for place, argument in enumerate(call.arguments)
        }  # fmt: skip

    def _value(
        self, one: int, call: tree.Call, given: Mapping[str, tree.Argument], name: str
    ) -> tree.Expression:
        """Give an argument, or the default that stands for it."""
        if name in given:
            return given[name].value
        own = self._declared(call.name.text, one)
        rows = [own] if name in own else [self._declared(call.name.text, other) for other in self.home]
        default = next((row[name] for row in rows if row.get(name) is not None), None)
        if default is not None and not value_names(default) - {*CONSTANTS}:
            return default
        if name not in own:
            return node_of(NOTHING)  # a block does not read what it does not have
        what = f"{call.name.text} is called with and without '{name}'"
        raise UnlikeError(whole(call), whole(call), what)

    def _declared(self, name: str, one: int | None = None) -> dict[str, tree.Expression | None]:
        """Give the parameters of a block or a layer with their defaults."""
        programs = self.programs if one is None else [self.programs[self.home[one]]]
        for program in programs:
            declared = program.blocks.get(name) or program.layers.get(name)
            if declared is not None:
                return {parameter.name.text: parameter.default for parameter in declared.parameters}
        return {}

    def _block(self, nodes: Mapping[int, tree.Block]) -> Pieces:
        """Compare blocks; a parameter that only some have is a parameter of all."""
        first, *others = nodes.values()
        if not all(is_same(first.inputs, other.inputs) for other in others):
            raise unlike(nodes)
        names = [*dict.fromkeys(p.name.text for node in nodes.values() for p in node.parameters)]
        parameters: list[Pieces] = []
        for name in names:
            having = {one: p for one, node in nodes.items() for p in node.parameters if p.name.text == name}
            # where some have no default, their calls say the value
            defaults = {one: p for one, p in having.items() if p.default is not None}
            is_wanted = defaults or len(having) == len(nodes)
            default = [] if is_wanted else [f" = {NOTHING}"]
            parameters.append([*self.of(defaults or having, name), *default])
        inside = ["(", *joined(parameters, ", "), ")"] if parameters else []
        inputs = f" from {', '.join(word.text for word in first.inputs)}" if first.inputs else ""
        bodies = {one: node.body for one, node in nodes.items()}
        return [f"block {first.name.text}", *inside, f"{inputs} ", *self.body(bodies)]


def _uneven(programs: Sequence[Program]) -> set[str]:
    """Give the blocks whose parameters have other names, or another order, in some members."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for program in programs:
        for name, block in program.blocks.items():
            found.setdefault(name, set()).add(tuple(p.name.text for p in block.parameters))
    return {name for name, parameters in found.items() if len(parameters) > 1}


def _around(parts: Sequence[Aligned], place: int) -> Iterator[tuple[int, int]]:
    """Give the stretches of parts that differ around a loop that all have: on both sides, or on one."""
    if not (parts[place].common and isinstance(next(iter(parts[place].steps.values()))[0], tree.ForEach)):
        return
    start = place - (place > 0 and not parts[place - 1].common)
    stop = place + 1 + (place + 1 < len(parts) and not parts[place + 1].common)
    for stretch in dict.fromkeys([(start, stop), (start, place + 1), (place, stop)]):
        if stretch != (place, place + 1):
            yield stretch


def _role(node: Node, field: str, role: str) -> str:
    """Name what an expression is for."""
    if field == DOC:
        return DOC
    if isinstance(node, tree.Repeat) and field == "count":
        return "count"
    if isinstance(node, tree.Param | tree.Parameter):
        return node.name.text
    if isinstance(node, tree.Let) and isinstance(node.target, tree.Word):
        return node.target.text
    return role


def _between(before: tree.Step | None, step: tree.Step | None) -> str:
    """Give the text between two steps of one member, else a line's end."""
    if before is None or step is None or before.span.source is not step.span.source:
        return "\n"
    return before.span.source.text[whole(before).end : step.span.start] or "\n"
