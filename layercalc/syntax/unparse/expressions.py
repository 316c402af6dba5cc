"""Expressions as layouts: a function for each kind of node.

Promises: an operator has a space on both sides, but for `^` and the stroke of a
fraction of numerals; a piece too long for its line is broken before its loosest
operators, or in its last bracket.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from layercalc.syntax import tree
from layercalc.syntax.unparse.columns import ARM, CELL
from layercalc.syntax.unparse.layout import (
    AssignedValue,
    Bracket,
    Break,
    ColumnMark,
    Either,
    Fitted,
    Hang,
    Layout,
    Line,
    MarkPlace,
    Nest,
    forced,
)
from layercalc.syntax.unparse.lists import COMMA, bracket, in_a_row
from layercalc.syntax.unparse.page import Page, before, remarks

#: Operators whose last operand may open its bracket, rather than that the line ends before it.
_TIGHT = {"+", "-", "*", "/", "//", "%"}
#: Patterns that may follow an arm on a line of their own without a comma, as the grammar has it.
_PLAIN = (tree.Number, tree.Name, tree.String)


def expression(page: Page, node: tree.Expression | tree.ItemNames | tree.Entry) -> Layout:
    """Write an expression, or the names that a value is bound to."""
    comments = before(page, node.span.start)
    written = _WRITERS[type(node)](page, node)
    return [*comments, written] if comments else written


def value(page: Page, node: tree.Expression) -> Layout:
    """Write the value after an equals sign."""
    comments = page.take(node.span.start)
    written = expression(page, node)
    if comments:
        return Nest([*remarks(comments, first=True), Break.FRESH, written])
    return AssignedValue(written, isinstance(node, tree.Sequence | tree.Match | tree.Comprehension))


def arguments(page: Page, nodes: Sequence[tree.Argument], end: int) -> Layout:
    """Write arguments in their brackets."""
    return bracket(page, "(", nodes, end, _argument, ")")


def words(page: Page, nodes: Sequence[tree.ValueName]) -> Layout:
    """Write names with commas between them."""
    written: list[Layout] = []
    for node in nodes:
        written += [", ", expression(page, node)] if written else [expression(page, node)]
    return written


def _argument(page: Page, node: tree.Argument) -> Layout:
    if node.name is None:
        return expression(page, node.value)
    return [expression(page, node.name), " = ", expression(page, node.value)]


def _text(page: Page, node: Any) -> Layout:
    return str(node.text)


def _string(page: Page, node: tree.String) -> Layout:
    return f'"{node.text}"'


def _current(page: Page, node: tree.Current) -> Layout:
    return "in"


def _attribute(page: Page, node: tree.Attribute) -> Layout:
    return [expression(page, node.operand), ".", expression(page, node.name)]


def _index(page: Page, node: tree.Index) -> Layout:
    return [expression(page, node.operand), "[", expression(page, node.index), "]"]


def _entry(page: Page, node: tree.Entry) -> Layout:
    return [expression(page, node.name), "[", expression(page, node.index), "]"]


def _apply(page: Page, node: tree.Apply) -> Layout:
    name = node.function.text
    return bracket(page, f"{name}(", node.arguments, node.span.end - 1, _argument, ")")


def _group(page: Page, node: tree.Group) -> Layout:
    return bracket(page, "(", [node.inner], node.span.end - 1, expression, ")", Either("", ""))


def _sequence(page: Page, node: tree.Sequence) -> Layout:
    rows = [item.items for item in node.items if isinstance(item, tree.Sequence)]
    if len(rows) == len(node.items) > 1 and len({len(row) for row in rows}) == 1 and len(rows[0]) > 1:
        right = [all(map(_is_numeral, column)) for column in zip(*rows, strict=True)]
        return _bracketed(page, node, lambda page, row: _row(page, row, right))
    return _bracketed(page, node, expression)


def _bracketed(
    page: Page, node: tree.Sequence, write: Callable[[Page, Any], Layout], cells: Sequence[ColumnMark] = ()
) -> Layout:
    closer, end = ")" if node.bracket == "(" else "]", node.span.end - 1
    comma = Either(",", ",") if node.bracket == "(" and len(node.items) == 1 else COMMA
    return bracket(page, node.bracket, node.items, end, write, closer, comma, cells)


def _row(page: Page, node: tree.Sequence, right: Sequence[bool]) -> Layout:
    """Write a row of a table: its cells are columns, with numbers aligned right."""
    cells = [
        ColumnMark(CELL, str(rank), rank, 0, _width(item) if number else 0, MarkPlace.CLOSED)
        for rank, (item, number) in enumerate(zip(node.items, right, strict=True))
    ]
    comments = before(page, node.span.start)
    row = _bracketed(page, node, expression, cells)
    return [*comments, row] if comments else row


def _is_numeral(node: tree.Expression) -> bool:
    return isinstance(node, tree.Number) or (
        isinstance(node, tree.Prefix) and isinstance(node.operand, tree.Number)
    )


def _width(node: tree.Expression) -> int:
    return 1 + _width(node.operand) if isinstance(node, tree.Prefix) else len(getattr(node, "text", ""))


def _comprehension(page: Page, node: tree.Comprehension) -> Layout:
    parts: list[Layout] = [expression(page, node.value), Line(), "for ", expression(page, node.target)]
    parts += [" in ", expression(page, node.items)]
    if node.condition is not None:
        parts += [Line(), "if ", expression(page, node.condition)]
    opening = Break.HARD if page.begins_line(node.value.span.start) else Line("")
    closing = remarks(page.take(node.span.end - 1), first=True)
    return Bracket(["[", Nest([opening, Fitted([*parts, *closing])]), Line(""), "]"])


def _chain(page: Page, node: tree.Chain) -> Layout:
    first, *others = node.operands
    operators = node.operators
    # A fraction that is a number.
    if operators == ("/",) and all(map(_is_numeral, node.operands)):
        return [expression(page, first), "/", expression(page, others[0])]
    parts: list[Layout] = [expression(page, first)]
    for operator, operand in zip(operators, others, strict=True):
        parts += [*remarks(page.take(operand.span.start), first=True), Line()]
        last = expression(page, operand)
        parts.append([f"{operator} ", last])
    broken: list[Layout] = [parts[0], Nest(parts[1:])]
    if operators[-1] in _TIGHT and isinstance(last, Bracket | Hang) and not forced(parts[:-1]):
        return Hang([*parts[:-1], f"{operators[-1]} "], last, "", broken)
    return Fitted(broken)


def _prefix(page: Page, node: tree.Prefix) -> Layout:
    space = " " if node.operator == "not" or isinstance(node.operand, tree.Prefix) else ""
    operator, operand = f"{node.operator}{space}", expression(page, node.operand)
    if isinstance(operand, Bracket | Hang):
        return Hang(operator, operand, "", [operator, operand])
    return [operator, operand]


def _power(page: Page, node: tree.Power) -> Layout:
    return [expression(page, node.base), "^", expression(page, node.exponent)]


def _conditional(page: Page, node: tree.Conditional) -> Layout:
    parts: list[Layout] = []
    for condition, result in node.cases:
        parts += [*_otherwise(page, condition, parts), "if ", expression(page, condition)]
        parts += [" then ", expression(page, result)]
    return Fitted([*parts, *_otherwise(page, node.otherwise, parts), expression(page, node.otherwise)])


def _otherwise(page: Page, node: tree.Expression, before: list[Layout]) -> list[Layout]:
    return [*remarks(page.take(node.span.start), first=True), Line(), "else "] if before else []


def _match(page: Page, node: tree.Match) -> Layout:
    subject = expression(page, node.subject)
    starts = [arm.span.start for arm in node.arms]
    lines = page.has_comment(node.span.end) or any(map(page.begins_line, starts))
    part = Break.HARD if lines else Line()
    commas = dict(zip(starts, map(_comma, node.arms[1:]), strict=False))

    def arm(page: Page, arm: tree.Arm) -> Layout:
        return [_arm(page, arm), commas.get(arm.span.start, "")]

    inner = in_a_row(page, node.arms, node.span.end - 1, part, lambda left, right: part, arm)
    return Bracket(["match ", subject, " {", Nest(inner), Line(), "}"])


def _comma(following: tree.Arm) -> Layout:
    """Write the separator before an arm; at a line's end a comma only where its pattern needs one."""
    plain = isinstance(following.patterns[0], _PLAIN) if following.patterns else True
    return Either(",", "" if plain else ",")


def _arm(page: Page, node: tree.Arm) -> Layout:
    patterns: list[Layout] = ["else"] if not node.patterns else []
    for pattern in node.patterns:
        patterns += [" | ", expression(page, pattern)] if patterns else [expression(page, pattern)]
    return [*patterns, ColumnMark(ARM), "=>", value(page, node.value)]


_WRITERS: dict[type, Callable[[Page, Any], Layout]] = {
    tree.Word: _text,
    tree.Number: _text,
    tree.Name: _text,
    tree.String: _string,
    tree.Current: _current,
    tree.Attribute: _attribute,
    tree.Index: _index,
    tree.Entry: _entry,
    tree.Apply: _apply,
    tree.Group: _group,
    tree.Sequence: _sequence,
    tree.Comprehension: _comprehension,
    tree.Targets: lambda page, node: bracket(page, "(", node.items, node.span.end - 1, expression, ")"),
    tree.Chain: _chain,
    tree.Prefix: _prefix,
    tree.Power: _power,
    tree.Conditional: _conditional,
    tree.Match: _match,
}
