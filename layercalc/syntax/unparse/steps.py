"""Steps as layouts: chains, bodies, branches.

Promises: the author decides where a line of steps ends, and an arrow stands between
two steps of one line; a body is in one line if it was written so and fits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from layercalc.syntax import tree
from layercalc.syntax.unparse.columns import ARROW, BAR, BRACE, LET
from layercalc.syntax.unparse.expressions import arguments, expression, value, words
from layercalc.syntax.unparse.layout import (
    After,
    AssignedValue,
    Break,
    ColumnMark,
    Either,
    Fitted,
    Layout,
    Line,
    MarkPlace,
    Nest,
    SoftBreak,
)
from layercalc.syntax.unparse.lists import Write, bracket, end_of, in_a_row
from layercalc.syntax.unparse.page import Page, before, remarks


def step(page: Page, node: tree.Step) -> Layout:
    """Write one step, and the names for what comes out of it."""
    written = _WRITERS[type(node)](page, node)
    bound = getattr(node, "bound", ())
    return [written, " as ", words(page, bound)] if bound else written


def steps(page: Page, nodes: Sequence[Any], end: int, opening: Layout, write: Write = step) -> list[Layout]:
    """Write steps, and declarations among them, up to `end`."""

    def between(left: Any, right: Any) -> Layout:
        if _is_alone(left) or _is_alone(right) or page.has_break(end_of(left), right.span.start):
            return Break.HARD
        return SoftBreak(" -> ", ColumnMark(ARROW, _name(left)))

    return in_a_row(page, nodes, end, opening, between, write)


def body(page: Page, node: tree.Body, space: Layout) -> Fitted:
    """Write steps in braces, after a space or the mark of a column."""
    end = node.span.end - 1
    return braces(page, node.steps, end, space, lambda opening: steps(page, node.steps, end, opening))


def braces(
    page: Page, nodes: Sequence[Any], end: int, space: Layout, write: Callable[[Layout], list[Layout]]
) -> Fitted:
    """Write nodes in braces that close at `end`, after a space or the mark of a column."""
    if not nodes and not page.has_comment(end):
        return Fitted([space, "{}"])
    opening = Break.HARD if nodes and page.begins_line(nodes[0].span.start) else Line()
    return Fitted([space, "{", Nest(write(opening)), Line(), "}"])


def brace(name: str, begins: bool = False) -> ColumnMark:
    """Mark the column of the braces of named declarations."""
    return ColumnMark(BRACE, name, place=MarkPlace.CLOSED, begins=begins)


def parameters(page: Page, nodes: Sequence[tree.Parameter]) -> Layout:
    """Write parameters in brackets, if there are any."""
    if not nodes:
        return ""
    end = page.find(")", nodes[-1].span.end)
    return bracket(page, "(", nodes, end, _parameter, ")")


def _parameter(page: Page, node: tree.Parameter) -> Layout:
    written = [expression(page, node.name)]
    written += [": ", expression(page, node.kind)] if node.kind is not None else []
    return [*written, *([" = ", expression(page, node.default)] if node.default is not None else [])]


def _is_alone(node: Any) -> bool:
    """Tell whether a node has its own line, as all have except the steps of a chain."""
    return not isinstance(node, tree.Binder)


def _name(node: tree.Step) -> str:
    return node.name.text if isinstance(node, tree.Call) else type(node).__name__


def _call(page: Page, node: tree.Call) -> Layout:
    given = arguments(page, node.arguments, node.span.end - 1) if node.arguments else ""
    return [node.name.text, given]


def _merge(page: Page, node: tree.Merge) -> Layout:
    kind: list[Layout] = [node.kind.text]
    head = node.kind.span.end
    if node.arguments:
        head = page.find(")", node.arguments[-1].span.end)
        kind.append(arguments(page, node.arguments, head))
    return Fitted([*kind, brace(_kind(node)), "{", *_branches(page, node, page.find("{", head)), "}"])


def _kind(node: tree.Merge) -> str:
    """Tell merges whose branches may be columns from others."""
    return f"{node.kind.text} {len(node.branches)}"


def _branches(page: Page, node: tree.Merge, start: int) -> list[Layout]:
    """Write branches up to the closing brace; if a bar stood alone on its line, each of them does."""
    branches, bars = node.branches, [start]
    for branch in branches[:-1]:
        bars.append(page.find("|", _end(branch) if _is_written(branch) else bars[-1] + 1))
    ends = [*bars[1:], node.span.end - 1]
    if not any(map(_is_written, branches)) and len(branches) == 1 and not page.has_comment(ends[0]):
        return []
    begun = [_is_written(branch) and page.begins_line(branch.span.start) for branch in branches]
    alone = any(begun[1:])
    line = Break.HARD if alone or any(map(page.begins_line, [*bars[1:]])) or begun[0] else None
    written: list[Layout] = [Nest(_branch(page, branches[0], ends[0], line or Line()))]
    for place, (branch, end) in enumerate(zip(branches[1:], ends[1:], strict=True)):
        within = _branch(page, branch, end, Break.HARD if alone else "")
        bar = ColumnMark(BAR, f"{_kind(node)} {place}", place, place=MarkPlace.CLOSED)
        written += [line or Line(""), bar, "|"] if _is_written(branches[place]) else [line or Line(), "|"]
        written += [Either(" ", "" if alone else "   ")] if _is_written(branch) else []
        written.append(Nest(within))
    return [*written, Line()]


def _is_written(branch: tree.Body | tree.EachBranch) -> bool:
    """Tell whether anything stands in a branch."""
    return isinstance(branch, tree.EachBranch) or bool(branch.steps)


def _end(branch: tree.Body | tree.EachBranch) -> int:
    """Give the place behind the last step of a branch, or behind the bar of one without steps."""
    body = branch.body if isinstance(branch, tree.EachBranch) else branch
    return end_of(body.steps[-1]) if body.steps else branch.span.end


def _branch(page: Page, branch: tree.Body | tree.EachBranch, end: int, opening: Layout) -> list[Layout]:
    """Write the steps of a branch, behind its loop if it has one."""
    if isinstance(branch, tree.Body):
        return steps(page, branch.steps, end, opening)
    first = page.take(branch.span.start)
    written: list[Layout] = [opening, *remarks(first, first=True), *([Break.FRESH] if first else [])]
    written += ["for ", expression(page, branch.target), " in ", expression(page, branch.items)]
    bar = page.find("|", branch.items.span.end)
    gap = " " if branch.body.steps else ""
    return [*written, *before(page, bar), " |", *steps(page, branch.body.steps, end, gap)]


def _from(page: Page, node: tree.From) -> Layout:
    return ["from ", words(page, node.names)]


def _repeat(page: Page, node: tree.Repeat) -> Layout:
    return ["repeat ", expression(page, node.count), body(page, node.body, brace("repeat"))]


def _for_each(page: Page, node: tree.ForEach) -> Layout:
    head: list[Layout] = ["for ", expression(page, node.target), " in ", expression(page, node.items)]
    return [*head, body(page, node.body, " ")]


def _choose(page: Page, node: tree.Choose) -> Layout:
    bodies = [case for _, case in node.cases]
    starts = [condition.span.start for condition, _ in node.cases[1:]]
    starts += [node.otherwise.span.start] if node.otherwise is not None else []
    breaks = [page.has_break(case.span.end, start) for case, start in zip(bodies, starts, strict=False)]
    written: list[Layout] = []
    last = Fitted("")
    for place, (condition, case) in enumerate(node.cases):
        written += _otherwise(page, last, starts[place - 1], breaks[place - 1]) if place else []
        head: list[Layout] = ["else if " if place else "if ", expression(page, condition)]
        last = body(page, case, brace("if", begins=place == 0))
        written.append([*head, last])
    if node.otherwise is not None:
        written += _otherwise(page, last, starts[-1], breaks[-1])
        written.append(["else", body(page, node.otherwise, brace("if"))])
    return written


def _otherwise(page: Page, last: Fitted, start: int, begins: bool) -> list[Layout]:
    """Write the separator before an `else`: after the last line of a body, else as the author has it."""
    if comments := page.take(start):
        return [*remarks(comments, first=True), Break.FRESH]
    return [After(last, " ", Break.HARD if begins else SoftBreak(" "))]


def _let(page: Page, node: tree.Let) -> Layout:
    return ["let ", expression(page, node.target), ColumnMark(LET), "=", value(page, node.value)]


def _let_function(page: Page, node: tree.LetFunction) -> Layout:
    given = parameters(page, node.parameters) or "()"
    return ["let ", node.name.text, given, ColumnMark(LET), "=", value(page, node.value)]


def _shared(page: Page, node: tree.Shared) -> Layout:
    return [
        "shared ",
        expression(page, node.name),
        ColumnMark(LET),
        "=",
        AssignedValue(step(page, node.call), False),
    ]


_WRITERS: dict[type, Write] = {
    tree.Call: _call,
    tree.Merge: _merge,
    tree.From: _from,
    tree.Repeat: _repeat,
    tree.ForEach: _for_each,
    tree.Choose: _choose,
    tree.Let: _let,
    tree.LetFunction: _let_function,
    tree.Shared: _shared,
}
