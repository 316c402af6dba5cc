"""A body in the making: its values, the current one, the names of some, the mistakes so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from layercalc import limits
from layercalc.errors import MOST, Diagnostic, Frame, LimitError, Span, SpecError, fail, limit
from layercalc.expressions.arithmetic import integer
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.scope import LOST, NOWHERE, Context, Named, Scope, Value, none_named
from layercalc.network import Body, Layer, Step, Tensor, Weights
from layercalc.records import dataclass, field
from layercalc.resolve.program import Program
from layercalc.syntax import tree
from layercalc.syntax.walk import call_names, fills_lists, tensor_names, value_names

#: The number of a value whose own mistake has been told already.
GONE = -1
#: Stands for a body that is being made.
OPEN = Body((), (), (), ())


@dataclass(slots=True)
class Resolution:
    """What all bodies of one network share: declarations, mistakes, and bodies made before.

    `hole` stands for the level within while a block that uses itself is looked at
    (`resolve.recursion`).
    """

    program: Program
    context: Context
    rules: Mapping[type, Callable[[Flow, Any], None]]
    errors: list[Diagnostic] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    bodies: dict[Any, Body | None] = field(default_factory=dict)
    layers: dict[Any, Layer] = field(default_factory=dict)
    hole: Any = None
    rounds: dict[tuple[int, tuple[str, ...]], tree.ForEach] = field(default_factory=dict)
    _values: dict[int, set[str]] = field(default_factory=dict)
    _tensors: dict[int, list[str]] = field(default_factory=dict)
    _calls: dict[int, set[str]] = field(default_factory=dict)
    _fills: dict[int, bool] = field(default_factory=dict)

    def values_in(self, body: tree.Body) -> set[str]:
        """Give the names that are read as values in a body, looked for once."""
        if id(body) not in self._values:
            self._values[id(body)] = value_names(body)
        return self._values[id(body)]

    def tensors_in(self, body: tree.Body) -> list[str]:
        """Give the names that a body goes on from or binds by `as`, looked for once."""
        if id(body) not in self._tensors:
            self._tensors[id(body)] = tensor_names(body)
        return self._tensors[id(body)]

    def fills_lists(self, body: tree.Body) -> bool:
        """Tell whether values get places in lists in a body, looked for once."""
        if id(body) not in self._fills:
            self._fills[id(body)] = fills_lists(body)
        return self._fills[id(body)]

    def calls_in(self, body: tree.Body) -> set[str]:
        """Give the names of the layers and blocks that a body calls, looked for once."""
        if id(body) not in self._calls:
            self._calls[id(body)] = call_names(body)
        return self._calls[id(body)]

    def forget(self) -> None:
        """Make bodies and layers anew from here on: a name that they read has a value now."""
        self.bodies.clear()
        self.layers.clear()

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """Keep the mistakes of one step and go on behind it; a limit ends everything."""
        try:
            yield
        except LimitError as error:
            if not error.diagnostics or error.diagnostics[0].trace:
                raise
            raise error.within(*self.frames) from None
        except SpecError as error:
            self.errors += error.within(*self.frames).diagnostics
            if len(self.errors) > MOST:
                raise LimitError([]) from None


@dataclass(slots=True)
class Flow:
    """A body in the making: its values, the current one, and the names of some."""

    shared: Resolution
    context: Context
    shapes: list[Tensor] = field(default_factory=list)
    current: int | tuple[int, ...] | None = None
    names: dict[str, int] = field(default_factory=dict)
    around: Named = none_named
    label: str = ""
    stages: list[int] = field(default_factory=lambda: [0])
    steps: list[Step] = field(default_factory=list)
    inputs: int = 0
    told: dict[int, str] = field(default_factory=dict)
    takes_inputs: bool = False

    @classmethod
    def outermost(cls, shared: Resolution, scope: Scope) -> Flow:
        """Start a network: nothing is there before its input."""
        return cls(shared, shared.context.at(scope, None), takes_inputs=True)

    def within(self, shapes: tuple[Tensor, ...], names: Mapping[str, int], context: Context) -> Flow:
        """Start a body that takes values of these shapes; the first is the current one."""
        told = {number: name for name, number in names.items()}
        return Flow(
            self.shared, context, list(shapes), 0, dict(names), self.named, inputs=len(shapes), told=told
        )

    def run(self, steps: Iterable[tree.Step]) -> None:
        """Do steps in series."""
        for step in steps:
            self.run_step(step)

    def run_step(self, step: tree.Step) -> None:
        """Do one step; behind a mistake the current value is gone, and nothing is told of it."""
        done = False
        with self.shared.gathering():
            self.context.budget.spend(1, step.span)
            self.shared.rules[type(step)](self, step)
            self.name(getattr(step, "bound", ()))
            if self.takes_inputs and self.inputs > 1 and _is_input(step):
                self.current = None
            done = True
        if not done:
            self._lose(step)

    def _lose(self, step: tree.Step) -> None:
        self.names.update((place.text, GONE) for place in getattr(step, "bound", ()))
        if isinstance(step, tree.ForEach):
            found = self.shared.tensors_in(step.body)
            self.names.update((name[:-1], GONE) for name in found if name.endswith("["))
        if isinstance(step, tree.Let):
            self.context.scope.names.update(_lost(step.target))
        elif isinstance(step, tree.Shared):
            self.context.scope.share(step.name.text, LOST)
        elif not isinstance(step, tree.LetFunction):
            self.current = GONE

    # -- values

    def here(self) -> Context:
        """Give the context at this point."""
        current = None
        if isinstance(self.current, int):
            current = NOWHERE if self.current == GONE else self.shapes[self.current]
        return self.context.at(self.context.scope, current, self.named)

    def named(self, name: str) -> Tensor | None:
        """Give the shape of the value that bears a name, here or further out."""
        if name not in self.names:
            return self.around(name)
        number = self.names[name]
        return NOWHERE if number == GONE else self.shapes[number]

    def one(self, span: Span, who: str) -> int:
        """Give the number of the current value, where one is needed."""
        if self.current == GONE:
            raise SpecError([])
        if isinstance(self.current, tuple):
            raise fail(f"{who} takes one value, and {len(self.current)} come from here", span)
        if self.current is None:
            hint = "an input(...) comes first; a block that takes several values starts with `from`"
            raise fail(f"{who}: there is no tensor at this point", span, hint)
        return self.current

    def emit(self, step: Step, shapes: Iterable[Tensor], span: Span) -> int:
        """Add a step; give the number of the first value that it makes."""
        self.shared.context.budget.step(span)
        first = len(self.shapes)
        self.steps.append(step)
        self.shapes.extend(shapes)
        return first

    def all(self, span: Span, who: str) -> tuple[int, ...]:
        """Give the numbers of the current values, one or several."""
        if not isinstance(self.current, tuple):
            return (self.one(span, who),)
        if GONE in self.current:
            raise SpecError([])
        return self.current

    def go_on(self, numbers: tuple[int, ...]) -> None:
        """Make these the current values."""
        self.current = numbers[0] if len(numbers) == 1 else numbers

    def name(self, places: tuple[tree.ValueName, ...]) -> None:
        """Give each of the current values a name, or a place in a list."""
        if not places:
            return
        first = places[0].span
        numbers = self.all(first, "`as`") if len(places) > 1 else (self.one(first, "`as`"),)
        if len(places) != len(numbers):
            span = first._replace(end=places[-1].span.end)
            raise fail(f"`as` gives {len(places)} names, and {come(len(numbers))} from here", span)
        for place, number in zip(places, numbers, strict=True):
            name = self.key(place)
            self.names[name] = number
            self.told.setdefault(number, name)

    def key(self, place: tree.ValueName) -> str:
        """Give the name under which a value is kept: `skip`, or `level[2]` for an entry of a list."""
        if isinstance(place, tree.Word):
            return place.text
        index, what = evaluate(place.index, self.here()), f"an index of {place.text}"
        number = integer(index, place.index.span, what, self.context.show)
        if abs(number) > limits.LIST_ENTRIES:
            most = f"a list has at most {limits.LIST_ENTRIES:,} entries"
            raise limit(f"{what} is {self.context.show(number)}; {most}", place.index.span)
        return f"{place.text}[{number}]"

    def carried(self, body: tree.Body) -> tuple[str, ...]:
        """Give the names of values that a body goes on from or binds, of those that stand before it."""
        found = self.shared.tensors_in(body)
        lists = (name for name in self.names if any(map(name.startswith, found)) and name.endswith("]"))
        return (*(name for name in found if name in self.names), *lists)

    @contextmanager
    def braces(self, names: Mapping[str, Value] | None = None, label: str = "") -> Iterator[None]:
        """Enter a scope of its own for local values."""
        outer, before = self.context, self.label
        self.context = outer.inner(names)
        self.label = f"{before} {label}".strip()
        try:
            yield
        finally:
            self.context, self.label = outer, before

    @contextmanager
    def stage(self, names: Mapping[str, Value]) -> Iterator[None]:
        """Enter a round of a loop that is written out: the next stage of the body, or of the stage around."""
        around = _stage_name(self.stages[:-1])
        self.stages[-1] += 1
        with self.braces(names):
            self.label = f"{self.label.removesuffix(around)} {_stage_name(self.stages)}".strip()
            self.stages.append(0)
            try:
                yield
            finally:
                self.stages.pop()

    def body(self, outputs: tuple[int, ...]) -> Body:
        """Close the body."""
        shapes, steps = tuple(self.shapes), tuple(self.steps)
        if any(isinstance(step, Weights) for step in steps):
            from layercalc.resolve.sharing import settled  # few networks share weights

            steps = settled(steps, self.context)
        return Body(shapes[: self.inputs], steps, outputs, shapes, self.told)

    def finish(self) -> Body:
        """Close the whole network."""
        program = self.shared.program
        if not self.inputs:
            raise fail("the network has no input(...)", program.trees[0].span._replace(end=1))
        return self.body(self.all(program.items[-1].span, "the end of the network"))

    def outputs(self) -> tuple[str, ...]:
        """Name the outputs of the network: as its last step does, else by their places."""
        last, numbers = self.shared.program.items[-1], self.all(self.shared.program.items[-1].span, "")
        places = last.names if isinstance(last, tree.From) else getattr(last, "bound", ())
        if len(places) == len(numbers):
            return (*map(self.key, places),)
        return (*(self.told.get(number, f"output {place}") for place, number in enumerate(numbers, 1)),)


def come(count: int) -> str:
    """Say how many values come.

    >>> come(1), come(2)
    ('1 comes', '2 come')
    """
    return "1 comes" if count == 1 else f"{count} come"


def _is_input(step: tree.Step) -> bool:
    return isinstance(step, tree.Call) and step.name.text == "input"


def _lost(target: tree.ItemNames) -> dict[str, Value]:
    if isinstance(target, tree.Word):
        return {target.text: LOST}
    return {name: LOST for part in target.items for name in _lost(part)}


def _stage_name(stages: Sequence[int]) -> str:
    """Name a stage by its number, behind those of the stages around it."""
    return f"stage {'.'.join(map(str, stages))}" if stages else ""
