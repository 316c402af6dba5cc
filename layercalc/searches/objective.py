"""What is wanted of a network: measures to be large or small, and which differences do not count.

From: the texts of `--maximize`, `--minimize` and `--tolerance`. To: objectives, each with the cost that
it makes of a column. Promises: a name that is no measure, or stands twice, and a tolerance in a unit that
its measure does not have are told with their place.

Values are compared exactly: whole numbers as they are, all others by their logarithms, rounded to multiples
of 2^-30, so that values which differ only by rounding are equal; accuracies themselves are rounded so. With
a tolerance values are compared by whole steps of it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from layercalc.errors import Source, Span, SpecError, did_you_mean, fail, listing
from layercalc.measures import LOGS, label_of, unknown_measure
from layercalc.searches.columns import Array, Columns, is_log, logarithms, values

Side: TypeAlias = Literal["maximize", "minimize"]
Unit: TypeAlias = Literal["bits", "%", ""]

#: Accuracies that are objectives too, in percent, as a curve expects them.
ACCURACIES = {"top1": "Top-1", "top5": "Top-5"}
#: Logarithms and accuracies are equal that round to the same multiple of 1 / FINEST.
FINEST = 2.0**30
_TOLERANCE = re.compile(r"\s*(?P<name>\w+)\s*=\s*(?P<amount>\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*(?P<unit>\S*?)\s*")
_UNITS: Mapping[str, Unit] = {"bits": "bits", "bit": "bits", "%": "%", "": ""}


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A difference of a measure that does not count: so many bits, so many percent, or so much."""

    amount: float
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount:g} bits" if self.unit == "bits" else f"{self.amount:g}{self.unit}"

    @property
    def is_log(self) -> bool:
        """Whether it is a step of the logarithm."""
        return self.unit != ""

    @property
    def step(self) -> float:
        """The step: of the logarithm to base two for bits and percent, else of the number.

        >>> Tolerance(16, "bits").step, Tolerance(100, "%").step, Tolerance(0.5, "").step
        (16, 1.0, 0.5)
        """
        return math.log1p(self.amount / 100) / math.log(2) if self.unit == "%" else self.amount


@dataclass(frozen=True, slots=True)
class Objective:
    """A measure that is to be large or small."""

    measure: str
    side: Side
    tolerance: Tolerance | None = None

    @property
    def label(self) -> str:
        """The heading of its measure.

        >>> Objective("gcc", "maximize").label, Objective("top1", "maximize").label
        ('GCC', 'Top-1')
        """
        return ACCURACIES.get(self.measure) or label_of(self.measure)

    @property
    def by_log(self) -> bool:
        """Whether its measure is told by its logarithm."""
        return self.measure in LOGS

    def cost(self, columns: Columns) -> Array:
        """Make the cost of each point: the less the better, and equal where a difference does not count.

        >>> Objective("params", "minimize").cost({"params": np.array([5, 7])})
        array([5, 7])
        >>> wanted = Objective("gcc", "maximize", Tolerance(16, "bits"))
        >>> wanted.cost({"log2_gcc": np.array([31.0, 32.0, 40.0])})
        array([-1., -2., -2.])
        """
        return -self._steps(columns) if self.side == "maximize" else self._steps(columns)

    def exactly(self) -> Objective:
        """Give the same without its tolerance."""
        return replace(self, tolerance=None)

    def _steps(self, columns: Columns) -> Array:
        found, tolerance = values(columns, self.measure), self.tolerance
        plain = not is_log(columns, self.measure)
        if plain and tolerance is not None and not tolerance.is_log:
            return np.asarray(np.floor(found / tolerance.step))
        if plain and tolerance is None and found.dtype.kind in "iu":
            return found
        finer = found if self.measure in ACCURACIES else logarithms(columns, self.measure)
        fine = np.rint(finer * FINEST)
        return np.asarray(fine if tolerance is None else np.floor(fine / FINEST / tolerance.step))


def read_objectives(
    maximize: Sequence[str], minimize: Sequence[str], tolerance: Sequence[str], known: Sequence[str]
) -> list[Objective]:
    """Read the objectives in their order, those to be large first; `known` are the measures there are.

    >>> read_objectives(["gcc"], ["params"], ["params=20%"], ["gcc", "params"])[1]
    Objective(measure='params', side='minimize', tolerance=Tolerance(amount=20.0, unit='%'))

    Raises `SpecError` as the head of this file says.
    """
    found: dict[str, Objective] = {}
    for side, texts in (("maximize", maximize), ("minimize", minimize)):
        for name, span in (pair for text in texts for pair in _names(text, f"--{side}")):
            if name not in known and name not in ACCURACIES:
                raise _unknown(name, span, known)
            if name in found:
                both = found[name].side != side
                told = "is to be large and small" if both else "is named twice"
                raise fail(f"{name} {told}", span, "an objective is named once")
            found[name] = Objective(name, "maximize" if side == "maximize" else "minimize")
    if not found:
        raise fail("nothing is asked of the networks", hint="--maximize gcc --minimize params")
    for name, span, meant in (item for text in tolerance for item in _tolerances(text)):
        if name not in found:
            raise fail(
                f"a tolerance for {name}, which is no objective",
                span,
                f"objectives: {listing([*found], 'and')}",
            )
        if found[name].tolerance is not None:
            raise fail(f"a second tolerance for {name}", span)
        found[name] = replace(found[name], tolerance=_checked(found[name], meant, span))
    return [*found.values()]


def _unknown(name: str, span: Span, known: Sequence[str]) -> SpecError:
    (told,) = unknown_measure(name, [*known, *ACCURACIES]).diagnostics
    return fail(told.message, span, told.hint)


def _names(text: str, option: str) -> Iterator[tuple[str, Span]]:
    """Give the names between commas, each with its place."""
    for part, span in _parts(text, option):
        yield part.strip(), span


def _parts(text: str, option: str) -> Iterator[tuple[str, Span]]:
    source, start = Source(option, text), 0
    for part in text.split(","):
        lead = len(part) - len(part.lstrip())
        yield part, Span(source, start + lead, start + lead + len(part.strip()))
        start += len(part) + 1


def _tolerances(text: str) -> Iterator[tuple[str, Span, Tolerance]]:
    for part, span in _parts(text, "--tolerance"):
        read = _TOLERANCE.fullmatch(part)
        if read is None:
            raise fail(f"'{part.strip()}' is no tolerance", span, "as in gcc=16bits, params=20% or top1=0.5")
        if read["unit"] not in _UNITS:
            hint = did_you_mean(read["unit"], _UNITS) or "units are bits, % and none"
            raise fail(f"a tolerance has no unit '{read['unit']}'", span, hint)
        tolerance = Tolerance(float(read["amount"]), _UNITS[read["unit"]])
        if not 1 / FINEST <= tolerance.step < math.inf:
            raise fail("a tolerance is at least 2^-30", span, "without one, values are compared exactly")
        yield read["name"], span, tolerance


def _checked(objective: Objective, tolerance: Tolerance, span: Span) -> Tolerance:
    """Refuse a unit that a measure does not have."""
    name, unit = objective.measure, tolerance.unit
    if name in ACCURACIES and unit:
        raise fail(f"a tolerance of {name} is in percentage points, without a unit", span, f"{name}=0.5")
    if objective.by_log and not unit:
        hint = f"{name}={tolerance.amount:g}bits, or {name}={tolerance.amount:g}%"
        raise fail(f"{name} is told by its logarithm: its tolerance is in bits or in %", span, hint)
    return tolerance
