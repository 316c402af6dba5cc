"""Conditions on the columns of a sweep: `--where "macs < 10^9 and gcc > 2^400"`.

From expressions of the language over params, measures and columns; to a mask of rows. A measure that is
given by its logarithm is compared by it. Promises: params and whole numbers are compared exactly; doubles
as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy

from layercalc.errors import did_you_mean, fail
from layercalc.expressions.scope import Context, Scope
from layercalc.expressions.statements import statement
from layercalc.lazy import sympy
from layercalc.numbers.log2 import log2
from layercalc.resolve.assume_option import names_of
from layercalc.sweeps.chunk import Array
from layercalc.sweeps.conditions import TruthReader
from layercalc.sweeps.exact import Exact, UnreadError
from layercalc.sweeps.layout import Layout, double_of
from layercalc.sweeps.tape import Node, Plan, Tape
from layercalc.syntax import tree
from layercalc.syntax.walk import nodes

#: Whole numbers are taken to be below this, for their exact comparison.
WORDS = 2.0**61


class Where:
    """Conditions on rows, compiled once; `params` are the swept ones, with what their values are over.

    >>> from layercalc.resolve.assume_option import read_conditions
    >>> layout = Layout({"gcc": "log", "macs": "whole"}, ("width",))
    >>> where = Where(read_conditions(["macs < 10^9 and gcc > 2^400"]), layout, {"width": 1})
    >>> columns = {"width": [1, 2, 3], "log2_gcc": [500.0, 300.0, 401.0], "macs": [1, 2, 10**9]}
    >>> where.masks({name: numpy.array(column) for name, column in columns.items()})
    [('macs < 10^9 and gcc > 2^400', array([ True, False, False]))]
    """

    def __init__(
        self, conditions: Sequence[tree.Expression], layout: Layout, params: Mapping[str, int]
    ) -> None:
        self._layout, self._params = layout, params
        self._plans = [(condition.span.text, self._compiled(condition)) for condition in conditions]

    def _compiled(self, condition: tree.Expression) -> Plan:
        measures = {name: name for name in self._layout.kinds if name not in self._params}
        columns = {self._layout.column(name): name for name in self._layout.kinds}
        known = {**measures, **columns, **{name: name for name in self._params}}
        used = sorted(names_of(condition))
        for word in nodes(condition):
            if isinstance(word, tree.Name) and word.text in used and word.text not in known:
                hint = did_you_mean(word.text, known) or f"known: {', '.join(known)}"
                raise fail(f"no swept param or measure is called '{word.text}'", word.span, hint)
        tape = Tape(tuple(used))
        reader = _Reader(tape, {})
        symbols = {}
        for name in used:
            kind = "whole" if name in self._params else self._layout.kinds[known[name]]
            log = kind == "log" and name in measures
            symbols[name] = sympy.Symbol(name, **{"positive" if log else "real": True})
            whole = kind == "whole" and known[name] not in self._layout.flagged
            below = self._params.get(name, 1)
            reader.take(symbols[name], name, "log" if log else "whole" if whole else "real", below)
        try:
            return tape.plan([reader.truth(_said(condition, symbols, self._layout.switches))])
        except UnreadError:
            message = "a sweep cannot evaluate this condition"
            hint = "a function in it is unknown here, or is of a measure that may be over 64 bits"
            raise fail(message, condition.span, hint) from None

    def masks(self, columns: Mapping[str, Array]) -> list[tuple[str, Array]]:
        """Give each condition with the rows at which it is true."""
        rows = len(next(iter(columns.values())))
        found = []
        for text, plan in self._plans:
            names = [step.extra for _, step in plan.order if step.operation == "axis"]
            (mask,) = plan.run({name: self._column(name, columns) for name in names})
            found.append((text, numpy.broadcast_to(mask, (rows,))))
        return found

    def _column(self, name: str, columns: Mapping[str, Array]) -> Array:
        column = columns[name] if name in columns else columns[self._layout.column(name)]
        if (below := self._params.get(name, 1)) > 1:
            words: Array = numpy.rint(column * below).astype(numpy.int64)
            return words
        if (doubles := columns.get(double_of(name))) is not None:
            return numpy.where(numpy.isnan(doubles), column.astype(numpy.float64), doubles)
        return column.astype(numpy.int64) if column.dtype == bool else column


def _said(
    condition: tree.Expression,
    symbols: Mapping[str, sympy.Symbol],
    switches: Collection[str],
    negated: bool = False,
) -> Any:
    """Write a condition, or its contrary; a comparison that has no value, as 1/n > 0 at n = 0, is neither.

    A switch such as `shortcuts`, which is true or false, is a condition by itself.

    >>> from layercalc.resolve.assume_option import read_conditions
    >>> n, bias = sympy.symbols("n bias", real=True)
    >>> _said(*read_conditions(["not (bias) and 1/n > 0"]), {"n": n, "bias": bias}, {"bias"})
    Ne(bias, 1) & Ne(n, 0) & (1/n > 0)
    """
    if isinstance(condition, tree.Group):
        return _said(condition.inner, symbols, switches, negated)
    if isinstance(condition, tree.Prefix) and condition.operator == "not":
        return _said(condition.operand, symbols, switches, not negated)
    if isinstance(condition, tree.Chain) and condition.operators[0] in ("and", "or"):
        join = sympy.And if (condition.operators[0] == "and") is not negated else sympy.Or
        return join(*(_said(part, symbols, switches, negated) for part in condition.operands))
    if isinstance(condition, tree.Name) and condition.text in switches:
        condition = tree.Chain((condition, tree.Name("true", condition.span)), ("==",), condition.span)
    context = Context(Scope())
    facts = context.knowledge.begin()
    declared = {name: facts.symbol(name, False, bool(symbol.is_positive)) for name, symbol in symbols.items()}
    said = statement(condition, context.at(Scope(None, declared), None))
    return sympy.And(sympy.Not(said) if negated else said, *context.knowledge.granted.of(()))


class _Reader(TruthReader):
    """Reads conditions on columns; two doubles are compared however close they are."""

    def take(self, symbol: sympy.Symbol, name: str, kind: str, below: int) -> None:
        """Take a column for a symbol: whole numbers over one, doubles, or logarithms to base two."""
        if kind == "whole":
            self.symbols[symbol] = Exact(self.tape.axis(name, -WORDS, WORDS), below)
            return
        node = self.tape.reals(name)
        if kind == "real":
            self._real[symbol] = node
            return
        self._logs[symbol] = self._real[log2(symbol)] = node
        self._real[symbol] = self.tape.call("exp2", (node,), 0, float("inf"))

    def vast(self, side: sympy.Expr, read: Node) -> bool:
        """Compare by logarithms what has a measure that is given by its own."""
        outside = side.xreplace({found: sympy.Dummy() for found in side.atoms(log2)})
        return not outside.free_symbols.isdisjoint(self._logs)

    def apart(self, a: Node, b: Node) -> None:
        """Compare doubles as they are."""
