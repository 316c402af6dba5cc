"""The tree of what the author wrote: frozen nodes in the order of the grammar, each with its span.

From: nothing (plain data). To: `parse` builds it, `resolve` and `unparse` read
it. Promises: every node and every name has the span where it was written; a
chain of any length is one flat node. It does not resolve names.
"""

from __future__ import annotations

from typing import TypeAlias

from layercalc.errors import Span
from layercalc.syntax.node import Node


class Word(Node):
    """A name as written."""

    text: str
    span: Span


# -- expressions -----------------------------------------------------------------


class Number(Node):
    """A numeral: `3`, `0.584`, `1e-5`."""

    text: str
    span: Span


class String(Node):
    """A text between quotes, without them."""

    text: str
    span: Span


class Name(Node):
    """A name read as a value."""

    text: str
    span: Span


class Current(Node):
    """`in`: the tensor at this point."""

    span: Span


class Attribute(Node):
    """`in.channels`, `kernel.size`."""

    operand: Expression
    name: Word
    span: Span


class Index(Node):
    """`stages[i]`."""

    operand: Expression
    index: Expression
    span: Span


class Argument(Node):
    """An argument of a call, by place or by name."""

    name: Word | None
    value: Expression
    span: Span


class Apply(Node):
    """A function of the language applied: `log2(n)`."""

    function: Word
    arguments: tuple[Argument, ...]
    span: Span


class Sequence(Node):
    """A list or a tuple, which mean the same; `bracket` is "[" or "("."""

    bracket: str
    items: tuple[Expression, ...]
    span: Span


class Group(Node):
    """An expression between parentheses."""

    inner: Expression
    span: Span


class Chain(Node):
    """Operands of equal standing with the operators between them: `a + b - c`, `a < b <= c`, `a and b`."""

    operands: tuple[Expression, ...]
    operators: tuple[str, ...]
    span: Span


class Prefix(Node):
    """A sign or `not`."""

    operator: str
    operand: Expression
    span: Span


class Power(Node):
    """`base ^ exponent`."""

    base: Expression
    exponent: Expression
    span: Span


class Conditional(Node):
    """`if a then b else if c then d else e`: the cases in order, and the last resort."""

    cases: tuple[tuple[Expression, Expression], ...]
    otherwise: Expression
    span: Span


class Arm(Node):
    """One line of a match; no patterns mean `else`."""

    patterns: tuple[Expression, ...]
    value: Expression
    span: Span


class Match(Node):
    """`match subject { 1 | 2 => a, else => b }`."""

    subject: Expression
    arms: tuple[Arm, ...]
    span: Span


class Comprehension(Node):
    """`[value for target in items if condition]`."""

    value: Expression
    target: ItemNames
    items: Expression
    condition: Expression | None
    span: Span


class Targets(Node):
    """Several names bound at once: `(i, blocks)`."""

    items: tuple[ItemNames, ...]
    span: Span


class Interval(Node):
    """`8..152..6`, on the command line only: both ends included."""

    first: Expression
    last: Expression
    step: Expression | None
    span: Span


ItemNames: TypeAlias = Word | Targets
Expression: TypeAlias = (
    Number | String | Name | Current | Attribute | Index | Apply | Sequence | Group
    | Chain | Prefix | Power | Conditional | Match | Comprehension
)  # fmt: skip


# -- steps -----------------------------------------------------------------------


class Entry(Node):
    """An entry of a list of values: `level[i]`."""

    name: Word
    index: Expression
    span: Span

    @property
    def text(self) -> str:
        """The name of the list."""
        return self.name.text


#: Where a value is kept: under a name, or in a list.
ValueName: TypeAlias = Word | Entry


class Call(Node):
    """A layer or a block applied to the current values, and the names given to what comes out."""

    name: Word
    arguments: tuple[Argument, ...]
    bound: tuple[ValueName, ...]
    span: Span


class Merge(Node):
    """`add { A | B }`: every branch takes the current value; the outputs meet."""

    kind: Word
    arguments: tuple[Argument, ...]
    branches: tuple[Body | EachBranch, ...]
    bound: tuple[ValueName, ...]
    span: Span


class EachBranch(Node):
    """A branch of a merge for each item: `for i in range(4) | from level[i]`."""

    target: ItemNames
    items: Expression
    body: Body
    span: Span


class From(Node):
    """`from a, level[2]`: go on from named values."""

    names: tuple[ValueName, ...]
    bound: tuple[ValueName, ...]
    span: Span


class Repeat(Node):
    """The body `count` times in series."""

    count: Expression
    body: Body
    bound: tuple[ValueName, ...]
    span: Span


class ForEach(Node):
    """The body once for each item, in series."""

    target: ItemNames
    items: Expression
    body: Body
    bound: tuple[ValueName, ...]
    span: Span


class Choose(Node):
    """`if a { } else if b { } else { }`, decided when the spec is built."""

    cases: tuple[tuple[Expression, Body], ...]
    otherwise: Body | None
    bound: tuple[ValueName, ...]
    span: Span


class Let(Node):
    """A local value."""

    target: ItemNames
    value: Expression
    span: Span


class Parameter(Node):
    """A parameter of a block, a layer or a function, with its kind (`count`) and its default."""

    name: Word
    kind: Word | None
    default: Expression | None
    span: Span


class LetFunction(Node):
    """`let f(v) = expression`."""

    name: Word
    parameters: tuple[Parameter, ...]
    value: Expression
    span: Span


class Body(Node):
    """Steps in series."""

    steps: tuple[Step, ...]
    span: Span


class Shared(Node):
    """`shared encoder = stack(512, 6)`: a layer or a block whose uses have one set of weights."""

    name: Word
    call: Call
    span: Span


#: Steps that can give their values names, by `as`.
Binder: TypeAlias = Call | Merge | From | Repeat | ForEach | Choose
Step: TypeAlias = Binder | Let | LetFunction | Shared


# -- declarations ----------------------------------------------------------------


class Title(Node):
    """`network Name "title"` or `laws Name "title"`."""

    kind: str
    name: Word
    title: str
    span: Span


class Use(Node):
    """`use "blocks/se.arch"`."""

    path: String
    span: Span


class Param(Node):
    """A param of the spec: kind (`real`, `count`), default, condition, doc string."""

    name: Word
    kind: Word | None
    default: Expression | None
    where: Expression | None
    doc: str
    span: Span


class Block(Node):
    """A named body with parameters; `inputs` name the values it takes, if they are named."""

    name: Word
    parameters: tuple[Parameter, ...]
    inputs: tuple[Word, ...]
    body: Body
    span: Span


class Field(Node):
    """One law of a layer: `power = ...`."""

    name: Word
    value: Expression
    span: Span


class Layer(Node):
    """A layer declared by its laws; `inputs` name the values it takes, if they are named."""

    name: Word
    parameters: tuple[Parameter, ...]
    inputs: tuple[Word, ...]
    fields: tuple[Field, ...]
    span: Span


class Activation(Node):
    """A layer that acts on each element; without fields its laws follow from the formula."""

    name: Word
    parameters: tuple[Parameter, ...]
    formula: Expression
    fields: tuple[Field, ...] | None
    span: Span


class Measure(Node):
    """A measure declared by what is added up or compared: `measure widest = max of out.volume`.

    `over` is "sum" or "max" over the layers, "longest" along a path, or nothing: then the
    value is made of other measures.
    """

    name: Word
    doc: str
    over: str
    value: Expression
    span: Span


Declaration: TypeAlias = Title | Use | Param | Block | Layer | Activation | Measure


class Spec(Node):
    """One file: declarations and steps in the order they were written."""

    items: tuple[Declaration | Step, ...]
    span: Span
