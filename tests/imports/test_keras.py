"""Configs of Keras models become graphs and specs; Keras itself is not needed, and not there."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import layercalc
from layercalc.imports.convert import convert
from layercalc.imports.keras import read_config
from layercalc.imports.keras.grouping import grouped
from layercalc.imports.keras.windows import same
from tests.imports.keras_models import Row, archive, functional, image, layer, residual, sequential

if TYPE_CHECKING:
    from click.testing import Result

    from layercalc.imports.convert import Imported


def _imported(config: dict[str, Any], *inputs: tuple[int, ...]) -> Imported:
    return convert(read_config(config, "net", "3.9.0", inputs))


def _body(config: dict[str, Any], *inputs: tuple[int, ...]) -> str:
    """Import a config, and give the text from its inputs on."""
    imported = _imported(config, *inputs)
    assert not imported.warnings
    return imported.text[imported.text.index("\ninput(") + 1 :]


def _line(*layers: dict[str, Any], shape: tuple[int, ...]) -> str:
    """Import layers in a row, and give what follows their input."""
    entry = layer("InputLayer", "x", batch_shape=[None, *shape])
    return _body(sequential(entry, *layers)).rstrip("\n")


# -- whole models -----------------------------------------------------------------------

RESIDUAL = """\
network net "net"

# Imported with Keras 3.9.0, input 3 x 32 x 32.
# Parameters and multiply-accumulates equal those of the model: 6,394 and 1,728,672.

block ConvBlock(stride = 1) {
    add {
        conv(16, 3, stride = stride) -> batchnorm -> relu
    |   if stride == 2 { conv(16, 1, stride = 2, bias = true) }
    }
}

input(3, 32, 32)
conv(8, 3, bias = true) -> ConvBlock(stride = 2)
ConvBlock
ConvBlock
global_avgpool -> dense(10) -> softmax
"""


@pytest.mark.parametrize("old", [False, True])
def test_blocks_are_found_in_names(old: bool) -> None:
    imported = _imported(residual(old))
    assert imported.text == RESIDUAL
    # 3 x 3 x 3 x 8 + 8, a shortcut of 8 x 16 + 16, 9 x 8 x 16, twice 9 x 16 x 16, three norms, 16 x 10 + 10
    assert imported.model.params == 224 + 144 + 1152 + 2 * 2304 + 3 * 32 + 170


def test_a_file_a_path_and_a_model_object_give_the_same(tmp_path: Path) -> None:
    class Model:
        name = "tiny"

        def to_json(self) -> str:
            return json.dumps(residual())

    made = archive(tmp_path / "tiny.keras", residual())
    (tmp_path / "config.json").write_text(json.dumps(residual()), "utf-8")
    texts = {
        layercalc.from_keras(source, name="tiny").text.partition("block")[2]
        for source in (made, str(made), tmp_path / "config.json", Model())
    }
    assert len(texts) == 1


def test_the_command_reads_archives_and_configs(run_cli: Callable[..., Result], tmp_path: Path) -> None:
    made = archive(tmp_path / "tiny.keras", residual())
    done = run_cli("import", str(made), "--graph", str(tmp_path / "graph.json"))
    assert done.output.startswith('network tiny "')
    assert "# Imported with Keras 3.9.0, input 3 x 32 x 32." in done.output
    again = run_cli("import", str(tmp_path / "graph.json"))
    assert again.output.partition("block")[2] == done.output.partition("block")[2]
    (tmp_path / "config.json").write_text(json.dumps(residual(old=True)), "utf-8")
    old = run_cli("import", str(tmp_path / "config.json"), "--name", "Old")
    assert "# Imported with Keras 2.13.1" in old.output
    (tmp_path / "old.arch").write_text(old.output, "utf-8")
    assert run_cli("fmt", "--check", str(tmp_path / "old.arch")).exit_code == 0


def test_sizes_that_a_model_leaves_open_are_asked_for(run_cli: Callable[..., Result], tmp_path: Path) -> None:
    rows = [image("x", None, None, 3), ("Conv2D", "c", "x", {"filters": 4, "kernel_size": 3})]
    made = str(archive(tmp_path / "open.keras", functional(rows, ["c"])))
    refused = run_cli("import", made)
    assert refused.exit_code == 2
    assert "x takes ? x ? x 3: --input says the open sizes\nhint: --input 224,224,3" in refused.stderr
    assert "--input is 8 x 8 x 4, and x takes ? x ? x 3" in run_cli("import", made, "--input", "8,8,4").stderr
    assert run_cli("import", made, "--input", "8,9,3").output.endswith(
        "input(3, 8, 9)\nconv(4, 3, padding = valid, bias = true)\n"
    )


# -- blocks in names --------------------------------------------------------------------


def _unnamed(blocks: int) -> dict[str, Any]:
    """Give branches that are joined: the joints have names, and all else those that Keras gives."""
    rows: list[Row] = [image("image", 16, 16, 3)]
    before, place = "image", 0
    for number in range(blocks):
        ends = []
        for depth in (1, 2):
            end = before
            for _ in range(depth):
                name, place = f"conv2d_{place}", place + 1
                rows.append(("Conv2D", name, end, {"filters": 4, "kernel_size": 3, "padding": "same"}))
                end = name
            ends.append(end)
        rows.append(("Concatenate", f"mixed{number}", ends, {}))
        before = f"mixed{number}"
    return functional(rows, [before])


def test_layers_without_names_stand_where_they_are_wired() -> None:
    text = _body(_unnamed(3))
    assert text == "input(3, 16, 16)\nMixed\nMixed\nMixed\n"


def test_ends_of_names_tell_blocks_too() -> None:
    """Cells that take the last two outputs, as NASNet's, with their numbers behind all names."""
    rows: list[Row] = [image("image", 16, 16, 3)]
    window = {"filters": 4, "kernel_size": 1}
    rows += [("Conv2D", "stem_first", "image", window), ("Conv2D", "stem_second", "stem_first", window)]
    past, now = "stem_first", "stem_second"
    for cell in range(4):
        rows += [
            ("Conv2D", f"conv_left_{cell}", past, window),
            ("Conv2D", f"conv_right_{cell}", now, window),
            ("Add", f"normal_add_{cell}", [f"conv_left_{cell}", f"conv_right_{cell}"], {}),
        ]
        past, now = now, f"normal_add_{cell}"
    imported = _imported(functional(rows, [now]))
    assert not imported.warnings
    assert "block Normal from " in imported.text
    assert imported.text.count("-> Normal") == 4


def test_groups_are_found_in_the_order_of_names_alone() -> None:
    entries: list[tuple[str, str, list[str]]] = [
        ("Conv2D", f"block{number}_conv{part}", []) for number in (1, 2) for part in (1, 2)
    ]
    wired = [
        (title, name, [entries[place - 1][1]] if place else [])
        for place, (title, name, _) in enumerate(entries)
    ]
    groups = grouped(wired)
    assert {name: (group.name, group.leaf(name)) for name, group in groups.items()} == {
        "block1_conv1": ("block1", "conv1"),
        "block1_conv2": ("block1", "conv2"),
        "block2_conv1": ("block2", "conv1"),
        "block2_conv2": ("block2", "conv2"),
    }


def test_what_several_values_leave_is_no_group() -> None:
    rows: list[Row] = [image("image", 8), ("Dense", "b1_x", "image", {"units": 4})]
    rows += [("Dense", "b1_y", "b1_x", {"units": 4}), ("Dense", "b2_x", "b1_y", {"units": 4})]
    rows += [("Dense", "b2_y", "b2_x", {"units": 4}), ("Concatenate", "all", ["b1_x", "b2_x", "b2_y"], {})]
    assert "block" not in _body(functional(rows, ["all"]))


# -- layers -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "row", "text"),
    [
        ((9, 8, 3), layer("Conv2D", "c", filters=4, kernel_size=[3, 5], padding="same", strides=2),
         "input(3, 9, 8)\nconv(4, (3, 5), stride = 2, bias = true)"),
        ((3, 9, 8), layer("Conv2D", "c", filters=4, kernel_size=3, data_format="channels_first"),
         "input(3, 9, 8)\nconv(4, 3, padding = valid, bias = true)"),
        ((8, 8, 4), layer("DepthwiseConv2D", "c", kernel_size=3, depth_multiplier=2, padding="same"),
         "input(4, 8, 8)\nconv(8, 3, groups = in.channels, bias = true)"),
        ((8, 8, 4), layer("SeparableConv2D", "c", filters=6, kernel_size=3, padding="same", use_bias=False),
         "input(4, 8, 8)\nconv(in.channels, 3, groups = in.channels) -> conv(6, 1)"),
        ((12, 4), layer("Conv1D", "c", filters=6, kernel_size=3, padding="causal", activation="relu"),
         "input(4, 12)\nconv(6, 3, causal = true, bias = true) -> relu"),
        ((6, 6, 2), layer("Conv2DTranspose", "c", filters=4, kernel_size=3, strides=2, padding="same"),
         "input(2, 6, 6)\nconv_transpose(4, 3, stride = 2, bias = true)"),
        ((6, 6, 2), layer("Conv2DTranspose", "c", filters=4, kernel_size=3, strides=2, use_bias=False),
         "input(2, 6, 6)\nconv_transpose(4, 3, stride = 2, padding = 0)"),
        ((9, 9, 2), layer("MaxPooling2D", "p", pool_size=[3, 3], strides=[2, 2], padding="valid"),
         "input(2, 9, 9)\nmaxpool(3, stride = 2, padding = valid)"),
        ((9, 9, 2), layer("AveragePooling2D", "p", pool_size=2, strides=None, padding="same"),
         "input(2, 9, 9)\navgpool(2)"),
        ((9, 9, 2), layer("GlobalMaxPooling2D", "p"), "input(2, 9, 9)\nglobal_maxpool"),
        ((8, 8, 3), layer("Rescaling", "r", scale=0.1), "input(3, 8, 8)"),
        ((8, 8, 3), layer("UpSampling2D", "u", size=[2, 2]), "input(3, 8, 8)\nupsample(2)"),
        ((8, 8, 3), layer("Cropping2D", "u", cropping=[[1, 0], [0, 0]]), "input(3, 8, 8)\nselect(1, 1, 8)"),
        ((8, 8, 3), layer("ZeroPadding2D", "u", padding=2), "input(3, 8, 8)\npad(2)"),
        ((8, 8, 3), layer("ReLU", "u", max_value=6.0), "input(3, 8, 8)\nrelu6"),
        ((8, 8, 3), layer("LeakyReLU", "u", negative_slope=0.2), "input(3, 8, 8)\nleaky_relu(slope = 0.2)"),
        ((8, 8, 3), layer("BatchNormalization", "n", axis=[3], scale=False),
         "input(3, 8, 8)\nbatchnorm(scale = false)"),
        ((8, 8, 4), layer("GroupNormalization", "n", groups=2), "input(4, 8, 8)\ngroupnorm(2)"),
        ((10, 4), layer("LayerNormalization", "n", axis=-1), "input(4, 10)\nlayernorm"),
        ((10, 4), layer("TimeDistributed", "t", layer=layer("Dense", "d", units=3)),
         "input(4, 10)\nlinear(3)"),
        ((10, 4), layer("EinsumDense", "e", equation="abc,cd->abd", output_shape=[None, 3], bias_axes="d"),
         "input(4, 10)\nlinear(3)"),
        ((10,), layer("Embedding", "e", input_dim=50, output_dim=8), "input(1, 10)\nembedding(50, 8)"),
        ((8,), layer("Dropout", "d", rate=0.25), "input(8)\ndropout(0.25)"),
        ((8,), layer("Dropout", "d", rate=0.25, noise_shape=[None, 1]), "input(8)"),
        ((4, 4, 2), layer("Flatten", "f"), "input(2, 4, 4)"),
        ((8,), layer("Dense", "d", units=4, activation="swish"), "input(8)\ndense(4) -> silu"),
    ],
)  # fmt: skip
def test_a_layer_is_written(shape: tuple[int, ...], row: dict[str, Any], text: str) -> None:
    written = _line(row, shape=shape)
    assert " ".join(written.split()) == " ".join(text.split())


def test_attention_is_products_of_matrices() -> None:
    attention = {"num_heads": 2, "key_dim": 4, "use_bias": True, "dropout": 0.0}
    rows = [
        image("x", 5, 8),
        ("MultiHeadAttention", "attend", ["x", "x"], attention),
        ("Add", "add", ["x", "attend"], {}),
    ]
    model = _imported(functional(rows, ["add"])).model
    assert model.params == 4 * (8 * 8 + 8)
    assert model.macs == 5 * 4 * 8 * 8 + 2 * 5 * 5 * 8


def test_a_hard_sigmoid_is_told_from_what_makes_it() -> None:
    number = {"module": "keras.src.ops.numpy", "class_name": "Add", "config": {"name": "add"}, "name": "add"}
    config = functional(
        [image("x", 8), ("ReLU", "cut", "add", {"max_value": 6.0}), ("Dense", "d", "cut", {"units": 2})],
        ["d"],
    )
    tensor = {"class_name": "__keras_tensor__", "config": {"shape": [None, 8], "keras_history": ["x", 0, 0]}}
    for added, text in ((3.0, "hardsigmoid"), (2.0, "relu6")):
        node = {"args": [tensor, added], "kwargs": {}}
        whole = json.loads(json.dumps(config))
        whole["config"]["layers"].append({**number, "inbound_nodes": [node]})
        assert _body(whole) == f"input(8)\n{text}\ndense(2)\n"


# -- models within models, and weights that are shared --------------------------------------


def test_a_model_within_a_model_is_a_block_and_its_weights_are_one() -> None:
    tower = sequential(
        layer("InputLayer", "y", batch_shape=[None, 8, 8, 3]),
        layer("Conv2D", "c", filters=4, kernel_size=3, padding="same", use_bias=False),
        layer("Flatten", "f"),
        layer("Dense", "d", units=6),
        name="tower",
    )
    rows = [
        image("a", 8, 8, 3),
        image("b", 8, 8, 3),
        ("Sequential", "tower", "a", tower),
        ("Sequential", "tower", "b", tower),
        ("Subtract", "met", [("tower", 0), ("tower", 1)], {}),
    ]
    imported = _imported(functional(rows, ["met"]))
    assert "block Tower {" in imported.text
    assert imported.text.count("shared ") == 2
    assert imported.model.params == 27 * 4 + 256 * 6 + 6
    assert imported.model.macs == 2 * (64 * 27 * 4 + 256 * 6)
    assert not imported.warnings


def test_an_object_that_stands_in_two_models_is_one() -> None:
    dense = {**layer("Dense", "d", units=8), "shared_object_id": 7}
    inner = sequential(layer("InputLayer", "y", batch_shape=[None, 8]), dense, name="inner")
    entry = layer("InputLayer", "x", batch_shape=[None, 8])
    whole = sequential(
        entry, {**layer("Dense", "e", units=8), "shared_object_id": 7}, layer("ReLU", "r"), inner
    )
    assert _imported(whole).model.params == 72


def test_a_layer_called_twice_has_one_set_of_weights() -> None:
    rows = [
        image("x", 8),
        ("Dense", "twice", "x", {"units": 8}),
        ("ReLU", "between", "twice", {}),
        ("Dense", "twice", "between", {"units": 8}),
    ]
    for old in (False, True):
        assert _body(functional(rows, [("twice", 1)], old=old)).split()[-4:] == [
            "twice",
            "->",
            "relu",
            "twice",
        ]


def test_nested_models_may_leave_their_own_inputs_open() -> None:
    inner = sequential(
        layer("Conv2D", "c", filters=2, kernel_size=1, batch_input_shape=[None, None, None, 3])
    )
    rows = [image("x", 4, 4, 3), ("Sequential", "inner", "x", inner)]
    assert _body(functional(rows, ["inner"])) == "input(3, 4, 4)\nconv(2, 1, bias = true)\n"


# -- twins --------------------------------------------------------------------------------------


@given(st.integers(1, 30), st.integers(1, 7), st.integers(1, 4), st.integers(1, 3))
def test_same_padding_is_what_the_places_of_windows_need(
    size: int, kernel: int, stride: int, dilation: int
) -> None:
    """TensorFlow's rule, by laying windows: as many as give one place for each stride, in the middle."""
    reach = (kernel - 1) * dilation + 1
    starts = list(range(0, size, stride))
    needed = max(0, starts[-1] + reach - size)
    before, after = same(size, kernel, stride, dilation)
    assert before + after == needed
    assert after - before in (0, 1)


def test_sizes_behind_windows_are_counted() -> None:
    """Sizes and multiply-accumulates of every kind of window, against counts of the places where one fits."""
    rows, counted = [image(f"x{size}", size, 2) for size in (7, 8, 9)], dict[str, int]()
    macs = 0
    for size, kernel, stride, dilation, padding in product(
        (7, 8, 9), (1, 2, 3, 4), (1, 2, 3), (1, 2), ("same", "valid")
    ):
        reach = (kernel - 1) * dilation + 1
        before, after = same(size, kernel, stride, dilation) if padding == "same" else (0, 0)
        places = range(-before, size + after - reach + 1, stride)
        settings = {"filters": 2, "kernel_size": kernel, "strides": stride, "dilation_rate": dilation}
        name = f"c{len(rows)}"
        rows.append(("Conv1D", name, f"x{size}", {**settings, "padding": padding}))
        counted[name] = len(places)
        macs += len(places) * kernel * 2 * 2
    config = functional(rows, list(counted))
    graph = read_config(config, "net")
    assert [graph.nodes[place].shape[1] for place in graph.outputs] == list(counted.values())
    assert _imported(config).model.macs == macs
