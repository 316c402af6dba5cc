"""How fast a closed form grows at a point: rates and elasticities.

From: a closed form and one of its symbols. To: the derivative of its logarithm as a sum of
signed products, factor by factor. Promises: nothing is multiplied out, so that a text of it
stays short. It raises `Open` where there is no derivative in closed form, as of a maximum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from layercalc import limits
from layercalc.forms.base import Base
from layercalc.forms.node import Join, postorder
from layercalc.forms.product import ONE, Product, add
from layercalc.forms.series import weighted_sum
from layercalc.growth.growth import Growth
from layercalc.growth.regime import Open
from layercalc.lazy import mpmath, sympy
from layercalc.numbers import precision
from layercalc.numbers.log2 import log2
from layercalc.numbers.rational import Number
from layercalc.numbers.scalar import Scalar, plain, symbolic
from layercalc.numbers.special import digamma, geometric, recurrence, rising

LN2 = Product.of(sympy.log(2))
#: What sympy would differentiate by guess, or not at all.
_NO_DERIVATIVE = (
    recurrence, digamma, sympy.Sum, sympy.Product, sympy.Max, sympy.Min, sympy.floor, sympy.ceiling,
    sympy.Mod, sympy.Abs,
)  # fmt: skip
#: Digits to which a sum of signed terms is taken at a number.
DIGITS = 40


@dataclass(frozen=True)
class SignedSum:
    """A sum of products with signs.

    >>> w = sympy.Symbol("w", positive=True)
    >>> SignedSum.of(w - 3).at({w: 5})
    2.0
    """

    terms: tuple[tuple[int, Product], ...] = ()

    @classmethod
    def of(cls, value: Scalar) -> SignedSum:
        """Take a scalar as a sum: what is added in one product, what is taken off in another."""
        sides: dict[int, list[Product]] = {1: [], -1: []}
        for term in sympy.Add.make_args(symbolic(value)):
            growth = Growth.of(term)
            sides[growth.sign].append(growth.constant)
        return cls(tuple((sign, add(side)) for sign, side in sides.items() if side))

    def times(self, factor: Product) -> SignedSum:
        """Multiply each term."""
        return SignedSum(tuple((sign, term * factor) for sign, term in self.terms))

    def scaled(self, factor: Scalar) -> SignedSum:
        """Multiply by what may be negative."""
        growth = Growth.of(factor)
        return SignedSum(tuple((sign * growth.sign, term * growth.constant) for sign, term in self.terms))

    @staticmethod
    def total(sums: Iterable[SignedSum]) -> SignedSum:
        """Add, what has no symbols and what differs in a number only taken together."""
        parts = [term for one in sums for term in one.terms if not term[1].is_zero]
        sides = {sign: [term for s, term in parts if s == sign] for sign in (1, -1)}
        found: list[tuple[int, Product]] = []
        for sign, terms in sides.items():
            constants = [term for term in terms if not term.free_symbols]
            found += [(sign, add(constants))] if constants else []
            found += [(sign, term) for term in terms if term.free_symbols]
        return SignedSum(tuple(found))

    @property
    def expr(self) -> sympy.Expr:
        """The sum in sympy."""
        return sympy.Add(*(sign * term.to_sympy() for sign, term in self.terms))

    @property
    def free_symbols(self) -> frozenset[sympy.Symbol]:
        """The symbols it depends on."""
        return frozenset().union(*(term.free_symbols for _, term in self.terms))

    def at(self, values: Mapping[sympy.Symbol, Number]) -> float:
        """Give the number at values of all symbols."""
        with precision.digits(DIGITS):
            return float(mpmath.fsum(sign * _number(term, values) for sign, term in self.terms))


def _number(term: Product, values: Mapping[sympy.Symbol, Number]) -> mpmath.mpf:
    """Give a term as a number; a difference in it may turn out negative."""
    try:
        known = term.substitute(dict(values))
        return mpmath.mpf(0) if known.is_zero else mpmath.mpf(2) ** known.log2(DIGITS)
    except ValueError:
        put_in = {symbol: symbolic(value) for symbol, value in values.items()}
        return mpmath.mpf(sympy.Float(term.to_sympy().xreplace(put_in).evalf(DIGITS), DIGITS)._mpf_)


def slopes(value: Product | Scalar, x: sympy.Symbol) -> tuple[SignedSum, SignedSum]:
    """Give `rate` and `elasticity` at once.

    >>> n = sympy.Symbol("n", positive=True)
    >>> [found.expr for found in slopes(n**3, n)]
    [3/(n*log(2)), 3]

    Raises `Open` where there are none in closed form.
    """
    exponents, bases = _slope(value, x)
    unit = LN2 * Product.of(x)
    rate = SignedSum.total([exponents, bases.times(ONE / unit)])
    return rate, SignedSum.total([exponents.times(unit), bases])


def rate(value: Product | Scalar, x: sympy.Symbol) -> SignedSum:
    """Give d log2 f / d x.

    >>> n = sympy.Symbol("n", positive=True)
    >>> rate(Product.of(8) ** (n / 3) * Product.of(n), n).expr
    1 + 1/(n*log(2))

    Raises `Open` where there is none in closed form.
    """
    return slopes(value, x)[0]


def elasticity(value: Product | Scalar, x: sympy.Symbol) -> SignedSum:
    """Give d log f / d log x: by how many percent f grows with one percent of x.

    >>> w = sympy.Symbol("w", positive=True)
    >>> elasticity(3 * w**2, w).expr, elasticity(w**2 + w, w).expr
    (2, w/(w + 1) + 1)

    Raises `Open` as `rate` does.
    """
    return slopes(value, x)[1]


def _slope(value: Product | Scalar, x: sympy.Symbol) -> tuple[SignedSum, SignedSum]:
    """Give d log2 f / d x by the exponents, and the elasticity by the bases."""
    product = value if isinstance(value, Product) else Product.of(value)
    joins: dict[Join[Product], SignedSum] = {}
    nodes = [*postorder(product.joins, lambda node: x in node.free_symbols)]
    _check(product, nodes, x)
    for node in nodes:
        if node.kind == "max":
            raise Open("a maximum has no derivative in closed form")
        joins[node] = _of_sum(node, x, joins)
    return _of_product(product, x, joins)


def _check(product: Product, nodes: Sequence[Join[Product]], x: sympy.Symbol) -> None:
    """Refuse what has too many factors before any is differentiated."""
    terms = [product, *(term for node in nodes for term in node.terms)]
    count = sum(_places(base, x) for term in terms for base in _moving(term, x))
    _check_length(count)


def _check_length(count: int) -> None:
    if count > limits.DERIVED:
        raise Open(f"its derivative has over {limits.DERIVED:,} terms")


def written_out(value: Product) -> int:
    """Count the factors of a value, those of a sum as often as it stands there."""
    sizes: dict[Join[Product], int] = {}

    def factors(term: Product) -> int:
        return sum(sizes[base] if isinstance(base, Join) else 1 for base in term.bases())

    for node in postorder(value.joins, lambda _: True):
        sizes[node] = sum(map(factors, node.terms))
    return factors(value)


def _moving(term: Product, x: sympy.Symbol) -> Iterator[Base]:
    for monomial in term.groups.values():
        yield from (base for base in monomial if not isinstance(base, int) and x in base.free_symbols)


def _places(base: Base, x: sympy.Symbol) -> int:
    """Count how often a symbol stands in an expression."""
    return 1 if isinstance(base, Join) else sum(part == x for part in sympy.preorder_traversal(base))


def _of_sum(node: Join[Product], x: sympy.Symbol, joins: dict[Join[Product], SignedSum]) -> SignedSum:
    """Give the elasticity of a sum: those of its terms, weighted by their shares."""
    whole = ONE / Product({1: {node: 1}})
    found: list[SignedSum] = []
    for term in node.terms:
        if x in term.free_symbols:
            exponents, bases = _of_product(term, x, joins)
            found += [part.times(term) for part in (exponents.times(LN2 * Product.of(x)), bases)]
    sides = {sign: [term for s, term in SignedSum.total(found).terms if s == sign] for sign in (1, -1)}
    return SignedSum(tuple((sign, add(terms) * whole) for sign, terms in sides.items() if terms))


def _of_product(
    value: Product, x: sympy.Symbol, joins: dict[Join[Product], SignedSum]
) -> tuple[SignedSum, SignedSum]:
    exponents: list[SignedSum] = []
    bases: list[SignedSum] = []
    for exponent, monomial in value.groups.items():
        raised = symbolic(exponent)
        if x in raised.free_symbols:
            exponents.append(_log2(Product({1: monomial})).scaled(plain(_derivative(raised, x))))
        for base, power in monomial.items():
            if not isinstance(base, int) and x in base.free_symbols:
                own = joins[base] if isinstance(base, Join) else _of_base(base, x)
                bases.append(own.scaled(plain(raised * symbolic(power))))
    return SignedSum.total(exponents), SignedSum.total(bases)


@lru_cache(maxsize=1 << 10)
def _of_base(base: sympy.Expr, x: sympy.Symbol) -> SignedSum:
    """Give x f' / f of what does not come apart; only polynomials are multiplied out."""
    if base == x:
        return SignedSum(((1, ONE),))
    if (rule := _RULES.get(type(base))) is not None:
        return rule(base, x)
    above = x * _derivative(base, x)
    if base.is_Add:
        if not base.is_polynomial(x) or any(term.atoms(sympy.Add) for term in base.args):
            return _of_terms(base, x)
        above = sympy.expand(above, log=False, power_base=False)
    return SignedSum.of(above).times(ONE / Product.of(base))


def _of_rising(base: sympy.Expr, x: sympy.Symbol) -> SignedSum:
    """Give the elasticity of Gamma(start + count) / Gamma(start) by the digamma function."""
    start, count = base.args
    parts = []
    for place, sign in ((start + count, 1), (start, -1)):
        if x in place.free_symbols:
            own = SignedSum(((sign, Product.of(digamma(place)) * Product.of(x)),))
            parts.append(own.scaled(plain(_derivative(place, x))))
    return SignedSum.total(parts)


def _of_geometric(base: sympy.Expr, x: sympy.Symbol) -> SignedSum:
    """Give the elasticity of (q^n - 1) / (q - 1): q^n log q / (q - 1) by n, the sum of i q^(i - 1) by q."""
    q, n = base.args
    ratio, whole = Product.of(q), Product.of(x) / Product.of(base)
    parts = []
    if x in n.free_symbols:
        below = Product.of(plain(q - 1 if q.free_symbols or q > 1 else 1 - q))
        rise = ratio**n / below * LN2
        logarithm = _log2(ratio) if q.free_symbols or q > 1 else _log2(ONE / ratio)
        parts.append(logarithm.times(rise * whole).scaled(plain(_derivative(n, x))))
    if x in q.free_symbols:
        rise = Product.of(weighted_sum(q, 1, n)) / ratio
        parts.append(SignedSum(((1, rise * whole),)).scaled(plain(_derivative(q, x))))
    return SignedSum.total(parts)


def _of_logarithm(base: sympy.Expr, x: sympy.Symbol) -> SignedSum:
    """Give the elasticity of a logarithm: that of what is in it, over its natural logarithm."""
    exponents, bases = _slope(plain(base.args[0]), x)
    own = SignedSum.total([exponents.times(LN2 * Product.of(x)), bases])
    return own.times(ONE / (LN2 * Product.of(log2(base.args[0]))))


_RULES: Mapping[type, Callable[[sympy.Expr, sympy.Symbol], SignedSum]] = {
    rising: _of_rising, geometric: _of_geometric, log2: _of_logarithm, sympy.log: _of_logarithm,
}  # fmt: skip


def _of_terms(base: sympy.Add, x: sympy.Symbol) -> SignedSum:
    """Give the elasticity of a sum with signs, none of its terms multiplied out."""
    found: list[SignedSum] = []
    for term in base.args:
        if x in term.free_symbols:
            growth = Growth.of(term)
            exponents, bases = _slope(growth.constant, x)
            own = SignedSum.total([exponents.times(LN2 * Product.of(x)), bases])
            found.append(own.times(growth.constant).scaled(growth.sign))
    sides = {sign: [term for s, term in SignedSum.total(found).terms if s == sign] for sign in (1, -1)}
    whole = ONE / Product.of(base)
    return SignedSum(tuple((sign, add(terms) * whole) for sign, terms in sides.items() if terms))


def _log2(number: Product) -> SignedSum:
    """Give log2 of what is raised, as one logarithm; one with symbols counts as positive."""
    if number.free_symbols:
        return SignedSum(((1, Product.of(log2(number.to_sympy()))),))
    if number.is_one:
        return SignedSum()
    _check_length(written_out(number))
    sign = 1 if number.log2(DIGITS) > 0 else -1
    return SignedSum(((sign, Product.of(log2((number**sign).to_sympy()))),))


def _derivative(expression: sympy.Expr, x: sympy.Symbol) -> sympy.Expr:
    for part in sympy.preorder_traversal(expression):
        if x in part.free_symbols and isinstance(part, _NO_DERIVATIVE):
            raise Open(f"{type(part).__name__} has no derivative in closed form")
    return expression.diff(x)
