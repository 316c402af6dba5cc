"""Measures neural-network architectures before anyone trains them.

A network is written in a small language, read as one expression and measured in
two algebras, after "Neural Network Layer Algebra" (Badias and Banerjee):

>>> import layercalc
>>> layercalc.load("autoencoder").gcip
1
>>> layercalc.load("resnet", depth=50).params
25557032
>>> layercalc.load("resnet", depth="n").gcip.free_symbols
{n}

The networks of the paper's tables are rows of `layercalc.paper.zoo`:

>>> [row.model for row in layercalc.paper.zoo.rows() if row.top1 is not None and row.top1 > 84]
['AmoebaNet-D PipeLine 2', 'EfficientNet B6', 'EfficientNet B7']

Everything is imported when it is first used: `import layercalc` costs nothing.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # as in `typing`, whose import takes as long as ten of this one
if TYPE_CHECKING:
    from layercalc.closed import Closed
    from layercalc.errors import Diagnostic, SpecError
    from layercalc.imports import from_keras, from_onnx, from_torch
    from layercalc.model import Model, law_sets, load, loads, measure_titles, specs
    from layercalc.paper import zoo
    from layercalc.searches.door import search
    from layercalc.sweeps.arrays import sweep

__all__ = [
    "Closed",
    "Diagnostic",
    "Model",
    "SpecError",
    "from_keras",
    "from_onnx",
    "from_torch",
    "law_sets",
    "load",
    "loads",
    "measure_titles",
    "search",
    "specs",
    "sweep",
    "zoo",
]

_HOMES = {
    "Closed": "layercalc.closed",
    "Diagnostic": "layercalc.errors",
    "SpecError": "layercalc.errors",
    "from_keras": "layercalc.imports",
    "from_onnx": "layercalc.imports",
    "from_torch": "layercalc.imports",
    "search": "layercalc.searches.door",
    "sweep": "layercalc.sweeps.arrays",
}


def __getattr__(name: str) -> object:
    if name == "zoo":
        return import_module("layercalc.paper.zoo")
    if name in __all__:
        return getattr(import_module(_HOMES.get(name, "layercalc.model")), name)
    raise AttributeError(f"module 'layercalc' has no attribute '{name}'")


def __dir__() -> list[str]:
    return [*__all__]
