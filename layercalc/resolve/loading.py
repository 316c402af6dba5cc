"""Files become a program: a spec, what it uses, and its law set.

From: a path, a shipped name or a text. To: a `Program`. Promises: all mistakes of its files that
need no values are told together. Nothing is evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from layercalc import limits
from layercalc.errors import MOST, Diagnostic, LimitError, Source, Span, SpecError, fail, limit
from layercalc.laws import Declared
from layercalc.records import dataclass, field
from layercalc.resolve.measured import check_measures
from layercalc.resolve.program import Program
from layercalc.syntax import tree
from layercalc.syntax.library import costs, locate, open_spec, read, shipped, used
from layercalc.syntax.parse import parse
from layercalc.syntax.walk import nodes, outline, target_words

DEFAULT_LAWS = "paper"
_Places: TypeAlias = dict[tuple[str, str], Span]


@dataclass(frozen=True, slots=True)
class Files:
    """How the files of a spec are read and parsed: from the disk, unless an editor has them open."""

    read: Callable[[Path, Span | None], Source] = read
    parse: Callable[[Source, Path], tree.Spec] = parse


ON_DISK = Files()


def load_program(spec: str, laws: str = DEFAULT_LAWS) -> Program:
    """Read a spec by path, shipped name or ``-``, with the law set of a name or a file.

    >>> load_program("resnet").params[0].name.text
    'depth'
    """
    source, path = open_spec(spec)
    return assemble(source, path, laws)


def assemble(source: Source, path: Path, laws: str = DEFAULT_LAWS, files: Files = ON_DISK) -> Program:
    """Read a spec that is at hand as a text; `path` is where its `use` lines start from."""
    with limits.deep_recursion():
        program = Program(Path(source.name).stem, source)
        _Loader(program, Program("", source), path, files).law_set(laws)
        mistakes: list[Diagnostic] = []
        try:
            _Loader(program, program, path, files).add(source, path, main=True)
        except LimitError:
            raise
        except SpecError as error:
            mistakes += error.diagnostics
        if mistakes := [*mistakes, *check_measures(program)]:
            raise SpecError(sorted(mistakes, key=program.place))
        return program


@dataclass(slots=True)
class _Loader:
    """Puts files into a program: those of the spec into itself, those of a law set into `home`."""

    program: Program
    home: Program
    root: Path
    files: Files
    open_files: list[Path] = field(default_factory=list)
    seen: set[Path] = field(default_factory=set)
    length: int = 0

    def law_set(self, name: str) -> None:
        path = locate(name, "law set", "laws")
        self.root = path
        self.program.laws = name if name in shipped("laws") else path.stem
        self.seen.add(costs().resolve())
        self.add(self.files.read(costs(), None), costs(), main=False)
        self.add(self.files.read(path, None), path, main=True)
        self.program.layers |= self.home.layers
        self.program.law_set = self.home

    def add(self, source: Source, path: Path, main: bool) -> None:
        """Take in one file; only the main one has steps and a title."""
        spec = self.files.parse(source, path)
        self.open_files.append(path.resolve())
        if main and self.home is not self.program:
            _refuse_network(spec)
        self.home.trees.append(spec)
        self.length += len(source.text)
        mistakes: list[Diagnostic] = []
        own: _Places = {}
        for item in spec.items:
            try:
                self._item(item, path, main, own)
            except LimitError:
                raise
            except SpecError as error:
                mistakes.extend(error.diagnostics)
                if len(mistakes) > MOST:
                    break
        self.open_files.pop()
        if mistakes:
            raise SpecError(mistakes)

    def _item(self, item: tree.Declaration | tree.Step, path: Path, main: bool, own: _Places) -> None:
        if isinstance(item, tree.Title):
            self._title(item, main, own)
        elif isinstance(item, tree.Use):
            self._use(item, path)
        elif isinstance(item, tree.Block | tree.Layer | tree.Activation):
            self._callable(item)
            _once("step", [item.name], own)
            _check(item)
        elif isinstance(item, tree.Measure):
            self.home.measures[item.name.text] = item
            _once("measure", [item.name], own)
        elif isinstance(item, tree.Param):
            self._param(item, main)
            _once("value", [item.name], own)
        elif main or isinstance(item, tree.Let | tree.LetFunction):
            self.home.items.append(item)
            _once("value", _bound(item), own)

    def _title(self, item: tree.Title, main: bool, own: _Places) -> None:
        first = own.setdefault(("title", item.kind), item.span)
        if first is not item.span:
            raise fail(f"a second `{item.kind}` line; the first stands at {first}", item.span)
        if main and item.kind == "network":
            self.home.name, self.home.title = item.name.text, item.title

    def _callable(self, item: tree.Block | tree.Layer | tree.Activation) -> None:
        name = item.name.text
        self.home.blocks.pop(name, None)
        self.home.layers.pop(name, None)
        if isinstance(item, tree.Block):
            self.home.blocks[name] = item
        else:
            self.home.layers[name] = Declared(item, self.home.scope)

    def _param(self, item: tree.Param, main: bool) -> None:
        """Take in a param; that of the main file goes before those of the files that it uses."""
        home, before = self.home, self.home.declared.get(item.name.text)
        if before is not None:
            if not main:
                return
            home.items = [other for other in home.items if other is not before]
            del home.declared[item.name.text]
        home.declared[item.name.text] = item
        home.items.append(item)

    def _use(self, item: tree.Use, path: Path) -> None:
        target = used(item.path.text, path, self.root.parent, item.path.span)
        if target in self.open_files:
            raise fail(f"use: '{item.path.text}' uses this file in turn", item.path.span)
        if target in self.seen:
            return
        self.seen.add(target)
        if len(self.seen) > limits.FILES:
            raise limit(f"a spec may use {limits.FILES} files, the limit", item.path.span)
        source = self.files.read(target, item.path.span)
        if self.length + len(source.text) > limits.FILE_BYTES:
            message = f"the files of this spec have over {limits.FILE_BYTES:,} bytes, the limit"
            raise limit(message, item.path.span)
        self.add(source, target, main=False)


def _refuse_network(spec: tree.Spec) -> None:
    """Refuse a law set that is a network: one mistake, instead of one for each step."""
    for item in spec.items:
        named = isinstance(item, tree.Title) and item.kind == "network"
        if named or (isinstance(item, tree.Call) and item.name.text == "input"):
            hint = "a law set declares layers, and begins with `laws`; `layercalc laws` lists those shipped"
            raise fail("this file is a network, not a law set", item.span, hint)


def _check(item: tree.Block | tree.Layer | tree.Activation) -> None:
    """Refuse `in` in laws of several values, and names of parameters or inputs that are given twice."""
    if not isinstance(item, tree.Block):
        inputs = outline(item).inputs
        names = (*inputs, *outline(item).parameters)
        if len(inputs) < 2 and len({*names}) == len(names):
            return
    found = [] if isinstance(item, tree.Block) else [*_current_of_several(item)]
    words = [parameter.name for parameter in item.parameters]
    words += item.inputs if isinstance(item, tree.Block | tree.Layer) else ()
    for place, word in enumerate(words):
        if word.text in {other.text for other in words[:place]}:
            found.append(Diagnostic(f"{item.name.text}: '{word.text}' is declared twice", word.span))
    if found:
        raise SpecError(found)


def _current_of_several(node: tree.Layer | tree.Activation) -> Iterator[Diagnostic]:
    """Refuse `in` in a layer of several values, which have names."""
    names = [word.text for word in node.inputs] if isinstance(node, tree.Layer) else []
    for part in nodes((node.parameters, node.fields)) if len(names) > 1 else ():
        if isinstance(part, tree.Current):
            hint = f"{names[0]}.channels, {names[1]}.channels, ..."
            message = f"{node.name.text} takes {len(names)} values, and `in` is none of them"
            yield Diagnostic(message, part.span, hint)


def _bound(item: tree.Step) -> list[tree.Word]:
    """Give the names for values that a step binds."""
    if isinstance(item, tree.LetFunction):
        return [item.name]
    return target_words(item.target) if isinstance(item, tree.Let) else []


def _once(kind: str, words: list[tree.Word], own: _Places) -> None:
    """Refuse a second declaration of a name; blocks and layers have names of their own."""
    for word in words:
        first = own.setdefault((kind, word.text), word.span)
        if first is not word.span:
            raise fail(f"'{word.text}' is declared twice, first at {first}", word.span)
