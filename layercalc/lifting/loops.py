"""Loops over tables: rows that only some members have, and columns for what differs in the body.

A body that stands before or after its loop, as the first stage of a network often does, is a row
of the table too, and so is a run of one body where the loop has the body and a run of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from layercalc.errors import Span
from layercalc.expressions.scope import CONSTANTS
from layercalc.lifting.columns import COUNT
from layercalc.lifting.pieces import (
    Common,
    Comparer,
    Hole,
    Pieces,
    UnlikeError,
    braced,
    node_of,
    spliced,
    whole,
)
from layercalc.syntax import tree
from layercalc.syntax.unparse import is_same
from layercalc.syntax.walk import nodes, target_words, value_names

_Row = Mapping[str, tree.Expression]


class RowsOf(NamedTuple):
    """Rows of a member: the body that they have, and what its names are in each."""

    member: int
    steps: Sequence[tree.Step]
    rows: Sequence[_Row]


def loop(likeness: Comparer, nodes: Mapping[int, tree.ForEach]) -> Pieces:
    """Compare loops: those of one table cell by cell, others with a table made for them."""
    first, *others = nodes.values()
    if all(_alike(first, other) for other in others):
        items = _cells(likeness, {one: node.items for one, node in nodes.items()}, _roles(first))
        body = likeness.body({one: node.body for one, node in nodes.items()})
        return spliced(whole(first), [(first.items.span, items), (first.body.span, body)])
    united = unite(likeness, {one: (node,) for one, node in nodes.items()})
    if united is None:
        other = next((other for other in others if _table(other) is None), others[0])
        raise UnlikeError(whole(first), whole(other), "loops that are not over tables")
    return united


def unite(likeness: Comparer, rows: Mapping[int, Sequence[tree.Step]]) -> Pieces | None:
    """Write stretches as one loop, if each is rows of it: a loop, or its body by itself."""
    found = sources(likeness, rows)
    return _written(likeness, found, [*rows]) if found else None


def sources(likeness: Comparer, rows: Mapping[int, Sequence[tree.Step]]) -> list[RowsOf]:
    """Read stretches as rows of a loop that one of them has; nothing if they are none."""
    loops = [
        (one, step) for one, steps in rows.items() for step in steps
        if isinstance(step, tree.ForEach) and not step.bound
    ]  # fmt: skip
    if not loops:
        return []
    one, each = loops[0]
    parts = [_sources(likeness, member, steps, (one, each.body.steps)) for member, steps in rows.items()]
    return [source for part in parts for source in part] if all(parts) else []


def _sources(
    likeness: Comparer, member: int, steps: Sequence[tree.Step], body: tuple[int, Sequence[tree.Step]]
) -> list[RowsOf]:
    """Read steps as rows of a loop with a body; nothing if they are none."""
    found: list[RowsOf] = []
    at = 0
    while at < len(steps):
        step = steps[at]
        if isinstance(step, tree.ForEach) and not step.bound:
            if (table := _table(step)) is None:
                return []
            found.append(RowsOf(member, step.body.steps, table))
            at += 1
            continue
        taken = next((t for t in _rounds(likeness, member, steps[at:], body) if t), None)
        if taken is None:
            return []
        length, round_ = taken
        found.append(RowsOf(member, round_, [{}]))
        at += length
    return found


def _rounds(
    likeness: Comparer, member: int, steps: Sequence[tree.Step], body: tuple[int, Sequence[tree.Step]]
) -> Iterator[tuple[int, list[tree.Step]]]:
    """Read a round of a body at the start of steps: how many it takes, and as the body has them."""
    home, wanted = body
    if peeled := _peeled(likeness, member, steps[0], body):
        yield 1, peeled
    at, found = 0, list[tree.Step]()
    for step in wanted:
        keys = (
            [likeness.key(home, inner) for inner in step.body.steps] if isinstance(step, tree.Repeat) else []
        )
        here = [likeness.key(member, other) for other in steps[at : at + len(keys)]]
        if at < len(steps) and likeness.key(member, steps[at]) == likeness.key(home, step):
            found.append(steps[at])
            at += 1
        elif keys and here == keys:
            found.append(_repeated(1, steps[at : at + len(keys)]))
            at += len(keys)
        else:
            return
    yield at, found


def _peeled(
    likeness: Comparer, member: int, step: tree.Step, body: tuple[int, Sequence[tree.Step]]
) -> list[tree.Step]:
    """Read a run as its first round and the run of the others, if a body is such."""
    home, wanted = body
    *start, last = wanted
    if not (isinstance(step, tree.Repeat) and isinstance(last, tree.Repeat) and not step.bound):
        return []
    keys = [likeness.key(member, inner) for inner in step.body.steps]
    there = [likeness.key(home, inner) for inner in last.body.steps]
    alike = keys == there == [likeness.key(home, inner) for inner in start]
    if not (alike and isinstance(step.count, tree.Number) and step.count.text.isdecimal()):
        return []
    return [*step.body.steps, _repeated(int(step.count.text[:9]) - 1, step.body.steps)]


def _repeated(count: int, steps: Sequence[tree.Step]) -> tree.Repeat:
    span = whole(steps[0])
    return tree.Repeat(node_of(str(count)), tree.Body(tuple(steps), span), (), span)


def _written(likeness: Comparer, sources: Sequence[RowsOf], members: Sequence[int]) -> Pieces:
    """Write one loop for all sources, with a column for each place in which their rows differ."""
    sources = sorted(sources, key=lambda source: source.rows == [{}])  # the text is that of a loop
    numbers = {likeness.begin(source.member): source for source in sources}
    body = likeness.steps({number: source.steps for number, source in numbers.items()})
    read = {name for piece in body if isinstance(piece, Common) for name in piece.names}
    kept = _kept(read, sources)
    columns: dict[str, dict[int, list[tree.Expression]]] = {
        name: {number: [row[name] for row in source.rows] for number, source in numbers.items()}
        for name in kept
    }
    inside: Pieces = []
    counts = _counts([step for source in sources for step in source.steps])
    for piece in body:
        if isinstance(piece, str):
            inside.append(piece)
            continue
        if (settled := _settled(piece, numbers)) is not None:
            inside.append(settled)
            continue
        values = {number: [*_values(piece, number, source)] for number, source in numbers.items()}
        name = next((other for other, column in columns.items() if _equal(column, values)), "")
        name = name or _new(piece, numbers, {*columns, *read})
        columns[name] = values
        counts |= {name} if piece.role == COUNT else set()
        inside.append(name)
    roles = [COUNT if name in counts else name for name in columns]
    return _looped(likeness, numbers, members, columns, roles, inside)


def _looped(
    likeness: Comparer, numbers: Mapping[int, RowsOf], members: Sequence[int],
    columns: Mapping[str, Mapping[int, Sequence[tree.Expression]]], roles: Sequence[str], inside: Pieces,
) -> Pieces:  # fmt: skip
    """Write a loop of columns: the rows of each member in order."""
    tables: dict[int, tree.Expression] = {}
    for member in members:
        own = sorted(
            (n for n, source in numbers.items() if source.member == member),
            key=lambda number: whole(numbers[number].steps[0]).start,
        )
        rows = [
            [columns[name][number][place].span.text for name in columns]
            for number in own for place in range(len(numbers[number].rows))
        ]  # fmt: skip
        cells = [row[0] if len(row) == 1 else f"({', '.join(row)})" for row in rows]
        tables[member] = node_of(f"[{', '.join(cells)}]")
    names = [*columns]
    if not names:
        raise UnlikeError(*_places(numbers), "loops whose rows are all alike")
    target = names[0] if len(names) == 1 else f"({', '.join(names)})"
    return [f"for {target} in ", *_cells(likeness, tables, roles), " ", *braced(inside)]


def _cells(likeness: Comparer, tables: Mapping[int, tree.Expression], names: Sequence[str]) -> Pieces:
    """Compare tables cell by cell if they have as many rows, else as a whole."""
    first, *others = tables.values()
    if not (isinstance(first, tree.Sequence) and all(_shape(first) == _shape(other) for other in others)):
        is_table = any(isinstance(table, tree.Sequence) for table in tables.values())
        return likeness.of(tables, "rows" if is_table else COUNT, loose=True)
    parts = []
    for place, item in enumerate(first.items):
        row = {one: table.items[place] for one, table in tables.items() if isinstance(table, tree.Sequence)}
        if not isinstance(item, tree.Sequence):
            parts.append((item.span, likeness.of(row, names[0], loose=True)))
            continue
        for column, cell in enumerate(item.items):
            cells = {one: r.items[column] for one, r in row.items() if isinstance(r, tree.Sequence)}
            role = names[column] if column < len(names) else names[-1]
            parts.append((cell.span, likeness.of(cells, role, loose=True)))
    return spliced(first.span, parts)


def _shape(table: tree.Expression) -> object:
    if not isinstance(table, tree.Sequence):
        return None
    return [len(item.items) if isinstance(item, tree.Sequence) else 0 for item in table.items]


def _alike(one: tree.ForEach, other: tree.ForEach) -> bool:
    """Tell whether loops may be compared without a table of their own."""
    return is_same(one.target, other.target) and _shape(one.items) == _shape(other.items)


def _roles(each: tree.ForEach) -> list[str]:
    """Tell what the columns of a loop are for: the number of rounds of a run, else what their names say."""
    counts = _counts(each.body.steps)
    return [COUNT if word.text in counts else word.text for word in target_words(each.target)]


def _counts(steps: Sequence[tree.Step]) -> set[str]:
    """Give the names that are numbers of rounds."""
    runs = (node for node in nodes(tuple(steps)) if isinstance(node, tree.Repeat))
    return {run.count.text for run in runs if isinstance(run.count, tree.Name)}


def _table(each: tree.ForEach) -> list[_Row] | None:
    """Read the table of a loop: what its names are in each row; nothing if it is no plain table."""
    if not isinstance(each.items, tree.Sequence):
        return None
    if isinstance(each.target, tree.Word):
        return [{each.target.text: item} for item in each.items.items]
    names = [target.text for target in each.target.items if isinstance(target, tree.Word)]
    rows: list[_Row] = []
    for item in each.items.items:
        fits = isinstance(item, tree.Sequence) and len(item.items) == len(names) == len(each.target.items)
        if not (fits and isinstance(item, tree.Sequence)):
            return None
        rows.append(dict(zip(names, item.items, strict=True)))
    return rows


def _bound(source: RowsOf) -> set[str]:
    return {name for row in source.rows for name in row}


def _kept(read: set[str], sources: Sequence[RowsOf]) -> list[str]:
    """Give the names of tables that the common text of a body reads."""
    names = [name for source in sources for name in _bound(source) if name in read]
    for name in names:
        for source in sources:
            if name not in _bound(source):
                raise UnlikeError(
                    whole(sources[0].steps[0]), whole(source.steps[0]), f"'{name}' is a column of one only"
                )
    return [name for name in sources[0].rows[0] if name in names] if sources[0].rows else []


def _settled(hole: Hole, numbers: Mapping[int, RowsOf]) -> Hole | None:
    """Give a hole by members, if each has one value there in all its rows."""
    cells: dict[int, tree.Expression] = {}
    for number, cell in hole.cells.items():
        member = numbers[number].member
        if value_names(cell) & _bound(numbers[number]):
            return None
        if not is_same(cells.setdefault(member, cell), cell):
            return None
    return Hole(cells, hole.role, hole.loose)


def _values(hole: Hole, number: int, source: RowsOf) -> Iterator[tree.Expression]:
    """Give what stands in a hole in each row."""
    cell = hole.cells.get(number, next(iter(hole.cells.values())))
    names = value_names(cell) - {*CONSTANTS}
    bound = _bound(source)
    if number not in hole.cells and names:
        raise UnlikeError(cell.span, whole(source.steps[0]), "only some rows have this")
    for row in source.rows:
        if isinstance(cell, tree.Name) and cell.text in row:
            yield row[cell.text]
        elif not names:
            yield cell
        else:
            raise UnlikeError(cell.span, whole(source.steps[0]), f"{', '.join(sorted(bound))} in one only")


def _equal(
    one: Mapping[int, Sequence[tree.Expression]], other: Mapping[int, Sequence[tree.Expression]]
) -> bool:
    return all(is_same(tuple(one[number]), tuple(other[number])) for number in one)


def _new(hole: Hole, numbers: Mapping[int, RowsOf], taken: set[str]) -> str:
    """Name a column: as a member does that has it, else by its role."""
    names = [
        c.text for n, c in hole.cells.items() if isinstance(c, tree.Name) and c.text in _bound(numbers[n])
    ]
    wanted = next((name for name in names if name not in taken), hole.role or "value")
    number = 1
    name = wanted
    while name in taken:
        number += 1
        name = f"{wanted}{number}"
    return name


def _places(numbers: Mapping[int, RowsOf]) -> tuple[Span, Span]:
    first, *others = (whole(source.steps[0]) for source in numbers.values())
    return first, others[0] if others else first
