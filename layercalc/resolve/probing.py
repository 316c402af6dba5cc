"""Probing: a round or a level is built to see its effect, then undone.

From a point of the network; to the same point with knowledge of its own. Promises: a
mistake met while probing is a reason, not a diagnostic.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from layercalc.errors import SpecError
from layercalc.expressions import arithmetic
from layercalc.expressions.scope import Context, Knowledge
from layercalc.laws import LAWS
from layercalc.network import Applied, Body, Inline, Layer, Recursion, Repeat, Scalar, Weights
from layercalc.resolve.flow import Flow

#: Rounds or levels that are made one by one to see how the sizes go.
PROBES = 7


class Refused(Exception):  # noqa: N818  (no error of the author: another way is tried)
    """Raised when one way of closing a loop or a recursion fails, with the reason."""

    hint = "a number for the count works"


def with_rounds(context: Context, count: Scalar, rounds: int) -> tuple[Knowledge | None, bool]:
    """Suppose that a loop has so many rounds; tell whether it surely has.

    Gives no knowledge where the declarations forbid it.
    """
    facts = context.knowledge.begin()
    if not rounds or facts.is_nonnegative(arithmetic.symbolic(count) - rounds):
        return context.knowledge, True
    try:
        return context.knowledge.fork(facts.assuming(arithmetic.symbolic(count) >= rounds)), False
    except ValueError:
        return None, False


def forked(flow: Flow, knowledge: Knowledge) -> Flow:
    """Give the same point of the network, for a trial that leaves no trace."""
    outermost = flow.shared.context.knowing(knowledge)
    shared = replace(flow.shared, context=outermost, errors=[], bodies={}, layers={})
    return replace(flow, shared=shared, context=flow.context.knowing(knowledge))


def decide_laws(flow: Flow, body: Body, broken: bool = False) -> None:
    """Ask for every law of a body: one round can differ from the others in a law alone.

    Raises `Refused` where a law is open, or `broken` unless that may be: only those who ask for
    it are refused then.
    """
    for layer in _layers(body):
        for name in LAWS:
            asked = len(flow.context.knowledge.open)
            try:
                layer.law(name)
            except SpecError as error:
                if not broken or len(flow.context.knowledge.open) > asked:
                    raise Refused(reason_of(flow, error)) from None


def laws_of(body: Body) -> Iterator[Scalar]:
    """Give the values of all laws of a body, but for those that are broken."""
    for layer in _layers(body):
        for name in LAWS:
            with suppress(SpecError):
                if (value := layer.law(name)) is not None:
                    yield value


def _layers(body: Body) -> Iterator[Layer]:
    for step in body.steps:
        if isinstance(step, Inline | Repeat | Recursion | Weights):
            yield from _layers(step.body)
        elif isinstance(step, Applied):
            yield step.layer


def reason_of(flow: Flow, error: SpecError | None = None) -> str:
    """Give the first mistake of a trial."""
    told = [*flow.shared.errors, *(error.diagnostics if error is not None else ())]
    return told[0].message if told else "it cannot be done"
