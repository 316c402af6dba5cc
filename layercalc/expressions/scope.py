"""The scope of names while an expression is evaluated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

from layercalc import limits
from layercalc.display import factors
from layercalc.errors import Span, SpecError, limit
from layercalc.lazy import sympy
from layercalc.network import NETWORK, Granted, Scalar, Tensor
from layercalc.records import dataclass
from layercalc.syntax import tree

if TYPE_CHECKING:
    from layercalc.assumptions import Facts


class Mark(Enum):
    """The words of the language that are values of their own."""

    SAME = "same"
    VALID = "valid"
    NONE = "none"
    DERIVED = "derived"


@dataclass(frozen=True, slots=True)
class Count:
    """`range(n)` with symbolic bounds, or of a great length: only a loop can take it."""

    start: Scalar
    stop: Scalar
    step: Scalar


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries of a list that differ only in their number: a term in the index, from 0 to count - 1."""

    term: Scalar
    index: sympy.Symbol
    count: Scalar


@dataclass(frozen=True, slots=True)
class SymbolicList:
    """`[f(i) for i in range(n)]` with symbolic bounds: only `sum` and `product` can take it."""

    parts: tuple[Entries, ...]
    count: Scalar


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function that the spec defines, with the scope in which it was written."""

    declaration: tree.LetFunction
    scope: Scope


Value: TypeAlias = Any
"""bool, int, Fraction, sympy.Expr, str, Mark, Tensor, Count, SymbolicList, Function, or a tuple of values."""

#: Words that open a declaration among steps: neither a value nor a block or layer bears one.
DECLARING = frozenset({"measure", "shared"})
#: Words that no value is called by: those of expressions, as such a symbol could not be read back, and these.
RESERVED = DECLARING | {"and", "else", "for", "if", "in", "match", "not", "or", "then"}
#: The tensor behind a mistake that has been told already.
NOWHERE = Tensor(0)
#: Bits of a number that a message does not write out.
LONG = 200
#: Entries of a list that a message shows.
SHOWN = 10
#: Stands for a value whose own mistake has been told already.
LOST: Value = object()

CONSTANTS: Mapping[str, Value] = {
    "true": True, "false": False, "same": Mark.SAME, "valid": Mark.VALID, "none": Mark.NONE,
    "derived": Mark.DERIVED,
}  # fmt: skip


class Scope:
    """Names and their values; what is not here is looked for further out."""

    __slots__ = ("names", "outer", "shared")

    def __init__(self, outer: Scope | None = None, names: Mapping[str, Value] | None = None) -> None:
        self.outer = outer
        self.names: dict[str, Value] = dict(names or {})
        self.shared: dict[str, Any] | None = None

    def find(self, name: str) -> Value | None:
        """Give the value of a name, or None; no value of the language is None."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return None

    def share(self, name: str, weights: Any) -> None:
        """Give shared weights their name; these names are apart from those of values."""
        self.shared = {**(self.shared or {}), name: weights}

    def find_shared(self, name: str) -> Any | None:
        """Give the shared weights of a name, or None."""
        scope: Scope | None = self
        while scope is not None:
            if scope.shared and name in scope.shared:
                return scope.shared[name]
            scope = scope.outer
        return None

    def known(self) -> Iterator[str]:
        """Give all names that can be seen from here."""
        scope: Scope | None = self
        while scope is not None:
            yield from scope.names
            scope = scope.outer


class Budget:
    """What one spec may still spend, so that a hostile one ends in a diagnostic."""

    __slots__ = ("calls", "expressions", "steps")

    def __init__(self) -> None:
        self.expressions = limits.EXPRESSION_STEPS
        self.steps = limits.NETWORK_STEPS
        self.calls = 0

    def spend(self, amount: int, span: Span) -> None:
        """Take operations of expressions away."""
        limits.work(0)
        self.expressions -= amount
        if self.expressions < 0:
            raise limit(f"this spec takes over {limits.EXPRESSION_STEPS:,} operations, the limit", span)

    def step(self, span: Span) -> None:
        """Take one step of the network away."""
        self.steps -= 1
        if self.steps < 0:
            hint = "a repeat of an unchanged body is a power and costs one round, whatever its count"
            raise limit(f"this network writes out over {limits.NETWORK_STEPS:,} steps, the limit", span, hint)

    def passed_by(self, steps: int, times: int) -> bool:
        """Tell whether so many steps, so many times, are more than may still be written out."""
        return steps * times > self.steps

    @contextmanager
    def call(self, name: str, span: Span, given: Iterable[Value] = ()) -> Iterator[None]:
        """Count the blocks and functions that call each other; `given` are the arguments of a function."""
        if self.calls == limits.CALLS:
            hint = "a function that calls itself ends at a number, not at a symbol"
            told = f"'{name}': blocks and functions call each other over {limits.CALLS} deep"
            raise limit(told, span, hint if any(map(is_symbolic, given)) else "")
        self.calls += 1
        try:
            yield
        finally:
            self.calls -= 1


class Knowledge:
    """What is known of symbols, which comes into being with the first of them, and what was derived.

    `granted` is what is taken for granted of the symbols, and `law` the law of a layer that is
    being read, if one is; `open` are the conditions that were met and could not be told, `bounds` whether
    symbols may be bounded so that a range does not go the other way; `trying` counts the trials under way.
    """

    __slots__ = ("bounds", "derived", "facts", "granted", "law", "open", "trying")

    def __init__(self) -> None:
        self.facts: Facts | None = None
        self.derived: dict[Any, Any] = {}
        self.granted = Granted()
        self.law = NETWORK
        self.open: list[Any] = []
        self.bounds = True
        self.trying = 0

    def begin(self) -> Facts:
        """Give the facts, to put a symbol among them."""
        if self.facts is None:
            from layercalc.assumptions import Facts

            self.facts = Facts()
        return self.facts

    @contextmanager
    def reading(self, law: str) -> Iterator[None]:
        """Read a law of a layer: what is assumed meanwhile, is assumed for those who ask for this law."""
        before, self.law = self.law, law
        try:
            yield
        finally:
            self.law = before

    @contextmanager
    def bounding(self, bounds: bool) -> Iterator[None]:
        """Let symbols be bounded, or not, so that a range does not go the other way."""
        before, self.bounds = self.bounds, bounds
        try:
            yield
        finally:
            self.bounds = before

    @contextmanager
    def trial(self, keep: bool = True) -> Iterator[None]:
        """Try something: after an exception the state is restored; without `keep`, always."""
        facts, granted = self.facts and self.facts.copied(), self.granted.copied()
        kept = False
        self.trying += 1
        try:
            yield
            kept = keep
        finally:
            self.trying -= 1
            if not kept:
                self.granted = granted
                if self.facts is not None and facts is not None:
                    self.facts.go_back(facts)
                else:
                    self.facts = facts

    def fork(self, facts: Facts) -> Knowledge:
        """Give other facts with the same derivations, what is granted apart."""
        made = Knowledge()
        made.facts, made.derived, made.law = facts, self.derived, self.law
        made.granted, made.open, made.bounds = self.granted.copied(), self.open, self.bounds
        made.trying = self.trying
        return made


Named: TypeAlias = Callable[[str], Tensor | None]
"""Gives the tensor of a name, if there is one."""


def none_named(name: str) -> Tensor | None:
    """Give no tensor, where none has a name."""
    return None


class Context:
    """Where an expression is read: the names, the tensors at this point, what is known of symbols."""

    __slots__ = ("budget", "current", "knowledge", "named", "scope")

    def __init__(
        self,
        scope: Scope,
        current: Tensor | None = None,
        named: Named = none_named,
        budget: Budget | None = None,
        knowledge: Knowledge | None = None,
    ) -> None:
        self.scope, self.current, self.named = scope, current, named
        self.budget = budget or Budget()
        self.knowledge = knowledge or Knowledge()

    def tensor(self) -> Tensor | None:
        """Give the tensor at this point, if there is one.

        Raises an empty `SpecError` behind a mistake: what follows from it is not told.
        """
        if self.current is NOWHERE:
            raise SpecError([])
        return self.current

    @property
    def facts(self) -> Facts | None:
        """What is known of symbols, if there are any."""
        return self.knowledge.facts

    def inner(self, names: Mapping[str, Value] | None = None) -> Context:
        """Give the same place with some names more."""
        return self.at(Scope(self.scope, names), self.current, self.named)

    def at(self, scope: Scope, current: Tensor | None, named: Named = none_named) -> Context:
        """Give another place of the same network."""
        return Context(scope, current, named, self.budget, self.knowledge)

    def knowing(self, knowledge: Knowledge) -> Context:
        """Give the same place where something else is known of symbols."""
        return Context(self.scope, self.current, self.named, self.budget, knowledge)

    def show(self, value: Value) -> str:
        """Write a value for a message, in the symbols of the author."""
        return describe(self._restored(value))

    def _restored(self, value: Value) -> Value:
        if self.facts is None:
            return value
        if isinstance(value, tuple):
            return tuple(map(self._restored, value))
        if isinstance(value, Tensor):
            return Tensor(self._restored(value.channels), self._restored(value.spatial))
        if isinstance(value, Count):
            return Count(*map(self._restored, (value.start, value.stop, value.step)))
        if isinstance(value, SymbolicList):
            return SymbolicList(value.parts, self._restored(value.count))
        exact = is_symbolic(value) and not any(atom.is_Float for atom in value.atoms())
        return self.facts.shown(value) if exact else value


def is_number(value: Value) -> bool:
    """Tell whether a value is a plain number (true and false count as 1 and 0)."""
    return isinstance(value, int) or type(value) is Fraction  # its abstract base is slow


def is_symbolic(value: Value) -> bool:
    """Tell whether a value is a sympy expression, without importing sympy."""
    return hasattr(type(value), "free_symbols")


def is_scalar(value: Value) -> bool:
    """Tell whether a value can be calculated with."""
    return is_number(value) or is_symbolic(value)


def describe(value: Value) -> str:
    """Write a value for a message, in the language's own words."""
    for kind, show in _SHOWN_AS.items():
        if isinstance(value, kind):
            return show(value)
    if isinstance(value, int | Fraction):
        longest = max(value.numerator.bit_length(), value.denominator.bit_length())
        if longest > LONG:
            return f"a {'number' if value.denominator == 1 else 'fraction'} of {longest} bits"
    return _expression(value) if is_symbolic(value) else str(value)


def _expression(value: Any) -> str:
    """Write an expression or a condition; one that the language cannot write, as sympy does."""
    from layercalc.printing.expression_tree import condition_text, scalar_text

    try:
        return scalar_text(value) if hasattr(value, "as_base_exp") else condition_text(value)
    except TypeError:
        return str(value).replace("**", "^")


def _list(values: tuple[Value, ...]) -> str:
    items = [*map(describe, values[:SHOWN]), *(["..."] if len(values) > SHOWN else [])]
    return f"[{', '.join(items)}]"


_SHOWN_AS: Mapping[type, Callable[[Any], str]] = {
    bool: lambda value: "true" if value else "false",
    Count: lambda value: f"range({describe(value.start)}, {describe(value.stop)})",
    SymbolicList: lambda value: f"a list of {describe(value.count)} entries",
    Tensor: lambda value: " x ".join(factors(map(describe, value.sizes))),
    Mark: lambda value: str(value.value),
    str: lambda value: f'"{value}"',
    Function: lambda value: f"the function {value.declaration.name.text}",
    tuple: _list,
}
