"""The bases and exponents of monomials, and the bounds that follow from them.

A base is an integer above 1, the logarithm of a number, a positive sympy expression that does not
come apart, or a shared node. From bases and monomials; to bounds, orders, logarithms, exact
rationals and sympy powers. It does not change a product.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any, TypeAlias, TypeGuard, TypeVar

from layercalc.forms.monomial import AffineExponent, common, merged, raised
from layercalc.forms.node import Join, digested
from layercalc.lazy import sympy
from layercalc.numbers import binary, factor, real
from layercalc.numbers.logs import Logs
from layercalc.numbers.rational import Number, numerals
from layercalc.numbers.scalar import symbolic

#: An exact rational is given, and written out, below this many bits.
RATIONAL_BITS = 4096
#: Sums are added up to one rational while their terms are below this many bits.
FOLD_BITS = 1024

Exponent: TypeAlias = "int | sympy.Expr"
Base: TypeAlias = "int | Logs | sympy.Expr | Join[Any]"
Monomial: TypeAlias = Mapping[Base, Number]
#: The monomial under each core of an exponent, 1 or symbolic.
ByExponent: TypeAlias = Mapping[Exponent, Monomial]
V = TypeVar("V")


def is_expression(base: Base) -> TypeGuard[sympy.Expr]:
    """Tell whether a base is one of sympy's.

    >>> is_expression(2), is_expression(sympy.Symbol("w"))
    (False, True)
    """
    return not isinstance(base, int | Logs | Join)


def magnitude(exponent: Number) -> int:
    """Round the size of an exponent up.

    >>> magnitude(-3)
    3
    """
    return -(-abs(exponent.numerator) // exponent.denominator)


def bound(monomial: Monomial) -> int:
    """Bound the size of the logarithm of a monomial.

    >>> bound({2: 10, 5: -1})
    23
    """
    return sum(magnitude(exponent) * _bound(base) for base, exponent in monomial.items())


def _bound(base: Base) -> int:
    if isinstance(base, int):
        return base.bit_length()
    return base.bound if isinstance(base, Join) else 64


def length(monomial: Monomial) -> int:
    """Bound the bits that the numbers in a monomial would have if multiplied out.

    >>> length({2: 10, sympy.Symbol("w"): 7})
    20
    """
    return sum(magnitude(e) * base.bit_length() for base, e in monomial.items() if isinstance(base, int))


def at_least_one(base: Base) -> bool:
    """Tell whether a base is plainly at least 1.

    >>> at_least_one(sympy.Symbol("w", positive=True, integer=True))
    True
    """
    if isinstance(base, int):
        return True
    if isinstance(base, Join):
        return base.at_least_one
    return bool(base.is_positive and base.is_integer)


def token(base: Base) -> bytes:
    """Give a sort key for a base or an exponent that does not depend on hashing.

    >>> token(12), token(sympy.Symbol("w"))
    (b'0000000012', b'w')
    """
    if isinstance(base, int):
        return f"{base:010}".encode() if base.bit_length() < 4096 else f"{base:x}".encode()
    return base.digest if isinstance(base, Join) else _name(base)


@lru_cache(maxsize=1 << 14)
def _name(expression: sympy.Expr) -> bytes:
    try:
        return str(expression if isinstance(expression, Logs) else _printer().doprint(expression)).encode()
    except ValueError:  # `str` of an int stops at 4,300 digits
        written = symbolic(expression)
        numbers = {number: Fraction(int(number.p), int(number.q)) for number in written.atoms(sympy.Rational)}
        named = {number: sympy.Symbol(numerals(value)) for number, value in numbers.items()}
        return str(written.xreplace(named)).encode()


@cache
def _printer() -> Any:
    """Make sympy's own printer, but for functions, of which each is written once."""

    class Names(sympy.StrPrinter):  # type: ignore[misc]
        def _print_Function(self, expression: sympy.Expr) -> str:  # noqa: N802  (sympy's name)
            return _function(expression)

    return Names()


@lru_cache(maxsize=1 << 10)
def _function(expression: sympy.Expr) -> str:
    return str(sympy.StrPrinter._print_Function(_printer(), expression))


def rank(base: Base) -> tuple[int, int, bytes]:
    """Order bases: integers, then expressions, then nodes.

    >>> sorted([sympy.Symbol("w"), 3, 2], key=rank)
    [2, 3, w]
    """
    if isinstance(base, int):
        return 0, base, b""
    return (2, base.depth, base.digest) if isinstance(base, Join) else (1, 0, token(base))


def ordered(mapping: Mapping[Base, V]) -> list[tuple[Base, V]]:
    """List a mapping from bases, or from exponents, in order.

    >>> ordered({3: "b", 2: "a"})
    [(2, 'a'), (3, 'b')]
    """
    return sorted(mapping.items(), key=lambda item: rank(item[0]))


def digest(powers: ByExponent) -> bytes:
    """Hash a product to 16 bytes, the same in every run.

    >>> digest({1: {2: 3}}) == digest({1: {2: 3}})
    True
    """
    parts: list[bytes] = []
    for core, monomial in sorted((token(core), monomial) for core, monomial in powers.items()):
        parts.append(core)
        parts += sorted(token(base) + f"^{numerals(power)}".encode() for base, power in monomial.items())
    return digested(b"|".join(parts))


def grouped(powers: ByExponent, counts: Mapping[Exponent, AffineExponent]) -> dict[Exponent, Monomial]:
    """Write the powers of cores as powers of the counts they came from.

    >>> n = sympy.Symbol("n")
    >>> grouped({1: {2: -3}, n: {2: 1}}, {n: AffineExponent(n, 1, -3)})
    {n - 3: {2: 1}}
    """
    constant = powers.get(1, {})
    shown: dict[Exponent, Monomial] = {}
    for core, count in counts.items():
        inner = raised(powers[core], Fraction(1) / count.scale)
        shown[count.expression] = inner
        constant = merged(constant, inner, -count.shift) if count.shift else constant
    return {1: constant, **shown} if constant else shown


def constants(monomial: Monomial) -> tuple[Monomial, Monomial]:
    """Split off the numbers: what has no symbols.

    >>> constants({2: 1, sympy.Symbol("w"): 3})
    ({2: 1}, {w: 3})
    """
    numbers: Monomial = {b: e for b, e in monomial.items() if isinstance(b, int) or not b.free_symbols}
    return numbers, {base: power for base, power in monomial.items() if base not in numbers}


def coefficient(monomial: Monomial, limit: int = FOLD_BITS) -> tuple[Number, Monomial]:
    """Split off the rational part, as 1 where it is irrational or has more bits than `limit`.

    >>> coefficient({2: 1, 3: -1, sympy.Symbol("w"): 1})
    (Fraction(2, 3), {w: 1})
    """
    numbers: Monomial = {b: e for b, e in monomial.items() if isinstance(b, int) and isinstance(e, int)}
    number = rational(numbers, limit)
    if number is None:
        return 1, monomial
    return number, {base: power for base, power in monomial.items() if base not in numbers}


def log2_bits(monomial: Monomial, bits: int) -> real.Real:
    """Take the logarithm to base two of a monomial without symbols.

    >>> real.to_mpf(log2_bits({2: 10}, 64))
    mpf('10.0')
    """
    integers, others = 0, real.ZERO  # of the integers in units of 2^-bits; others may be close to 1
    for base, exponent in monomial.items():
        if isinstance(base, int):
            integers += real.fixed_log2(base, bits) * exponent.numerator // exponent.denominator
        else:
            log = base.log2_bits(bits) if isinstance(base, Join) else real.log2_constant(base, bits)
            others = real.plus(others, real.times(log, exponent, bits), bits)
    return real.plus(binary.rounded(integers, -bits, bits), others, bits)


def rational(monomial: Monomial, limit: int = RATIONAL_BITS) -> Number | None:
    """Multiply a monomial out, None where it is not rational or has more bits than `limit`.

    >>> rational({2: 3, 5: -1}), rational({2: 5000})
    (Fraction(8, 5), None)
    """
    factors: dict[int, int] = {}
    for base, exponent in monomial.items():
        if not (isinstance(base, int) and isinstance(exponent, int)):
            return None
        factors[base] = exponent
    return factor.fraction(factors) if length(monomial) <= limit else None


def to_sympy(monomial: Monomial) -> sympy.Expr:
    """Write a monomial in sympy; powers over `RATIONAL_BITS` stay unevaluated.

    >>> to_sympy({2: 3, sympy.Symbol("w"): 2}), to_sympy({2: 5000})
    (8*w**2, 2**5000)
    """
    small = length(monomial) <= RATIONAL_BITS and not any(isinstance(b, Join) and b.vast for b in monomial)
    factors = []
    for base, exponent in ordered(monomial):
        written = base.to_sympy() if isinstance(base, Join) else symbolic(base)
        factors.append(sympy.Pow(written, symbolic(exponent), evaluate=small))
    return sympy.Mul(*factors, evaluate=small)


def common_powers(terms: Sequence[ByExponent]) -> dict[Exponent, Monomial]:
    """Give the common factor of terms: for each base the least exponent, 0 where it is missing.

    A base with symbolic exponents is taken out only where these agree in all terms.

    >>> w = sympy.Symbol("w")
    >>> common_powers([{1: {2: 1, w: 2}}, {1: {2: 3, w: 1}}])
    {1: {2: 1, w: 1}}
    """
    cores = dict.fromkeys(core for term in terms for core in term if core != 1)
    shared: dict[Exponent, Monomial] = {}
    open_bases: set[Base] = set()
    for core in cores:
        monomials = [term.get(core, {}) for term in terms]
        first, *others = monomials
        same = {b: power for b, power in first.items() if all(m.get(b) == power for m in others)}
        shared[core] = same
        open_bases.update(base for monomial in monomials for base in monomial if base not in same)
    constant = common([term.get(1, {}) for term in terms])
    shared[1] = {base: power for base, power in constant.items() if base not in open_bases}
    return {core: monomial for core, monomial in shared.items() if monomial}
