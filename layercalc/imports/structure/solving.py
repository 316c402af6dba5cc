"""What differs between bodies becomes few params, and expressions of them.

From: patterns with slots. To: the params by name, with their value in each body, and for each slot
what to write: a number where all bodies agree; a param, or a multiple of one; the channels that
enter, or a multiple of those; a further param for the rest. Conditions are found the same way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from layercalc.imports.names import WORDS, identifier, unused
from layercalc.imports.structure.templates import LOCAL, Patterns, Slot
from layercalc.imports.structure.terms import Expression, Value

#: Arguments that count channels: one may be a multiple of another.
CHANNELS = frozenset(["filters", "units", "groups", "start", "stop", "words", "hidden", "channels", "width"])
#: What a param is where nothing is said, if it has this name.
NATURAL: Mapping[str, Value] = {"stride": 1, "dilation": 1, "groups": 1, "bias": False, "padding": "same"}
#: What the sizes of a tensor are called, by their number.
AXES: Mapping[int, tuple[str, ...]] = {
    1: ("channels",),
    2: ("channels", "length"),
    3: ("channels", "height", "width"),
}
#: What the channels that enter a block are called in it.
ENTERING = "channels"
#: Whole parts and shares of which a multiple is written.
LARGEST, LEAST = 8, 64


@dataclass(slots=True)
class Param:
    """A param of a block or a column of a table: its value in each body."""

    name: str
    values: dict[int, Value]
    channels: bool = False
    default: Value | None = None


@dataclass(slots=True)
class Around:
    """What is known of each body: the channels that enter and leave, and the module's attributes."""

    entering: Mapping[int, int] = field(default_factory=dict)
    leaving: Mapping[int, int] = field(default_factory=dict)
    attributes: Mapping[int, Mapping[str, object]] = field(default_factory=dict)
    shapes: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    label: Callable[[Slot], str] = lambda _: ""
    taken: frozenset[str] = frozenset()
    is_channels: Callable[[str, str], bool] = lambda _, name: name in CHANNELS


class Solution:
    """The params of some bodies, and what is written for each slot."""

    def __init__(self, users: Sequence[int], around: Around) -> None:
        self.users = tuple(users)
        self.around = around
        self.params: list[Param] = []
        self.written: dict[int, Value] = {}
        self.multiples: dict[str, dict[int, Value]] = {}
        self.enters = False

    def solve(self, patterns: Patterns) -> None:
        """Decide what to write for every slot."""
        self._width(patterns)
        for slot in slots_of(patterns):
            self.written[id(slot)] = self._value(slot)

    def _sizes(self, slot: Slot) -> Value | None:
        """Write a list of sizes one by one, where all bodies have as many."""
        lists = {user: value for user, value in slot.values.items() if isinstance(value, tuple)}
        lengths = set(map(len, lists.values()))
        if slot.name != "sizes" or len(lengths) != 1 or len(lists) < len(slot.values):
            return None
        (length,) = lengths
        names = AXES.get(length, tuple(f"size_{place}" for place in range(length)))
        return tuple(
            self._value(Slot(slot.layer, names[at], {u: one[at] for u, one in lists.items()}, slot.origins))
            for at in range(length)
        )

    def _width(self, patterns: Patterns) -> None:
        """Make a param of a block's width: the channels that leave it, or the least they are a multiple of.

        It is none where all bodies have the same, or each the channels that enter.
        """
        leaving, entering = self.around.leaving, self.around.entering
        if not leaving or len(set(leaving.values())) == 1 or _ratio(leaving, entering) is not None:
            return
        wide = [
            slot
            for slot in slots_of(patterns)
            if self.around.is_channels(slot.layer, slot.name)
            and len(slot.values) == len(self.users)
            and _ratio(slot.values, leaving) is not None
        ]
        if wide:
            least = min(wide, key=lambda slot: _ratio(slot.values, leaving) or 1)
            self._new(least, least.values, True)

    def _value(self, slot: Slot) -> Value:
        values = slot.values
        first = next(iter(values.values()))
        if all(same(value, first) for value in values.values()):
            return first
        slot.values.update(numbers(slot, self.around.shapes))
        if (sizes := self._sizes(slot)) is not None:
            return sizes
        for param in self.params:
            if agrees(values, param.values):
                param.values.update(values)
                return Expression(param.name)
        channels = self.around.is_channels(slot.layer, slot.name)
        if channels and (found := self._multiple(slot)) is not None:
            return found
        return Expression(self._new(slot, values, channels).name)

    def _multiple(self, slot: Slot) -> Value | None:
        """Write a number of channels as a multiple of a param, or of the channels that enter."""
        for param in self.params:
            if param.channels and (ratio := _ratio(slot.values, param.values)) is not None:
                written = times(ratio, param.name)
                self.multiples.setdefault(written.text, {}).update(slot.values)
                return written
        entering = self.around.entering
        if not entering:
            return None
        if (ratio := _ratio(slot.values, entering)) is not None:
            self.enters = True
            return times(ratio, ENTERING)
        local = {user: origin.shape[0] for user, origin in slot.origins.items() if origin.shape}
        if len(local) == len(slot.values) and (ratio := _ratio(slot.values, local)) is not None:
            return times(ratio, "in.channels")
        return self._share(slot)

    def _share(self, slot: Slot) -> Value | None:
        """Write a number of channels as a param times those that enter, where that param has fewer values."""
        entering = self.around.entering
        shares: dict[int, Value] = {}
        for user, value in slot.values.items():
            if not isinstance(value, int) or value % entering[user]:
                return None
            shares[user] = value // entering[user]
        for param in self.params:
            if param.name == "expansion" and agrees(shares, param.values):
                param.values.update(shares)
                self.enters = True
                return Expression(f"{param.name} * {ENTERING}")
        if len(set(map(repr, shares.values()))) * 2 > len(set(map(repr, slot.values.values()))):
            return None
        self.enters = True
        param = self._new(Slot(slot.layer, "expansion", shares, slot.origins), shares, False)
        return Expression(f"{param.name} * {ENTERING}")

    def _new(self, slot: Slot, values: dict[int, Value], channels: bool) -> Param:
        param = Param(self._name(slot, values), dict(values), channels)
        # An attribute has a value for the other bodies too, which later slots may take.
        told = {user: self.around.attributes.get(user, {}).get(param.name) for user in self.users}
        if all(same(told.get(user), value) for user, value in values.items()):
            param.values |= {user: one for user, one in told.items() if isinstance(one, bool | int)}
        self.params.append(param)
        return param

    def _name(self, slot: Slot, values: Mapping[int, Value]) -> str:
        """Name a param after an attribute that has its values, else the argument, else the module too."""
        used = {param.name for param in self.params} | self.around.taken
        attributes = self.around.attributes
        known = [attributes.get(user, {}) for user in values]
        for name in known[0] if known else ():
            if name not in used | WORDS and all(
                same(one.get(name), v) for one, v in zip(known, values.values(), strict=True)
            ):
                return name
        label = self.around.label(slot)
        plain = slot.name if not self.around.is_channels(slot.layer, slot.name) else label
        choices = [slot.name, plain, f"{label}_{slot.name}" if label else "", slot.name]
        return unused([identifier(choice) for choice in choices if choice], used)

    def flag(self, name: str, users: frozenset[int]) -> Param:
        """Make a param that tells which bodies have an optional step."""
        slot = Slot("if", name or "optional", {user: user in users for user in self.users})
        return self._new(slot, slot.values, False)

    # -- conditions --

    def condition(
        self,
        users: frozenset[int],
        among: frozenset[int],
        name: str,
        patterns: Patterns = (),  # type: ignore[assignment]
    ) -> Expression:
        """Find what tells some bodies from the others: params and channels, or else a param for it."""
        atoms = list(self._atoms(among))
        for text, holds in atoms:
            if holds == users:
                return self._condition(text)
        for word, meet in (("and", frozenset.intersection), ("or", frozenset.union)):
            for place, (text, holds) in enumerate(atoms):
                for other, more in atoms[place + 1 :]:
                    if meet(holds, more) == users:
                        return self._condition(f"{text} {word} {other}")
        return self._widened(patterns, among) or Expression(self.flag(name, users).name)

    def _widened(self, patterns: Patterns, among: frozenset[int]) -> Expression | None:
        """Tell bodies without a step that widens by a factor of 1, if it is a factor that the others have."""
        slots = [s for s in slots_of(patterns) if self.around.is_channels(s.layer, s.name)]
        entering = self.around.entering
        if not slots or not entering or any(param.name == "expansion" for param in self.params):
            return None
        slot = slots[0]
        shares: dict[int, Value] = dict.fromkeys(among, 1)
        for user, value in slot.values.items():
            if not isinstance(value, int) or value % entering[user] or value <= entering[user]:
                return None
            shares[user] = value // entering[user]
        self.params.append(Param("expansion", shares))
        self.written[id(slot)] = Expression(f"expansion * {ENTERING}")
        self.enters = True
        return Expression("expansion != 1")

    def _condition(self, text: str) -> Expression:
        self.enters |= ENTERING in text.split()
        return Expression(text)

    def _atoms(self, among: frozenset[int]) -> Iterator[tuple[str, frozenset[int]]]:
        """Give conditions on the params, and those of the bodies that they hold for."""
        yield from self._widths(among)
        for param in self.params:
            values = self._at_call(param.values, among)
            if len(values) < len(among):
                continue
            if all(isinstance(value, bool) for value in values.values()):
                holds = frozenset(user for user, value in values.items() if value)
                yield param.name, holds
                yield f"not {param.name}", among - holds
                continue
            for value in dict.fromkeys(v for v in values.values() if isinstance(v, int)):
                equal = frozenset(user for user, one in values.items() if one == value)
                if value in (0, 1) or len(set(map(repr, values.values()))) == 2:
                    yield f"{param.name} == {value}", equal
                    yield f"{param.name} != {value}", among - equal

    def _at_call(self, values: Mapping[int, Value], among: frozenset[int]) -> dict[int, Value]:
        """Give the numbers that a param has in some bodies, with the channels where each block is called."""
        told: dict[int, Value] = {}
        for user in among & values.keys():
            value = values[user]
            if value == Expression("in.channels") and user in self.around.entering:
                value = self.around.entering[user]
            if not isinstance(value, Expression):
                told[user] = value
        return told

    def _widths(self, among: frozenset[int]) -> Iterator[tuple[str, frozenset[int]]]:
        """Give conditions on the channels that enter, held against those that are written."""
        written = {param.name: param.values for param in self.params if param.channels} | self.multiples
        for text, values in written.items():
            told = self._at_call(values, among)
            if self.around.entering and len(told) == len(among):
                equal = frozenset(user for user in among if self.around.entering[user] == told[user])
                yield f"{ENTERING} == {text}", equal
                yield f"{ENTERING} != {text}", among - equal


def slots_of(patterns: Patterns) -> Iterator[Slot]:
    """Give the slots of patterns in the order in which they are written."""
    for one in patterns:
        if one.kind.__name__ in ("Repeat", "Loop"):
            yield from one.slots
            yield from (slot for part in one.parts for slot in slots_of(part))
        else:
            yield from (slot for part in one.parts for slot in slots_of(part))
            yield from one.slots


def defaults(params: Sequence[Param], users: Sequence[int]) -> list[Param]:
    """Give params defaults where some bodies say nothing, or most say what is natural; these stand last."""
    for param in params:
        counted = Counter(map(repr, param.values.values()))
        common = next(value for value in param.values.values() if repr(value) == counted.most_common(1)[0][0])
        if len(param.values) < len(users):
            param.default = common
        elif isinstance(common, bool) or same(NATURAL.get(param.name), common):
            param.default = False if isinstance(common, bool) else common
    return sorted(params, key=lambda param: param.default is not None)


def numbers(slot: Slot, shapes: Mapping[int, tuple[int, ...]]) -> dict[int, Value]:
    """Give what stands for the sizes at a layer as numbers, but for those where its block is called."""
    found: dict[int, Value] = {}
    for user, value in slot.values.items():
        if isinstance(value, Expression) and value.text in LOCAL:
            shape = slot.origins[user].shape
            if shapes.get(user) == shape:
                continue
            found[user] = shape[0] if value.text == "in.channels" else shape[1:]
    return found


def same(one: object, other: object) -> bool:
    """Tell whether two values are equal, true and 1 told apart."""
    return type(one) is type(other) and one == other


def agrees(values: Mapping[int, Value], others: Mapping[int, Value]) -> bool:
    """Tell whether two have the same values wherever both have one, and have one in common."""
    common = values.keys() & others.keys()
    return bool(common) and all(same(values[user], others[user]) for user in common)


def _ratio(values: Mapping[int, Value], others: Mapping[int, object]) -> Fraction | None:
    """Give the one ratio of some numbers to others, if it is simple."""
    ratios = set()
    for user, value in values.items():
        other = others.get(user)
        if not isinstance(value, int) or not isinstance(other, int) or isinstance(value, bool) or not other:
            return None
        ratios.add(Fraction(value, other))
    if len(ratios) != 1:
        return None
    (ratio,) = ratios
    return ratio if 0 < ratio.numerator <= LARGEST and ratio.denominator <= LEAST else None


def times(ratio: Fraction, name: str) -> Expression:
    """Write a multiple.

    >>> times(Fraction(3, 2), "width").text
    '3 * width / 2'
    """
    text = name if ratio.numerator == 1 else f"{ratio.numerator} * {name}"
    return Expression(text if ratio.denominator == 1 else f"{text} / {ratio.denominator}")
