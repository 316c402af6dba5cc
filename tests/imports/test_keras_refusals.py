"""What is wrong in a Keras model, or hostile, is told, all of it at once, and nothing is guessed."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from layercalc import limits
from layercalc.errors import SpecError
from layercalc.imports.convert import convert
from layercalc.imports.keras import read_config
from layercalc.imports.keras.reading import REFUSED
from tests.imports.keras_models import archive, functional, image, layer, residual, sequential

if TYPE_CHECKING:
    from click.testing import Result


def _told(config: dict[str, Any], *inputs: tuple[int, ...]) -> list[str]:
    with pytest.raises(SpecError) as raised:
        convert(read_config(config, "net", "", inputs))
    return [one.message for one in raised.value.diagnostics]


def test_layers_that_cannot_be_read_are_told_all_at_once() -> None:
    rows = [
        image("x", 6, 8),
        ("my.own.Dense", "first", "x", {"units": 3}),
        ("Lambda", "second", "x", {}),
        ("ConvLSTM1D", "third", "x", {"filters": 3}),
        ("Activation", "fourth", "x", {"activation": "wiggle"}),
        ("Conv2D", "fifth", "x", {"filters": 3, "kernel_size": 3}),
        ("Add", "sum", ["first", "second", "third", "fourth", "fifth"], {}),
    ]
    assert _told(functional(rows, ["sum"])) == [
        "first: Dense, of 6 x 8: no such layer is known",
        "second: Lambda, of 6 x 8: what it computes is Python code, which no config tells",
        f"third: ConvLSTM1D, of 6 x 8: {REFUSED['ConvLSTM1D']}",
        "fourth: Activation, of 6 x 8: its activation wiggle is not known",
        "fifth: Conv2D, of 6 x 8: it takes 3 axes with that of the batch, not 4",
    ]


def test_layers_behind_what_is_not_known_are_told_too() -> None:
    rows = [
        image("x", 6, 8),
        ("my.own.Mix", "first", "x", {}),
        ("Dense", "second", "first", {"units": 3}),
        ("my.own.Norm", "third", "second", {}),
    ]
    config = functional(rows, ["third"])
    assert _told(config) == [
        "first: Mix, of 6 x 8: no such layer is known",
        "third: Norm, of what is not known: no such layer is known",
    ]
    config["config"]["layers"][2]["inbound_nodes"][0]["args"][0]["config"]["shape"] = [None, 6, 4]
    assert _told(config)[1] == "third: Norm, of 6 x 3: no such layer is known"


@pytest.mark.parametrize(
    ("title", "settings", "told"),
    [
        ("LSTM", {"activation": "relu"}, "its activation is relu, and that of the shipped cells tanh"),
        ("GRU", {"reset_after": False}, "its reset gate is before the matrix"),
        ("Bidirectional", {"layer": layer("Dense", "d", units=2)}, "its layer is Dense, and LSTM, GRU or"),
        (
            "Bidirectional",
            {"layer": layer("GRU", "d", units=2), "merge_mode": "odd"},
            "its merge_mode is odd",
        ),
        ("Bidirectional", {}, "its layer is no layer"),
    ],
)
def test_a_recurrent_layer_that_is_not_read_is_told(title: str, settings: dict[str, Any], told: str) -> None:
    (message,) = _told(functional([image("x", 6, 8), (title, "r", "x", {"units": 3, **settings})], ["r"]))
    assert told in message


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
        (layer("LSTM", "c", units=2), "it takes one sequence of vectors, and no states"),
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
    (_deep(40), "net: has over 5,000 layers, the limit for a Keras model"),
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


def test_a_long_model_is_refused() -> None:
    layers = [layer("Dropout", f"d{number}", rate=0.0) for number in range(limits.KERAS_LAYERS + 1)]
    whole = sequential(layer("InputLayer", "x", batch_shape=[None, 8]), *layers[1:-1])
    assert len(read_config(whole, "net").nodes) == 1
    whole["config"]["layers"].append(layers[-1])
    assert _told(whole) == ["net: has over 5,000 layers, the limit for a Keras model"]


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


def test_a_class_that_somebody_registered_is_not_one_of_keras() -> None:
    own = {**layer("Dense", "d", units=4), "module": None, "registered_name": "Custom>Dense"}
    entry = layer("InputLayer", "x", batch_shape=[None, 8])
    assert _told(sequential(entry, own)) == ["d: Dense, of 8: no such layer is known"]
