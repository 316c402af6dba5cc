"""Where the axes of a foreign tensor stand in the tensor of the language.

A tensor of the language has its channels first and no axis of the batch. A foreign one may have
them anywhere, several in one axis, or one in several. Both are lists of axes, and each axis is
made of factors, the outermost first: a `Factor` is a size with an identity. Turning axes round,
dividing one or joining some changes only the foreign list, so that nothing need be written for it;
`arranged` tells what to write where a layer needs them in other places.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from layercalc.imports.values import product


@dataclass(frozen=True, eq=False, slots=True)
class Factor:
    """A factor of an axis; one that is `copied` is no axis of the language, the same along all its places."""

    size: int
    copied: bool = False


Axis: TypeAlias = tuple[Factor, ...]
Axes: TypeAlias = tuple[Axis, ...]


class Unfollowed(Exception):  # noqa: N818 - a reason, which is caught and told as one of several
    """Why an operator cannot be followed."""


def axes_of(sizes: Iterable[int]) -> Axes:
    """Give axes of one new factor each; one of size 1 has none."""
    return tuple((Factor(size),) if size != 1 else () for size in sizes)


def size_of(axis: Axis) -> int:
    """Give the size of an axis."""
    return product(factor.size for factor in axis)


def sizes_of(axes: Axes) -> tuple[int, ...]:
    """Give the sizes of axes."""
    return tuple(map(size_of, axes))


def flat(axes: Iterable[Axis]) -> Axis:
    """Give the factors of axes in order."""
    return tuple(factor for axis in axes for factor in axis)


def instead(axes: Axes, place: int, axis: Axis) -> Axes:
    """Give axes with another in one place."""
    return tuple(axis if one == place else kept for one, kept in enumerate(axes))


@dataclass(frozen=True, slots=True)
class Held:
    """A foreign tensor: the step that makes it, its axes in the language, and the foreign ones.

    `turned` is the call of a module in which its axes were last turned round, if they were.
    """

    step: int
    axes: Axes
    foreign: Axes
    turned: int | None = None

    def split(self, factor: Factor, sizes: Sequence[int]) -> Held:
        """Divide a factor into some, the outermost first."""
        parts = tuple(Factor(size, factor.copied) for size in sizes if size != 1)

        def divided(axes: Axes) -> Axes:
            return tuple(
                tuple(new for old in axis for new in (parts if old is factor else (old,))) for axis in axes
            )

        return replace(self, axes=divided(self.axes), foreign=divided(self.foreign))

    def reshaped(self, shape: Sequence[int], ones: Collection[int] = ()) -> Held:
        """Read the foreign axes as others, dividing factors where the new axes part.

        Those new axes of length 1 that are in `ones` have a factor too.
        Raises `Unfollowed` where a factor is no multiple of what an axis still takes.
        """
        held, axes, place = self, [], 0
        for axis, size in enumerate(shape):
            taken = 1
            start = place
            if size == 1 and axis in ones:
                held = held._with_one(place)
                place += 1
            while taken != size:
                factors = flat(held.foreign)
                if place == len(factors):
                    raise Unfollowed(f"{list(shape)} does not divide {list(sizes_of(self.foreign))}")
                factor = factors[place]
                left = size // taken
                if size % taken or (left % factor.size and factor.size % left):
                    raise Unfollowed(
                        f"axes of {list(sizes_of(self.foreign))} are cut across by {list(shape)}"
                    )
                if left % factor.size:
                    held = held.split(factor, (left, factor.size // left))
                    factor = flat(held.foreign)[place]
                taken *= factor.size
                place += 1
            axes.append((start, place))
        factors = flat(held.foreign)
        if axes and place < len(factors):
            axes[-1] = (axes[-1][0], len(factors))  # of length 1
        return replace(held, foreign=tuple(factors[a:b] for a, b in axes))

    def fused(self) -> Held:
        """Make one factor of those that stand together in both lists of axes."""
        behind = {a: b for axis in self.axes for a, b in pairwise(axis)}
        held = self
        for axis in self.foreign:
            run = axis[:1]
            for factor in axis[1:]:
                if behind.get(run[-1]) is factor:
                    run = (*run, factor)
                else:
                    held, run = held._joined(run), (factor,)
            held = held._joined(run)
        return held

    def _joined(self, run: Axis) -> Held:
        if len(run) < 2:
            return self
        whole = Factor(size_of(run), run[0].copied)

        def joined(axes: Axes) -> Axes:
            return tuple(
                tuple(whole if one is run[0] else one for one in axis if one is run[0] or one not in run)
                for axis in axes
            )

        return replace(self, axes=joined(self.axes), foreign=joined(self.foreign))

    def _with_one(self, place: int) -> Held:
        """Have a factor of 1 at a place among the factors: that which stands there, or else a new one."""
        factors = flat(self.foreign)
        if place < len(factors) and factors[place].size == 1:
            return self
        one = (Factor(1),)
        if not factors:
            return replace(self, axes=(*self.axes, one), foreign=(*self.foreign, one))
        beside = factors[min(place, len(factors) - 1)]
        pair = (*one, beside) if place < len(factors) else (beside, *one)

        def beside_it(axes: Axes) -> Axes:
            return tuple(
                tuple(new for old in axis for new in (pair if old is beside else (old,))) for axis in axes
            )

        return replace(self, axes=beside_it(self.axes), foreign=beside_it(self.foreign))

    def as_foreign(self) -> Axes:
        """Give the axes of the language as the foreign ones are, the channels first."""
        lead = set(self.axes[0])
        channels = next((axis for axis in self.foreign if axis and set(axis) == lead), self.axes[0])
        left = (tuple(one for one in axis if one not in lead) for axis in self.foreign)
        return (channels, *(axis for axis in left if axis))

    def permuted(self, order: Sequence[int]) -> Held:
        """Turn the foreign axes round."""
        return replace(self, foreign=tuple(self.foreign[axis] for axis in order))

    def axis(self, factors: Axis) -> int | None:
        """Find the axis of the language that is made of these factors."""
        return next((place for place, axis in enumerate(self.axes) if axis == factors), None)


class Move(NamedTuple):
    """A layer that only moves data: its name, its arguments, and the axes behind it."""

    name: str
    arguments: dict[str, object]
    axes: Axes


def arranged(axes: Axes, wanted: Axes) -> list[Move]:
    """Give the fewest layers that bring a tensor of the language from some axes to others.

    >>> rows, columns = Factor(3), Factor(4)
    >>> [(move.name, move.arguments) for move in arranged(((rows,), (columns,)), ((columns,), (rows,)))]
    [('permute', {'axes': (1, 0)})]
    >>> [(move.name, move.arguments) for move in arranged(((rows,), (columns,)), ((columns, rows),))]
    [('permute', {'axes': (1, 0)}), ('flatten', {})]
    """
    if axes == wanted:
        return []
    if set(flat(axes)) != set(flat(wanted)):
        raise Unfollowed("an axis that is the same in all places would have to be written out")
    if flat(axes) == flat(wanted):
        return [_reshape(wanted)]
    if axes[1:] == wanted[1:] and len(axes[0]) == 2 and wanted[0] == axes[0][::-1]:
        return [Move("channel_shuffle", {"groups": axes[0][0].size}, wanted)]
    pieces = _pieces(axes, wanted)
    moves = [] if axes == pieces else [_reshape(pieces)]
    order = tuple(sorted(range(len(pieces)), key=lambda place: flat(wanted).index(pieces[place][0])))
    turned = tuple(pieces[place] for place in order)
    moves.append(Move("permute", {"axes": order}, turned))
    return moves if turned == wanted else [*moves, _reshape(wanted)]


def _reshape(axes: Axes) -> Move:
    if len(axes) == 1:
        return Move("flatten", {}, axes)
    return Move("reshape", {"sizes": sizes_of(axes)}, axes)


def _pieces(axes: Axes, wanted: Axes) -> Axes:
    """Divide axes into as few as can be turned round: factors that stay together are one."""
    follower = {id(a): b for axis in wanted for a, b in pairwise(axis)}
    pieces: list[list[Factor]] = []
    for axis in axes:
        for place, factor in enumerate(axis):
            if place and follower.get(id(axis[place - 1])) is factor:
                pieces[-1].append(factor)
            else:
                pieces.append([factor])
    return tuple(map(tuple, pieces))


def matched(one: Held, other: Held) -> tuple[Held, Held, dict[Factor, Factor]]:
    """Divide the factors of two tensors alike, axis by axis from the last, and pair them.

    Gives both, and for each factor of the other the one in the same place of the first; where an
    axis of either is 1 there, none. Raises `Unfollowed` where they cannot be divided alike.
    """
    pairs: dict[Factor, Factor] = {}
    for back in range(1, min(len(one.foreign), len(other.foreign)) + 1):
        place = 0
        while place < min(len(one.foreign[-back]), len(other.foreign[-back])):
            a, b = one.foreign[-back][place], other.foreign[-back][place]
            cut = a.size % b.size and b.size % a.size
            if cut or (a.size != b.size and 1 in (a.size, b.size)):
                raise Unfollowed("the axes of what meets here are divided differently")
            if a.size > b.size:
                one = one.split(a, (b.size, a.size // b.size))
            elif b.size > a.size:
                other = other.split(b, (a.size, b.size // a.size))
            pairs[other.foreign[-back][place]] = one.foreign[-back][place]
            place += 1
    return one, other, pairs
