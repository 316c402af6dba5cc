"""Patterns with their slots decided become terms again, with conditions around what only some have."""

from __future__ import annotations

from collections.abc import Callable

from layercalc.imports.structure.solving import Solution
from layercalc.imports.structure.templates import DEFAULTS, Pattern, Patterns, Slot
from layercalc.imports.structure.terms import (
    Bind,
    Choice,
    Expression,
    From,
    Layer,
    Loop,
    Merge,
    Repeat,
    Series,
    Shared,
    Term,
    Value,
)

Name = Callable[[Pattern], str]


def rendered(patterns: Patterns, users: frozenset[int], solution: Solution, name: Name) -> Series:
    """Write patterns for some bodies; `name` names the param of an optional step."""
    written: list[Term] = []
    place = 0
    while place < len(patterns):
        mine = patterns[place].users
        end = place
        while end < len(patterns) and patterns[end].users == mine:
            end += 1
        if mine == users:
            written += [_term(one, solution, name) for one in patterns[place:end]]
            place = end
            continue
        condition = solution.condition(mine, users, name(patterns[place]), patterns[place:end])
        then = rendered(patterns[place:end], mine, solution, name)
        other, place = end, end
        while other < len(patterns) and patterns[other].users == users - mine:
            other += 1
        otherwise = rendered(patterns[end:other], users - mine, solution, name)
        place = other
        written.append(Choice(condition, then, otherwise))
    return tuple(written)


def _term(one: Pattern, solution: Solution, name: Name) -> Term:
    def within(part: int) -> Series:
        return rendered(one.parts[part], one.users, solution, name)

    if one.kind in (Layer, Shared):
        layer = Layer(one.name[0], _arguments(one, solution), next(iter(one.slots[0].origins.values())))
        return layer if one.kind is Layer else Shared(one.name[1], layer)
    if one.kind is Merge:
        branches = tuple(within(part) for part in range(len(one.parts)))
        return Merge(one.name[0], branches, _arguments(one, solution))
    if one.kind is Repeat:
        return Repeat(solution.written[id(one.slots[0])], within(0))
    if one.kind is Loop:
        names = one.name[:-1]
        cells = [solution.written[id(slot)] for slot in one.slots]
        rows = tuple(tuple(cells[i : i + len(names)]) for i in range(0, len(cells), len(names)))
        return Loop(names, rows, within(0))
    if one.kind is Choice:
        return _choice(one, solution, name)
    return Bind(one.name[0]) if one.kind is Bind else From(one.name)


def _choice(one: Pattern, solution: Solution, name: Name) -> Term:
    if not one.wrapped:
        then, otherwise = (rendered(part, one.users, solution, name) for part in one.parts)
        return Choice(Expression(one.name[0]), then, otherwise)
    inner = rendered(one.parts[0], one.users, solution, name)
    condition = solution.condition(one.wrapped, one.users, "residual")
    branches = ((), inner) if one.after else (inner, ())
    return Choice(condition, (Merge(one.name[0], branches),), inner)


def _arguments(one: Pattern, solution: Solution) -> tuple[tuple[str, Value], ...]:
    """Give the arguments of a layer, without those that are its defaults."""
    return tuple(
        (slot.name, value)
        for slot in one.slots
        if slot.name and not _is_default(one, slot, value := solution.written[id(slot)], solution)
    )


def _is_default(one: Pattern, slot: Slot, value: Value, solution: Solution) -> bool:
    layer = one.name[0]
    if layer in ("maxpool", "avgpool") and slot.name == "stride":
        kernel = next(other for other in one.slots if other.name == "kernel")
        return solution.written[id(kernel)] == value
    defaults = DEFAULTS.get(layer, {})
    known = defaults.get(slot.name, value)
    return slot.name in defaults and type(known) is type(value) and known == value
