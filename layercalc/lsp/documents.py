"""The texts that an editor has open, and the files of a spec read together with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from layercalc.errors import Diagnostic, Source, Span, SpecError
from layercalc.resolve.loading import Files
from layercalc.syntax import tree
from layercalc.syntax.library import decode, display, read
from layercalc.syntax.parse import parse, parse_partly

#: The folder's file that a document stands for which was never saved.
UNSAVED = "untitled.arch"
#: Files that are kept, with their trees: what documents use, and the law set.
KEPT = 128


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One version of a text: its address, and the mistake that keeps it from being read as a text."""

    uri: str
    version: int
    path: Path
    source: Source
    mistakes: tuple[Diagnostic, ...] = ()

    @classmethod
    def of(cls, uri: str, version: int, text: str) -> Document:
        """Make a document of an editor's text; a byte order mark becomes a blank.

        >>> Document.of("untitled:one", 1, "relu").path.name
        'untitled.arch'
        """
        path = path_of(uri)
        text = " " + text[1:] if text.startswith("\ufeff") else text
        source = Source(display(path), text)
        try:
            decode(source.name, text.encode("utf-8", "surrogatepass"))
        except SpecError as error:
            return cls(uri, version, path, source, tuple(_at(d, source) for d in error.diagnostics))
        return cls(uri, version, path, source)


def _at(mistake: Diagnostic, source: Source) -> Diagnostic:
    span = mistake.span._replace(source=source) if mistake.span is not None else None
    return replace(mistake, span=span)


def path_of(uri: str) -> Path:
    """Give the file of an address; a document that was never saved is in the current folder.

    >>> path_of("file:///specs/my%20net.arch").as_posix()
    '/specs/my net.arch'
    """
    parts = urlsplit(uri)
    if parts.scheme != "file" or "\0" in unquote(parts.path):
        return Path.cwd() / UNSAVED
    return Path(url2pathname(parts.path))


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts that one document is read from: open documents first, then files on the disk.

    `addresses` and `trees` fill while it is read, in that order; `tolerant` goes on
    behind a mistake.
    """

    document: Document
    opened: Mapping[Path, Document]
    tolerant: bool = False
    addresses: dict[Source, str] = field(default_factory=dict)
    trees: dict[Source, tree.Spec] = field(default_factory=dict)

    def files(self) -> Files:
        """Give these texts to `assemble`."""
        return Files(self._read, self._parse)

    def _read(self, path: Path, span: Span | None) -> Source:
        resolved = path.resolve()
        document = self.opened.get(resolved)
        if document is not None and not document.mistakes:
            self.addresses[document.source] = document.uri
            return document.source
        source = _on_disk(path, span)
        self.addresses[source] = resolved.as_uri()
        return source

    def _parse(self, source: Source, path: Path) -> tree.Spec:
        self.addresses.setdefault(source, self.document.uri)
        own = source is self.document.source
        parser = parse_partly if self.tolerant else parse
        self.trees[source] = parser(source) if own else _kept(parser, source)
        return self.trees[source]


def _on_disk(path: Path, span: Span | None) -> Source:
    try:
        stat = path.stat()
    except OSError:
        return read(path, span)
    return _unchanged(path, stat.st_mtime_ns, stat.st_size) or read(path, span)


@lru_cache(KEPT)
def _unchanged(path: Path, changed: int, size: int) -> Source | None:
    """Read a file once for each state of it; a file that cannot be read is tried again."""
    try:
        return read(path)
    except SpecError:
        return None


@lru_cache(KEPT)
def _kept(parser: Callable[[Source], tree.Spec], source: Source) -> tree.Spec:
    return parser(source)
