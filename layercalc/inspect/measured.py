"""A network with its measures: what a family is at one point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from layercalc.closed import Closed
from layercalc.errors import LimitError, SpecError
from layercalc.measures import known_measures, label_of, measure_all
from layercalc.measures.measure import Readings
from layercalc.network import Network
from layercalc.numbers.logs import Constant
from layercalc.records import dataclass, field


@dataclass(frozen=True, slots=True)
class MeasuredNetwork:
    """A network with the measures that were asked for, by name, and why some are refused."""

    network: Network
    measures: Mapping[str, Closed]
    refused: Mapping[str, SpecError] = field(default_factory=dict)

    @classmethod
    def of(
        cls, network: Network, names: Iterable[str] | None = None, readings: Readings | None = None
    ) -> MeasuredNetwork:
        """Take measures of a network, the usual ones unless some are named; one is refused by itself.

        `readings` are those that others make of it too.

        >>> from layercalc.resolve import resolve
        >>> from layercalc.resolve.loading import load_program
        >>> MeasuredNetwork.of(resolve(load_program("lenet")), ["params"]).measures
        {'params': Closed(value=61706)}

        Raises `SpecError` where all are refused.
        """
        refused: dict[str, SpecError] = {}
        found = measure_all(network, names, refused, readings)
        refused |= {name: limit for name, closed in found.items() if (limit := _limit_of(closed)) is not None}
        found = {name: closed for name, closed in found.items() if name not in refused}
        if refused and not found:
            mistakes = (mistake for error in refused.values() for mistake in error.diagnostics)
            raise SpecError(dict.fromkeys(mistakes))
        return cls(network, found, refused)

    @property
    def names(self) -> list[str]:
        """The measures in the order of reports, those that are refused among them."""
        known = [*known_measures(self.network)]
        late = {name: known.index(name) for name in self.refused}
        names = [*self.measures]
        for name, place in late.items():
            behind = (i for i, other in enumerate(names) if known.index(other) > place)
            names.insert(next(behind, len(names)), name)
        return names

    def why(self, name: str) -> str:
        """Tell in one line why a measure is refused, or as which other one."""
        told = why(self.refused[name])
        first = next(other for other, error in self.refused.items() if why(error) == told)
        return told if first == name else f"refused, as {label_of(first)}"

    @property
    def refusals(self) -> list[str]:
        """Why measures are refused, each on a line with its name."""
        return [f"{label_of(name)} {self.why(name)}" for name in self.refused]


def _limit_of(closed: Closed) -> LimitError | None:
    """Give the limit that is met where rounds are too many to be added up; the logarithm is kept."""
    try:
        _ = None if isinstance(closed.value, Constant) else closed.log2
    except LimitError as error:
        return error
    return None


def why(error: SpecError) -> str:
    """Tell in one line why something is refused."""
    first, *_ = error.diagnostics
    return f"refused: {first.message}" + (f" ({first.span})" if first.span is not None else "")
