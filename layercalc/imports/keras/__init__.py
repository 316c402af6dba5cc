"""A Keras model becomes a neutral graph, without Keras.

From: a `.keras` archive, the JSON of a config, or a model object, which is asked for its config and
nothing else. To: a `graph.Graph`. The stages: `archive` opens a file, `config` makes one form of what
Keras 2 and Keras 3 write, `reading` walks the model, with a module of readers for each kind of layer,
and `grouping` finds in the names of layers which of them stand together.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from layercalc.errors import fail
from layercalc.imports.graph import Graph
from layercalc.imports.keras.archive import decoded, opened
from layercalc.imports.keras.config import model_of
from layercalc.imports.keras.reading import graph_of

__all__ = ["is_config", "read_config", "read_file", "read_model"]


def read_file(path: Path, inputs: Sequence[tuple[int, ...]] = (), partial: bool = False) -> Graph:
    """Read a `.keras` archive, or the JSON of a config; `inputs` are sizes that the file leaves open."""
    config, version = opened(path)
    return read_config(config, str(path), version, inputs, partial)


def read_model(model: Any, inputs: Sequence[tuple[int, ...]] = (), partial: bool = False) -> Graph:
    """Read a model object by what its `to_json` gives."""
    if not callable(getattr(model, "to_json", None)):
        raise fail(f"{type(model).__name__} is no Keras model and no path of one")
    name = str(getattr(model, "name", "") or type(model).__name__)
    return read_config(decoded(model.to_json(), name), name, "", inputs, partial)


def read_config(
    config: dict[str, Any], source: str, version: str = "", inputs: Sequence[tuple[int, ...]] = (),
    partial: bool = False,
) -> Graph:  # fmt: skip
    """Read a decoded config."""
    if not is_config(config):
        raise fail(f"{source}: not the config of a Keras model")
    written = version or str(config.get("keras_version", ""))[:40]
    return graph_of(model_of(config, source), inputs, source, f"Keras {written}".strip(), partial)


def is_config(read: Any) -> bool:
    """Tell whether decoded JSON is the config of a model."""
    return isinstance(read, dict) and "class_name" in read and "config" in read
