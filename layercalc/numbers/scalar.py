"""Numbers and symbols, and the way between Python's numbers and sympy's.

From anything exact; to `int`, `Fraction` or a sympy expression that is no number.
Promises: at the borders of this room a rational number is never a sympy one, and
a fraction that is whole is an `int`. It does not take floats: they are not exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import chain
from typing import TypeAlias

from layercalc import limits
from layercalc.lazy import at_load, sympy
from layercalc.numbers import log2, sums
from layercalc.numbers.factor import rational_powers
from layercalc.numbers.logs import Constant, Logs
from layercalc.numbers.opened import is_short, opened
from layercalc.numbers.rational import Number, whole
from layercalc.numbers.signed_sums import bound_signs

Scalar: TypeAlias = "Constant | sympy.Expr"

at_load("sympy", bound_signs)

#: A power of a symbolic one is taken into the base below this.
GATHERED = 10
#: Differences of more terms are not multiplied out, while they are factors.
OPENED = 16
#: Written terms that bringing a quotient to its lowest terms takes as long as.
CANCELLED = 60
#: The same for each term of the quotient.
DIVIDED = 10


def is_number(value: object) -> bool:
    """Tell whether a value is one of Python's exact numbers.

    >>> is_number(3), is_number(sympy.Symbol("n"))
    (True, False)
    """
    return isinstance(value, int | Fraction)


def plain(value: Scalar) -> Scalar:
    """Give a rational as `int` or `Fraction`, anything else as it is.

    >>> plain(sympy.Rational(6, 4)), plain(sympy.Symbol("n"))
    (Fraction(3, 2), n)

    Raises:
        TypeError: for a float, which is not exact.
    """
    if isinstance(value, int | Fraction):
        return whole(value) if not isinstance(value, bool) else int(value)
    if isinstance(value, Logs):
        return value
    if not isinstance(value, sympy.Expr) or value.has(sympy.Float):
        raise TypeError(f"{value!r} is not exact: give an int, a Fraction or a sympy expression")
    if value.is_Rational:
        return whole(Fraction(int(value.p), int(value.q)))
    return logarithms(value) or value


def rational(value: Scalar) -> Number:
    """Give a rational number of sympy as one of Python's.

    >>> rational(sympy.Rational(6, 4))
    Fraction(3, 2)

    Raises:
        TypeError: for anything else.
    """
    number = plain(value)
    if not isinstance(number, int | Fraction):
        raise TypeError(f"{value} is not a rational number")
    return number


def logarithms(value: sympy.Expr) -> Scalar | None:
    """Read a sum of multiples of logarithms of numbers; None for anything else.

    >>> logarithms(2 * sympy.Symbol("n")), type(logarithms(3 * log2.log2(5)))
    (None, <class 'layercalc.numbers.logs.Logs'>)
    """
    found: Scalar = 0
    for term in value.args if value.is_Add else (value,):
        coefficient, rest = term.as_coeff_Mul()
        if not coefficient.is_Rational:
            return None
        if rest is sympy.S.One:
            found += rational(coefficient)
            continue
        if not (isinstance(rest, log2.log2) and rest.args[0].is_Rational and rest.args[0].is_positive):
            return None
        found += Logs.log2(rational(rest.args[0])) * rational(coefficient)
    return found


def symbolic(value: Scalar) -> sympy.Expr:
    """Give any scalar as a sympy expression.

    >>> symbolic(Fraction(1, 3)) + sympy.Symbol("n")
    n + 1/3
    """
    if isinstance(value, Fraction):
        return sympy.Rational(value.numerator, value.denominator)
    if isinstance(value, Logs):
        return value.expression
    return sympy.Integer(value) if isinstance(value, int) else value


def total(values: Iterable[Scalar]) -> Scalar:
    """Add scalars: the numbers exactly, the rest in one n-ary sympy sum.

    >>> total([1, Fraction(1, 2), sympy.Symbol("n")])
    n + 3/2
    """
    constant: Constant = 0
    rest = []
    for value in values:
        if isinstance(value, Constant):
            constant += value
        else:
            rest.append(value)
    return plain(sums.added(symbolic(constant), *rest) if rest else constant)


def times(a: Scalar, b: Scalar) -> Scalar:
    """Multiply scalars: numbers exactly, the rest in sympy.

    >>> times(6, Fraction(1, 2)), times(Fraction(1, 2), sympy.Symbol("n"))
    (3, n/2)
    """
    if isinstance(a, Constant) and isinstance(b, int | Fraction):
        return plain(a * b)
    return times(b, a) if isinstance(a, int | Fraction) else plain(sums.multiplied(symbolic(a), symbolic(b)))


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
    made = one_power(sums.multiplied_out(rooted))
    made = _reduced(made) if any(map(_is_below, made.atoms(sympy.Pow))) else made
    return plain(_with_powers(made, _gathered).xreplace({dummy: found for found, dummy in series.items()}))


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


def prime_bases(product: sympy.Expr) -> Iterator[tuple[sympy.Expr, sympy.Expr]]:
    """Give the bases of a product of powers with their exponents, numbers by their primes.

    >>> n, w = sympy.symbols("n w", positive=True)
    >>> list(prime_bases(12 * w / 2**n)), list(prime_bases((2 * w + 2) ** n))
    ([(2, 2), (3, 1), (w, 1), (2, -n)], [(2, n), (w + 1, n)])
    """
    for part in sympy.Mul.make_args(product):
        base, exponent = part.as_base_exp()
        base = sympy.factor_terms(base, clear=True) if base.is_Add else base
        if base.is_Rational:
            powers = rational_powers(whole(Fraction(int(base.p), int(base.q))))
            yield from ((sympy.Integer(prime), symbolic(power) * exponent) for prime, power in powers.items())
        elif base.is_Mul or base.is_Pow:
            yield from ((inner, power * exponent) for inner, power in prime_bases(base))
        else:
            yield base, exponent
