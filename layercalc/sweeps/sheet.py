"""Closed forms on tapes, for the points at which they hold.

From the forms of a family and the values of each axis; to the measures at many points at once.
Promises: at a point that is neither dropped nor told apart, every measure is that of its network.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy

from layercalc.lazy import sympy
from layercalc.numbers.scalar import symbolic
from layercalc.sweeps.conditions import TruthReader
from layercalc.sweeps.counts import Count, count
from layercalc.sweeps.exact import Exact
from layercalc.sweeps.forms import Forms
from layercalc.sweeps.logs import LogReader
from layercalc.sweeps.tape import Array, Node, Plan, Tape

#: The place behind the last condition: none fails.
NONE = 1 << 14


@dataclass(frozen=True)
class Axis:
    """The values of a param as whole numbers over a denominator."""

    words: Array
    below: int

    @classmethod
    def of(cls, values: Any) -> Axis:
        """Read values.

        >>> Axis.of([Fraction(1, 4), 1]).words
        array([1, 4])
        """
        if isinstance(values, range):
            return cls(numpy.arange(values.start, values.stop, values.step, dtype=numpy.int64), 1)
        below = math.lcm(*(Fraction(value).denominator for value in values))
        return cls(numpy.array([int(value * below) for value in values], dtype=numpy.int64), below)


@dataclass(frozen=True)
class Values:
    """The columns of points, each with the axes it depends on; the points at which they may be wrong."""

    columns: dict[str, Array]
    doubles: dict[str, Array]
    doubtful: Array | None


class Sheet:
    """The forms of a family on tapes, compiled for the values that its axes take.

    Raises `UnreadError` for forms that have no place on a tape.
    """

    def __init__(self, forms: Forms, axes: Mapping[str, Axis], kinds: Mapping[str, str]) -> None:
        self.forms, self.axes, self.kinds = forms, dict(axes), kinds
        self.names = tuple(forms.symbols)
        self.conditions = list(forms.conditions)
        self._truths = self._read_conditions()
        self.failing = {name: self._failing(name) for name in self.names}
        self.joint = [place for place, (_, names) in enumerate(self._truths) if len(names) > 1]
        self._taken = {name: axes[name].words[self.failing[name] == NONE] for name in self.names}
        self.is_empty = any(not len(words) for words in self._taken.values())
        if not self.is_empty:
            self._read_forms()

    def _symbols(self, tape: Tape, words: Mapping[str, Array]) -> dict[sympy.Symbol, Exact]:
        return {
            symbol: Exact(
                tape.axis(name, float(words[name].min()), float(words[name].max())), self.axes[name].below
            )
            for name, symbol in self.forms.symbols.items()
        }

    def _read_conditions(self) -> list[tuple[Plan, frozenset[str]]]:
        found = []
        for place, condition in enumerate(self.conditions):
            tape = Tape(self.names)
            reader = TruthReader(tape, self._symbols(tape, {n: self.axes[n].words for n in self.names}))
            truth = reader.truth(condition.said)
            if reader.guards:
                self.conditions[place] = replace(condition, sure=False)
            for guard in reader.guards:
                truth = tape.call("and", (truth, guard), 0, 1)
            names = frozenset(symbol.name for symbol in condition.said.free_symbols)
            found.append((tape.plan([truth]), names & set(self.names)))
        return found

    def _failing(self, name: str) -> Array:
        """Give the first condition on an axis alone that fails, at each of its values."""
        failing = numpy.full(len(self.axes[name].words), NONE, dtype=numpy.int16)
        for place, (plan, names) in reversed([*enumerate(self._truths)]):
            if names <= {name}:
                (truth,) = plan.run({name: self.axes[name].words})
                failing[~numpy.broadcast_to(truth, failing.shape)] = place
        return failing

    def first_failing(self, index: Mapping[str, Array], joint: bool = True) -> Array:
        """Give the first condition that fails at each point, `NONE` where all hold."""
        made = numpy.asarray(NONE, dtype=numpy.int16)
        for name in self.names:
            made = numpy.minimum(made, self.failing[name][index[name]])
        if joint:
            words = self._words(index)
            for place in self.joint:
                (truth,) = self._truths[place][0].run(words)
                made = numpy.where(truth, made, numpy.minimum(made, numpy.int16(place)))
        return made

    def _words(self, index: Mapping[str, Array]) -> dict[str, Array]:
        return {name: self.axes[name].words[index[name]] for name in self.names}

    def _read_forms(self) -> None:
        tape = Tape(self.names)
        self._reader = LogReader(tape, self._symbols(tape, self._taken))
        self._counts: dict[str, Count] = {}
        self._nodes: dict[str, Node] = {}
        for name, closed in self.forms.closed.items():
            if self.kinds[name] == "log":
                self._nodes[name] = self._reader.log_of_product(closed.product)
            elif self.kinds[name] == "real":
                self._nodes[name] = self._reader.real(closed.expr)
            else:
                value = symbolic(closed.value) if not hasattr(closed.value, "groups") else closed.expr
                self._counts[name] = count(self._reader, value, self._taken)
        self._wanted = [
            *self._reader.guards, *self._nodes.values(),
            *(node for made in self._counts.values() for node in made.wanted),
        ]  # fmt: skip
        self._plan = tape.plan(self._wanted)

    @property
    def is_plain(self) -> bool:
        """Whether no count of it is ever flagged."""
        return self.is_empty or all(made.plain for made in self._counts.values())

    @property
    def largest(self) -> float:
        """Bound all counts."""
        return (
            0.0 if self.is_empty else max((c.word.size / c.below for c in self._counts.values()), default=0.0)
        )

    def values(self, index: Mapping[str, Array]) -> Values:
        """Reckon all measures at points at which the conditions hold."""
        arrays = self._plan.run(self._words(index))
        guards, arrays = arrays[: len(self._reader.guards)], arrays[len(self._reader.guards) :]
        doubtful: list[Array] = [~guard for guard in guards if not guard.all()]
        columns, doubles = dict[str, Array](), dict[str, Array]()
        for name, node in self._nodes.items():
            columns[name] = arrays.pop(0)
            if not (math.isfinite(node.low) and math.isfinite(node.high)):
                finite = numpy.isfinite(columns[name])
                doubtful += [] if finite.all() else [~finite]
        for name, made in self._counts.items():
            taken, arrays = arrays[: len(made.wanted)], arrays[len(made.wanted) :]
            columns[name], flagged, unsure = made.read(taken)
            if flagged is not None:
                doubles[name] = flagged
            doubtful += [] if unsure is None or not unsure.any() else [unsure]
        ordered = {name: columns[name] for name in self.forms.closed}
        return Values(ordered, doubles, sum_of(doubtful))


def sum_of(masks: list[Array]) -> Array | None:
    """Join masks."""
    made: Array | None = None
    for mask in masks:
        made = mask if made is None else made | mask
    return made
