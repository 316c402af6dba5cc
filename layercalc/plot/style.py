"""The look of pictures: fixed settings, and curves that differ even without colour."""

from __future__ import annotations

from typing import Any, NamedTuple

from layercalc.display import visible

#: Settings over matplotlib's own defaults; a user's are not read.
SETTINGS: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 11,
    "figure.dpi": 100,
    "font.family": "DejaVu Sans",  # it comes with matplotlib
    "font.size": 9,
    "grid.color": "0.9",
    "image.cmap": "viridis",  # its lightness rises evenly: it is read in grey too
    "legend.frameon": False,
    "lines.linewidth": 1.3,
    "lines.markersize": 5,
    "savefig.dpi": 130,
}
#: Okabe and Ito 2008, without yellow: told apart by colour-blind eyes.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9")
_MARKERS = "os^Dv*PX<>p"
_DASHES = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)), (0, (3, 1, 1, 1, 1, 1)))


class Look(NamedTuple):
    """The look that distinguishes a curve from the others."""

    colour: str
    marker: str
    dashes: Any


def look(number: int) -> Look:
    """Give the look of a curve by its number; the first 385 differ.

    >>> look(0).marker, look(1).marker, look(0) == look(384)
    ('o', 's', False)
    """
    return Look(
        _COLOURS[number % len(_COLOURS)], _MARKERS[number % len(_MARKERS)], _DASHES[number % len(_DASHES)]
    )


def plain(text: str) -> str:
    r"""Make a text from outside, such as the name of a file, harmless: none of it is read as a formula.

    >>> plain("a$b$.arch")
    'a\\$b\\$.arch'
    """
    return visible(text).replace("$", r"\$")
