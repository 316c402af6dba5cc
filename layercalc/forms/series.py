"""Sums and products over the rounds of a loop, closed where a closed form is known.

From a term that depends on the round i = 0, ..., n - 1; to its sum or its product.
Promises: a power, polynomial, geometric sum or rising factorial where the term is
one of those that have it; else sympy's own `Sum` or `Product`, which still
evaluates at numbers and differentiates. It does not know how a term came about.
"""

from __future__ import annotations

import math
from fractions import Fraction

from layercalc.forms.base import Base, Exponent
from layercalc.forms.monomial import merged
from layercalc.forms.node import Join
from layercalc.forms.product import ONE, Product
from layercalc.lazy import sympy
from layercalc.numbers.expansion import expanded, one_power
from layercalc.numbers.log2 import log2
from layercalc.numbers.opened import is_within
from layercalc.numbers.rational import Number, whole
from layercalc.numbers.scalar import Scalar, plain, symbolic, total
from layercalc.numbers.signs import may_vanish, surely_positive
from layercalc.numbers.special import geometric, recurrence, rising

#: A quotient of so many operations is brought to its lowest terms.
FACTORED = 200
#: A sum of i^m q^i is closed below this m: `recurrence` takes so many coefficients, and 2 more.
HIGHEST = 9
#: Powers of the round above this are not summed to a polynomial, which has as many terms.
DEGREE = 64
#: Products of sums of more terms are not multiplied out.
OPENED = 500
#: Polynomials of more terms are not factored.
TAKEN_APART = 60
#: Nodes within each other up to this are written out to look for a polynomial in the round.
WRITTEN_DEPTH = 4


def sum_over(term: Scalar, index: sympy.Symbol, count: Scalar) -> Scalar:
    """Add a scalar over the rounds 0 to count - 1.

    >>> i, n, w = sympy.symbols("i n w", positive=True, integer=True)
    >>> sum_over(w + i, i, n), sum_over(w * 2**i, i, n), sum_over(1 / (w + i), i, n)
    (n**2/2 + n*w - n/2, w*(2**n - 1), Sum(1/(i + w), (i, 0, n - 1)))
    """
    value = plain(term)
    if isinstance(value, int | Fraction) or index not in value.free_symbols:
        return plain(symbolic(value) * symbolic(count))
    if not is_within(value, OPENED):
        outside, inside = value.as_independent(index, as_Add=False)
        short = outside != 1 and is_within(inside, OPENED)
        inner = sum_over(inside, index, count) if short else _open_sum(inside, index, symbolic(count))
        return plain(outside * symbolic(inner))
    powers: dict[tuple[sympy.Expr, int], list[sympy.Expr]] = {}
    rest: list[sympy.Expr] = []
    for part in sympy.Add.make_args(sympy.expand_mul(split_logs(value, index), deep=False)):
        opened = sympy.Add.make_args(sympy.expand(part, log=False))
        shapes = [shape for term in opened if (shape := _exponential(term, index)) is not None]
        if len(shapes) < len(opened):
            rest.append(part)
            continue
        for coefficient, ratio, degree in shapes:
            powers.setdefault((ratio, degree), []).append(coefficient)
    sums = [_closed_sum(sympy.Add(*c), q, m, index, symbolic(count)) for (q, m), c in powers.items()]
    if rest:
        sums.append(_open_sum(sympy.Add(*rest), index, symbolic(count)))
    return total(sums)


def product_over(term: Product, index: sympy.Symbol, count: Scalar) -> Product:
    """Multiply a closed form over the rounds 0 to count - 1.

    >>> i, n, w = sympy.symbols("i n w", positive=True, integer=True)
    >>> product_over(Product.of(w * 2**i), i, n).to_sympy()
    2**(n**2/2 - n/2)*w**n
    >>> product_over(Product.of(i * w + 3), i, n).to_sympy()
    w**n*rising(3/w, n)
    """
    if term.is_zero or index not in term.free_symbols:
        return term**count
    ends, left = _telescoped(term, index, symbolic(count))
    made, exponents = ends, dict[Base, list[Scalar]]()
    for exponent, monomial in left.groups.items():
        for base, power in monomial.items():
            if isinstance(base, int) or index not in base.free_symbols:
                exponents.setdefault(base, []).append(plain(symbolic(power) * symbolic(exponent)))
            else:
                made *= _factor_over(base, power, exponent, index, count)
    for base, parts in exponents.items():
        made *= Product({1: {base: 1}}) ** expanded(sum_over(total(parts), index, count))
    return made


def convolved(a: Product, b: Product, index: sympy.Symbol, count: Scalar) -> Product:
    """Add b(j) a(j + 1) ... a(n - 1) over the rounds j: what enters in each, and goes through the rest.

    >>> i, n, w = sympy.symbols("i n w", positive=True, integer=True)
    >>> convolved(Product.of(2), Product.of(w * 2**i), i, n).to_sympy()
    2**n*n*w/2
    """
    taken = {index, *a.free_symbols, *b.free_symbols, *symbolic(count).free_symbols}
    name = next(name for name in "jkmlpq" if name not in {symbol.name for symbol in taken})
    entering = sympy.Symbol(name, integer=True, nonnegative=True)
    if not a.can_be_zero:
        onward = product_over(a, index, entering + 1)
        term = b.substitute({index: entering}) / onward
        return product_over(a, index, count) * _sum_of(term, entering, count)
    later = product_over(a.substitute({index: index + entering + 1}), index, symbolic(count) - entering - 1)
    return _sum_of(b.substitute({index: entering}) * later, entering, count)


def _sum_of(term: Product, index: sympy.Symbol, count: Scalar) -> Product:
    """Add a closed form over the rounds."""
    if index not in term.free_symbols:
        return term * Product.of(count)
    written = sympy.expand_power_exp(term.to_sympy())
    return Product.of(sum_over(written, index, count))


def _telescoped(term: Product, index: sympy.Symbol, count: sympy.Expr) -> tuple[Product, Product]:
    """Take out what one round multiplies by and the next divides by: all but the ends cancel."""
    ends, left = ONE, dict(term.groups.get(1, {}))
    for base in [base for base in left if not isinstance(base, int) and index in base.free_symbols]:
        alone = Product({1: {base: 1}})
        following, scale = _one_round_on(alone, index)
        power, other = left.get(base, 0), left.get(following, 0)
        if not power or power * other >= 0:
            continue
        shared = min(power, -other) if power > 0 else max(power, -other)
        first, last = (alone.substitute({index: end}) for end in (0, count))
        if first.is_zero or last.is_zero:
            continue
        ends *= (scale**count * first / last) ** shared
        left = merged(left, {base: -shared, following: shared})
    return ends, term if ends.is_one else Product({**term.groups, 1: left})


def _one_round_on(alone: Product, index: sympy.Symbol) -> tuple[Base, Product]:
    """Give a base as it is in the next round: another base, and the constant before it."""
    shifted = alone.substitute({index: index + 1})
    moving = [
        base for base in shifted.groups.get(1, {}) if not isinstance(base, int) and index in base.free_symbols
    ]
    if len(moving) != 1 or shifted.groups[1][moving[0]] != 1:
        return 0, ONE
    return moving[0], shifted / Product({1: {moving[0]: 1}})


def split_logs(expression: sympy.Expr, index: sympy.Symbol) -> sympy.Expr:
    """Split a power that grows with the round off each logarithm.

    >>> i, w = sympy.symbols("i w", positive=True, integer=True)
    >>> split_logs(log2(9 * w * 2**i), i)
    i + log2(9*w)
    """
    logs = {found: _split(found, index) for found in expression.atoms(log2) if index in found.free_symbols}
    return expression.xreplace(logs) if logs else expression


def _split(logarithm: sympy.Expr, index: sympy.Symbol) -> sympy.Expr:
    rest: list[sympy.Expr] = []
    terms: list[sympy.Expr] = []
    for part in sympy.Mul.make_args(sympy.factor_terms(logarithm.args[0])):
        base, exponent = part.as_base_exp()
        if index in exponent.free_symbols and index not in base.free_symbols and base.is_positive:
            terms.append(exponent * log2(base))
        else:
            rest.append(part)
    return sympy.Add(log2(sympy.Mul(*rest)), *terms) if terms else logarithm


def _open_sum(term: sympy.Expr, index: sympy.Symbol, count: sympy.Expr) -> sympy.Expr:
    """Leave a sum as it is, what does not depend on the round before it."""
    if term.count_ops() <= FACTORED:
        term = sympy.powsimp(term, combine="exp", deep=True)
        term = sympy.factor(term) if term.is_rational_function(index) else term
    outside, inside = one_power(term).as_independent(index, as_Add=False)
    return outside * sympy.Sum(inside, (index, 0, count - 1))


def _exponential(part: sympy.Expr, index: sympy.Symbol) -> tuple[sympy.Expr, sympy.Expr, int] | None:
    """Read a term as coefficient * ratio^i * i^degree; None where it is not that."""
    coefficient, ratio, degree = [], sympy.S.One, 0
    for factor in sympy.Mul.make_args(part):
        base, exponent = factor.as_base_exp()
        if index not in factor.free_symbols:
            coefficient.append(factor)
        elif base == index and exponent.is_Integer and 0 < exponent <= DEGREE:
            degree += int(exponent)
        elif index not in base.free_symbols and (line := _line(exponent, index)) is not None:
            if not (line[0].is_nonnegative and line[1].is_nonnegative) and may_vanish(base):
                return None  # at 0 the ratio would be divided by zero, and the terms are not
            ratio *= base ** line[0]
            coefficient.append(base ** line[1])
        else:
            return None
    return sympy.Mul(*coefficient), ratio, degree


def _line(expression: sympy.Expr, index: sympy.Symbol) -> tuple[sympy.Expr, sympy.Expr] | None:
    """Read an expression as slope * i + start; None where it is not that."""
    slope = expression.diff(index) if not expression.atoms(sympy.Function) else None
    if slope is None or index in slope.free_symbols:
        return None
    return slope, sympy.expand(expression - slope * index)


def _closed_sum(
    coefficient: sympy.Expr, ratio: sympy.Expr, degree: int, index: sympy.Symbol, count: sympy.Expr
) -> sympy.Expr:
    number = plain(ratio)
    if number == 1:
        return coefficient * power_sum(degree, count)
    if isinstance(number, int | Fraction):
        return coefficient * _weighted_sum(number, degree, count)
    if degree < HIGHEST:
        return coefficient * weighted_sum(ratio, degree, count)
    return sympy.Sum(coefficient * ratio**index * index**degree, (index, 0, count - 1))


def weighted_sum(ratio: sympy.Expr, degree: int, count: sympy.Expr) -> sympy.Expr:
    """Add i^degree ratio^i over i = 0 to count - 1 in a form that holds at every ratio, 1 included.

    The series of i^m q^i is that of 1 / (1 - q x)^(m + 1) times the Eulerian numbers of m; its
    partial sums have 1 / (1 - x) as well, so that they are recurrences with the eigenvalues 1 and q.

    >>> n, w = sympy.symbols("n w", positive=True, integer=True)
    >>> weighted_sum(w, 0, n), weighted_sum(w, 1, n)
    (geometric(w, n), w*recurrence(n - 2, 2*w + 1, -w**2 - 2*w, w**2))
    """
    if degree == 0:
        return geometric(ratio, count)
    falling = [sympy.binomial(degree + 1, k) * (-ratio) ** k for k in range(degree + 2)]
    both = [a - b for a, b in zip([*falling, sympy.S.Zero], [sympy.S.Zero, *falling], strict=True)]
    past = [sympy.expand(-c) for c in both[1:]]
    return sympy.Add(
        *(a * ratio**j * recurrence(count - 1 - j, *past) for j, a in enumerate(_eulerian(degree), start=1))
    )


def _eulerian(degree: int) -> list[int]:
    """Give the Eulerian numbers of a degree: those of permutations by their ascents."""
    row = [1]
    for m in range(2, degree + 1):
        ends = [0, *row, 0]
        row = [(k + 1) * ends[k + 1] + (m - k) * ends[k] for k in range(m)]
    return row


def power_sum(degree: int, count: sympy.Expr) -> sympy.Expr:
    """Add i^degree over i = 0 to count - 1: Faulhaber's polynomial.

    >>> n = sympy.Symbol("n")
    >>> power_sum(2, n)
    n**3/3 - n**2/2 + n/6
    """
    top = degree + 1
    terms = [sympy.binomial(top, k) * sympy.bernoulli(k, 0) * count ** (top - k) / top for k in range(top)]
    return sympy.Add(*terms)


def _weighted_sum(ratio: Number, degree: int, count: sympy.Expr) -> sympy.Expr:
    """Add i^degree ratio^i: ratio^n P(n) - P(0), with P solved from P(i + 1) ratio - P(i) = i^degree."""
    solved: dict[int, Number] = {}
    for k in range(degree, -1, -1):
        above = sum((solved[j] * math.comb(j, k) for j in solved), start=Fraction(0))
        solved[k] = Fraction((1 if k == degree else 0) - ratio * above) / (ratio - 1)
    polynomial = sympy.Add(*(symbolic(whole(c)) * count**k for k, c in solved.items()))
    start = symbolic(whole(solved[0]))
    if degree == 0:
        return start * (symbolic(ratio) ** count - 1)
    return symbolic(ratio) ** count * polynomial - start


def _factor_over(
    base: Base, power: Number, exponent: Exponent, index: sympy.Symbol, count: Scalar
) -> Product:
    """Multiply a power of a base that depends on the round."""
    if not isinstance(exponent, int) and index in exponent.free_symbols:
        return _opaque(Product({exponent: {base: power}}), index, count)
    if isinstance(base, rising) and (joined := _joined(base, index, count)) is not None:
        return joined ** plain(symbolic(power) * symbolic(exponent))
    whole_power = plain(symbolic(power) * symbolic(exponent))
    return _base_over(base, index, count) ** whole_power


def _base_over(base: Base, index: sympy.Symbol, count: Scalar) -> Product:
    """Multiply a base that depends on the round: linear factors are rising factorials."""
    if isinstance(base, Join) and (base.kind != "sum" or base.depth > WRITTEN_DEPTH):
        return _opaque(Product({1: {base: 1}}), index, count)
    written = base.to_sympy() if isinstance(base, Join) else symbolic(base)
    opened = split_logs(written, index)
    factors = _linear_factors(opened, index) if is_within(opened, TAKEN_APART) else None
    if factors is None:
        return _opaque(Product.of(opened), index, count)
    return math.prod((_rising(line, index, count) for line in factors), start=ONE)


def _linear_factors(expression: sympy.Expr, index: sympy.Symbol) -> list[sympy.Expr] | None:
    """Split into factors that are linear in the round, or free of it; None where there are others."""
    polynomial = expression.as_poly(index)
    if polynomial is None:
        return None
    if polynomial.degree() == 1:
        return [expression]
    content, parts = sympy.factor_list(expression, index)
    if any(sympy.degree(part, index) > 1 for part, _ in parts):
        return None
    return [content, *(part for part, times in parts for _ in range(times))]


def _rising(line: sympy.Expr, index: sympy.Symbol, count: Scalar) -> Product:
    """Multiply slope * i + start: slope^n rising(start / slope, n), backwards where it falls.

    A slope that may be 0 is not divided by.
    """
    polynomial = sympy.Poly(line, index)
    slope, start = polynomial.coeff_monomial(index), polynomial.coeff_monomial(1)
    if slope.is_zero:
        return Product.of(start) ** count
    n = symbolic(count)
    if slope.could_extract_minus_sign():
        slope, start = -slope, start + slope * (n - 1)
    first = sympy.expand(start / slope)
    if not surely_positive(slope):
        return _opaque(Product.of(line), index, count)
    if first.is_zero and not n.is_positive:
        return _opaque(Product.of(line), index, count)
    return Product.of(slope) ** count * Product.of(rising(first, n))


def _joined(base: sympy.Expr, index: sympy.Symbol, count: Scalar) -> Product | None:
    """Join rising factorials of which each continues where the one before it ends."""
    x, length = base.args
    line = _line(x, index)
    if line is None or index in length.free_symbols or sympy.expand(line[0] - length) != 0:
        return None
    return Product.of(rising(line[1], sympy.expand(length * symbolic(count))))


def _opaque(term: Product, index: sympy.Symbol, count: Scalar) -> Product:
    return Product.of(sympy.Product(term.to_sympy(), (index, 0, symbolic(count) - 1)))
