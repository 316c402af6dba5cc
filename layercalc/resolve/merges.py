"""The shape at a merge: what add, sub, mul, div, max and concat ask of their branches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from layercalc.display import factors
from layercalc.errors import Span, SpecError, fail
from layercalc.expressions import arithmetic
from layercalc.expressions.conditions import same
from layercalc.expressions.scope import Context, is_number
from layercalc.network import Scalar, Tensor


class Branch(NamedTuple):
    """What one branch gives, and where it is written."""

    tensor: Tensor
    span: Span


class _Meeting(NamedTuple):
    """A branch that meets those before it, what they gave together, and the one it is held against."""

    kind: str
    axis: int
    shape: Tensor
    against: tuple[int, Branch]
    place: int
    branch: Branch
    context: Context

    def fits(self, a: Scalar, b: Scalar) -> bool:
        """Tell whether two sizes are equal."""
        span, context = self.branch.span, self.context
        decided = same(a, b, context, span)
        if decided is None:
            hint = "a `where` at their params, or numbers, would decide it"
            message = f"{self.kind}: it is open whether {context.show(b)} equals {context.show(a)}"
            raise fail(message, span, hint)
        return decided

    def clash(self, axes: Sequence[int]) -> SpecError:
        """Tell the part of the shapes in which two branches differ: channels, sizes or all."""
        number, (one, _) = self.against
        other, show = self.branch.tensor, self.context.show
        verb, shapes, hint = "is", (show(other), show(one)), ""
        if [*axes] == [0]:
            verb, shapes = "has", (f"{show(other.channels)} channels", show(one.channels))
            hint = f"a 1 x 1 convolution to {shapes[1]} channels would make them equal" if one.rank else ""
        elif axes:
            shapes = shapes if 0 in axes else (_sizes(other, show), _sizes(one, show))
            hint = _stride_hint((number, one), (self.place, other))
        message = f"{self.kind}: branch {self.place} {verb} {shapes[0]}, branch {number} {verb} {shapes[1]}"
        return fail(message, self.branch.span, hint)


def meet(kind: str, branches: Sequence[Branch], axis: int, context: Context, span: Span) -> Tensor:
    """Give the shape behind a merge.

    Raises `SpecError` at the first branch whose shape does not go with that of
    branch 1, with both shapes.
    """
    against = (1, branches[0])
    shape = branches[0].tensor
    if kind in ORDERED and len(branches) < 2:
        raise fail(f"{kind} {TOO_FEW}", span, f"{kind} {{ A | B }} {ORDERED[kind]}")
    if not 0 <= axis <= shape.rank:
        raise fail(f"{kind}: axis {context.show(axis)} does not exist in {context.show(shape)}", span)
    for place, branch in enumerate(branches[1:], start=2):
        met = MERGES[kind](_Meeting(kind, axis, shape, against, place, branch, context))
        against = (place, branch) if shape != met == branch.tensor else against
        shape = met
    return shape


def _stretched(meeting: _Meeting) -> Tensor:
    """Stretch sizes of 1, and a vector over the channels: a squeeze-excite gate."""
    shape, tensor = meeting.shape, meeting.branch.tensor
    rank = max(shape.rank, tensor.rank)
    if not {shape.rank, tensor.rank} <= {0, rank}:
        raise meeting.clash(())
    pairs = [*zip(_padded(shape, rank), _padded(tensor, rank), strict=True)]
    differing = [axis for axis, (a, b) in enumerate(pairs) if 1 not in (a, b) and not meeting.fits(a, b)]
    if differing:
        raise meeting.clash(differing)
    sizes = [b if a == 1 else a for a, b in pairs]
    return Tensor(sizes[0], tuple(sizes[1:]))


def _joined(meeting: _Meeting) -> Tensor:
    pairs = _pairs(meeting)
    others = [(axis, pair) for axis, pair in enumerate(pairs) if axis != meeting.axis]
    if differing := [axis for axis, (a, b) in others if not meeting.fits(a, b)]:
        raise meeting.clash(differing)
    sizes = [a for a, _ in pairs]
    sizes[meeting.axis] = arithmetic.add(*pairs[meeting.axis], meeting.branch.span)
    return Tensor(sizes[0], tuple(sizes[1:]))


MERGES: Mapping[str, Callable[[_Meeting], Tensor]] = {
    "add": _stretched, "sub": _stretched, "mul": _stretched, "div": _stretched, "max": _stretched,
    "concat": _joined,
}  # fmt: skip
TOO_FEW = "takes two branches or more"
#: Merges whose first branch is another than the rest, and what they give.
ORDERED = {"sub": "is A less B", "div": "is A over B"}


def _pairs(meeting: _Meeting) -> list[tuple[Scalar, Scalar]]:
    """Put the sizes of the same axis side by side; refuse another number of axes."""
    if meeting.shape.rank != meeting.branch.tensor.rank:
        raise meeting.clash(())
    return [*zip(meeting.shape.sizes, meeting.branch.tensor.sizes, strict=True)]


def _padded(tensor: Tensor, rank: int) -> tuple[Scalar, ...]:
    return (*tensor.sizes, *(1,) * (rank - tensor.rank))


def _sizes(tensor: Tensor, show: Callable[[Scalar], str]) -> str:
    return " x ".join(factors(map(show, tensor.spatial)))


def _stride_hint(one: tuple[int, Tensor], other: tuple[int, Tensor]) -> str:
    for (number, larger), (_, smaller) in ((one, other), (other, one)):
        pairs = [*zip(larger.spatial, smaller.spatial, strict=True)]
        if pairs and all(is_number(a) and is_number(b) and a >= 2 * b for a, b in pairs):
            return f"give branch {number} the same stride"
    return ""
