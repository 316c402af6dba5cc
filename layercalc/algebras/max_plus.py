"""The algebra of the longest path: sums in series, the maximum at a merge.

From the lengths of layers; to exact scalars. What the facts leave open stays a `Max`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from layercalc.algebras import marks
from layercalc.algebras.powers import NoClosedForm
from layercalc.algebras.sums import Sums
from layercalc.lazy import sympy
from layercalc.numbers import special
from layercalc.numbers.scalar import Scalar, is_number, plain, symbolic
from layercalc.records import dataclass

if TYPE_CHECKING:
    from layercalc.assumptions import Facts


@dataclass(frozen=True, slots=True)
class MaxPlus(Sums):
    """Longest path: times is the sum, plus the maximum decided by `facts`.

    >>> algebra = MaxPlus()
    >>> algebra.plus([algebra.times(2, 3), algebra.power(4, 2)])
    8
    """

    facts: Facts | None = None

    def plus(self, values: Sequence[Scalar]) -> Scalar:
        """Take the longest, as far as the facts decide."""
        if all(map(is_number, values)):
            return max(values)
        kept: list[Scalar] = []
        for value in marks.without_marks(_parts(values), _marks, _exceeded, self.facts):
            if not any(self._at_least(other, value) for other in kept):
                kept = [other for other in kept if not self._at_least(value, other)]
                kept.append(value)
        return kept[0] if len(kept) == 1 else sympy.Max(*map(symbolic, kept), evaluate=False)

    def convolution(self, a: Scalar, b: Scalar, index: sympy.Symbol, n: Scalar) -> Scalar:
        """Take the longest way that enters by b and goes on by a.

        Raises:
            NoClosedForm: always; the lengths of rounds that differ are not compared.
        """
        raise NoClosedForm("its rounds differ in length, and carry values that meet")

    def map_power(self, rows: Sequence[Mapping[int, Scalar]], n: Scalar) -> list[dict[int, Scalar]]:
        """Raise a map to the n-th power.

        Raises:
            NoClosedForm: where none is known for all n.
        """
        from layercalc.algebras.powers_max import closed_power

        return closed_power(rows, n, self)

    def indicated(self, indicator: sympy.Expr) -> Scalar:
        """Give 0 where a number is 1, and minus infinity where it is 0."""
        return special.log2(indicator)

    def _at_least(self, a: Scalar, b: Scalar) -> bool:
        return _at_least(a, b, self.facts)


def _marks(value: Scalar) -> dict[sympy.Expr, Scalar]:
    """Give the marks of a path, and its length without each."""
    found = sorted(symbolic(value).atoms(special.log2), key=str)
    return {mark.args[0]: plain(symbolic(value).xreplace({mark: sympy.S.Zero})) for mark in found}


def _exceeded(others: Sequence[Scalar], value: Scalar, put_in: marks.PutIn, facts: Facts | None) -> bool:
    there = plain(symbolic(value).xreplace(put_in))
    return any(_at_least(plain(symbolic(other).xreplace(put_in)), there, facts) for other in others)


def _at_least(a: Scalar, b: Scalar, facts: Facts | None) -> bool:
    if isinstance(a, int | Fraction) and isinstance(b, int | Fraction):
        return a >= b
    relation = sympy.Ge(symbolic(a), symbolic(b))
    if relation in (True, False):
        return bool(relation)
    return facts is not None and facts.decide(relation) is True


def _parts(values: Sequence[Scalar]) -> list[Scalar]:
    """Take the arguments of a maximum within a maximum, with what is added to it; of marked ones all."""
    parts: list[Scalar] = []
    for value in values:
        terms = () if isinstance(value, int | Fraction) else sympy.Add.make_args(value)
        within = [term for term in terms if isinstance(term, sympy.Max)]
        added = sympy.Add(*(term for term in terms if term is not within[0])) if within else 0
        inner = [plain(argument + added) for argument in within[0].args] if within else [value]
        parts += _parts(inner) if len(within) > 1 and symbolic(value).has(special.log2) else inner
    return list(dict.fromkeys(parts))
