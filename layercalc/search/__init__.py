"""Searches: the networks of a grid that are best in several measures at once.

>>> import layercalc
>>> found = layercalc.search("mlp", {"depth": [2, 3, 4]}, maximize="gcc", minimize="params")
>>> found.points, found.count
(3, 3)

From: a sweep over a grid, objectives, bounds. To: the front, exact or that of a sample, with counts, what
binds, a knee and its neighbours. Start with `run.search`, which goes through a grid chunk by chunk;
`front.front` says which points no other one dominates. The room is called as its function `door.search`.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from layercalc.search.found import Found


class _Room(ModuleType):
    """A module that is called as the function of its name: Python puts it in the place of that."""

    def __call__(self, *arguments: Any, **named: Any) -> Found:
        from layercalc.search.door import search

        return search(*arguments, **named)


sys.modules[__name__].__class__ = _Room
