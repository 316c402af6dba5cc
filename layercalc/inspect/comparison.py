"""Families side by side: the measures of several specs at the same points.

From: programs, and the values of their params. To: a `FamilyComparison`. Promises: every family is
measured at every point, or has a mistake that says why it cannot be; a spec uses only the params
it has, and one that is given several values of a param is compared once for each.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import TypeAlias

from layercalc import limits
from layercalc.closed import Closed
from layercalc.errors import LimitError, SpecError, limit
from layercalc.inspect.measured import MeasuredNetwork
from layercalc.measures import MEASURES
from layercalc.records import dataclass
from layercalc.resolve import resolve
from layercalc.resolve.program import Given, Program
from layercalc.syntax import tree

PointResult: TypeAlias = MeasuredNetwork | SpecError
"""A family at one point: its network with measures, or the mistake that prevents it."""


def values(point: PointResult) -> Mapping[str, Closed]:
    """Give the measures of a family at a point, none where it has no network."""
    return {} if isinstance(point, SpecError) else point.measures


@dataclass(frozen=True, slots=True)
class ComparedFamily:
    """A family in a comparison: its name, its spec, and the result at each point."""

    name: str
    spec: str
    points: Sequence[PointResult]

    @property
    def measured(self) -> list[MeasuredNetwork]:
        """The points at which it has measures."""
        return [point for point in self.points if isinstance(point, MeasuredNetwork)]


@dataclass(frozen=True, slots=True)
class FamilyComparison:
    """The compared families, with the param that varies, if there is one, and its values as given."""

    members: Sequence[ComparedFamily]
    measures: Sequence[str]
    over: str | None = None
    values: Sequence[str] = ("",)

    def ratio(self, member: ComparedFamily, place: int, measure: str) -> Closed | None:
        """Divide a measure of a family by that of the first; None where either has no value or is 0.

        >>> from layercalc.resolve.loading import load_program
        >>> specs = [(name, load_program(name)) for name in ("resnet", "vgg")]
        >>> found = compare_families(specs, {}, measures=["params", "macs"])
        >>> found.ratio(found.members[1], 0, "params").folded()
        '5.4137'
        """
        first, other = (values(one.points[place]).get(measure) for one in (self.members[0], member))
        if first is None or other is None:
            return None
        below, above = first.product, other
        named = {str(symbol): symbol for symbol in below.free_symbols}
        above = above.freely().substitute(named)  # two specs may know different things of a symbol
        return None if below.is_zero or above.product.is_zero else Closed(above.product / below)

    @property
    def specs(self) -> list[str]:
        """The specs of the families, each once."""
        return [*dict.fromkeys(member.spec for member in self.members)]

    @property
    def symbolic(self) -> bool:
        """Whether any value has symbols."""
        points = (point for member in self.members for point in member.measured)
        return any(closed.symbols for point in points for closed in point.measures.values())


def compare_families(
    specs: Sequence[tuple[str, Program]], given: Mapping[str, Sequence[Given]], over: str | None = None,
    measures: Sequence[str] | None = None, assume: Sequence[tree.Expression] = (),
) -> FamilyComparison:  # fmt: skip
    """Measure families at several values of a param that all have, or at one point each.

    >>> from layercalc.resolve.points import read_points
    >>> from layercalc.resolve.loading import load_program
    >>> given = {"depth": read_points("depth", "20,32"), "shortcuts": read_points("shortcuts", "true,false")}
    >>> found = compare_families([("resnet_cifar", load_program("resnet_cifar"))], given, "depth", ["layers"])
    >>> [member.name for member in found.members], found.values
    (['shortcuts = true', 'shortcuts = false'], ['20', '32'])

    Raises `SpecError` for a param that a spec does not have, for a family that takes none of
    the values, and over `limits.POINTS` networks.
    """
    points: list[dict[str, Given]] = [{}] if over is None else [{over: value} for value in given[over]]
    if over is not None:
        for _, program in specs:
            program.param(over)
    fixed = {name: values for name, values in given.items() if name != over}
    own = [prod(len(fixed[name]) for name in fixed if name in program.takes) for _, program in specs]
    if (count := sum(own) * len(points)) > limits.POINTS:
        raise limit(f"{count:,} networks are asked for; the limit is {limits.POINTS:,}")
    chosen = measures or [*MEASURES]
    members = [
        ComparedFamily(
            name, spec, _measured(program, [{**values, **point} for point in points], chosen, assume)
        )
        for name, spec, program, values in _candidates(specs, fixed)
    ]
    return FamilyComparison(
        members, chosen, over, [""] if over is None else [value_text(value) for value in given[over]]
    )


def _candidates(
    specs: Sequence[tuple[str, Program]], given: Mapping[str, Sequence[Given]]
) -> Iterator[tuple[str, str, Program, dict[str, Given]]]:
    """Give each spec with each combination of values for its params, under a unique name."""
    used: Counter[str] = Counter()
    for spec, program in specs:
        own = {name: values for name, values in given.items() if name in program.takes}
        for choice in itertools.product(*own.values()):
            values = dict(zip(own, choice, strict=True))
            varied = [f"{name} = {value_text(value)}" for name, value in values.items() if len(own[name]) > 1]
            name = ", ".join(varied if varied and len(specs) == 1 else [spec, *varied])
            used[name] += 1
            yield name if used[name] == 1 else f"{name} ({used[name]})", spec, program, values


def value_text(value: Given) -> str:
    """Write a value as its author did; a value out of a range has no text, so it is written anew."""
    node = value.expression
    return node.text if isinstance(node, tree.Number) else node.span.text


def _measured(
    program: Program, points: Sequence[Mapping[str, Given]], measures: Sequence[str],
    assume: Sequence[tree.Expression],
) -> list[PointResult]:  # fmt: skip
    """Measure a program at points; if it is refused at all of them, raise these mistakes."""
    found: list[PointResult] = []
    for point in points:
        try:
            network = resolve(program, point, assume)
            found.append(MeasuredNetwork.of(network, measures))
        except LimitError:
            raise
        except SpecError as error:
            found.append(error)
    refused = [point for point in found if isinstance(point, SpecError)]
    if len(refused) == len(found):
        raise SpecError(mistake for error in refused for mistake in error.diagnostics)
    return found
