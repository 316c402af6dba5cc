"""Recurrent layers of PyTorch; each reader gives None for a use that has no neutral form."""

from __future__ import annotations

from layercalc.imports import operators
from layercalc.imports.aten.operation import Operation, Reader
from layercalc.imports.recurrence import Cells, stacked
from layercalc.imports.values import Derived, Known, Parts, Value

__all__ = ["READERS"]

#: How many matrices are in one weight of a cell.
GATES = {"lstm": 4, "gru": 3, "rnn": 1}


def _recurrent(op: str) -> Reader:
    def reader(o: Operation) -> Value | None:
        states = o["hx"] if isinstance(o["hx"], list) else [o["hx"]]
        if any(not isinstance(one, Derived) or one.weights for one in states):
            return None  # it starts from what is computed or learned
        if not isinstance(o.data, Known) or any(not isinstance(one, Derived) for one in o["params"]):
            return None
        layers = _layers(o, op)
        if layers is None:
            return None
        axis = 1 if o["batch_first"] and len(o.data.shape) == 3 else 0
        made, ends = stacked(o.builder, o.data, axis, layers)
        lead = [o.builder.reshaped(end, _first(o.data, axis, end.shape[-1])) for end in ends]
        hidden = o.builder.joined([end for end in lead if isinstance(end, Known)], 0)
        memory = [o.builder.emit(str(o.node.target), [o.data], hidden.shape)] if op == "lstm" else []
        return Parts((made, hidden, *memory))

    return reader


def _first(data: Known, axis: int, units: int) -> tuple[int, ...]:
    """Give the shape of a last state, with the layers in front."""
    return (1, *(size for place, size in enumerate(data.shape[:-1]) if place != axis), units)


def _layers(o: Operation, op: str) -> list[list[Cells]] | None:
    """Sort the weights of a layer: of each direction two matrices, and two biases if there are any."""
    directions = 2 if o["bidirectional"] else 1
    each = 4 if o["has_biases"] else 2
    params = o["params"]
    if len(params) != each * directions * o["num_layers"]:
        return None  # states are projected too
    cells = []
    for place in range(0, len(params), each):
        part = params[place : place + each]
        names = tuple(name for one in part for name in one.weights)
        units = part[1].shape[1]
        if part[1].shape[0] != GATES[op] * units:
            return None
        reverse = bool(place // each % directions)
        cells.append(Cells(op, units, names, bool(o["has_biases"]), bool(o["has_biases"]), reverse))
    return [cells[place : place + directions] for place in range(0, len(cells), directions)]


#: The readers of this file by the names of operators.
READERS: dict[str, Reader] = operators.table(
    ("lstm", _recurrent("lstm")), ("gru", _recurrent("gru")), ("rnn_tanh", _recurrent("rnn"))
)
