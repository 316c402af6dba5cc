"""Configs of Keras models become graphs and specs; Keras itself is not needed, and not there."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import layercalc
from layercalc.errors import SpecError
from layercalc.imports.convert import convert
from layercalc.imports.keras import read_config
from layercalc.imports.keras.reading import REFUSED
from layercalc.imports.keras.windows import same
from tests.imports.keras_models import archive, functional, image, layer, residual, sequential

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
    |
        if stride == 2 { conv(16, 1, stride = 2, bias = true) }
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


# -- what cannot be read ----------------------------------------------------------------------


def _told(config: dict[str, Any], *inputs: tuple[int, ...]) -> list[str]:
    with pytest.raises(SpecError) as raised:
        convert(read_config(config, "net", "", inputs))
    return [one.message for one in raised.value.diagnostics]


def test_layers_that_cannot_be_read_are_told_all_at_once() -> None:
    rows = [
        image("x", 6, 8),
        ("my.own.Dense", "first", "x", {"units": 3}),
        ("Lambda", "second", "x", {}),
        ("LSTM", "third", "x", {"units": 3}),
        ("Activation", "fourth", "x", {"activation": "wiggle"}),
        ("Conv2D", "fifth", "x", {"filters": 3, "kernel_size": 3}),
        ("Add", "sum", ["first", "second", "third", "fourth", "fifth"], {}),
    ]
    assert _told(functional(rows, ["sum"])) == [
        "first: Dense, of 6 x 8: no such layer is known",
        "second: Lambda, of 6 x 8: what it computes is Python code, which no config tells",
        f"third: LSTM, of 6 x 8: {REFUSED['LSTM']}",
        "fourth: Activation, of 6 x 8: its activation wiggle is not known",
        "fifth: Conv2D, of 6 x 8: it takes 3 axes with that of the batch, not 4",
    ]


def test_a_partial_import_needs_the_shapes_that_the_file_tells(
    run_cli: Callable[..., Result], tmp_path: Path
) -> None:
    config = functional(
        [image("x", 6), ("Lambda", "odd", "x", {}), ("Dense", "d", "odd", {"units": 2})], ["d"]
    )
    made = str(archive(tmp_path / "odd.keras", config))
    assert "and the file does not tell what shape it gives" in run_cli("import", made, "--partial").stderr
    tensor = config["config"]["layers"][-1]["inbound_nodes"][0]["args"][0]
    tensor["config"]["shape"] = [None, 4]
    archive(tmp_path / "odd.keras", config)
    done = run_cli("import", made, "--partial")
    assert done.exit_code == 0
    assert "layer Lambda(sizes) { shape = sizes }" in done.output
    assert done.output.endswith("Lambda(sizes = [4]) -> dense(2)\n")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (layer("Conv2D", "c", filters=-1, kernel_size=3), "its filters is -1, not a whole number from 1 on"),
        (layer("Conv2D", "c", filters=10**12, kernel_size=3), "its filters is 1000000000000, not a whole"),
        (layer("Conv2D", "c", filters=True, kernel_size=3), "its filters is True, not a whole number"),
        (layer("Conv2D", "c", filters=4, kernel_size=[3, 3, 3]), "its kernel_size is [3, 3, 3], for 2 axes"),
        (layer("Conv2D", "c", filters=4, kernel_size=99), "nothing is left of [8, 8, 3]"),
        (
            layer("Conv2D", "c", filters=4, kernel_size=3, groups=2),
            "2 groups divide neither 3 channels nor 4",
        ),
        (layer("Conv2D", "c", filters=4, kernel_size=3, padding="odd"), "its padding is odd"),
        (layer("Reshape", "c", target_shape=[5, -1]), "[8, 8, 3] is not [5, -1]"),
        (layer("Permute", "c", dims=[1, 1, 2]), "[1, 1, 2] does not turn 3 axes round"),
        (layer("Cropping2D", "c", cropping=5), "nothing is left of [8, 8, 3]"),
        (layer("UpSampling2D", "c", size=2**30), "an axis of over 2,147,483,647, the limit"),
        (layer("BatchNormalization", "c", axis=0), "it is over the axis of the batch"),
        (layer("BatchNormalization", "c", axis=9), "its axis is 9"),
        (layer("Dropout", "c", rate="much"), "its rate is much, not a number from 0 up to 1"),
        (layer("LSTM", "c", units=2), "recurrent layers are not imported"),
    ],
)
def test_a_layer_that_is_wrong_is_told(row: dict[str, Any], told: str) -> None:
    (message,) = _told(sequential(layer("InputLayer", "x", batch_shape=[None, 8, 8, 3]), row))
    assert told in message


def _looped() -> dict[str, Any]:
    rows = [image("x", 8), ("Add", "a", ["x", "b"], {}), ("ReLU", "b", "a", {})]
    return functional(rows, ["b"])


def _deep(levels: int) -> dict[str, Any]:
    """Nest models, each of which calls the one within it twice: 2^levels layers in the end."""
    inner = sequential(layer("InputLayer", "x", batch_shape=[None, 8]), layer("ReLU", "r"))
    for _ in range(levels):
        rows = [image("x", 8), ("Sequential", "m", "x", inner), ("Sequential", "m", "m", inner)]
        inner = functional(rows, [("m", 1)])
    return inner


WHOLE = "net: not the whole config of a Keras model"
BROKEN: list[tuple[dict[str, Any], str]] = [
    (_looped(), "net: b takes what it gives itself"),
    (_deep(40), "net: has over 20,000 operators, the limit for a graph"),
    (functional([image("x", 8), ("ReLU", "a", "gone", {})], ["a"]), "net: there is no layer gone"),
    (functional([image("x", 8), ("ReLU", "a", ("x", 4), {})], ["a"]), "net: x is called 0 times"),
    (functional([image("x", 8)], ["gone"]), "net: there is no layer gone"),
    (functional([image("x", 8), ("ReLU", "a", "x", {})], [("a", 9)]), "net: a is called 1 times"),
    (functional([image("x", 10**15)], ["x"]), "net: x: its size is 1000000000000000"),
    (functional([image("x", 0)], ["x"]), "net: x: its size is 0"),
    (functional([image("x", *[1] * 40)], ["x"]), "net: x: it has 40 axes, and 16 is the limit"),
    (sequential(), "net: line has no layers"),
    (sequential(layer("ReLU", "a"), layer("ReLU", "a")), "net: two layers are called a"),
    (sequential(layer("ReLU", "a")), "net: the model was not built: --input says the shape of line_input"),
    ({"class_name": "Mine", "config": {"width": 3}}, "net: Mine is a class of its own"),
    ({"class_name": "Functional", "config": {"layers": [3], "input_layers": []}}, WHOLE),
    ({"class_name": "Sequential", "config": {"layers": [{"class_name": "ReLU"}]}}, WHOLE),
    ({"layers": []}, "net: not the config of a Keras model"),
]  # fmt: skip


@pytest.mark.parametrize("place", range(len(BROKEN)))
def test_a_broken_config_is_one_diagnostic(place: int) -> None:
    config, told = BROKEN[place]
    (message,) = _told(config)
    assert message.startswith(told)


def test_a_shape_that_the_file_tells_otherwise_is_refused() -> None:
    config = functional([image("x", 8), ("Dense", "d", "x", {"units": 4}), ("ReLU", "r", "d", {})], ["r"])
    config["config"]["layers"][-1]["inbound_nodes"][0]["args"][0]["config"]["shape"] = [None, 5]
    assert _told(config) == ["net: d gives 4, and the file says 5"]


@pytest.mark.parametrize(
    "content", [b"", b"[1]", b"{", b"[" * 200_000, b'{"a":' * 200_000, b"\xff\xfe", b"3"]
)
def test_what_is_no_config_is_refused(run_cli: Callable[..., Result], tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.keras").write_bytes(content)
    (tmp_path / "bad.json").write_bytes(content)
    archive(tmp_path / "zip.keras", content)
    for name in ("bad.keras", "bad.json", "zip.keras"):
        done = run_cli("import", str(tmp_path / name))
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr.count("error:") == 1


def test_an_archive_that_unpacks_to_much_is_refused(run_cli: Callable[..., Result], tmp_path: Path) -> None:
    made = archive(tmp_path / "bomb.keras", b" " * 30_000_000)
    assert made.stat().st_size < 100_000
    assert (
        "config.json: has over 20,000,000 bytes, the limit for a graph" in run_cli("import", str(made)).stderr
    )


def test_an_archive_with_a_long_list_of_contents_is_refused(
    run_cli: Callable[..., Result], tmp_path: Path
) -> None:
    made = archive(tmp_path / "long.keras", residual())
    with zipfile.ZipFile(made, "a") as more:
        for number in range(20):
            more.writestr(f"{number}{'n' * 60_000}", b"")
    assert "not a .keras archive that can be read" in run_cli("import", str(made)).stderr


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
