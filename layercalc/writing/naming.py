"""Names for the parts of a closed form that occur more than once.

From the shared nodes of a value, those within others first; to the nodes that get a
name, and to names that no symbol has. It writes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count

from layercalc.forms.base import Base
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
_OF_ROUNDS = {special.geometric: slice(0, 1), special.recurrence: slice(1, None)}
#: The size of a node that stands as its name.
_NAME = (0, 0)


def repeated(order: Sequence[Join[Product]], value: Product) -> set[Join[Product]]:
    """Choose the nodes that stand more than once in a value or in the nodes under it.

    >>> from layercalc.forms.product import add
    >>> w = sympy.Symbol("w", positive=True)
    >>> once = Product.of(w) + Product.of(1)
    >>> len(repeated(once.joins, once)), len(repeated(once.joins, once * once**w))
    (0, 1)
    """
    uses = _uses(order, value)
    return {node for node in order if uses[node] > 1}


def repeated_atoms(order: Sequence[Join[Product]], value: Product) -> list[sympy.Expr]:
    """Choose the expressions that stand so, in an order that does not depend on hashing.

    >>> n, w = sympy.symbols("n w", positive=True)
    >>> repeated_atoms([], Product.of(w) * Product.of(w) ** n)
    [w]
    """
    found = [base for base, uses in _uses(order, value).items() if uses > 1 and isinstance(base, sympy.Expr)]
    return sorted((base for base in found if base.free_symbols), key=str)


def _uses(order: Iterable[Join[Product]], value: Product) -> Counter[Base]:
    terms = [value, *(term for node in order for term in node.terms)]
    return Counter(base for term in terms for monomial in term.groups.values() for base in monomial)


def repeated_ratios(order: Sequence[Join[Product]], value: Product) -> list[sympy.Expr]:
    """Choose what stands in several expressions: ratios of geometric sums, recurrences, what is in these.

    What stands in another comes before it.

    >>> n, w = sympy.symbols("n w", positive=True)
    >>> repeated_ratios([], Product.of(special.geometric(w + 1, n) * special.geometric(w + 1, n - 1)))
    [w + 1]
    """
    expressions = [base for base in _uses(order, value) if isinstance(base, sympy.Expr)]
    sums = Counter(found for expression in expressions for found in expression.atoms(*_OF_ROUNDS))
    ratios = Counter[sympy.Expr]()
    for found, often in sums.items():
        ratios.update(dict.fromkeys(found.args[_OF_ROUNDS[type(found)]], often))
    recurrences = {found: often for found, often in sums.items() if isinstance(found, special.recurrence)}
    return [
        part
        for uses in (ratios, recurrences)
        for part in sorted((part for part in uses if uses[part] > 1 and part.free_symbols), key=str)
    ]


def too_long(order: Sequence[Join[Product]], roots: Iterable[Join[Product]]) -> set[Join[Product]]:
    """Choose the nodes that get a name: none unless the text would be too long or too nested.

    >>> too_long([], [])
    set()
    """
    roots = [node for node in roots if node in set(order)]
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


def letters(symbols: Iterable[sympy.Symbol]) -> Iterator[str]:
    """Give short names unlike any symbol: a, b, c, d, then a1, a2, and so on.

    >>> from itertools import islice
    >>> list(islice(letters([sympy.Symbol("b")]), 5))
    ['a', 'c', 'd', 'a1', 'a2']
    """
    taken = {symbol.name for symbol in symbols}
    yield from (name for name in "abcd" if name not in taken)
    yield from (name for number in count(1) if (name := f"a{number}") not in taken)


def numbered(symbols: Iterable[sympy.Symbol]) -> Iterator[str]:
    """Give the names s1, s2, and so on, with another beginning where a symbol is called so.

    >>> next(numbered([sympy.Symbol("s3")]))
    's_1'
    """
    names, prefix = [symbol.name for symbol in symbols], "s"
    while any(name.startswith(prefix) and name[len(prefix) :].isdigit() for name in names):
        prefix += "_"
    return (f"{prefix}{number}" for number in count(1))
