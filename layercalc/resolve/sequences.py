"""The closed form of a size that changes from round to round.

From the sizes of the first rounds; to a formula of the round's number. Promises: it
gives the sizes that it was read off. That it goes on is for the caller to prove, by one
round at a symbol.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

from layercalc import limits
from layercalc.errors import Span
from layercalc.expressions import rounding
from layercalc.expressions.arithmetic import plain, symbolic
from layercalc.expressions.scope import Context
from layercalc.lazy import sympy
from layercalc.network import Scalar, Tensor


class Rounding(NamedTuple):
    """How sizes are rounded up and down, as far as it is not known that there is nothing to round."""

    up: Callable[[Any], Any]
    down: Callable[[Any], Any]


ByRound: TypeAlias = Callable[[Any, Rounding], Any]
"""The size before round k, from k as a sympy expression or number."""

#: A law is read off at least so many terms.
LEAST_TERMS = 4
#: The highest degree of a polynomial law, so that two terms more confirm it.
DEGREE = 3
#: Windows with strides up to this shrink a size by rounding up.
STRIDES = 8


@dataclass(frozen=True, slots=True)
class _Affine:
    """s(k + 1) = ratio s(k) + step."""

    start: Any
    ratio: Any
    step: Any

    def __call__(self, k: Any, rounding: Rounding) -> Any:
        if self.ratio == 1:
            return self.start + self.step * k
        if self.step == 0:
            return self.start * _raised(self.ratio, k)
        fixed = sympy.cancel(self.step / (1 - self.ratio))
        return _raised(self.ratio, k) * (self.start - fixed) + fixed


def _raised(base: Any, exponent: Any) -> Any:
    """Raise to the number of a round, unless that makes a number that is too long."""
    rounds = symbolic(exponent)
    if base.is_Rational and rounds.is_Integer:
        limits.check_number((max(base.p, base.q).bit_length() - 1) * abs(int(rounds)), None)
    return base**exponent


@dataclass(frozen=True, slots=True)
class _Newton:
    """A polynomial, by its forward differences at 0."""

    differences: tuple[Any, ...]

    def __call__(self, k: Any, rounding: Rounding) -> Any:
        terms = [d * sympy.ff(k, m) / math.factorial(m) for m, d in enumerate(self.differences)]
        return sympy.expand(sympy.Add(*terms), func=True)


@dataclass(frozen=True, slots=True)
class _Shrinking:
    """ceil(start / stride^k): windows with a stride under `same`."""

    start: Any
    stride: int

    def __call__(self, k: Any, rounding: Rounding) -> Any:
        return rounding.up(self.start * _raised(sympy.Integer(self.stride), -k))


@dataclass(frozen=True, slots=True)
class _Floored:
    """floor((start + shift) / stride^k) - shift: windows with a stride that leave out what is over."""

    start: Any
    stride: int
    shift: int

    def __call__(self, k: Any, rounding: Rounding) -> Any:
        start = self.start + self.shift
        return rounding.down(start * _raised(sympy.Integer(self.stride), -k)) - self.shift


@dataclass(frozen=True, slots=True)
class _Read:
    """The size that a round at a symbol gives, whatever enters it."""

    size: Any
    index: Any

    def __call__(self, k: Any, rounding: Rounding) -> Any:
        return symbolic(self.size).xreplace({self.index: k - 1})


@dataclass(frozen=True, slots=True)
class _Put:
    """A law that was read with symbols, with sizes in their place."""

    law: ByRound
    sizes: Mapping[Any, Any]

    def __call__(self, k: Any, rounding: Rounding) -> Any:
        up, down = (lambda value, way=way: way(value.xreplace(self.sizes)) for way in rounding)
        return symbolic(self.law(k, Rounding(up, down))).xreplace(self.sizes)


def read(size: Scalar, index: Any) -> ByRound:
    """Take what the round at a symbol gives, whatever enters it, for the size before the next one.

    >>> import sympy
    >>> i = sympy.Symbol("i", integer=True)
    >>> read(i % 2 + 3, i)(i + 1, Rounding(sympy.ceiling, sympy.floor))
    Mod(i, 2) + 3
    """
    return _Read(size, index)


def put(law: ByRound, sizes: Mapping[Any, Any]) -> ByRound:
    """Put sizes in place of the symbols that a law was read with, before it rounds.

    >>> import sympy
    >>> r, k = sympy.symbols("r k", integer=True, positive=True)
    >>> law = law_of([r, *(sympy.floor(r / 2**k) for k in (1, 2, 3))])
    >>> put(law, {r: sympy.Integer(15)})(2, Rounding(sympy.ceiling, sympy.floor))
    3
    """
    return _Put(law, sizes)


def law_of(terms: Sequence[Scalar]) -> ByRound | None:
    """Read a law off the first terms of a sequence; None where they show none.

    >>> import sympy
    >>> k = sympy.Symbol("k", integer=True)
    >>> exact = Rounding(sympy.ceiling, sympy.floor)
    >>> [law_of(terms)(k, exact) for terms in ([16, 28, 40, 52], [64, 128, 256, 512])]
    [12*k + 16, 64*2**k]
    """
    if len(terms) < LEAST_TERMS:
        return None
    sizes = [symbolic(term) for term in terms]
    symbols = any(size.free_symbols for size in sizes)
    if symbols and not any(size.has(sympy.floor, sympy.ceiling) for size in sizes):
        return _affine(sizes) or _polynomial(sizes)
    return _shrinking(sizes) or _floored(sizes) or _affine(sizes) or _polynomial(sizes)


def size_at(law: ByRound, number: Scalar, context: Context, span: Span) -> Scalar:
    """Give the size before a round, multiplied out and rounded up as far as the facts leave it open.

    >>> import sympy
    >>> from layercalc.errors import Source
    >>> from layercalc.expressions.scope import Scope
    >>> n, k = sympy.symbols("n k", integer=True)
    >>> law = law_of([36 * 2**n, 36 * 2 ** (n + 1), 36 * 2 ** (n + 2), 36 * 2 ** (n + 3)])
    >>> size_at(law, k - n, Context(Scope()), Span(Source("a.arch", "relu"), 0, 4))
    36*2**k
    """
    up, down = (partial(_rounded, way, span=span, context=context) for way in (rounding.ceil, rounding.floor))
    size = law(symbolic(number), Rounding(up, down))
    opened = sympy.expand(symbolic(size))
    return plain(sympy.Add(*map(_with_one_power, sympy.Add.make_args(opened))))


def _rounded(way: Callable[..., Any], value: Any, span: Span, context: Context) -> Any:
    return symbolic(way(value, span, context.facts))


def shape_at(laws: Sequence[ByRound], number: Scalar, context: Context, span: Span) -> Tensor:
    """Give the shape before a round, from the laws of its channels and spatial sizes."""
    channels, *spatial = (size_at(law, number, context, span) for law in laws)
    return Tensor(channels, tuple(spatial))


def _with_one_power(term: Any) -> Any:
    """Write 2^n / 2^k as 2^(n - k), its numbers left apart."""
    exponents: dict[Any, list[Any]] = {}
    rest = []
    for factor in sympy.Mul.make_args(term):
        base, exponent = factor.as_base_exp()
        if base.is_Integer and exponent.free_symbols:
            exponents.setdefault(base, []).append(exponent)
        else:
            rest.append(factor)
    return sympy.Mul(*rest, *(base ** sympy.Add(*parts) for base, parts in exponents.items()))


def _affine(sizes: list[Any]) -> ByRound | None:
    first, second = sizes[1] - sizes[0], sizes[2] - sizes[1]
    ratio = sympy.S.One if _is_zero(second - first) else sympy.S.Zero if _is_zero(first) else None
    ratio = sympy.cancel(second / first) if ratio is None else ratio
    if ratio == 0 or ratio.is_negative:  # sizes that alternate are those of rounds that take turns
        return None
    step = sympy.cancel(sizes[1] - ratio * sizes[0])
    goes_on = all(_is_zero(b - ratio * a - step) for a, b in pairwise(sizes))
    return _Affine(sizes[0], ratio, step) if goes_on else None


def _shrinking(sizes: list[Any]) -> ByRound | None:
    # ceil(ceil(x) / m) is ceil(x / m): behind a first round that stands apart.
    start = sizes[0].args[0] if isinstance(sizes[0], sympy.ceiling) else sizes[0]
    for stride in range(2, STRIDES + 1):
        law = _Shrinking(start, stride)
        if all(_is_zero(size - law(k, Rounding(sympy.ceiling, sympy.floor))) for k, size in enumerate(sizes)):
            return law
    return None


def _floored(sizes: list[Any]) -> ByRound | None:
    """Read a(k + 1) = floor((a(k) + c) / stride), which is so again for a + c / (stride - 1)."""
    insides = [inside for size in sizes[1:] if (inside := _under_floor(size)) is not None]
    if len(insides) < len(sizes) - 1:
        return None
    start = inside if (inside := _under_floor(sizes[0])) is not None else sizes[0]
    for stride in range(2, STRIDES + 1):
        over = sympy.expand(insides[0] * stride - start)
        shift = -over / (stride - 1)
        if not shift.is_Integer:
            continue
        wanted = ((start + shift) / stride**k - shift for k in range(1, len(sizes)))
        if all(_is_zero(inside - value) for inside, value in zip(insides, wanted, strict=True)):
            return _Floored(start, stride, int(shift))
    return None


def _under_floor(size: Any) -> Any | None:
    """Give what is rounded down as a whole, None where nothing is."""
    number, rest = size.as_coeff_Add()
    if not isinstance(rest, sympy.floor | sympy.ceiling):
        return None
    inside = sympy.expand(rest.args[0])
    below = math.lcm(*(int(term.as_coeff_Mul()[0].q) for term in sympy.Add.make_args(inside)))
    if isinstance(rest, sympy.ceiling):  # of whole numbers over another, which the proof will show
        inside += sympy.Rational(below - 1, below)
    return inside + number


def _polynomial(sizes: list[Any]) -> ByRound | None:
    differences, row = [sizes[0]], sizes
    while len(row) > 2 and len(differences) <= DEGREE + 1:
        row = [sympy.expand(b - a) for a, b in pairwise(row)]
        if all(map(_is_zero, row)):
            return _Newton(tuple(differences))
        differences.append(row[0])
    return None


def _is_zero(expression: Any) -> bool:
    return bool(expression == 0 or sympy.cancel(sympy.expand(expression)) == 0)
