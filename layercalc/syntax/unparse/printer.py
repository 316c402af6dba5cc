"""The printer of layouts: each piece takes one line where it fits, else several.

From: a layout. To: text. Promises: one pass, without recursion; a choice depends on
nothing but the pieces and where they stand, so that the same pieces, read back from
the text, are laid out the same way.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any, TypeAlias

from layercalc.syntax.unparse.columns import REMARK, WIDTH, OutputLine, align
from layercalc.syntax.unparse.layout import (
    After,
    AssignedValue,
    Bracket,
    Break,
    ColumnMark,
    Either,
    Fitted,
    Hang,
    Layout,
    Line,
    Loose,
    MarkPlace,
    Nest,
    Remark,
    SoftBreak,
    Watched,
    forced,
)

INDENT = 4
_REMARK = ColumnMark(REMARK, gap=3)


class _Mode(IntEnum):
    """How a piece is printed."""

    #: In lines of its own: it chooses.
    OPEN = 0
    #: In one line, in a piece that chooses.
    OUTER = 1
    #: In one line, further in.
    FLAT = 2
    #: Only while it is measured: a line may end wherever one can.
    FREE = 3


_Piece: TypeAlias = tuple[_Mode, Layout]


def render(layout: Layout) -> str:
    r"""Write a layout as text.

    >>> render(["if softmax ", Fitted(["{", Nest([Line(), "softmax"]), Line(), "}"])])
    'if softmax { softmax }\n'
    """
    rows = _Printer(layout).rows()
    while rows and not rows[0].text:
        del rows[0]
    align(rows)
    return "".join(f"{row.text}\n" for row in rows)


class _Printer:
    """The pieces still to be written, the next one last, and the lines so far."""

    def __init__(self, layout: Layout) -> None:
        self.rest: list[tuple[int, _Mode, Layout]] = [(0, _Mode.OPEN, layout)]
        self.done: list[OutputLine] = []
        self.row = OutputLine()

    def rows(self) -> list[OutputLine]:
        """Write everything, and give the lines."""
        rest = self.rest
        while rest:
            indent, mode, layout = rest.pop()
            if isinstance(layout, str):
                self.write(layout)
            elif isinstance(layout, list):
                rest += [(indent, mode, part) for part in reversed(layout)]
            else:
                _CHOICES[type(layout)](self, indent, mode, layout)
        if self.row.text.strip():
            self.end(0)
        return self.done

    # -- what is written

    def write(self, text: str) -> None:
        self.row.text += text

    def end(self, indent: int) -> None:
        """End the line; the next begins at an indent."""
        self.row.close()
        self.done.append(self.row)
        self.row = OutputLine(" " * indent)

    def mark(self, indent: int, mode: _Mode, mark: ColumnMark) -> None:
        if mode == (_Mode.OPEN if mark.place is MarkPlace.OPEN else _Mode.OUTER):
            self.row.mark(mark)
        else:
            self.write(" " * mark.gap if self.row.text.strip() else "")

    def remark(self, indent: int, mode: _Mode, remark: Remark) -> None:
        if self.row.text.strip():
            self.row.text = self.row.text.rstrip(" ")
            self.row.mark(_REMARK)
        self.row.fix()
        self.row.text += remark.text

    def loose(self, indent: int, mode: _Mode, loose: Loose) -> None:
        self.row.fix()
        self.write(loose.text)

    def nest(self, indent: int, mode: _Mode, nest: Nest) -> None:
        self.rest.append((indent + INDENT, mode, nest.inner))

    def line(self, indent: int, mode: _Mode, line: Line) -> None:
        if mode:
            self.write(line.flat)
        else:
            self.end(indent)

    def break_(self, indent: int, mode: _Mode, layout: Break) -> None:
        if layout is Break.HARD or self.row.text.strip():
            self.end(indent)

    def either(self, indent: int, mode: _Mode, either: Either) -> None:
        self.write(either.flat if mode else either.broken)

    # -- what is chosen

    def group(self, indent: int, mode: _Mode, group: Fitted) -> None:
        if mode:
            group.broken, inner = False, _Mode.FLAT
        else:
            group.broken = group.forced or not self.fits((_Mode.FLAT, group.inner))
            inner = _Mode.OPEN if group.broken or isinstance(group, Watched) else _Mode.OUTER
        self.rest.append((indent, inner, group.inner))

    def after(self, indent: int, mode: _Mode, after: After) -> None:
        self.rest.append((indent, mode, after.broken if after.group.broken else after.other))

    def join(self, indent: int, mode: _Mode, join: SoftBreak) -> None:
        if mode:
            self.write(join.flat)
            return
        following = self.rest.pop()
        part = following[2]
        how = _Mode.OPEN if forced(part) else _Mode.FLAT
        pieces: list[_Piece] = [(how, part)]
        if isinstance(part, list) and part and isinstance(part[-1], Either):  # a comma that stays
            pieces = [(how, part[:-1]), (mode, part[-1])]
        fits = self.fits((_Mode.FLAT, join.flat), *pieces)
        self.rest.append(following)
        if not fits:
            self.end(indent)
        elif join.mark is None:
            self.write(join.flat)
        else:
            self.row.mark(join.mark)
            self.write(join.flat.lstrip())

    def hang(self, indent: int, mode: _Mode, hang: Hang) -> None:
        if mode or (not hang.forced and self.fits((_Mode.FLAT, hang.broken))):
            self.rest.append((indent, mode or _Mode.OUTER, hang.broken))
        elif self.opens_last(hang):
            self.rest += [(indent, mode, hang.behind), (indent, mode, hang.bracket)]
            self.rest.append((indent, _Mode.FLAT, hang.before))
        else:
            self.rest.append((indent, mode, hang.broken))

    def value(self, indent: int, mode: _Mode, value: AssignedValue) -> None:
        inner = value.inner
        here: Layout = [" ", inner]
        room = WIDTH - indent - INDENT
        if mode or (not value.forced and self.fits((_Mode.FLAT, here))):
            stays = True
        elif not (value.forced or value.close) and self.fits((_Mode.FLAT, inner), room=room):
            stays = False
        else:
            stays = self.opens(inner, (_Mode.FLAT, " "))
        self.rest.append((indent, mode, here if stays else Nest([Break.HARD, inner])))

    # -- what fits

    def opens(self, layout: Layout, *before: _Piece) -> bool:
        """Tell whether a piece can open its last bracket on this line, or the one around all of it."""
        if isinstance(layout, Hang):
            return self.opens_last(layout, *before) or self.opens(layout.broken, *before)
        return isinstance(layout, Bracket) and self.fits(*before, (_Mode.FREE, layout.inner))

    def opens_last(self, hang: Hang, *before: _Piece) -> bool:
        """Tell whether a piece can open its last bracket on this line."""
        pieces = (*before, (_Mode.FLAT, hang.before))
        if forced(hang.before) or not self.fits(*pieces, (_Mode.FREE, Line())):
            return False
        return self.opens(hang.bracket, *pieces)

    def fits(self, *pieces: _Piece, room: int | None = None) -> bool:
        """Tell whether pieces, and what follows up to the next possible break, fit on this line."""
        room = WIDTH - len(self.row.text) if room is None else room
        stack = [*reversed(pieces)]
        behind = len(self.rest)
        while room >= 0:
            if not stack:
                if not behind:
                    return True
                behind -= 1
                _, mode, layout = self.rest[behind]
                stack.append((mode or _Mode.FREE, layout))
            mode, layout = stack.pop()
            if isinstance(layout, str):
                room -= len(layout)
            elif isinstance(layout, list):
                stack += [(mode, part) for part in reversed(layout)]
            elif isinstance(layout, Break | Remark) or (
                mode in _BREAKING and isinstance(layout, Line | SoftBreak)
            ):
                return True
            else:
                length, inner = _inside(mode, layout)
                room -= length
                stack += inner
        return False


_BREAKING = (_Mode.OPEN, _Mode.FREE)
#: The ends of lines in a piece of several lines, and in any.
_ENDS = (Break, Remark, Line, SoftBreak)
_SURE_ENDS = (Break, Remark)


def _inside(mode: _Mode, layout: Layout) -> tuple[int, list[_Piece]]:
    """Give the length of a piece, or its contents and how they are printed."""
    if isinstance(layout, Fitted):
        flat = mode is _Mode.OPEN and not layout.forced
        return 0, [(_Mode.FLAT if flat else mode, layout.inner)]
    if isinstance(layout, Nest):
        return 0, [(mode, layout.inner)]
    if isinstance(layout, ColumnMark):
        return layout.gap, []
    if isinstance(layout, Line | SoftBreak):
        return len(layout.flat), []
    if isinstance(layout, Either):
        return len(layout.broken if mode in _BREAKING else layout.flat), []
    if isinstance(layout, After):
        return 0, [(mode, layout.broken if layout.group.broken else layout.other)]
    if isinstance(layout, AssignedValue):
        return 1, [(mode, layout.inner)]
    if isinstance(layout, Hang):
        if mode is _Mode.FREE or (mode is _Mode.OPEN and layout.forced):
            return 0, [(mode, layout.bracket), (_Mode.FLAT, layout.before)]
        return 0, [(_Mode.FLAT, layout.broken)]
    return 0, []


_CHOICES: dict[type, Callable[[_Printer, int, _Mode, Any], None]] = {
    After: _Printer.after,
    Bracket: _Printer.group,
    Break: _Printer.break_,
    Either: _Printer.either,
    Fitted: _Printer.group,
    Hang: _Printer.hang,
    SoftBreak: _Printer.join,
    Line: _Printer.line,
    Loose: _Printer.loose,
    ColumnMark: _Printer.mark,
    Nest: _Printer.nest,
    Remark: _Printer.remark,
    AssignedValue: _Printer.value,
    Watched: _Printer.group,
}
