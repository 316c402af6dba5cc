"""Trees of expressions as text: of the language, or of Python.

From: nodes of `syntax.tree`, as `formula` puts them together. To: one line. Promises: brackets
stand where the operators ask for them and where the tree has a group, nowhere else; the
text of the language reads back as the same tree.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from layercalc.printing.formula import ATOM, OPERANDS, PRODUCT, level
from layercalc.syntax import tree


def text(node: tree.Expression) -> str:
    """Write an expression or a condition in the language.

    >>> from layercalc.printing.formula import numeral, quotient, raised, variable
    >>> text(raised(quotient([variable("a")], [numeral("2")]), variable("n")))
    '(a / 2)^n'
    """
    return _Printer().text(node)


def python(node: tree.Expression) -> str:
    """Write an expression or a condition in Python.

    >>> from layercalc.printing.formula import call, raised, variable
    >>> python(raised(call("math.log2", [variable("w")]), variable("n")))
    'math.log2(w)**n'
    """
    return _Python().text(node)


class _Printer:
    """The rules of the language."""

    power, rounds = "^", "[%s for %s in %s]"

    def text(self, node: Any) -> str:
        match node:
            case tree.Number() | tree.Name():
                written: str = node.text
                return written
            case tree.Chain():
                return self.chain(node)
            case tree.Power():
                return f"{self.within(node.base, ATOM)}{self.power}{self.within(node.exponent, ATOM)}"
            case tree.Prefix(operator="not"):
                return f"not {self.within(node.operand, ATOM)}"
            case tree.Prefix():
                return f"{node.operator}{self.within(node.operand, PRODUCT)}"
            case tree.Group():
                return f"({self.text(node.inner)})"
            case tree.Apply():
                return f"{node.function.text}({self.listed(part.value for part in node.arguments)})"
            case tree.Sequence():
                return f"[{self.listed(node.items)}]"
            case tree.Comprehension(target=tree.Word(text=index)):
                return self.rounds % (self.text(node.value), index, self.text(node.items))
        raise TypeError(f"no formula has a {type(node).__name__}")

    def within(self, node: Any, lowest: int) -> str:
        """Write a node where only operators of a level, and tighter ones, may stand."""
        written = self.text(node)
        return written if level(node) >= lowest else f"({written})"

    def chain(self, node: tree.Chain) -> str:
        own = level(node)
        first, others = OPERANDS[own]
        parts = [self.within(node.operands[0], first)]
        for operator, operand in zip(node.operators, node.operands[1:], strict=True):
            spaced = operator if own == PRODUCT else f" {operator} "
            parts.append(spaced + self.within(operand, others))
        return "".join(parts)

    def listed(self, nodes: Iterable[Any]) -> str:
        return ", ".join(map(self.text, nodes))


class _Python(_Printer):
    """Those of Python, where the rounds of a sum are not put into a list."""

    power, rounds = "**", "%s for %s in %s"
