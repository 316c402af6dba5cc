"""The direction of a picture: what changes where wires lead to the right instead of down.

The layout knows only `across` and `along` the flow. From: sizes and names of the page. To: sizes in
the flow's terms, of which `piece.scene` makes places on the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from layercalc.draw.metrics import LINE, SIZE, text_width
from layercalc.draw.piece import Label

#: Between a wire and its name; what a line of names needs below a box.
ASIDE, NAMED = 4.0, 13.0


class Direction(NamedTuple):
    """Down the page, or to the `right`.

    >>> DOWN.flow(80, 24), RIGHT.flow(80, 24)
    ((80, 24), (24, 80))
    """

    right: bool

    def flow(self, width: float, height: float) -> tuple[float, float]:
        """Give the size of something on the page as across and along the flow; its own inverse."""
        return (height, width) if self.right else (width, height)

    def beside(self, name: str) -> float:
        """Give the space across that a name takes at its wire."""
        if not name:
            return 0
        return LINE if self.right else text_width(name) + 2 * ASIDE

    def lead(self, names: Iterable[str]) -> float:
        """Give the space along that names take where their wires begin."""
        longest = max((text_width(name) for name in names if name), default=0.0)
        if not longest:
            return 0
        return longest + ASIDE if self.right else NAMED

    def label(self, x: float, y: float, name: str) -> Label:
        """Put a name at a wire that begins at a place of the flow."""
        return Label(x + SIZE + 1, y + ASIDE, name) if self.right else Label(x + ASIDE, y + SIZE, name)

    def mirrored(self, label: Label, height: float) -> Label:
        """Put a label where it is if the flow is turned round."""
        low = text_width(label.text) if self.right else 2 - SIZE
        return label._replace(y=height - label.y - low)


DOWN, RIGHT = Direction(False), Direction(True)
