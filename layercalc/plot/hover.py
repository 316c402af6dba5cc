"""Values told where one points at a mark of an SVG.

From: the SVG of a figure, and the curves whose lines bear ids. To: the same SVG, in which each mark
has a title with its curve and its numbers. It draws nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape

_MARK = re.compile(r"<use ([^>]*)/>")

Points = Sequence[tuple[float, float]]


def with_values(svg: str, marks: Mapping[str, tuple[str, Points]]) -> str:
    """Give the marks of curves titles; `marks` has by its id the label of a curve and its marked points.

    >>> text = '<g id="a"><path/><g clip-path="url(#p)"><use x="2"/></g></g>'
    >>> with_values(text, {"a": ("depth = 18", [(2, 0.5)])})
    '<g id="a"><path/><g clip-path="url(#p)"><use x="2"><title>depth = 18: 2, 0.5</title></use></g></g>'
    """
    for name, (label, points) in marks.items():
        start = svg.find("<g clip-path", svg.find(f'<g id="{name}"'))
        end = svg.find("</g>", start)
        told = [*_told(label, points)]
        if svg.count("<use ", start, end) == len(told):
            svg = svg[:start] + _titled(svg[start:end], iter(told)) + svg[end:]
    return svg


def _told(label: str, points: Points) -> Iterator[str]:
    """Tell the points that are drawn: one without a value has no mark."""
    for x, y in points:
        if math.isfinite(x) and math.isfinite(y):
            yield f"{label}: {x:.6g}, {y:.6g}" if label else f"{x:.6g}, {y:.6g}"


def _titled(marks: str, told: Iterator[str]) -> str:
    return _MARK.sub(lambda mark: f"<use {mark[1]}><title>{escape(next(told))}</title></use>", marks)
