"""Breaks long expressions into lines, before operators and outside brackets if possible.

From one text; to lines of a width. Promises: the lines joined by spaces are the text.
A part without a space that is too long stays in one line.
"""

from __future__ import annotations

from collections.abc import Iterator

#: A line is at least so much of the width, if there is a place to break it.
FULL = 0.5
INDENT = "  "


def wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines, those after the first indented.

    >>> for line in wrapped("37242 * (1 + 18.603*w)^4 * (1 + 74.414*w)^3 * log2(32000*w)", 40):
    ...     print(line)
    37242 * (1 + 18.603*w)^4
      * (1 + 74.414*w)^3 * log2(32000*w)
    """
    lines: list[str] = []
    depth, rest = 0, text
    while len(rest) > (room := width - (len(INDENT) if lines else 0)):
        place = _best([*_breaks(rest, depth, room)], room)
        if place is None:
            break
        line, rest = rest[:place], rest[place + 1 :]
        depth += _opened(line)
        lines.append(line)
    lines.append(rest)
    return [lines[0], *(INDENT + line for line in lines[1:])]


def _breaks(text: str, depth: int, room: int) -> Iterator[tuple[int, int]]:
    """Give the places where a line may end, each with the brackets around it."""
    for place, letter in enumerate(text):
        depth += _opened(letter)
        following = text[place + 1 : place + 2]
        before = text[place - 1]
        if letter == " " and "=" not in (before, following) and (following in "+-*/" or before not in "+-*/"):
            yield place, depth
            if place > room:
                return


def _best(breaks: list[tuple[int, int]], room: int) -> int | None:
    """Choose the place with the fewest brackets around it in a line full enough, the last such."""
    fitting = [(place, depth) for place, depth in breaks if place <= room]
    full = [(place, depth) for place, depth in fitting if place >= FULL * room] or fitting[-1:] or breaks[:1]
    return min(full, key=lambda found: (found[1], -found[0]))[0] if full else None


def _opened(text: str) -> int:
    return sum(text.count(letter) for letter in "([") - sum(text.count(letter) for letter in ")]")
