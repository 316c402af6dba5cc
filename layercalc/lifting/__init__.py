"""Members of a family become one spec with a param, or with several.

From: the specs of members. To: the text of a spec that is each of them at one value of its params.
The stages, each a module:

1. `members` reads them, and the numbers in their names; `renaming` finds blocks that are called otherwise.
2. `likeness` finds what their trees have in common, with `alignment` for steps in series, `loops` for
   tables and `variants` for steps that only some have; what differs is left as holes (`pieces`).
3. `columns` finds the laws of what differs, `writing` writes the spec.
4. `check` compares each member with the network that the spec gives, layer by layer.

Promises: nothing is given out that is not each member again. No value is guessed: where no law is
shown, values are looked up by the param.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

from layercalc import limits
from layercalc.errors import Diagnostic, Source, SpecError, fail, limit
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.functions import FUNCTIONS
from layercalc.expressions.scope import CONSTANTS, Context, Scope
from layercalc.lifting.check import difference
from layercalc.lifting.likeness import Likeness
from layercalc.lifting.members import Member, beside, common_comments, numbered, read, told, uncommented
from layercalc.lifting.pieces import Pieces, UnlikeError, joined, whole
from layercalc.lifting.renaming import renamed
from layercalc.lifting.writing import Head, Param, choose, tell, written
from layercalc.resolve import resolve
from layercalc.resolve.loading import assemble
from layercalc.resolve.names import check_name
from layercalc.resolve.points import decimal, read_points
from layercalc.resolve.program import Given
from layercalc.syntax import tree
from layercalc.syntax.walk import nodes, target_words

_WORD = re.compile(r"[A-Za-z_]\w*")


class Lifted(NamedTuple):
    """The text of a family, and which members it does not give back: none, if all is well."""

    text: str
    warnings: tuple[Diagnostic, ...]


def lift(
    specs: Sequence[str], param: str | Sequence[str] = "", name: str = "", place: Path | None = None
) -> Lifted:
    """Make one spec of the members of a family, given by their paths or shipped names.

    `param` names its param, with its values behind `=` where the members' names do not tell
    them; several params are a list of such, or `depth,width` if the names differ in as many numbers.
    `name` is the network's. `place` is the file that it is for, from which its `use` lines are read.

    Raises `SpecError` for mistakes in the members, and for what no one spec can say.
    """
    if not 2 <= len(specs) <= limits.MEMBERS:
        raise limit(f"lift takes 2 to {limits.MEMBERS} specs, and these are {len(specs)}")
    with limits.deep_recursion():
        wanted = _wanted([param] if isinstance(param, str) else param, len(specs))
        if name:
            check_name("--name", name)
        members = renamed(read(specs))
        return _lifted(members, wanted, name, place or members[0].path)


#: The params that are asked for, with the value of each for every member where these are given.
_Wanted = Mapping[str, "tuple[Fraction, ...] | None"]


def _wanted(params: Sequence[str], members: int) -> _Wanted:
    """Read `depth`, `depth,width` or `depth=50,101,152`."""
    wanted: dict[str, tuple[Fraction, ...] | None] = {}
    for param in params:
        name, equals, values = param.partition("=")
        for one in [name] if equals else name.split(","):
            if one:
                check_name("--param", one)
            if one in wanted:
                raise fail(f"--param {one}: it is named twice")
            wanted[one] = _numbers(param, one, values, members) if equals else None
    given = [numbers for numbers in wanted.values() if numbers is not None]
    if given and len(set(zip(*given, strict=True))) < members:
        alike = "it takes" if len(given) == 1 else "they take"
        told = " ".join(f"--param {param}" for param in params)
        raise fail(f"{told}: {alike} {members} numbers, one for each spec, and no two alike")
    if 0 < len(given) < len(wanted):
        raise fail(f"--param: values are given for {len(given)} of {len(wanted)} params, and not for all")
    return wanted


def _numbers(param: str, name: str, values: str, members: int) -> tuple[Fraction, ...]:
    read = [evaluate(point.expression, Context(Scope())) for point in read_points(name, values)]
    numbers = tuple(Fraction(v) for v in read if isinstance(v, int | Fraction) and not isinstance(v, bool))
    if not len(numbers) == len(read) == members:
        raise fail(f"--param {param}: it takes {members} numbers, one for each spec, and no two alike")
    return numbers


def _lifted(members: Sequence[Member], wanted: _Wanted, name: str, place: Path) -> Lifted:
    try:
        declarations, steps = _compared(members)
    except UnlikeError as unlike:
        hint = f"the other is at {unlike.other}" if unlike.other != unlike.one else ""
        raise fail(unlike.what, unlike.one, hint) from None
    names = [told(member, members) for member in members]
    titles = [member.program.name for member in members]
    pieces, words = [*declarations, *steps], _words(members)
    params = _params(members, wanted, pieces, words)
    head = Head(_title(name or _called(titles), members), names, *common_comments(members))
    text = written(head, declarations, steps, tell(pieces, params, words))
    return Lifted(text, tuple(_lost(text, place, params, members, names)))


def _params(members: Sequence[Member], wanted: _Wanted, pieces: Pieces, words: set[str]) -> tuple[Param, ...]:
    """Choose the params: with the values that are given, or the numbers in which names differ."""
    given = [numbers for numbers in wanted.values() if numbers is not None]
    stems, titles = [member.path.stem for member in members], [member.program.name for member in members]
    found = numbered(stems, len(wanted)) or numbered(titles, len(wanted))
    columns: Sequence[tuple[Fraction, ...] | None] = given or (found[1] if found else [])
    if not columns and len(wanted) > 1:
        hint = "--param " + " --param ".join(f"{name}=..." for name in wanted)
        what = f"the names of the specs do not differ in {len(wanted)} numbers that tell them apart"
        raise fail(f"--param {','.join(wanted)}: {what}", hint=hint)
    chosen = zip(wanted, columns or [None], strict=True)
    return tuple(choose(pieces, len(members), name, words, column) for name, column in chosen)


def _compared(members: Sequence[Member]) -> tuple[Pieces, Pieces]:
    """Compare declarations by kind and name, and steps in series."""
    likeness = Likeness([member.program for member in members])
    declared: dict[tuple[object, ...], dict[int, Any]] = {}
    rows: dict[int, list[tree.Step]] = {one: [] for one in range(len(members))}
    for one, member in enumerate(members):
        for item in member.tree.items:
            if isinstance(item, tree.Use):
                declared.setdefault((tree.Use, item.path.text), {})[one] = item
            elif isinstance(item, tree.Param | tree.Block | tree.Layer | tree.Activation | tree.Measure):
                declared.setdefault((type(item), item.name.text), {})[one] = item
            elif isinstance(item, tree.Let | tree.LetFunction) and _is_global(item):
                declared.setdefault((tree.Let, *_bound(item)), {})[one] = item
            elif not isinstance(item, tree.Title):
                rows[one].append(item)
    _check_values(declared)
    written = []
    for items in declared.values():
        before, after = beside(next(iter(items.values())))
        written.append([before, *likeness.of(items), after])
    found = likeness.steps(rows)
    if rows[0]:
        found = [beside(rows[0][0])[0], *found, beside(rows[0][-1])[1]]
    return joined(written, "\n\n"), found


def _check_values(declared: Mapping[tuple[object, ...], Mapping[int, Any]]) -> None:
    """Refuse a value that specs give together with others."""
    seen: dict[str, Any] = {}
    for items in declared.values():
        item = next(iter(items.values()))
        if isinstance(item, tree.Let | tree.LetFunction | tree.Param):
            names = (item.name.text,) if isinstance(item, tree.Param) else _bound(item)
            for name in names:
                other = seen.setdefault(name, item)
                if other is not item:
                    raise UnlikeError(
                        whole(other), whole(item), f"'{name}' is another kind of value elsewhere"
                    )


def _is_global(item: tree.Let | tree.LetFunction) -> bool:
    """Tell whether a value may stand before all steps: it asks for no tensor."""
    return not any(isinstance(node, tree.Current | tree.Attribute) for node in nodes(item))


def _bound(item: tree.Let | tree.LetFunction) -> tuple[str, ...]:
    """Give the names that a step gives to values."""
    return (
        (item.name.text,)
        if isinstance(item, tree.LetFunction)
        else tuple(word.text for word in target_words(item.target))
    )


def _words(members: Sequence[Member]) -> set[str]:
    """Give all names that the members have or could read."""
    texts = [spec.span.source.text for member in members for spec in member.program.trees]
    words = {word for text in texts for word in _WORD.findall(uncommented(text))}
    return words.union(*(member.program.callable_names() for member in members), FUNCTIONS, CONSTANTS)


def _title(name: str, members: Sequence[Member]) -> str:
    titles = {member.program.title for member in members}
    return f'network {name} "{titles.pop()}"' if len(titles) == 1 and titles != {""} else f"network {name}"


def _called(names: Sequence[str]) -> str:
    """Name a family: what the names have in common, but for numbers."""
    found = numbered(names)
    common = found[0] if found else _prefix(names).rstrip("_")
    return common if common.isidentifier() else "Family"


def _prefix(names: Sequence[str]) -> str:
    letters = takewhile(lambda column: len(set(column)) == 1, zip(*names, strict=False))
    return "".join(column[0] for column in letters)


def _lost(
    text: str, place: Path, params: Sequence[Param], members: Sequence[Member], names: Sequence[str]
) -> Iterator[Diagnostic]:
    """Compare each member with the network at its values, and tell which does not come back."""
    program = assemble(Source("lifted", text), place)
    for one, (member, name) in enumerate(zip(members, names, strict=True)):
        point = {param.name: decimal(param.values[one]) for param in params}
        given = {key: Given(tree.Number(value, member.tree.span)) for key, value in point.items()}
        try:
            network = resolve(program, given)
            first = difference(member.network, network)
        except SpecError as error:
            first = error.diagnostics[0].message
        if first:
            at = ", ".join(f"{key} = {value}" for key, value in point.items())
            message = f"{name} does not come back at {at}: {first}"
            yield Diagnostic(message, severity="warning")
