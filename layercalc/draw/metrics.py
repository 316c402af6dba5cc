"""The width of a text without any font at hand: that in DejaVu Sans, the widest font in use."""

from __future__ import annotations

from functools import cache
from unicodedata import east_asian_width

SIZE = 11.0
LINE = 14.0
#: How much wider bold letters are.
BOLD = 1.12
_DEFAULT, _FULL = 70, 100
#: Widths of letters, in hundredths of the size.
_WIDTHS = {
    32: " ,.", 40: "!", 46: '"', 84: "#+<=>^~", 64: "$0123456789{}", 95: "%", 78: "&", 27: "'", 39: "()[]t",
    50: "*_`", 36: "-", 34: "/:;\\|", 53: "?", 100: "@", 68: "AV", 69: "BRXZ", 70: "C", 77: "DG",
    63: "ESbdghnpqu", 58: "Fk", 75: "HN", 29: "IJ", 66: "K", 56: "L", 86: "M", 79: "OQ", 60: "P", 61: "TYao",
    73: "U", 99: "W", 55: "c", 62: "e", 35: "f", 28: "ijl", 97: "m", 41: "r", 52: "sz", 59: "vxy", 82: "w",
}  # fmt: skip
_LETTERS = {letter: width for width, letters in _WIDTHS.items() for letter in letters}


@cache
def text_width(text: str, bold: bool = False, size: float = SIZE) -> float:
    """Give the width of a text in pixels, at least as wide as common fonts set it.

    >>> round(text_width("conv"), 1), round(text_width("conv", bold=True), 1)
    (26.2, 29.3)
    """
    return sum(map(_letter, text)) * size / 100 * (BOLD if bold else 1)


def _letter(letter: str) -> int:
    wide = _FULL if east_asian_width(letter) in "WF" else _DEFAULT
    return _LETTERS.get(letter, wide)
