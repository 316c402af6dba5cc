"""Lemmas on floors, remainders, maxima and powers that hold for all arguments.

From generators of polynomials; to polynomials that are not negative: floor(x) is at most x
and more than x - 1, a maximum is no less than any of its parts, b^n is at least 1 + n (b - 1).
It does not combine them: `assumptions.proofs` does.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from layercalc.assumptions.ranges import EXPONENT, Known, Ranges
from layercalc.lazy import sympy
from layercalc.numbers.polynomial import (
    ONE,
    Polynomial,
    TooLarge,
    combined,
    denominator,
    generators,
    is_whole,
    polynomial,
    product,
    tightened,
)
from layercalc.numbers.sums import surely_whole

#: A proof looks at no more than these.
LEMMAS = 24
#: Powers of symbols are bounded from no exponent above this.
TANGENT = 3
#: Roundings and powers are compared with so many of their kind.
COMPARED = 4


class Lemmas(Ranges):
    """What is known of the parts of a polynomial."""

    def __init__(self) -> None:
        super().__init__()
        self._lemmas: dict[Any, list[Known]] = {}

    def _changed(self) -> None:
        super()._changed()
        self._lemmas.clear()

    def _about(self, poly: Polynomial) -> list[Known]:
        """Collect what may bear on a polynomial: of its generators, and of those that these lead to."""
        found: list[Known] = []
        waiting = [known for known in self._known if known.polynomial]
        seen = dict.fromkeys(generators(poly))
        fresh: Iterable[sympy.Expr] = list(seen)
        while fresh and len(found) < LEMMAS:
            added = [lemma for generator in fresh for lemma in self._of(generator)]
            symbols = {symbol for generator in seen for symbol in generator.free_symbols}
            near = [known for known in waiting if self._bears(known, symbols)]
            waiting = [known for known in waiting if known not in near]
            found += near + added
            fresh = [g for known in near + added for g in generators(known.polynomial) if g not in seen]
            fresh = list(dict.fromkeys(fresh))
            seen |= dict.fromkeys(fresh)
        together = itertools.chain(self._divided(seen), self._between(list(seen)))
        return (found + list(together))[:LEMMAS]

    @staticmethod
    def _bears(known: Known, symbols: set[sympy.Basic]) -> bool:
        """Tell whether a known fact shares a symbol; facts on the rounds of a loop count only inside it."""
        if known.round is not None and known.round not in symbols:
            return False
        return not known.symbols.isdisjoint(symbols)

    def _of(self, generator: sympy.Expr) -> list[Known]:
        if generator.is_Symbol:
            return []
        if generator not in self._lemmas:
            self._lemmas[generator] = []  # while it is looked at
            try:
                found = [Known(*tightened(poly, strict)) for poly, strict in self._true_of(generator)]
                self._lemmas[generator] = [known for known in found if known.polynomial]
            except TooLarge:
                pass  # nothing is known of it
        return self._lemmas[generator]

    def _true_of(self, generator: Any) -> Iterator[tuple[Polynomial, bool]]:
        if isinstance(generator, sympy.floor | sympy.ceiling):
            sign = 1 if isinstance(generator, sympy.floor) else -1
            yield from self._rounded(generator, sign)
        elif isinstance(generator, sympy.Mod):
            yield from self._remainder(generator)
        elif isinstance(generator, sympy.Max | sympy.Min):
            sign = 1 if isinstance(generator, sympy.Max) else -1
            for part in generator.args:
                yield polynomial(sign * (generator - part)), False
        elif generator.is_Pow and generator.exp.is_integer and generator.exp.free_symbols:
            yield from self._power(generator)

    def _rounded(self, generator: Any, sign: int) -> Iterator[tuple[Polynomial, bool]]:
        """Compare d floor(x / d) with x and x - d, and ceilings the other way round."""
        inner, scale = self._cleared(polynomial(generator.args[0]))
        if inner is None:
            return
        lost = combined([(inner, sign), (product([scale, polynomial(generator)]), -sign)])
        yield lost, False
        are_whole = is_whole(inner) and is_whole(scale)
        yield combined([(scale, 1), (lost, -1), ({ONE: 1}, -1 if are_whole else 0)]), not are_whole

    def _remainder(self, generator: Any) -> Iterator[tuple[Polynomial, bool]]:
        number, modulus = generator.args
        if not self._positive(modulus) if modulus.free_symbols else not modulus > 0:
            return
        are_whole = surely_whole(generator)
        yield polynomial(generator), False
        last: Polynomial = {ONE: -1} if are_whole else {}
        yield combined([(polynomial(modulus), 1), (polynomial(generator), -1), (last, 1)]), not are_whole
        low = self._least(polynomial(number))
        if low is not None and low >= 0:
            yield combined([(polynomial(number), 1), (polynomial(generator), -1)]), False

    def _power(self, generator: Any) -> Iterator[tuple[Polynomial, bool]]:
        """Use the line below the power: b^n >= b^k (1 + (b - 1) (n - k)) for n >= k, after Bernoulli."""
        base, exponent = generator.as_base_exp()
        low = self._least(polynomial(exponent))
        if low is None or low < 0 or not self._positive(base):
            return
        start = min(math.ceil(low), EXPONENT if base.is_Integer else TANGENT)
        line = base**start * (1 + (base - 1) * (exponent - start))
        yield combined([(polynomial(generator), 1), (polynomial(line), -1)]), False

    def _divided(self, seen: Iterable[sympy.Expr]) -> Iterator[Known]:
        """Join a quotient and its remainder: d floor(x / d) + x % d is x."""
        floors = [generator for generator in seen if isinstance(generator, sympy.floor)]
        for rest in [generator for generator in seen if isinstance(generator, sympy.Mod)]:
            number, modulus = rest.args
            for quotient in floors:
                if sympy.expand(quotient.args[0] * modulus - number) == 0:
                    whole = polynomial(modulus * quotient + rest - number)
                    yield from (Known(combined([(whole, sign)]), False) for sign in (1, -1))

    def _between(self, seen: Sequence[sympy.Expr]) -> Iterator[Known]:
        """Compare what rises with what it is taken of: floor(a) <= floor(b) for a <= b."""
        kinds: dict[Any, list[Any]] = {}
        for generator in seen:
            if isinstance(generator, sympy.floor | sympy.ceiling):
                kinds.setdefault(generator.func, []).append(generator)
            elif generator.is_Pow and generator.base.is_Integer and generator.base > 1:
                kinds.setdefault(generator.base, []).append(generator)
        for kind, members in kinds.items():
            for low, high in itertools.permutations(members[:COMPARED], 2):
                inner = [member.exp if member.is_Pow else member.args[0] for member in (low, high)]
                apart = self._least(combined([(polynomial(inner[1]), 1), (polynomial(inner[0]), -1)]))
                if apart is None:
                    continue
                if not low.is_Pow:
                    yield Known(polynomial(high - low - math.floor(apart)), False)
                elif low.exp.is_integer and high.exp.is_integer and apart >= -EXPONENT:
                    factor = Fraction(int(kind)) ** min(math.ceil(apart), EXPONENT)
                    yield Known(combined([(polynomial(high), 1), (polynomial(low), -factor)]), False)

    def _cleared(self, poly: Polynomial) -> tuple[Polynomial | None, Polynomial]:
        """Multiply by what stands below the line, which must be positive."""
        scale = denominator(poly)
        if not all(self._positive(generator) for generator in generators(scale)):
            return None, scale
        return product([poly, scale]), scale
