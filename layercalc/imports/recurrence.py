"""Layers of recurrent cells in the neutral graph: stacked, and in both directions.

A node `lstm`, `gru` or `rnn` takes a tensor with channels last and goes along one axis; along all
others are sequences of their own. It starts from zeros, and gives the hidden state of each step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from layercalc.imports.values import Builder, Known


class Cells(NamedTuple):
    """A layer of cells: what kind they are, their units, their weights, and which biases they have."""

    op: str
    units: int
    weights: tuple[str, ...]
    bias: bool = True
    state_bias: bool = True
    reverse: bool = False


def along(builder: Builder, x: Known, axis: int, cells: Cells) -> Known:
    """Add a layer of cells that goes along an axis, from its end if it is reversed."""
    attributes = {"units": cells.units, "bias": cells.bias, "state_bias": cells.state_bias}
    where = {"axis": axis, "reverse": cells.reverse}
    return builder.emit(cells.op, [x], (*x.shape[:-1], cells.units), cells.weights, attributes | where)


def last(builder: Builder, states: Known, axis: int, reverse: bool) -> Known:
    """Add the state behind the last step, with an axis of 1 for the steps."""
    place = 0 if reverse else states.shape[axis] - 1
    return builder.sliced(states, axis, place, place + 1)


def stacked(
    builder: Builder, x: Known, axis: int, layers: Sequence[Sequence[Cells]]
) -> tuple[Known, list[Known]]:
    """Add layers one upon the other, each in one direction or in two that are joined.

    Gives what the last of them makes, and the last state of each direction of each layer.
    """
    ends = []
    for directions in layers:
        made = [along(builder, x, axis, cells) for cells in directions]
        ends += [
            last(builder, states, axis, cells.reverse) for states, cells in zip(made, directions, strict=True)
        ]
        x = builder.joined(made, len(x.shape) - 1)
    return x, ends
