"""The cache of the trees of shipped files, stored where Python stores the bytecode of the parser.

A cached tree is used only if its text, the grammar and the parser have not changed, nor the tree
itself. It is stored as words, node by node, and only for files of the library, in the library's
own folder. A layer is read when it is used, as few are: it has words of its own, and in the tree
stand its name and its outline.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from layercalc.errors import Source, Span
from layercalc.syntax import tree
from layercalc.syntax.library import CACHED, cache_folder, folder, shipped_folder
from layercalc.syntax.node import Node
from layercalc.syntax.walk import Outline, outline

#: The bytes of the checksum that tells whether a tree is whole.
SUM = 4
#: What stands between words, as no text of the language has it, and between the tree and each layer, twice.
END = "\0"
#: What a text begins with; no value; a layer whose fields are read later.
TEXT, NOTHING, LATER = '"', "-", "..."
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
    inside = path.resolve().relative_to(shipped_folder()).with_suffix(".tree")
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
    first, *layers = stored.decode().split(2 * END)
    spec: tree.Spec = _read(iter(first.split(END)), source, iter(layers))
    return spec


def _store(source: Source, place: Path, spec: tree.Spec) -> None:
    """Store a tree, where its folder can be written."""
    draft, layers = place.with_suffix(f".{os.getpid()}"), list[str]()
    data = (2 * END).join([END.join(_words(spec, layers)), *layers]).encode()
    try:
        draft.write_bytes(_stamp(source) + _sum(data) + data)
        draft.replace(place)
    except OSError:
        draft.unlink(missing_ok=True)


def _sum(data: bytes) -> bytes:
    """Sum data up, so that what was cut or changed is seen."""
    return zlib.crc32(data).to_bytes(SUM, "big")


def _words(value: Any, layers: list[str]) -> Iterator[str]:
    """Write a node as its kind and place, and its fields; what is in a layer goes to `layers`."""
    if isinstance(value, Node):
        *fields, span = value.values()
        head = f"{type(value).__name__} {span.start} {span.end}"
        if isinstance(value, tree.Layer | tree.Activation):
            layers.append(END.join(word for field in fields[1:] for word in _words(field, [])))
            yield from (LATER, ";".join(map(" ".join, outline(value))))
            del fields[1:]
        elif len(fields) == 1 and isinstance(fields[0], str):
            head = f"{head} {fields.pop()}"
        yield head
        for field in fields:
            yield from _words(field, layers)
    elif isinstance(value, tuple):
        yield f"({len(value)}"
        for item in value:
            yield from _words(item, layers)
    else:
        yield NOTHING if value is None else f"{TEXT}{value}"


def _read(words: Iterator[str], source: Source, layers: Iterator[str]) -> Any:
    """Read a value; what is in its layers is read later."""
    word = next(words)
    if word[0] == TEXT:
        return word[1:]
    if word[0] == "(":
        return tuple([_read(words, source, layers) for _ in range(int(word[1:]))])
    if word == NOTHING:
        return None
    if word == LATER:
        return _unread(words, source, next(layers))
    name, start, end, *text = word.split(" ", 3)
    kind, span = _KINDS[name], Span(source, int(start), int(end))
    return kind(*(text or [_read(words, source, layers) for _ in kind._fields[1:]]), span)


def _unread(words: Iterator[str], source: Source, rest: str) -> Any:
    told, (kind, start, end) = next(words), next(words).split(" ")
    name, span = _read(words, source, iter(())), Span(source, int(start), int(end))

    def read() -> Iterator[Any]:
        inner = iter(rest.split(END))
        yield name
        yield from (_read(inner, source, iter(())) for _ in _KINDS[kind]._fields[2:])
        yield span

    told_apart = Outline(*(tuple(names.split()) for names in told.split(";")))
    return _KINDS[kind].unread(name, span, told_apart, read)


def _stamp(source: Source) -> bytes:
    """Write what a tree was made from: the state of the parser and the text itself, behind its length."""
    return f"{_parser_state()} {len(source.text)}\n{source.text}".encode()


@cache
def _parser_state() -> str:
    """Tell one state of the parser from another by the times and sizes of its files."""
    parser = Path(__file__).parent
    entries = [entry for place in (folder("grammars"), parser, parser.parent) for entry in os.scandir(place)]
    files = [(entry.name, entry.stat()) for entry in entries if entry.name.endswith((".lark", ".py"))]
    return repr(sorted((name, state.st_mtime_ns, state.st_size) for name, state in files))
