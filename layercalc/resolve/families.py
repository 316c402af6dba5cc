"""Loops with a symbolic number of rounds that differ: one round stands for all.

The sizes of the first rounds show a law (`resolve.sequences`); a round at a symbolic
number, on the sizes that the law gives, proves it by giving those of the next round.
First and last rounds that are not like the others stand apart, and rounds that take turns are
one (`expressions.plans`). Promises: what is made holds in the whole domain, or is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeAlias

from layercalc.errors import SpecError, fail
from layercalc.expressions import arithmetic, granting, rounding
from layercalc.expressions.arithmetic import symbolic
from layercalc.expressions.plans import USUAL, Plan, better, period, splits
from layercalc.expressions.scope import Context, Knowledge
from layercalc.lazy import sympy
from layercalc.network import Inline, Repeat, Scalar, Tensor
from layercalc.resolve.flow import Flow
from layercalc.resolve.one_round import Carried, Loop, Round, do_round, do_rounds, equal_shapes, numbers
from layercalc.resolve.probing import PROBES, Refused, decide_laws, forked, laws_of, reason_of, with_rounds
from layercalc.resolve.sequences import ByRound, law_of, put, read, shape_at

#: Attempts that are made to close one loop.
ATTEMPTS = 24
#: Loops that one loop is split into, at symbolic rounds.
SPLITS = 3

Shapes: TypeAlias = tuple[Tensor, ...]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Rounds of a loop: those before, the body of all others with their number, those behind.

    `after` are the shapes behind the middle; `over` are the rounds that are left where
    several are one: each is done once or not at all, and gives `over` the shapes beside it.
    """

    before: list[Round]
    middle: Round
    count: Scalar
    index: sympy.Symbol | None
    after: Shapes
    over: list[tuple[Round, Scalar, Shapes]]
    behind: list[Round]
    rounds: Scalar
    end: Shapes


def close(flow: Flow, loop: Loop, carried: Carried, state: tuple[int, ...]) -> tuple[int, ...]:
    """Do a loop whose count is a symbol and whose rounds differ; give the values behind it.

    Raises `SpecError` for a mistake in its first round, and where no closed form is known.
    """
    shapes = tuple(flow.shapes[value] for value in state)
    if loop.bind is not None:
        flow.all(loop.span, "a loop")
    for stretch in _Closing(flow, loop, carried).stretches(shapes):
        state = _emitted(flow, loop, stretch, state)
    return state


def _emitted(flow: Flow, loop: Loop, stretch: _Stretch, state: tuple[int, ...]) -> tuple[int, ...]:
    for number, done in enumerate(stretch.before, start=1):
        state = _emit_round(flow, loop, done, state, f"round {number}")
    step = Repeat(stretch.middle.body, stretch.count, state, loop.span, flow.label, stretch.index)
    state = numbers(flow.emit(step, stretch.after, loop.span), state)
    for done, count, shapes in stretch.over:
        if count == 1:
            state = _emit_round(flow, loop, done, state, "a round that is left")
        else:
            step = Repeat(done.body, count, state, loop.span, flow.label, optional=True)
            state = numbers(flow.emit(step, shapes, loop.span), state)
    for left, done in zip(range(len(stretch.behind) - 1, -1, -1), stretch.behind, strict=True):
        label = f"round {flow.context.show(arithmetic.subtract(stretch.rounds, left, loop.span))}"
        state = _emit_round(flow, loop, done, state, label)
    return state


def _emit_round(flow: Flow, loop: Loop, done: Round, state: tuple[int, ...], name: str) -> tuple[int, ...]:
    step = Inline(done.body, state, name, loop.span, flow.label)
    return done.body.leaving(flow.emit(step, done.outputs, loop.span))


class _Closing:
    """A loop that is being closed: what was tried, and why it did not do."""

    def __init__(self, flow: Flow, loop: Loop, carried: Carried, splits: int = SPLITS) -> None:
        self.flow, self.loop, self.carried, self.splits = flow, loop, carried, splits
        self.refusals: list[Refused] = []
        self.turning: list[Any] = []
        self.trouble, self.broken = "", False

    def stretches(self, shapes: Shapes) -> list[_Stretch]:
        """Part the rounds; as one stretch, else as two loops behind each other."""
        probed, self.trouble = self.probed(shapes, PROBES)
        knowledge = self.flow.context.knowledge
        with knowledge.bounding(False):
            found = self.tried(shapes, probed) or self.in_two(shapes)
        if found is None and knowledge.bounds:
            found = self.tried(shapes, probed)
        if found is None:
            self.broken = True
            found = self.tried(shapes, probed)
        if found is not None:
            return found
        if len(probed) == 1:
            do_round(self.flow, self.loop, self.carried, shapes, 0)
        raise self.refused(self.trouble)

    def tried(self, shapes: Shapes, probed: list[Shapes]) -> list[_Stretch] | None:
        """Try plans, those first that the failure of others asks for."""
        plans, seen, found = [Plan(), *USUAL], set[Plan](), list[_Stretch]()
        while plans and len(seen) < ATTEMPTS:
            plan = plans.pop(0)
            if plan in seen or not plan.is_short:
                continue
            seen.add(plan)
            stretch, asked = self.attempt(plan, shapes, probed)
            if stretch is not None:
                found, plans = [stretch], asked
            elif not found:
                plans[:0] = [plan.further(other) for plan in asked for other in (Plan(), *USUAL[:4])]
        return found or None

    def in_two(self, shapes: Shapes) -> list[_Stretch] | None:
        """Part the rounds at a symbolic one where a condition turns."""
        parts = (self.split(turn, shapes) for turn in dict.fromkeys(self.turning))
        return next((part for part in parts if part is not None), None)

    def refused(self, trouble: str) -> SpecError:
        """Tell why no closed form is known."""
        shown, refused = self.flow.context.show(self.loop.count), self.refusals[0]
        message = f"no closed form is known for {shown} rounds of this loop: {trouble or refused}"
        return fail(message, self.loop.span, refused.hint)

    def split(self, turn: sympy.Expr, shapes: Shapes) -> list[_Stretch] | None:
        """Close the rounds before one, and those from it on, each as a loop of its own."""
        if not self.splits:
            return None
        loop, context, span = self.loop, self.flow.context, self.loop.span
        rest = arithmetic.subtract(loop.count, turn, span)
        shown = f"{context.show(turn)} of {context.show(loop.count)} rounds"
        before = replace(loop, count=turn)
        behind = replace(loop, count=rest, bind=lambda k: loop.bound(arithmetic.add(k, turn, span)))
        try:
            with context.knowledge.trial():
                granting.whole(turn, context, span, shown)
                granting.at_least(turn, 0, context, span, shown)
                granting.at_least(rest, 0, context, span, shown)
                first = _Closing(self.flow, before, self.carried, self.splits - 1).stretches(shapes)
                others = _Closing(self.flow, behind, self.carried, self.splits - 1).stretches(first[-1].end)
                return [*first, *others]
        except SpecError:
            return None

    def probed(self, shapes: Shapes, most: int) -> tuple[list[Shapes], str]:
        """Do first rounds as if there were enough; give the shapes before each, and what stops it."""
        found, context = [shapes], self.flow.context
        for rounds in range(most + 2, 1, -1):
            knowledge, _ = with_rounds(context, self.loop.count, rounds)
            if knowledge is not None:
                break
        else:
            return found, ""
        fork = forked(self.flow, knowledge)
        with context.knowledge.trial(keep=False):
            for number in range(rounds - 2):
                try:
                    found.append(do_round(fork, self.loop, self.carried, found[-1], number).outputs)
                except SpecError as error:
                    return found, reason_of(fork, error)
        return found, ""

    def with_symbols(self, shapes: Shapes, most: int) -> tuple[list[Shapes], Mapping[Any, Any]]:
        """Do first rounds on symbols in place of the sizes, where too little shows on these themselves.

        Gives the sizes for which the symbols stand, which no facts speak of any longer.
        """
        knowledge = self.flow.context.knowledge
        with knowledge.trial(keep=False):
            facts, symbols = knowledge.begin(), dict[Scalar, Any]()
            for size in (size for tensor in shapes for size in tensor.spatial):
                # No author can write the prime.
                symbols.setdefault(size, facts.symbol(f"size{len(symbols)}'"))
            named = (Tensor(t.channels, tuple(symbols[size] for size in t.spatial)) for t in shapes)
            probed, _ = self.probed(tuple(named), most)
        return probed, {symbol: symbolic(size) for size, symbol in symbols.items()}

    def attempt(self, plan: Plan, shapes: Shapes, probed: list[Shapes]) -> tuple[_Stretch | None, list[Plan]]:
        """Try a plan; give what comes of it, and the plans that its failure asks for."""
        context, count = self.flow.context, self.loop.count
        knowledge, sure = with_rounds(context, count, plan.apart)
        if knowledge is None:
            return None, []
        if plan.together > 1:
            probed, _ = self.probed(shapes, plan.first + PROBES * plan.together)
        trial = _Trial(self, plan, probed)
        try:
            if not sure:
                trial.run(knowledge)
            with context.knowledge.trial():
                enough = f"{context.show(count)} rounds are fewer than the {plan.apart} that stand apart"
                granting.at_least(
                    arithmetic.subtract(count, plan.apart, self.loop.span), 0, context, self.loop.span, enough
                )
                stretch = trial.run(context.knowledge)
        except Refused as refused:
            self.refusals.append(refused)
        except SpecError as error:
            self.refusals.append(Refused(reason_of(self.flow, error)))
        else:
            self.flow.shared.bodies.update(trial.flow.shared.bodies)
            self.flow.shared.layers.update(trial.flow.shared.layers)
            return stretch, [*trial.shorter(stretch)]
        return None, [*trial.asked()]


class _Trial:
    """One plan, tried: the rounds apart are made, the others proved to be one but for their number."""

    def __init__(self, closing: _Closing, plan: Plan, probed: list[Shapes]) -> None:
        self.closing, self.plan, self.probed = closing, plan, probed
        self.loop, self.carried = closing.loop, closing.carried
        self.flow = closing.flow
        self.index: sympy.Symbol | None = None
        self.open, self.mark = closing.flow.context.knowledge.open, 0
        self.count: Scalar = 0

    def run(self, knowledge: Knowledge) -> _Stretch:
        """Make the rounds, with what is known.

        Raises `Refused` with the reason.
        """
        self.flow = forked(self.closing.flow, knowledge)
        self.open, self.mark = knowledge.open, len(knowledge.open)
        if len(self.probed) <= self.plan.first:
            raise Refused("so many first rounds cannot be made one by one")
        facts = knowledge.begin()
        plan, span, context = self.plan, self.loop.span, self.flow.context
        middle = arithmetic.subtract(self.loop.count, plan.apart, span)
        self.count = rounding.floor(arithmetic.divide(middle, plan.together, span), span, facts)
        self.index = facts.index(self.loop.index, self.count)
        try:
            laws = self.known(context)
            before = self.before(laws)
            start, after = (self.at(laws, k) for k in (self.index, arithmetic.add(self.index, 1, span)))
            done = self.done(start, self.number(self.index), plan.together)
            _prove(done.outputs, after, context, self.loop)
            decide_laws(self.flow, done.body, self.closing.broken)
            like = self.loop.bind is None and start == after
            end = self.at(laws, self.count)
            over = self.over(end, middle)
            shapes = over[-1][2] if over else end
            behind = []
            for left in range(plan.last, 0, -1):
                behind.append(self.done(shapes, arithmetic.subtract(self.loop.count, left, span)))
                shapes = behind[-1].outputs
        except Refused:
            facts.forget_index(self.index)
            raise
        index = None if like else self.index
        return _Stretch(before, done, self.count, index, end, over, behind, self.loop.count, shapes)

    def before(self, laws: list[list[ByRound]]) -> list[Round]:
        """Make the first rounds apart, each on what the one before it gives, up to where the laws begin.

        More rounds may have been taken for granted where the laws were read than there are here.
        """
        shapes, before = self.probed[0], list[Round]()
        for number in range(self.plan.first):
            before.append(self.done(shapes, number))
            shapes = before[-1].outputs
        _prove(shapes, self.at(laws, 0), self.flow.context, self.loop)
        return before

    def number(self, place: Scalar) -> Scalar:
        """Give the round of the loop at which the rounds of a place among those together start."""
        span = self.loop.span
        return arithmetic.add(arithmetic.multiply(self.plan.together, place, span), self.plan.first, span)

    def over(self, shapes: Shapes, middle: Scalar) -> list[tuple[Round, Scalar, Shapes]]:
        """Make the rounds that are left where several are one: 0 to all but one of them."""
        span, facts, end = self.loop.span, self.flow.context.facts, shapes
        found: list[tuple[Round, Scalar, Shapes]] = []
        for place in range(self.plan.together - 1):
            further = arithmetic.add(middle, self.plan.together - 1 - place, span)
            upto = rounding.floor(arithmetic.divide(further, self.plan.together, span), span, facts)
            once = arithmetic.subtract(upto, self.count, span)
            if once == 0:
                break
            done = self.done(shapes, arithmetic.add(self.number(self.count), place, span))
            end = tuple(map(partial(_where, once), shapes, done.outputs, end))
            shapes = done.outputs
            found.append((done, once, end))
        return found

    def done(self, shapes: Shapes, number: Scalar, together: int = 1) -> Round:
        """Make a round, or several that are one."""
        try:
            return do_rounds(self.flow, self.loop, self.carried, shapes, number, together)
        except SpecError as error:
            raise Refused(reason_of(self.flow, error)) from None

    def known(self, context: Context) -> list[list[ByRound]]:
        """Give the laws of the sizes: as the first ones show them, else as a round at a symbol does."""
        try:
            return self.laws(self.probed, context)
        except Refused:
            if (found := self.read()) is not None:
                return found
            if not (self.closing.trouble or any(map(_is_rounded, self.probed[0]))):
                raise
        most = self.plan.first + PROBES * self.plan.together
        probed, numbers = self.closing.with_symbols(self.probed[0], most)
        return [[put(law, numbers) for law in laws] for laws in self.laws(probed, context)]

    def laws(self, probed: list[Shapes], context: Context) -> list[list[ByRound]]:
        """Give the law of every size of every value, before the first of each rounds that are one."""
        laws: list[list[ByRound]] = []
        for tensors in zip(*probed[self.plan.first :: self.plan.together], strict=True):
            if len({tensor.rank for tensor in tensors}) > 1:
                raise Refused("its rounds change the number of axes")
            columns = zip(*(t.sizes for t in tensors), strict=True)
            laws.append([_law(sizes, context) for sizes in columns])
        return laws

    def read(self) -> list[list[ByRound]] | None:
        """Read the laws off what a round at a symbol gives, on the first sizes; None where they do not fit.

        What it gives may show how the rounds take turns, as well.
        """
        context, span, first = self.flow.context, self.loop.span, self.probed[self.plan.first]
        with context.knowledge.trial(keep=False), suppress(Refused):
            done = self.done(first, self.number(self.index), self.plan.together)
            self.open += [symbolic(size) for tensor in done.outputs for size in tensor.sizes]
            laws = [[read(s, self.index) for s in tensor.sizes] for tensor in done.outputs]
            start = self.at(laws, 0)
            if all(equal_shapes(a, b, context, span) for a, b in zip(start, first, strict=True)):
                return laws
        return None

    def at(self, laws: list[list[ByRound]], place: Scalar) -> Shapes:
        """Give the shapes before a place among the rounds that are one."""
        return tuple(shape_at(sizes, place, self.flow.context, self.loop.span) for sizes in laws)

    def shorter(self, stretch: _Stretch) -> Iterator[Plan]:
        """Give the plan under which no rounded quotient of the round is left in the laws of the rounds."""
        together = self.plan.together * period(laws_of(stretch.middle.body), self.index)
        if stretch.index is not None and together > self.plan.together:
            yield self.plan._replace(together=together)

    def asked(self) -> Iterator[Plan]:
        """Give the plans that the conditions which stayed open ask for."""
        if self.index is None:
            return
        count, told = symbolic(self.count), self.open[self.mark :]
        yield from better(self.plan, self.index, count, told)
        self.closing.turning += splits(self.plan, self.index, count, told)


def _is_rounded(tensor: Tensor) -> bool:
    return any(symbolic(size).has(sympy.floor, sympy.ceiling) for size in tensor.spatial)


def _where(once: Scalar, before: Tensor, after: Tensor, end: Tensor) -> Tensor:
    """Add to the sizes at the end what a round changes that is done once or not at all."""
    if before.rank != after.rank:
        raise Refused("its rounds change the number of axes")
    changes = zip(end.sizes, before.sizes, after.sizes, strict=True)
    channels, *spatial = (
        a if b == c else arithmetic.plain(symbolic(a) + symbolic(once) * (symbolic(c) - symbolic(b)))
        for a, b, c in changes
    )
    return Tensor(channels, tuple(spatial))


def _law(sizes: Sequence[Scalar], context: Context) -> ByRound:
    law = law_of(sizes)
    if law is None:
        shown = ", ".join(map(context.show, sizes))
        raise Refused(f"its rounds give sizes of {shown}, ..., which follow no known law")
    return law


def _prove(shapes: Shapes, expected: Shapes, context: Context, loop: Loop) -> None:
    for given, wanted in zip(shapes, expected, strict=True):
        if not equal_shapes(given, wanted, context, loop.span):
            shown = context.show(given), context.show(wanted)
            raise Refused(f"a round gives {shown[0]}, where its first rounds let one expect {shown[1]}")
