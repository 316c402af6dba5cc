"""Chooses the parts of a closed form that get a name: what occurs more than once, what is long.

From the shared nodes of a value, those within others first; to those that are named. It writes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from layercalc.forms.node import Join
from layercalc.forms.product import Product
from layercalc.lazy import sympy
from layercalc.numbers import special

#: A text that would be longer names its shared nodes.
LONG = 2000
#: Nodes shorter than this are written out wherever they stand in it.
SHORT = 40
#: Nodes within each other up to this are written out; the language reads 256 brackets.
NESTED = 40
#: Functions of rounds, and which of their arguments do not count these.
_OF_ROUNDS = {"geometric": slice(0, 1), "recurrence": slice(1, None)}
#: The size of a node that stands as its name.
_NAME = (0, 0)


def repeated(
    order: Sequence[Join[Product]], value: Product
) -> tuple[set[Join[Product]], list[sympy.Expr], list[sympy.Expr]]:
    """Choose what stands more than once in a value or in the nodes under it.

    These are nodes, parts of expressions, and expressions, in an order that does not depend on hashing. The
    parts are ratios of geometric sums and what stands in recurrences, then the recurrences themselves.

    >>> n, w = sympy.symbols("n w", positive=True)
    >>> once = Product.of(w) + Product.of(1)
    >>> len(repeated(once.joins, once)[0]), len(repeated(once.joins, once * once**w)[0])
    (0, 1)
    >>> sums = Product.of(special.geometric(w + 1, n) * special.geometric(w + 1, n - 1))
    >>> repeated([], sums * Product.of(w) * Product.of(w) ** n)
    (set(), [w + 1], [w])
    """
    terms = [value, *(term for node in order for term in node.terms)]
    uses = Counter(base for term in terms for monomial in term.groups.values() for base in monomial)
    expressions = {base: often for base, often in uses.items() if isinstance(base, sympy.Expr)}
    sums = Counter(
        found
        for expression in expressions
        for found in expression.atoms(special.geometric, special.recurrence)
    )
    inner = Counter[sympy.Expr]()
    for found, often in sums.items():
        inner.update(dict.fromkeys(found.args[_OF_ROUNDS[type(found).__name__]], often))
    recurrences = {found: often for found, often in sums.items() if isinstance(found, special.recurrence)}
    shared = [*_several(inner), *_several(recurrences)]
    return {node for node in order if uses[node] > 1}, shared, _several(expressions)


def _several(uses: Mapping[sympy.Expr, int]) -> list[sympy.Expr]:
    return sorted((found for found, often in uses.items() if often > 1 and found.free_symbols), key=str)


def too_long(order: Sequence[Join[Product]], roots: Iterable[Join[Product]]) -> set[Join[Product]]:
    """Choose the nodes that get a name: none unless the text would be too long or too nested.

    >>> too_long([], [])
    set()
    """
    roots = {*roots} & {*order}
    plain = _sizes(order, lambda node, length, depth: False)
    if sum(plain[node][0] for node in roots) <= LONG and all(plain[node][1] <= NESTED for node in roots):
        return set()
    uses = Counter(child for node in order for term in node.terms for child in term.joins)
    uses.update(roots)
    sizes = _sizes(order, lambda node, length, depth: depth > NESTED or (uses[node] > 1 and length > SHORT))
    return {node for node, size in sizes.items() if size == _NAME}


def _sizes(
    order: Iterable[Join[Product]], has_name: Callable[[Join[Product], int, int], bool]
) -> dict[Join[Product], tuple[int, int]]:
    """Estimate the characters and the nesting of the texts of nodes; those with a name count for nothing."""
    sizes: dict[Join[Product], tuple[int, int]] = {}
    for node in order:
        within = [sizes[child] for term in node.terms for child in term.joins if child in sizes]
        length = 8 * sum(len(monomial) for term in node.terms for monomial in term.groups.values())
        length += sum(inner for inner, _ in within)
        depth = 1 + max((inner for _, inner in within), default=0)
        sizes[node] = _NAME if has_name(node, length, depth) else (length, depth)
    return sizes
