"""Undefined names, found in all declarations at once before anything is evaluated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from itertools import islice
from typing import Any

from layercalc.errors import MOST, Diagnostic, did_you_mean
from layercalc.expressions.functions import FUNCTIONS
from layercalc.expressions.scope import CONSTANTS, RESERVED
from layercalc.resolve.merges import MERGES
from layercalc.resolve.program import Program
from layercalc.resolve.walk import nodes, target_words
from layercalc.syntax import tree


def unknown_step(program: Program, word: tree.Word, merge: bool = False) -> Diagnostic:
    """Tell that no layer or block, or no merge, bears a name."""
    if merge:
        return Diagnostic(f"unknown merge '{word.text}'", word.span, did_you_mean(word.text, MERGES))
    known = [*program.callable_names(), "input"]
    if word.text in MERGES:
        return Diagnostic(f"'{word.text}' is a merge and needs its branches", word.span, "add { A | B }")
    return Diagnostic(f"unknown block or layer '{word.text}'", word.span, did_you_mean(word.text, known))


def reserved(node: tree.Word | tree.Name) -> Diagnostic:
    """Tell that a word of the language is no name."""
    return Diagnostic(f"'{node.text}' is a word of the language, not a name", node.span)


def check_names(program: Program) -> list[Diagnostic]:
    """Give the names of the spec and of its own files that stand for nothing, as far as `MOST`."""
    callables = {*program.callable_names(), "input"}
    values = {param.name.text for param in program.params} | CONSTANTS.keys()
    for node in nodes(tuple(program.items)):
        words = _bound_by(node) if isinstance(node, tree.Let | tree.LetFunction) else _named_by(node)
        values |= {word.text for word in words}
    items = (item for spec in program.trees for item in spec.items)
    found = (mistake for item in items for mistake in _unknown(program, item, callables, values))
    return [*islice(found, MOST + 1)]


def _unknown(program: Program, item: Any, callables: Set[str], values: Set[str]) -> Iterator[Diagnostic]:
    """Look for names that nothing in the whole declaration binds; which is in reach, reading tells."""
    within = [*nodes(item)]
    bound = [word for node in within for word in (*_bound_by(node), *_named_by(node))]
    own = {word.text for word in bound} | {"out"}
    yield from (reserved(word) for word in bound if word.text in RESERVED)
    for node in within:
        if isinstance(node, tree.Call) and node.name.text not in callables:
            yield unknown_step(program, node.name)
        elif isinstance(node, tree.Merge) and node.kind.text not in MERGES:
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
    if isinstance(node, tree.ForEach | tree.Comprehension | tree.Let):
        return target_words(node.target)
    return node.inputs if isinstance(node, tree.Block) else []


def _named_by(node: Any) -> Sequence[tree.Word]:
    """Give the names that a step gives to its values, by `as`."""
    return node.bound if isinstance(node, tree.Binder) else ()
