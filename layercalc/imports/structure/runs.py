"""Runs in a series: what is repeated, and rounds that differ in numbers only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from layercalc.imports.steps import ACTIVATIONS
from layercalc.imports.structure.rendering import rendered
from layercalc.imports.structure.solving import Around, Solution
from layercalc.imports.structure.templates import Patterns, strict
from layercalc.imports.structure.terms import (
    Layer,
    Loop,
    Merge,
    Repeat,
    Series,
    Term,
    cost,
)

#: Terms of a series among whose neighbours runs are looked for, and terms of one round.
LONGEST_ROUND = 24
#: A loop must spare this much reading.
SPARED = 3
#: Ways to begin or to end a run that are tried.
TURNS = 4
#: A run that may be a loop: where it begins and ends, its rounds, and how much it is favoured.
_Candidate: TypeAlias = tuple[int, int, list[Series], int]
#: How much a loop over stages, each a block and its repetition, is favoured over other loops.
HEADED = 6


def folded(series: Series, taken: frozenset[str] = frozenset()) -> Series:
    """Write runs as `repeat`, and rounds that differ as `for`; the branches of merges first."""
    series = tuple(_inside(term, taken) for term in series)
    series = _repeats(series)
    while (better := _best_loop(series, taken)) is not None:
        series = _repeats(better)
    return series


def _inside(term: Term, taken: frozenset[str]) -> Term:
    if isinstance(term, Merge):
        return Merge(term.kind, tuple(folded(branch, taken) for branch in term.branches), term.arguments)
    return term


def _repeats(series: Series) -> Series:
    """Write equal neighbours once, with their number: the shortest parts first, then what these make."""
    length = 1
    while length <= min(LONGEST_ROUND, len(series) // 2):
        runs = list(runs_of(series, length))
        if not runs:
            length += 1
            continue
        _, _, start, count = max(runs)
        body = series[start : start + length]
        whole: Term = Repeat(count, body)
        if length == 1 and isinstance(body[0], Repeat) and isinstance(body[0].count, int):
            whole = Repeat(count * body[0].count, body[0].body)
        series = (*series[:start], whole, *series[start + length * count :])
        length = 1
    return series


def runs_of(series: Series, length: int) -> Iterator[tuple[int, bool, int, int]]:
    """Give runs of equal parts: what each spares, if it begins well, where, how many there are."""
    same = 0  # terms from here on that are equal to those a round behind them
    for start in reversed(range(len(series) - length)):
        same = same + 1 if series[start] == series[start + length] else 0
        count = same // length + 1
        if count > 1 and (spared := (count - 1) * cost(series[start : start + length]) - 2) > 0:
            yield spared, not _is_behind(series[start]), start, count


#: Layers with which no round begins, as they belong to the one before.
BEHIND = frozenset((*ACTIVATIONS, "batchnorm", "dropout", "maxpool", "avgpool"))


def _is_behind(term: Term) -> bool:
    return isinstance(term, Layer) and term.name in BEHIND


def _best_loop(series: Series, taken: frozenset[str]) -> Series | None:
    """Give the series with the loop that spares most, None if none spares enough."""
    best, chosen = (SPARED - 1, False), None
    for form in (series, *_opened(series)):
        lost = cost(form) - cost(series)
        for start, end, rounds, favour in (*_windows(form), *_groups(form)):
            most = cost(form[start:end]) - cost(rounds[0]) - lost + favour
            loop = _loop(rounds, taken) if (most, True) > best else None
            if loop is None:
                continue
            spared = cost(form[start:end]) - cost(loop) - lost + favour, not _is_behind(form[start])
            if spared > best:
                best, chosen = spared, (*form[:start], *loop, *form[end:])
    return chosen


def _opened(series: Series) -> Iterator[Series]:
    """Give the series with a short run written out, whose rounds may be among those of a loop."""
    for place, term in enumerate(series):
        if (
            isinstance(term, Repeat)
            and isinstance(term.count, int)
            and term.count <= 4
            and len(term.body) > 1
        ):
            yield (*series[:place], *term.body * term.count, *series[place + 1 :])


def _windows(series: Series) -> Iterator[_Candidate]:
    """Give neighbours of one length that have the same steps, as many as there are."""
    forms = [_form(term) for term in series]
    covered: list[
        tuple[int, int, int]
    ] = []  # runs of a shorter round, of which longer ones only are multiples
    for length in range(1, min(LONGEST_ROUND, len(series) // 2) + 1):
        start = 0
        while start + 2 * length <= len(series):
            end = start + length
            while end < len(series) and forms[end] == forms[end - length]:
                end += 1
            if end - start >= 2 * length and not any(
                length % short == 0 and first <= start and end <= last for short, first, last in covered
            ):
                covered.append((length, start, end))
                yield from _turned(series, start, end, length)
            start = max(start + 1, end - length + 1) if end - start >= 2 * length else start + 1


def _turned(series: Series, start: int, end: int, length: int) -> Iterator[_Candidate]:
    """Give the ways in which a run can be divided into rounds that begin well."""
    starts = [place for place in range(start, start + length) if end - place >= 2 * length]
    good = [place for place in starts if not _is_behind(series[place])] or starts
    for place in good[:TURNS]:
        last = end - (end - place) % length
        yield place, last, [series[i : i + length] for i in range(place, last, length)], 0


def _form(term: Term) -> object:
    """Give what the rounds of a loop must share: names and wiring, without the values."""
    if isinstance(term, Layer):
        return term.name
    if isinstance(term, Merge):
        return (term.kind, *(tuple(map(_form, branch)) for branch in term.branches))
    if isinstance(term, Repeat):
        return ("repeat", tuple(map(_form, term.body)))
    if isinstance(term, Loop):
        return ("for", term.names, len(term.rows), tuple(map(_form, term.body)))
    return term


def _groups(series: Series) -> Iterator[_Candidate]:
    """Give neighbours that are a block, then the same block some times again, or not at all."""
    groups: list[tuple[int, int, str]] = []
    place = 0
    while place < len(series):
        first, more = _alone(series[place]), _alone(series[place + 1]) if place + 1 < len(series) else None
        if first is None:
            place += 1
            continue
        follows = (
            more is not None
            and isinstance(series[place], Layer)
            and more.name == first.name
            and more.origin.output == first.origin.output
        )
        groups.append((place, place + 2 if follows else place + 1, first.name))
        place = groups[-1][1]
    start = 0
    while start < len(groups):
        end = start + 1
        while (
            end < len(groups) and groups[end][0] == groups[end - 1][1] and groups[end][2] == groups[start][2]
        ):
            end += 1
        for opening in range(start, min(start + TURNS, end - 2)):
            for last in range(end, max(end - TURNS, opening + 2), -1):
                rounds = [_headed(series[a:b]) for a, b, _ in groups[opening:last]]
                if any(isinstance(one[1], Repeat) and one[1].count != 0 for one in rounds):
                    yield groups[opening][0], groups[last - 1][1], rounds, HEADED
        start = end


def _alone(term: Term) -> Layer | None:
    """Give the layer of a term that is one, or repeats one."""
    if isinstance(term, Repeat) and len(term.body) == 1:
        term = term.body[0]
    return term if isinstance(term, Layer) and term.arguments else None


def _headed(group: Series) -> Series:
    """Write a block and its repetition, 0 times if there is none."""
    first = group[0]
    if isinstance(first, Repeat):
        count = first.count - 1 if isinstance(first.count, int) else 0
        return (*first.body, Repeat(count, first.body))
    if len(group) == 1:
        return (first, Repeat(0, (first,)))
    return (first, group[1] if isinstance(group[1], Repeat) else Repeat(1, (group[1],)))


def _loop(rounds: list[Series], taken: frozenset[str]) -> Series | None:
    patterns = strict(rounds)
    if patterns is None:
        return None
    _free(patterns)
    solution = Solution(range(len(rounds)), Around(taken=taken))
    solution.solve(patterns)
    if not solution.params:
        return None
    body = rendered(patterns, frozenset(range(len(rounds))), solution, lambda _: "")
    columns = solution.params
    for param in columns:
        if len(param.values) < len(rounds):
            some = next(iter(param.values.values()))
            param.values = {user: param.values.get(user, some) for user in range(len(rounds))}
    rows = tuple(tuple(param.values[user] for param in columns) for user in range(len(rounds)))
    return (Loop(tuple(param.name for param in columns), rows, body),)


def _free(patterns: Patterns) -> None:
    """Let a repetition that is not there have any arguments."""
    for one in patterns:
        if one.kind is not Repeat:
            continue
        absent = [user for user, count in one.slots[0].values.items() if count == 0]
        absent = absent if len(absent) < len(one.users) else []
        for part in one.parts:
            for inner in part:
                for slot in inner.slots:
                    for user in absent:
                        slot.values.pop(user, None)
