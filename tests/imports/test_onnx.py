"""ONNX files, made here, become graphs and specs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import layercalc
from layercalc.errors import SpecError

onnx = pytest.importorskip("onnx")
numpy = pytest.importorskip("numpy")

if TYPE_CHECKING:
    from click.testing import Result

FLOAT, WHOLE = 1, 7


class Maker:
    """A model that is being made, node by node."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def weight(self, name: str, *sizes: int) -> str:
        array = numpy.zeros(sizes, dtype=numpy.float32)
        self.weights.append(onnx.numpy_helper.from_array(array, name))
        return name

    def whole(self, name: str, *numbers: int) -> str:
        array = numpy.array(numbers, dtype=numpy.int64)
        self.weights.append(onnx.numpy_helper.from_array(array, name))
        return name

    def node(self, op: str, inputs: Sequence[str], outputs: int = 1, **attributes: Any) -> str:
        name = f"{op}{len(self.nodes)}"
        names = [name, *(f"{name}_{place}" for place in range(1, outputs))]
        self.nodes.append(onnx.helper.make_node(op, list(inputs), names, **attributes))
        return name

    def saved(self, path: Path, output: str, *sizes: int | str) -> Path:
        value = onnx.helper.make_tensor_value_info
        entering, leaving = value("x", FLOAT, list(sizes)), value(output, FLOAT, None)
        graph = onnx.helper.make_graph(self.nodes, "Net", [entering], [leaving], self.weights)
        model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)])
        onnx.save(model, path)
        return path


def _image(maker: Maker, normalized: bool) -> str:
    """Make a residual block, with a normalization of its own or folded into the bias."""
    bias = [] if normalized else [maker.weight("b0", 8)]
    value = maker.node("Conv", ["x", maker.weight("w0", 8, 3, 3, 3), *bias], pads=[1, 1, 1, 1])
    if normalized:
        value = maker.node(
            "BatchNormalization", [value, *(maker.weight(f"n{place}", 8) for place in range(4))]
        )
    body = maker.node("Conv", [value, maker.weight("w1", 8, 1, 3, 3)], pads=[1, 1, 1, 1], group=8)
    gate = maker.node("Sigmoid", [body])
    body = maker.node("Mul", [body, gate])  # as exporters write SiLU
    value = maker.node("Add", [value, body])
    value = maker.node("GlobalAveragePool", [value])
    value = maker.node("Flatten", [value])
    return maker.node("Gemm", [value, maker.weight("w2", 10, 8), maker.weight("b2", 10)], transB=1)


@pytest.mark.parametrize("normalized", [True, False])
def test_a_convolutional_network(tmp_path: Path, normalized: bool) -> None:
    maker = Maker()
    imported = layercalc.from_onnx(
        maker.saved(tmp_path / "net.onnx", _image(maker, normalized), "batch", 3, 16, 16)
    )
    assert imported.model.params == 8 * 27 + (16 if normalized else 8) + 72 + 90
    assert ("batchnorm" in imported.text) == normalized
    assert "silu" in imported.text
    assert imported.text.startswith("network net ")
    assert not imported.warnings


def test_tokens_with_computed_shapes(tmp_path: Path) -> None:
    maker = Maker()
    shape = maker.node("Shape", ["x"])
    length = maker.node("Gather", [shape, maker.whole("one", 1)])
    wanted = maker.node("Concat", [maker.whole("batch", 1), length, maker.whole("heads", 4, 4)], axis=0)
    value = maker.node("MatMul", ["x", maker.weight("w", 16, 16)])
    value = maker.node("Add", [value, maker.weight("b", 16)])
    value = maker.node("Reshape", [value, wanted])
    query = maker.node("Transpose", [value], perm=[0, 2, 1, 3])
    key = maker.node("Transpose", [value], perm=[0, 2, 3, 1])
    value = maker.node("Softmax", [maker.node("MatMul", [query, key])])
    imported = layercalc.from_onnx(maker.saved(tmp_path / "tokens.onnx", value, 1, 12, 16))
    assert imported.model.params == 16 * 16 + 16
    assert imported.model.macs == 12 * 16 * 16 + 4 * 12 * 12 * 4
    assert not imported.warnings


def test_an_unknown_operator_is_told(tmp_path: Path, run_cli: Callable[..., Result]) -> None:
    maker = Maker()
    path = maker.saved(tmp_path / "odd.onnx", maker.node("CumSum", ["x", maker.whole("axis", 1)]), 1, 8)
    done = run_cli("import", str(path))
    assert done.exit_code == 2
    assert "onnx.CumSum, 1 x 8 to 1 x 8: no such operator is known" in done.stderr


def test_an_open_size_is_told(tmp_path: Path) -> None:
    maker = Maker()
    path = maker.saved(tmp_path / "open.onnx", maker.node("Relu", ["x"]), 1, 3, "height", "width")
    with pytest.raises(SpecError, match="the shape of x is open"):
        layercalc.from_onnx(path)


def test_what_is_no_onnx_file_is_refused(tmp_path: Path, run_cli: Callable[..., Result]) -> None:
    (tmp_path / "no.onnx").write_bytes(b"\xff\x00not a model")
    done = run_cli("import", str(tmp_path / "no.onnx"))
    assert done.exit_code == 2
    assert "not an ONNX model" in done.stderr
