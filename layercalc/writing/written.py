"""What is written: a tree, and what the names in it stand for.

From trees that were written one by one, each with names of its own; to their text, and to trees with
names in common. Promises: what is the same in several of them has one name, a name has one
meaning and is no symbol of any of them, and none is left that nothing uses.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import count
from typing import Any

from layercalc.forms.product import Product
from layercalc.printing.decimals import folded_log2, folded_number
from layercalc.printing.formula import letters, variable
from layercalc.printing.text import text
from layercalc.records import dataclass
from layercalc.syntax import tree
from layercalc.syntax.node import Node
from layercalc.syntax.tree import Expression
from layercalc.syntax.walk import value_names

#: The names that are given first.
NAMES = "abcd"


@dataclass(frozen=True)
class Written:
    """An expression, and what the names in it stand for, each after those it uses.

    >>> str(Written(variable("s1"), (("s1", variable("w")),)))
    's1 where s1 = w'
    """

    tree: Expression
    parts: tuple[tuple[str, Expression], ...] = ()

    @cached_property
    def text(self) -> str:
        """The expression as text."""
        return text(self.tree)

    @cached_property
    def definitions(self) -> tuple[tuple[str, str], ...]:
        """The names, and the texts of what they stand for."""
        return tuple((name, text(part)) for name, part in self.parts)

    def __str__(self) -> str:
        """Write both in one line."""
        named = ", ".join(f"{name} = {meaning}" for name, meaning in self.definitions)
        return f"{self.text} where {named}" if named else self.text


def folded_constant(value: Product, digits: int) -> Expression:
    """Write a number to some digits, straight from its logarithm where it is no rational one.

    >>> text(folded_constant(Product.of(10) ** 1505, 5))
    '1 * 10^1505'
    """
    exact = value.rational()
    if exact is not None:
        return folded_number(exact, digits)
    return folded_log2(value.log2_bits(value.precision(40)), digits)


def together(values: Sequence[Written]) -> tuple[list[Expression], tuple[tuple[str, Expression], ...]]:
    """Give the trees of some values, and what the names in them stand for.

    >>> one, other = (Written(variable(name), ((name, variable("w")),)) for name in "ab")
    >>> trees, parts = together([one, other])
    >>> [text(found) for found in trees], [(name, text(part)) for name, part in parts]
    (['a', 'a'], [('a', 'w')])
    """
    symbols = {name for value in values for name in _symbols(value)}
    fresh, parts, trees = letters(NAMES, symbols), dict[str, tuple[str, Expression]](), list[Expression]()
    for value in values:
        new: dict[str, str] = {}
        for name, part in value.parts:
            meaning = _renamed(part, new)
            if (told := text(meaning)) not in parts:
                parts[told] = next(fresh), meaning
            new[name], _ = parts[told]
        trees.append(_renamed(value.tree, new))
    used = value_names(tuple(trees))
    for name, meaning in reversed(parts.values()):
        if name in used:
            used |= value_names(meaning)
    return trees, tuple(part for part in parts.values() if part[0] in used)


def _symbols(value: Written) -> set[str]:
    found = value_names((value.tree, *(part for _, part in value.parts)))
    return found - {name for name, _ in value.parts}


def _renamed(node: Any, new: Mapping[str, str]) -> Any:
    """Write a tree with other names."""
    if isinstance(node, tree.Name):
        return variable(new[node.text]) if node.text in new else node
    if isinstance(node, tuple) and not hasattr(node, "_fields"):
        return tuple(_renamed(part, new) for part in node)
    return type(node)(*(_renamed(part, new) for part in node.values())) if isinstance(node, Node) else node


def numbered(taken: Collection[str]) -> Iterator[str]:
    """Give the names s1, s2, and so on, with another beginning where a symbol is called so.

    >>> next(numbered({"s3"}))
    's_1'
    """
    prefix = "s"
    while any(name.startswith(prefix) and name[len(prefix) :].isdigit() for name in taken):
        prefix += "_"
    return (f"{prefix}{number}" for number in count(1))
