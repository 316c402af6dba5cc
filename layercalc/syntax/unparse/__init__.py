"""Tree to canonical text: the layout of `layercalc fmt`, with every comment kept.

From: the tree of a spec, and the comments of its source. To: text of the same tree.

The layout: four spaces a level, 110 characters a line, which only texts and comments
pass. Spaces around operators, but for `^` and a fraction of numerals, 1/4. An arrow
between two steps of a line, none at its end. Three spaces before a condition, a doc
string and a comment. In lines one below the other there are columns: the parts of
params, the equals signs of lets and laws, the arms of a `match`, the braces of `if` and
`else`, of repeats, blocks and layers, the bars of merges of one kind, the arrows behind
calls of one name, the cells of tables, and comments. A column puts in 8 spaces at most,
36 before bars, cells and arrows, and any number before comments and in params. Empty
brackets behind a step and an empty doc string go.

The author decides where a line of steps ends, a row of a list that begins a line, a
param before its `where`, an `if` before its `else`; whether a body, a list, a merge or a
match that would fit is in one line, and whether the bars of a merge stand alone. Of
blank lines one is kept. What is too long is broken between steps, at the bars, in the
last bracket or before the loosest operators. All else follows from the tree.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from layercalc import limits
from layercalc.errors import Source, Span, fail
from layercalc.syntax import tree
from layercalc.syntax.node import Node
from layercalc.syntax.parse import parse
from layercalc.syntax.unparse.declarations import whole
from layercalc.syntax.unparse.page import Page, comments
from layercalc.syntax.unparse.printer import render


def unparse(spec: tree.Spec) -> str:
    r"""Write a tree in the canonical layout, with the comments of the text that it was read from.

    >>> unparse(parse(Source("two.arch", "input(3,8,8) # an image\nconv(4,3)relu")))
    'input(3, 8, 8)   # an image\nconv(4, 3) -> relu\n'
    """
    with limits.deep_recursion():
        return render(whole(Page(spec.span.source), spec))


def formatted(source: Source, path: Path | None = None) -> str:
    r"""Format the text of a spec in the canonical layout; `path` is its file, if it has one.

    The text is read, and its tree and its comments are compared with those of the source.

    >>> formatted(Source("one.arch", "input( 3 )"))
    'input(3)\n'

    Raises `SpecError` with every syntax mistake, as `parse` does, and for a text that no
    spec could be read from again.
    """
    spec = parse(source, path)
    text = unparse(spec)
    if len(text.encode()) > limits.FILE_BYTES:
        raise fail(f"{source.name}: laid out it has over {limits.FILE_BYTES:,} bytes, the limit for one file")
    if text != source.text:
        again = Source(source.name, text)
        if not (is_same(spec, parse(again)) and comments(source) == comments(again)):
            raise fail(f"{source.name}: in the canonical layout it would not be the same spec")
    return text


def is_same(one: Any, other: Any) -> bool:
    r"""Tell whether two trees are equal except for their spans.

    >>> is_same(parse(Source("a", "relu -> tanh")), parse(Source("b", "relu\ntanh")))
    True
    """
    pairs = [(one, other)]
    while pairs:
        left, right = pairs.pop()
        if type(left) is not type(right):
            return False
        if isinstance(left, Node):
            left, right = left.values(), right.values()
        if isinstance(left, Span):
            continue
        if not isinstance(left, tuple):
            if left != right:
                return False
        elif len(left) != len(right):
            return False
        else:
            pairs.extend(zip(left, right, strict=True))
    return True
