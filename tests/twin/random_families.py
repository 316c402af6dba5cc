"""Random families: specs whose loops have symbolic counts, by the kind of their loop.

From: hypothesis. To: a `Family`, a text with the points to put in its symbols' place.
Promises: every point fulfils every `where` and resolves; at most `TWIN` rounds are done
at one. A kind is a way in which the rounds of a loop are alike, or are not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

T = TypeVar("T")
Point = dict[str, int]
#: Points at which a family is held.
POINTS = 3


class Family(NamedTuple):
    """A spec, the kind of its loop, and numbers for its symbols."""

    kind: str
    text: str
    points: tuple[Point, ...]


class Writer:
    """Draws the parts of a family; `where` gathers what its params must fulfil.

    `n`, `m` and `w` are numbers drawn for every point; `r`, where it is asked for, is
    a size that n rounds halve.
    """

    def __init__(self, draw: DrawFn, kind: str) -> None:
        self.draw, self.kind = draw, kind
        self.least = {"n": self.pick((1, 2, 0, 3, 4)), "m": self.pick((1, 0, 2)), "w": 2}
        self.image = self.pick((True, True, False))
        self.size: Callable[[Point], int] | None = None
        self.conditions: dict[str, str] = {}
        self.blocks: list[str] = []

    def pick(self, choices: Sequence[T]) -> T:
        """Choose; simpler ones come first."""
        return self.draw(st.sampled_from(choices))

    def word(self) -> str:
        """Give a width."""
        return self.pick(("w", "3", "2 * w", "w + 1", "5"))

    def step(self, width: str) -> str:
        """Give a step that ends with some channels and keeps sizes."""
        if not self.image:
            return f"dense({width})" + self.pick(("", " relu", " tanh", " batchnorm"))
        layer = self.pick((f"conv({width}, 3)", f"conv({width}, 1)", f"conv({width}, (1, 3), bias = true)"))
        return layer + self.pick(("", " relu", " -> batchnorm -> sigmoid", " maxpool(3, stride = 1)"))

    def series(self, width: str) -> str:
        """Give steps that end with some channels, whatever enters them."""
        kind = self.pick(("step", "two", "merge", "step", "join"))
        if kind == "two":
            return f"{self.step(self.word())} {self.step(width)}"
        if kind == "merge":
            return f"{self.pick(MERGES)} {{ {self.step(width)} | {self.step(width)} }}"
        if kind == "join":
            return f"concat {{ {self.step('2')} | }} {self.step(width)}"
        return self.step(width)

    def keeping(self, width: str) -> str:
        """Give the body of a round that keeps its shape, with or without a skip."""
        kind = self.pick(("skip", "plain", "act", "named", "two"))
        if kind == "plain":
            return self.series(width)
        if kind == "act":
            return self.pick(("relu", "tanh", "batchnorm"))
        if kind == "named":
            return f"identity as s {self.series(width)} as t {self.pick(MERGES)} {{ from t | from s }}"
        if kind == "two":
            return f"{self.pick(MERGES)} {{ {self.series(width)} | {self.series(width)} | }}"
        return f"{self.pick(MERGES)} {{ {self.series(width)} | }} {self.pick(('', 'relu'))}"

    def needs(self, n: int = 0, m: int = 0) -> None:
        """Require so many rounds."""
        self.least["n"] = max(self.least["n"], n)
        self.least["m"] = max(self.least["m"], m)

    def family(self, body: str) -> Family:
        """Finish: declare the params, enter, and draw the points."""
        size, lines = "", [f"network Random{self.kind.title()}"]
        self.needs(n=2 * (self.kind in CHANGING))
        for name, least in self.least.items():
            more = f" and {self.conditions[name]}" if name in self.conditions else ""
            # A symbol whose default is 0 can be 0; any other stands for a positive number.
            default = self._points()[name] if least else 0
            lines.append(f"param {name} = {default} where {name} >= {least}{more}")
        points = tuple(self._points() for _ in range(POINTS))
        if self.size is not None:
            lines.append(f"param r = {self.size(points[0])} where {self.conditions['r']}")
            points = tuple({**point, "r": self.size(point)} for point in points)
        if self.image:
            size = ", r, r" if self.size is not None else self.pick((", 4, 4", ", 6, 5", ", 1, 9"))
        start = self.pick(("3", "w", "1"))
        pooled = "global_avgpool" if self.image and self.kind not in WINDOWED else "dense(w)"
        tail = self.pick(("", "relu", "dense(10) softmax", pooled))
        return Family(
            self.kind, "\n".join([*lines, *self.blocks, f"input({start}{size})", body, tail]), points
        )

    def _points(self) -> Point:
        stretch = 6 if self.conditions.get("n") else 1
        return {
            "n": self.least["n"] + stretch * self.draw(st.integers(0, 5)),
            "m": self.least["m"] + self.draw(st.integers(0, 3)),
            "w": self.draw(st.integers(2, 13)),
        }


MERGES = ("add", "max", "mul")
#: Kinds whose first rounds may be unlike the others, and ask for a `where` that there are any.
CHANGING = ("arithmetic", "geometric", "affine", "polynomial", "shrinking", "ranged", "reading", "nested")
#: Behind them it may be open whether a size is 1, which pooling asks.
WINDOWED = ("shrinking", "peeled")


def kept(at: Writer) -> str:
    """Keep the shape: powers."""
    width = at.word()
    count = at.pick(("n", "n", "m", "n + m", "2 * n + 1"))
    return f"{at.step(width)} repeat {count} {{ {at.keeping(width)} }}"


def counted(at: Writer) -> str:
    """Count by what is no symbol itself."""
    width = at.word()
    count = at.pick(("n - 1", "2 * n + 1", "(n - 2) / 6", "n * m", "n // 1"))
    if count == "(n - 2) / 6":
        at.least["n"], at.conditions["n"] = 8, "(n - 2) % 6 == 0"
    at.needs(n=1)
    return f"{at.step(width)} repeat {count} {{ {at.keeping(width)} }}"


def arithmetic(at: Writer) -> str:
    """Add a number of channels a round, or a width."""
    more = at.pick(("2", "w", "3"))
    body = at.pick(
        (
            f"concat {{ | {at.series(more)} }}",
            f"concat {{ identity | {at.step('4')} {at.step(more)} }} {at.pick(('', 'relu'))}",
            f"{at.step(f'in.channels + {more}')}",
            f"concat {{ {at.step('in.channels')} | {at.step(more)} }}",
        )
    )
    return f"{at.step(at.word())} repeat n {{ {body} }}"


def geometric(at: Writer) -> str:
    """Double the channels, or treble them."""
    body = at.pick(
        (
            f"repeat n {{ {at.step('2 * in.channels')} }}",
            f"for i in range(n) {{ {at.series('w * 2^i')} }}",
            f"repeat n {{ concat {{ {at.step('in.channels')} | }} }}",
            f"for i in range(n) {{ {at.step('3 * 2^i')} add {{ {at.step('3 * 2^i')} | }} }}",
            f"repeat n {{ concat {{ | | {at.step('in.channels')} }} }}",
        )
    )
    return f"{at.step(at.word())} {body}"


def affine(at: Writer) -> str:
    """Make a c + b channels of c."""
    body = at.pick(
        (
            at.step("2 * in.channels + 1"),
            f"concat {{ | | {at.step('2')} }}",
            at.step("3 * in.channels - 1"),
            f"concat {{ {at.step('in.channels')} | {at.step('w')} | }}",
        )
    )
    return f"{at.step(at.word())} repeat n {{ {body} }}"


def polynomial(at: Writer) -> str:
    """Make channels that are a polynomial of the round's number."""
    body = at.pick(
        (
            at.step("w * (i + 1)"),
            at.step("(i + 1)^2"),
            f"concat {{ | {at.step('i + 1')} }}",
            at.step("i^2 + w"),
            f"concat {{ | {at.step('2 * i + w')} }}",
        )
    )
    return f"{at.step(at.word())} for i in range(n) {{ {body} }}"


def shrinking(at: Writer) -> str:
    """Halve the sizes by windows with a stride, or crop them."""
    at.image = True
    width = at.word()
    window = at.pick(
        (
            f"conv({width}, 3, stride = 2)",
            f"conv({width}, 3, stride = 2, padding = 1)",
            "maxpool(2)",
            f"avgpool(3, stride = 2) {at.step(width)}",
            f"add {{ conv({width}, 3, stride = 2) | conv({width}, 1, stride = 2) }} relu",
            "maxpool(2, padding = valid)",
            f"conv({width}, 3, padding = valid)",
            f"conv({width}, 3, padding = 0) relu",
            "maxpool(3, stride = 2, padding = 1, ceil = true)",
        )
    )
    crops = "padding = valid)" in window and "stride" not in window and "maxpool" not in window
    if crops or "padding = 0" in window:
        at.conditions["r"], at.size = "r >= 2 * n + 1", lambda point: 2 * point["n"] + 1 + point["m"]
    elif "padding = 1" in window or "valid" in window or at.pick((True, True, False)):
        at.conditions["r"], at.size = "r % 2^n == 0", lambda point: 2 ** point["n"] * (point["m"] + 1)
    else:
        at.conditions["r"], at.size = "r >= 1", lambda point: 3 * point["w"] + point["n"]
    return f"{at.step(at.word())} repeat n {{ {window} }}"


def ranged(at: Writer) -> str:
    """Range from a start to a stop by a step."""
    at.needs(n=3, m=2)
    items = at.pick(("range(1, n)", "range(2, n + 3)", "range(1, 2 * n + 1, 2)", "range(n, n + m)"))
    width = at.pick(("w", "w * i", "w + i", "i"))
    return f"{at.step(at.word())} for i in {items} {{ {at.series(width)} }}"


def reading(at: Writer) -> str:
    """Read the round's number."""
    layers = ("conv(w, 2 * i + 1)", "conv(i + 2, 3)", "conv(w + i, 3) relu", "conv(w, (1, 2 * i + 3)) tanh")
    body = at.pick(
        layers if at.image else ("dense(i + 2)", "dense(w + i) relu", "dense(w * 2^i) dense(i + 1)")
    )
    return f"{at.step(at.word())} for i in range(n) {{ {body} {at.pick(('', at.step('w')))} }}"


def nested(at: Writer) -> str:
    """Nest loops over symbols of their own and over the outer number."""
    width = at.word()
    count = at.pick(("m", "i + 1", "2", "2 * i + 1", "n - i"))
    grow = at.pick((width, width, "w * 2^i", "w + i"))
    inner = f"repeat {count} {{ {at.keeping(grow)} }}"
    return f"{at.step(width)} for i in range(n) {{ {at.step(grow)} {inner} }}"


def peeled(at: Writer) -> str:
    """Treat first and last rounds apart."""
    least, condition = at.pick(
        ((1, "i == 0"), (1, "i == n - 1"), (2, "i < 2"), (1, "i > 0"), (2, "i < n - 1"), (1, "i != 0"))
    )
    at.needs(n=least)
    width = at.word()
    one, other = at.keeping(width), at.keeping(width)
    if at.image:
        one = at.pick((one, f"conv({width}, 3, stride = 2) relu"))
    return f"{at.step(width)} for i in range(n) {{ if {condition} {{ {one} }} else {{ {other} }} }}"


def carried(at: Writer) -> str:
    """Carry two values round."""
    width = at.word()
    ends = f"{at.pick(MERGES)} {{ {at.series(width)} | from a {at.series(width)} }}"
    mix = at.pick(MERGES)
    bodies = (
        f"{mix} {{ from a {at.step(width)} | from b {at.step(width)} }} as c from b as a from c as b",
        f"{mix} {{ from a | from b {at.series(width)} }} as c from b as a from c as b",
        f"{mix} {{ from a | from b }} as c from b {at.pick(('', 'relu'))} as a from c as b",
        f"from a {at.step(width)} as t from b {at.pick(('', 'tanh'))} as a from t as b",
        f"from a {at.series(width)} as a from b {at.series(width)} as b {mix} {{ from a | from b }}",
    )
    tail = at.pick(("", f"{mix} {{ from a | from b }}", f"from a {ends}", "from b"))
    start = f"{at.step(width)} as a {at.series(width)} as b"
    return f"{start} repeat n {{ {at.pick(bodies)} }} {tail}"


def carried_three(at: Writer) -> str:
    """Carry three values round: permuted, or made of those before."""
    width = at.word()
    mix = at.pick(MERGES)
    bodies = (
        f"from a {at.step(width)} as t from b as a from c as b from t as c",
        f"{mix} {{ from a | from b | from c }} as t from b as a from c as b from t as c",
        f"{mix} {{ from a | from c relu }} as t from b {at.step(width)} as a from c as b from t as c",
        f"{mix} {{ from a {at.step(width)} | from b }} as a {mix} {{ from b tanh | from c }} as b",
    )
    start = f"{at.step(width)} as a {at.step(width)} as b {at.step(width)} as c"
    tail = at.pick(("", f"{mix} {{ from a | from b | from c }}", "from a"))
    return f"{start} repeat n {{ {at.pick(bodies)} }} {tail}"


def outside(at: Writer) -> str:
    """Read a value from before the loop."""
    width = at.word()
    mix = at.pick(MERGES)
    body = at.pick(
        (
            f"{mix} {{ from x {at.step(width)} | {at.step(width)} }}",
            f"{mix} {{ from x | {at.series(width)} }} relu",
            f"{mix} {{ from x | }}",
            f"{mix} {{ from x | from x {at.step(width)} | {at.pick(('', at.step(width)))} }}",
        )
    )
    return f"{at.step(width)} as x {at.pick(('', at.step(width)))} repeat n {{ {body} }}"


def in_blocks(at: Writer) -> str:
    """Loop in a block that is called with several widths, or goes round itself."""
    at.needs(n=1, m=1)
    at.blocks.append(f"block stage(f, k) {{ {at.step('f')} repeat k {{ {at.keeping('f')} }} }}")
    calls = ("stage(w, n) stage(2 * w, m)", "stage(w, n) stage(w, n)", "repeat m { stage(w, n) }")
    return at.pick(
        (*calls, "for i in range(n) { stage(w * 2^i, m) }", "for i in range(n) { stage(w, i + 1) }")
    )


def in_series(at: Writer) -> str:
    """Put two loops behind each other, over the same symbols or others."""
    first, second = at.pick((kept, outside, nested)), at.pick((kept, carried, arithmetic, polynomial))
    at.needs(n=2)
    count = at.pick(("m", "n"))
    return f"{first(at)} {second(at).replace('repeat n', f'repeat {count}')}"


KINDS: dict[str, Callable[[Writer], str]] = {
    kind.__name__: kind
    for kind in (
        kept,
        counted,
        arithmetic,
        geometric,
        affine,
        polynomial,
        shrinking,
        ranged,
        reading,
        nested,
        peeled,
        carried,
        carried_three,
        outside,
        in_blocks,
        in_series,
    )
}


@st.composite
def families(draw: DrawFn) -> Family:
    """Draw a kind, and a family of it."""
    kind = draw(st.sampled_from([*KINDS]))
    writer = Writer(draw, kind)
    return writer.family(KINDS[kind](writer))
