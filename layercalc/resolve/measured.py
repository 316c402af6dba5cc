"""Measures that a spec declares, and the files that it uses, and its law set.

From: a `Program`. To: the laws that they make lawful in layers, their mistakes, and what a
network holds of them, `network.Quantity`. Promises: a measure of the spec stands before one of
its law set; none is made of itself; a name in one is a param or a value of its own file, else
a law where it runs over layers, else another measure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TypeAlias

from layercalc import limits
from layercalc.errors import Diagnostic, Frame, SpecError, did_you_mean, fail
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.granting import at_least
from layercalc.expressions.scope import CONSTANTS, Context, Scope, Value, is_number, is_scalar
from layercalc.laws import check_fields
from layercalc.network import Layer, Quantity, Scalar
from layercalc.resolve.program import Program
from layercalc.syntax import tree
from layercalc.syntax.node import Node
from layercalc.syntax.walk import nodes, target_words

QuantityReader: TypeAlias = Callable[[Mapping[str, Scalar], Layer | None], Scalar]

#: The measures that need no declaration, in the order of reports; a test holds them to `measures`.
USUAL = (
    "gcip", "gcc", "gsip", "gsc", "gwc", "params", "macs", "layers", "longest_path",
    "vc_upper", "vc_lower", "vc_upper_unrolled", "vc_lower_unrolled", "receptive_field", "logits_gsc",
    "image_side",
)  # fmt: skip
#: What a message calls the laws of a measure's own expression, beside those of layers.
KEY = "measure "


Found: TypeAlias = Mapping[str, tuple[tree.Measure, Program]]


def check_measures(program: Program) -> list[Diagnostic]:
    """Give the mistakes in measures, and the laws of layers that no measure reads."""
    declared = measures_of(program)
    lawful = [name.text for node, home in declared.values() if node.over for name in _reads(node, home)]
    found = [*_mistakes(declared)]
    for home in program.homes:
        for layer in home.layers.values():
            if layer.scope is home.scope:
                found += check_fields(layer.node, lawful)
    return found


def measures_of(program: Program) -> dict[str, tuple[tree.Measure, Program]]:
    """Give the measures by name, those of the law set first, each with its home."""
    found: dict[str, tuple[tree.Measure, Program]] = {}
    for home in program.homes:
        found |= {name: (node, home) for name, node in home.measures.items()}
    return found


def quantities(program: Program, context: Context, given: Collection[str]) -> dict[str, Quantity]:
    """Give what a network holds of its measures; `given` are the params that its report shows."""
    scopes = {id(home): Scope(None, dict(home.scope.names)) for home in program.homes}
    made: dict[str, Quantity] = {}
    for name, (node, home) in measures_of(program).items():
        scope = scopes[id(home)]
        reads = tuple(word.text for word in _reads(node, home))
        untold = sorted(home.declared.keys() & _words(node) - set(given))
        note = ", ".join(f"{param} = {context.show(scope.names[param])}" for param in untold)
        made[name] = Quantity(
            name, node.doc, node.over, reads, _reader(node, scope, context), node.span, note
        )
    return made


def _reader(node: tree.Measure, scope: Scope, context: Context) -> QuantityReader:
    def read(values: Mapping[str, Scalar], layer: Layer | None) -> Scalar:
        names: dict[str, Value] = dict(values)
        names |= {"out": layer.output} if layer is not None else {}
        place = context.at(Scope(scope, names), layer.input if layer is not None else None)
        try:
            with limits.deep_recursion(), context.knowledge.reading(f"{KEY}{node.name.text}"):
                return _number(node, evaluate(node.value, place), place)
        except SpecError as error:
            raise error.within(Frame(layer.name, layer.span)) if layer is not None else error from None

    return read


def _number(node: tree.Measure, value: Value, context: Context) -> Scalar:
    """Refuse what is no number of at least 0; where symbols leave that open, it is taken for granted."""
    if is_number(value) and value >= 0:
        return int(value) if isinstance(value, bool) else value
    broken = f"{node.name.text} is {context.show(value)}; it must be at least 0"
    if not is_scalar(value) or is_number(value) or value.is_negative:
        raise fail(broken, node.value.span)
    at_least(value, 0, context, node.value.span, broken)
    return value


def _mistakes(declared: Found) -> Iterator[Diagnostic]:
    for name, (node, home) in declared.items():
        if name in USUAL:
            yield Diagnostic(f"'{name}' is a measure already, and cannot be another", node.name.span)
        for word in () if node.over else _reads(node, home):
            if word.text not in declared and word.text not in USUAL:
                hint = did_you_mean(word.text, {*declared, *USUAL, *_values(home)})
                yield Diagnostic(
                    f"unknown name '{word.text}'", word.span, hint or "a measure of layers says `sum of`"
                )
        if name in (circle := _circle(name, declared)):
            message = f"{name} is made of itself"
            yield Diagnostic(f"{message}: {' of '.join([name, *circle])}", node.name.span)


def _circle(name: str, declared: Found) -> tuple[str, ...]:
    """Give the measures on a way from one to itself, nothing where there is none."""
    todo: list[tuple[str, ...]] = [(name,)]
    seen: set[str] = set()
    while todo:
        way = todo.pop(0)
        node, home = declared[way[-1]]
        for word in () if node.over else _reads(node, home):
            if word.text == name:
                return (*way[1:], name)
            if word.text in declared and word.text not in seen:
                seen.add(word.text)
                todo.append((*way, word.text))
    return ()


def _reads(node: tree.Measure, home: Program) -> list[tree.Name]:
    """Give the names in a measure that are no values: laws of layers, or else other measures."""
    bound = {word.text for inner in nodes(node.value) for word in _bound_by(inner)}
    names = (inner for inner in nodes(node.value) if isinstance(inner, tree.Name))
    found = {name.text: name for name in names if name.text not in _values(home) | bound | {"out"}}
    return [*found.values()]


def _values(home: Program) -> set[str]:
    """Give the names of the values that a measure may read where it stands."""
    bound = {word.text for node in home.items for word in _bound_by(node)}
    return bound | home.declared.keys() | CONSTANTS.keys()


def _bound_by(node: Node) -> list[tree.Word]:
    """Give the names that a value or a comprehension binds."""
    if isinstance(node, tree.LetFunction):
        return [node.name]
    return target_words(node.target) if isinstance(node, tree.Let | tree.Comprehension) else []


def _words(node: tree.Measure) -> set[str]:
    return {inner.text for inner in nodes(node.value) if isinstance(inner, tree.Name)}
