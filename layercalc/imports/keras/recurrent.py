"""Recurrent layers of Keras: over all steps or to the last one, forwards, backwards or both ways."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from layercalc.imports.keras.layer import Layer, Reader, Unread
from layercalc.imports.recurrence import Cells, along, last
from layercalc.imports.values import Known

__all__ = ["READERS"]

#: What a cell is in the language, and how many matrices are in one of its weights.
KINDS = {"LSTM": ("lstm", 4), "GRU": ("gru", 3), "SimpleRNN": ("rnn", 1)}
#: The activations of the shipped cells: what is set where a layer says nothing.
ACTIVATIONS = {"activation": "tanh", "recurrent_activation": "sigmoid"}


def _one_way(o: Layer) -> list[Known]:
    states, reverse = _states(o, bool(o["go_backwards"])), bool(o["go_backwards"])
    end = last(o.builder, states, 1, reverse)
    ends = [o.reshaped(end, (1, states.shape[-1]))]
    # A layer that goes backwards gives its states in the order in which it makes them.
    ordered = o.alike("flip", states, axes=(1,)) if reverse else states
    made = ordered if o["return_sequences"] else ends[0]
    if not o["return_state"]:
        return [made]
    memory = [o.emit(f"{o.part.title} memory", ends[0].shape)] if o.part.title == "LSTM" else []
    return [made, *ends, *memory]


def _states(o: Layer, reverse: bool) -> Known:
    """Add a layer of cells, and give its states in the order of the steps."""
    if o.part.title not in KINDS:
        raise Unread(f"its layer is {o.part.title[:40]}, and LSTM, GRU or SimpleRNN is read")
    op, gates = KINDS[o.part.title]
    if len(o.x.shape) != 3 or len(o.values) > 1:
        raise Unread("it takes one sequence of vectors, and no states")
    for name, usual in ACTIVATIONS.items():
        if o[name] not in (None, usual) and not (op == "rnn" and name == "recurrent_activation"):
            raise Unread(f"its {name} is {str(o[name])[:40]}, and that of the shipped cells {usual}")
    both = op == "gru" and o["reset_after"] is not False
    if op == "gru" and not both:
        raise Unread("its reset gate is before the matrix, and that of the shipped cells behind it")
    units, width = o.whole("units"), o.x.shape[-1]
    names = [o.weight("kernel", width, gates * units), o.weight("recurrent_kernel", units, gates * units)]
    if o.has_bias:
        names.append(o.weight("bias", *([2] if both else []), gates * units))
    cells = Cells(op, units, tuple(names), o.has_bias, o.has_bias and both, reverse)
    return along(o.builder, o.x, 1, cells)


def _both_ways(o: Layer) -> Known:
    """Read a layer that is there twice, and goes from both ends."""
    sides = [_inner(o, "layer", "forward"), _inner(o, "backward_layer", "backward")]
    states = [_states(one, reverse) for one, reverse in zip(sides, (False, True), strict=True)]
    if any(one["return_state"] or one["go_backwards"] for one in sides):
        raise Unread("its layers give their states, or go backwards of themselves")
    if not sides[0]["return_sequences"]:
        ends = [last(o.builder, one, 1, reverse) for one, reverse in zip(states, (False, True), strict=True)]
        states = [o.reshaped(end, (1, end.shape[-1])) for end in ends]
    how = o["merge_mode"] if "merge_mode" in o.part.config else "concat"
    if how == "concat":
        return o.builder.joined(states, len(states[0].shape) - 1)
    merges = {"sum": "add", "ave": "add", "mul": "mul"}
    if how not in merges or states[0].shape != states[1].shape:
        raise Unread(f"its merge_mode is {str(how)[:40]}")
    return o.emit(merges[how], states[0].shape, *states)


def _inner(o: Layer, name: str, prefix: str) -> Layer:
    """Give one of the two layers within; where the second is not told, it is as the first."""
    given: Any = o[name] or o["layer"]
    config = given.get("config") if isinstance(given, dict) else None
    if not isinstance(config, dict):
        raise Unread(f"its {name} is no layer")
    part = replace(o.part, title=str(given.get("class_name")), config=config)
    return replace(o, part=part, identity=f"{o.identity}.{prefix}")


#: The readers of this file by the names of classes.
READERS: dict[str, Reader] = {**dict.fromkeys(KINDS, _one_way), "Bidirectional": _both_ways}
