"""Values written one by one, with names in common."""

from __future__ import annotations

import sympy

from layercalc.printing.expression_tree import scalar_tree
from layercalc.printing.text import text
from layercalc.writing.written import Written, together

A, B, W = sympy.symbols("a b w", positive=True)


def written(value: sympy.Expr, **parts: sympy.Expr) -> Written:
    return Written(scalar_tree(value), tuple((name, scalar_tree(part)) for name, part in parts.items()))


def told(*values: Written) -> tuple[list[str], list[tuple[str, str]]]:
    trees, parts = together(values)
    return [*map(text, trees)], [(name, text(part)) for name, part in parts]


def test_one_name_has_one_meaning() -> None:
    found = told(written(A + 1, a=W + 1), written(A * 2, a=W + 2), written(B**2, b=W + 1))
    assert found == (["a + 1", "2*b", "a^2"], [("a", "w + 1"), ("b", "w + 2")])


def test_a_name_is_no_symbol_of_another_value() -> None:
    assert told(written(A + 1, a=W + 1), written(A * 2)) == (["b + 1", "2*a"], [("b", "w + 1")])


def test_names_within_names_go_along_and_unused_ones_go() -> None:
    first = written(B + 1, a=W + 1, b=A + 3)
    assert told(first, written(W, a=W + 7)) == (["b + 1", "w"], [("a", "w + 1"), ("b", "a + 3")])
