"""Blocks that use themselves a symbolic number of times: one level stands for all.

A level is the block's body with a hole where it uses itself. Going in, the arguments and
shapes of the first levels show laws (`resolve.sequences`); going out from the innermost
level, so do the shapes that leave them. A level at a symbolic number proves both: it uses
itself with the arguments and on the shape of the next one, and gives the shape that the
level around it expects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TypeAlias

from layercalc.errors import Span, SpecError, fail
from layercalc.expressions import arithmetic, granting
from layercalc.expressions.conditions import same
from layercalc.expressions.scope import Value, is_number, is_scalar, is_symbolic
from layercalc.network import Body, Recursion, Scalar, Tensor
from layercalc.resolve.flow import Flow
from layercalc.resolve.one_round import equal_shapes
from layercalc.resolve.probing import PROBES, Refused, forked, reason_of, with_rounds
from layercalc.resolve.sequences import ByRound, law_of, shape_at, size_at
from layercalc.syntax import tree

#: Values at which a recursion may end.
ENDS = (0, 1, 2)

Arguments: TypeAlias = dict[str, Value]
Inside: TypeAlias = Callable[[Flow, Arguments, tuple[Tensor, ...]], Body | None]
"""Makes the body of the block, with arguments, on shapes."""


class _Found(Exception):  # noqa: N818  (how the next level is told to the one that looks for it)
    """A block uses itself, with these arguments, on this shape."""

    def __init__(self, arguments: Arguments, shape: Tensor) -> None:
        super().__init__()
        self.arguments, self.shape = arguments, shape


@dataclass(slots=True)
class Hole:
    """Where a block that is looked at uses itself: what stands in for the level within."""

    block: tree.Block
    expected: tuple[Arguments, Tensor] | None = None
    inner: Tensor | None = None
    flow: Flow | None = None
    source: int | None = None

    def enter(self, flow: Flow, arguments: Arguments, source: int, span: Span) -> None:
        """Go on behind the level within."""
        if self.expected is None or self.inner is None:
            raise _Found(arguments, flow.shapes[source])
        if self.source is not None or flow is not self.flow:
            raise Refused("it uses itself twice, or within a loop or another block")
        _prove(flow, (arguments, flow.shapes[source]), self.expected, span)
        self.source, flow.current = source, 1


@dataclass(frozen=True, slots=True)
class _Family:
    """The levels of a recursion: the block, how its body is made, and the laws going in."""

    flow: Flow
    block: tree.Block
    inside: Inside
    span: Span
    fixed: Arguments = field(default_factory=dict)
    laws: Mapping[str, ByRound] = field(default_factory=dict)
    sizes: tuple[ByRound, ...] = ()

    def level(self, number: Scalar) -> tuple[Arguments, Tensor]:
        """Give the arguments and the shape of a level, counted from 0 at the outermost."""
        context = self.flow.context
        arguments = {name: size_at(law, number, context, self.span) for name, law in self.laws.items()}
        return {**self.fixed, **arguments}, shape_at(self.sizes, number, context, self.span)

    def base(self, flow: Flow, number: Scalar, apart: int) -> Body:
        """Make the innermost level, with one around it where that stands `apart`."""
        arguments, shape = self.level(number)
        hole = None if apart else Hole(self.block)
        try:
            body = _trial(flow, hole, lambda: self.inside(flow, arguments, (shape,)))
        except _Found:
            raise Refused("it does not end at 0, 1 or 2") from None
        if body is None:
            raise Refused(reason_of(flow))
        if len(body.outputs) > 1:
            raise Refused(f"it gives {len(body.outputs)} values")
        return body

    def around(self, flow: Flow, number: Scalar, inner: Tensor) -> Body:
        """Make a level around another that gives a shape; it gives what enters that one as well."""
        arguments, shape = self.level(number)
        hole = Hole(self.block, self.level(arithmetic.add(number, 1, self.span)), inner)
        body = _trial(flow, hole, lambda: self.inside(flow, arguments, (shape, inner)))
        if body is None or hole.source is None:
            raise Refused(reason_of(flow))
        return replace(body, outputs=(*body.outputs, hole.source))


def descends(outer: Arguments, inner: Arguments) -> str | None:
    """Name the symbolic argument that a block lessens where it uses itself.

    >>> import sympy
    >>> n = sympy.Symbol("n", integer=True, positive=True)
    >>> descends({"left": n}, {"left": n - 1})
    'left'
    """
    for name, value in outer.items():
        if is_symbolic(value) and is_scalar(inner[name]):
            step = arithmetic.plain(value - inner[name])
            if is_number(step) and step > 0:
                return name
    return None


def close(
    flow: Flow, block: tree.Block, inside: Inside, entering: tuple[Arguments, Tensor, int], span: Span
) -> Recursion | None:
    """Make a block that uses itself a symbolic number of times; None where it does not.

    Raises `SpecError` where no closed form is known.
    """
    arguments, shape, source = entering
    probed = _going_in(flow, block, inside, (arguments, shape))
    lessened = descends(probed[0][0], probed[1][0]) if len(probed) > 1 else None
    if lessened is None:
        return None
    reasons: list[str] = []
    try:
        family, outermost = _family(_Family(flow, block, inside, span), probed)
        if outermost:
            _some_levels(flow, lessened, arguments[lessened], span)
            return None
        for end, apart in product(ENDS, (0, 1)):
            count = _levels(probed, lessened, end + apart)
            try:
                with flow.context.knowledge.trial():
                    return _closed(family, count, apart, source)
            except Refused as refused:
                reasons.append(str(refused))
    except Refused as refused:
        reasons.append(str(refused))
    shown = f"{block.name.text} with {lessened} = {flow.context.show(arguments[lessened])}"
    hint = f"a number for {lessened} works"
    raise fail(f"no closed form is known for {shown}, which uses itself: {reasons[0]}", span, hint)


def _some_levels(flow: Flow, name: str, count: Value, span: Span) -> None:
    """Take for granted that there is a level around the others: the outermost stands apart."""
    shown = f"{name} is {flow.context.show(count)}"
    granting.whole(count, flow.context, span, shown)
    granting.at_least(count, 1, flow.context, span, f"{shown}, which may be below 1")


def _going_in(
    flow: Flow, block: tree.Block, inside: Inside, outermost: tuple[Arguments, Tensor]
) -> list[tuple[Arguments, Tensor]]:
    """Go into the first levels as if there were enough of them; give their arguments and shapes."""
    for name, lessened in outermost[0].items():
        if not is_symbolic(lessened):
            continue
        for rounds in range(PROBES, 2, -1):
            knowledge, _ = with_rounds(flow.context, lessened, rounds)
            if knowledge is not None:
                break
        else:
            continue
        fork = forked(flow, knowledge)
        with flow.context.knowledge.trial(keep=False):
            first = _within(fork, block, inside, outermost)
        if first is None or descends(outermost[0], first[0]) != name:
            continue
        found = [outermost, first]
        with flow.context.knowledge.trial(keep=False):
            while len(found) < rounds and (within := _within(fork, block, inside, found[-1])) is not None:
                found.append(within)
        return found
    return [outermost]


def _within(
    flow: Flow, block: tree.Block, inside: Inside, level: tuple[Arguments, Tensor]
) -> tuple[Arguments, Tensor] | None:
    """Give the arguments and the shape with which a level uses itself, None where it does not."""
    arguments, shape = level
    try:
        _trial(flow, Hole(block), lambda: inside(flow, arguments, (shape,)))
    except _Found as found:
        return found.arguments, found.shape
    except Refused:
        return None
    return None


def _trial(flow: Flow, hole: Hole | None, make: Callable[[], Body | None]) -> Body | None:
    """Make a body with a hole in place of the level within."""
    before, frames = flow.shared.hole, len(flow.shared.frames)
    flow.shared.hole = hole
    try:
        return make()
    except SpecError as error:
        raise Refused(reason_of(flow, error)) from None
    finally:
        flow.shared.hole = before
        del flow.shared.frames[frames:]


def _family(family: _Family, probed: list[tuple[Arguments, Tensor]]) -> tuple[_Family, bool]:
    """Read the laws off the first levels; tell whether the outermost one stands apart."""
    try:
        return _lawful(family, probed), False
    except Refused:
        _lawful(family, probed[1:])
        return family, True


def _lawful(family: _Family, probed: list[tuple[Arguments, Tensor]]) -> _Family:
    show = family.flow.context.show
    fixed: Arguments = {}
    laws: dict[str, ByRound] = {}
    for name, first in probed[0][0].items():
        values = [arguments[name] for arguments, _ in probed]
        if all(type(value) is type(first) and value == first for value in values):
            fixed[name] = first
        elif not all(map(is_scalar, values)) or (law := law_of(values)) is None:
            raise Refused(f"{name} is {', '.join(map(show, values))}, ..., which follows no known law")
        else:
            laws[name] = law
    sizes: list[ByRound] = []
    if len({shape.rank for _, shape in probed}) > 1:
        raise Refused("its levels change the number of axes")
    for values in zip(*(shape.sizes for _, shape in probed), strict=True):
        if (size := law_of(values)) is None:
            raise Refused(f"its levels take sizes of {', '.join(map(show, values))}, ..., of no known law")
        sizes.append(size)
    return replace(family, fixed=fixed, laws=laws, sizes=tuple(sizes))


def _levels(probed: list[tuple[Arguments, Tensor]], lessened: str, end: int) -> Scalar:
    """Count the levels around the innermost one."""
    (outer, _), (inner, _), *_ = probed
    step = outer[lessened] - inner[lessened]
    return arithmetic.plain((outer[lessened] - end) / step)


def _closed(family: _Family, count: Scalar, apart: int, source: int) -> Recursion:
    """Prove that the levels are what the laws say, and put them together."""
    context = family.flow.context
    facts = context.knowledge.begin()
    shown = f"the number of levels is {context.show(count)}"
    try:
        granting.whole(count, context, family.span, shown)
        granting.at_least(count, 0, context, family.span, f"{shown}, which may be below 0")
    except SpecError as error:
        raise Refused(reason_of(family.flow, error)) from None
    fork = forked(family.flow, context.knowledge)
    base = family.base(fork, count, apart)
    leaving = _going_out(family, count, base)
    index = facts.index("i", count)
    try:
        number = arithmetic.subtract(arithmetic.subtract(count, 1, family.span), index, family.span)
        inner, outer = (shape_at(leaving, k, context, family.span) for k in (index, index + 1))
        body = family.around(fork, number, inner)
        if not equal_shapes(body.shapes[body.outputs[0]], outer, context, family.span):
            raise Refused("the shapes that leave its levels follow no known law")
    except Refused:
        facts.forget_index(index)
        raise
    output, name = shape_at(leaving, count, context, family.span), family.block.name.text
    return Recursion(body, base, count, (source,), name, family.span, index, output, family.flow.label)


def _going_out(family: _Family, count: Scalar, base: Body) -> list[ByRound]:
    """Read the laws of the shapes that leave the levels, from the innermost one outwards."""
    shapes = [base.shapes[base.outputs[0]]]
    for rounds in range(PROBES, 3, -1):
        knowledge, _ = with_rounds(family.flow.context, count, rounds)
        if knowledge is None:
            continue
        fork = forked(family.flow, knowledge)
        with family.flow.context.knowledge.trial(keep=False):
            for k in range(rounds - 1):
                number = arithmetic.subtract(count, k + 1, family.span)
                body = replace(family, flow=fork).around(fork, number, shapes[-1])
                shapes.append(body.shapes[body.outputs[0]])
        break
    if len({shape.rank for shape in shapes}) == 1:
        found = [law_of(sizes) for sizes in zip(*(shape.sizes for shape in shapes), strict=True)]
        laws = [law for law in found if law is not None]
        if len(laws) == len(found):
            return laws
    raise Refused("the shapes that leave its levels follow no known law")


def _prove(flow: Flow, given: tuple[Arguments, Tensor], wanted: tuple[Arguments, Tensor], span: Span) -> None:
    (arguments, shape), (expected, tensor) = given, wanted
    if not equal_shapes(shape, tensor, flow.context, span):
        shown = flow.context.show(shape), flow.context.show(tensor)
        raise Refused(f"a level goes in with {shown[0]}, where the first ones let one expect {shown[1]}")
    for name, value in arguments.items():
        kept = value == expected[name]
        if not kept and is_scalar(value) and is_scalar(expected[name]):
            kept = same(value, expected[name], flow.context, span) is True
        if not kept:
            shown = flow.context.show(value), flow.context.show(expected[name])
            raise Refused(f"{name} is {shown[0]}, where the first levels let one expect {shown[1]}")
