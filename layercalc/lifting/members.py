"""The members of a family: their specs, and the numbers in their names."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from layercalc.errors import Diagnostic, SpecError
from layercalc.lifting.pieces import whole
from layercalc.network import Network
from layercalc.resolve import resolve
from layercalc.resolve.loading import assemble
from layercalc.resolve.program import Program
from layercalc.syntax import tree
from layercalc.syntax.library import open_spec

_TOKEN = re.compile(r'"[^"\n]*"|#[^\n]*')
_DIGITS = re.compile(r"[0-9]+")
#: Digits of a number in a name that is a size.
LONGEST = 9


class Member(NamedTuple):
    """A spec with its network."""

    name: str
    path: Path
    program: Program
    network: Network

    @property
    def tree(self) -> tree.Spec:
        """The tree of its own file."""
        return self.program.trees[0]


def read(specs: Sequence[str]) -> list[Member]:
    """Read members and resolve them, each with its defaults.

    Raises `SpecError` with the mistakes of all.
    """
    members, mistakes = list[Member](), list[Diagnostic]()
    for spec in specs:
        try:
            source, path = open_spec(spec)
            program = assemble(source, path)
            members.append(Member(program.name, path, program, resolve(program)))
        except SpecError as error:
            mistakes += error.diagnostics
    if mistakes:
        raise SpecError(mistakes)
    return members


def told(member: Member, members: Sequence[Member]) -> str:
    """Call a member by its file's name, with its folder where another has that name too."""
    several = [other.path.stem for other in members].count(member.path.stem) > 1
    name = f"{member.path.parent.name}/{member.path.stem}" if several else member.path.stem
    return "".join(char if char.isalnum() or char in "._-/+" else "_" for char in name)


def numbered(names: Sequence[str], count: int = 1) -> tuple[str, list[tuple[Fraction, ...]]] | None:
    """Read the numbers in which names differ, so many in each, and the names without them.

    >>> numbered(["wide_resnet50_2", "wide_resnet101_2"])
    ('wide_resnet_2', [(Fraction(50, 1), Fraction(101, 1))])
    >>> numbered(["r50x1", "r50x3", "r101x1"], 2)[0]
    'rx'
    >>> numbered(["tiny", "small"])
    """
    texts = [_DIGITS.split(name) for name in names]
    numbers = [_DIGITS.findall(name) for name in names]
    if any(text != texts[0] for text in texts):
        return None
    places = [at for at, column in enumerate(zip(*numbers, strict=True)) if len(set(column)) > 1]
    told = [[row[place] for place in places] for row in numbers]
    if len(places) != count or max(len(text) for row in told for text in row) > LONGEST:
        return None
    columns = [tuple(Fraction(int(text)) for text in column) for column in zip(*told, strict=True)]
    if len(set(zip(*columns, strict=True))) != len(names):
        return None
    rest = [text + (number if at not in places else "") for at, (text, number) in enumerate(
        zip(texts[0], [*numbers[0], ""], strict=True))]  # fmt: skip
    return re.sub(r"__+", "_", "".join(rest)).strip("_"), columns


def uncommented(text: str, kept: Collection[str] = ()) -> str:
    """Leave the comments of a text out, but for some.

    >>> uncommented('relu # one "of" them')
    'relu '
    """
    return _TOKEN.sub(lambda found: found[0] if found[0][0] == '"' or found[0] in kept else "", text)


def common_comments(members: Sequence[Member]) -> tuple[list[str], set[str]]:
    """Give the comments that all members have: those at the head of the first, and the others."""
    sources = [member.tree.span.source for member in members]
    comments = [[token for token in _TOKEN.findall(source.text) if token[0] == "#"] for source in sources]
    common = set(comments[0]).intersection(*comments)
    starts = [item.span.start for item in members[0].tree.items if not isinstance(item, tree.Title)]
    count = sum(token[0] == "#" for token in _TOKEN.findall(sources[0].text[: min(starts, default=0)]))
    head = [comment for comment in comments[0][:count] if comment in common]
    return head, common - {*head}


def beside(item: Any) -> tuple[str, str]:
    """Give the comments on lines of their own before an item, and that behind it on its line."""
    span = whole(item)
    lines = span.source.text[: span.start].split("\n")[:-1]
    count = next(
        (n for n, line in enumerate(reversed(lines)) if line.strip()[:1] not in ("", "#")), len(lines)
    )
    before = [line.strip() for line in lines[len(lines) - count :] if line.strip()]
    behind = span.source.text[span.end :].split("\n")[0].strip()
    after = f"   {behind}" if behind.startswith("#") else ""
    return "".join(f"{line}\n" for line in before), after
