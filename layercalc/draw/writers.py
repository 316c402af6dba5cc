"""The formats of a diagram, by name and by the endings of files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from layercalc.draw.diagram import Diagram
from layercalc.draw.direction import DOWN, Direction
from layercalc.draw.dot import dot
from layercalc.draw.mermaid import mermaid
from layercalc.draw.svg import svg


class Writer(Protocol):
    """Writes a diagram as text."""

    def __call__(self, diagram: Diagram, direction: Direction = DOWN) -> str:
        """Write it."""


WRITERS: Mapping[str, Writer] = {"svg": svg, "mermaid": mermaid, "dot": dot}
