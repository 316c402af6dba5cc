"""Shared weights: one set for all uses of a layer or a block, counted where it is declared.

From: the steps of a body, some of them uses of what is declared in it. To: the same, with
the layers whose params are counted in each `Weights`. Promises: a use has no params of its
own and all other laws; uses whose params differ, also from round to round of a loop, are a
mistake that names both places. A set that is never used has no params.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from layercalc.errors import Diagnostic, Span, SpecError, fail
from layercalc.expressions import arithmetic
from layercalc.expressions.conditions import same
from layercalc.expressions.scope import Context, Scope, Value, is_symbolic
from layercalc.laws import OwnedLaws, UsedLaws
from layercalc.network import (
    Applied,
    Body,
    Inline,
    Layer,
    Recursion,
    Repeat,
    Scalar,
    Sharing,
    Step,
    Tensor,
    Weights,
)
from layercalc.records import dataclass, replace
from layercalc.syntax import tree

Rounds: TypeAlias = Mapping[Any, Any]
"""The counters of the rounds around a place: those of one use by those of another."""


@dataclass(frozen=True, slots=True, eq=False)
class SharedCall:
    """A shared layer or block as it is called: what it is told as, and its arguments, read once."""

    sharing: Sharing
    call: tree.Call
    arguments: Scope

    def at(self, span: Span) -> tree.Call:
        """Give the call of one use."""
        return tree.Call(self.call.name, self.call.arguments, (), span)

    def caller(self, context: Context) -> Context:
        """Give the place at which the arguments are read."""
        return context.at(self.arguments, None)


def declared(step: tree.Shared, sharing: Sharing, read: Callable[[tree.Expression], Value]) -> SharedCall:
    """Read the arguments of a declaration, which are those of each use."""
    values: dict[str, Value] = {}
    arguments = []
    for place, argument in enumerate(step.call.arguments, start=1):
        name = f"argument {place}"
        values[name] = read(argument.value)
        arguments.append(tree.Argument(argument.name, tree.Name(name, argument.value.span), argument.span))
    call = tree.Call(step.call.name, tuple(arguments), (), step.call.span)
    return SharedCall(sharing, call, Scope(None, values))


# -- uses


def used_layer(layer: Layer, sharing: Sharing) -> Layer:
    """Give a layer without params of its own; one whose weights are shared already stays as it is."""
    if layer.weights is not None:
        return layer
    return replace(layer, law=UsedLaws(layer.law), weights=sharing)


def used_body(body: Body, sharing: Sharing) -> Body:
    """Give a body in which no layer has params of its own."""
    return _Using(sharing, {}).body(body)


@dataclass(frozen=True, slots=True)
class _Using:
    """Makes the bodies of a use, each once."""

    sharing: Sharing
    known: dict[Body, Body]

    def body(self, body: Body) -> Body:
        if body not in self.known:
            self.known[body] = replace(body, steps=tuple(map(self.step, body.steps)))
        return self.known[body]

    def step(self, step: Step) -> Step:
        if isinstance(step, Applied):
            return replace(step, layer=used_layer(step.layer, self.sharing))
        if isinstance(step, Recursion):
            return replace(step, body=self.body(step.body), base=self.body(step.base))
        return (
            replace(step, body=self.body(step.body)) if isinstance(step, Inline | Repeat | Weights) else step
        )


# -- their weights, counted once


def settled(steps: tuple[Step, ...], context: Context) -> tuple[Step, ...]:
    """Fill in the weights that are declared among some steps from their uses in these.

    Raises `SpecError` for the first use of each whose params are other than those before it.
    """
    done, mistakes = list[Step](), list[Diagnostic]()
    for step in steps:
        try:
            done.append(_settled(step, steps, context) if isinstance(step, Weights) else step)
        except SpecError as error:
            mistakes += error.diagnostics
    if mistakes:
        raise SpecError(mistakes)
    return tuple(done)


def _settled(weights: Weights, steps: tuple[Step, ...], context: Context) -> Weights:
    first: _Use | None = None
    seen = set[Body | Layer]()
    for use in _uses(steps, weights.sharing, (), set()):
        if use.made in seen:
            continue
        seen.add(use.made)
        owned = use._replace(owned=_Owning(weights.sharing, context, {}).whole(use.made))
        _check_rounds(owned, context)
        if first is not None:
            _Comparing(first, owned, context).bodies(first.owned, owned.owned, {})
        first = first or owned
    return weights if first is None else replace(weights, body=first.owned)


class _Use(NamedTuple):
    """A use: where it is, what it makes, its weights, and the counters of the rounds around it."""

    sharing: Sharing
    span: Span
    shapes: tuple[Tensor, ...]
    made: Body | Layer
    rounds: tuple[Any, ...]
    owned: Body


_NONE = Body((), (), (), ())


def _uses(
    steps: tuple[Step, ...], sharing: Sharing, rounds: tuple[Any, ...], seen: set[Any]
) -> Iterator[_Use]:
    """Find the uses of a set of weights in some steps and in the bodies within them."""
    if (steps, rounds) in seen:
        return
    seen.add((steps, rounds))
    for step in steps:
        if isinstance(step, Applied):
            if step.layer.weights is sharing:
                yield _Use(sharing, step.span, step.layer.inputs, step.layer, rounds, _NONE)
        elif isinstance(step, Inline) and step.weights is sharing:
            yield _Use(sharing, step.span, step.body.inputs, step.body, rounds, _NONE)
        elif isinstance(step, Inline | Repeat | Recursion):
            index = () if isinstance(step, Inline) or step.index is None else (step.index,)
            yield from _uses(step.body.steps, sharing, rounds + index, seen)
            if isinstance(step, Recursion):
                yield from _uses(step.base.steps, sharing, rounds, seen)


@dataclass(frozen=True, slots=True)
class _Owning:
    """Makes the weights of a use: the layers that have params, in rounds, and nothing of their wiring."""

    sharing: Sharing
    context: Context
    known: dict[Body, Body]

    def whole(self, made: Body | Layer) -> Body:
        if isinstance(made, Body):
            return self.body(made)
        return Body((), tuple(self.layer(Applied(made, ()))), (), ())

    def body(self, body: Body) -> Body:
        if body not in self.known:
            steps: list[Step] = []
            for step in body.steps:
                for found in self.step(step):
                    self.add(steps, found)
            self.known[body] = Body((), tuple(steps), (), ())
        return self.known[body]

    def step(self, step: Step) -> Iterator[Step]:
        if isinstance(step, Applied):
            yield from self.layer(step)
        elif isinstance(step, Recursion):
            body, base = self.body(step.body), self.body(step.base)
            if body.steps or base.steps:
                yield replace(step, body=body, base=base, sources=())
        elif isinstance(step, Inline | Repeat | Weights) and (body := self.body(step.body)).steps:
            rounds = step if isinstance(step, Repeat) else Repeat(body, 1, (), step.span)
            yield replace(rounds, body=body, sources=())

    def layer(self, step: Applied) -> Iterator[Step]:
        layer = step.layer
        if layer.weights is self.sharing and isinstance(layer.law, UsedLaws):
            owned = replace(layer, law=OwnedLaws(layer.law.laws), weights=None, use=layer)
            if owned.law("params") not in (None, 0):
                yield Applied(owned, ())

    def add(self, steps: list[Step], step: Step) -> None:
        """Add a step; rounds that are like those before are counted with these."""
        last = steps[-1] if steps else None
        if isinstance(step, Repeat) and isinstance(last, Repeat) and self.go_on(last, step):
            steps[-1] = replace(last, count=arithmetic.add(last.count, step.count, step.span))
        else:
            steps.append(step)

    def go_on(self, last: Repeat, step: Repeat) -> bool:
        """Tell whether rounds go on with what those before them do."""
        plain = all(rounds.index is None and not rounds.optional for rounds in (last, step))
        return plain and self.alike(last.body, step.body)

    def alike(self, a: Body, b: Body) -> bool:
        use = _Use(self.sharing, self.sharing.span, (), a, (), a)
        try:
            _Comparing(use, use, self.context).bodies(a, b, {})
        except SpecError:
            return False
        return True


def _check_rounds(use: _Use, context: Context) -> None:
    """Refuse weights that depend on the round of a loop around their use."""
    for layer, number in _numbers(use.owned):
        if is_symbolic(number) and not number.free_symbols.isdisjoint(use.rounds):  # type: ignore[union-attr]
            message = f"{use.sharing.name} is shared, and its weights change from round to round"
            told = (
                f"{layer.name} has {context.show(number)} params"
                if layer is not None
                else "their number does"
            )
            raise fail(f"{message}: {told}", use.span, _declared_at(use.sharing))


def _numbers(body: Body) -> Iterator[tuple[Layer | None, Scalar]]:
    """Give the params of all layers of some weights, and the counts of their rounds."""
    for step in body.steps:
        if isinstance(step, Applied):
            yield step.layer, step.layer.law("params") or 0
        elif isinstance(step, Repeat | Recursion):
            yield None, step.count
            yield from _numbers(step.body)
            if isinstance(step, Recursion):
                yield from _numbers(step.base)


def _declared_at(sharing: Sharing) -> str:
    return (
        f"{sharing.name} is declared at {sharing.span}; layers with weights of their own need none in common"
    )


@dataclass(frozen=True, slots=True)
class _Comparing:
    """Holds the weights of a use against those of the first."""

    first: _Use
    other: _Use
    context: Context

    def bodies(self, a: Body, b: Body, rounds: Rounds) -> None:
        if a is b:
            return
        if len(a.steps) != len(b.steps):
            raise self.differ("it has other layers")
        for one, other in zip(a.steps, b.steps, strict=True):
            self.steps(one, other, rounds)

    def steps(self, a: Step, b: Step, rounds: Rounds) -> None:
        if isinstance(a, Applied) and isinstance(b, Applied) and a.layer.name == b.layer.name:
            self.layers(a.layer, b.layer, rounds)
        elif isinstance(a, Repeat) and isinstance(b, Repeat) and a.optional == b.optional:
            self.rounds(a, b, rounds)
        elif isinstance(a, Recursion) and isinstance(b, Recursion):
            self.rounds(a, b, rounds)
            self.bodies(a.base, b.base, rounds)
        else:
            raise self.differ("it has other layers")

    def rounds(self, a: Repeat | Recursion, b: Repeat | Recursion, rounds: Rounds) -> None:
        if (a.index is None) != (b.index is None) or not self.equal(a.count, b.count, rounds):
            raise self.differ("it has other layers")
        self.bodies(a.body, b.body, rounds if a.index is None else {**rounds, b.index: a.index})

    def layers(self, a: Layer, b: Layer, rounds: Rounds) -> None:
        one, other = a.law("params") or 0, b.law("params") or 0
        if not self.equal(one, other, rounds):
            show = self.context.show
            there = f"{show(one)} on {self.shapes(self.first)} at {self.first.span}"
            raise self.differ(f"{b.name} has {show(other)} params on {self.shapes(self.other)}, and {there}")

    def equal(self, a: Scalar, b: Scalar, rounds: Rounds) -> bool:
        put_in = b.xreplace(rounds) if is_symbolic(b) and rounds else b  # type: ignore[union-attr]
        return same(a, put_in, self.context, self.other.span) is True

    def shapes(self, use: _Use) -> str:
        return ", ".join(map(self.context.show, use.shapes))

    def differ(self, how: str) -> SpecError:
        name = self.other.sharing.name
        if how == "it has other layers":
            there = f"{self.shapes(self.first)} at {self.first.span}"
            how = f"its layers on {self.shapes(self.other)} are others than on {there}"
        return fail(
            f"{name} is shared, and its weights differ: {how}",
            self.other.span,
            _declared_at(self.other.sharing),
        )
