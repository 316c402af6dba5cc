"""Multiplies expressions out, so that they are the same however they came about.

From scalars; to sums of products, with each power of a number once and fractions in lowest terms.
What would be too long multiplied out stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from itertools import chain

from layercalc import limits
from layercalc.lazy import sympy
from layercalc.numbers import log2, polynomial, sums
from layercalc.numbers.logs import Constant
from layercalc.numbers.opened import is_short, opened
from layercalc.numbers.scalar import Scalar, plain

#: A power of a symbolic one is taken into the base below this.
GATHERED = 10
#: Differences of more terms are not multiplied out, while they are factors.
OPENED = 16
#: Written terms that bringing a quotient to its lowest terms takes as long as.
CANCELLED = 60
#: The same for each term of the quotient.
DIVIDED = 10


def expanded(value: Scalar) -> Scalar:
    """Multiply out a sum of products, unless it is too long for that to be of use.

    >>> n, w = sympy.symbols("n w")
    >>> expanded(w * (n - 1) + w)
    n*w
    >>> expanded((n * w + w) / (2 * w + 2 * n * w))
    Fraction(1, 2)
    """
    return value if isinstance(value, Constant) else _multiplied_out(value)


@lru_cache(maxsize=1 << 10)
def _multiplied_out(value: sympy.Expr) -> Scalar:
    """Multiply out; what several measures ask for is done once."""
    value = one_power(value)
    if _is_flat(value) or not is_short(value):
        return value
    series = {found: sympy.Dummy(positive=True) for found in value.atoms(sympy.Sum, sympy.Product)}
    rooted = _with_powers(value.xreplace(series), _root)
    made = one_power(_opened_sum(rooted))
    made = _reduced(made) if any(map(_is_below, made.atoms(sympy.Pow))) else made
    return plain(_with_powers(made, _gathered).xreplace({dummy: found for found, dummy in series.items()}))


def _opened_sum(value: sympy.Expr) -> sympy.Expr:
    """Multiply sums out: of symbols and logarithms of numbers as polynomials, others by sympy."""
    if _is_polynomial(value):
        with suppress(polynomial.TooLarge):
            return polynomial.expression(polynomial.polynomial(value))
    return sympy.expand(value, log=False, power_base=False, power_exp=False)


def _is_polynomial(value: sympy.Expr) -> bool:
    """Tell a polynomial in symbols and logarithms of numbers; powers of numbers may be very long."""
    if value.is_Add or value.is_Mul:
        return all(map(_is_polynomial, value.args))
    if value.is_Pow and value.exp.is_Integer and value.exp > 1:
        return not value.base.is_Number and _is_polynomial(value.base)
    is_log = isinstance(value, log2.log2) and value.args[0].is_Rational
    return bool(is_log or value.is_Rational or value.is_Symbol)


def opened_difference(difference: sympy.Add) -> sympy.Expr:
    """Multiply a short difference out, so that it is the same however it came about.

    >>> a, n = sympy.symbols("a n")
    >>> opened_difference(a * (n - 1) + 16)
    a*n - a + 16
    """
    if opened(difference).left > OPENED:
        return difference
    return sums.added(*(sympy.expand_mul(term, deep=False) for term in difference.args))


def one_power(value: sympy.Expr) -> sympy.Expr:
    """Write c b^(n - k) as one power of a number, c b^-k before it.

    >>> n, w = sympy.symbols("n w", positive=True)
    >>> one_power(72 * 2 ** (n - 2) - 4 * w ** (n - 1))
    18*2**n - 4*w**(n - 1)
    """
    shifted = {power: _apart(power) for power in value.atoms(sympy.Pow) if power.base.is_Rational}
    shifted = {power: parts for power, parts in shifted.items() if parts != power}
    return one_power(value.xreplace(shifted)) if shifted else value


def _apart(power: sympy.Pow) -> sympy.Expr:
    shift, rest = power.exp.as_coeff_Add()
    return power.base**shift * power.base**rest if shift.is_Integer and power.base > 0 else power


def _is_flat(value: sympy.Expr) -> bool:
    """Tell a sum of products of symbols: multiplied out it is the same."""
    factors = chain.from_iterable(sympy.Mul.make_args(term) for term in sympy.Add.make_args(value))
    parts = (factor.as_base_exp() if factor.is_Pow else (factor, sympy.S.One) for factor in factors)
    return all((base.is_Symbol or base.is_Rational) and power.is_Integer for base, power in parts)


def _with_powers(value: sympy.Expr, change: Callable[[sympy.Expr], sympy.Expr]) -> sympy.Expr:
    """Write the symbolic powers of whole numbers in another way."""
    powers = [p for p in value.atoms(sympy.Pow) if p.base.is_Integer and p.base > 1 and p.exp.free_symbols]
    return value.xreplace({power: change(power) for power in powers}) if powers else value


def _root(power: sympy.Expr) -> sympy.Expr:
    """Write 4^n as 2^(2 n), so that it meets 2^n."""
    found = sympy.perfect_power(power.base)
    return found[0] ** (found[1] * power.exp) if found else power


def _gathered(power: sympy.Expr) -> sympy.Expr:
    """Write 2^(2 n) as 4^n."""
    times, rest = power.exp.as_coeff_Mul()
    whole_times = times.is_Integer and 0 < times < GATHERED
    return (power.base**times) ** rest if whole_times and rest.is_Symbol else power


def _reduced(opened: sympy.Expr) -> sympy.Expr:
    """Put the terms over each sum together again, in lowest terms."""
    above: dict[sympy.Expr, list[sympy.Expr]] = {}
    for term in sympy.Add.make_args(opened):
        factors = [factor for factor in sympy.Mul.make_args(term) if _is_below(factor)]
        below = sympy.Mul(*(factor.base.primitive()[1] ** factor.exp for factor in factors))
        above.setdefault(below, []).append(term / below)
    whole_terms = above.pop(sympy.S.One, [])
    quotients = (_lowest(sympy.Add(*terms) * below, len(terms)) for below, terms in above.items())
    return sympy.Add(*whole_terms, *quotients)


def _lowest(quotient: sympy.Expr, terms: int) -> sympy.Expr:
    """Cancel what stands above and below the line."""
    limits.work(CANCELLED + DIVIDED * terms)
    return sympy.cancel(quotient)


def _is_below(factor: sympy.Expr) -> bool:
    """Tell whether a factor divides by a sum."""
    return bool(factor.is_Pow and factor.base.is_Add and factor.exp.is_Integer and factor.exp < 0)
