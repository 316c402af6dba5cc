"""Nodes in sequence: separators, the comments among them, and brackets around them.

From: nodes, and how each is written. To: layouts. Promises: a comment after a node
stays after it, a comment on its own line stays on its own line; of blank lines one is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from layercalc.syntax.unparse.layout import (
    After,
    Bracket,
    Break,
    ColumnMark,
    Either,
    Hang,
    Layout,
    Line,
    Nest,
    SoftBreak,
    Watched,
    forced,
)
from layercalc.syntax.unparse.page import Page, remarks

Write = Callable[[Page, Any], Layout]
Between = Callable[[Any, Any], Layout]

#: What stands behind the last thing in brackets.
COMMA = Either("", ",")


def end_of(node: Any) -> int:
    """Give the end of a node, including the names that it binds."""
    bound = getattr(node, "bound", ())
    return (bound[-1] if bound else node).span.end  # type: ignore[no-any-return]


def in_a_row(
    page: Page, nodes: Sequence[Any], end: int, opening: Layout, between: Between, write: Write
) -> list[Layout]:
    """Write nodes with separators between them, and the comments up to `end`."""
    written: list[Layout] = []
    previous = None
    for node in nodes:
        comments = page.take(node.span.start)
        written += remarks(comments, first=previous is None)
        part: Layout = Break.HARD if comments else opening if previous is None else between(previous, node)
        written.append(part)
        if part is Break.HARD and (previous is not None or comments) and page.has_blank(node.span.start):
            written.append(Break.HARD)
        written.append(write(page, node))
        previous = node
    return [*written, *remarks(page.take(end), first=previous is None)]


def bracket(
    page: Page,
    opener: str,
    nodes: Sequence[Any],
    end: int,
    write: Write,
    closer: str,
    comma: Either = COMMA,
    cells: Sequence[ColumnMark] = (),
) -> Bracket | Hang | str:
    """Write nodes in brackets that close at `end`; on several lines they keep the author's rows.

    They are open if the author began a line behind the first bracket, or does not fit.
    A bracket that is the only thing in them opens in their place, as does the last
    thing if it is open anyway. `cells` are the columns that the things make.
    """
    if not nodes:
        return f"{opener}{closer}"
    keeps_rows = page.begins_line(nodes[0].span.start) or page.has_comment(end)
    things: list[Watched] = []

    def between(left: Any, right: Any) -> Layout:
        if keeps_rows and page.has_break(end_of(left), right.span.start):
            return Break.HARD
        return After(things[-1], Break.HARD, SoftBreak())

    def item(page: Page, node: Any) -> Layout:
        mark = cells[len(things) : len(things) + 1]
        things.append(Watched(write(page, node)))
        return [*mark, things[-1], "," if node is not nodes[-1] else comma]

    opening = Break.HARD if page.begins_line(nodes[0].span.start) else Line("")
    inner = in_a_row(page, nodes, end, opening, between, item)
    whole = Bracket([opener, Nest(inner), Line(""), closer])
    last = things[-1].inner
    if isinstance(last, Bracket | Hang) and isinstance(inner[-1], list):
        behind = f"{comma.flat}{closer}"
        if len(inner) == 2:
            return Hang(opener, last, behind, [opener, last, behind])
        if last.forced and not forced(inner[:-1]):
            return Hang([opener, *inner[:-1]], last, behind, whole)
    return whole
