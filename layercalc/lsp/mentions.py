"""The names in a text, and the declarations that they refer to.

From: an analysis and an offset. To: the name there and what declares it. Promises: the
declaration is the nearest that the name can refer to: in the body, in the declaration
around it, in the file, in the files that it uses, in the law set.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from layercalc.errors import Span
from layercalc.lsp import vocabulary
from layercalc.lsp.analysis import Analysis
from layercalc.syntax import tree
from layercalc.syntax.node import Node
from layercalc.syntax.walk import nodes, target_words

Spelt: TypeAlias = tree.Word | tree.Name | tree.String


class Mention(NamedTuple):
    """A name, the node that it belongs to, and the nodes around that, the outermost first."""

    name: Spelt
    bearer: Node
    around: Sequence[Node]


class Meaning(NamedTuple):
    """A declaration, with the place of the name in it."""

    node: Node
    span: Span


def mention(spec: tree.Spec, offset: int) -> Mention | None:
    """Find the name at an offset, or right before it.

    >>> from layercalc.errors import Source
    >>> from layercalc.syntax.parse import parse
    >>> mention(parse(Source("one.arch", "conv(4, kernel = 3)")), 10).bearer.name.text
    'kernel'
    """
    before = [item for item in spec.items if item.span.start <= offset]
    written = [*nodes(before[-1])] if before else []
    around = [node for node in written if node.span.start <= offset <= node.span.end]
    named = [node for node in around if isinstance(node, Spelt)]
    if not named:
        return None
    bearer = next((node for node in written if named[-1] in _members(node)), named[-1])
    return Mention(named[-1], bearer, around)


def _members(node: Node) -> list[object]:
    """List a node's own names; two names are equal only at the same place."""
    return [part for value in node.values() for part in (value if type(value) is tuple else (value,))]


def meaning(analysis: Analysis, found: Mention) -> Meaning | None:
    """Find the declaration of a name; None for a word of the language and for an undefined name."""
    name, bearer = found.name.text, found.bearer
    if isinstance(found.name, tree.Name) or isinstance(bearer, tree.Apply):
        there = _local(found) or value_named(analysis, name) or _named_value(analysis, found)
        in_measure = there is None and any(isinstance(node, tree.Measure) for node in found.around)
        return measure_named(analysis, name) if in_measure else there
    if isinstance(bearer, tree.Use):
        return _file(analysis, bearer)
    if isinstance(bearer, tree.Call) and found.name is bearer.name:
        return _shared(analysis, found) or callable_named(analysis, name)
    if isinstance(bearer, tree.Argument) and found.name is bearer.name:
        return _parameter(analysis, found)
    if isinstance(bearer, tree.From) and found.name in bearer.names:
        return _named_value(analysis, found)
    if isinstance(bearer, tree.Field):
        return law_read(analysis, name)
    if isinstance(bearer, tree.Merge) and found.name is bearer.kind:
        return _shared(analysis, found) or callable_named(analysis, name)
    if isinstance(bearer, tree.Attribute | tree.String):
        return None
    return Meaning(bearer, found.name.span)


def _shared(analysis: Analysis, found: Mention) -> Meaning | None:
    """Find the shared weights of a name: those of a body around it, the nearest first, else of a file."""
    steps = [step for node in reversed(found.around) if isinstance(node, tree.Body) for step in node.steps]
    for step in (*steps, *values_declared(analysis)):
        if isinstance(step, tree.Shared) and step.name.text == found.name.text:
            return Meaning(step, step.name.span)
    return None


def callable_named(analysis: Analysis, name: str) -> Meaning | None:
    """Find the block, layer or activation of a name."""
    for item in declarations(analysis):
        if isinstance(item, tree.Block | tree.Layer | tree.Activation) and item.name.text == name:
            return Meaning(item, item.name.span)
    return None


def measure_named(analysis: Analysis, name: str) -> Meaning | None:
    """Find the measure of a name."""
    for item in declarations(analysis):
        if isinstance(item, tree.Measure) and item.name.text == name:
            return Meaning(item, item.name.span)
    return None


def laws_read(analysis: Analysis) -> Iterator[tuple[str, tree.Measure]]:
    """Give the names that measures of layers read, values among them, each with the measure."""
    for item in declarations(analysis):
        if isinstance(item, tree.Measure) and item.over:
            names = (node.text for node in nodes(item.value) if isinstance(node, tree.Name))
            yield from ((name, item) for name in dict.fromkeys(names) if name != "out")


def law_read(analysis: Analysis, name: str) -> Meaning | None:
    """Find the measure that makes a law lawful, where the language does not."""
    if name in vocabulary.LAWS:
        return None
    found = (item for read, item in laws_read(analysis) if read == name)
    return next((Meaning(item, item.name.span) for item in found), None)


def value_named(analysis: Analysis, name: str) -> Meaning | None:
    """Find the param, value or function that a file declares under a name."""
    for item in values_declared(analysis):
        for word in declared_values(item):
            if word.text == name:
                return Meaning(item, word.span)
    return None


def declarations(analysis: Analysis) -> Iterator[Node]:
    """List all declarations: of the document, then of the files that it uses, then of the law set."""
    yield from values_declared(analysis)
    for spec in analysis.trees[: _own(analysis)]:
        yield from spec.items


def values_declared(analysis: Analysis) -> Iterator[Node]:
    """List the values that the document declares, then those of the files that it uses."""
    for spec in analysis.trees[_own(analysis) :]:
        yield from spec.items


def _own(analysis: Analysis) -> int:
    """Give the position of the document among the files read; those that it uses follow it."""
    return next((place for place, spec in enumerate(analysis.trees) if spec is analysis.spec), 0)


def declared_values(item: Node) -> list[tree.Word]:
    """List the names of values that an item of a file declares."""
    if isinstance(item, tree.Param | tree.LetFunction):
        return [item.name]
    return target_words(item.target) if isinstance(item, tree.Let) else []


def parameters(node: Node) -> tuple[tree.Parameter, ...]:
    """List the parameters of a block or a layer; the first one of an activation is the data."""
    if isinstance(node, tree.Activation):
        return node.parameters[1:]
    return node.parameters if isinstance(node, tree.Block | tree.Layer) else ()


def _parameter(analysis: Analysis, found: Mention) -> Meaning | None:
    calls = [node for node in found.around if isinstance(node, tree.Call)]
    called = callable_named(analysis, calls[-1].name.text) if calls else None
    for parameter in parameters(called.node) if called is not None else ():
        if parameter.name.text == found.name.text:
            return Meaning(parameter, parameter.name.span)
    return None


def _file(analysis: Analysis, use: tree.Use) -> Meaning | None:
    """Find the file of a `use` among those that were read, by the end of its path."""
    for spec in analysis.trees:
        path = analysis.addresses.get(spec.span.source, "")
        if path.endswith(f"/{use.path.text.removeprefix('./')}"):
            return Meaning(use, spec.span._replace(end=0))
    return None


def _local(found: Mention) -> Meaning | None:
    """Find what binds a name in the nodes around it, the nearest first; in a body the last one before it."""
    name, place = found.name.text, found.name.span.start
    for node in reversed(found.around):
        bound = [(home, word) for home, word in _bound_in(node) if word.text == name]
        if bound:
            before = [pair for pair in bound if pair[1].span.start <= place]
            home, word = (before or bound)[-1]
            return Meaning(home, word.span)
    return None


def _bound_in(node: Node) -> Iterator[tuple[Node, tree.Word]]:
    if isinstance(node, tree.ForEach | tree.EachBranch | tree.Comprehension):
        yield from ((node, word) for word in target_words(node.target))
    elif isinstance(node, tree.Block | tree.Layer | tree.Activation | tree.LetFunction):
        yield from ((parameter, parameter.name) for parameter in node.parameters)
    elif isinstance(node, tree.Body):
        yield from ((step, word) for step in node.steps for word in declared_values(step))


def _named_value(analysis: Analysis, found: Mention) -> Meaning | None:
    """Find the step whose value has a name: the last one before it in scope."""
    name, place = found.name.text, found.name.span.start
    own = isinstance(found.around[0], tree.Block | tree.Layer)
    outer = [*found.around[:1]] if own else [*analysis.spec.items]
    steps = (node for item in outer for node in nodes(item))
    words = [(step, word) for step in steps for word in _given(step) if word.text == name]
    before = [pair for pair in words if pair[1].span.start < place]
    return Meaning(before[-1][0], before[-1][1].span) if before else None


def _given(node: Node) -> tuple[tree.Word, ...]:
    if isinstance(node, tree.Block | tree.Layer):
        return node.inputs
    if not isinstance(node, tree.Binder):
        return ()
    return (*(place.name if isinstance(place, tree.Entry) else place for place in node.bound),)
