"""The activations with the ratios that follow from their formulas, beside the constants of their laws.

From: a law set, or a file that declares activations, and the distribution of their input.
To: `Ratio`s. Promises: a law is read where it stands, all mistakes are told together, and
a file gives its declarations only: its steps are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TypeAlias

from layercalc import limits
from layercalc.activations import STANDARD, Derived, Input, derive
from layercalc.errors import Diagnostic, Source, Span, SpecError, did_you_mean, fail
from layercalc.expressions.arithmetic import symbolic
from layercalc.expressions.scope import Context, is_number
from layercalc.laws import Declared
from layercalc.lazy import sympy
from layercalc.network import Scalar, Tensor
from layercalc.resolve import resolve
from layercalc.resolve.loading import DEFAULT_LAWS, assemble
from layercalc.resolve.program import Program
from layercalc.syntax import tree
from layercalc.syntax.library import SUFFIX, locate
from layercalc.syntax.parse import parse_values
from layercalc.syntax.walk import value_names

#: The most decimals of a law's constant, and the relative error within which one in closed form agrees.
_DECIMALS = 30
_SAME = 1e-11

#: An activation as declared, and the call that gives its arguments.
_Called: TypeAlias = tuple[Declared, tree.Activation, tree.Call]


@dataclass(frozen=True, slots=True)
class Ratio:
    """An activation as called, its formula, the ratio derived from it, and its law with its place.

    The law of a vector of N elements may have N in it; one that is neutral is None.
    """

    name: str
    call: str
    formula: str
    derived: Derived
    power: Scalar | None
    complexity: Scalar | None
    source: Span

    @property
    def reading(self) -> str:
        """What the law's power is a ratio of, to its last decimal: `deviations`, `variances` or neither."""
        if self.power is None or self.lengths is not None:
            return ""
        readings = {"deviations": self.derived.ratio, "variances": self.derived.ratio**2}
        power = symbolic(self.power) * (elements() if self.derived.normalised else 1)
        if not power.is_number:
            return ""
        half = _half_a_unit(self.power)
        return next((name for name, value in readings.items() if abs(float(power) - value) <= half), "")

    @property
    def lengths(self) -> tuple[float, float] | None:
        """The vector lengths at which the law's constant is a ratio of deviations, and of variances."""
        if not self.derived.normalised or self.power is None or not is_number(self.power):
            return None
        ratio, power = float(self.derived.ratio), float(self.power)
        return ratio / power, ratio / power**0.5


def _half_a_unit(power: Scalar) -> float:
    """Give half a unit of the last decimal that a law is written with."""
    if not isinstance(power, int | Fraction):
        return _SAME
    exact = Fraction(power)
    places = (place for place in range(_DECIMALS) if (exact * 10**place).denominator == 1)
    return 0.5 / 10.0 ** next(places, _DECIMALS)


@cache
def elements() -> sympy.Symbol:
    """Give N, the number of elements of a vector."""
    return sympy.Symbol("N", integer=True, positive=True)


def ratios(names: Sequence[str] = (), laws: str = DEFAULT_LAWS, x: Input = STANDARD) -> list[Ratio]:
    """Derive the named activations, of a law set or of files; without names, all of the law set.

    >>> [found] = ratios(["relu"])
    >>> found.derived.variances, found.power, found.reading
    ((-1 + pi)/(2*pi), Fraction(73, 125), 'deviations')

    Raises `SpecError` with all mistakes of the names, the files and the formulas.
    """
    program = _declarations(laws)
    found: list[Ratio] = []
    mistakes: list[Diagnostic] = []
    for called in _called(names, program, laws, mistakes):
        try:
            with limits.deep_recursion():
                found.append(_ratio(*called, x))
        except SpecError as error:
            mistakes += error.diagnostics
    if mistakes:
        raise SpecError(mistakes)
    return found


def _called(
    names: Sequence[str], program: Program, laws: str, mistakes: list[Diagnostic]
) -> Iterator[_Called]:
    if not names:
        yield from _activations(program)
    for name in names:
        try:
            if name.endswith(SUFFIX) or ("/" in name and "(" not in name):
                yield from _own(name, laws)
            else:
                yield _named(name, program)
        except SpecError as error:
            mistakes += error.diagnostics


def _declarations(laws: str, use: str = "", folder: Path | None = None) -> Program:
    """Read a law set and what a file declares, with the values of their lets and params."""
    text = f'use "{use}"\ninput(1)' if use else "input(1)"
    program = assemble(Source("<activations>", text), (folder or Path.cwd()) / "-", laws)
    resolve(program)
    return program


def _activations(program: Program) -> list[_Called]:
    """Give the activations of a program, each called with the defaults of its parameters."""
    return [
        (layer, layer.node, tree.Call(layer.node.name, (), (), layer.node.name.span))
        for layer in program.layers.values()
        if isinstance(layer.node, tree.Activation)
    ]


def _own(name: str, laws: str) -> list[_Called]:
    """Give the activations that a file declares, or those that it uses do."""
    path = locate(name)
    program = _declarations(laws, path.name, path.parent)
    found = [called for called in _activations(program) if called[0].scope is program.scope]
    if not found:
        raise fail(f"{name} declares no activation")
    return found


def _named(text: str, program: Program) -> _Called:
    """Find the activation of a name, `prelu`, or of a call of it, `prelu(slope = 0.1)`."""
    source = Source("<name>", text)
    [value, *more] = parse_values(source)
    word = value.function if isinstance(value, tree.Apply) else value
    if more or not isinstance(word, tree.Word | tree.Name):
        raise fail("this is neither an activation nor a call of one", Span(source, 0, len(text)))
    known = {declared.name: (declared, node) for declared, node, _ in _activations(program)}
    if word.text not in known:
        hint = did_you_mean(word.text, known) or f"known: {', '.join(known)}"
        raise fail(f"no activation is called '{word.text}'", word.span, hint)
    arguments = value.arguments if isinstance(value, tree.Apply) else ()
    return *known[word.text], tree.Call(tree.Word(word.text, word.span), arguments, (), value.span)


def _ratio(declared: Declared, node: tree.Activation, call: tree.Call, x: Input) -> Ratio:
    context = Context(declared.scope)
    tensor = Tensor(elements())
    arguments = declared.bind(call, (tensor,), context)
    derived = derive(node, context.inner(arguments), x)
    layer = declared.place(arguments, (tensor,), call.span, context)
    told = _call_text(declared.parameters, call, value_names(node.formula))
    source = next((field.span for field in node.fields or () if field.name.text == "power"), node.span)
    formula = node.formula.span.text
    return Ratio(declared.name, told, formula, derived, layer.law("power"), layer.law("complexity"), source)


def _call_text(parameters: Iterable[tree.Parameter], call: tree.Call, read: Set[str]) -> str:
    """Write a call with the values of the parameters that its formula reads, as their author wrote them."""
    given = {place: argument.value for place, argument in enumerate(call.arguments) if argument.name is None}
    named = {argument.name.text: argument.value for argument in call.arguments if argument.name is not None}
    values = []
    for place, parameter in enumerate(parameters):
        value = given.get(place) or named.get(parameter.name.text) or parameter.default
        if value is not None and parameter.name.text in read:
            values.append(f"{parameter.name.text} = {value.span.text}")
    return f"{call.name.text}({', '.join(values)})" if values else call.name.text
