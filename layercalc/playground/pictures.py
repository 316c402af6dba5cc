"""The block diagram of a sheet, with the place in the text of each box.

From: a sheet. To: SVG. Promises: it is the picture of `layercalc draw`; a box knows where
it is written.
"""

from __future__ import annotations

from typing import Any

from layercalc.draw.build import diagram
from layercalc.draw.svg import svg
from layercalc.playground.sheet import Sheet


def drawn(sheet: Sheet) -> dict[str, Any]:
    """Draw the network at the values given."""
    return {"svg": svg(diagram(sheet.network))}
