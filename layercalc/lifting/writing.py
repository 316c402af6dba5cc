"""Common text and its holes become a spec of one param, or of several.

From: the pieces of declarations and steps. To: text in the canonical layout, with remarks at its
head: the members, and what no law explains.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from textwrap import wrap
from typing import NamedTuple, TypeAlias

from layercalc import limits
from layercalc.errors import Source, fail, limit, listing
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.scope import CONSTANTS, Context, Scope
from layercalc.lifting.columns import COUNT, SHOWN, Known, LinearLaw, law, most
from layercalc.lifting.members import uncommented
from layercalc.lifting.pieces import Hole, Pieces, holes
from layercalc.resolve.points import decimal
from layercalc.syntax import tree
from layercalc.syntax.unparse import formatted
from layercalc.syntax.walk import nodes, value_names

Value: TypeAlias = "Fraction | str | None"
#: What each member has in a place: a number or a text; nothing where it has no such place.
Column: TypeAlias = "tuple[Value, ...]"
#: What one member has in some places.
Row: TypeAlias = "tuple[Value, ...]"
#: The param where neither the caller nor a column names it.
SIZE = "size"
WIDTH = 100


@dataclass(frozen=True, slots=True)
class Param:
    """The param of a family: its name, its value for each member, and where these are from.

    They are "told" by the names or the caller, or those of a "column", or only a "number" of each
    member, which shows no law.
    """

    name: str
    values: tuple[Fraction, ...]
    origin: str

    @property
    def known(self) -> Known | None:
        """Give it as a column of which others may be laws."""
        role = COUNT if self.origin == "told" else self.origin
        return None if self.origin == "number" else Known(self.name, role, self.values)


@dataclass(slots=True)
class Told:
    """The values of columns in the language, by the params, and how those that are looked up are called."""

    params: tuple[Param, ...]
    laws: dict[Column, LinearLaw] = field(default_factory=dict)
    named: dict[Column, str] = field(default_factory=dict)

    def filled(self, pieces: Pieces) -> Iterator[str]:
        """Write pieces with their holes filled."""
        for piece in pieces:
            yield piece if isinstance(piece, str) else self._text(piece)

    def _text(self, hole: Hole) -> str:
        values = column(hole, self.members)
        if values in self.named:
            return self.named[values]
        known = self.laws.get(values)
        text = known.text if known else self.match([values])
        return text if hole.loose or (known and known.is_name) else f"({text})"

    @property
    def members(self) -> int:
        """How many members there are."""
        return len(self.params[0].values)

    @property
    def goes_on(self) -> bool:
        """Tell whether it says anything of values of the params that no member has.

        A law in a param does, unless what is looked up beside has no usual value.
        """
        names = {param.name for param in self.params}
        follows = any(found.name in names for found in self.laws.values())
        return follows and all(most(values) is not None for values in self.named if values not in self.laws)

    def match(self, columns: Sequence[Column]) -> str:
        """Write columns as a `match` on a param: the value that most members have stands in `else`.

        Where no param tells them alone, those of one value of the first are told by the others.
        """
        rows = [*zip(*columns, strict=True)]
        there = [one for one, row in enumerate(rows) if None not in row]
        return self._matched(rows, there, self.params, most(rows) if self.goes_on else None)

    def _matched(
        self, rows: Sequence[Row], there: Sequence[int], params: Sequence[Param], usual: Row | None
    ) -> str:
        alone = next((param for param in params if _tells(param, rows, there)), None)
        param = alone or params[0]
        others = [one for one in params if one is not param]
        arms: dict[str, list[str]] = {}
        for value in dict.fromkeys(param.values[one] for one in there):
            here = [one for one in there if param.values[one] == value]
            if usual is None or any(rows[one] != usual for one in here):
                text = _row(rows[here[0]]) if alone else self._matched(rows, here, others, usual)
                arms.setdefault(text, []).append(decimal(value))
        lines = [f"{' | '.join(keys)} => {text}" for text, keys in arms.items()]
        lines += [f"else => {_row(usual)}"] if usual is not None else []
        return f"match {param.name} {{ {', '.join(lines)} }}"


def _tells(param: Param, rows: Sequence[Row], there: Sequence[int]) -> bool:
    """Tell whether members with one value of a param have the same row."""
    return len({(param.values[one], rows[one]) for one in there}) == len({param.values[one] for one in there})


def column(hole: Hole, members: int) -> Column:
    """Give what each member has in a hole."""
    return tuple(_value(hole.cells[one]) if one in hole.cells else None for one in range(members))


def _value(cell: tree.Expression) -> Value:
    """Read a cell: a number if it is one, else its text."""
    if is_closed(cell):
        value = evaluate(cell, Context(Scope()))
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | Fraction):
            return Fraction(value)
    return " ".join(uncommented(cell.span.text).split())


def is_closed(cell: tree.Expression) -> bool:
    """Tell whether an expression means the same everywhere."""
    return not (value_names(cell) - {*CONSTANTS} or any(isinstance(n, tree.Current) for n in nodes(cell)))


def tell(pieces: Pieces, params: tuple[Param, ...], words: set[str]) -> Told:
    """Find how the columns of pieces are told by the params."""
    told, members = Told(params), len(params[0].values)
    roles: dict[Column, str] = {}
    uses: Counter[Column] = Counter()
    for hole in holes(pieces):
        if all(map(is_closed, hole.cells.values())) and len(hole.cells) == members:
            roles.setdefault(values := column(hole, members), hole.role)
            uses[values] += 1
    if len(roles) > limits.COLUMNS:
        raise limit(f"the specs differ in over {limits.COLUMNS} ways, the limit")
    names = _Names(words | {param.name for param in params}, Counter(roles.values()))
    known: list[Known] = []
    bases = [param.known for param in params]
    for values in sorted(roles, key=lambda values: most(values) is None):
        numbers = tuple(value for value in values if isinstance(value, Fraction))
        is_numeric = len(numbers) == members
        shown = (law(numbers, roles[values], base, known) for base in bases) if is_numeric else iter(())
        if (found := next(filter(None, shown), None)) is not None:
            told.laws[values] = found
            continue
        told.named[values] = names.new(roles[values])
        known += [Known(told.named[values], roles[values], numbers)] if is_numeric else []
    for values, found in [*told.laws.items()]:
        if uses[values] > 1 and (found.offset or found.other):
            told.named[values] = names.new(roles[values])
    return told


class _Names:
    """Gives names that no member has."""

    def __init__(self, taken: set[str], wanted: Counter[str]) -> None:
        self.taken, self.wanted = taken, wanted

    def new(self, role: str) -> str:
        role = role if role.isidentifier() else "value"
        stem = f"{role}_" if role[-1].isdigit() else role
        tries = [role] if self.wanted[role] == 1 else []
        tries += [f"{stem}{number}" for number in range(1, len(self.taken) + 2)]
        name = next(name for name in tries if name not in self.taken)
        self.taken.add(name)
        return name


def lets(told: Told) -> Iterator[str]:
    """Write what is looked up, those together whose members are alike, then the laws that have a name."""
    together: dict[tuple[int, ...], list[Column]] = {}
    for values in told.named:
        if values not in told.laws:
            together.setdefault(tuple(map(values.index, values)), []).append(values)
    for columns in together.values():
        names = [told.named[values] for values in columns]
        target = names[0] if len(names) == 1 else f"({', '.join(names)})"
        yield f"let {target} = {told.match(columns)}"
    for values, known in told.laws.items():
        if values in told.named:
            yield f"let {told.named[values]} = {known.text}"


def remarks(told: Told, members: Sequence[str]) -> Iterator[str]:
    """Say what the spec was made from, which laws were taken, and what is only looked up."""
    names = [param.name for param in told.params]
    where, name = listing(names, "and"), listing(names, "or")
    yield f"Lifted from {listing(members, 'and')}, each of which comes back layer by layer at its {where}."
    looked_up = [called for values, called in told.named.items() if values not in told.laws]
    shown = [found.text for found in dict.fromkeys(told.laws.values()) if not found.is_name]
    if shown:
        yield f"Laws that all {len(members)} show: {', '.join(shown)}."
    if looked_up:
        reason = "No law explains" if len(members) >= SHOWN else "Two members show no law for"
        beyond = (
            f"at another {name}, what most of them have" if told.goes_on else f"another {name} is refused"
        )
        yield f"{reason} {listing(looked_up, 'and')}: {beyond}."


class Head(NamedTuple):
    """What a family's spec says before its declarations: its title, its members, and comments of all.

    `comments` are those at the head of the members, `kept` those elsewhere.
    """

    title: str
    members: Sequence[str]
    comments: Sequence[str]
    kept: Collection[str]


def written(head: Head, declarations: Pieces, steps: Pieces, told: Told) -> str:
    """Write a spec: its head, its param, what is looked up, declarations and steps."""
    members = head.members
    remarked = [f"# {line}" for remark in remarks(told, members) for line in wrap(remark, WIDTH)]
    lines = [head.title, "", *remarked, *(["#", *head.comments] if head.comments else []), ""]
    lines += [*(_declared(param, members) for param in told.params), "", *lets(told), ""]
    filled = ("".join(told.filled(pieces)) for pieces in (declarations, steps))
    lines += [uncommented(text, head.kept) + "\n" for text in filled]
    return formatted(Source("lifted", "\n".join(lines)))


def _declared(param: Param, members: Sequence[str]) -> str:
    values = listing([decimal(value) for value in param.values], "and")
    kind = "" if all(value.denominator == 1 for value in param.values) else ": real"
    doc = f'"{values}: {listing(members, "and")}"'
    return f"param {param.name}{kind} = {decimal(param.values[0])}   {doc}"


def _row(row: Sequence[Value]) -> str:
    texts = [decimal(value) if isinstance(value, Fraction) else str(value) for value in row]
    return texts[0] if len(texts) == 1 else f"({', '.join(texts)})"


def choose(
    pieces: Pieces, members: int, name: str, words: set[str], numbers: tuple[Fraction, ...] | None
) -> Param:
    """Choose the param of a family: the numbers in the names, else the column that explains most.

    Raises `SpecError` for a name that the members have for something else.
    """
    if name in words:
        raise fail(f"--param {name}: a spec has this name already", hint="another name for the param")
    name = name or next(
        n for n in (SIZE, *(f"{SIZE}{k}" for k in range(1, len(words) + 2))) if n not in words
    )
    if numbers is not None:
        return Param(name, numbers, "told")
    best: tuple[int, tuple[Fraction, ...]] = (0, ())
    columns = dict.fromkeys(column(hole, members) for hole in holes(pieces))
    rows = [tuple(v for v in values if isinstance(v, Fraction)) for values in columns]
    rows = [row for row in rows if len(row) == members]
    for row in rows:
        if len(set(row)) == members and min(row) > 0:
            base = Known(name, "column", row)
            explained = sum(law(other, "", base, []) is not None for other in rows)
            best = max(best, (explained, row), key=lambda one: one[0])
    if best[0] > (len(columns) > 1):  # the only column, or one that others follow
        return Param(name, best[1], "column")
    return Param(name, tuple(Fraction(number) for number in range(1, members + 1)), "number")
