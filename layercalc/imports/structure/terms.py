"""Terms: the steps of a body before they are text.

A `Series` is a tuple of terms. Values of arguments are those of the model, or an `Expression` of
the language where what differs between the uses of a block became a param. Two terms are equal
where they would be written alike; where they stand in the model is kept, and not compared.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from layercalc.imports.graph import Attribute


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression of the language, as it is written."""

    text: str


Value: TypeAlias = "Attribute | Expression | tuple[Value, ...]"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a term comes from: the shape that enters, the name of its module, and its call."""

    shape: tuple[int, ...] = ()
    label: str = ""
    call: int = 0
    output: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer or a block, applied."""

    name: str
    arguments: tuple[tuple[str, Value], ...] = ()
    origin: Origin = field(default=Origin(), compare=False)


@dataclass(frozen=True, slots=True)
class Shared:
    """The declaration of a layer that has one set of weights for its uses in a block."""

    name: str
    layer: Layer


@dataclass(frozen=True, slots=True)
class Merge:
    """Branches that meet."""

    kind: str
    branches: tuple[Series, ...]
    arguments: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Repeat:
    """A body, some times in series."""

    count: Value
    body: Series


@dataclass(frozen=True, slots=True)
class Loop:
    """A body for each row of a table, whose columns have names; one column is a list."""

    names: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    body: Series


@dataclass(frozen=True, slots=True)
class Choice:
    """One body or another."""

    condition: Expression
    then: Series
    otherwise: Series = ()


@dataclass(frozen=True, slots=True)
class From:
    """Go on from values that have names."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bind:
    """Give a name to the value at this point."""

    name: str


Term: TypeAlias = Layer | Shared | Merge | Repeat | Loop | Choice | From | Bind
Series: TypeAlias = tuple[Term, ...]


def cost(term: Term | Series) -> int:
    """Count what a reader reads: names, arguments and braces.

    >>> cost((Layer("conv", (("filters", 8),)), Repeat(3, (Layer("relu"),))))
    6
    """
    if isinstance(term, tuple):
        return sum(map(cost, term))
    if isinstance(term, Layer):
        return 1 + len(term.arguments)
    if isinstance(term, Shared):
        return 1 + cost(term.layer)
    if isinstance(term, Merge):
        return 1 + sum(map(cost, term.branches)) + len(term.branches)
    if isinstance(term, Repeat):
        return 3 + cost(term.body)
    if isinstance(term, Loop):
        return 3 + len(term.names) * (1 + len(term.rows)) + cost(term.body)
    if isinstance(term, Choice):
        return 3 + cost(term.then) + cost(term.otherwise)
    return 1
