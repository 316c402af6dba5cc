"""What is assumed of symbols, and what follows from it.

From names and `where` conditions; to symbols, and to answers about relations: true,
false, or open. Promises: an answer is a consequence of what was declared; what is
open is None. It does not simplify or solve: differences are expanded, each symbol
is written as its bound plus something not negative, and the signs are read off.
"""

from typing import TYPE_CHECKING

from layercalc.lazy import Lazy

if TYPE_CHECKING:
    from layercalc.assumptions.decisions import Facts
    from layercalc.assumptions.every_round import for_all_rounds
else:  # all of it is of symbols
    decisions = Lazy("layercalc.assumptions.decisions")
    every_round = Lazy("layercalc.assumptions.every_round")
    checking = Lazy("layercalc.assumptions.checking")
    plainer = Lazy("layercalc.assumptions.plainer")
    telling = Lazy("layercalc.assumptions.telling")

    def __getattr__(name: str) -> object:
        """Give what is asked for, loaded then."""
        if name in __all__:
            return getattr(decisions if name == "Facts" else every_round, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = ["Facts", "for_all_rounds"]
