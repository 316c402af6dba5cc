"""The order of cells in their rows: as written, then such that few wires cross.

From: rows of tied cells. To: the same rows in order. The first and the last row, in which
the ends stand, stay as they are. After Sugiyama, Tagawa and Toda 1981, and Gansner et al.
1993 for the swaps.
"""

from __future__ import annotations

from collections.abc import Iterable

from layercalc.draw.knot import Cell, Tie

SWEEPS = 4
#: Cells that are few enough to look at each pair of neighbours.
FEW = 400


def ordered(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Order rows: as they are written from their lower ends up, and to save crossings."""
    best = tried = _as_written(rows)
    fewest, few = crossings(best), sum(map(len, rows)) <= FEW
    for sweep in range(SWEEPS * 2):
        if fewest == 0:
            break
        tried = _swept(tried, from_above=sweep % 2 == 0)
        if few:
            tried = _swapped(tried)
        if (count := crossings(tried)) < fewest:
            best, fewest = tried, count
    return best


def _as_written(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Order cells by the first way up from an end that comes to them."""
    seen: dict[Cell, int] = {}
    left = [cell for row in rows for cell in reversed(row) if not cell.below]
    while left:
        cell = left.pop()
        if cell not in seen:
            seen[cell] = len(seen)
            left += [tie.upper for tie in sorted(cell.above, key=lambda tie: -tie.entry.x)]
    return [rows[0], *(sorted(row, key=seen.__getitem__) for row in rows[1:-1]), rows[-1]]


def _swept(rows: list[list[Cell]], from_above: bool) -> list[list[Cell]]:
    """Order each row by the mean place of what it is wired to in the one before."""
    made = [[*row] for row in rows]
    order = range(1, len(rows) - 1) if from_above else range(len(rows) - 2, 0, -1)
    for number in order:
        before = made[number - 1 if from_above else number + 1]
        places = {cell: float(place) for place, cell in enumerate(before)}
        means = {}
        for place, cell in enumerate(made[number]):
            ties = cell.above if from_above else cell.below
            near = [
                places[tie.upper if from_above else tie.lower] + _fraction(tie, from_above) for tie in ties
            ]
            means[cell] = sum(near) / len(near) if near else float(place)
        made[number].sort(key=means.__getitem__)
    return made


def _fraction(tie: Tie, from_above: bool) -> float:
    """Tell how far to the right in its cell a tie ends."""
    pin, piece = (tie.exit, tie.upper.piece) if from_above else (tie.entry, tie.lower.piece)
    return pin.x / (piece.width + 1)


def _swapped(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Swap neighbours where that saves crossings."""
    made = [[*row] for row in rows]
    places = {cell: float(place) for row in made for place, cell in enumerate(row)}
    for _ in range(SWEEPS):
        for row in made[1:-1]:
            for place in range(len(row) - 1):
                left, right = row[place : place + 2]
                if _saved(left, right, places) > 0:
                    row[place : place + 2] = right, left
                    places[left], places[right] = places[right], places[left]
    return made


def _saved(left: Cell, right: Cell, places: dict[Cell, float]) -> int:
    """Count the crossings that two neighbours save if they change places."""
    above = _against(
        [places[tie.upper] + _fraction(tie, True) for tie in left.above],
        [places[tie.upper] + _fraction(tie, True) for tie in right.above],
    )
    below = _against(
        [places[tie.lower] + _fraction(tie, False) for tie in left.below],
        [places[tie.lower] + _fraction(tie, False) for tie in right.below],
    )
    return above + below


def _against(left: Iterable[float], right: list[float]) -> int:
    """Count the pairs that are the wrong way round less those that are the right one."""
    return sum((a > b) - (a < b) for a in left for b in right)


def crossings(rows: list[list[Cell]]) -> int:
    """Count how often ties between neighbouring rows cross."""
    count = 0
    for row in rows[1:]:
        lower = {cell: place for place, cell in enumerate(row)}
        upper = {cell: place for place, cell in enumerate(rows[row[0].row - 1])} if row else {}
        ties = [tie for cell in row for tie in cell.above]
        spans = sorted(
            (upper[t.upper] + _fraction(t, True), lower[t.lower] + _fraction(t, False)) for t in ties
        )
        count += sum(1 for n, (_, b) in enumerate(spans) for _, d in spans[n + 1 :] if d < b)
    return count
