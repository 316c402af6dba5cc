"""Which steps of several bodies stand for each other."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from layercalc.expressions.scope import CONSTANTS
from layercalc.lifting.pieces import whole
from layercalc.resolve.program import Program
from layercalc.syntax import tree
from layercalc.syntax.walk import target_words, value_names

Key: TypeAlias = Callable[[int, tree.Step], Hashable]
Work: TypeAlias = Callable[[int], None]
_Mark: TypeAlias = tuple[Hashable, str]


@dataclass(frozen=True, slots=True)
class Aligned:
    """Steps of each member: one that all have in common, or stretches that differ."""

    steps: Mapping[int, Sequence[tree.Step]]
    common: bool


def key(step: tree.Step, program: Program) -> tuple[object, ...]:
    """Tell by what a step may be compared with others: all but its expressions and what is in it."""
    bound = tuple(place.text for place in getattr(step, "bound", ()))
    if isinstance(step, tree.Call):
        return "call", step.name.text, _wanted(step, program), bound
    if isinstance(step, tree.Merge):
        return "merge", step.kind.text, len(step.arguments), len(step.branches), bound
    if isinstance(step, tree.Choose):
        return "if", len(step.cases), step.otherwise is None, bound
    if isinstance(step, tree.Let):
        return "let", *(word.text for word in target_words(step.target))
    if isinstance(step, tree.LetFunction | tree.Shared):
        return type(step).__name__, step.name.text
    if isinstance(step, tree.From):
        return "from", tuple(place.text for place in step.names), bound
    return type(step).__name__, bound


def _wanted(call: tree.Call, program: Program) -> frozenset[str]:
    """Give the arguments of a call that no default can stand for."""
    declared = program.blocks.get(call.name.text) or program.layers.get(call.name.text)
    parameters = declared.parameters if declared is not None else ()
    open_ones = {
        p.name.text for p in parameters if p.default is not None and value_names(p.default) - {*CONSTANTS}
    }
    given = {argument.name.text for argument in call.arguments if argument.name is not None}
    given |= {
        p.name.text for p, argument in zip(parameters, call.arguments, strict=False) if not argument.name
    }
    return frozenset(given & open_ones)


def aligned(rows: Mapping[int, Sequence[tree.Step]], key: Key, work: Work) -> Iterator[Aligned]:
    """Give what all rows have in common, in order, and what stands between."""
    anchors = _anchors(rows, key, work)
    at = dict.fromkeys(rows, 0)
    for anchor in [*anchors, {one: len(row) for one, row in rows.items()}]:
        between = {one: row[at[one] : anchor[one]] for one, row in rows.items()}
        if any(between.values()):
            yield Aligned(between, common=False)
        if all(place < len(rows[one]) for one, place in anchor.items()):
            yield Aligned({one: (rows[one][place],) for one, place in anchor.items()}, common=True)
        at = {one: place + 1 for one, place in anchor.items()}


def _anchors(rows: Mapping[int, Sequence[tree.Step]], key: Key, work: Work) -> list[dict[int, int]]:
    """Find the places of the steps that all rows have, by the pairs of the first with each other."""
    first, *others = rows
    marked = {one: [(key(one, step), whole(step).text) for step in row] for one, row in rows.items()}
    pairs = {other: _pairs(marked[first], marked[other], work) for other in others}
    return [
        {first: place} | {other: found[place] for other, found in pairs.items()}
        for place in range(len(rows[first]))
        if all(place in found for found in pairs.values())
    ]


def _pairs(left: Sequence[_Mark], right: Sequence[_Mark], work: Work) -> dict[int, int]:
    """Pair the steps of two rows in order: as many as can be, equal ones rather than others."""
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    found = {place: place for place in range(start)}
    left, right = left[start:], right[start:]
    work(len(left) * len(right))
    scores = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in reversed(range(len(left))):
        for j in reversed(range(len(right))):
            worth = _worth(left[i], right[j])
            paired = worth + scores[i + 1][j + 1] if worth else 0
            scores[i][j] = max(scores[i + 1][j], scores[i][j + 1], paired)
    i = j = 0
    while i < len(left) and j < len(right):
        worth = _worth(left[i], right[j])
        if worth and scores[i][j] == worth + scores[i + 1][j + 1]:
            found[start + i] = start + j
            i, j = i + 1, j + 1
        elif scores[i][j] == scores[i + 1][j]:
            i += 1
        else:
            j += 1
    return found


def _worth(left: _Mark, right: _Mark) -> int:
    """Tell how well two steps stand for each other: 0 not at all, 3 where their texts are equal."""
    return 0 if left[0] != right[0] else 2 + (left[1] == right[1])
