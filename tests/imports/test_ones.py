"""Uses of a class that differ in an axis of length 1, or in the order of two branches, are one block."""

from __future__ import annotations

import pytest

from layercalc.errors import SpecError
from layercalc.imports.axes import follow
from layercalc.imports.axes.ones import ones
from layercalc.imports.convert import convert
from layercalc.imports.graph import Call, Graph
from layercalc.imports.values import Builder, Derived, Known


class Drawing:
    """A graph that is being drawn, of modules of one class."""

    def __init__(self) -> None:
        self.builder = Builder("by hand", "no framework", calls=[Call("", "net")])
        self.value = self.builder.emit("input", [], (1, 9, 16))

    def module(self, kind: str = "models.Part") -> None:
        self.builder.call = len(self.builder.calls)
        self.builder.calls.append(Call(f"part{self.builder.call}", kind))

    def linear(self, value: Known, units: int = 16) -> Known:
        name = f"w{len(self.builder.nodes)}"
        self.builder.weights[name] = (units, value.shape[-1])
        settings = {"units": units, "bias": False}
        return self.builder.emit("linear", [value], (*value.shape[:-1], units), [name], settings)

    def plain(self, op: str, *values: Known | Derived, shape: tuple[int, ...] = ()) -> Known:
        return self.builder.emit(op, values, shape or values[0].shape)

    def reshaped(self, value: Known, *shape: int) -> Known:
        made = self.builder.reshaped(value, shape)
        assert isinstance(made, Known)
        return made

    def permuted(self, value: Known, *axes: int) -> Known:
        made = self.builder.permuted(value, axes)
        assert isinstance(made, Known)
        return made

    def graph(self) -> Graph:
        return self.builder.finished([self.value], [])


def heads(counts: tuple[int, ...]) -> Graph:
    """Draw parts in which each of some heads is weighed by its own products."""
    drawing = Drawing()
    drawing.value = drawing.linear(drawing.value)
    for count in counts:
        drawing.module()
        apart = drawing.reshaped(drawing.linear(drawing.value), 1, 9, count, 16 // count)
        turned = drawing.permuted(apart, 0, 2, 1, 3)
        products = drawing.builder.emit(
            "matmul", [turned, drawing.permuted(turned, 0, 1, 3, 2)], (1, count, 9, 9)
        )
        made = drawing.builder.emit(
            "matmul", [drawing.plain("relu", products), turned], (1, count, 9, 16 // count)
        )
        back = drawing.reshaped(drawing.permuted(made, 0, 2, 1, 3), 1, 9, 16)
        drawing.value = drawing.linear(back)
    return drawing.graph()


def test_one_head_and_several_are_one_block_without_conditions() -> None:
    imported = convert(heads((1, 2, 4)))
    assert imported.text.count("matmul") == 2
    assert "if " not in imported.text
    assert not imported.warnings


def test_one_head_alone_is_read_without_an_axis_of_its_own() -> None:
    assert ones(heads((1, 1))) == {}


def test_where_an_axis_of_length_1_is_stretched_the_plain_reading_stands() -> None:
    drawing = Drawing()
    wide = drawing.reshaped(drawing.linear(drawing.value, 48), 1, 9, 3, 16)
    for count in (1, 3):
        drawing.module()
        apart = drawing.reshaped(drawing.linear(drawing.value, 16 * count), 1, 9, count, 16)
        wide = drawing.plain("relu", drawing.plain("add", wide, apart))
    drawing.value = wide
    graph = drawing.graph()
    with pytest.raises(SpecError):
        follow(graph, ones=ones(graph))
    assert not convert(graph).warnings


def test_two_branches_stand_in_the_order_in_which_more_agrees() -> None:
    drawing = Drawing()
    for widens in (False, True, False, True):
        drawing.module()
        long = drawing.linear(drawing.plain("gelu", drawing.linear(drawing.plain("relu", drawing.value))))
        short = drawing.plain("tanh", drawing.linear(drawing.value)) if widens else drawing.value
        drawing.value = drawing.plain("silu", drawing.plain("add", short, long))
    text = convert(drawing.graph()).text
    assert text.count("gelu") == 1
    assert text.index("gelu") < text.index("tanh")


def test_a_layer_of_pytorch_that_moves_its_data_too_is_no_block() -> None:
    drawing = Drawing()
    for _ in range(2):
        drawing.module("torch.nn.modules.linear.Linear")
        turned = drawing.permuted(drawing.value, 0, 2, 1)
        drawing.value = drawing.permuted(drawing.linear(turned, 9), 0, 2, 1)
        drawing.module()
        drawing.value = drawing.plain("relu", drawing.linear(drawing.value))
    assert "block Linear" not in convert(drawing.graph()).text
