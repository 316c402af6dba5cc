"""Sweeps: measures over grids of params, millions of points a second.

The room is called as a function is, `layercalc.sweep(...)`, which is `arrays.sweep`; `run.chunks`
measures a `request.Request` chunk by chunk, and `job.run` writes it to a file.

>>> import layercalc
>>> layercalc.sweep("mlp", {"depth": [2, 3], "width": "16..64*4"}, ["params"])["params"]
array([13002, 55050, 13274, 59210])
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class _Sweep(ModuleType):
    """A module that is called as a function is."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Measure a family over a grid: `arrays.sweep`."""
        from layercalc.sweep.arrays import sweep

        return sweep(*arguments, **options)


sys.modules[__name__].__class__ = _Sweep
