"""A measure's value as it is told: in the author's symbols, as a number, as a logarithm.

From: a value of an algebra and the facts that its symbols obey. To: sympy, exact
text, folded text, a double, a logarithm. Promises: nothing overflows; what a
number cannot hold is None, and its logarithm is still given.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from layercalc.assumptions.domain import Domain
from layercalc.display import Shown
from layercalc.forms.node import postorder
from layercalc.forms.product import Product
from layercalc.lazy import sympy
from layercalc.network import Network
from layercalc.numbers import binary, finite_sums
from layercalc.numbers.expansion import expanded
from layercalc.numbers.logs import Constant
from layercalc.numbers.scalar import Scalar, plain, symbolic
from layercalc.printing import expression_tree
from layercalc.records import dataclass, field, replace
from layercalc.writing import forms, written

if TYPE_CHECKING:
    from layercalc.assumptions import Facts
    from layercalc.writing.written import Written

LOG_DIGITS = 30


@dataclass(frozen=True)
class Closed(Shown):
    """The value of one measure, exact or symbolic.

    >>> import sympy
    >>> n = sympy.Symbol("n", positive=True, integer=True)
    >>> value = Closed(Product.of(2) ** (1000 * n))
    >>> value.expr, value.substitute({"n": 5}).log2
    (2**(1000*n), 5000.0)
    """

    value: Product | Scalar
    sums: tuple[Scalar, ...] = field(default=(), repr=False, compare=False)
    facts: Facts | None = field(default=None, repr=False, compare=False)
    domain: Domain | None = field(default=None, repr=False, compare=False)

    @classmethod
    def told(
        cls,
        value: Product | Scalar,
        facts: Facts | None,
        sums: Sequence[Scalar] = (),
        domain: Domain | None = None,
    ) -> Closed:
        """Put the author's symbols back where the facts had replaced them.

        `sums` are factors of the value that its folded text writes as they are; `domain` is
        where the value is that of the network.
        """
        shown = [facts.restore(factor) if facts is not None else factor for factor in sums]
        if facts is None:
            return cls(value, tuple(shown))
        if not isinstance(value, Product):
            return cls(expanded(facts.restore(value)), facts=facts, domain=domain)
        if not value.is_zero:
            for before, after in zip(sums, shown, strict=True):
                value /= Product.of(before)
                value = value.substitute(facts.stands_for) * Product.of(after)
        return cls(value.substitute(facts.stands_for), tuple(shown), facts, domain)

    @property
    def symbols(self) -> tuple[str, ...]:
        """The names of the symbols in it, sorted."""
        return tuple(sorted(str(symbol) for symbol in self._free()))

    @property
    def holds(self) -> Domain:
        """The numbers at which it is the measure of a network.

        >>> from layercalc.measures import measure_all
        >>> from layercalc.resolve import resolve
        >>> from layercalc.resolve.points import read_points
        >>> from layercalc.resolve.loading import load_program
        >>> network = resolve(load_program("resnet"), {"depth": read_points("depth", "n")[0]})
        >>> print(measure_all(network, ["params"])["params"].holds)
        n = 35, 38, 41, ... (n >= 35, n mod 3 = 2); other networks at 18, 34, 152
        """
        return self.domain or Domain()

    def freely(self) -> Closed:
        """Give the same value as a function of real numbers, which holds wherever it can be calculated."""
        return replace(self, domain=None)

    def _free(self) -> frozenset[sympy.Symbol] | set[sympy.Symbol]:
        return frozenset() if isinstance(self.value, int | Fraction) else self.value.free_symbols

    @cached_property
    def product(self) -> Product:
        """The value in factors."""
        return self.value if isinstance(self.value, Product) else Product.of(self.value)

    @property
    def expr(self) -> sympy.Expr:
        """The value in sympy; vast powers of numbers stay unevaluated."""
        return self.value.to_sympy() if isinstance(self.value, Product) else symbolic(self.value)

    def has(self, *functions: type[sympy.Basic]) -> bool:
        """Tell whether a function of sympy's stands in it; sums that it shares are not written out.

        >>> import sympy
        >>> Closed(sympy.floor(sympy.Symbol("n") / 2)).has(sympy.floor)
        True
        """
        if not isinstance(self.value, Product):
            return bool(symbolic(self.value).has(*functions))
        nodes = postorder(self.value.joins, lambda _: True)
        terms = [self.value, *(term for node in nodes for term in node.terms)]
        parts = (part for term in terms for group in term.groups.items() for part in (group[0], *group[1]))
        return any(isinstance(part, sympy.Basic) and part.has(*functions) for part in parts)

    @cached_property
    def number(self) -> int | Fraction | float | None:
        """The number: exact where it is rational, else a double; None if symbolic or beyond doubles."""
        if isinstance(self.value, int | Fraction):
            return self.value
        if self._free():
            return None
        exact = self.product.rational()
        return exact if exact is not None else self.product.to_float()

    @cached_property
    def log2(self) -> float | None:
        """The logarithm to base two; None if symbolic or beyond doubles, minus infinity for 0."""
        if self._free():
            return None
        if self.product.is_zero:
            return -math.inf
        log = binary.to_float(self.product.raw_log2(LOG_DIGITS))
        return log if math.isfinite(log) else None

    def substitute(self, values: Mapping[str, Scalar]) -> Closed:
        """Put numbers, or other expressions, in place of symbols.

        Raises `SpecError` for values outside the domain, and for a name that is no symbol of it.
        """
        free = {str(symbol): symbol for symbol in self._free()}
        domain = None if self.domain is None else self.domain.put_in(values)
        chosen = {free[name]: value for name, value in values.items() if name in free}
        if isinstance(self.value, int | Fraction) or not chosen:
            return replace(self, domain=domain)
        if isinstance(self.value, Product):
            return Closed(self.value.substitute(chosen), domain=domain)
        symbols = {symbol: symbolic(value) for symbol, value in chosen.items()}
        return Closed(plain(finite_sums.put_in(self.value, symbols)), domain=domain)

    @cached_property
    def cases(self) -> tuple[tuple[str, Closed], ...]:
        """The conditions on a symbol that tell its maxima apart, each with the value there.

        >>> import sympy
        >>> from layercalc.forms.join import maximum
        >>> w = sympy.Symbol("w", positive=True, integer=True)
        >>> value = Closed(maximum([Product.of(w), Product.of(Fraction(71, 6))]))
        >>> [(when, closed.folded()) for when, closed in value.cases]
        [('w < 11.8', '11.833'), ('w >= 11.8', 'w')]
        """
        if not self._has_maximum():
            return ()
        if not isinstance(self.value, Product):
            return self._small_counts()
        from layercalc.forms.cases import cases, open_symbols

        low, high = None, None
        if self.facts is not None and len(open_ := open_symbols(self.value)) == 1:
            low, high = self.facts.bounds(*open_)
        found = cases(self.value, low, high)
        return tuple((case.when, replace(self, value=case.value)) for case in found)

    def _has_maximum(self) -> bool:
        if isinstance(self.value, Product):
            return any(node.kind == "max" for node in postorder(self.value.joins, lambda node: True))
        return not isinstance(self.value, Constant) and self.value.has(sympy.Max)

    def _small_counts(self) -> tuple[tuple[str, Closed], ...]:
        """Tell a scalar at the first whole numbers of its symbol, and from there on."""
        from layercalc.forms.cases import open_in, small_counts

        maxima = open_in(symbolic(self.value))
        if len(maxima) != 1:
            return ()
        (symbol,) = maxima
        low = self.facts.bounds(symbol).low if self.facts is not None else None
        found = small_counts(symbolic(self.value), 1 if low is None else math.ceil(low))
        return tuple((when, replace(self, value=value)) for when, value in found)

    def exact(self) -> Written:
        """Write it in the language's own syntax, nothing rounded."""
        if isinstance(self.value, Constant):
            return written.Written(expression_tree.scalar_tree(self.value))
        return forms.exact_text(self.value)

    def folded(self, digits: int = 5) -> str:
        """Write it with its constants folded to some significant digits, symbols kept."""
        return str(self.folded_parts(digits))

    def folded_parts(self, digits: int = 5) -> Written:
        """Write it folded, what stands in it more than once by name."""
        if isinstance(self.value, Constant):
            return written.Written(expression_tree.scalar_tree(self.value, digits))
        if not self._free() and (isinstance(self.value, Product) or self.has(sympy.Sum, sympy.Product)):
            return written.Written(written.folded_constant(self.product, digits))
        return forms.folded_parts(self.value, digits, self.sums)


def domain_of(network: Network, laws: Iterable[str]) -> Domain:
    """Give where a value holds that is read off some laws of a network's layers."""
    facts, granted = network.facts, network.granted
    if facts is None:
        return Domain()
    kinds = (granted.declared, granted.of(laws), granted.others)
    return Domain(tuple(facts.symbols), *(tuple(dict.fromkeys(map(facts.restore, kind))) for kind in kinds))
