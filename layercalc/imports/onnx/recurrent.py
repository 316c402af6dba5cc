"""Recurrent layers of ONNX; each reader gives None for a use that has no neutral form."""

from __future__ import annotations

from layercalc.imports import operators
from layercalc.imports.onnx.operation import Operation, Reader
from layercalc.imports.recurrence import Cells, along, last
from layercalc.imports.values import Derived, Known, Parts, Value

__all__ = ["READERS"]

#: The activations of the shipped cells: what a file means where it says nothing.
USUAL = {"lstm": [b"Sigmoid", b"Tanh", b"Tanh"], "gru": [b"Sigmoid", b"Tanh"], "rnn": [b"Tanh"]}


def _recurrent(op: str, states: tuple[int, ...]) -> Reader:
    """Read a layer of cells, of which the inputs with these numbers are what it starts from."""

    def reader(o: Operation) -> Value | None:
        begin = [value for which in states if (value := o[which]) is not None]
        if any(isinstance(one, Known) or one.weights for one in begin) or o.name(4) or o.name(7):
            return None  # it starts from what is computed or learned, ends early, or weighs its memory
        cells = _cells(o, op)
        if cells is None or (op == "gru" and not o.attributes.get("linear_before_reset", 0)):
            return None
        time = 1 if o.attributes.get("layout", 0) else 0
        made = [along(o.builder, o.data, time, one) for one in cells]
        ends = [last(o.builder, one, time, cell.reverse) for one, cell in zip(made, cells, strict=True)]
        return Parts((_beside(o, made, 2 if time else 1), o.builder.joined(ends, time)))

    return reader


def _beside(o: Operation, made: list[Known], axis: int) -> Known:
    """Put the directions on an axis of their own."""
    shaped = [o.builder.reshaped(one, (*one.shape[:axis], 1, *one.shape[axis:])) for one in made]
    return o.builder.joined([one for one in shaped if isinstance(one, Known)], axis)


def _cells(o: Operation, op: str) -> list[Cells] | None:
    """Divide the weights of a layer by their directions."""
    weight, state, bias = o.weight(1), o.weight(2), o.weight(3)
    way = o.attributes.get("direction", b"forward").decode()
    directions = 2 if way == "bidirectional" else 1
    if weight is None or state is None or not weight.weights or not state.weights:
        return None
    if o.name(3) and (bias is None or not bias.weights):
        return None
    given = [one.lower() for one in o.attributes.get("activations") or USUAL[op] * directions]
    usual = [one.lower() for one in USUAL[op] * directions]
    if given != usual or o.attributes.get("clip") or o.attributes.get("input_forget", 0):
        return None
    units, parts = int(state.shape[2]), [one for one in (weight, state, bias) if one is not None]
    has, sides = bias is not None, [way == "reverse", True][:directions]
    return [Cells(op, units, _named(o, parts, side), has, has, back) for side, back in enumerate(sides)]


def _named(o: Operation, parts: list[Derived], side: int) -> tuple[str, ...]:
    """Name the weights of one direction: those of a file are a part of each weight."""
    names = []
    for part in parts:
        name = f"{part.weights[0]}[{side}]"
        o.builder.weights[name] = part.shape[1:]
        names.append(name)
    return tuple(names)


#: The readers of this file by the names of operators.
READERS: dict[str, Reader] = operators.table(
    ("LSTM", _recurrent("lstm", (5, 6))), ("GRU", _recurrent("gru", (5,))), ("RNN", _recurrent("rnn", (5,)))
)
