"""ONNX files that cannot be read are told, with the place; broken ones end in one diagnostic."""

from __future__ import annotations

import builtins
import random
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import layercalc
from layercalc import limits
from layercalc.errors import SpecError
from tests.imports.onnx_files import Maker, image, layernorm, mutated, numpy, onnx, tokens

if TYPE_CHECKING:
    from click.testing import Result


def _refused(path: Path, *shapes: tuple[int, ...]) -> list[str]:
    with pytest.raises(SpecError) as raised:
        layercalc.from_onnx(path, *shapes)
    return [f"{one.message} | {one.hint}".removesuffix(" | ") for one in raised.value.diagnostics]


def test_every_unknown_operator_is_told(tmp_path: Path, run_cli: Callable[..., Result]) -> None:
    maker = Maker()
    value = maker.node("CumSum", ["x", maker.whole("axis", 1)], "/stem/CumSum")
    value = maker.node("Add", [maker.node("Tanh", [value]), maker.node("Erf", ["x"], "odd")])
    path = maker.saved(tmp_path / "odd.onnx", value, 1, 8)
    assert [line.partition(" | ")[0] for line in _refused(path)] == [
        "stem: ai.onnx.CumSum, 1 x 8 to 1 x 8: no such operator is known",
        "odd: ai.onnx.Erf, 1 x 8 to 1 x 8: no such operator is known",
    ]
    done = run_cli("import", str(path), "--partial")
    assert done.exit_code == 0
    assert "# Not followed, and neutral here: ai_onnx_CumSum, ai_onnx_Erf." in done.stdout


def test_operators_behind_what_is_lost_are_told_too(tmp_path: Path) -> None:
    maker = Maker()
    lost = maker.node("Gate", ["x"], "first", domain="other")
    behind = maker.node("Mix", [maker.node("Relu", [lost])], "second", domain="other")
    value = maker.node("Add", [maker.node("Relu", [behind]), maker.node("Erf", ["x"], "third")])
    path = maker.saved(tmp_path / "odd.onnx", value, 1, 8)
    assert [line.partition(" | ")[0] for line in _refused(path)] == [
        "first: other.Gate: no such operator is known",
        "second: other.Mix: no such operator is known",
        "third: ai.onnx.Erf, 1 x 8 to 1 x 8: no such operator is known",
    ]


def _gru(maker: Maker) -> str:
    """Make a layer whose reset gate is before the matrix."""
    return maker.node(
        "GRU",
        [
            maker.node("Transpose", ["x"], perm=[1, 0, 2]),
            maker.weight("w", 1, 15, 8),
            maker.weight("r", 1, 15, 5),
        ],
        hidden_size=5,
    )


def test_recurrent_layers_of_other_cells_are_told(tmp_path: Path) -> None:
    maker = Maker()
    (message,) = _refused(maker.saved(tmp_path / "cells.onnx", _gru(maker), 1, 6, 8))
    assert "ai.onnx.GRU" in message


def _indices(maker: Maker) -> str:
    maker.node("MaxPool", ["x"], outputs=2, kernel_shape=[2, 2])
    return maker.node("Cast", ["MaxPool0_1"], to=1)


OPERATORS: list[tuple[str, Callable[[Maker], str]]] = [
    ("its output MaxPool0_1 is not read", _indices),
    ("no such operator is known", lambda m: m.node("Gate", ["x"], domain="other")),
    ("no such operator is known", lambda m: m.node("Gate", ["x"])),
    ("takes gone, which nothing before it gives", lambda m: m.node("Relu", ["gone"])),
    ("the shape of what it gives is not known before it runs", lambda m: m.node("NonZero", ["x"])),
    ("InferenceError", lambda m: m.node("MatMul", ["x", m.weight("w", 7, 7)])),
]


@pytest.mark.parametrize(("told", "make"), OPERATORS, ids=[row[0] for row in OPERATORS])
def test_an_operator_is_told(tmp_path: Path, told: str, make: Callable[[Maker], str]) -> None:
    maker = Maker()
    (message,) = _refused(maker.saved(tmp_path / "odd.onnx", make(maker), 1, 4, 8, 8))
    assert told in message


@pytest.mark.parametrize("op", ["If", "Loop"])
def test_control_flow_is_told(tmp_path: Path, op: str) -> None:
    maker = Maker()
    inside = onnx.helper.make_graph([], "inside", [], [])
    attributes = {"If": {"then_branch": inside, "else_branch": inside}, "Loop": {"body": inside}}
    value = maker.node(op, ["x"], "layer", **attributes[op])
    (message,) = _refused(maker.saved(tmp_path / "flow.onnx", value, 1))
    told = "what a model does must not depend on the numbers in its tensors, and loops are not read"
    assert message == f"layer: ai.onnx.{op}: {told}"


def test_a_function_near_a_known_one_is_not_it(tmp_path: Path) -> None:
    maker = Maker()
    value = maker.node("Mul", ["x", maker.node("Erf", ["x"])])  # not GELU
    (message,) = _refused(maker.saved(tmp_path / "near.onnx", value, 1, 8))
    assert "ai.onnx.Erf" in message


def test_a_norm_over_other_axes_is_told(tmp_path: Path) -> None:
    maker = Maker()
    path = maker.saved(tmp_path / "norm.onnx", layernorm(maker, [-2, -1]), 1, 5, 6, 7)
    assert "layernorm" in _refused(path)[0]


@pytest.mark.parametrize(
    ("sizes", "shapes", "told"),
    [
        ((1, 3, "rows", 8), [], "the file leaves axis 2 of the input x open | --input gives its shape"),
        ((1, 3, 8, 8), [(3, 8, 9)], "the file has 8 for axis 3 of the input x, not 9"),
        ((4, 3, 8, 8), [], "the file has 4 for axis 0 of the input x, not 1 | axis 0 is the batch's"),
        ((1, 3, 8, 8), [(3, 8)], "the input x has 4 axes, that of the batch among them, and --input gives 2"),
        ((1, 3, 8, 8), [(3, 8, 8), (3,)], "takes 1 inputs, and --input gives 2"),
    ],
)
def test_a_shape_is_told(tmp_path: Path, sizes: Any, shapes: Any, told: str) -> None:
    maker = Maker()
    (message,) = _refused(maker.saved(tmp_path / "shape.onnx", maker.node("Relu", ["x"]), *sizes), *shapes)
    assert told in message


@pytest.mark.parametrize("data", [b"", b"\xff\x00not a model", b"\x08\x08", b"PK\x03\x04"])
def test_what_is_no_onnx_file_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "no.onnx").write_bytes(data)
    (message,) = _refused(tmp_path / "no.onnx")
    assert ": not an ONNX file: " in message


def test_the_limits_are_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    maker = Maker()
    path = maker.saved(tmp_path / "net.onnx", image(maker, normalized=True), 1, 3, 16, 16)
    with monkeypatch.context() as patched:
        patched.setattr(limits, "GRAPH_NODES", 3)
        assert _refused(path) == [f"{path}: has over 3 operators, the limit for an ONNX file"]
    with monkeypatch.context() as patched:
        patched.setattr(limits, "FUNCTIONS", 0)
        assert "over 0 different functions of one tensor" in _refused(path)[0]
    with (tmp_path / "long.onnx").open("wb") as file:
        file.truncate(limits.ONNX_BYTES + 1)
    assert f"has over {limits.ONNX_BYTES:,} bytes" in _refused(tmp_path / "long.onnx")[0]


def test_a_large_constant_is_not_computed(tmp_path: Path) -> None:
    maker = Maker()
    large = maker.node("ConstantOfShape", [maker.whole("sizes", 2**40, 2**20)])
    value = maker.node("Add", ["x", maker.node("ReduceSum", [large], keepdims=0)])
    imported = layercalc.from_onnx(maker.saved(tmp_path / "large.onnx", value, 1, 8))
    assert imported.model.params == 0


def test_a_norm_of_many_axes_is_told_apart(tmp_path: Path) -> None:
    maker = Maker()
    value = maker.node("Relu", [layernorm(maker, [-1])])
    path = maker.saved(tmp_path / "axes.onnx", value, 1, *[2] * 14, 6)
    assert "-> layernorm(tied = true)" in layercalc.from_onnx(path).text


def test_a_missing_library_is_named(
    tmp_path: Path, run_cli: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    def without(name: str, *rest: Any, found: Any = builtins.__import__) -> Any:
        if name.startswith(("onnx", "layercalc.imports.onnx.files")):
            raise ModuleNotFoundError(f"No module named {name!r}", name="onnx")
        return found(name, *rest)

    (tmp_path / "net.onnx").write_bytes(b"")
    monkeypatch.setattr(builtins, "__import__", without)
    done = run_cli("import", str(tmp_path / "net.onnx"))
    assert done.exit_code == 2
    assert "pip install '.[onnx]'" in done.stderr


def _everything(maker: Maker) -> str:
    """Make a chain of operators that move data."""
    value = maker.node("Pad", ["x", maker.whole("pads", 0, 0, 1, 1, 0, 0, 1, 1)])
    value = maker.node("ConvTranspose", [value, maker.weight("w", 3, 2, 2, 2)], strides=[2, 2])
    value = maker.node("Resize", [value, "", maker.kept("s", numpy.array([1, 1, 2, 2], numpy.float32))])
    value = maker.node("DepthToSpace", [maker.node("Concat", [value] * 2, axis=1)], blocksize=2, mode="CRD")
    value = maker.node("Slice", [value, *(maker.whole(f"s{n}", n) for n in (1, 9, 2))])
    value = maker.node("Expand", [value, maker.whole("e", 1, 1, 1, 1)])
    value = maker.node("InstanceNormalization", [value, maker.weight("a", 1), maker.weight("b", 1)])
    value = maker.node("ReduceSum", [value, maker.whole("axes", 2)], keepdims=0)
    return maker.node("Split", [value], outputs=2, axis=2)


@pytest.mark.parametrize("part", range(4))
@pytest.mark.parametrize("seed", ["image", "tokens", "everything"])
def test_a_broken_file_ends_in_a_diagnostic(tmp_path: Path, seed: str, part: int) -> None:
    maker = Maker()
    if seed == "tokens":
        model = maker.model(tokens(maker), 1, 12, 16)
    else:
        model = maker.model(_everything(maker) if seed == "everything" else image(maker, True), 1, 3, 16, 16)
    chance, path = random.Random(part), tmp_path / "broken.onnx"
    refused = 0
    for _ in range(40):
        path.write_bytes(mutated(model, chance))
        try:
            layercalc.from_onnx(path)
        except SpecError as error:
            refused += bool(error.diagnostics[0].message)
    assert refused > 20


def test_sizes_are_computed_by_the_listed_operators_only(tmp_path: Path) -> None:
    maker = Maker()
    sizes = maker.node("Mul", [maker.whole("a", 1, 2), maker.whole("b", 1, 32)], "listed")
    value = maker.node("Reshape", ["x", sizes], "kept")
    assert layercalc.from_onnx(maker.saved(tmp_path / "mul.onnx", value, 1, 4, 4, 4)).model.params == 0
    maker = Maker()
    sizes = maker.node(
        "Einsum", [maker.whole("a", 1, 2), maker.whole("b", 1, 32)], "heavy", equation="i,i->i"
    )
    value = maker.node("Reshape", ["x", sizes], "lost")
    (message,) = _refused(maker.saved(tmp_path / "einsum.onnx", value, 1, 4, 4, 4))
    assert message.startswith("lost: ai.onnx.Reshape")
