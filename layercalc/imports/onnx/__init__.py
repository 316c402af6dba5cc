"""ONNX files become neutral graphs, without their weights.

From: a file, and the shapes of its inputs where the file leaves them open. To: a `graph.Graph`.

- `files` opens a file and keeps of its weights only the shapes.
- `reading` goes through its operators in order; shapes and constants come from onnx itself.
- `scopes` tells in which module an operator was made, by what exporters leave of it.
- `layers` and `moves` say what an operator means; `recognise` finds what exporters have taken apart.

This is the only room that imports onnx.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from layercalc.imports.graph import Graph

__all__ = ["read_file"]


def read_file(path: str | Path, shapes: Sequence[tuple[int, ...]] = ()) -> Graph:
    """Read an ONNX file; the shapes are those of its inputs, without the batch.

    Raises `SpecError` for what is no such file, for a size that the file leaves open and nothing
    gives, and for loops and conditions.
    """
    from layercalc.imports.onnx.files import load
    from layercalc.imports.onnx.reading import Reading

    return Reading(load(Path(path), shapes)).graph()
