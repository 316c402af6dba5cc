"""Sums and products over rounds, written out once their bounds are numbers.

From sympy's `Sum` and `Product` at numbers; to numbers, and to logarithms times numbers.
Promises: the values are exact, equal logarithms are added up, and the work is counted:
what has more rounds than `limits` says is refused. It knows no closed form, and no text is
evaluated: an expression becomes functions of Python, one for each of its nodes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from layercalc import limits
from layercalc.errors import limit
from layercalc.lazy import sympy
from layercalc.numbers.log2 import log2
from layercalc.numbers.rational import Number, bits, whole
from layercalc.numbers.scalar import Scalar, plain, rational, symbolic
from layercalc.numbers.special import geometric, outermost, recurrence, rising

#: Numbers of more bits are not multiplied out.
BITS = 1 << 14

Read: TypeAlias = Callable[[], Number]


class InexactError(Exception):
    """A term has no exact value, or one too long to be written out."""


class LogSum(NamedTuple):
    """A rational number, and the arguments of logarithms with what stands before them."""

    number: Number
    logs: Mapping[Number, Number]

    def terms(self) -> list[Scalar]:
        """List what is added up."""
        logs = (symbolic(times) * log2(symbolic(value)) for value, times in self.logs.items() if times)
        return [term for term in (self.number, *logs) if term != 0]


#: Values of symbols, put in while a series is read: at 0, not all that its empty rounds hold is a number.
At: TypeAlias = "Mapping[sympy.Symbol, sympy.Expr]"
NOWHERE: At = {}


def is_known(series: sympy.Expr, at: At = NOWHERE) -> bool:
    """Tell whether the bounds of a sum or product are numbers.

    >>> i, n = sympy.symbols("i n")
    >>> is_known(sympy.Sum(i, (i, 0, 3))), is_known(sympy.Sum(i, (i, 0, n)))
    (True, False)
    """
    return all(bound.is_Integer for bound in _bounds(series, at))


def _bounds(series: sympy.Expr, at: At) -> list[sympy.Expr]:
    _, *bounds = series.limits[-1]
    return [put_in(bound, at) for bound in bounds]


def written_out(expression: sympy.Expr) -> sympy.Expr:
    """Write sums and products out whose bounds have become numbers.

    >>> i = sympy.Symbol("i")
    >>> written_out(1 + sympy.Sum(1 / (i + 1), (i, 0, 2)))
    17/6
    """
    return _written(expression, NOWHERE)


def put_in(expression: sympy.Expr, values: At) -> sympy.Expr:
    """Put values in place of symbols, and write out what has become a number.

    >>> i, n = sympy.symbols("i n")
    >>> put_in(sympy.Sum(1 / (i + 1), (i, 0, n)), {n: sympy.Integer(2)})
    11/6
    """
    return expression if expression.free_symbols.isdisjoint(values) else _written(expression, values)


def _written(expression: sympy.Expr, at: At) -> sympy.Expr:
    if not expression.has(sympy.Sum, sympy.Product):
        return expression.xreplace(dict(at)) if at else expression
    if isinstance(expression, sympy.Sum | sympy.Product):
        return _value(expression, at) if is_known(expression, at) else expression.xreplace(dict(at))
    return expression.func(*(_written(part, at) for part in expression.args))


def _value(series: sympy.Expr, at: At) -> sympy.Expr:
    try:
        if isinstance(series, sympy.Sum):
            return sympy.Add(*map(symbolic, total_of(series, at).terms()))
        return symbolic(plain(symbolic(math.prod(factors_of(series, at)))))
    except InexactError:
        join = sympy.Add if isinstance(series, sympy.Sum) else sympy.Mul
        function, (index, _, _) = outermost(series)
        rounds = ({**at, index: sympy.Integer(k)} for k in rounds_of(series, at))
        return join(*(_written(function, values) for values in rounds))


def total_of(series: sympy.Sum, at: At = NOWHERE) -> LogSum:
    """Add up the rounds of a sum.

    >>> i = sympy.Symbol("i")
    >>> total_of(sympy.Sum(log2(i % 2 + 3) + i, (i, 0, 4)))
    LogSum(number=10, logs={3: 3, 4: 2})

    Raises:
        InexactError: where a term is no number and no multiple of logarithms of numbers.
        SpecError: for more rounds than the limit.
    """
    return _Reader(at).total(series)


def factors_of(series: sympy.Product, at: At = NOWHERE) -> list[Number]:
    """List the rounds of a product.

    >>> i = sympy.Symbol("i")
    >>> factors_of(sympy.Product(i**2 + 1, (i, 0, 3)))
    [1, 2, 5, 10]

    Raises:
        InexactError: where a factor is no number.
        SpecError: for more rounds than the limit.
    """
    return _Reader(at).factors(series)


def rounds_of(series: sympy.Expr, at: At = NOWHERE) -> range:
    """Give the numbers of the rounds.

    >>> i = sympy.Symbol("i")
    >>> rounds_of(sympy.Product(i, (i, 1, 4)))
    range(1, 5)

    Raises:
        SpecError: for more rounds than the limit.
    """
    low, high = map(int, _bounds(series, at))
    _check(high - low + 1, limits.OPEN_ROUNDS)
    return range(low, high + 1)


def _check(rounds: int, most: int) -> None:
    if rounds > most:
        raise limit(f"a sum or a product has over {most:,} rounds to be written out, the limit")


def _count(what: str, number: int, most: int) -> None:
    if number > most:
        raise limit(f"a sum has over {most:,} different {what}, the limit")


class _Counter(NamedTuple):
    """Counts the rounds of a series and of those in it before any is read: too many are refused at once.

    `spend` adds them, so many times, to those of the reader; their number depends on the symbols `reads`.
    """

    reads: set[sympy.Symbol]
    spend: Callable[[int], None]


def _series_in(expression: sympy.Expr) -> Iterator[sympy.Expr]:
    """Find the sums and products in an expression that stand in no other."""
    if isinstance(expression, sympy.Sum | sympy.Product):
        yield expression
    elif expression.has(sympy.Sum, sympy.Product):
        for part in expression.args:
            yield from _series_in(part)


class _Reader:
    """Makes functions of expressions; `_at` are the rounds that each of them sees."""

    def __init__(self, at: At) -> None:
        known = ((symbol, plain(value)) for symbol, value in at.items())
        self._at: dict[sympy.Symbol, Number] = {s: v for s, v in known if isinstance(v, int | Fraction)}
        self._rounds = 0
        self._sequences: dict[tuple[Number, ...], list[Number]] = {}
        self._risen: tuple[Number, list[Number]] = (0, [1])

    def total(self, series: sympy.Sum) -> LogSum:
        over: dict[int, int] = {}
        logs: dict[Number, Number] = {}
        add = self._adder(series, over, logs)
        self._counter(series).spend(1)
        add()
        return LogSum(_added(over), logs)

    def factors(self, series: sympy.Product) -> list[Number]:
        function, rounds = outermost(series)
        walk, read = self._walk(rounds), self.read(function)
        self._counter(series).spend(1)
        return [read() for _ in walk()]

    def _adder(
        self, series: sympy.Sum, over: dict[int, int], logs: dict[Number, Number]
    ) -> Callable[[], None]:
        """Add the rounds of a sum, and of sums that are its terms, to what there is."""
        function, rounds = outermost(series)
        walk = self._walk(rounds)
        if isinstance(function, sympy.Sum):
            inner = self._adder(function, over, logs)

            def add_inner() -> None:
                for _ in walk():
                    inner()

            return add_inner
        exact, marked = self._parted(function)

        def add() -> None:
            for _ in walk():
                value = exact()
                over[value.denominator] = over.get(value.denominator, 0) + value.numerator
                for times, argument in marked:
                    inside = argument()
                    logs[inside] = logs.get(inside, 0) + times()
                _count("logarithms", len(logs), limits.OPEN_ROUNDS)
                _count("denominators", len(over), limits.DENOMINATORS)

        return add

    def _parted(self, function: sympy.Expr) -> tuple[Read, list[tuple[Read, Read]]]:
        """Split off the multiples of one logarithm."""
        opened = sympy.expand_mul(function, deep=False) if function.has(log2) else function
        marked, rest = [], []
        for term in sympy.Add.make_args(opened):
            found = [part for part in sympy.Mul.make_args(term) if isinstance(part, log2)]
            if len(found) == 1:
                marked.append((self.read(term / found[0]), self._positive(found[0].args[0])))
            else:
                rest.append(term)
        return self.read(sympy.Add(*rest)), marked

    def _positive(self, expression: sympy.Expr) -> Read:
        read = self.read(expression)

        def positive() -> Number:
            value = read()
            if value <= 0:
                raise ZeroDivisionError(f"log2({value}) is no number")
            return value

        return positive

    def _walk(self, rounds: sympy.Tuple) -> Callable[[], Iterator[int]]:
        index, low, high = rounds
        first, last = self.read(low), self.read(high)
        self._at.setdefault(index, 0)

        def walk() -> Iterator[int]:
            start, end = _integer(first()), _integer(last())
            around = self._at[index]
            for k in range(start, end + 1):
                self._at[index] = k
                yield k
            self._at[index] = around

        return walk

    def _counter(self, series: sympy.Expr) -> _Counter:
        function, rounds = outermost(series)
        index, low, high = rounds
        first, last, walk = self.read(low), self.read(high), self._walk(rounds)
        before = [self._counter(one) for bound in (low, high) for one in _series_in(bound)]
        inner = [self._counter(one) for one in _series_in(function)]
        own = {*low.free_symbols, *high.free_symbols}.union(*(one.reads for one in before))
        reads = set[sympy.Symbol]().union(*(one.reads for one in inner))

        def spend(times: int) -> None:
            for one in before:
                one.spend(times)
            length = max(_integer(last()) - _integer(first()) + 1, 0)
            self._rounds += times * length
            _check(self._rounds, limits.ROUNDS)
            each, turns = (times, walk()) if index in reads else (times * length, range(min(length, 1)))
            for _ in turns:
                for one in inner:
                    one.spend(each)

        return _Counter(own | reads - {index}, spend)

    def read(self, value: sympy.Expr) -> Read:
        """Make the function of an expression."""
        if value.is_Rational:
            number = rational(value)
            return lambda: number
        if value.is_Symbol:
            if value not in self._at:
                raise InexactError
            at = self._at
            return lambda: at[value]
        if isinstance(value, sympy.Sum | sympy.Product):
            return self._series(value)
        if value.is_Add or isinstance(value, sympy.floor):
            return self._quotient(value)
        rule = _RULES.get(value.func)
        if rule is None:
            raise InexactError
        parts = [self.read(part) for part in value.args]
        return rule(parts, self)

    def _quotient(self, value: sympy.Expr) -> Read:
        """Read a sum, or the floor of one, in whole numbers over their common denominator."""
        inside = value if value.is_Add else value.args[0]
        terms = sympy.Add.make_args(inside)
        below = math.lcm(*(int(term.as_coeff_Mul()[0].q) for term in terms))
        parts = [self.read(term * below) for term in terms]
        if not value.is_Add:
            return lambda: math.floor(sum([part() for part in parts]) // below)
        if below == 1:
            return lambda: sum([part() for part in parts])
        return lambda: Fraction(sum([part() for part in parts])) / below

    def _series(self, value: sympy.Expr) -> Read:
        function, rounds = outermost(value)
        walk, read = self._walk(rounds), self.read(function)
        if isinstance(value, sympy.Product):
            return lambda: _short(math.prod([read() for _ in walk()]))

        def added() -> Number:
            over: dict[int, int] = {}
            for _ in walk():
                term = read()
                over[term.denominator] = over.get(term.denominator, 0) + term.numerator
            return _added(over)

        return added

    def member(self, n: Number, coefficients: tuple[Number, ...]) -> Number:
        """Give a member of a sequence, those before it kept."""
        if n < 0:
            return 0
        known = self._sequences.setdefault(coefficients, [1])
        while len(known) <= _integer(n):
            past = zip(coefficients, reversed(known), strict=False)
            known.append(_short(sum(c * h for c, h in past)))
        return known[int(n)]

    def risen(self, x: Number, n: Number) -> Number:
        """Give a rising factorial, the shorter ones from the same number kept."""
        known: list[Number] = self._risen[1] if self._risen[0] == x else [1]
        self._risen = x, known
        while len(known) <= _integer(n):
            known.append(_short(known[-1] * (x + len(known) - 1)))
        return known[int(n)]


def _added(over: Mapping[int, int]) -> Number:
    """Add fractions by their denominators, two and two."""
    parts = [Fraction(above, below) for below, above in over.items()]
    while len(parts) > 1:
        parts = [sum(parts[k : k + 2], start=Fraction(0)) for k in range(0, len(parts), 2)]
    return whole(parts[0]) if parts else 0


def _short(value: Number) -> Number:
    if bits(value) > BITS:
        raise InexactError
    return whole(value)


def _integer(value: Number) -> int:
    if value.denominator != 1:
        raise InexactError
    return int(value)


def _power(base: Number, exponent: Number) -> Number:
    n = _integer(exponent)
    if abs(base) != 1 and bits(base) * abs(n) > 2 * BITS:
        raise InexactError
    return whole(Fraction(base) ** n) if n < 0 else base**n


def _geometric(q: Number, n: Number) -> Number:
    if q == 1:
        return n
    return whole(Fraction(_power(q, n) - 1) / (q - 1))


_RULES: Mapping[type, Callable[[list[Read], _Reader], Read]] = {
    sympy.Mul: lambda parts, _: lambda: math.prod([part() for part in parts]),
    sympy.Pow: lambda parts, _: lambda: _power(parts[0](), parts[1]()),
    sympy.Max: lambda parts, _: lambda: max([part() for part in parts]),
    sympy.Min: lambda parts, _: lambda: min([part() for part in parts]),
    sympy.Mod: lambda parts, _: lambda: parts[0]() % parts[1](),
    sympy.Abs: lambda parts, _: lambda: max(value := parts[0](), -value),
    sympy.ceiling: lambda parts, _: lambda: math.ceil(parts[0]()),
    geometric: lambda parts, _: lambda: _geometric(parts[0](), parts[1]()),
    rising: lambda parts, reader: lambda: reader.risen(parts[0](), parts[1]()),
    recurrence: lambda parts, reader: lambda: reader.member(parts[0](), tuple(part() for part in parts[1:])),
}
