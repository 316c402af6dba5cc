"""What differs between members, as columns of values, and the laws that they show.

A law has up to three constants that are read off the members. It takes three values of its own to show
one, and at least one member more than the constants settle: a proportion, and for numbers of rounds
in a param that the names tell, a line, or a line for a sum of two numbers of rounds. For all else, as
widths, whose lines are as a rule no laws, a line takes one member more; so do other weights of a sum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import NamedTuple, TypeAlias, TypeVar

_Value = TypeVar("_Value")
Numbers: TypeAlias = "tuple[Fraction, ...]"
#: Values that a law takes to be shown.
SHOWN = 3
#: The role of a number of rounds, and of a param that counts layers.
COUNT = "count"


class LinearLaw(NamedTuple):
    """A value as `scale * name + offset + others * other`."""

    name: str
    scale: Fraction = Fraction(1)
    offset: Fraction = Fraction(0)
    other: str = ""
    others: Fraction = Fraction(0)

    @property
    def text(self) -> str:
        """Write it in the language.

        >>> third = Fraction(1, 3)
        >>> LinearLaw("depth", third, -26 * third, "count1", Fraction(-1)).text
        '(depth - 26) / 3 - count1'
        >>> LinearLaw("width", Fraction(3, 2)).text, LinearLaw("width", Fraction(2), Fraction(1)).text
        ('3 * width / 2', '2 * width + 1')
        """
        apart = self.other and self.others.denominator == 1
        parts = [self.scale, self.offset] if apart else [self.scale, self.offset, self.others]
        below = lcm(*(part.denominator for part in parts))
        terms = [_term(self.scale * below, self.name)]
        terms += [] if apart or not self.other else [_term(self.others * below, self.other)]
        terms += [_term(self.offset * below, "")] if self.offset else []
        text = " ".join(terms).removeprefix("+ ")
        text = f"-{text[2:]}" if text.startswith("- ") else text
        text = f"({text})" if len(terms) > 1 and below > 1 else text
        text += f" / {below}" if below > 1 else ""
        return f"{text} {_term(self.others, self.other)}" if apart else text

    @property
    def is_name(self) -> bool:
        """Tell whether it is a name alone."""
        return self == LinearLaw(self.name)


def _term(times: Fraction, name: str) -> str:
    """Write a whole multiple with its sign: `- 2 * count`."""
    size = str(abs(int(times)))
    text = size if not name else name if size == "1" else f"{size} * {name}"
    return f"{'-' if times < 0 else '+'} {text}"


class Known(NamedTuple):
    """A column that has a name: the param, or what is looked up."""

    name: str
    role: str
    values: Numbers


def law(values: Numbers, role: str, param: Known | None, others: Sequence[Known]) -> LinearLaw | None:
    """Find the simplest law of a column in the param, if it has values of its own, or in other columns.

    >>> depth = Known("depth", COUNT, (Fraction(50), Fraction(101), Fraction(152)))
    >>> count = Known("count1", COUNT, (Fraction(3), Fraction(3), Fraction(7)))
    >>> law((Fraction(5), Fraction(22), Fraction(35)), COUNT, depth, [count]).text
    '(depth - 26) / 3 - count1'
    """
    known = [*([param] if param else []), *others]
    for one in known:
        if one.values == values:
            return LinearLaw(one.name)
    distinct = len(set(values))
    for one in known:
        if distinct >= SHOWN and (scale := _proportion(values, one.values)):
            return LinearLaw(one.name, scale)
    for one in known:
        spare = 0 if one.role == role == COUNT else 1
        if distinct >= SHOWN + spare and (line := _line(values, one.values)):
            return LinearLaw(one.name, *line)
    if param is None or not param.role == role == COUNT:
        return None
    for one in (other for other in others if other.role == COUNT):
        if plane := _plane(values, param.values, one.values):
            return LinearLaw(param.name, plane[0], plane[1], one.name, plane[2])
    return None


def _proportion(values: Numbers, others: Numbers) -> Fraction | None:
    """Give the constant by which others are multiplied."""
    if not others[0]:
        return None
    scale = values[0] / others[0]
    return scale if all(v == scale * o for v, o in zip(values, others, strict=True)) else None


def _line(values: Numbers, others: Numbers) -> tuple[Fraction, Fraction] | None:
    """Give slope and offset of the line on which values lie over others."""
    second = next((place for place, other in enumerate(others) if other != others[0]), None)
    if second is None:
        return None
    slope = (values[second] - values[0]) / (others[second] - others[0])
    offset = values[0] - slope * others[0]
    fits = all(v == slope * o + offset for v, o in zip(values, others, strict=True))
    return (slope, offset) if fits and slope else None


def _plane(values: Numbers, param: Numbers, others: Numbers) -> tuple[Fraction, Fraction, Fraction] | None:
    """Give the plane on which values lie over the param and others.

    With three members the sum of both has to follow the param, else any weights of them.
    """
    weights = {Fraction(-1)}
    if len(set(param)) > SHOWN and (found := _weight(values, param, others)) is not None:
        weights.add(found)
    for weight in sorted(weights):
        left = tuple(value - weight * other for value, other in zip(values, others, strict=True))
        if len(set(left)) >= SHOWN and (line := _line(left, param)):
            return *line, weight
    return None


def _weight(values: Numbers, param: Numbers, others: Numbers) -> Fraction | None:
    """Give what others weigh, by how far both are from their lines over the param."""

    def bends(row: Numbers) -> list[Fraction]:
        slope = (row[1] - row[0]) / (param[1] - param[0])
        return [value - row[0] - slope * (at - param[0]) for value, at in zip(row, param, strict=True)]

    pairs = zip(bends(values), bends(others), strict=True)
    return next((mine / theirs for mine, theirs in pairs if theirs), None)


def most(values: Sequence[_Value]) -> _Value | None:
    """Give the value that more than half of the members have, two at least.

    >>> most([3, 3, 7]), most([64, 128])
    (3, None)
    """
    ((value, count),) = Counter(values).most_common(1)
    return value if count > 1 and 2 * count > len(values) else None
