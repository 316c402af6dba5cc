"""The formats of a diagram by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from layercalc.draw.diagram import Diagram
from layercalc.draw.svg import svg

WRITERS: Mapping[str, Callable[[Diagram], str]] = {"svg": svg}
