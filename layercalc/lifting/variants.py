"""Steps that only some members have: one or the other, as the param says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from layercalc.errors import Span
from layercalc.lifting.pieces import Comparer, Hole, Pieces, UnlikeError, braced, joined, node_of, whole
from layercalc.syntax import tree

_NAMES: Mapping[type, str] = {tree.Repeat: "run", tree.ForEach: "loop", tree.Choose: "choice"}
_Rows = Mapping[int, Sequence[tree.Step]]


def variants(likeness: Comparer, rows: _Rows) -> Pieces:
    """Write stretches that differ: runs of other lengths as a run, all else as cases."""
    clusters = _by_keys(likeness, rows)
    filled = [cluster for cluster in clusters if any(cluster.values())]
    if len(filled) == 1 and all(isinstance(step, tree.Let) for row in filled[0].values() for step in row):
        return likeness.steps(filled[0])  # to the others a value more does nothing
    return _run(likeness, rows) or _cases(likeness, clusters)


def apart(likeness: Comparer, rows: _Rows) -> Pieces:
    """Write steps of one kind that have too little in common, as cases."""
    clusters: list[dict[int, Sequence[tree.Step]]] = []
    for one, steps in rows.items():
        for cluster in clusters:
            try:
                likeness.of({number: of[0] for number, of in cluster.items()} | {one: steps[0]})
            except UnlikeError:
                continue
            cluster[one] = steps
            break
        else:
            clusters.append({one: steps})
    return _cases(likeness, clusters)


def _by_keys(likeness: Comparer, rows: _Rows) -> list[dict[int, Sequence[tree.Step]]]:
    clusters: dict[tuple[object, ...], dict[int, Sequence[tree.Step]]] = {}
    for one, steps in rows.items():
        keys = tuple(likeness.key(one, step) for step in steps)
        clusters.setdefault(keys, {})[one] = steps
    return [*clusters.values()]


def _run(likeness: Comparer, rows: _Rows) -> Pieces | None:
    """Write a run that is a single round, or none, in some members."""
    runs = {one: steps[0] for one, steps in rows.items() if len(steps) == 1}
    found = {one: step for one, step in runs.items() if isinstance(step, tree.Repeat) and not step.bound}
    if not found:
        return None
    one, run = next(iter(found.items()))
    keys = [likeness.key(one, step) for step in run.body.steps]
    bodies: dict[int, Sequence[tree.Step]] = {}
    counts: dict[int, tree.Expression] = {}
    for other, steps in rows.items():
        here = [likeness.key(other, step) for step in steps]
        if other in found:
            counts[other], bodies[other] = found[other].count, found[other].body.steps
        elif not steps or here == keys:
            counts[other] = node_of("1" if steps else "0")
            bodies |= {other: steps} if steps else {}
        else:
            return None
    try:
        inside = likeness.steps(bodies)
    except UnlikeError:
        return None
    return ["repeat ", *likeness.of(counts, "count", loose=True), " ", *braced(inside)]


def _cases(likeness: Comparer, clusters: Sequence[_Rows]) -> Pieces:
    """Write one stretch of steps or another, as the param says."""
    filled = [cluster for cluster in clusters if any(cluster.values())]
    for cluster in filled:
        _check_names(cluster, clusters)
    inside = [likeness.steps(cluster) for cluster in filled]
    first = next(iter(filled[0].values()))[0]
    role = f"with_{_name(first)}"
    if len(clusters) == 2:
        words = ("true", "false") if clusters[0] is filled[0] else ("false", "true")
        cells: dict[int, tree.Expression] = {
            one: tree.Name(word, _place(steps, first))
            for word, cluster in zip(words, clusters, strict=True) for one, steps in cluster.items()
        }  # fmt: skip
        chosen = ["if ", Hole(cells, role, loose=True), " ", *braced(inside[0])]
        return [*chosen, "\nelse ", *braced(inside[1])] if len(filled) == 2 else chosen
    cells = {
        one: tree.Number(str(number), _place(steps, first))
        for number, cluster in enumerate(clusters, 1) for one, steps in cluster.items()
    }  # fmt: skip
    numbers = [number for number, cluster in enumerate(clusters, 1) if any(cluster.values())]
    cases: list[Pieces] = [
        ["if ", Hole(cells, role), f" == {number} ", *braced(pieces)]
        for number, pieces in zip(numbers, inside, strict=True)
    ]
    return joined(cases, "\nelse ")


def _check_names(cluster: _Rows, clusters: Sequence[_Rows]) -> None:
    """Refuse a name that is given in some members only: what is behind an `if` does not see it."""
    for step in (step for steps in cluster.values() for step in steps):
        if words := _given(step):
            other = next(steps for one in clusters if one is not cluster for steps in one.values())
            there = whole(other[0]) if other else whole(step)
            raise UnlikeError(whole(step), there, f"'{words[0].text}' is given in some of the specs only")


def _given(step: tree.Step) -> Sequence[tree.ValueName]:
    if isinstance(step, tree.Shared | tree.LetFunction):
        return (step.name,)
    return () if isinstance(step, tree.Let) else step.bound


def _place(steps: Sequence[tree.Step], first: tree.Step) -> Span:
    return whole(steps[0] if steps else first)


def _name(step: tree.Step) -> str:
    if isinstance(step, tree.Call | tree.Shared | tree.LetFunction):
        return step.name.text
    return step.kind.text if isinstance(step, tree.Merge) else _NAMES.get(type(step), "step")
