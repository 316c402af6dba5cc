"""Complete homogeneous symmetric polynomials of eigenvalues: the coefficients of 1 / D(z).

From the factors of D(z) = prod (1 - e z); to h(m), the sum of all products of m of the
eigenvalues e, with repetition, as a closed form in a symbolic m:

- h(m; a) = a^m, and h(m; a, ..., a) = a^m C(m + k - 1, k - 1) for k of them;
- h(m; a, b) = b^m (1 + q + ... + q^m) at q = a / b, a geometric sum, right at q = 1;
- h(m; a, b, ...) = (h(m + 1; a, ...) - h(m + 1; b, ...)) / (a - b), for a > b known;
- a quadratic factor 1 - b z - c z^2 has (b + s) / 2 and (b - s) / 2, s = sqrt(b^2 + 4 c).

Promises: where the eigenvalues are not to be had, each can be 0, or none of two is known
to be the greater, h(m) is a `recurrence` of D's coefficients: still right, and still evaluates.
All forms extend to h(m) = 0 for -deg D < m < 0.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from layercalc.algebras.powers import NoClosedForm, is_sure
from layercalc.algebras.resolvent import Difference, Factor, Resolvent, multiplied
from layercalc.assumptions import Facts
from layercalc.forms.product import ONE, Product, factored
from layercalc.lazy import sympy
from layercalc.numbers.special import geometric, recurrence

#: Quotients of more eigenvalues than this are not written out.
EIGENVALUES = 4
#: Roots of more operations than this are not written: sympy can take minutes to tell the sign of one.
OPERATIONS = 48
#: `recurrence` takes so many coefficients.
ORDER = 10

Homogeneous: TypeAlias = "Callable[[sympy.Expr], Product]"


class Eigenvalue(NamedTuple):
    """A real eigenvalue: `scale` times `rest`, and that as a product where it is known to be positive.

    The two of a quadratic factor share its `root`, their difference.
    """

    scale: Product
    rest: sympy.Expr
    product: Product | None = None
    root: Product | None = None

    @property
    def expression(self) -> sympy.Expr:
        """The eigenvalue in sympy."""
        return self.scale.to_sympy() * self.rest

    def over(self, other: Eigenvalue) -> sympy.Expr:
        """Divide."""
        return (self.scale / other.scale).to_sympy() * (self.rest / other.rest)


def eigenvalues(resolvent: Resolvent, factors: Sequence[Factor]) -> list[Eigenvalue] | None:
    """Give the eigenvalues that factors have, None where one of them does not show its own.

    >>> w = sympy.Symbol("w", positive=True)
    >>> resolvent = Resolvent([{1: ONE}, {0: Product.of(w), 1: ONE}])
    >>> [e.expression for e in eigenvalues(resolvent, resolvent.entry(0, 1)[0].factors)]
    [sqrt(4*w + 1)/2 + 1/2, 1/2 - sqrt(4*w + 1)/2]
    """
    found: list[Eigenvalue] = []
    for factor in factors:
        roots = _roots(resolvent, factor)
        if not roots:
            return None
        found += roots
    return found


def homogeneous(resolvent: Resolvent, factors: Sequence[Factor], facts: Facts | None) -> Homogeneous:
    """Give h as a function of m.

    >>> n, w = sympy.symbols("n w", positive=True)
    >>> resolvent = Resolvent([{0: ONE}, {0: ONE, 1: Product.of(w)}])
    >>> homogeneous(resolvent, resolvent.entry(1, 0)[0].factors, None)(n - 1).to_sympy()
    geometric(w, n)

    Raises:
        NoClosedForm: for a denominator that is too long for a recurrence.
    """
    found = eigenvalues(resolvent, factors)
    if found is not None and (closed := _closed(found, facts)) is not None:
        return closed
    _, *rest = multiplied(factor.series for factor in factors)
    if len(rest) > ORDER:
        raise NoClosedForm(f"it depends on {len(rest)} values at once")
    coefficients = [resolvent.signed(-poly).expression() for poly in rest]
    return lambda m: Product.of(recurrence(m, *coefficients))


def _roots(resolvent: Resolvent, factor: Factor) -> list[Eigenvalue]:
    """Give the eigenvalues of a factor, none where they do not show."""
    if len(factor.series) == 2:
        value = resolvent.signed(-factor.series[1])
        if value.minus:
            return [Eigenvalue(ONE, value.expression())]
        total = value.total()
        return [Eigenvalue(total, sympy.S.One, total)]
    if len(factor.series) > 3:
        return []
    _, b, c = (-poly for poly in factor.series)
    trace, square = resolvent.signed(b), resolvent.signed(b * b + 4 * c)
    # The square of a part of two values is (p - s)^2 + 4 q r.
    if trace.minus or (square.minus and factor.order > 2):
        return []
    root = square.total() ** Fraction(1, 2)
    return [] if root.to_sympy().count_ops() > OPERATIONS else _pair(trace.total(), root)


def _pair(trace: Product, root: Product) -> list[Eigenvalue]:
    greater = (trace + root) / Product.of(2)
    if trace.is_zero:
        return [
            Eigenvalue(greater, sympy.S.One, greater, root),
            Eigenvalue(greater, sympy.S.NegativeOne, None, root),
        ]
    shared, (b, s) = factored([trace, root])
    scale, mean, half = shared / Product.of(2), b.to_sympy(), s.to_sympy()
    return [Eigenvalue(scale, mean + half, greater, root), Eigenvalue(scale, mean - half, None, root)]


def _closed(values: Sequence[Eigenvalue], facts: Facts | None) -> Homogeneous | None:
    first = values[0].product
    if first is not None and all(value.product == first for value in values):
        return _repeated(first, len(values))
    if len(values) == 2:
        return _of_two(*values)
    return _of_more(values, facts) if len(values) <= EIGENVALUES else None


def _repeated(value: Product, times: int) -> Homogeneous:
    def at(m: sympy.Expr) -> Product:
        ways = sympy.expand(sympy.Mul(*(m + k for k in range(1, times)))) / sympy.factorial(times - 1)
        # Before m = 0 there are no ways, and 0 has no power.
        power: Product = value ** (sympy.Max(m, 0) if value.can_be_zero else m)
        return power * Product.of(ways)

    return at


def _of_two(a: Eigenvalue, b: Eigenvalue) -> Homogeneous | None:
    """Divide by the eigenvalue that leaves the simpler ratio, and is never 0."""
    ways = [
        (_awkwardness(base, other), base.product, other.over(base))
        for base, other in ((a, b), (b, a))
        if base.product is not None and not base.product.can_be_zero
    ]
    if not ways:
        return None
    _, base, ratio = min(ways, key=lambda way: way[0])
    return lambda m: base**m * Product.of(geometric(ratio, m + 1))


def _awkwardness(base: Eigenvalue, other: Eigenvalue) -> tuple[bool, bool, int]:
    """Rank a divisor: best is 1, then one without a root, then one that leaves a small denominator."""
    below = [power for monomial in (other.scale / base.scale).groups.values() for power in monomial.values()]
    return base.product != ONE, base.root is not None, sum(power < 0 for power in below)


def _of_more(values: Sequence[Eigenvalue], facts: Facts | None) -> Homogeneous | None:
    places = sorted(range(len(values)), key=lambda place: values[place].product == ONE)
    for a, b in itertools.permutations(places, 2):
        gap = _gap(values[a], values[b], facts)
        if gap is not None:
            first, second = (
                _closed([value for place, value in enumerate(values) if place != without], facts)
                for without in (b, a)
            )
            if first and second:
                return _quotient(first, second, gap)
    return None


def _quotient(first: Homogeneous, second: Homogeneous, gap: Product) -> Homogeneous:
    return lambda m: Difference([first(m + 1)], [second(m + 1)]).total() / gap


def _gap(a: Eigenvalue, b: Eigenvalue, facts: Facts | None) -> Product | None:
    """Give a - b where it is known to be positive."""
    if a.root is not None and a.root == b.root:
        return a.root if b.product is None and a.product is not None else None
    gap = a.expression - b.expression
    if gap.is_positive or (gap.free_symbols and is_sure(sympy.Gt(a.expression, b.expression), facts)):
        return Product.of(gap)
    return None
