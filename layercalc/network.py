"""What a spec means: layers, merges and repeats, wired by numbered values.

From: `resolve`. To: `evaluate`, `report`. A `Body` is a region of the network: it
takes some values, each of its steps makes further ones, and some of these leave
it. A body with one way in and one way out is a factor; any other is a linear map
from its entering to its leaving values. Promises: shapes stand on every value, an
unchanged body is one object however often it is used, and a repeat is never
copied. It holds no mathematics.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

from layercalc.display import factors
from layercalc.errors import Frame, Source, Span
from layercalc.lazy import sympy
from layercalc.records import dataclass, field

if TYPE_CHECKING:
    from layercalc.assumptions import Facts

Scalar: TypeAlias = "int | Fraction | sympy.Expr"

#: The conditions that stand outside the laws of layers: those of sizes, counts and choices.
NETWORK = ""


@dataclass(frozen=True, slots=True)
class Tensor:
    """The shape of a value: channels, then the spatial sizes; a vector has none.

    >>> Tensor(3, (224, 224)).volume
    150528
    """

    channels: Scalar
    spatial: tuple[Scalar, ...] = ()

    @property
    def rank(self) -> int:
        """The number of spatial axes."""
        return len(self.spatial)

    @property
    def size(self) -> Scalar:
        """The product of the spatial sizes: S of eq. (8)."""
        size: Scalar = 1
        for extent in self.spatial:
            size = size * extent
        return size

    @property
    def volume(self) -> Scalar:
        """Channels times size: the number of elements."""
        return self.channels * self.size

    @property
    def sizes(self) -> tuple[Scalar, ...]:
        """Channels and spatial sizes, as the language writes a shape."""
        return (self.channels, *self.spatial)

    def __str__(self) -> str:
        return " x ".join(factors(str(size).replace("**", "^") for size in self.sizes))


@dataclass(frozen=True, slots=True, eq=False)
class Sharing:
    """A set of weights that several layers have in common: its name, and where that is given.

    `block` tells whether it is that of a block, with all its layers.
    """

    name: str
    span: Span
    block: bool


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A layer in its place: its name, arguments and shapes, and its laws to be asked.

    A `constant` lets nothing of its input through, and is no local layer.
    It takes the value of each of its `inputs`, most layers one. Where its `weights` are
    shared, its params are 0: they are counted where they are declared, by a layer that has
    no laws but those of weights, and knows the first `use` of them.

    `law(name)` gives the value of a law (`power`, `complexity`, `params`, `macs`), None
    where the layer is neutral in it; `comparisons`, how many decide one element of its
    output, None where it is not piecewise linear; and of an activation the `degree`, 0 or 1.
    """

    name: str
    arguments: Mapping[str, object]
    inputs: tuple[Tensor, ...]
    output: Tensor
    law: Callable[[str], Scalar | None]
    span: Span
    weights: Sharing | None = None
    constant: bool = False
    use: Layer | None = None

    @property
    def input(self) -> Tensor:
        """The shape of the value that it takes, the first of several."""
        return self.inputs[0]


@dataclass(frozen=True, slots=True, eq=False)
class Applied:
    """A layer applied to a value, or to several, which meet in it as in a merge; makes one value."""

    layer: Layer
    sources: tuple[int, ...]
    label: str = ""

    @property
    def kind(self) -> str:
        """The name of the layer, by which its branches are told as those of a merge are."""
        return self.layer.name

    @property
    def span(self) -> Span:
        """Where the layer is written."""
        return self.layer.span


@dataclass(frozen=True, slots=True, eq=False)
class Merge:
    """Values meet: `kind` is add, sub, mul, div, max or concat; makes one value."""

    kind: str
    sources: tuple[int, ...]
    output: Tensor
    span: Span
    label: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Inline:
    """A body used once: a block with its name; makes a value for each of its outputs.

    `weights` are those that its layers share with other uses of the block; `arguments` are
    those that its call gives.
    """

    body: Body
    sources: tuple[int, ...]
    name: str
    span: Span
    label: str = ""
    weights: Sharing | None = None
    arguments: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Repeat:
    """A body used `count` times in series, its outputs becoming its inputs.

    Where the rounds differ, `index` is the symbol in its shapes and laws that counts
    them from 0. `optional` marks a body that is used once or not at all.
    """

    body: Body
    count: Scalar
    sources: tuple[int, ...]
    span: Span
    label: str = ""
    index: sympy.Symbol | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Recursion:
    """A block that uses itself `count` times, one within the other; makes one value.

    `body` takes what enters a level and what the level within gives, and gives what
    leaves the level and what enters the one within; `index` counts the levels in its
    shapes and laws, 0 around the innermost, which is `base`.
    """

    body: Body
    base: Body
    count: Scalar
    sources: tuple[int, ...]
    name: str
    span: Span
    index: sympy.Symbol
    output: Tensor
    label: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Shared weights where they are declared, at which they are counted once; makes no value.

    `body` holds the layers that have them, with no law but their params, and no wires.
    """

    sharing: Sharing
    body: Body
    span: Span
    label: str = ""

    @property
    def sources(self) -> tuple[int, ...]:
        """Give no value: it takes none."""
        return ()


Step: TypeAlias = Applied | Merge | Inline | Repeat | Recursion | Weights


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """Steps in order; values are numbered from 0: the inputs first, then what each step makes.

    `names` tells how the author calls some of the values, for those who show them.
    """

    inputs: tuple[Tensor, ...]
    steps: tuple[Step, ...]
    outputs: tuple[int, ...]
    shapes: tuple[Tensor, ...] = field(repr=False)
    names: Mapping[int, str] = field(default_factory=dict, repr=False)

    def leaving(self, first: int) -> tuple[int, ...]:
        """Give the numbers of its outputs outside, counted from the first; what leaves twice is one value."""
        return tuple(first + self.outputs.index(output) for output in self.outputs)

    def numbered(self) -> Iterator[tuple[int, Step]]:
        """Give each step with the number of the first value that it makes."""
        number = len(self.inputs)
        for step in self.steps:
            yield number, step
            number += made(step)


def made(step: Step) -> int:
    """Count the values that a step makes."""
    if isinstance(step, Weights):
        return 0
    return len(step.body.outputs) if isinstance(step, Inline | Repeat) else 1


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """A measure that a spec declares: of layers, or of other measures.

    `over` is "sum" or "max" over the layers or "longest" along a path, and then `read` takes
    the laws that it `reads` and the layer; or nothing, and then it takes other measures.
    `title` is its doc string, `note` what its value depends on that no table shows.
    """

    name: str
    title: str
    over: str
    reads: tuple[str, ...]
    read: Callable[[Mapping[str, Scalar], Layer | None], Scalar]
    span: Span
    note: str = ""

    def at(self, layer: Layer) -> Scalar:
        """Read it at a layer; a law that the layer does not have adds nothing.

        Where shared weights are declared, no layer is met: a sum takes what they add to their first use.
        """
        if layer.use is None:
            return self._read_at(layer, layer)
        whole = self._read_at(layer.use, layer)
        return whole - self._read_at(layer.use, layer.use) if self.over == "sum" else whole

    def _read_at(self, layer: Layer, weights: Layer) -> Scalar:
        return self.read({law: weights.law(law) or layer.law(law) or 0 for law in self.reads}, layer)


def bodies(body: Body) -> Iterator[tuple[Body, tuple[Frame, ...]]]:
    """Give a body and those in it, each once, in their order, with the blocks that lead to its first use."""
    seen, todo = {body}, [(body, tuple[Frame, ...]())]
    while todo:
        outer, trace = todo.pop()
        yield outer, trace
        within: list[tuple[Body, tuple[Frame, ...]]] = []
        for step in outer.steps:
            if isinstance(step, Inline | Repeat | Recursion):
                inside = trace if isinstance(step, Repeat) else (*trace, Frame(step.name, step.span))
                inner = [step.body, *([step.base] if isinstance(step, Recursion) else [])]
                within += [(one, inside) for one in inner if one not in seen]
                seen.update(inner)
        todo += reversed(within)


class Granted:
    """Conditions on the symbols of a network, in the order in which they were met.

    `declared` are those of the author, `where` and `--assume`; `assumed` those of the
    derivation, by the law in which they were met, `NETWORK` for the network itself;
    `others` are equalities at which another network stands than the one that is told.
    `needed` are those without which there is no network, wherever all before them hold; `met` are
    all that were ever assumed, those of attempts that came to nothing among them.

    >>> granted = Granted()
    >>> granted.assume("n >= 5")
    >>> granted.assume("r >= 2", "complexity")
    >>> [*granted.of(["power"])], [*granted.of(["power", "complexity"])]
    (['n >= 5'], ['n >= 5', 'r >= 2'])
    """

    def __init__(self) -> None:
        self.declared: dict[Any, None] = {}
        self.assumed: dict[str, dict[Any, None]] = {NETWORK: {}}
        self.others: dict[Any, None] = {}
        self.needed: dict[Any, None] = {}
        self.met: dict[Any, None] = {}

    def assume(self, condition: Any, law: str = NETWORK, *, needed: bool = False) -> None:
        """Keep a condition that was assumed."""
        self.assumed.setdefault(law, {})[condition] = None
        self.met[condition] = None
        if needed:
            self.needed[condition] = None

    def of(self, laws: Iterable[str]) -> Iterator[Any]:
        """Give what is assumed where some laws are read, the network itself first."""
        for law in dict.fromkeys((NETWORK, *laws)):
            yield from self.assumed.get(law, ())

    def copied(self) -> Granted:
        """Give the same, to go on with apart."""
        other = Granted()
        other.declared, other.others = dict(self.declared), dict(self.others)
        other.needed, other.met = dict(self.needed), self.met
        other.assumed = {law: dict(conditions) for law, conditions in self.assumed.items()}
        return other


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A whole network: its name and title, its body, and the params that it was built with.

    `constants` are the values that its law set gives names, `granted` what is taken for
    granted of its symbols; `outputs` name what leaves the body, and `measures` are those that
    are declared beside the usual ones.
    """

    name: str
    title: str
    body: Body
    params: Mapping[str, object]
    laws: str
    facts: Facts | None
    constants: Mapping[str, object] = field(default_factory=dict)
    granted: Granted = field(default_factory=Granted)
    outputs: tuple[str, ...] = ("output",)
    measures: Mapping[str, Quantity] = field(default_factory=dict)

    @property
    def met(self) -> Body:
        """The body with one output, in which those of the network meet as branches do."""
        body = self.body
        if len(body.outputs) == 1:
            return body
        shape = body.shapes[body.outputs[0]]
        meeting = Merge("outputs", body.outputs, shape, Span(Source("outputs", ""), 0, 0))
        return Body(
            body.inputs, (*body.steps, meeting), (len(body.shapes),), (*body.shapes, shape), body.names
        )

    @property
    def leaving(self) -> dict[str, Tensor]:
        """The shape of each output by its name."""
        shapes = (self.body.shapes[number] for number in self.body.outputs)
        return dict(zip(self.outputs, shapes, strict=True))
