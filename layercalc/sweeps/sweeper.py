"""Measures the points of blocks: by closed forms where they hold, else by forms of parts, else one by one.

From a request; to chunks. A part of the grid in which another network stands (an arm of a `match`, a
least size) gets forms of its own, with the params that tell it apart as numbers.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import prod
from typing import Any, TypeAlias

import numpy

from layercalc.errors import SpecError
from layercalc.resolve.points import place as place_of
from layercalc.sweeps.chunk import Array, Chunk, Example, Pieces, reason_of
from layercalc.sweeps.exact import UnreadError
from layercalc.sweeps.forms import Forms, Refused, derive
from layercalc.sweeps.grid import CHUNK, Block, Value
from layercalc.sweeps.layout import Layout, kinds_of
from layercalc.sweeps.points import measure
from layercalc.sweeps.request import Request
from layercalc.sweeps.sheet import NONE, Axis, Sheet
from layercalc.sweeps.where import Where

#: A part of so many points gets closed forms of its own; fewer are built one by one.
WORTH = 64
#: Points of a block whose points are all built one by one, and those that are timed before.
SLOW_CHUNK, TIMED = 1_000, 5
#: Whole numbers below this are doubles, with room for one rounding.
DOUBLES = 1 << 51
#: Sheets that are kept.
KEPT = 256
#: A count below this, wherever the forms of the whole grid are, needs no column of doubles.
SURE = 2.0**56

Index: TypeAlias = Mapping[str, Array]
Known: TypeAlias = "Sheet | Refused"


class Sweeper:
    """Measures the blocks of one request."""

    def __init__(self, request: Request) -> None:
        self.request, self.grid = request, request.grid
        self.axes = {name: Axis.of(values) for name, values in self.grid.axes.items()}
        self._values = {name: _column(values) for name, values in self.grid.axes.items()}
        self._sheets: OrderedDict[Any, Known] = OrderedDict()
        self._alike: dict[Any, SpecError | None] = {}
        self._chosen_params: dict[frozenset[str], str] = {}
        #: Params that are never symbols: one value, or true and false.
        self._fixed = [
            name for name, values in self.grid.axes.items()
            if len(values) == 1 or any(isinstance(value, bool) for value in values)
        ]  # fmt: skip
        first = {name: self.grid.axes[name][0] for name in self._fixed if len(self.grid.axes[name])}
        forms = derive(request, first) if self.grid.size else Refused((), assumed=True)
        switches = (name for name, column in self._values.items() if column.dtype == bool)
        self.layout = Layout(kinds_of(request, forms), tuple(self.axes), switches=tuple(switches))
        root = self._root = self._compiled(forms)
        self._sheets[self._key(first)] = root
        plain = isinstance(root, Sheet) and root.is_plain and root.largest < SURE
        whole = tuple(name for name, kind in self.layout.kinds.items() if kind == "whole")
        self.layout = replace(self.layout, flagged=() if plain else whole)
        self._where = Where(self.request.where, self.layout, self.below)

    @property
    def below(self) -> dict[str, int]:
        """What the values of each param are over, 1 where doubles do not tell them apart."""
        return {
            name: axis.below if abs(axis.words).max(initial=0) < DOUBLES else 1
            for name, axis in self.axes.items()
        }

    @property
    def most(self) -> int:
        """The points of a block: few where they are built one by one."""
        return SLOW_CHUNK if self.refused else CHUNK

    @cached_property
    def refused(self) -> str:
        """Why there is no closed form, of all points or of parts; nothing where there is, or no network."""
        if isinstance(self._root, Sheet) or not self.grid.size:
            return ""
        point = self.grid.point(0)
        found = measure(self.request, point)
        if isinstance(found, SpecError) and self._root.is_for_all(found):
            return ""
        fixed = {name: point[name] for name in self._fixed}
        while (name := self._telling(fixed, point)) is not None:
            fixed[name] = point[name]
            if isinstance(self._known(fixed), Sheet):
                return ""  # the values of these params have forms of their own
        told = self._root.diagnostics
        return told[0].message if told else "a function in it is not evaluated over grids"

    def seconds_each(self) -> float:
        """Time some points, each built by itself."""
        start = time.perf_counter()
        for number in range(0, self.grid.size, -(-self.grid.size // TIMED)):
            measure(self.request, self.grid.point(number))
        return (time.perf_counter() - start) / min(TIMED, self.grid.size)

    def chunk(self, block: Block) -> Chunk:
        """Measure a block."""
        work = _Work(block, self.grid.paired, Pieces(self.layout.columns))
        spans = dict(zip(self.grid.axes, block.spans, strict=True))
        index = {name: numpy.arange(first, last) for name, (first, last) in spans.items()}
        if not self.grid.paired and len(index) > 1:
            index = dict(zip(index, numpy.ix_(*index.values()), strict=True))
        if block.size:
            self._parted(work, index)
        places, columns = work.pieces.joined({name: self._type(name) for name in self.layout.columns})
        return self._chosen({**self._params(work, index, places), **columns}, work)

    def _chosen(self, columns: dict[str, Array], work: _Work) -> Chunk:
        """Keep the rows at which the conditions of the request are true."""
        dropped, kept = work.pieces.dropped, None
        for text, mask in self._where.masks(columns) if self.request.where else ():
            lost = ~mask if kept is None else kept & ~mask
            if lost.any():
                first, message = int(lost.argmax()), f"{text} is false"
                at = place_of({name: columns[name][first].item() for name in self.axes})
                dropped.add(message, int(lost.sum()), Example(at, message))
            kept = mask if kept is None else kept & mask
        if kept is not None and not kept.all():
            columns = {name: column[kept] for name, column in columns.items()}
        built, seconds = work.pieces.built, work.pieces.seconds
        return Chunk(columns, dropped, work.block.size, built, seconds)

    def _type(self, name: str) -> type:
        whole = {self.layout.column(name) for name, kind in self.layout.kinds.items() if kind == "whole"}
        return numpy.int64 if name in whole else numpy.float64

    def _params(self, work: _Work, index: Index, places: Array | None) -> dict[str, Array]:
        """Give the columns of the params."""
        if places is None:
            shape = shape_of(index)
            return {
                name: numpy.broadcast_to(self._values[name][of], shape).ravel() for name, of in index.items()
            }
        return {name: self._values[name][of] for name, of in work.index(index, places).items()}

    def _parted(self, work: _Work, index: Index) -> None:
        """Part the points by the params that are never symbols."""
        if not self._fixed:
            self._region(work, {}, index)
        elif self.grid.paired or len(index) == 1:
            self._by_values(work, {}, self._fixed, index, worth=0)
        else:
            for chosen in product(*(index[name].ravel() for name in self._fixed)):
                at = dict(zip(self._fixed, map(int, chosen), strict=True))
                part = {
                    name: of if name not in at else numpy.full((1,) * of.ndim, at[name])
                    for name, of in index.items()
                }
                self._region(work, {name: self.grid.axes[name][place] for name, place in at.items()}, part)

    def _region(self, work: _Work, fixed: Mapping[str, Value], index: Index) -> None:
        """Measure points at which some params are fixed."""
        known = self._known(fixed)
        if isinstance(known, Refused):
            self._refused(work, known, fixed, rows_of(index))
        elif len(index) == 1 or len({of.shape for of in index.values()}) == 1:
            rows = {name: of.ravel() for name, of in index.items()}  # a single point has an axis for each
            self._classified(work, known, fixed, rows, known.first_failing(rows))
        else:
            self._product(work, known, fixed, index)

    def _product(self, work: _Work, sheet: Sheet, fixed: Mapping[str, Value], index: Index) -> None:
        """Measure a product of axes: what holds on each axis is again one."""
        holds = {name: sheet.failing[name][index[name]] == NONE for name in sheet.names}
        if not all(mask.all() for mask in holds.values()):
            failing = numpy.broadcast_to(sheet.first_failing(index, joint=False), shape_of(index))
            rows = rows_of(index, failing != NONE)
            first = failing[failing != NONE]
            if sheet.joint:
                first = sheet.first_failing(rows)
            self._classified(work, sheet, fixed, rows, first)
            index = {
                name: of[holds[name]].reshape([-1 if size > 1 else 1 for size in of.shape])
                if name in holds else of
                for name, of in index.items()
            }  # fmt: skip
        if not all(of.size for of in index.values()):
            return
        mask = None
        if sheet.joint:
            failing = numpy.broadcast_to(sheet.first_failing(index), shape_of(index))
            mask = failing == NONE
            self._classified(work, sheet, fixed, rows_of(index, ~mask), failing[~mask])
        self._emit(work, sheet, index, mask)

    def _classified(
        self, work: _Work, sheet: Sheet, fixed: Mapping[str, Value], index: Index, first: Array
    ) -> None:
        """Measure rows by the first condition that fails: drop them, or look for other forms."""
        first = numpy.broadcast_to(first, shape_of(index))
        if not first.size:
            return
        for place in numpy.flatnonzero(numpy.bincount(first.ravel())):
            chosen = first == place
            rows = index if chosen.all() else rows_of(index, chosen)
            if place == NONE:
                self._emit(work, sheet, rows, None)
            elif sheet.conditions[place].sure:
                text, at = sheet.conditions[place].text, place_of(self._point(rows, 0))
                work.pieces.dropped.add(text, int(chosen.sum()), Example(at, text))
            else:
                names = sheet.conditions[place].said.free_symbols
                told = [name for name in sheet.names if sheet.forms.symbols[name] in names]
                self._by_values(work, fixed, told or [*sheet.names[:1]], rows)

    def _by_values(
        self, work: _Work, fixed: Mapping[str, Value], names: Sequence[str], index: Index, worth: int = WORTH
    ) -> None:
        """Measure rows by the values of some params, each with forms of its own where there are many."""
        columns = numpy.stack([index[name] for name in names])
        combined, inverse = numpy.unique(columns, axis=1, return_inverse=True)
        order = numpy.argsort(inverse.ravel(), kind="stable")
        ends = numpy.cumsum(numpy.bincount(inverse.ravel(), minlength=combined.shape[1]))
        for number, rows in enumerate(numpy.split(order, ends[:-1])):
            part = {name: of[rows] for name, of in index.items()}
            places = combined[:, number]
            chosen = {name: self.grid.axes[name][place] for name, place in zip(names, places, strict=True)}
            now = {**fixed, **chosen}
            free = [name for name in self.grid.axes if name not in now]
            many = len(rows) if self.grid.paired else prod(len(self.grid.axes[name]) for name in free)
            if (free and many >= worth) or not worth:
                self._region(work, now, part)
            else:
                self._one_by_one(work, part)

    def _refused(self, work: _Work, known: Refused, fixed: Mapping[str, Value], index: Index) -> None:
        """Measure rows for which there is no closed form: all refused alike, by values, or one by one."""
        key = self._key(fixed)
        if key not in self._alike:
            found = measure(self.request, self._point(index, 0))
            alike = isinstance(found, SpecError) and known.is_for_all(found)
            self._alike[key] = SpecError(known.diagnostics) if alike else None
        if (error := self._alike[key]) is not None:
            self._drop(work, error, index, 0, len(next(iter(index.values()))))
            return
        name = self._telling(fixed, self._point(index, 0))
        if name is not None:
            self._by_values(work, fixed, [name], index)
        else:
            self._one_by_one(work, index)

    def _telling(self, fixed: Mapping[str, Value], point: Mapping[str, Value]) -> str | None:
        """Choose a param whose values have forms of their own, else the shortest; the last one is none."""
        free = sorted((name for name in self.grid.axes if name not in fixed), key=self._length)
        if len(free) < 2:
            return None
        key = frozenset(fixed)
        if key not in self._chosen_params:
            closed = (name for name in free if isinstance(self._known({**fixed, name: point[name]}), Sheet))
            self._chosen_params[key] = next(closed, free[0])
        return self._chosen_params[key]

    def _length(self, name: str) -> int:
        return len(self.grid.axes[name])

    def _point(self, index: Index, row: int) -> dict[str, Value]:
        return {name: self.grid.axes[name][int(of[row])] for name, of in index.items()}

    def _one_by_one(self, work: _Work, index: Index) -> None:
        """Build rows one by one."""
        start = time.perf_counter()
        found: list[Mapping[str, Any]] = []
        kept: list[int] = []
        for row in range(len(next(iter(index.values())))):
            one = measure(self.request, self._point(index, row))
            if isinstance(one, SpecError):
                self._drop(work, one, index, row)
            else:
                found.append(one)
                kept.append(row)
        work.pieces.built += len(next(iter(index.values())))
        places = work.places(index)[kept]
        work.pieces.add(places, self.layout.columns_of_points(found))
        work.pieces.seconds += time.perf_counter() - start

    def _drop(self, work: _Work, error: SpecError, index: Index, row: int, count: int = 1) -> None:
        """Count points that make no network, of which one row is an example."""
        example = Example(place_of(self._point(index, row)), error.diagnostics[0].message)
        work.pieces.dropped.add(reason_of(error), count, example)

    def _emit(self, work: _Work, sheet: Sheet, index: Index, mask: Array | None) -> None:
        """Take the values of the forms where they are right; build the others."""
        values, shape = sheet.values(index), shape_of(index)
        keep = mask
        if values.doubtful is not None:
            doubtful = numpy.broadcast_to(values.doubtful, shape)
            doubtful = doubtful if mask is None else doubtful & mask
            self._one_by_one(work, rows_of(index, doubtful))
            keep = ~doubtful if mask is None else mask & ~doubtful
        columns = self.layout.columns_of_forms(values, shape, keep)
        if keep is None and work.is_all(shape):
            work.pieces.add(None, columns)
            return
        places = numpy.broadcast_to(work.places(index), shape)
        work.pieces.add(places.ravel() if keep is None else places[keep], columns)

    def _known(self, fixed: Mapping[str, Value]) -> Known:
        """Give the forms with some params fixed, derived once."""
        key = self._key(fixed)
        if key not in self._sheets:
            self._sheets[key] = self._compiled(derive(self.request, fixed))
            if len(self._sheets) > KEPT:
                self._sheets.popitem(last=False)
        self._sheets.move_to_end(key)
        return self._sheets[key]

    def _compiled(self, forms: Forms | Refused) -> Known:
        if isinstance(forms, Refused):
            return forms
        try:
            return Sheet(forms, self.axes, self.layout.kinds)
        except UnreadError:
            return Refused((), assumed=True)

    @staticmethod
    def _key(fixed: Mapping[str, Value]) -> frozenset[tuple[str, Value]]:
        return frozenset(fixed.items())


class _Work:
    """A block that is being measured: where its points are, and the pieces that are found."""

    def __init__(self, block: Block, paired: bool, pieces: Pieces) -> None:
        self.block, self.paired, self.pieces = block, paired, pieces
        self._lengths = [last - first for first, last in block.spans]
        self._strides = [prod(self._lengths[place + 1 :]) for place in range(len(self._lengths))]

    def places(self, index: Index) -> Array:
        """Give the place of each point within the block."""
        if self.paired:
            return next(iter(index.values())) - self.block.start
        parts = zip(index.values(), self.block.spans, self._strides, strict=True)
        return numpy.asarray(sum((of - first) * stride for of, (first, _), stride in parts))

    def index(self, index: Index, places: Array) -> dict[str, Array]:
        """Give the places on the axes of points by their places within the block."""
        if self.paired:
            return dict.fromkeys(index, places + self.block.start)
        parts = zip(index, self.block.spans, self._lengths, self._strides, strict=True)
        return {name: places // stride % length + first for name, (first, _), length, stride in parts}

    def is_all(self, shape: tuple[int, ...]) -> bool:
        """Tell whether so many points are all, and none has been found or dropped before."""
        return prod(shape) == self.block.size and not self.pieces.found


def shape_of(index: Index) -> tuple[int, ...]:
    """Give the shape of the points of an index."""
    return numpy.broadcast_shapes(*(of.shape for of in index.values()))


def rows_of(index: Index, mask: Array | None = None) -> dict[str, Array]:
    """List points one by one, all or those of a mask.

    >>> rows = rows_of({"a": numpy.array([[1], [2]]), "b": numpy.array([[5, 6]])})
    >>> rows["a"].tolist(), rows["b"].tolist()
    ([1, 1, 2, 2], [5, 6, 5, 6])
    """
    shape = shape_of(index)
    full = {name: numpy.broadcast_to(of, shape) for name, of in index.items()}
    return {name: of.ravel() if mask is None else of[mask] for name, of in full.items()}


def _column(values: Sequence[Value]) -> Array:
    """Give the values of a param as a column."""
    if isinstance(values, range):
        return numpy.arange(values.start, values.stop, values.step, dtype=numpy.int64)
    if any(isinstance(value, Fraction) for value in values):
        return numpy.array([float(value) for value in values])
    return numpy.array(
        values, dtype=bool if all(isinstance(value, bool) for value in values) else numpy.int64
    )
