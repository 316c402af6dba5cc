"""The lines of a layout: each piece takes one line where it fits, and several where it does not.

From: a layout. To: text. Promises: one pass, without recursion; a comment always ends
its line; the choices depend on the pieces alone, so that the same pieces, read back
from the text, are laid out the same way.
"""

from __future__ import annotations

from enum import IntEnum

from layercalc.unparse.columns import REMARK, WIDTH, Row, align
from layercalc.unparse.layout import (
    After, Bracket, Break, Either, Group, Hang, Join, Layout, Line, Loose, Mark, Nest, Place, Remark, Value, Watch, forced,
)  # fmt: skip

INDENT = 4
_REMARK = Mark(REMARK, gap=3)


class _Mode(IntEnum):
    """How a piece stands: over several lines; in one, outermost; in one, within such; may be broken."""

    OPEN = 0
    OUTER = 1
    FLAT = 2
    FREE = 3


def render(layout: Layout) -> str:
    r"""Write a layout as text.

    >>> render(["if softmax ", Group(["{", Nest([Line(), "softmax"]), Line(), "}"])])
    'if softmax { softmax }\n'
    """
    rows = _Printer(layout).rows()
    while rows and not rows[0].text:
        del rows[0]
    align(rows)
    return "".join(f"{row.text}\n" for row in rows)


class _Printer:
    """Holds what is still to be written, the next piece last, and the lines so far."""

    def __init__(self, layout: Layout) -> None:
        self.rest: list[tuple[int, _Mode, Layout]] = [(0, _Mode.OPEN, layout)]
        self.done: list[Row] = []
        self.row = Row()
        self.remarked = False

    def rows(self) -> list[Row]:
        """Write all, and give the lines."""
        while self.rest:
            indent, mode, layout = self.rest.pop()
            if isinstance(layout, str):
                self.write(layout, indent)
            elif isinstance(layout, list):
                self.rest.extend((indent, mode, part) for part in reversed(layout))
            else:
                self.piece(indent, mode, layout)
        if self.row.text.strip():
            self.end(0)
        return self.done

    def piece(self, indent: int, mode: _Mode, layout: Layout) -> None:
        """Write a piece that is neither a text nor several pieces."""
        if isinstance(layout, Nest):
            self.rest.append((indent + INDENT, mode, layout.inner))
        elif isinstance(layout, Group):
            self.group(indent, mode, layout)
        elif isinstance(layout, Mark):
            self.mark(mode, layout, indent)
        elif isinstance(layout, Line):
            self.write(layout.flat, indent) if mode else self.end(indent)
        elif isinstance(layout, Join):
            self.join(indent, mode, layout)
        elif isinstance(layout, Break):
            if layout is Break.HARD or self.row.text.strip():
                self.end(indent)
        elif isinstance(layout, Remark):
            self.remark(layout)
        elif isinstance(layout, Loose):
            self.loose(layout, indent)
        elif isinstance(layout, Either):
            self.write(layout.flat if mode else layout.broken, indent)
        elif isinstance(layout, After):
            self.rest.append((indent, mode, layout.broken if layout.group.broken else layout.other))
        elif isinstance(layout, Hang):
            self.hang(indent, mode, layout)
        elif isinstance(layout, Value):
            self.value(indent, mode, layout)

    # -- what is written

    def write(self, text: str, indent: int) -> None:
        if self.remarked and text:
            self.end(indent + INDENT)
            text = text.lstrip(" ")
        self.row.text += text

    def end(self, indent: int) -> None:
        """End the line; the next begins at an indent."""
        self.row.close()
        self.done.append(self.row)
        self.row = Row(" " * indent)
        self.remarked = False

    def mark(self, mode: _Mode, mark: Mark, indent: int) -> None:
        alive = mark.place is None or mode == (_Mode.OPEN if mark.place is Place.OPEN else _Mode.OUTER)
        if alive and not self.remarked:
            self.row.mark(mark)
        else:
            self.write(" " * mark.gap if self.row.text.strip() else "", indent)

    def remark(self, remark: Remark) -> None:
        self.row.text = self.row.text.rstrip(" ") if self.row.text.strip() else self.row.text
        if self.row.text.strip():
            self.row.mark(_REMARK)
        if self.row.fixed is None:
            self.row.fixed = len(self.row.text)
        self.row.text += remark.text
        self.remarked = True

    def loose(self, loose: Loose, indent: int) -> None:
        self.write("", indent)
        if self.row.fixed is None:
            self.row.fixed = len(self.row.text)
        self.write(loose.text, indent)

    # -- what is chosen

    def group(self, indent: int, mode: _Mode, group: Group) -> None:
        if mode:
            group.broken, inner = False, _Mode.FLAT
        else:
            group.broken = group.forced or not self.fits((_Mode.FLAT, group.inner))
            inner = _Mode.OPEN if group.broken or isinstance(group, Watch) else _Mode.OUTER
        self.rest.append((indent, inner, group.inner))

    def join(self, indent: int, mode: _Mode, join: Join) -> None:
        if not mode:
            following = self.rest.pop()
            how = _Mode.OPEN if forced(following[2]) else _Mode.FLAT
            fits = self.fits((_Mode.FLAT, join.flat), (how, following[2]))
            self.rest.append(following)
            if not fits:
                self.end(indent)
                return
            if join.mark is not None:
                self.row.mark(join.mark)
        self.write(join.flat.lstrip() if join.mark is not None and not mode else join.flat, indent)

    def hang(self, indent: int, mode: _Mode, hang: Hang) -> None:
        if mode or (not hang.forced and self.fits((_Mode.FLAT, hang.broken))):
            self.rest.append((indent, mode or _Mode.OUTER, hang.broken))
        elif not forced(hang.before) and self.hangs(hang.bracket, (_Mode.FLAT, hang.before)):
            self.rest += [(indent, mode, hang.behind), (indent, mode, hang.bracket)]
            self.rest.append((indent, _Mode.FLAT, hang.before))
        else:
            self.rest.append((indent, mode, hang.broken))

    def hangs(self, layout: Layout, *before: tuple[_Mode, Layout]) -> bool:
        """Tell whether a piece can open its last bracket in this line, or that around all of it."""
        if isinstance(layout, Hang):
            last = not forced(layout.before) and self.hangs(layout.bracket, *before, (_Mode.FLAT, layout.before))
            return last or self.hangs(layout.broken, *before)
        return isinstance(layout, Bracket) and self.fits(*before, (_Mode.FREE, layout.inner))

    def value(self, indent: int, mode: _Mode, value: Value) -> None:
        inner = value.inner
        same = (indent, mode, [" ", inner])
        below = (indent, mode, Nest([Break.HARD, inner]))
        if mode or (not value.forced and self.fits((_Mode.FLAT, [" ", inner]))):
            self.rest.append(same)
        elif not (value.forced or value.close) and self.fits((_Mode.FLAT, inner), room=WIDTH - indent - INDENT):
            self.rest.append(below)
        else:
            self.write(" ", indent)
            here = self.hangs(inner)
            self.rest.append((indent, mode, inner) if here else below)

    # -- what fits

    def fits(self, *pieces: tuple[_Mode, Layout], room: int | None = None) -> bool:
        """Tell whether pieces, and what follows up to where a line may end, fit into the rest of this line."""
        room = WIDTH - len(self.row.text) if room is None else room
        stack = [*reversed(pieces)]
        behind = len(self.rest)
        while room >= 0:
            if stack:
                mode, layout = stack.pop()
            elif behind:
                behind -= 1
                mode, layout = self.rest[behind][1], self.rest[behind][2]
                mode = mode or _Mode.FREE
            else:
                return True
            if isinstance(layout, str):
                room -= len(layout)
            elif isinstance(layout, list):
                stack += [(mode, part) for part in reversed(layout)]
            elif isinstance(layout, Break | Remark):
                return True
            elif isinstance(layout, Line | Join):
                if mode in (_Mode.OPEN, _Mode.FREE):
                    return True
                room -= len(layout.flat)
            else:
                length, inner = _inside(mode, layout)
                room -= length
                stack += inner
        return False


def _inside(mode: _Mode, layout: Layout) -> tuple[int, list[tuple[_Mode, Layout]]]:
    """Give the length of a piece, or what is in it and how that stands."""
    if isinstance(layout, Nest):
        return 0, [(mode, layout.inner)]
    if isinstance(layout, Group):
        flat = mode is _Mode.OPEN and not layout.forced
        return 0, [(_Mode.FLAT if flat else mode, layout.inner)]
    if isinstance(layout, Mark):
        return layout.gap, []
    if isinstance(layout, Either):
        return len(layout.broken if mode in (_Mode.OPEN, _Mode.FREE) else layout.flat), []
    if isinstance(layout, After):
        return 0, [(mode, layout.broken if layout.group.broken else layout.other)]
    if isinstance(layout, Value):
        return 1, [(mode, layout.inner)]
    if isinstance(layout, Hang):
        if mode is _Mode.FREE or (mode is _Mode.OPEN and layout.forced):
            return 0, [(mode, layout.bracket), (_Mode.FLAT, layout.before)]
        return 0, [(_Mode.FLAT, layout.broken)]
    return 0, []
