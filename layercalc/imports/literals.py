"""Values on the command line for a foreign model: literals of this language, which nothing evaluates."""

from __future__ import annotations

from typing import Any

from layercalc.errors import Source, fail
from layercalc.syntax import tree
from layercalc.syntax.parse import parse_values

WORDS = {"true": True, "false": False, "none": None}


def literal(name: str, text: str) -> Any:
    """Read a number, `true`, `false`, `none`, a word or a text, or a list of these.

    >>> literal("groups", "32"), literal("variant", "tiny"), literal("depths", "[3, 4, 6, 3]")
    (32, 'tiny', [3, 4, 6, 3])
    """
    values = parse_values(Source(f"--arg {name}", text))
    read = [_read(value) for value in values]
    return read[0] if len(read) == 1 else read


def sizes(option: str, text: str) -> tuple[int, ...]:
    """Read the sizes of a shape.

    >>> sizes("--input", "3,224,224")
    (3, 224, 224)
    """
    read = [_read(value) for value in parse_values(Source(option, text))]
    if not all(type(size) is int and size > 0 for size in read):
        raise fail(f"{option} {text}: sizes are whole numbers of at least 1")
    return tuple(read)


def _read(value: Any) -> Any:
    if isinstance(value, tree.Number):
        return int(value.text) if value.text.isdecimal() else float(value.text)
    if isinstance(value, tree.String):
        return value.text
    if isinstance(value, tree.Name):
        return WORDS.get(value.text, value.text)
    if isinstance(value, tree.Sequence):
        return [_read(item) for item in value.items]
    if isinstance(value, tree.Prefix) and value.operator == "-" and isinstance(value.operand, tree.Number):
        return -_read(value.operand)
    raise fail("not a literal: a number, a word, a text or a list of these", value.span)
