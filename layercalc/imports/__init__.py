"""Ways in: a model of another framework becomes the text of a spec.

From: a model or a file. To: `.arch` text, which the rest of the project reads as any other; no
foreign graph goes further than this room. The stages, each a module or a folder:

1. `pytorch`, `onnx` and `keras` read a model as the neutral `graph`.
2. `axes` turns it into layers of the language, channels first, without the reshapes that turn axes.
3. `structure` finds blocks, branches and runs.
4. `writing` writes them, and `check` holds the text against an independent count; `convert` is all of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from layercalc.imports.convert import Imported, convert

__all__ = ["Imported", "convert", "from_keras", "from_onnx", "from_torch"]


def from_keras(model: Any, *shapes: tuple[int, ...], name: str = "", partial: bool = False) -> Imported:
    """Import a Keras model: the text of a spec, and the model loaded from it.

    >>> import json, tempfile, pathlib
    >>> dense = {"class_name": "Dense", "config": {"name": "d", "units": 4, "batch_input_shape": [None, 8]}}
    >>> config = {"class_name": "Sequential", "config": {"name": "one", "layers": [dense]}}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "one.json"
    ...     _ = path.write_text(json.dumps(config))
    ...     from_keras(path).model.params
    36

    `model` is a path, of a `.keras` archive or of a config's JSON, for which Keras need not be
    installed, or a model object. The shapes, without the batch, say sizes that it leaves open, in its
    own order of axes. `name` is the network's. Raises `SpecError` for layers that cannot be read, all
    of them at once; with `partial` they are neutral layers where the file tells the shapes behind them.
    """
    from layercalc.imports.keras import read_file, read_model

    is_path = isinstance(model, str | Path)
    graph = read_file(Path(model), shapes, partial) if is_path else read_model(model, shapes, partial)
    return convert(graph, name, partial)


def from_torch(module: Any, *shapes: tuple[int, ...], name: str = "") -> Imported:
    """Import a PyTorch module: the text of a spec, and the model loaded from it.

    >>> import torch  # doctest: +SKIP
    >>> from_torch(torch.nn.Linear(8, 4), (8,)).model.params  # doctest: +SKIP
    36

    The shapes are those of its inputs, without the batch. Its weights are not read, so that it
    may be on the device `meta`. `name` is the network's, else that of its class. Raises
    `SpecError` for what `torch.export` or the language cannot follow.
    """
    from layercalc.imports.pytorch import read_module

    return convert(read_module(module, shapes, type(module).__name__), name)


def from_onnx(path: str | Path, *shapes: tuple[int, ...], name: str = "") -> Imported:
    """Import an ONNX file: the text of a spec, and the model loaded from it.

    >>> from_onnx("resnet50.onnx").model.params  # doctest: +SKIP
    25530472

    The shapes are those of its inputs, without the batch, where the file leaves them open. Whole
    numbers and single numbers that it keeps are constants, all others weights. Raises `SpecError`
    for what is no such file, or cannot be followed.
    """
    from layercalc.imports.onnx import read_file

    return convert(read_file(path, shapes), name)
