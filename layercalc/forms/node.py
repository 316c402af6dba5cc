"""The shared nodes of a closed form: sums and maxima that cannot be factored.

From terms; to one interned node for equal terms, so that equality is identity.
Promises: a graph of thousands of nested nodes costs one step a node, and no walk
recurses. It does not know how terms are joined: sums are made in `forms.product`,
maxima in `forms.join`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, Generic, Literal, TypeVar
from weakref import WeakValueDictionary

from layercalc.lazy import sympy
from layercalc.numbers import real

try:  # all of hashlib loads OpenSSL
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

Kind = Literal["sum", "max"]


def digested(data: bytes) -> bytes:
    """Hash to 16 bytes, the same in every run.

    >>> digested(b"2^3").hex()
    '4c0cbc040c1dff3bad41cd691e6dd732'
    """
    return blake2b(data, digest_size=16).digest()


class Part:
    """What is read off every part of a closed form: a product, or a node among its bases.

    Not an `ABC`, which would make `isinstance(base, Join)` slow, and every base is asked.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def free_symbols(self) -> frozenset[sympy.Symbol]:
        """The symbols it depends on."""

    @property
    @abstractmethod
    def joins(self) -> tuple[Join[Any], ...]:
        """The nodes right below it, each once."""

    @property
    @abstractmethod
    def digest(self) -> bytes:
        """Its place in an order that does not depend on hashing."""

    @property
    @abstractmethod
    def bound(self) -> int:
        """A bound on the size of its logarithm."""

    @property
    @abstractmethod
    def at_least_one(self) -> bool:
        """Whether it is seen at once to be at least 1."""

    @property
    @abstractmethod
    def vast(self) -> bool:
        """Whether a number in it is too long to be multiplied out."""

    @abstractmethod
    def log2_bits(self, bits: int) -> real.Real:
        """Take its logarithm to base two as a raw float of so many bits, without symbols."""

    @abstractmethod
    def to_sympy(self) -> sympy.Expr:
        """Write it in sympy."""


T = TypeVar("T", bound=Part)


class Join(Part, Generic[T]):
    """A sum or a maximum of terms without a common factor.

    >>> from layercalc.forms.product import add
    >>> from layercalc.forms.product import Product
    >>> (node,) = add([Product.of(1), Product.of(sympy.Symbol("w", positive=True))]).joins
    >>> node.kind, len(node.terms)
    ('sum', 2)
    """

    __slots__ = (
        "__weakref__", "_expression", "_logs", "at_least_one", "bound", "depth", "digest", "free_symbols",
        "terms", "vast",
    )  # fmt: skip

    _interned: ClassVar[WeakValueDictionary[Any, Join[Any]]] = WeakValueDictionary()

    kind: ClassVar[Kind]
    terms: tuple[T, ...]
    free_symbols: frozenset[sympy.Symbol]
    digest: bytes
    bound: int
    depth: int
    at_least_one: bool
    vast: bool
    _logs: dict[int, real.Real]
    _expression: sympy.Expr | None

    def __new__(cls, terms: Iterable[T]) -> Join[T]:
        """Give the node of these terms; equal nodes are one object."""
        ordered = tuple(sorted(terms, key=lambda term: term.digest))
        key = (cls.kind, ordered)
        known = cls._interned.get(key)
        if known is None:
            known = cls._make(ordered)
            cls._interned[key] = known
        return known

    @classmethod
    def _make(cls, terms: tuple[T, ...]) -> Join[T]:
        self = object.__new__(cls)
        self.terms = terms
        self.free_symbols = _union([term.free_symbols for term in terms])
        digests = b"".join(term.digest for term in terms)
        self.digest = digested(cls.kind.encode() + digests)
        self.bound = max(term.bound for term in terms) + len(terms).bit_length()
        self.depth = 1 + max((join.depth for term in terms for join in term.joins), default=0)
        self.at_least_one = any(term.at_least_one for term in terms)
        self.vast = any(term.vast for term in terms)
        self._logs, self._expression = {}, None
        return self

    def __repr__(self) -> str:
        shown = repr(self.terms) if self.depth <= 8 else f"<{len(self.terms)} terms, depth {self.depth}>"
        return f"Join({self.kind!r}, {shown})"

    @abstractmethod
    def rejoined(self, terms: Sequence[T]) -> T:
        """Join other terms as these are joined."""

    @abstractmethod
    def _log2(self, logs: Sequence[real.Real], bits: int) -> real.Real:
        """Give its logarithm from those of its terms."""

    @abstractmethod
    def _written(self, terms: Sequence[sympy.Expr]) -> sympy.Expr:
        """Write it from its written terms."""

    @property
    def joins(self) -> tuple[Join[T], ...]:
        """The nodes among the bases of its terms."""
        return tuple(dict.fromkeys(join for term in self.terms for join in term.joins))

    def log2_bits(self, bits: int) -> real.Real:
        """Take the logarithm to base two, once for every precision."""
        for node in postorder([self], lambda node: bits not in node._logs):
            node._logs[bits] = node._log2([term.log2_bits(bits) for term in node.terms], bits)
        return self._logs[bits]

    def to_sympy(self) -> sympy.Expr:
        """Write the node as a sympy `Add` or `Max`, once."""
        for node in postorder([self], lambda node: node._expression is None):
            node._expression = node._written([term.to_sympy() for term in node.terms])
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
            stack.extend((child, False) for child in reversed(node.joins))
    return order


def _union(sets: Sequence[frozenset[sympy.Symbol]]) -> frozenset[sympy.Symbol]:
    largest = max(sets, key=len)
    return largest if all(small <= largest for small in sets) else frozenset().union(*sets)
