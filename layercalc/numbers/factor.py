"""Integers, rationals and products of powers by their primes.

From what is exact and positive; to its factors. Promises: every factor below 2^48 is
prime, larger ones are whatever the primes up to 1,000 leave. It does not
factor large composites: a leftover above 2^48 is kept whole. sympy's `factorint(limit=...)`
gives the same, but asks of the whole leftover whether it is prime: of 16,000 bits that takes
six seconds, where trial division by the primes it shares takes 0.05 ms.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from itertools import count
from typing import Any

from layercalc.lazy import sympy
from layercalc.numbers.rational import Number

#: Leftovers of trial division up to this are factored: some milliseconds at worst.
FACTORED = 1 << 48
#: Leftovers up to this are at least tried for being a perfect power.
ROOTED = 1 << 256

#: A number below 341,550,071,728,321 that is prime to all of these, as far as Miller and Rabin test it, is
#: prime (Jaeschke, On strong pseudoprimes to several bases, 1993): all up to `FACTORED` are.
_BASES = (2, 3, 5, 7, 11, 13, 17)

_ODD = {*range(3, 1000, 2)}.difference(*(range(n * n, 1000, 2 * n) for n in range(3, 32, 2)))
_PRIMES = tuple(sorted(_ODD))
_PRIMORIAL = math.prod(_PRIMES)


@lru_cache(maxsize=1 << 14)
def prime_powers(n: int) -> tuple[tuple[int, int], ...]:
    """Factor a positive integer by trial division, a large leftover kept whole.

    >>> prime_powers(360), prime_powers(1)
    (((2, 3), (3, 2), (5, 1)), ())
    """
    twos = (n & -n).bit_length() - 1
    factors = [(2, twos)] if twos else []
    rest = n >> twos
    small = math.gcd(rest, _PRIMORIAL)
    for prime in _PRIMES:
        if small == 1:
            break
        if small % prime == 0:
            small //= prime
            count, rest = _divide_out(rest, prime)
            factors.append((prime, count))
    return (*factors, *_leftover(rest))


def rational_powers(value: Number) -> Mapping[Any, Number]:
    """Factor a positive rational; the primes below have negative exponents.

    >>> rational_powers(Fraction(73, 125))
    {73: 1, 5: -3}
    """
    factors: dict[int, Number] = dict(prime_powers(value.numerator))
    for base, exponent in prime_powers(value.denominator):
        factors[base] = -exponent
    return factors


def perfect_power(value: Number) -> tuple[Number, int]:
    """Write a rational above 1 as root^power with the greatest power.

    >>> perfect_power(Fraction(8, 27)), perfect_power(12)
    ((Fraction(2, 3), 3), (12, 1))
    """
    above, below = _integer_power(value.numerator), _integer_power(value.denominator)
    power = math.gcd(above[1], below[1])
    return fraction({above[0]: above[1] // power, below[0]: -below[1] // power}), power


def _integer_power(n: int) -> tuple[int, int]:
    """Write a whole number as a power, 1 as the power 0."""
    if n >= ROOTED:
        found: Any = sympy.perfect_power(n, factor=False)
        return (int(found[0]), int(found[1])) if found else (n, 1)
    factors = prime_powers(n)
    power = math.gcd(*(exponent for _, exponent in factors))
    return math.prod(base ** (exponent // power) for base, exponent in factors), power


def _divide_out(n: int, prime: int) -> tuple[int, int]:
    count = 0
    while True:
        quotient, remainder = divmod(n, prime)
        if remainder:
            return count, n
        n, count = quotient, count + 1


def _leftover(n: int) -> tuple[tuple[int, int], ...]:
    if n == 1:
        return ()
    if n < 1_000_000:
        return ((n, 1),)
    if n < FACTORED:
        return tuple(sorted(Counter(_factored(n)).items()))
    found = _perfect_power(n) if n < ROOTED else None
    if not found:
        return ((n, 1),)
    root, power = found
    return tuple((base, exponent * power) for base, exponent in _leftover(root))


def _factored(n: int) -> Iterator[int]:
    """Give the primes of a leftover, each as often as it divides it."""
    if _is_prime(n):
        yield n
        return
    divisor = next(filter(None, (_divisor(n, shift) for shift in count(1))))
    yield from _factored(divisor)
    yield from _factored(n // divisor)


def _is_prime(n: int) -> bool:
    twos = (n - 1 & 1 - n).bit_length() - 1
    for base in _BASES:
        power = pow(base, n - 1 >> twos, n)
        if power == 1:
            continue
        for _ in range(twos):
            if power == n - 1:
                break
            power = power * power % n
        else:
            return False
    return True


def _divisor(n: int, shift: int) -> int | None:
    """Look for a divisor by Pollard's rho: x -> x^2 + shift, twice as fast as itself."""
    root = math.isqrt(n)
    if root * root == n:
        return root
    slow = fast = 2
    while True:
        slow = (slow * slow + shift) % n
        fast = (fast * fast + shift) % n
        fast = (fast * fast + shift) % n
        found = math.gcd(slow - fast, n)
        if found > 1:
            return found if found < n else None


def _perfect_power(n: int) -> tuple[int, int] | None:
    """Write a leftover, whose primes are over 1,000, as a power with a prime exponent."""
    for power in (2, 3, 5, 7, 11, 13, 17, 19, 23):
        root = _root(n, power)
        if root**power == n:
            return root, power
    return None


def _root(n: int, power: int) -> int:
    """Give the whole part of a root, by Newton's method from above."""
    root = 1 << -(-n.bit_length() // power)
    while True:
        nearer = ((power - 1) * root + n // root ** (power - 1)) // power
        if nearer >= root:
            return root
        root = nearer


def fraction(factors: dict[int, int]) -> Number:
    """Multiply factors out; the caller has bounded the size.

    >>> fraction({73: 1, 5: -3})
    Fraction(73, 125)
    """
    above = below = 1
    for base, exponent in factors.items():
        if exponent > 0:
            above *= base**exponent
        else:
            below *= base**-exponent
    return above if below == 1 else Fraction(above, below)
