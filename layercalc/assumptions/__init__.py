"""What is assumed of symbols, and what follows from it.

From names and `where` conditions; to symbols, and to answers about relations: true,
false, or open. Promises: an answer is a consequence of what was declared; what is
open is None. It does not simplify or solve: differences are expanded, each symbol
is written as its bound plus something not negative, and the signs are read off.
"""

from typing import TYPE_CHECKING

from layercalc.assumptions.decisions import Facts
from layercalc.assumptions.every_round import for_all_rounds
from layercalc.lazy import Lazy

if not TYPE_CHECKING:  # domains are of symbols
    checking = Lazy("layercalc.assumptions.checking")
    plainer = Lazy("layercalc.assumptions.plainer")
    telling = Lazy("layercalc.assumptions.telling")

__all__ = ["Facts", "for_all_rounds"]
