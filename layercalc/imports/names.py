"""Names of a foreign model as names of the language."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from itertools import chain, count

from layercalc.expressions.functions import FUNCTIONS
from layercalc.expressions.scope import CONSTANTS, RESERVED
from layercalc.resolve.merges import MERGES

#: Words that open declarations and steps, or stand in them.
_OPENING = """
    activation as block from identity input laws layer let longest measure network of out param real repeat
    shared use where
"""
#: Words that the language has of itself, which no param, block or value of an import is called.
WORDS = frozenset((*RESERVED, *FUNCTIONS, *CONSTANTS, *MERGES, *_OPENING.split()))


def identifier(text: str, fallback: str = "part") -> str:
    """Make a name of the language from any text.

    >>> identifier("block1.block1-0"), identifier("0.proj"), identifier("max")
    ('block1_block1_0', 'part_0_proj', 'max_')
    """
    name = re.sub(r"[^A-Za-z0-9_]+", "_", text).strip("_" if text[:1] != "_" else " ")
    if not name or name[0].isdigit():
        name = f"{fallback}_{name}".rstrip("_")
    return f"{name}_" if name in WORDS else name


def unused(choices: Sequence[str], used: Container[str]) -> str:
    """Give the first of some names that is not used, or else the last with a number.

    >>> unused(["conv", "stem_conv"], {"conv"}), unused(["conv"], {"conv", "conv_2"})
    ('stem_conv', 'conv_3')
    """
    numbered = (f"{choices[-1]}_{number}" for number in count(2))
    return next(name for name in chain(choices, numbered) if name not in used)
