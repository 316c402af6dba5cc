"""A network with its measures: what a family is at one point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from layercalc.closed import Closed
from layercalc.errors import SpecError
from layercalc.measures import known_measures
from layercalc.network import Network


@dataclass(frozen=True, slots=True)
class MeasuredNetwork:
    """A network with the measures that were asked for, by name, and why some are refused."""

    network: Network
    measures: Mapping[str, Closed]
    refused: Mapping[str, SpecError] = field(default_factory=dict)

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
        """Tell in one line why a measure is refused."""
        first, *_ = self.refused[name].diagnostics
        return f"refused: {first.message}" + (f" ({first.span})" if first.span is not None else "")
