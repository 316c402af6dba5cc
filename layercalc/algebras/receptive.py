"""The algebra of the receptive field along one axis: pairs of a stride and a size.

From the stride and the reach of layers; to how far apart neighbours of a value stand in the
input, and how much of the input one of them sees. In series (j, r) goes on by (s, k) as
(j s, r + (k - 1) j); at a merge the larger size counts, where the strides agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from layercalc.algebras.max_plus import MaxPlus
from layercalc.algebras.powers import NoClosedForm
from layercalc.forms import series
from layercalc.forms.product import Product
from layercalc.lazy import sympy
from layercalc.numbers.scalar import Scalar, plain, symbolic, total
from layercalc.records import dataclass

if TYPE_CHECKING:
    from layercalc.assumptions import Facts


@dataclass(frozen=True, slots=True)
class ReceptiveField:
    """What one value sees: `jump` between neighbours, and the size that it reaches over."""

    jump: Scalar = 1
    reach: Scalar = 1

    @property
    def free_symbols(self) -> frozenset[sympy.Symbol]:
        """The symbols it depends on."""
        return frozenset(symbolic(self.jump).free_symbols | symbolic(self.reach).free_symbols)


@dataclass(frozen=True, slots=True)
class Receptive:
    """Receptive fields: times goes on behind, plus takes the larger of equal strides.

    >>> algebra = Receptive()
    >>> stem = algebra.times(ReceptiveField(2, 7), ReceptiveField(2, 3))
    >>> stem, algebra.times(stem, algebra.power(ReceptiveField(1, 3), 2))
    (ReceptiveField(jump=4, reach=11), ReceptiveField(jump=4, reach=27))
    """

    facts: Facts | None = None

    @property
    def one(self) -> ReceptiveField:
        """What a value sees of itself."""
        return ReceptiveField()

    def of(self, field: ReceptiveField) -> ReceptiveField:
        """Take in one layer."""
        return ReceptiveField(plain(field.jump), plain(field.reach))

    def times(self, a: ReceptiveField, b: ReceptiveField) -> ReceptiveField:
        """Go on behind a value."""
        further = symbolic(a.jump) * (symbolic(b.reach) - 1)
        return ReceptiveField(plain(symbolic(a.jump) * symbolic(b.jump)), total([a.reach, plain(further)]))

    def plus(self, values: Sequence[ReceptiveField]) -> ReceptiveField:
        """Take the larger size.

        Raises:
            NoClosedForm: where the strides are not the same.
        """
        first, *others = values
        for other in others:
            if sympy.expand(symbolic(other.jump) - symbolic(first.jump)) != 0:
                raise NoClosedForm(f"ways of strides {first.jump} and {other.jump} meet".replace("**", "^"))
        return ReceptiveField(first.jump, self._sizes.plus([value.reach for value in values]))

    def power(self, a: ReceptiveField, n: Scalar) -> ReceptiveField:
        """Go on n times: of stride 1 the size grows by as much each time, of another geometrically."""
        return self.series(a, sympy.Dummy("i", integer=True, nonnegative=True), n)

    def series(self, a: ReceptiveField, index: sympy.Symbol, n: Scalar) -> ReceptiveField:
        """Go on through the rounds 0 to n - 1, each of which starts at the strides of those before."""
        jump = symbolic(a.jump)
        if not jump.has(index):
            before, after = jump**index, jump ** symbolic(n)
        else:
            factor = Product.of(a.jump)
            before, after = (series.product_over(factor, index, end).to_sympy() for end in (index, n))
        grown = series.sum_over(plain((symbolic(a.reach) - 1) * before), index, n)
        return ReceptiveField(plain(after), total([1, grown]))

    def map_power(
        self, rows: Sequence[Mapping[int, ReceptiveField]], n: Scalar
    ) -> list[dict[int, ReceptiveField]]:
        """Raise a map to the n-th power, where all strides are 1: sizes are lengths then.

        Raises:
            NoClosedForm: for other strides, and where none is known for all n.
        """
        if any(field.jump != 1 for row in rows for field in row.values()):
            raise NoClosedForm("it carries several values, and strides that are not 1")
        lengths = [{i: total([field.reach, -1]) for i, field in row.items()} for row in rows]
        found = self._sizes.map_power(lengths, n)
        return [{i: ReceptiveField(1, total([length, 1])) for i, length in row.items()} for row in found]

    def indicated(self, indicator: sympy.Expr) -> ReceptiveField:
        """Give no field for a way that may be shut.

        Raises:
            NoClosedForm: always; whether it is shut changes which ways meet.
        """
        raise NoClosedForm("a way in it may be shut")

    def convolution(
        self, a: ReceptiveField, b: ReceptiveField, index: sympy.Symbol, n: Scalar
    ) -> ReceptiveField:
        """Give no field of what enters in each round and goes on through the others.

        Raises:
            NoClosedForm: always; the sizes of rounds that differ are not compared.
        """
        raise NoClosedForm("its rounds differ in size, and carry values that meet")

    @property
    def _sizes(self) -> MaxPlus:
        return MaxPlus(self.facts)
