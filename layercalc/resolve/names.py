"""The stage of names, between parsing and resolving: each name stands for something.

From: a `Program`, whose files are all parsed, and the values given for its params. To: the
names that stand for nothing, of all its files and of its law set at once, used or not.
Promises: a step calls a layer or a block that there is, and a merge that there is; a name in
an expression is bound somewhere in its declaration, or at the top of a file; a name in a law
is in reach of the law, which is read while measuring and then finds it. Nothing is evaluated.
Leaves to resolving: whether the name of a value is bound before the step that reads it, and
what a symbol that is given may be called; its mistakes are told together with these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import islice, takewhile

from layercalc.errors import MOST, Diagnostic, Source, SpecError, did_you_mean, fail
from layercalc.expressions.functions import FUNCTIONS
from layercalc.expressions.kinds import KINDS, unknown_kind
from layercalc.expressions.scope import CONSTANTS, DECLARING, LOST, RESERVED, Scope
from layercalc.records import dataclass, replace
from layercalc.resolve.merges import MERGES
from layercalc.resolve.program import Given, Program
from layercalc.syntax import tree
from layercalc.syntax.habits import grouped, step_hint
from layercalc.syntax.parse import parse_values
from layercalc.syntax.walk import (
    KINDED,
    READ,
    Outline,
    bound_in,
    nodes,
    outline,
    read_word,
    scoped,
)  # fmt: skip

#: What programs write for values that are no numbers: a closed form with such a symbol would be misread.
NO_NUMBERS = {"nan", "inf", "infinity"}


def unknown_step(program: Program, word: tree.Word) -> SpecError:
    """Tell that shared weights are used out of reach; any other unknown step is told before resolving."""
    if word.text not in _shared_names(program):
        return SpecError([])
    hint = "`shared` stands before what uses it, in the same braces"
    return fail(f"no shared weights are called '{word.text}' here", word.span, hint)


def _shared_names(program: Program) -> set[str]:
    return {node.name.text for node in nodes(tuple(program.trees)) if type(node) is tree.Shared}


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
    declared = _declaration(program, called.text)
    if scope.find_shared(called.text) is not None or (
        declared is None and called.text in _shared_names(program)
    ):
        hint = "what it is shared from can be shared again, with weights of its own"
        raise fail(f"'{called.text}' is shared itself", called.span, hint)
    if declared is None:
        if called.text == "input":
            raise fail("an input has no weights to share", called.span)
        raise SpecError([])


def _declaration(program: Program, name: str) -> tree.Block | tree.Layer | tree.Activation | None:
    if name in program.blocks:
        return program.blocks[name]
    return program.layers[name].node if name in program.layers else None


def check_given(program: Program, given: Mapping[str, Given]) -> None:
    """Refuse values for params that the spec does not have, and symbols that bear another param's name."""
    found: list[Diagnostic] = []
    for name, value in given.items():
        try:
            program.param(name, value.expression.span)
        except SpecError as error:
            found += error.diagnostics
        else:
            found += _clashes(program, name, value, given)
    if found:
        raise SpecError(found)


def _clashes(program: Program, name: str, value: Given, given: Mapping[str, Given]) -> Iterator[Diagnostic]:
    """Tell the symbols in a value that are other params, unless these are the same symbols themselves."""
    if isinstance(program.param(name).default, tree.String):  # a variant, whose name is no symbol
        return
    for word in nodes(value.expression):
        if not isinstance(word, tree.Name) or word.text == name or word.text not in program.takes:
            continue
        other, declared = given.get(word.text), program.takes[word.text].default
        meant = other.expression if other is not None else declared
        if meant is None or (isinstance(meant, tree.Name) and meant.text == word.text and other is not None):
            continue
        message = f"'{word.text}' is a param of its own, with the value {meant.span.text}"
        yield Diagnostic(
            message, word.span, f"give {name} a symbol of another name, or {word.text} itself as a symbol"
        )


def check_names(program: Program) -> list[Diagnostic]:
    """Give the names of a spec, of its own files and of its law set that stand for nothing.

    No more are looked for than are told, one more than `MOST`, and once for all points.
    """
    if program.unknown is None:
        own = frozenset({*program.blocks, *_shared_names(program)})
        calls = frozenset({*program.callable_names(), "input", *own})
        program.unknown = tuple(islice(_unknown(program, calls, own), MOST + 1))
    return [*program.unknown]


def _unknown(program: Program, calls: Set[str], own: Set[str]) -> Iterator[Diagnostic]:
    for home in (program, program.law_set):
        if home is None:
            continue
        params = {param.name.text for param in program.params} if home is program else set()
        lets = [item for item in home.items if isinstance(item, tree.Let | tree.LetFunction)]
        top = params | CONSTANTS.keys() | {word.text for word in bound_in(lets)}
        within = [*bound_in(nodes(tuple(home.items)))]
        bound = top | {word.text for word in within}
        known = _Known(calls, own, bound, top, home.items, _firsts(home.items, within))
        for spec in home.trees:
            for item in spec.items:
                if not isinstance(item, tree.Measure):
                    yield from known.unknown_in(item)


def _firsts(items: Sequence[tree.Param | tree.Step], within: Sequence[tree.Word]) -> dict[str, tree.Word]:
    """Give the names that the top of a file binds, each where it is bound first, at whatever depth."""
    firsts = {word.text: word for word in reversed(within)}
    top = {word.text for word in bound_in(items)} - CONSTANTS.keys() - FUNCTIONS.keys()
    return {text: firsts[text] for text in top}


@dataclass(frozen=True, slots=True)
class _Known:
    """The names of a file: what a step may call, its `own` of these, what is bound in it, at its top.

    What stands at the top is done in order: `firsts` says where each name of it is bound first.
    """

    calls: Set[str]
    own: Set[str]
    bound: Set[str]
    top: Set[str]
    items: Sequence[tree.Param | tree.Step]
    firsts: Mapping[str, tree.Word]

    def unknown_in(self, item: tree.Declaration | tree.Step) -> Iterator[Diagnostic]:
        """Look for the names that nothing in the whole declaration binds, and those out of a law's reach."""
        if isinstance(item, tree.Layer | tree.Activation) and self._knows(item):
            return
        within = [*nodes(item)]
        words = [*bound_in(within)]
        yield from (_reserved(word) for word in words if word.text in RESERVED)
        kinds = [node.kind for node in within if type(node) in KINDED and node.kind is not None]
        yield from (unknown_kind(word) for word in kinds if word.text not in KINDS)
        if isinstance(item, tree.Block | tree.Layer | tree.Activation) and item.name.text in DECLARING:
            yield _reserved(item.name)
        if isinstance(item, tree.Layer | tree.Activation):
            reads = scoped(item, self._reach(outline(item)))
            yield from (_unknown_value(node, known) for node, known in reads if _is_unknown(node, known))
            return
        own = self.bound | {word.text for word in words} | {"out"}
        for node in within:
            kind = type(node)
            if kind is tree.Call and node.name.text not in self.calls:
                yield self._unknown_step(node.name)
            elif kind is tree.Merge and node.kind.text not in MERGES and node.kind.text not in self.calls:
                hint = step_hint(node.kind.text) or did_you_mean(node.kind.text, MERGES)
                yield Diagnostic(f"unknown merge '{node.kind.text}'", node.kind.span, hint)
            elif kind in READ and _is_unknown(node, own):
                yield _unknown_value(node, self._offered(item, own))
            elif kind in READ and (below := self._below(item, node)):
                yield below
            elif kind is tree.Number and (found := grouped(node.span)):
                yield found

    def _reach(self, told: Outline) -> Set[str]:
        """Give the names that the laws of a layer reach."""
        return {*self.top, *told.parameters, *told.inputs, "out"}

    def _knows(self, layer: tree.Layer | tree.Activation) -> bool:
        """Tell whether all names in the declaration of a layer are in order."""
        told = outline(layer)
        unknown = {*told.read} - self._reach(told) - FUNCTIONS.keys() or {*told.kinds} - KINDS.keys()
        return not unknown and RESERVED.isdisjoint(told.bound) and layer.name.text not in DECLARING

    def _offered(self, item: tree.Declaration | tree.Step, own: Set[str]) -> Set[str]:
        """Give the names that may be meant: the default and the `where` of a param know those before it."""
        if not isinstance(item, tree.Param):
            return own
        valued = [one for one in self.items if isinstance(one, tree.Param | tree.Let | tree.LetFunction)]
        before = takewhile(lambda one: one is not item, valued)
        return {word.text for word in bound_in((*before, item))} | CONSTANTS.keys()

    def _below(self, item: tree.Declaration | tree.Step, node: tree.Name | tree.Apply) -> Diagnostic | None:
        """Tell a name that is read above its value; a block and a function are read where they are used."""
        word = node.function if isinstance(node, tree.Apply) else node
        first = self.firsts.get(word.text)
        if first is None or isinstance(item, tree.Block | tree.LetFunction):
            return None
        if first.span.source is not item.span.source or first.span.start < item.span.end:
            return None
        hint = f"'{word.text}' stands below, at {first.span}; a param, a `let` and a step know what is above"
        return replace(_unknown_value(node, frozenset()), hint=hint)

    def _unknown_step(self, word: tree.Word) -> Diagnostic:
        if word.text in MERGES:
            return Diagnostic(f"'{word.text}' is a merge and needs its branches", word.span, "add { A | B }")
        near = did_you_mean(word.text, self.own) or step_hint(word.text)
        hint = near or did_you_mean(word.text, self.calls)
        return Diagnostic(f"unknown block or layer '{word.text}'", word.span, hint)


def _is_unknown(node: tree.Name | tree.Apply, known: Set[str]) -> bool:
    text = read_word(node)
    return text not in known and text not in FUNCTIONS


def _unknown_value(node: tree.Name | tree.Apply, known: Set[str]) -> Diagnostic:
    """Tell a name of a value or of a function that is not known."""
    if isinstance(node, tree.Name):
        return Diagnostic(f"unknown name '{node.text}'", node.span, did_you_mean(node.text, known))
    word, hint = node.function, did_you_mean(node.function.text, FUNCTIONS.keys() | known)
    return Diagnostic(f"unknown function '{word.text}'", word.span, hint)


def check_words(words: Sequence[tree.Name], param: str) -> None:
    """Refuse as names of symbols what has a meaning: words of the language, functions, no numbers.

    A param that is called as a function is gives its name to its own symbol.
    """
    wrong = [_reserved(word) for word in words if word.text in RESERVED]
    for word in words:
        if word.text in FUNCTIONS and word.text != param:
            message = f"'{word.text}' is a function of the language, not a name"
            wrong.append(Diagnostic(message, word.span, "a symbol needs a name of its own"))
        elif word.text.lower() in NO_NUMBERS:
            wrong.append(Diagnostic(f"'{word.text}' is no number, and no name of a symbol", word.span))
    if wrong:
        raise SpecError(wrong)


def _reserved(node: tree.Word | tree.Name) -> Diagnostic:
    return Diagnostic(f"'{node.text}' is a word of the language, not a name", node.span)


def check_name(option: str, name: str) -> None:
    """Refuse what is no name in the language.

    >>> check_name("--name", "9x")
    Traceback (most recent call last):
    layercalc.errors.SpecError: error: --name 9x: not a name of the language
    """
    try:
        words = [word.text for word in parse_values(Source(option, name)) if isinstance(word, tree.Name)]
    except SpecError:
        words = []
    if words != [name] or name in RESERVED:
        raise fail(f"{option} {name}: not a name of the language")
