"""The cache of the trees of shipped files, stored where Python stores the bytecode of the parser.

A cached tree is used only if its text, the grammar and the parser have not changed.
It is stored as plain data, node by node, and only for files of the library, in the
library's own folder.
"""

from __future__ import annotations

import json
import os
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from layercalc.errors import Source, Span
from layercalc.syntax import node, tree
from layercalc.syntax.library import CACHED, cache_folder, folder
from layercalc.syntax.node import Node

_KINDS = {kind.__name__: kind for kind in Node.__subclasses__()}


@lru_cache(maxsize=CACHED)
def shipped_tree(source: Source, path: Path) -> tree.Spec:
    """Give the tree of a shipped file, once in a process: from its cache, or parsed and stored there."""
    place = _place(path)
    spec = _load(source, place) if place is not None else None
    if spec is None:
        from layercalc.syntax.parse.grammar import parse_spec

        spec = parse_spec(source)
        if place is not None:
            _store(source, place, spec)
    return spec


def _place(path: Path) -> Path | None:
    kept = cache_folder()
    inside = path.resolve().relative_to(folder("specs").resolve()).with_suffix(".tree")
    return kept / ".".join(inside.parts) if kept is not None else None


def _load(source: Source, place: Path) -> tree.Spec | None:
    """Load a stored tree, if there is one and it is fresh."""
    try:
        data = place.read_bytes()
    except OSError:
        return None
    stamp = _stamp(source)
    try:
        return _node(json.loads(data[len(stamp) :]), source) if data.startswith(stamp) else None
    except (ValueError, EOFError, TypeError):
        return None


def _store(source: Source, place: Path, spec: tree.Spec) -> None:
    """Store a tree, where its folder can be written."""
    draft = place.with_suffix(f".{os.getpid()}")
    try:
        draft.write_bytes(_stamp(source) + json.dumps(_plain(spec)).encode())
        draft.replace(place)
    except OSError:
        draft.unlink(missing_ok=True)


def _plain(value: Any) -> Any:
    """Write a node as a list that starts with its kind, and a tuple as a list that starts with 0."""
    if isinstance(value, Node):
        return [type(value).__name__, *map(_plain, value.values())]
    if isinstance(value, Span):
        return value.start, value.end
    return [0, *map(_plain, value)] if isinstance(value, tuple) else value


def _node(data: list[Any], source: Source) -> Any:
    name, *values, (start, end) = data
    return _KINDS[name](*[_value(value, source) for value in values], Span(source, start, end))


def _value(value: Any, source: Source) -> Any:
    if type(value) is not list:
        return value
    return tuple([_value(item, source) for item in value[1:]]) if value[0] == 0 else _node(value, source)


def _stamp(source: Source) -> bytes:
    """Write what a tree was made from: the state of the parser and the text itself, behind its length."""
    return f"{_parser_state()} {len(source.text)}\n{source.text}".encode()


@cache
def _parser_state() -> str:
    """Tell one state of the parser from another by the times and sizes of its files."""
    files = [
        *folder("grammars").glob("*.lark"),
        *Path(__file__).parent.glob("*.py"),
        Path(tree.__file__),
        Path(node.__file__),
    ]
    return repr(sorted((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files))
