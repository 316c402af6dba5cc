"""Declarations as layouts: titles, params, blocks, layers and activations.

Promises: each has a line of its own; the parts of params are columns, as are the laws
of a layer; a doc string may pass the edge.
"""

from __future__ import annotations

from layercalc.syntax import tree
from layercalc.syntax.unparse.columns import LAW, PARAM
from layercalc.syntax.unparse.expressions import expression, value, words
from layercalc.syntax.unparse.layout import Break, ColumnMark, Fitted, Layout, Line, Loose, Nest, SoftBreak
from layercalc.syntax.unparse.lists import Write, in_a_row
from layercalc.syntax.unparse.page import Page, before
from layercalc.syntax.unparse.steps import body, brace, braces, parameters, step, steps

_EQUALS = ColumnMark(PARAM, "=", 0)
_WHERE = ColumnMark(PARAM, "where", 1, gap=3)
_DOC = ColumnMark(PARAM, "doc", 2, gap=3)
_TITLE = ColumnMark(PARAM, "title", 0)
_MEASURE = ColumnMark(PARAM, "measure", 1)


def whole(page: Page, spec: tree.Spec) -> Layout:
    """Write all of a spec."""
    return steps(page, spec.items, spec.span.end, Break.HARD, _item)


def _item(page: Page, node: tree.Declaration | tree.Step) -> Layout:
    write = _WRITERS.get(type(node))
    return write(page, node) if write is not None else step(page, node)  # type: ignore[arg-type]


def _title(page: Page, node: tree.Title) -> Layout:
    return [f"{node.kind} ", expression(page, node.name), *_doc(page, node, node.title, " ")]


def _doc(page: Page, node: tree.Title | tree.Param, text: str, gap: Layout) -> list[Layout]:
    """Write the text that ends a declaration, if it has one."""
    if not text:
        return []
    return [gap, *before(page, node.span.end - len(text) - 2), Loose(f'"{text}"')]


def _use(page: Page, node: tree.Use) -> Layout:
    return ["use ", expression(page, node.path)]


def _param(page: Page, node: tree.Param) -> Layout:
    written: list[Layout] = ["param ", expression(page, node.name)]
    written += [": ", expression(page, node.kind)] if node.kind is not None else []
    if node.default is not None:
        written += [_EQUALS, "=", value(page, node.default)]
    if node.where is not None:
        keyword = page.find("where", (node.default or node.name).span.end)
        comments = before(page, keyword)
        part = Break.FRESH if comments or page.begins_line(keyword) else SoftBreak("")
        written += [*comments, Nest(part), [_WHERE, "where ", expression(page, node.where)]]
    return [*written, *_doc(page, node, node.doc, _DOC)]


def _block(page: Page, node: tree.Block) -> Layout:
    head: list[Layout] = ["block ", node.name.text, parameters(page, node.parameters)]
    head += [" from ", words(page, node.inputs)] if node.inputs else []
    return [*head, body(page, node.body, brace("block"))]


def _layer(page: Page, node: tree.Layer) -> Layout:
    head: list[Layout] = ["layer ", node.name.text, parameters(page, node.parameters)]
    head += [" from ", words(page, node.inputs)] if node.inputs else []
    return [*head, _fields(page, node, node.fields)]


def _activation(page: Page, node: tree.Activation) -> Layout:
    head: list[Layout] = ["activation ", node.name.text, parameters(page, node.parameters), " ="]
    written: list[Layout] = [*head, value(page, node.formula)]
    return [*written, _fields(page, node, node.fields)] if node.fields is not None else written


def _measure(page: Page, node: tree.Measure) -> Layout:
    written: list[Layout] = ["measure ", expression(page, node.name)]
    if node.doc:
        start = page.find(f'"{node.doc}"', node.name.span.end)
        written += [_TITLE, *before(page, start), Loose(f'"{node.doc}"')]
    if not node.over:
        return [*written, _MEASURE, "=", value(page, node.value)]
    comments = before(page, node.value.span.start)
    return [*written, _MEASURE, "= ", *comments, f"{node.over} of ", expression(page, node.value)]


def _fields(page: Page, node: tree.Layer | tree.Activation, fields: tuple[tree.Field, ...]) -> Fitted:
    end = node.span.end - 1
    lines = page.has_comment(end) or any(page.begins_line(field.span.start) for field in fields)
    part = Break.HARD if lines else Line("  ")

    def write(opening: Layout) -> list[Layout]:
        return in_a_row(page, fields, end, part if lines else opening, lambda left, right: part, _field)

    return braces(page, fields, end, brace("layer"), write)


def _field(page: Page, node: tree.Field) -> Layout:
    return [node.name.text, ColumnMark(LAW), "=", value(page, node.value)]


_WRITERS: dict[type, Write] = {
    tree.Title: _title,
    tree.Use: _use,
    tree.Param: _param,
    tree.Block: _block,
    tree.Layer: _layer,
    tree.Activation: _activation,
    tree.Measure: _measure,
}
