"""The wiring of a body as a series of terms: chains, branches that meet, and names for the rest.

Values are numbered. Where all ways from one value to another lie side by side, they are branches of
a merge. A part of a body whose values cross is written with names, one value after another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from layercalc.imports.steps import MERGES
from layercalc.imports.structure.templates import SYMMETRIC
from layercalc.imports.structure.terms import Bind, From, Layer, Merge, Series, Term


@dataclass(frozen=True, slots=True)
class Item:
    """A step of a body: the values that it takes, the one that it makes, and its term without wires."""

    term: Layer
    inputs: tuple[int, ...]
    output: int


class Flow:
    """A body: its items in an order in which they can run, the values that enter and those that leave."""

    def __init__(self, items: Sequence[Item], entering: Sequence[int], leaving: Sequence[int]) -> None:
        self.entering, self.leaving = tuple(entering), tuple(leaving)
        self.items = {item.output: item for item in items}
        self.order = {value: place for place, value in enumerate((*self.entering, *self.items))}
        self.uses: dict[int, int] = dict.fromkeys(self.order, 0)
        for value in (*(taken for item in items for taken in item.inputs), *self.leaving):
            self.uses[value] += 1
        self.above = self._dominators()
        self.names: dict[int, str] = {}

    def series(self) -> tuple[Series, tuple[str, ...]]:
        """Give the body, and the names of what enters, if it has to have any.

        Where several values leave it, the body ends with their names.
        """
        if len(self.entering) == 1 and len(self.leaving) == 1:
            (entering,), (leaving,) = self.entering, self.leaving
            written = self._between(leaving, entering)
            names = (self.names[entering],) if entering in self.names else ()
            if names and written[:1] == (Bind(names[0]),):
                written = written[1:]
            return _tidy(written), names
        for value in self.entering:
            self._name(value)
        written = self._named(set(self.entering), [*self.leaving])
        if len(self.leaving) > 1:
            written = (*written, From(tuple(self.names[value] for value in self.leaving)))
        return _tidy(written), tuple(self.names[value] for value in self.entering)

    # -- dominators --

    def _dominators(self) -> dict[int, int | None]:
        """Give for each value the last one that all ways to it pass; None for those that enter."""
        above: dict[int, int | None] = dict.fromkeys(self.entering)
        for item in self.items.values():
            above[item.output] = self._common(item.inputs, above)
        return above

    def _common(self, values: Iterable[int], above: Mapping[int, int | None]) -> int | None:
        common: int | None = None
        for number, value in enumerate(values):
            common = value if number == 0 else self._meet(common, value, above)
            if common is None:
                return None
        return common

    def _meet(self, one: int | None, other: int | None, above: Mapping[int, int | None]) -> int | None:
        while one != other:
            if one is None or other is None:
                return None
            if self.order[one] > self.order[other]:
                one = above[one]
            else:
                other = above[other]
        return one

    # -- branches side by side --

    def _between(self, end: int, start: int) -> Series:
        """Write what makes one value from another that all ways to it pass."""
        found: list[Series] = []
        while end != start:
            item = self.items[end]
            if len(item.inputs) == 1:
                found.append((item.term,))
                end = item.inputs[0]
                continue
            fork = self._common(item.inputs, self.above)
            assert fork is not None
            if self._crosses(item, fork):
                found.append(self._crossing(end, fork))
            else:
                branches = tuple(self._between(value, fork) for value in item.inputs)
                named = {branch[0] for branch in branches if branch and isinstance(branch[0], Bind)}
                branches = tuple(
                    branch[1:] if branch[:1] and branch[0] in named else branch for branch in branches
                )
                found.append((*named, self._met(item, branches)))  # a fork has its name before the merge
            end = fork
        return tuple(term for part in reversed(found) for term in part)

    def _crosses(self, item: Item, fork: int) -> bool:
        """Tell whether a value between a fork and a meeting is used by more than one way."""
        seen: set[int] = set()
        for value in item.inputs:
            todo, mine = [value], set[int]()
            while todo:
                one = todo.pop()
                if one == fork or one in mine:
                    continue
                if one in seen:
                    return True
                mine.add(one)
                todo += self.items[one].inputs
            seen |= mine
        return False

    def _met(self, item: Item, branches: tuple[Series, ...]) -> Term:
        if (
            item.term.name in SYMMETRIC
        ):  # the empty branch of a residual stands last, wherever the source has it
            branches = tuple(sorted(branches, key=lambda branch: not branch))
        return Merge(item.term.name, branches, item.term.arguments)

    # -- values that cross --

    def _crossing(self, end: int, start: int) -> Series:
        """Write what makes one value from another, with names for the values between that are used often."""
        self._name(start)
        return (Bind(self.names[start]), *self._named({start}, [end]))

    def _name(self, value: int) -> str:
        if value not in self.names:
            self.names[value] = f"v{len(self.names)}"
        return self.names[value]

    def _named(self, given: set[int], ends: Sequence[int]) -> Series:
        """Write the values that the ends need, from those that are given; each used twice gets a name."""
        needed = self._needed(given, ends)
        uses: dict[int, int] = dict.fromkeys(needed, 0)
        for value in needed:
            for taken in self.items[value].inputs:
                uses[taken] = uses.get(taken, 0) + 1
        wanted = {value for value in needed if uses[value] > 1 or (value in ends and len(ends) > 1)}
        wanted |= {
            taken
            for value in needed
            if len(self.items[value].inputs) > 1 and self.items[value].term.name not in MERGES
            for taken in self.items[value].inputs
            if taken not in given
        }
        stops, written = set(given), list[Term]()
        for value in sorted({*wanted, *ends}, key=self.order.__getitem__):
            if value in stops:
                continue
            written += self._way(value, stops)
            if value in wanted:
                stops.add(value)
                written.append(Bind(self._name(value)))
        return tuple(written)

    def _needed(self, given: set[int], ends: Sequence[int]) -> list[int]:
        needed, todo = set[int](), list(ends)
        while todo:
            value = todo.pop()
            if value not in given and value not in needed:
                needed.add(value)
                todo += self.items[value].inputs
        return sorted(needed, key=self.order.__getitem__)

    def _way(self, end: int, stops: set[int]) -> list[Term]:
        """Write one value from those that have names."""
        found: list[Term] = []
        while end not in stops:
            item = self.items[end]
            if len(item.inputs) > 1:
                found.append(self._at_names(item, stops))
                if not isinstance(found[-1], Merge):
                    found.append(From(tuple(self.names[value] for value in item.inputs)))
                return found[::-1]
            found.append(item.term)
            end = item.inputs[0]
        return [From((self.names[end],)), *reversed(found)]

    def _at_names(self, item: Item, stops: set[int]) -> Term:
        if item.term.name not in MERGES:
            return item.term
        branches = tuple(tuple(self._way(value, stops)) for value in item.inputs)
        return Merge(item.term.name, branches, item.term.arguments)


def _tidy(series: Series) -> Series:
    """Leave out a way back to the value that has just been named."""
    tidy: list[Term] = []
    for term in series:
        if isinstance(term, From) and tidy and tidy[-1] == Bind(term.names[0]) and len(term.names) == 1:
            continue
        tidy.append(term)
    return tuple(tidy)
