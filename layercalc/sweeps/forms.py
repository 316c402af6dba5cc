"""The closed forms of a family with some of its params numbers, or why there are none.

From a request and the params that are fixed; to the forms of its measures, with the conditions under
which they hold. Promises: where a derivation fails, what it had assumed by then is told, so that one
knows for which numbers it would fail alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from layercalc.assumptions.domain import joined
from layercalc.closed import Closed
from layercalc.errors import Diagnostic, Source, Span, SpecError, fail
from layercalc.expressions.scope import Knowledge
from layercalc.lazy import sympy
from layercalc.measures import measure_all
from layercalc.resolve import resolve
from layercalc.resolve.program import Given
from layercalc.sweeps.conditions import Condition, conditions
from layercalc.sweeps.grid import Value
from layercalc.sweeps.points import given
from layercalc.sweeps.request import Request
from layercalc.syntax import tree


@dataclass(frozen=True)
class Forms:
    """The measures of a family in closed form, its symbols by the params they stand for."""

    closed: Mapping[str, Closed]
    conditions: tuple[Condition, ...]
    symbols: Mapping[str, sympy.Symbol]


@dataclass(frozen=True)
class Refused:
    """Why there is no closed form, and whether anything had been assumed of symbols by then."""

    diagnostics: tuple[Diagnostic, ...]
    assumed: bool

    def is_for_all(self, other: SpecError) -> bool:
        """Tell whether a point that is refused by itself shows that all others are, for the same reason.

        A refusal that speaks of a symbol is never that of a point.
        """
        told = {(d.message, str(d.span)) for d in self.diagnostics}
        return (
            bool(told) and not self.assumed and told <= {(d.message, str(d.span)) for d in other.diagnostics}
        )


def derive(request: Request, fixed: Mapping[str, Value]) -> Forms | Refused:
    """Derive the forms of all measures of a request, every swept param a symbol but for those fixed.

    >>> from layercalc.resolve.loading import load_program
    >>> from layercalc.sweeps.grid import Grid
    >>> request = Request(load_program("resnet"), Grid({"depth": [50], "width": [8]}), ("layers",))
    >>> derive(request, {}).closed["layers"].expr, derive(request, {"depth": 18}).closed["layers"].expr
    (2*depth + 5, 40)
    >>> derive(request, {"depth": 36}).assumed
    False
    """
    free = [name for name in request.grid.axes if name not in fixed]
    values = {**request.given, **given(fixed), **{name: _symbol(name) for name in free}}
    knowledge = Knowledge()
    try:
        network = resolve(request.program, values, request.assume, knowledge)
        closed = measure_all(network, request.measures)
    except SpecError as error:
        return Refused(error.diagnostics, bool(knowledge.granted.met))
    facts = network.facts
    known = {symbol.name: symbol for symbol in (facts.symbols if facts is not None else ())}
    others = sorted(known.keys() - set(free))
    if others:
        raise fail(f"{others[0]} is a symbol, and a sweep is at numbers", hint="give a number in its place")
    needed = [facts.restore(said) for said in network.granted.needed] if facts is not None else []
    domain = joined([one.holds for one in closed.values()]) if closed else None
    found = conditions(domain, needed) if domain is not None else []
    return Forms(closed, tuple(found), {name: known[name] for name in free if name in known})


def _symbol(name: str) -> Given:
    return Given(tree.Name(name, Span(Source(f"--{name}", name), 0, len(name))))
