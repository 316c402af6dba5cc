"""Layers of a model become blocks, branches and runs: what a person would have written.

From: `Layered`, each layer with the call of a module that it stands in. To: a `Program` of
blocks and terms, which `writing` makes text. Modules of one class are one block; what differs
between its uses is a param, and a step that only some have stands in an `if`. Branches are found in
the wiring, runs in the order. Promises: unrolled, it has the same layers in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator

from layercalc.imports.steps import Layered
from layercalc.imports.structure.blocks import Block
from layercalc.imports.structure.idioms import abbreviated
from layercalc.imports.structure.modules import Program, structured
from layercalc.imports.structure.rewrites import rewritten

__all__ = ["Block", "Program", "structure"]


def structure(layered: Layered) -> Iterator[Program]:
    """Find structures of a model, of which the one with the shortest text is the best."""
    return structured(abbreviated(rewritten(layered)))
