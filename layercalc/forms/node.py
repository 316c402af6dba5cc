"""The shared nodes of a closed form: sums and maxima that do not come apart.

From terms; to one interned node for equal terms, so that equality is identity.
Promises: a graph of thousands of nested nodes costs one step a node, and no walk
recurses. It does not know what a term is (`forms.product` does), nor when two
terms may be joined (`forms.join`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from typing import Any, ClassVar, Generic, Literal, Protocol, TypeVar
from weakref import WeakValueDictionary

import sympy

from layercalc.numbers import real

#: Maxima within each other up to this many are ordered by sympy.
ORDERED = 12

Kind = Literal["sum", "max"]


class Term(Protocol):
    """What a node needs of its terms; `Product` is the one there is."""

    @property
    def free_symbols(self) -> frozenset[sympy.Symbol]:
        """The symbols it depends on."""

    @property
    def joins(self) -> tuple[Join[Any], ...]:
        """The nodes among its bases."""

    @property
    def digest(self) -> bytes:
        """Its place in an order that does not depend on hashing."""

    @property
    def bound(self) -> int:
        """A bound on the size of its logarithm."""

    @property
    def at_least_one(self) -> bool:
        """Whether it is seen at once to be at least 1."""

    @property
    def vast(self) -> bool:
        """Whether a number in it is too long to be multiplied out."""

    def log2_bits(self, bits: int) -> real.Real:
        """Take its logarithm, without symbols."""

    def to_sympy(self) -> sympy.Expr:
        """Write it in sympy."""


T = TypeVar("T", bound=Term)


class Join(Generic[T]):
    """A sum or a maximum of terms without a common factor.

    `rebuild` joins changed terms again; `bound` is at least the size of the
    logarithm, `digest` an order that does not depend on hashing, `at_least_one`
    and `vast` (too large to be multiplied out) are known of every value.

    >>> from layercalc.forms.join import add
    >>> from layercalc.forms.product import Product
    >>> (node,) = add([Product.of(1), Product.of(sympy.Symbol("w", positive=True))]).joins
    >>> node.kind, len(node.terms)
    ('sum', 2)
    """

    __slots__ = (
        "__weakref__", "_expression", "_logs", "at_least_one", "bound", "depth", "digest", "free_symbols",
        "kind", "rebuild", "terms", "vast",
    )  # fmt: skip

    _interned: ClassVar[WeakValueDictionary[Any, Join[Any]]] = WeakValueDictionary()

    kind: Kind
    terms: tuple[T, ...]
    rebuild: Callable[[Sequence[T]], T]
    free_symbols: frozenset[sympy.Symbol]
    digest: bytes
    bound: int
    depth: int
    at_least_one: bool
    vast: bool
    _logs: dict[int, real.Real]
    _expression: sympy.Expr | None

    def __new__(cls, kind: Kind, terms: Iterable[T], rebuild: Callable[[Sequence[T]], T]) -> Join[T]:
        """Give the node of these terms, the one there is if there is one."""
        ordered = tuple(sorted(terms, key=lambda term: term.digest))
        key = (kind, ordered)
        known = cls._interned.get(key)
        if known is None:
            known = cls._make(kind, ordered, rebuild)
            cls._interned[key] = known
        return known

    @classmethod
    def _make(cls, kind: Kind, terms: tuple[T, ...], rebuild: Callable[[Sequence[T]], T]) -> Join[T]:
        self = object.__new__(cls)
        self.kind, self.terms, self.rebuild = kind, terms, rebuild
        self.free_symbols = _union([term.free_symbols for term in terms])
        self.digest = blake2b(kind.encode() + b"".join(t.digest for t in terms), digest_size=16).digest()
        self.bound = max(term.bound for term in terms) + len(terms).bit_length()
        self.depth = 1 + max((join.depth for term in terms for join in term.joins), default=0)
        self.at_least_one = any(term.at_least_one for term in terms)
        self.vast = any(term.vast for term in terms)
        self._logs, self._expression = {}, None
        return self

    def __repr__(self) -> str:
        shown = repr(self.terms) if self.depth <= 8 else f"<{len(self.terms)} terms, depth {self.depth}>"
        return f"Join({self.kind!r}, {shown})"

    def log2_bits(self, bits: int) -> real.Real:
        """Take the logarithm to base two, once for every precision."""
        for node in postorder([self], lambda node: bits not in node._logs):
            logs = [term.log2_bits(bits) for term in node.terms]
            node._logs[bits] = real.log2_sum(logs, bits) if node.kind == "sum" else real.largest(logs)
        return self._logs[bits]

    def to_sympy(self) -> sympy.Expr:
        """Write the node as a sympy `Add` or `Max`, once."""
        for node in postorder([self], lambda node: node._expression is None):
            terms = [term.to_sympy() for term in node.terms]
            if node.kind == "max":
                node._expression = _maximum(terms, node.depth)
            else:
                node._expression = sympy.Add(*terms, evaluate=not node.vast)
        return self._expression


def postorder(roots: Iterable[Join[T]], wanted: Callable[[Join[T]], bool]) -> list[Join[T]]:
    """List the wanted nodes under the roots, each once and after those in its terms.

    What stands only under an unwanted node is left out.
    """
    order: list[Join[T]] = []
    seen: set[Join[T]] = set()
    stack = [(root, False) for root in reversed(list(roots))]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif node not in seen and wanted(node):
            seen.add(node)
            stack.append((node, True))
            stack.extend((child, False) for term in reversed(node.terms) for child in reversed(term.joins))
    return order


def _maximum(terms: Sequence[sympy.Expr], depth: int) -> sympy.Expr:
    """Write a maximum; a deep one without sympy's ordering of arguments, which visits every path."""
    if depth <= ORDERED:
        return sympy.Max(*terms, evaluate=False)
    made = sympy.Expr.__new__(sympy.Max, *terms)
    made._argset = frozenset(terms)
    return made


def _union(sets: Sequence[frozenset[sympy.Symbol]]) -> frozenset[sympy.Symbol]:
    largest = max(sets, key=len)
    return largest if all(small <= largest for small in sets) else frozenset().union(*sets)
