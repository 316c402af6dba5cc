"""The Lark parser of the grammar, made once.

The tables of the grammar are kept in ``__pycache__``, where Python keeps its own
bytecode; where that cannot be written they are made anew each time.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import Any

from lark import Lark

from layercalc.errors import Source
from layercalc.syntax import tree
from layercalc.syntax.library import cache_folder, folder
from layercalc.syntax.parse.builder import Builder
from layercalc.syntax.parse.mistakes import gather, salvage
from layercalc.syntax.parse.nesting import check_nesting

_lock = threading.Lock()


@cache
def machine() -> tuple[Lark, Builder]:
    """Make the parser, and its builder, whose `source` is to be set before each text."""
    builder = Builder()
    kept = cache_folder()
    lark = Lark.open(
        str(folder("grammars") / "arch.lark"),
        parser="lalr",
        start=["spec", "values"],
        keep_all_tokens=True,
        transformer=builder,
        cache=str(kept / "arch.tables") if kept is not None else False,
    )
    return lark, builder


def run(source: Source, start: str) -> Any:
    """Parse a text from a start rule of the grammar, and report all its mistakes."""
    return gather(source, lambda text: _once(text, start, text))


def parse_spec(source: Source) -> tree.Spec:
    """Parse a whole spec, within the limit on nesting."""
    spec: tree.Spec = run(source, "spec")
    check_nesting(spec)
    return spec


def run_partly(source: Source) -> tree.Spec:
    """Parse the parts of a spec that have no mistake."""
    spec: tree.Spec = salvage(source, lambda text: _once(text, "spec", source))
    return spec


def _once(text: Source, start: str, source: Source) -> Any:
    """Parse a text once; its spans are places in `source`."""
    lark, builder = machine()
    with _lock:
        builder.source = source
        return lark.parse(text.text, start=start)
