"""Configs of Keras models, in the words of Keras 3 and of Keras 2, written here without Keras."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

#: A layer: its class, its name, what it takes, and what it has set. A dot in the class is a module.
Row = tuple[str, str, Any, dict[str, Any]]


def layer(title: str, name: str, **config: Any) -> dict[str, Any]:
    """Give a layer as Keras 3 writes it."""
    module, _, own = title.rpartition(".")
    return {
        "module": module or "keras.layers",
        "class_name": own,
        "config": {"name": name, **config},
        "registered_name": None,
    }


def image(name: str, *sizes: int | None) -> Row:
    """Give an input."""
    return ("InputLayer", name, [], {"batch_shape": [None, *sizes]})


def functional(
    rows: Sequence[Row], outputs: Sequence[Any], name: str = "net", old: bool = False
) -> dict[str, Any]:
    """Give a functional model; what a layer takes is a name, a name with the number of its call, or a list.

    A layer that stands in several rows is called several times. With `old`, as Keras 2 writes it.
    """
    layers: dict[str, dict[str, Any]] = {}
    for title, one, taken, config in rows:
        kept = layers.setdefault(one, _named(title, one, config, old))
        if taken:
            kept["inbound_nodes"].append(_node(taken, old))
    given = [[one, 0, 0] for title, one, _, _ in rows if title == "InputLayer"]
    ends = [[*_call(output), 0] for output in outputs]
    inner = {"name": name, "layers": [*layers.values()], "input_layers": given, "output_layers": ends}
    return {"module": "keras", "class_name": "Functional", "config": inner} if not old else {
        "class_name": "Functional", "config": inner, "keras_version": "2.13.1", "backend": "tensorflow",
    }  # fmt: skip


def _named(title: str, name: str, config: dict[str, Any], old: bool) -> dict[str, Any]:
    if "class_name" in config:  # a model within the model
        return {**config, "name": name, "inbound_nodes": []}
    made = {**layer(title, name, **config), "name": name, "inbound_nodes": []}
    if not old:
        return made
    settings = dict(made["config"])
    if "batch_shape" in settings:
        settings["batch_input_shape"] = settings.pop("batch_shape")
    return {"class_name": made["class_name"], "config": settings, "name": name, "inbound_nodes": []}


def _call(taken: Any) -> list[Any]:
    return list(taken) if isinstance(taken, tuple) else [taken, 0]


def _node(taken: Any, old: bool) -> Any:
    several = isinstance(taken, list)
    tensors = [_call(one) for one in (taken if several else [taken])]
    if old:
        return [[*one, 0, {}] for one in tensors]
    told = [
        {
            "class_name": "__keras_tensor__",
            "config": {"shape": None, "dtype": "float32", "keras_history": [*one, 0]},
        }
        for one in tensors
    ]
    return {"args": [told if several else told[0]], "kwargs": {}}


def sequential(*layers: dict[str, Any], name: str = "line", **config: Any) -> dict[str, Any]:
    """Give a Sequential model."""
    return {
        "module": "keras",
        "class_name": "Sequential",
        "config": {"name": name, "layers": list(layers), **config},
    }


def archive(path: Path, config: dict[str, Any] | bytes, version: str = "3.9.0") -> Path:
    """Write a `.keras` archive, with no weights in it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("metadata.json", json.dumps({"keras_version": version}))
        made.writestr("config.json", config if isinstance(config, bytes) else json.dumps(config))
    return path


def residual(old: bool = False, blocks: int = 3) -> dict[str, Any]:
    """Give a residual network with names as Keras's applications have them."""
    rows: list[Row] = [
        image("image", 32, 32, 3),
        ("ZeroPadding2D", "conv1_pad", "image", {"padding": [[1, 1], [1, 1]]}),
        ("Conv2D", "conv1_conv", "conv1_pad", {"filters": 8, "kernel_size": [3, 3]}),
    ]
    before = "conv1_conv"
    for number in range(1, blocks + 1):
        head, stride = f"conv2_block{number}", 2 if number == 1 else 1
        shortcut = before
        if stride == 2:
            shortcut = f"{head}_0_conv"
            rows.append(("Conv2D", shortcut, before, {"filters": 16, "kernel_size": 1, "strides": 2}))
        window = {
            "filters": 16,
            "kernel_size": [3, 3],
            "strides": stride,
            "padding": "same",
            "use_bias": False,
        }
        rows += [
            ("Conv2D", f"{head}_1_conv", before, window),
            ("BatchNormalization", f"{head}_1_bn", f"{head}_1_conv", {"axis": 3}),
            ("Activation", f"{head}_1_relu", f"{head}_1_bn", {"activation": "relu"}),
            ("Add", f"{head}_add", [shortcut, f"{head}_1_relu"], {}),
        ]
        before = f"{head}_add"
    rows += [
        ("GlobalAveragePooling2D", "avg_pool", before, {}),
        ("Dense", "predictions", "avg_pool", {"units": 10, "activation": "softmax"}),
    ]
    return functional(rows, ["predictions"], "tiny", old)
