"""What members have in common as text, with holes where they differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from layercalc.errors import Source, Span
from layercalc.syntax import tree
from layercalc.syntax.parse import parse_values
from layercalc.syntax.unparse import is_same
from layercalc.syntax.walk import value_names


@dataclass(frozen=True, slots=True, eq=False)
class Hole:
    """A place where members differ: what each has there, by its number.

    `role` is what the value is for, as `filters`; `loose` tells that any expression may
    stand there without parentheses.
    """

    cells: Mapping[int, tree.Expression]
    role: str
    loose: bool = False


Pieces: TypeAlias = list[str | Hole]


class Common(str):
    """The text of a node that is the same in all members, with the names that it reads."""

    __slots__ = ("names",)

    names: set[str]

    def __new__(cls, node: Any) -> Common:
        """Take the text of a node."""
        common = super().__new__(cls, whole(node).text)
        common.names = value_names(node)
        return common


class Comparer(Protocol):
    """What compares the parts of steps: `likeness.Likeness`, which the kinds of step ask in turn."""

    def of(self, nodes: Mapping[int, Any], role: str = "", loose: bool = False) -> Pieces:
        """Give what nodes have in common."""

    def body(self, nodes: Mapping[int, tree.Body]) -> Pieces:
        """Compare bodies."""

    def steps(self, rows: Mapping[int, Sequence[tree.Step]]) -> Pieces:
        """Compare steps in series."""

    def key(self, one: int, step: tree.Step) -> tuple[object, ...]:
        """Tell by what a step of a member may be compared with others."""

    def begin(self, member: int) -> int:
        """Give a number of its own to rounds of a member."""


class UnlikeError(Exception):
    """Two places that no text stands for both of."""

    def __init__(self, one: Span, other: Span, what: str) -> None:
        super().__init__(what)
        self.one, self.other, self.what = one, other, what


def unlike(nodes: Mapping[int, Any]) -> UnlikeError:
    """Make the error of nodes that differ in more than values, at the first and at one that differs."""
    first, *others = nodes.values()
    other = next((other for other in others if not is_same(first, other)), others[0])
    if isinstance(first, tree.Word) and isinstance(other, tree.Word):
        what = f"'{first.text}' here is '{other.text}' in another spec"
    else:
        word = getattr(first, "name", None)
        name = f" '{word.text}'" if isinstance(word, tree.Word) else ""
        what = f"this {type(first).__name__.lower()}{name} differs in more than values"
    return UnlikeError(whole(first), whole(other), what)


def whole(node: Any) -> Span:
    """Give the span of a node with the names that it binds behind it."""
    bound = getattr(node, "bound", ())
    end = max([node.span.end, *(place.span.end for place in bound)])
    return Span(node.span.source, node.span.start, end)


def spliced(within: Span, parts: Iterable[tuple[Span, Pieces]]) -> Pieces:
    """Put pieces in the places of some spans of a text."""
    found: Pieces = []
    at = within.start
    for span, pieces in sorted(parts, key=lambda part: part[0].start):
        found += [within.source.text[at : span.start], *pieces]
        at = span.end
    return [*found, within.source.text[at : within.end]]


def joined(groups: Iterable[Sequence[str | Hole]], between: str) -> Pieces:
    """Join pieces with a text between them."""
    found: Pieces = []
    for place, group in enumerate(groups):
        found += [between, *group] if place else group
    return found


def braced(pieces: Pieces) -> Pieces:
    """Put braces around steps, in lines of their own where they have several."""
    several = any(mark in piece for piece in pieces if isinstance(piece, str) for mark in "\n#")
    space = "\n" if several else " "
    return [f"{{{space}", *pieces, f"{space}}}"]


def holes(pieces: Iterable[str | Hole]) -> Iterator[Hole]:
    """Give the holes of pieces."""
    return (piece for piece in pieces if isinstance(piece, Hole))


def node_of(text: str) -> tree.Expression:
    """Read an expression that no member has written.

    >>> node_of("[(1, 2)]").span.text
    '[(1, 2)]'
    """
    (node,) = parse_values(Source("made", text))
    assert not isinstance(node, tree.Interval)
    return node
