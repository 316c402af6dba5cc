"""Libraries that are loaded when they are first used.

From: the name of a module. To: a stand-in for it. Promises: where all values are numbers, sympy
and mpmath are never loaded, as that takes longer than most commands. They are imported as
`from layercalc.lazy import sympy` everywhere; what is loaded at numbers uses them in functions only.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

_at_load: dict[str, list[Callable[[], None]]] = {}


class Lazy:
    """A stand-in for a module, which is loaded when an attribute is first asked for.

    >>> Lazy("math").floor(2.5)
    2
    """

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __getattr__(self, attribute: str) -> Any:
        module = import_module(self.__name__)
        for prepare in _at_load.pop(self.__name__, []):
            prepare()
        value = vars(self)[attribute] = getattr(module, attribute)
        return value


def at_load(name: str, prepare: Callable[[], None]) -> None:
    """Have something done to a library before it is used.

    >>> at_load("math", lambda: print("here it is"))
    >>> Lazy("math").floor(2.5)
    here it is
    2
    """
    _at_load.setdefault(name, []).append(prepare)


if TYPE_CHECKING:
    import mpmath
    import sympy
    from mpmath import libmp
else:
    libmp = Lazy("mpmath.libmp")
    mpmath = Lazy("mpmath")
    sympy = Lazy("sympy")

__all__ = ["Lazy", "at_load", "libmp", "mpmath", "sympy"]
