"""The formats of a diagram, by name and by the endings of files."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from layercalc.draw.diagram import Diagram
from layercalc.draw.dot import dot
from layercalc.draw.mermaid import mermaid
from layercalc.draw.svg import svg

WRITERS: Mapping[str, Callable[[Diagram], str]] = {"svg": svg, "mermaid": mermaid, "dot": dot}
