"""Recurrent layers of Keras and of ONNX; those of PyTorch stand in `test_operators`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import layercalc
from layercalc.imports.convert import convert
from layercalc.imports.keras import read_config
from tests.imports.keras_models import functional, image, layer
from tests.imports.onnx_files import Maker

if TYPE_CHECKING:
    from layercalc.imports.convert import Imported


def _keras(config: dict[str, Any]) -> Imported:
    return convert(read_config(config, "net", "3.9.0", ()))


@pytest.mark.parametrize(
    ("title", "settings", "params", "written"),
    [
        ("LSTM", {}, 20 * 13 + 20, "lstm(5, state_bias = false) -> select(1, 5, 6)"),
        ("LSTM", {"return_sequences": True, "use_bias": False}, 20 * 13, "lstm(5, bias = false)"),
        ("GRU", {"return_sequences": True}, 15 * 13 + 30, "gru(5)"),
        ("SimpleRNN", {"go_backwards": True}, 5 * 13 + 5, "flip -> rnn(5, state_bias = false) -> flip"),
        (
            "SimpleRNN",
            {"go_backwards": True, "return_sequences": True},
            70,
            "flip -> rnn(5, state_bias = false)",
        ),
    ],
)
def test_recurrent_layers_of_keras(title: str, settings: dict[str, Any], params: int, written: str) -> None:
    imported = _keras(functional([image("x", 6, 8), (title, "r", "x", {"units": 5, **settings})], ["r"]))
    assert not imported.warnings
    assert imported.model.params == params
    gates = {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}[title]
    assert imported.model.macs == 6 * gates * 5 * (8 + 5)
    assert written in imported.text


def test_recurrent_layers_both_ways() -> None:
    rows = [
        image("x", 6, 8),
        ("Bidirectional", "a", "x", {"layer": layer("LSTM", "l", units=5, return_sequences=True)}),
        ("Bidirectional", "b", "a", {"layer": layer("GRU", "g", units=4), "merge_mode": "sum"}),
    ]
    imported = _keras(functional(rows, ["b"]))
    assert imported.model.params == 2 * (20 * 13 + 20) + 2 * (12 * 14 + 24)
    assert imported.text.endswith(
        "permute([1, 0])\n"
        "concat { lstm(5, state_bias = false) | flip -> lstm(5, state_bias = false) -> flip }\n"
        "add { gru(4) -> select(1, 5, 6) | flip -> gru(4) -> flip -> select(1, 0, 1) }\n"
    )


def test_the_last_states_of_a_recurrent_layer() -> None:
    rows = [image("x", 6, 8), ("LSTM", "r", "x", {"units": 5, "return_state": True})]
    config = functional([*rows, ("Dense", "d", "r", {"units": 2})], ["d"])
    assert _keras(config).model.params == 20 * 13 + 20 + 12


@pytest.mark.parametrize(("op", "gates"), [("LSTM", 4), ("GRU", 3), ("RNN", 1)])
@pytest.mark.parametrize("directions", [1, 2])
@pytest.mark.parametrize("biased", [True, False])
def test_recurrent_layers_of_onnx(tmp_path: Path, op: str, gates: int, directions: int, biased: bool) -> None:
    maker, rows = Maker(), gates * 5
    names = [maker.weight("w", directions, rows, 8), maker.weight("r", directions, rows, 5)]
    names += [maker.weight("b", directions, 2 * rows)] if biased else []
    settings: dict[str, Any] = {"direction": "bidirectional"} if directions == 2 else {}
    settings |= {"linear_before_reset": 1} if op == "GRU" else {}
    sequence = maker.node("Transpose", ["x"], perm=[1, 0, 2])
    states = maker.node(op, [sequence, *names], outputs=2, hidden_size=5, **settings)
    path = maker.saved(tmp_path / "cells.onnx", [states, f"{states}_1"], 1, 6, 8)
    imported = layercalc.from_onnx(path)
    assert not imported.warnings
    assert imported.model.params == directions * (rows * 13 + 2 * rows * biased)
    assert imported.model.macs == directions * 6 * rows * 13
    assert f"{op.lower()}(5{'' if biased else ', bias = false'})" in imported.text
