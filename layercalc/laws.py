"""What one layer is: its shape, power, complexity, params and macs, from its declaration.

From: a `layer` or `activation` of a law file or a spec. To: `network.Layer`.
Promises: the shape is known at once, the other laws are read when a measure asks
and once; a law that says `none`, or is not there, is neutral (sections 5.10 and
5.11 of the paper). It knows nothing of the network around the layer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TypeAlias

from layercalc import limits
from layercalc.errors import (
    Diagnostic,
    Frame,
    LimitError,
    Span,
    SpecError,
    did_you_mean,
    fail,
    limit,
    listing,
)  # fmt: skip
from layercalc.expressions.arithmetic import plain, symbolic
from layercalc.expressions.evaluator import bind, evaluate
from layercalc.expressions.granting import at_least, grant, whole
from layercalc.expressions.scope import Context, Mark, Scope, Value, is_number, is_scalar, is_symbolic
from layercalc.expressions.statements import held
from layercalc.network import Layer, Scalar, Tensor
from layercalc.records import dataclass
from layercalc.syntax import tree
from layercalc.syntax.walk import outline

Laws: TypeAlias = "Callable[[str], Scalar | None]"
#: The laws of a layer that a measure may ask for.
LAWS = ("power", "complexity", "params", "macs")
#: Those that follow from the formula of an activation.
DERIVABLE = ("power", "complexity")
#: What a layer may say of itself; `comparisons` are those that decide one element of its output.
FIELDS = ("shape", *LAWS, "comparisons", "require")
#: Those that count weights, shared ones once; `looked_up` is read by the measures of every law set.
OF_WEIGHTS = ("params", "looked_up")
#: What a layer may say of the places that it sees, for the receptive field.
SEEN = ("jump", "reach")


@dataclass(frozen=True, slots=True, eq=False)
class Declared:
    """A layer as declared, with the scope of the file that declares it."""

    node: tree.Layer | tree.Activation
    scope: Scope

    @property
    def name(self) -> str:
        """The layer's name."""
        return self.node.name.text

    @property
    def parameters(self) -> tuple[tree.Parameter, ...]:
        """What a call may give; the first of an activation is the data."""
        return self.node.parameters[1:] if isinstance(self.node, tree.Activation) else self.node.parameters

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the values that it takes, if they are named."""
        return () if isinstance(self.node, tree.Activation) else tuple(word.text for word in self.node.inputs)

    def field(self, name: str) -> tree.Expression | None:
        """Give the expression of a law, if the layer has it."""
        fields = self.node.fields or ()
        return next((field.value for field in fields if field.name.text == name), None)

    def bind(self, call: tree.Call, tensors: tuple[Tensor, ...], context: Context) -> dict[str, Value]:
        """Read the arguments of a call."""
        home = self._home(context, tensors)
        try:
            return bind(self.name, self.parameters, call.arguments, context, home, call.span)
        except SpecError as error:
            told_here = all(d.span is None or d.span.source is call.span.source for d in error.diagnostics)
            raise error if told_here else _seen_from(error, self, call.span) from None

    def place(
        self, arguments: dict[str, Value], tensors: tuple[Tensor, ...], span: Span, context: Context
    ) -> Layer:
        """Put the layer behind a tensor, or several.

        Raises `SpecError` where a requirement fails or the shape is none.
        """
        home = self._home(context, tensors).inner(arguments)
        try:
            self._require(home, tensors)
            output = self._shape(home, tensors[0])
        except SpecError as error:
            raise _seen_from(error, self, span) from None
        laws = PlacedLaws(self, home.inner({"out": output}), span)
        return Layer(self.name, arguments, tensors, output, laws, span, constant=self._is_constant)

    @property
    def _is_constant(self) -> bool:
        """Whether its power and complexity are written as 0: nothing of its input goes through it."""
        said = [self.field(name) for name in ("power", "complexity")]
        return all(isinstance(node, tree.Number) and node.text == "0" for node in said)

    def _home(self, context: Context, tensors: tuple[Tensor, ...]) -> Context:
        """Give the place at which its laws and defaults are read, where the values have their names."""
        home = context.at(self.scope, tensors[0])
        return home.inner(dict(zip(self.inputs, tensors, strict=True))) if self.inputs else home

    def _require(self, home: Context, tensors: tuple[Tensor, ...]) -> None:
        condition = self.field("require")
        if condition is None:
            return
        parts = condition.operands if _is_and(condition) else (condition,)  # type: ignore[union-attr]
        for part in parts:
            said = held(part, home)
            if said != True:  # noqa: E712  (sympy has a true of its own)
                told = f"requires {part.span.text}{_values(part, home)}"
                shapes = [f"{name} is {home.show(t)}" for name, t in zip(self.inputs, tensors, strict=False)]
                grant(said, home, part.span, "; ".join([told, *([", ".join(shapes)] if shapes else [])]))

    def _shape(self, home: Context, tensor: Tensor) -> Tensor:
        expression = self.field("shape")
        if expression is None:
            return tensor
        return as_tensor(evaluate(expression, home), home, expression.span)


class PlacedLaws:
    """The laws of a placed layer, each read once; it can show what they are read from."""

    __slots__ = ("_context", "_declared", "_known", "_span")

    def __init__(self, declared: Declared, context: Context, span: Span) -> None:
        self._declared, self._context, self._span = declared, context, span
        self._known: dict[str, Scalar | None] = {}

    def __call__(self, name: str) -> Scalar | None:
        """Give the value of a law."""
        if name not in self._known:
            try:
                with limits.deep_recursion(), self._context.knowledge.reading(name):
                    self._known[name] = self._read(name)
            except SpecError as error:
                raise _seen_from(error, self._declared, self._span) from None
        return self._known[name]

    def source(self, name: str) -> tuple[tree.Expression, Context | None] | None:
        """Give the expression of a law and where it is read, None where there is none.

        Of a law that follows from the formula of an activation, it is the formula, read nowhere.
        """
        node, expression = self._declared.node, self._declared.field(name)
        if isinstance(node, tree.Activation) and name in DERIVABLE:
            said = expression.text if isinstance(expression, tree.Name) else ""
            if node.fields is None or said == Mark.DERIVED.value:
                return node.formula, None
        return None if expression is None else (expression, self._context)

    def _read(self, name: str) -> Scalar | None:
        node, expression = self._declared.node, self._declared.field(name)
        if isinstance(node, tree.Activation) and node.fields is None and name in DERIVABLE:
            return self._derived(name, node)
        if expression is None and name in ("comparisons", "degree"):
            return self._piecewise(node, name)
        if expression is None:
            return None
        value = evaluate(expression, self._context)
        if value is Mark.NONE:
            return None
        if value is Mark.DERIVED and name in DERIVABLE:
            if not isinstance(node, tree.Activation):
                raise fail(f"{node.name.text} has no formula to derive its {name} from", expression.span)
            return self._derived(name, node)
        below = not is_scalar(value) or (value < 0 if is_number(value) else value.is_negative)
        if below or (is_symbolic(value) and not value.is_number):
            broken = f"{name} is {self._context.show(value)}; it must be at least 0"
            if below:
                raise fail(broken, expression.span)
            at_least(value, 0, self._context, expression.span, broken)
        return int(value) if isinstance(value, bool) else value

    def _piecewise(self, node: tree.Layer | tree.Activation, name: str) -> int | None:
        """Give what follows from a formula; a layer of one value that says nothing is linear."""
        if isinstance(node, tree.Layer):
            return 0 if name == "comparisons" and len(node.inputs) < 2 else None
        from layercalc.activations import lines  # most networks need neither: laws say numbers

        found: int = getattr(lines(node, self._context), name)
        return found

    def _derived(self, name: str, node: tree.Activation) -> Scalar:
        """Give a law that follows from a formula; only where that divides by a sum, the shape counts."""
        from layercalc.activations import derive

        context = self._context
        names = [parameter.name.text for parameter in self._declared.parameters]
        key = (node.span, *(context.scope.find(name) for name in names))
        derived = context.knowledge.derived
        if key not in derived:
            try:
                derived[key] = derive(node, context.at(context.scope, None))
            except LimitError:
                raise
            except SpecError as error:  # each measure asks, and a formula is tried once
                derived[key] = error
        found = derived[key]
        if isinstance(found, SpecError):
            raise SpecError(found.diagnostics)
        value: Scalar = getattr(found, name)
        if (tensor := context.tensor()) is None or not found.normalised:
            return value
        volume = symbolic(tensor.volume)
        return plain(symbolic(value) / volume if name == "power" else symbolic(value) * volume)


@dataclass(frozen=True, slots=True)
class UsedLaws:
    """The laws of a layer whose weights are shared: what it says of them is counted once, elsewhere."""

    laws: Laws

    def __call__(self, name: str) -> Scalar | None:
        """Give the value of a law."""
        value = self.laws(name)
        return 0 if name in OF_WEIGHTS and value is not None else value


@dataclass(frozen=True, slots=True)
class OwnedLaws:
    """Of the laws of a layer whose weights are shared, those that count weights."""

    laws: Laws

    def __call__(self, name: str) -> Scalar | None:
        """Give the value of a law."""
        return self.laws(name) if name in OF_WEIGHTS else None


def as_tensor(value: Value, context: Context, span: Span) -> Tensor:
    """Read a list of sizes as a shape, channels first.

    Raises `SpecError` for what is no size, and for more axes or elements than the limits.
    """
    sizes = value if isinstance(value, tuple) else (value,)
    if not sizes:
        raise fail("a shape needs at least its channels", span)
    if len(sizes) > limits.AXES:
        raise fail(f"a shape of {len(sizes)} axes; the limit is {limits.AXES}", span)
    sizes = tuple([whole(size, context, span, "a size") for size in sizes])
    for size in sizes:
        counts = isinstance(size, int) and not isinstance(size, bool)
        if not is_scalar(size) or (is_number(size) and not (counts and size > 0)):
            message = f"a size is {context.show(size)}; it must be a whole number of at least 1"
            raise fail(message, span)
        if is_symbolic(size):
            at_least(size, 1, context, span, f"a size is {context.show(size)}, below 1")
    limits.check_number(sum(size.bit_length() for size in sizes if isinstance(size, int)), span)
    return Tensor(sizes[0], sizes[1:])


def check_fields(node: tree.Layer | tree.Activation, measured: Collection[str]) -> list[Diagnostic]:
    """Give the laws that no measure knows, and those that are given twice; some are `measured` besides."""
    usual = FIELDS if isinstance(node, tree.Layer) else [name for name in FIELDS if name != "comparisons"]
    known = [*dict.fromkeys([*usual, *SEEN, *measured])]
    names = outline(node).fields
    if len({*names}) == len(names) and {*names} <= {*known}:
        return []
    found: list[Diagnostic] = []
    seen: set[str] = set()
    for field in node.fields or ():
        name = field.name.text
        if name not in known:
            hint = did_you_mean(name, known) or f"a layer has {listing(usual)}"
            found.append(Diagnostic(f"unknown law '{name}'", field.name.span, hint))
        elif name in seen:
            found.append(Diagnostic(f"{node.name.text}: '{name}' is given twice", field.name.span))
        seen.add(name)
    return found


def _is_and(node: tree.Expression) -> bool:
    return isinstance(node, tree.Chain) and node.operators[0] == "and"


def _values(condition: tree.Expression, home: Context) -> str:
    """Write the values that a requirement speaks of."""
    spoken_of = {operand.span.text: operand for operand in _operands(condition)}
    shown = [f"{text} is {home.show(evaluate(operand, home))}" for text, operand in spoken_of.items()]
    return f", and {', '.join(shown)}" if shown else ""


def _operands(node: tree.Expression) -> Iterator[tree.Expression]:
    if isinstance(node, tree.Chain):
        for operand in node.operands:
            yield from _operands(operand)
    elif isinstance(node, tree.Group):
        yield from _operands(node.inner)
    elif not isinstance(node, tree.Number):
        yield node


def _seen_from(error: SpecError, declared: Declared, span: Span) -> SpecError:
    """Tell a mistake of a law at the layer that was called, and name the law."""
    first = next(iter(error.diagnostics), None)
    if first is None or first.span is None or first.span.source is span.source:
        return error.within(Frame(declared.name, span))
    if isinstance(error, LimitError):
        return limit(first.message, span, first.hint)
    hint = first.hint or f"law of {declared.name}: {first.span}"
    return fail(f"{declared.name}: {first.message}", span, hint)
