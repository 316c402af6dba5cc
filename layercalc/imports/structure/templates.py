"""Several bodies laid over each other: what they share, what differs, and what only some have.

A `Pattern` is a term whose values are `Slot`s: one value for each of the bodies, by number. Bodies
of one class are aligned, so that a step that only some have stands once, with the numbers of those
that have it; the rounds of a loop must have the same steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TypeAlias

from layercalc.imports.structure.terms import (
    Bind,
    Choice,
    Expression,
    From,
    Layer,
    Loop,
    Merge,
    Origin,
    Repeat,
    Series,
    Shared,
    Term,
    Value,
)

#: Merges whose branches may stand in any order.
SYMMETRIC = frozenset(("add", "mul", "max"))
#: Expressions that stand for numbers of the tensor that a layer takes.
LOCAL = frozenset(("in.channels", "in.spatial"))
#: What an argument is where a layer does not have it.
DEFAULTS: Mapping[str, Mapping[str, Value]] = {
    "conv": {"stride": 1, "padding": "same", "dilation": 1, "groups": 1, "bias": False},
    "conv_transpose": {"stride": 1, "padding": "same", "dilation": 1, "groups": 1, "bias": False},
    "dense": {"bias": True},
    "linear": {"bias": True},
    "maxpool": {"padding": "same", "dilation": 1, "ceil": False},
    "avgpool": {"padding": "same", "ceil": False},
    "dropout": {"rate": 0.5},
    "token": {"count": 1},
    "roll": {"axis": 1},
}


@dataclass(slots=True, eq=False)
class Slot:
    """The values of an argument by the number of the body; `layer` and `name` say of what."""

    layer: str
    name: str
    values: dict[int, Value]
    origins: dict[int, Origin] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Pattern:
    """A term with slots in the place of values, and the numbers of the bodies that have it.

    `kind` is the class of its terms and `name` what they are called; `parts` are the bodies or
    branches within. A residual that only some have is a `Pattern` of kind `Choice`: `users` have
    what its part is, and those in `wrapped` have it inside the merge that is its name.
    """

    kind: type
    name: tuple[str, ...]
    slots: list[Slot]
    parts: list[Patterns]
    users: frozenset[int]
    wrapped: frozenset[int] = frozenset()
    after: bool = False


Patterns: TypeAlias = list[Pattern]


def pattern(series: Series, user: int) -> Patterns:
    """Make a pattern of one body."""
    return [_of(term, user) for term in series]


def _of(term: Term, user: int) -> Pattern:
    users = frozenset((user,))
    if isinstance(term, Shared):
        return replace(_of(term.layer, user), kind=Shared, name=(term.layer.name, term.name))
    if isinstance(term, Layer):
        slots = [Slot(term.name, name, {user: value}, {user: term.origin}) for name, value in term.arguments]
        if not slots:
            slots = [Slot(term.name, "", {user: ()}, {user: term.origin})]
        return Pattern(Layer, (term.name,), slots, [], users)
    if isinstance(term, Merge):
        slots = [Slot(term.kind, name, {user: value}) for name, value in term.arguments]
        return Pattern(Merge, (term.kind,), slots, [pattern(one, user) for one in term.branches], users)
    if isinstance(term, Repeat):
        count = Slot("repeat", "count", {user: term.count}, dict.fromkeys((user,), _first(term.body)))
        return Pattern(Repeat, (), [count], [pattern(term.body, user)], users)
    if isinstance(term, Loop):
        slots = [
            Slot("for", name, {user: value}, {user: _first(term.body)})
            for row in term.rows
            for name, value in zip(term.names, row, strict=True)
        ]
        return Pattern(Loop, (*term.names, str(len(term.rows))), slots, [pattern(term.body, user)], users)
    if isinstance(term, Choice):
        parts = [pattern(term.then, user), pattern(term.otherwise, user)]
        return Pattern(Choice, (term.condition.text,), [], parts, users)
    names = (term.name,) if isinstance(term, Bind) else term.names
    return Pattern(type(term), names, [], [], users)


def _first(series: Series) -> Origin:
    return next((term.origin for term in series if isinstance(term, Layer)), Origin())


def strict(bodies: Sequence[Series]) -> Patterns | None:
    """Lay bodies over each other that have the same steps; None where they have not."""
    made = pattern(bodies[0], 0)
    for user, body in enumerate(bodies[1:], start=1):
        joined = _joined(made, pattern(body, user))
        if joined is None:
            return None
        made = joined
    return made


def _joined(one: Patterns, other: Patterns) -> Patterns | None:
    if len(one) != len(other):
        return None
    pairs = [_both(a, b, _joined) for a, b in zip(one, other, strict=True)]
    return None if any(pair is None for pair in pairs) else [pair for pair in pairs if pair is not None]


def _both(a: Pattern, b: Pattern, join: object) -> Pattern | None:
    """Lay one pattern over another of the same kind and name, with their parts joined."""
    if a.kind is not b.kind or a.name != b.name or len(a.parts) != len(b.parts):
        return None
    slots = _slots(a, b)
    if slots is None:
        return None
    parts = [join(one, other) for one, other in zip(a.parts, b.parts, strict=True)]  # type: ignore[operator]
    if any(part is None for part in parts):
        return None
    return Pattern(a.kind, a.name, slots, parts, a.users | b.users, a.wrapped | b.wrapped, a.after)


def _slots(a: Pattern, b: Pattern) -> list[Slot] | None:
    """Lay the slots of two over each other, by name, and defaults where one has none."""
    if a.kind is Loop:
        return [_over(one, other) for one, other in zip(a.slots, b.slots, strict=True)]
    mine, others = ({slot.name: slot for slot in one.slots} for one in (a, b))
    slots = []
    for name in [*mine, *(name for name in others if name not in mine)]:
        one, other = mine.get(name), others.get(name)
        if one is None:
            one = _default(a, name, mine)
        if other is None:
            other = _default(b, name, others)
        if one is None or other is None:
            return None
        slots.append(_over(one, other))
    if any(_is_bound(slot) for slot in slots):
        return None
    named = [slot for slot in slots if slot.name]
    return named or slots


def _is_bound(slot: Slot) -> bool:
    """Tell whether a value is a name of a loop around it in one body, and another value in another."""
    words = {text for value in slot.values.values() for text in _texts(value)}
    return bool(words - LOCAL) and len(set(map(repr, slot.values.values()))) > 1


def _texts(value: Value) -> list[str]:
    if isinstance(value, tuple):
        return [text for item in value for text in _texts(item)]
    return [value.text] if isinstance(value, Expression) else []


def _over(one: Slot, other: Slot) -> Slot:
    return Slot(one.layer, one.name, one.values | other.values, one.origins | other.origins)


def _default(pattern: Pattern, name: str, slots: Mapping[str, Slot]) -> Slot | None:
    """Give the slot of an argument that is not there: its default; a pooling's stride is its kernel."""
    layer = pattern.name[0]
    some = next(iter(pattern.slots), None)
    origins = some.origins if some is not None else {}
    if name == "":
        return Slot(layer, "", dict.fromkeys(pattern.users, ()), origins)
    if layer in ("maxpool", "avgpool") and name == "stride":
        return Slot(layer, name, dict(slots["kernel"].values), origins)
    if name not in DEFAULTS.get(layer, {}):
        return None
    return Slot(layer, name, dict.fromkeys(pattern.users, DEFAULTS[layer][name]), origins)


# -- alignment -----------------------------------------------------------------------


def aligned(bodies: Iterable[Patterns]) -> Patterns:
    """Lay bodies over each other that may have steps which others have not."""
    return reduce(_align, bodies)


def _align(one: Patterns, other: Patterns) -> Patterns:
    """Pair as many steps of two bodies, in order, as can be laid over each other."""
    best = [[(0, None)] * (len(other) + 1) for _ in range(len(one) + 1)]
    table: list[list[tuple[int, Pattern | None]]] = best  # type: ignore[assignment]
    for i in reversed(range(len(one))):
        for j in reversed(range(len(other))):
            both = _closest(one[i], other[j])
            paired = table[i + 1][j + 1][0] + (_agreement(both) if both is not None else 0)
            skipped = max(table[i + 1][j][0], table[i][j + 1][0])
            table[i][j] = (paired, both) if both is not None and paired >= skipped else (skipped, None)
    made, i, j = Patterns(), 0, 0
    while i < len(one) and j < len(other):
        score, both = table[i][j]
        if both is not None:
            made.append(both)
            i, j = i + 1, j + 1
        elif table[i + 1][j][0] == score:
            made.append(one[i])
            i += 1
        else:
            made.append(other[j])
            j += 1
    return [*made, *one[i:], *other[j:]]


def _closest(a: Pattern, b: Pattern) -> Pattern | None:
    """Lay one step over another; two branches that may stand in any order in the one that agrees more."""
    both = _both(a, b, _align)
    if both is None or both.kind is not Merge or both.name[0] not in SYMMETRIC or len(b.parts) != 2:
        return both
    if all(a.parts) and not all(b.parts):  # a branch that is empty stays the last
        return _better(both, _both(replace(a, parts=a.parts[::-1]), b, _align))
    return _better(both, _both(a, replace(b, parts=b.parts[::-1]), _align)) if all(b.parts) else both


def _better(one: Pattern, other: Pattern | None) -> Pattern:
    return other if other is not None and _agreement(other) > _agreement(one) else one


def _agreement(both: Pattern) -> int:
    """Tell how well two steps go together: what they share, and the arguments that are equal."""
    score = 4 + sum(len({repr(value) for value in slot.values.values()}) == 1 for slot in both.slots)
    for part in both.parts:
        score += sum(_agreement(one) for one in part if one.users == both.users)
    return score


def is_shared(patterns: Patterns, users: frozenset[int]) -> float:
    """Tell what part of the steps all bodies have."""
    total, shared = 0, 0
    for one in patterns:
        total += 1
        shared += one.users == users
    return shared / total if total else 1.0


def has_names_for_some(one: Pattern, users: frozenset[int]) -> bool:
    """Tell whether a name, or the way back to a value that has one, is there for some bodies only."""
    if one.kind in (Bind, From, Shared):
        return one.users != users
    return any(has_names_for_some(inner, users) for part in one.parts for inner in part)
