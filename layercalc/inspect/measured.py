"""A network with its measures: what a family is at one point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from layercalc.closed import Closed
from layercalc.network import Network


class MeasuredNetwork(NamedTuple):
    """A network with the measures that were asked for, by name."""

    network: Network
    measures: Mapping[str, Closed]
