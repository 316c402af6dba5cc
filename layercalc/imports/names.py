"""Names of a foreign model as names of the language."""

from __future__ import annotations

import re

#: Words that the grammar or a spec has of itself, which no param, block or value may be called.
RESERVED = frozenset(
    [
        "network",
        "laws",
        "use",
        "param",
        "where",
        "block",
        "layer",
        "activation",
        "measure",
        "from",
        "as",
        "repeat",
        "for",
        "in",
        "if",
        "else",
        "then",
        "let",
        "shared",
        "and",
        "or",
        "not",
        "match",
        "true",
        "false",
        "none",
        "same",
        "valid",
        "out",
        "real",
        "of",
        "input",
        "identity",
        "add",
        "sub",
        "mul",
        "div",
        "max",
        "concat",
        "min",
        "sum",
        "product",
        "len",
        "range",
        "enumerate",
        "zip",
        "longest",
        "log",
        "log2",
        "sqrt",
        "exp",
        "tanh",
        "erf",
        "floor",
        "ceil",
        "round",
        "abs",
        "per_axis",
        "window",
        "window_transpose",
    ]
)


def identifier(text: str, fallback: str = "part") -> str:
    """Make a name of the language from any text.

    >>> identifier("block1.block1-0"), identifier("0.proj"), identifier("max")
    ('block1_block1_0', 'part_0_proj', 'max_')
    """
    name = re.sub(r"[^A-Za-z0-9_]+", "_", text).strip("_" if text[:1] != "_" else " ")
    if not name or name[0].isdigit():
        name = f"{fallback}_{name}".rstrip("_")
    return f"{name}_" if name in RESERVED else name
