"""The formats of a diagram, by name, as the bytes of a file.

PNG and PDF are made of the SVG by vl-convert (resvg and svg2pdf), which needs no library of the system;
only this file imports it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from layercalc.draw.diagram import Diagram
from layercalc.draw.dot import dot
from layercalc.draw.mermaid import mermaid
from layercalc.draw.svg import svg

WRITERS: Mapping[str, Callable[[Diagram], str]] = {"svg": svg, "mermaid": mermaid, "dot": dot}
#: Dots of a PNG for each unit of the SVG: letters of 11 units are sharp on any screen.
SCALE = 2
FORMATS = (*WRITERS, "png", "pdf")


def drawn(diagram: Diagram, format_: str) -> bytes:
    r"""Draw a diagram in one of the `FORMATS`.

    >>> from layercalc.draw.diagram import Box, DiagramNode, Graph
    >>> box = DiagramNode(Box("layer", ("conv",)), (), ())
    >>> {name: drawn(Diagram("T", (), Graph((), (box,), ()), ()), name)[:5] for name in ("png", "pdf")}
    {'png': b'\x89PNG\r', 'pdf': b'%PDF-'}
    """
    if format_ in WRITERS:
        return WRITERS[format_](diagram).encode()
    import vl_convert

    text = svg(diagram)
    return vl_convert.svg_to_png(text, SCALE) if format_ == "png" else vl_convert.svg_to_pdf(text)
