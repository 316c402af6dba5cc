"""The candidates for completion at a place of the command line.

From: what is typed so far. To: words, some with a line of help. Promises: sympy is not
imported, standard input and devices are not read, and a spec or law set with a mistake
has no candidates; to tell of it is the command's matter.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from layercalc.resolve.program import Program
    from layercalc.syntax import tree

    Items: TypeAlias = list[CompletionItem[str]]
    Candidates: TypeAlias = Callable[[click.Context, click.Parameter, str], Items]

#: The variable in which a shell asks for candidates.
VARIABLE = "_LAYERCALC_COMPLETE"
#: The kind of a candidate for which a shell looks itself: the spec files of a folder, and folders.
SPEC_FILES = "arch"
#: A default as long as this is not told.
LONGEST = 40
_PROGRAMS = "layercalc.programs_typed"


def specs(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """List the shipped specs with their titles, and files that may be specs."""
    from layercalc.syntax.library import shipped

    return [*_items(((name, _title(path)) for name, path in shipped().items()), incomplete), _files()]


def shipped_specs(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """List the shipped specs, without files."""
    return specs(ctx, param, incomplete)[:-1]


def _title(path: Path) -> str:
    """Read the title of a shipped spec, which is on its first line."""
    with path.open(encoding="utf-8") as file:
        line = file.readline()
    return line.split('"')[1] if line.startswith("network") and line.count('"') == 2 else ""


def law_sets(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """List the shipped law sets, and files that may be law sets."""
    from layercalc.syntax.library import shipped

    return [*_items(((name, "") for name in shipped("laws")), incomplete), _files()]


def law_sets_and_layers(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """List the law sets, and the layers of the default one."""
    layers = ((item.name.text, "") for item in _laws())
    return [*_items(layers, incomplete), *law_sets(ctx, param, incomplete)]


def activations(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """List the activations of the default law set, and files that may declare others."""
    from layercalc.syntax import tree

    names = ((item.name.text, "") for item in _laws() if isinstance(item, tree.Activation))
    return [*_items(names, incomplete), _files()]


def _laws() -> list[tree.Layer | tree.Activation]:
    """Read the declarations of the default law set."""
    from layercalc.resolve.loading import DEFAULT_LAWS
    from layercalc.syntax import tree
    from layercalc.syntax.library import read, shipped
    from layercalc.syntax.parse import parse

    path = shipped("laws")[DEFAULT_LAWS]
    return [item for item in parse(read(path), path).items if isinstance(item, tree.Layer | tree.Activation)]


def experiments(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """List the experiments by the names of their files, for to import them would import sympy."""
    from importlib.util import find_spec
    from pkgutil import iter_modules

    room = find_spec("layercalc.paper.experiments")
    modules = iter_modules(room.submodule_search_locations if room is not None else ())
    names = [name for module in modules for name in re.findall(r"fig\d+|wider", module.name)]
    names.sort(key=lambda name: int(name.removeprefix("fig")) if name != "wider" else math.inf)
    return _items(((name, "") for name in names), incomplete)


def zoo_rows(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """List the specs and the models of the paper's tables."""
    import csv

    from layercalc.syntax.library import folder, read

    lines = read(folder("specs") / "zoo" / "rows.csv").text.splitlines()
    rows = [*csv.DictReader(lines)]
    names = dict.fromkeys(row[column] for column in ("spec", "model") for row in rows)
    return _items(((name, "") for name in names), incomplete)


def one_of(*words: str) -> Candidates:
    """Make a completion of fixed words."""

    def candidates(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
        return _items(((word, "") for word in words), incomplete)

    return candidates


def measures(*words: str) -> Candidates:
    """Give these measures, and those that the specs on the line declare, parted by commas."""

    def candidates(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
        from layercalc.resolve.measured import measures_of

        found = dict.fromkeys(words, "")
        for program in ctx.meta.get(_PROGRAMS, ()):
            found |= {name: node.doc for name, (node, _) in measures_of(program).items()}
        return _listed(found.items(), incomplete)

    return candidates


def blocks(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """List the blocks of the specs on the line."""
    return _items(
        ((name, "") for program in ctx.meta.get(_PROGRAMS, ()) for name in program.blocks), incomplete
    )


def param_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """List the params of the specs on the line, in a comma-separated list."""
    return _listed(((declared.name.text, help_of(declared)) for declared in typed_params(ctx)), incomplete)


def assignments(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """List `NAME=` for every param, and after it the values of that param."""
    name, equals, value = incomplete.partition("=")
    if not equals:
        return _items(((f"{p.name.text}=", help_of(p)) for p in typed_params(ctx)), incomplete)
    return _behind(f"{name}=", param_values(name)(ctx, param, value))


def param_values(name: str) -> Candidates:
    """List the values of a param that its spec distinguishes, in a comma-separated list."""

    def candidates(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
        words: dict[str, None] = {}
        for program in ctx.meta.get(_PROGRAMS, ()):
            if name in program.takes:
                words.update(dict.fromkeys(_values(program, program.takes[name])))
        return _listed(((word, "") for word in words), incomplete)

    return candidates


def read_typed(ctx: click.Context, specs: Iterable[str]) -> None:
    """Read the specs on the line, whose params are candidates."""
    ctx.meta[_PROGRAMS] = [program for spec in specs for program in _load(spec)]


def typed_params(ctx: click.Context) -> list[tree.Param]:
    """List the params of the specs on the line."""
    params = [param for program in ctx.meta.get(_PROGRAMS, ()) for param in program.takes.values()]
    return [*{param.name.text: param for param in params}.values()]


def help_of(param: tree.Param) -> str:
    """Write the help of a param: its doc string and its default."""
    default = param.default.span.text if param.default is not None else param.name.text
    return f"{param.doc} [{default}]".strip() if len(default) < LONGEST else param.doc


def _load(spec: str) -> Iterator[Program]:
    """Read a spec, if it is a plain file, which keeps nobody waiting, and has no mistake."""
    from layercalc.errors import SpecError
    from layercalc.resolve.loading import assemble
    from layercalc.syntax.library import locate, read

    with suppress(SpecError):
        path = locate(spec)
        if path.is_file():
            yield assemble(read(path), path)


def _values(program: Program, param: tree.Param) -> Iterator[str]:
    """Find the literals that a param is compared with, its default first, without those it refuses."""
    from layercalc.syntax import tree

    if isinstance(param.default, tree.Name) and param.default.text in ("true", "false"):
        yield from ("true", "false")
        return
    found = [param.default, *_held_against(program.trees[0], param.name.text)]
    literals = (node for node in found if isinstance(node, tree.Number | tree.String))
    yield from (node.text for node in literals if _allows(param, node))


def _held_against(spec: tree.Spec, name: str) -> Iterator[tree.Expression]:
    """List what a name is matched with, or compared with by `==`."""
    from layercalc.syntax import tree
    from layercalc.syntax.walk import nodes

    def is_it(node: tree.Expression) -> bool:
        return isinstance(node, tree.Name) and node.text == name

    for node in nodes(spec):
        if isinstance(node, tree.Match) and is_it(node.subject):
            yield from (pattern for arm in node.arms for pattern in arm.patterns)
        elif isinstance(node, tree.Chain) and {*node.operators} == {"=="} and any(map(is_it, node.operands)):
            yield from node.operands


def _allows(param: tree.Param, value: tree.Number | tree.String) -> bool:
    """Tell whether a param accepts a value, as far as its own `where` decides."""
    from layercalc.errors import SpecError
    from layercalc.expressions.evaluator import evaluate
    from layercalc.expressions.scope import Context, Scope

    if param.where is None:
        return True
    context = Context(Scope())
    try:
        context.scope.names[param.name.text] = evaluate(value, context)
        return evaluate(param.where, context) is not False
    except SpecError:  # it speaks of other params too
        return True


def _items(words: Iterable[tuple[str, str]], incomplete: str) -> Items:
    from click.shell_completion import CompletionItem

    return [CompletionItem(word, help=help_) for word, help_ in words if word.startswith(incomplete)]


def _listed(words: Iterable[tuple[str, str]], incomplete: str) -> Items:
    """Complete the last word of a comma-separated list, without the words that it already has."""
    *before, last = incomplete.split(",")
    left = [(word, help_) for word, help_ in words if word not in before]
    return _behind("".join(f"{word}," for word in before), _items(left, last))


def _behind(head: str, items: Items) -> Items:
    for item in items:
        item.value = head + item.value
    return items


def _files() -> CompletionItem[str]:
    from click.shell_completion import CompletionItem

    return CompletionItem("", type=SPEC_FILES)
