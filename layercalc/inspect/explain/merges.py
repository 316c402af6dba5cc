"""The branches of a merge: which one gives the maximum, and what each adds to the sum.

From: a merge with the values at every point around it. To: its branches, each measured from
their common fork on, and the one with the maximum. Promises: a branch that ties with the winner
is named; where symbols leave the maximum open, so are those that may give it, with the
conditions that decide between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from layercalc.assumptions import Facts
from layercalc.closed import Closed
from layercalc.forms.join import maximum
from layercalc.forms.product import Product, add
from layercalc.inspect.explain.dominators import nearest_dominator
from layercalc.inspect.layer_table import Site
from layercalc.network import Applied, Body, Inline, Merge, Recursion, Step, Weights


@dataclass(frozen=True, slots=True)
class Winner:
    """The branch that gives the maximum, counted from 0; those in `ties` give the same.

    Where it is `open` which gives it, `branch` is None and `cases` are the conditions.
    """

    branch: int | None
    ties: tuple[int, ...] = ()
    open: tuple[int, ...] = ()
    cases: tuple[tuple[str, int | None], ...] = ()


@dataclass(frozen=True, slots=True)
class MergedBranch:
    """A branch of a merge: its steps, and its values.

    `own` are power and complexity from the fork on, None where the branches have no value in
    common; `cumulative` are those from the input on. `share` is its part of the sum, None where
    that has symbols.
    """

    names: tuple[str, ...]
    own: tuple[Product, Product] | None
    cumulative: tuple[Product, Product]
    share: float | None


@dataclass(frozen=True, slots=True)
class MergeValues:
    """A merge with its branches, and the one that gives the maximum."""

    branches: tuple[MergedBranch, ...]
    winner: Winner


def merge_values(site: Site, step: Applied | Merge, facts: Facts) -> MergeValues:
    """Measure the branches of a merge."""
    start = nearest_dominator(site.body, step.sources)
    powers = since_fork(site.body, step, [power for power, _ in site.values])
    complexities = since_fork(site.body, step, [complexity for _, complexity in site.values])
    whole = add(complexities)
    branches = tuple(
        MergedBranch(
            tuple(_names(site.body, step, place)),
            None if start is None else (powers[place], complexities[place]),
            site.values[source],
            _share(complexities[place], whole),
        )
        for place, source in enumerate(step.sources)
    )
    return MergeValues(branches, winner(powers, facts))


def arriving(site: Site, facts: Facts) -> tuple[Product, Product]:
    """Give power and complexity before a layer, or where the values that it takes meet."""
    powers, complexities = zip(*(site.values[source] for source in site.step.sources), strict=True)
    return maximum(powers, facts), add(complexities)


def _share(part: Product, whole: Product) -> float | None:
    if whole.is_zero or (ratio := part / whole).free_symbols:
        return None
    return ratio.to_float() or 0.0


def since_fork(body: Body, step: Applied | Merge, values: Sequence[Product]) -> list[Product]:
    """Give the values that meet, measured from their common fork on, if they have one."""
    start, ends = nearest_dominator(body, step.sources), [values[source] for source in step.sources]
    return ends if start is None or values[start].is_zero else [end / values[start] for end in ends]


def winner(values: Sequence[Product], facts: Facts) -> Winner:
    """Find the maximum of some values.

    >>> winner([Product.of(2), Product.of(3), Product.of(3)], Facts())
    Winner(branch=1, ties=(2,), open=(), cases=())
    """
    best = maximum(values, facts)
    same = [place for place, value in enumerate(values) if value == best]
    if same:
        return Winner(same[0], tuple(same[1:]))
    distinct = [*dict.fromkeys(values)]
    left = [v for v in distinct if maximum([other for other in distinct if other != v], facts) != best]
    told = [Closed.told(value, facts) for value in values]
    cases = tuple(
        (when, next((place for place, value in enumerate(told) if value.value == case.value), None))
        for when, case in Closed.told(best, facts).cases
    )
    everywhere = {place for _, place in cases}
    if len(everywhere) == 1 and None not in everywhere:
        return Winner(everywhere.pop())
    return Winner(None, (), tuple(place for place, value in enumerate(values) if value in left), cases)


def branch_label(step: Applied | Merge, place: int) -> str:
    """Give the label of the steps of a branch; places are counted from 0."""
    return f"{step.label} {step.kind}/{place + 1}".strip()


def _names(body: Body, step: Applied | Merge, place: int) -> list[str]:
    """Name the steps of a branch: those with its label behind the last merge of the same kind."""
    inside = branch_label(step, place)
    names: list[str] = []
    written = (other for other in body.steps[: body.steps.index(step)] if not isinstance(other, Weights))
    for other in reversed([*written]):
        if isinstance(other, Applied | Merge) and (other.kind, other.label) == (step.kind, step.label):
            break
        names += [_name(other)] if other.label == inside else []
    return names[::-1]


def _name(step: Step) -> str:
    if isinstance(step, Applied | Merge):
        return step.kind
    return step.name if isinstance(step, Inline | Recursion) else "repeat"
