"""The algebra of the longest path: sums in series, the maximum at a merge.

From the lengths of layers; to exact scalars. What the facts leave open stays a `Max`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import sympy

from layercalc.algebras.powers import NoClosedForm
from layercalc.algebras.sums import Sums
from layercalc.assumptions import Facts
from layercalc.numbers.log2 import log2
from layercalc.numbers.scalar import Scalar, is_number, plain, symbolic


@dataclass(frozen=True, slots=True)
class MaxPlus(Sums):
    """Longest path: times is the sum, plus the maximum decided by `facts`.

    >>> algebra = MaxPlus()
    >>> algebra.plus([algebra.times(2, 3), algebra.power(4, 2)])
    8
    """

    facts: Facts | None = None
    idempotent: bool = True

    def plus(self, values: Sequence[Scalar]) -> Scalar:
        """Take the longest, as far as the facts decide."""
        if all(map(is_number, values)):
            return max(values)
        kept: list[Scalar] = []
        parts = _parts(values)
        for value in [self._filled(part, parts) for part in parts]:
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
        return log2(indicator)

    def _filled(self, value: Scalar, others: Sequence[Scalar]) -> Scalar:
        """Keep a path that a count of 0 closes, where another path is as long at 0."""
        marks = () if isinstance(value, int | Fraction) else value.atoms(log2)
        if not marks:
            return value
        filled = symbolic(value)
        for shut in sorted(marks, key=str):
            zero = _zero_of(shut)
            bare = filled.xreplace({shut: sympy.S.Zero})
            open_ = [symbolic(other) for other in others if shut not in symbolic(other).atoms(log2)]
            then = [(plain(other.xreplace(zero)), plain(bare.xreplace(zero))) for other in open_ if zero]
            filled = bare if any(self._at_least(*pair) for pair in then) else filled
        return plain(filled)

    def _at_least(self, a: Scalar, b: Scalar) -> bool:
        if is_number(a) and is_number(b):
            return bool(a >= b)
        relation = sympy.Ge(symbolic(a), symbolic(b))
        if relation in (True, False):
            return bool(relation)
        return self.facts is not None and self.facts.decide(relation) is True


def _zero_of(indicated: sympy.Expr) -> dict[sympy.Symbol, sympy.Expr]:
    """Give the symbol of a count that is marked as not 0, and where the count is 0."""
    inside = indicated.args[0]
    counts = [count for count in inside.args if count != 1] if isinstance(inside, sympy.Min) else []
    if len(counts) != 1 or len(inside.args) != 2:
        return {}
    shift, rest = counts[0].as_coeff_Add()
    times, core = rest.as_coeff_Mul()
    return {core: -shift / times} if core.is_Symbol else {}


def _parts(values: Sequence[Scalar]) -> list[Scalar]:
    """Take the arguments of a maximum within a maximum, with what is added to it."""
    parts: list[Scalar] = []
    for value in values:
        terms = () if isinstance(value, int | Fraction) else sympy.Add.make_args(value)
        within = [term for term in terms if isinstance(term, sympy.Max)]
        added = sympy.Add(*(term for term in terms if term is not within[0])) if within else 0
        parts += [plain(argument + added) for argument in within[0].args] if within else [value]
    return list(dict.fromkeys(parts))
