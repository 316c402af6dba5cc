"""Stretches of a random spec, and what is known at the place where one is written.

Shapes are never computed: layers fit on any. Of spatial sizes it is known which are
equal, by tags that a step hands on or replaces; that is all a merge asks for, since its
branches end in the same channels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple


class Text(NamedTuple):
    """A stretch of a spec, and the same with every repeat and loop written out."""

    text: str
    flat: str


def write(*parts: Text | str) -> Text:
    """Join stretches of a spec, a line each."""
    texts = [Text(part, part) if isinstance(part, str) else part for part in parts]
    return Text(*("\n".join(filter(None, column)) for column in zip(("", ""), *texts, strict=True)))


def in_series(rounds: Sequence[str]) -> str:
    """Write the rounds of a loop out, each in braces of its own for what it declares by `let`."""
    return "\n".join(f"if true {{\n{each}\n}}" for each in rounds)


def looped(count: int, body: Text | str, word: str = "") -> Text:
    """Write a repeat; `word` is what stands in the text for its count."""
    body = write(body)
    return Text(f"repeat {word or count} {{\n{body.text}\n}}", in_series([body.flat] * count))


class Size(NamedTuple):
    """Spatial sizes: of how many axes, and a tag; equal tags are equal sizes, without one nobody knows."""

    rank: int
    tag: int | None = 0


class Block(NamedTuple):
    """A declared block: the values it takes, whether it keeps their size, what a call costs."""

    name: str
    takes: int
    rank: int
    keep: bool
    nodes: int
    bits: float


@dataclass(slots=True)
class Place:
    """Where steps are written: what is known there, and how often they are done.

    `names` are the values that `from` reaches, `words` the expressions for widths;
    with `keep` no step may change the spatial sizes.
    """

    here: Size
    words: tuple[str, ...]
    names: dict[str, Size] = field(default_factory=dict)
    keep: bool = False
    times: int = 1
    depth: int = 0

    def inner(self, keep: bool, times: int = 1, words: tuple[str, ...] = ()) -> Place:
        """Enter braces; behind braces that may change sizes, or go round, less is known."""
        times, words = self.times * times, self.words + words
        inner = replace(self, names=dict(self.names), keep=keep, times=times, words=words)
        inner.depth += 1
        return inner

    def forget(self, keep: bool) -> None:
        """Forget the sizes that a round of a loop may change: all but those it is known to keep."""
        for name, size in self.names.items():
            if not (keep and size == self.here):
                self.names[name] = Size(size.rank, None)

    @property
    def alike(self) -> list[str]:
        """The names of values of the size at hand."""
        return [name for name, size in self.names.items() if size == self.here]
