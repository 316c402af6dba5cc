"""Random models as neutral graphs: modules of few classes, used with other widths, steps and wires."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from layercalc.imports.graph import Call, Graph
from layercalc.imports.values import Builder, Known

SIDE = 8
WIDTHS = (4, 8, 16)


@dataclass
class Maker:
    """A model that is being made, with the choices of hypothesis."""

    draw: st.DrawFn
    builder: Builder = field(default_factory=lambda: Builder("random", "no framework"))

    def conv(self, value: Known, filters: int) -> Known:
        place = len(self.builder.nodes)
        weight = f"weight{place}"
        self.builder.weights[weight] = (filters, value.shape[1], 3, 3)
        attributes: dict[str, Any] = {
            "filters": filters, "kernel": (3, 3), "stride": (1, 1), "padding": ((1, 1), (1, 1)),
            "dilation": (1, 1), "groups": 1, "bias": False, "axis": 1,
        }  # fmt: skip
        return self.builder.emit("conv", [value], (1, filters, SIDE, SIDE), [weight], attributes)

    def plain(self, value: Known, op: str) -> Known:
        return self.builder.emit(op, [value], value.shape)

    def meet(self, one: Known, other: Known) -> Known:
        if one.shape == other.shape and self.draw(st.booleans()):
            return self.builder.emit("add", [one, other], one.shape)
        shape = (1, one.shape[1] + other.shape[1], SIDE, SIDE)
        return self.builder.emit("concat", [one, other], shape, attributes={"axis": 1})

    def module(self, value: Known, kind: str, recipe: str, width: int) -> Known:
        """Call a module whose class has a recipe: a letter for each step."""
        outer = self.builder.call
        self.builder.calls.append(Call(f"part{len(self.builder.calls)}", f"models.{kind}", outer))
        self.builder.call = len(self.builder.calls) - 1
        made = self.steps(value, recipe, width)
        self.builder.call = outer
        return made

    def steps(self, value: Known, recipe: str, width: int) -> Known:
        values = [value]
        for letter in recipe:
            last = values[-1]
            if letter == "c":
                values.append(self.conv(last, width))
            elif letter == "o":  # an optional step
                values.append(self.plain(last, "sigmoid") if width > 4 else last)
            elif letter == "m":  # meets a value from before, wherever that stands
                other = values[self.draw(st.integers(0, len(values) - 1))]
                values.append(self.meet(last, other) if last.shape[1] < 200 else last)
            elif letter == "b":  # a branch beside the chain
                values.append(self.meet(self.conv(last, width), self.plain(last, "tanh")))
            else:
                values.append(self.plain(last, {"r": "relu", "t": "tanh"}[letter]))
        return values[-1]


RECIPES = st.text("crtmbo", min_size=2, max_size=6)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Draw a model."""
    maker = Maker(draw)
    maker.builder.calls.append(Call("", "models.Net"))
    value = maker.builder.emit("input", [], (1, 3, SIDE, SIDE))
    recipes = draw(st.lists(RECIPES, min_size=1, max_size=3))
    for _ in range(draw(st.integers(1, 6))):
        which = draw(st.integers(0, len(recipes) - 1))
        width = draw(st.sampled_from(WIDTHS))
        if draw(st.booleans()):
            value = maker.module(value, f"Kind{which}", recipes[which], width)
        else:
            value = maker.steps(value, draw(RECIPES), width)
        if value.shape[1] > 400:
            break
    return maker.builder.finished([maker.plain(value, "relu")])
