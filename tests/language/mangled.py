"""Texts of the language with other white space and other comments between the same words."""

from __future__ import annotations

import random
import re
from itertools import count

TOKEN = re.compile(
    r'#[^\n]*|"[^"\n]*"|[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|[A-Za-z_]\w*|->|=>|==|!=|<=|>=|//|\S'
)
#: What may stand between two words; % is the number of a comment.
GAPS = (" ", "   ", "\n", "\t\r\n", "\n\n\n   ", " # % \n", "\n # %\n\n", "# %\n# and %\n")


def mangled(text: str, random: random.Random, share: float) -> str:
    r"""Put other white space at a share of the places between words, and leave some arrows out.

    >>> mangled("relu -> tanh # a", random.Random(3), 1)
    '\nrelu# 0\n# and 0\n-> tanh# 1\n# and 1\n# a'
    """
    written, place, before, numbers = "", 0, "", count()
    for token in TOKEN.finditer(text):
        gap, word = text[place : token.start()], token.group()
        place = token.end()
        if random.random() < share:
            tight = before and (before in "([{,|" or word in ")]},|")
            gap = "" if tight and random.random() < 0.3 else random.choice(GAPS)
            gap = gap.replace("%", str(next(numbers))) if "%" in gap else gap
        if before.startswith("#") and not gap.startswith(("\n", "\t\r\n")):
            gap = f"\n{gap}"
        if before and word == "->" and random.random() < share / 3:
            word = " "
        written += gap + word
        before = word
    return written
