"""ONNX files, made here, become graphs and specs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import layercalc
from tests.imports.onnx_files import Maker, image, layernorm, numpy, onnx, tokens


def _body(path: Path) -> str:
    """Import a file; give the text behind the head."""
    imported = layercalc.from_onnx(path)
    assert not imported.warnings
    return "\n\n".join(imported.text.split("\n\n")[2:]).rstrip()


def _chain(path: Path) -> str:
    """Import a file; give its layers behind the input, in one line."""
    return " -> ".join(_body(path).splitlines()[1:])


@pytest.mark.parametrize("normalized", [True, False])
def test_a_convolutional_network(tmp_path: Path, normalized: bool) -> None:
    maker = Maker("framework")
    path = maker.saved(tmp_path / "net.onnx", image(maker, normalized), "batch", 3, 16, 16)
    imported = layercalc.from_onnx(path)
    assert imported.model.params == 8 * 27 + (16 if normalized else 8) + 72 + 90
    assert imported.text.startswith("network net ")
    assert ", written by framework, input 3 x 16 x 16.\n" in imported.text
    norm = " -> batchnorm" if normalized else ""
    assert _body(path).splitlines() == [
        "input(3, 16, 16)",
        f"conv(8, 3{'' if normalized else ', bias = true'}){norm} -> maxpool(2)",
        "add { conv(in.channels, 3, groups = in.channels) -> silu | identity }",
        "global_avgpool -> dense(10)",
    ]


def test_tokens_with_computed_shapes(tmp_path: Path) -> None:
    maker = Maker()
    imported = layercalc.from_onnx(maker.saved(tmp_path / "tokens.onnx", tokens(maker), 1, 12, 16))
    assert imported.model.params == 16 * 16 + 16
    assert imported.model.macs == 12 * 16 * 16 + 4 * 12 * 12 * 4
    assert not imported.warnings


def test_weights_of_one_name_are_shared_and_copies_are_not(tmp_path: Path) -> None:
    for producer, params in (("pytorch", 2 * 64), ("framework", 64)):
        maker = Maker(producer)
        value = maker.node("MatMul", ["x", maker.weight("w", 8, 8)])
        value = maker.node("MatMul", [maker.node("Relu", [value]), maker.node("Identity", ["w"])])
        path = maker.saved(tmp_path / "twice.onnx", value, 1, 8)
        assert layercalc.from_onnx(path).model.params == params


@pytest.mark.parametrize(("name", "params"), [("val_8", 8), ("norm.weight", 16)])
def test_ones_that_an_exporter_made_are_no_weights(tmp_path: Path, name: str, params: int) -> None:
    maker = Maker("pytorch")
    ones = maker.kept(name, numpy.ones(8, numpy.float32))
    norm = [maker.weight("norm.bias", 8), *(maker.weight(word, 8) for word in ("mean", "variance"))]
    value = maker.node("BatchNormalization", ["x", ones, *norm])
    path = maker.saved(tmp_path / "norm.onnx", maker.node("Relu", [value]), 1, 8, 4, 4)
    assert layercalc.from_onnx(path).model.params == params


def test_the_weights_may_be_elsewhere(tmp_path: Path) -> None:
    maker = Maker()
    model = maker.model(image(maker, normalized=True), 1, 3, 16, 16)
    kept = layercalc.from_onnx(maker.saved(tmp_path / "inside.onnx", maker.nodes[-1].output[0], 1, 3, 16, 16))
    onnx.external_data_helper.convert_model_to_external_data(model, location="gone.bin", size_threshold=0)
    for tensor in model.graph.initializer:
        tensor.ClearField("raw_data")
    (tmp_path / "net.onnx").write_bytes(model.SerializeToString())
    assert layercalc.from_onnx(tmp_path / "net.onnx").model.params == kept.model.params


def test_quantized_weights_are_weights(tmp_path: Path) -> None:
    maker = Maker()
    maker.kept("w", numpy.ones((4, 8), dtype=numpy.int8))
    weight = maker.node("DequantizeLinear", ["w", maker.weight("scales", 4), ""], axis=0)
    value = maker.node("QuantizeLinear", ["x", maker.real(0.1)])
    value = maker.node("DequantizeLinear", [value, maker.real(0.1)])
    value = maker.node("Gemm", [value, weight], transB=1)
    assert _chain(maker.saved(tmp_path / "q.onnx", value, 1, 8)) == "dense(4, bias = false)"


def test_words_are_looked_up(tmp_path: Path) -> None:
    maker = Maker()
    value = maker.node("Gather", [maker.weight("table", 100, 16), maker.node("Cast", ["x"], to=7)])
    positions = maker.node("Gather", [maker.weight("positions", 32, 16), maker.whole("at", *range(12))])
    value = maker.node("Add", [value, positions])
    path = maker.saved(tmp_path / "words.onnx", value, 1, 12)
    assert layercalc.from_onnx(path).model.params == 100 * 16 + 32 * 16


def test_an_open_axis_takes_the_size_of_the_option(tmp_path: Path) -> None:
    maker = Maker()
    path = maker.saved(tmp_path / "open.onnx", image(maker, normalized=False), "n", 3, "rows", "columns")
    assert layercalc.from_onnx(path, (3, 12, 10)).text.count("input(3, 12, 10)") == 1


def test_functions_of_the_file_are_opened(tmp_path: Path) -> None:
    helper = onnx.helper
    inside = [helper.make_node("Sigmoid", ["a"], ["s"]), helper.make_node("Mul", ["a", "s"], ["b"])]
    maker = Maker()
    maker.nodes.append(helper.make_node("Gate", ["x"], ["y"], domain="other"))
    model = maker.model("y", 1, 8)
    opsets = [helper.make_opsetid("", 17)]
    model.functions.append(helper.make_function("other", "Gate", ["a"], ["b"], inside, opsets))
    (tmp_path / "f.onnx").write_bytes(model.SerializeToString())
    assert _chain(tmp_path / "f.onnx") == "silu"


# -- one operator ------------------------------------------------------------------


def _groupnorm(maker: Maker) -> str:
    """Make a group norm as PyTorch's exporter takes it apart."""
    ones, zeros = (
        maker.node("Constant", [], value=onnx.numpy_helper.from_array(numpy.full(2, n, numpy.float32)))
        for n in (1, 0)
    )
    value = maker.node("Reshape", ["x", maker.whole("groups", 0, 2, -1)])
    value = maker.node("InstanceNormalization", [value, ones, zeros])
    value = maker.node("Reshape", [value, maker.node("Shape", ["x"])])
    value = maker.node("Mul", [value, maker.weight("scale", 4, 1, 1)])
    return maker.node("Add", [value, maker.weight("shift", 4, 1, 1)])


def _linear(maker: Maker) -> str:
    return maker.node("Add", [maker.node("MatMul", ["x", maker.weight("w", 6, 3)]), maker.weight("b", 3)])


def _cut(maker: Maker, start: int, stop: int) -> str:
    places = [maker.whole(f"{start}_{place}", place) for place in (start, stop, 2)]
    return maker.node("Slice", ["x", *places])


def _affine(maker: Maker, value: str) -> str:
    value = maker.node("Mul", [value, maker.weight("scale", 6)])
    return maker.node("Add", [value, maker.weight("shift", 6)])


IMAGE = (1, 4, 8, 8)
ROWS: list[tuple[str, tuple[int, ...], Callable[[Maker], str]]] = [
    ("conv(8, 3, padding = valid)", IMAGE, lambda m: m.node("Conv", ["x", m.weight("w", 8, 4, 3, 3)])),
    (
        "conv(8, 3, stride = 2)",
        IMAGE,
        lambda m: m.node("Conv", ["x", m.weight("w", 8, 4, 3, 3)], strides=[2, 2], auto_pad="SAME_UPPER"),
    ),
    (
        "conv(8, 3)",
        IMAGE,
        lambda m: m.node(
            "Conv",
            [m.node("Pad", ["x", m.whole("p", 0, 0, 1, 1, 0, 0, 1, 1)]), m.weight("w", 8, 4, 3, 3)],
        ),
    ),
    (
        "pad(1, 2) -> conv(8, 3, padding = valid)",
        IMAGE,
        lambda m: m.node(
            "Conv",
            [m.node("Pad", ["x", m.whole("p", 0, 0, 1, 1, 0, 0, 2, 2)]), m.weight("w", 8, 4, 3, 3)],
        ),
    ),
    (
        "conv(8, 3, bias = true)",
        IMAGE,
        lambda m: m.node(
            "Add",
            [
                m.node("Conv", ["x", m.weight("w", 8, 4, 3, 3)], pads=[1, 1, 1, 1]),
                m.weight("b", 8, 1, 1),
            ],
        ),
    ),
    (
        "conv_transpose(6, 2, stride = 2)",
        IMAGE,
        lambda m: m.node("ConvTranspose", ["x", m.weight("w", 4, 6, 2, 2)], strides=[2, 2]),
    ),
    ("global_maxpool", IMAGE, lambda m: m.node("GlobalMaxPool", ["x"])),
    (
        "avgpool(3, stride = 1)",
        IMAGE,
        lambda m: m.node("AveragePool", ["x"], kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
    ),
    (
        "upsample(2)",
        IMAGE,
        lambda m: m.node("Resize", ["x", "", m.kept("s", numpy.array([1, 1, 2, 2], numpy.float32))]),
    ),
    ("pixel_shuffle(2)", IMAGE, lambda m: m.node("DepthToSpace", ["x"], blocksize=2, mode="CRD")),
    ("slice(1, 3)", IMAGE, lambda m: m.node("Gather", ["x", m.whole("i", 1, 2)], axis=1)),
    ("roll(shift = 3)", IMAGE, lambda m: m.node("Concat", [_cut(m, 5, 8), _cut(m, 0, 5)], axis=2)),
    ("roll(shift = -1)", IMAGE, lambda m: m.node("Concat", [_cut(m, 1, 8), _cut(m, 0, 1)], axis=2)),
    ("leaky_relu(slope = 0.1)", IMAGE, lambda m: m.node("LeakyRelu", ["x"], alpha=0.1)),
    ("lrn", IMAGE, lambda m: m.node("LRN", ["x"], size=5, alpha=5e-4, bias=2.0)),
    ("lrn(size = 3, offset = 1)", IMAGE, lambda m: m.node("LRN", ["x"], size=3, alpha=3e-4)),
    ("leaky_relu", IMAGE, lambda m: m.node("LeakyRelu", ["x"])),
    ("relu6", IMAGE, lambda m: m.node("Clip", ["x", m.real(0), m.real(6)])),
    ("prelu", IMAGE, lambda m: m.node("PRelu", ["x", m.weight("slope", 4, 1, 1)])),
    ("groupnorm(2)", IMAGE, _groupnorm),
    ("permute([1, 0]) -> linear(3)", (1, 5, 6), _linear),
    ("permute([1, 0]) -> layernorm", (1, 5, 6), lambda m: _affine(m, layernorm(m, [-1]))),
    ("dense(3)", (1, 6), lambda m: m.node("Gemm", ["x", m.weight("w", 6, 3), m.weight("b", 3)])),
    (
        "dense(3, bias = false)",
        (1, 6),
        lambda m: m.node("Einsum", ["x", m.weight("w", 6, 3)], equation="ab,bc->ac"),
    ),
]


#: Operators of later versions, and uses that only older ones have.
VERSIONS: list[tuple[int, str, tuple[int, ...], Callable[[Maker], str]]] = [
    (23, "rmsnorm", (1, 5, 6), lambda m: m.node("RMSNormalization", ["x", m.weight("w", 6)])),
    (21, "groupnorm(2)", IMAGE, lambda m: _normalized(m, "GroupNormalization", num_groups=2)),
    (20, "gelu", IMAGE, lambda m: m.node("Gelu", ["x"])),
    (11, "softmax", (1, 6), lambda m: m.node("Softmax", ["x"])),
    (9, "relu6", IMAGE, lambda m: m.node("Clip", ["x"], min=0.0, max=6.0)),
    (9, "dropout(0.3)", IMAGE, lambda m: m.node("Dropout", ["x"], ratio=0.3)),
    (9, "slice(1, 3)", IMAGE, lambda m: m.node("Slice", ["x"], axes=[1], starts=[1], ends=[3])),
]


def _normalized(maker: Maker, op: str, **attributes: Any) -> str:
    return maker.node(op, ["x", maker.weight("scale", 4), maker.weight("shift", 4)], **attributes)


@pytest.mark.parametrize(("opset", "text", "sizes", "make"), VERSIONS, ids=[row[1] for row in VERSIONS])
def test_an_operator_of_another_version(
    tmp_path: Path, opset: int, text: str, sizes: tuple[int, ...], make: Callable[[Maker], str]
) -> None:
    maker = Maker()
    path = maker.saved(tmp_path / "one.onnx", make(maker), *sizes, opset=opset)
    assert _chain(path).removeprefix("permute([1, 0]) -> ") == text


def test_attention_of_one_operator(tmp_path: Path) -> None:
    maker = Maker()
    path = maker.saved(tmp_path / "a.onnx", maker.node("Attention", ["x", "x", "x"]), 1, 4, 12, 8, opset=23)
    imported = layercalc.from_onnx(path)
    assert imported.model.macs == 2 * 4 * 12 * 12 * 8
    assert "softmax" in imported.text


@pytest.mark.parametrize(("text", "sizes", "make"), ROWS, ids=[row[0] for row in ROWS])
def test_an_operator(tmp_path: Path, text: str, sizes: tuple[int, ...], make: Callable[[Maker], str]) -> None:
    maker = Maker()
    path = maker.saved(tmp_path / "one.onnx", make(maker), *sizes)
    assert _chain(path) == text


# -- what exporters take apart -------------------------------------------------------


def _gelu(m: Maker) -> str:
    inner = m.node("Erf", [m.node("Div", ["x", m.real(2**0.5)])])
    return m.node("Mul", [m.node("Mul", ["x", m.node("Add", [inner, m.real(1)])]), m.real(0.5)])


def _gelu_tanh(m: Maker) -> str:
    cube = m.node("Mul", [m.node("Pow", ["x", m.real(3)]), m.real(0.044715)])
    inner = m.node("Mul", [m.node("Add", ["x", cube]), m.real((2 / 3.141592653589793) ** 0.5)])
    half = m.node("Mul", [m.real(0.5), "x"])
    return m.node("Mul", [half, m.node("Add", [m.real(1), m.node("Tanh", [inner])])])


def _hardsigmoid(m: Maker) -> str:
    clipped = m.node("Clip", [m.node("Add", ["x", m.real(3)]), m.real(0), m.real(6)])
    return m.node("Div", [clipped, m.real(6)])


def _softmax(m: Maker) -> str:
    raised = m.node("Exp", [m.node("Sub", ["x", m.node("ReduceMax", ["x"], axes=[-1])])])
    return m.node("Div", [raised, m.node("ReduceSum", [raised, m.whole("last", -1)])])


def _rmsnorm(m: Maker) -> str:
    square = m.node("ReduceMean", [m.node("Mul", ["x", "x"])], axes=[-1])
    root = m.node("Sqrt", [m.node("Add", [square, m.real(1e-6)])])
    return m.node("Mul", ["x", m.node("Reciprocal", [root])])


APART: dict[str, Callable[[Maker], str]] = {
    "relu": lambda m: m.node("Max", ["x", m.real(0)]),
    "relu6": lambda m: m.node("Min", [m.node("Relu", ["x"]), m.real(6)]),
    "silu": lambda m: m.node("Mul", [m.node("Sigmoid", ["x"]), "x"]),
    "hardsigmoid": _hardsigmoid,
    "hardswish": lambda m: m.node("Mul", ["x", m.node("HardSigmoid", ["x"], alpha=1 / 6, beta=0.5)]),
    "mish": lambda m: m.node("Mul", ["x", m.node("Tanh", [m.node("Softplus", ["x"])])]),
    "gelu": _gelu,
    "gelu ": _gelu_tanh,
    "softmax": _softmax,
    "layernorm(tied = true)": lambda m: layernorm(m, [-1]),
    "rmsnorm(tied = true)": _rmsnorm,
}


@pytest.mark.parametrize("text", APART)
def test_what_an_exporter_took_apart_is_one_layer(tmp_path: Path, text: str) -> None:
    maker = Maker()
    path = maker.saved(tmp_path / "apart.onnx", APART[text](maker), 1, 5, 6)
    assert _chain(path).removeprefix("permute([1, 0]) -> ") == text.strip()


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda m: m.node("Mul", ["x", m.node("Sigmoid", [m.node("Mul", ["x", m.real(1.7)])])]), "mul {"),
        (lambda m: m.node("Mul", ["x", m.node("Sigmoid", [m.node("Relu", ["x"])])]), "mul {"),
        (lambda m: m.node("Clip", ["x", m.real(0), m.real(5)]), "clamp(low = 0, high = 5)"),
    ],
)
def test_what_is_near_to_a_function_is_not_it(tmp_path: Path, make: Any, text: str) -> None:
    maker = Maker()
    assert text in _body(maker.saved(tmp_path / "near.onnx", make(maker), 1, 8))


# -- modules -------------------------------------------------------------------------


def _modules(named: Callable[[Maker, str, str], None]) -> Maker:
    maker, value = Maker(), "x"
    for place in range(3):
        weight = maker.weight(f"w{place}", 8, 8)
        value = maker.node("MatMul", [value, weight], f"/blocks/blocks.{place}/proj/MatMul")
        named(maker, f"blocks.{place}.proj", "models.Linear")
        value = maker.node("Relu", [value], f"/blocks/blocks.{place}/act/Relu")
        named(maker, f"blocks.{place}.act", "models.ReLU")
        value = maker.node("Tanh", [value], f"/blocks/blocks.{place}/Tanh")
        named(maker, f"blocks.{place}", "models.Block")
        value = maker.node("Sigmoid", [value], "/Sigmoid")
        named(maker, "", "models.Net")
    return maker


def _written_beside(maker: Maker, path: str, kind: str) -> None:
    """Write modules beside a node, as PyTorch's newer exporter does, and name it otherwise."""
    node = maker.nodes[-1]
    node.name = f"node_{len(maker.nodes)}"
    parts = path.split(".") if path else []
    paths = ["", *(".".join(parts[:end]) for end in range(1, len(parts) + 1)), "call"]
    kinds = ["models.Net", "torch.nn.modules.container.ModuleList", "models.Block", kind][: len(paths) - 1]
    for key, words in (("name_scopes", paths), ("class_hierarchy", [*kinds, "aten.call"])):
        node.metadata_props.add(key=f"pkg.torch.onnx.{key}", value=str(words))


@pytest.mark.parametrize(
    "named", [lambda *_: None, _written_beside], ids=["by names", "by what stands beside"]
)
def test_modules_become_blocks(tmp_path: Path, named: Callable[[Maker, str, str], None]) -> None:
    maker = _modules(named)
    text = _body(maker.saved(tmp_path / "net.onnx", maker.nodes[-1].output[0], 1, 8))
    assert text.startswith("block Block {\n    dense(8, bias = false) -> relu\n    tanh\n}")
    assert "repeat 3 {" in text
