"""Names that nothing bears, found before anything is read, in every declaration at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from itertools import islice
from typing import Any

from layercalc.errors import MOST, Diagnostic, SpecError, did_you_mean, fail
from layercalc.expressions.functions import FUNCTIONS
from layercalc.expressions.scope import CONSTANTS, LOST, RESERVED, Scope
from layercalc.resolve.merges import MERGES
from layercalc.resolve.program import Program
from layercalc.resolve.walk import nodes, target_words
from layercalc.syntax import tree


def unknown_step(program: Program, word: tree.Word, merge: bool = False) -> Diagnostic:
    """Tell that no layer or block, or no merge, bears a name."""
    if merge:
        return Diagnostic(f"unknown merge '{word.text}'", word.span, did_you_mean(word.text, MERGES))
    if word.text in {node.name.text for node in nodes(tuple(program.trees)) if isinstance(node, tree.Shared)}:
        message = f"no shared weights are called '{word.text}' here"
        return Diagnostic(message, word.span, "`shared` stands before what uses it, in the same braces")
    known = [*program.callable_names(), "input"]
    if word.text in MERGES:
        return Diagnostic(f"'{word.text}' is a merge and needs its branches", word.span, "add { A | B }")
    return Diagnostic(f"unknown block or layer '{word.text}'", word.span, did_you_mean(word.text, known))


def check_shared(program: Program, step: tree.Shared, scope: Scope) -> None:
    """Refuse a declaration of shared weights whose name has another meaning, or that shares nothing.

    Within a block its name may be that of a layer or block of another file that the spec uses.
    """
    word, called = step.name, step.call.name
    if scope.shared and word.text in scope.shared:
        first = scope.shared[word.text]
        place = f", first at {first.sharing.span}" if first is not LOST else ""
        raise fail(f"'{word.text}' is declared twice{place}", word.span)
    home = _declaration(program, word.text)
    laws = program.law_set.trees if program.law_set is not None else []
    near = [word.span.source, *(spec.span.source for spec in laws)]
    if home is not None and (scope is program.scope or home.span.source in near):
        kind = "block" if isinstance(home, tree.Block) else "layer"
        raise fail(
            f"'{word.text}' is the name of a {kind}", word.span, "shared weights need one of their own"
        )
    if word.text in MERGES or word.text == "input":
        raise fail(f"'{word.text}' is a word of the language, not a name", word.span)
    if scope.find_shared(called.text) is not None:
        hint = "what it is shared from can be shared again, with weights of its own"
        raise fail(f"'{called.text}' is shared itself", called.span, hint)
    if _declaration(program, called.text) is None:
        if called.text == "input":
            raise fail("an input has no weights to share", called.span)
        raise SpecError([unknown_step(program, called)])


def _declaration(program: Program, name: str) -> tree.Block | tree.Layer | tree.Activation | None:
    if name in program.blocks:
        return program.blocks[name]
    return program.layers[name].node if name in program.layers else None


def reserved(node: tree.Word | tree.Name) -> Diagnostic:
    """Tell that a word of the language is no name."""
    return Diagnostic(f"'{node.text}' is a word of the language, not a name", node.span)


def check_names(program: Program) -> list[Diagnostic]:
    """Give the names of the spec and of its own files that stand for nothing, as far as `MOST`."""
    shared = (item for item in program.items if isinstance(item, tree.Shared))
    callables = {*program.callable_names(), "input", *(item.name.text for item in shared)}
    values = {param.name.text for param in program.params} | CONSTANTS.keys()
    for node in nodes(tuple(program.items)):
        words = _bound_by(node) if isinstance(node, tree.Let | tree.LetFunction) else _named_by(node)
        values |= {word.text for word in words}
    items = (item for spec in program.trees for item in spec.items if not isinstance(item, tree.Measure))
    found = (mistake for item in items for mistake in _unknown(program, item, callables, values))
    return [*islice(found, MOST + 1)]


def _unknown(program: Program, item: Any, callables: Set[str], values: Set[str]) -> Iterator[Diagnostic]:
    """Look for names that nothing in the whole declaration binds; which is in reach, reading tells."""
    within = [*nodes(item)]
    bound = [word for node in within for word in (*_bound_by(node), *_named_by(node))]
    own = {word.text for word in bound} | {"out"}
    callables = callables | {node.name.text for node in within if isinstance(node, tree.Shared)}
    yield from (reserved(word) for word in bound if word.text in RESERVED)
    for node in within:
        if isinstance(node, tree.Call) and node.name.text not in callables:
            yield unknown_step(program, node.name)
        elif isinstance(node, tree.Merge) and node.kind.text not in {*MERGES, *callables}:
            yield unknown_step(program, node.kind, merge=True)
        elif isinstance(node, tree.Name):
            if node.text not in own and node.text not in values and node.text not in FUNCTIONS:
                hint = did_you_mean(node.text, own | values)
                yield Diagnostic(f"unknown name '{node.text}'", node.span, hint)
        elif isinstance(node, tree.Apply):
            word = node.function
            if word.text not in FUNCTIONS and word.text not in own and word.text not in values:
                hint = did_you_mean(word.text, FUNCTIONS.keys() | own | values)
                yield Diagnostic(f"unknown function '{word.text}'", word.span, hint)


def _bound_by(node: Any) -> Sequence[tree.Word]:
    """Give the names that a node itself binds for values, or a block for its inputs."""
    if isinstance(node, tree.Param | tree.Parameter | tree.LetFunction):
        return [node.name]
    if isinstance(node, tree.ForEach | tree.EachBranch | tree.Comprehension | tree.Let):
        return target_words(node.target)
    return node.inputs if isinstance(node, tree.Block | tree.Layer) else []


def _named_by(node: Any) -> Sequence[tree.Word]:
    """Give the names that a step gives to its values, by `as`, or to a shared layer or block."""
    if isinstance(node, tree.Shared):
        return [node.name]
    if not isinstance(node, tree.Binder):
        return ()
    return [place.name if isinstance(place, tree.Entry) else place for place in node.bound]
