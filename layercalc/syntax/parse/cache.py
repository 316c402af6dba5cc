"""The cache of the trees of shipped files, stored where Python stores the bytecode of the parser.

A cached tree is used only if its text, the grammar and the parser have not changed, nor the tree
itself. It is stored as plain data, node by node, in the form that bytecode has, and only for files
of the library, in the library's own folder. A layer is read when it is used, as few are; before,
only its name is there, and the names in it.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from layercalc.errors import Source, Span
from layercalc.syntax import node, tree, walk
from layercalc.syntax.library import CACHED, cache_folder, folder
from layercalc.syntax.node import Node
from layercalc.syntax.walk import outline

#: Each Python has its own form of bytecode.
TAG = sys.implementation.cache_tag
#: The bytes of the sum that tells whether a tree is whole, and the prime that it is taken by.
SUM, PRIME = 4, 999_999_937
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
    inside = path.resolve().relative_to(folder("specs").resolve()).with_suffix(f".{TAG}.tree")
    return kept / ".".join(inside.parts) if kept is not None else None


def _load(source: Source, place: Path) -> tree.Spec | None:
    """Load a stored tree, if there is one and it is fresh and whole."""
    try:
        data = place.read_bytes()
    except OSError:
        return None
    stamp = _stamp(source)
    told, stored = data[len(stamp) : len(stamp) + SUM], data[len(stamp) + SUM :]
    if not data.startswith(stamp) or told != _sum(stored):
        return None
    spec: tree.Spec = _node(marshal.loads(stored), source)  # it is as we stored it
    return spec


def _store(source: Source, place: Path, spec: tree.Spec) -> None:
    """Store a tree, where its folder can be written."""
    draft, data = place.with_suffix(f".{os.getpid()}"), marshal.dumps(_plain(spec))
    try:
        draft.write_bytes(_stamp(source) + _sum(data) + data)
        draft.replace(place)
    except OSError:
        draft.unlink(missing_ok=True)


def _sum(data: bytes) -> bytes:
    """Sum data up, so that what was cut or changed is seen."""
    return (int.from_bytes(data, "big") % PRIME).to_bytes(SUM, "big")


def _plain(value: Any) -> Any:
    """Write a node as a list that starts with its kind; of a layer the names in it, and the rest as bytes."""
    if isinstance(value, Node):
        fields = [*map(_plain, value.values())]
        if isinstance(value, tree.Layer | tree.Activation):
            fields[1:-1] = [(*outline(value),), marshal.dumps(fields[1:-1])]
        return [type(value).__name__, *fields]
    if isinstance(value, Span):
        return value.start, value.end
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value


def _node(data: list[Any], source: Source) -> Any:
    name, *values, (start, end) = data
    kind, span = _KINDS[name], Span(source, start, end)
    if not values or type(values[-1]) is not bytes:
        return kind(*[_value(value, source) for value in values], span)
    word, told, rest = _node(values[0], source), *values[1:]

    def read() -> Iterator[Any]:
        yield word
        yield from (_value(value, source) for value in marshal.loads(rest))
        yield span

    return kind.unread(word, span, told, read)


def _value(value: Any, source: Source) -> Any:
    if type(value) is list:
        return _node(value, source)
    return tuple([_value(item, source) for item in value]) if type(value) is tuple else value


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
        Path(walk.__file__),
    ]
    return repr(sorted((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files))
