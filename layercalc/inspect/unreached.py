"""What stands in a spec and is never reached: params that nothing reads, arms that nothing chooses.

From: the tree of a spec's own file, and what it uses. To: places with a message. Promises: a name
that is bound again, as a parameter or by a loop, is not a use of the param; no network is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from typing import Any, NamedTuple

from layercalc.errors import Span, SpecError
from layercalc.expressions.conditions import truth
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.scope import Context, Scope
from layercalc.resolve.program import Program
from layercalc.syntax import tree
from layercalc.syntax.node import Node
from layercalc.syntax.walk import nodes, target_names, value_names

_CALLED = (tree.Block, tree.Layer, tree.Activation, tree.LetFunction)
_LOOPS = (tree.ForEach, tree.EachBranch, tree.Comprehension)


#: An end of a range: its number, and -1 or 1 where it stops just below or begins just above it.
_End = tuple[Fraction, int]
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "=="}


class _Range(NamedTuple):
    """The numbers from one end to the other; None is no end."""

    low: _End | None
    high: _End | None

    def begins_behind(self, other: _Range) -> bool:
        """Tell whether all of it lies above another."""
        return self.low is not None and other.high is not None and self.low > other.high

    def lies_in(self, other: _Range) -> bool:
        """Tell whether another has all of it."""
        low = other.low is None or (self.low is not None and self.low >= other.low)
        return low and (other.high is None or (self.high is not None and self.high <= other.high))


class Unreached(NamedTuple):
    """A place that nothing reaches, and why."""

    span: Span
    message: str


def unreached(program: Program) -> Iterator[Unreached]:
    """Look through the file of a spec itself; params count as used in files that it uses.

    >>> from layercalc.resolve.loading import load_program
    >>> [*unreached(load_program("resnet"))]
    []
    """
    own = next(spec for spec in program.trees if spec.span.source is program.source)
    for item in own.items:
        if not isinstance(item, tree.Param) or _checks(item):
            continue
        if not any(_reads(spec, item) for spec in program.trees):
            yield Unreached(item.name.span, f"nothing uses the param {item.name.text}")
    for node in nodes(own):
        if isinstance(node, tree.Match):
            yield from _of_match(node, _param_of(node.subject, own, program))
        elif isinstance(node, tree.Choose | tree.Conditional):
            yield from _of_cases(node)
            for condition, _ in node.cases:
                yield from _of_where(condition, own, program)


def _checks(param: tree.Param) -> bool:
    """Tell a param that is there for its `where`: it has one value only, or is made of others."""
    where = param.where
    pinned = isinstance(where, tree.Chain) and where.operators == ("==",)
    return where is not None and (pinned or bool(value_names((param.default, where)) - {param.name.text}))


def _reads(node: Any, param: tree.Param) -> bool:
    """Tell whether a name is read anywhere in a node where it is that of a param."""
    stack, name = [node], param.name.text
    while stack:
        found = stack.pop()
        if isinstance(found, tuple):
            stack.extend(found)
        if not isinstance(found, Node) or found is param:
            continue
        if isinstance(found, tree.Name) and found.text == name:
            return True
        if isinstance(found, tree.Apply) and found.function.text == name:
            return True
        stack.extend(_outside(found, name))
    return False


def _outside(node: Any, name: str) -> list[Any]:
    """Give the parts of a node in which a name is not bound again."""
    if isinstance(node, _CALLED) and any(word.name.text == name for word in node.parameters):
        return [parameter.default for parameter in node.parameters]
    if isinstance(node, _LOOPS) and name in target_names(node.target):
        return [node.items]
    return [*node.values()]


def _param_of(subject: tree.Expression, own: tree.Spec, program: Program) -> tree.Param | None:
    """Give the param that a match is about, if its name is bound nowhere else."""
    if not isinstance(subject, tree.Name):
        return None
    for node in nodes(own):
        bound = node.target if isinstance(node, (*_LOOPS, tree.Let)) else ()
        bound = node.name if isinstance(node, tree.Parameter) else bound
        if subject.text in {word.text for word in nodes(bound) if isinstance(word, tree.Word)}:
            return None
    return program.declared.get(subject.text)


def _of_match(node: tree.Match, param: tree.Param | None) -> Iterator[Unreached]:
    """Tell the arms behind `else`, the patterns that an earlier arm has, and those that a `where` refuses."""
    seen: set[Any] = set()
    closed = False
    for arm in node.arms:
        if closed:
            yield Unreached(arm.span, "this arm is never chosen: `else` stands before it")
            continue
        closed = closed or not arm.patterns
        for pattern in arm.patterns:
            if not isinstance(pattern, tree.Number | tree.String):
                continue
            value: Any = Fraction(pattern.text) if isinstance(pattern, tree.Number) else pattern.text
            if value in seen:
                yield Unreached(pattern.span, f"an earlier arm takes {pattern.span.text}")
            elif isinstance(value, Fraction) and (where := _refusing(param, value)):
                yield Unreached(pattern.span, f"`where {where.span.text}` refuses {pattern.span.text}")
            seen.add(value)


def _refusing(param: tree.Param | None, value: Fraction) -> tree.Expression | None:
    """Give the `where` of a param that never lets it be a number."""
    if param is None or param.where is None:
        return None
    number = value.numerator if value.denominator == 1 else value
    with suppress(SpecError):  # a `where` that reads other params may let it pass
        context = Context(Scope(None, {param.name.text: number}))
        return None if truth(evaluate(param.where, context), param.where.span) else param.where
    return None


def _of_cases(node: tree.Choose | tree.Conditional) -> Iterator[Unreached]:
    """Tell the conditions that stand before in the same choice, and those that read nothing."""
    seen: set[str] = set()
    for condition, _ in node.cases:
        text = " ".join(condition.span.text.split())
        if text in seen:
            yield Unreached(condition.span, "this is never chosen: the same condition stands before it")
        seen.add(text)
        if value_names(condition) or any(isinstance(part, tree.Current) for part in nodes(condition)):
            continue
        with suppress(SpecError):
            holds = truth(evaluate(condition, Context(Scope())), condition.span)
            yield Unreached(condition.span, f"this condition is always {'true' if holds else 'false'}")


def _of_where(condition: tree.Expression, own: tree.Spec, program: Program) -> Iterator[Unreached]:
    """Tell a comparison of a param with a number that its `where` decides."""
    names = [part for part in nodes(condition) if isinstance(part, tree.Name)]
    param = _param_of(names[0], own, program) if names else None
    asked = None if param is None else _range(condition, param)
    if param is None or param.where is None or asked is None:
        return
    said = param.where
    ranges = [found for part in _conjuncts(said) if (found := _range(part, param)) is not None]
    if any(known.begins_behind(asked) or asked.begins_behind(known) for known in ranges):
        yield Unreached(condition.span, f"this is never chosen: `where {said.span.text}` refuses it")
    elif any(known.lies_in(asked) for known in ranges):
        yield Unreached(condition.span, f"this condition is always true: `where {said.span.text}` says so")


def _conjuncts(node: tree.Expression) -> tuple[tree.Expression, ...]:
    return node.operands if isinstance(node, tree.Chain) and node.operators[0] == "and" else (node,)


def _range(node: tree.Expression, param: tree.Param) -> _Range | None:
    """Read a comparison of a param with a number; None for any other expression."""
    if not isinstance(node, tree.Chain) or len(node.operands) != 2 or node.operators[0] not in _MIRRORED:
        return None
    (left, right), (relation,) = node.operands, node.operators
    if isinstance(left, tree.Number):
        left, right, relation = right, left, _MIRRORED[relation]
    if not isinstance(left, tree.Name) or left.text != param.name.text or not isinstance(right, tree.Number):
        return None
    number = Fraction(right.text)
    low = (number, int(relation == ">")) if relation in (">", ">=", "==") else None
    return _Range(low, (number, -int(relation == "<")) if relation in ("<", "<=", "==") else None)
