"""The server: it takes the requests of an editor, and answers them."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import threading
from contextlib import suppress
from importlib.metadata import version
from typing import Any, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcInvalidParams, JsonRpcParseError
from pygls.lsp.server import LanguageServer

from layercalc import limits
from layercalc.errors import SpecError
from layercalc.lsp.analysis import Analysis, analyse
from layercalc.lsp.completion import completions
from layercalc.lsp.diagnostics import as_range, diagnostics, location
from layercalc.lsp.documents import Document, path_of
from layercalc.lsp.hover import hover
from layercalc.lsp.layout import layout
from layercalc.lsp.mentions import meaning, mention
from layercalc.lsp.outline import outline
from layercalc.lsp.places import TextLines
from layercalc.lsp.protocol import Protocol
from layercalc.lsp.reader import Reader
from layercalc.syntax import library

#: Seconds without a key before a text is read.
PAUSE = 0.1
#: The request of an editor for the block diagram of a document: `{"svg": ...}`, or `{"why": ...}`.
DIAGRAM = "layercalc/diagram"
#: The spec that is read before any document is open.
FIRST = "resnet"
#: Bytes of stack of the thread that reads: what the deepest lawful spec takes.
STACK = 64 * 2**20


class Server(LanguageServer):
    """Keeps the open documents and their analyses; each document is read in its own thread.

    An analysis stands until its document or a file that it was read from changes; one that
    no longer counts ends where it next counts its work.
    """

    def __init__(self, laws: str) -> None:
        full = types.TextDocumentSyncKind.Full  # pygls parts lines where no editor does
        super().__init__("layercalc", version("layercalc"), full, protocol_cls=Protocol)
        self.laws = laws
        self.documents: dict[str, Document] = {}
        self._analyses: dict[str, asyncio.Future[Analysis]] = {}
        self._last: dict[str, Analysis] = {}
        self._checks: dict[str, asyncio.Task[None]] = {}
        self._readers: dict[str, Reader] = {}
        threading.stack_size(STACK)
        sys.setrecursionlimit(limits.FRAMES)  # of all threads: none may lower it for the others

    @property
    def encoding(self) -> str:
        """The units of columns agreed on with the editor."""
        return types.PositionEncodingKind(self.workspace.position_encoding or "utf-16").value

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Answer a text that is no JSON; any other mistake of ours is shown."""
        if isinstance(error, json.JSONDecodeError | UnicodeDecodeError | RecursionError):
            cast("Protocol", self.protocol).refuse(None, JsonRpcParseError("this is no JSON"))
        else:
            super().report_server_error(error, source)

    def document(self, uri: str) -> Document:
        """Give an open document."""
        if uri not in self.documents:
            raise JsonRpcInvalidParams(f"no document is open at {uri}")
        return self.documents[uri]

    def reader(self, uri: str) -> Reader:
        """Give the thread that reads a document; no document waits for another."""
        return self._readers.setdefault(uri, Reader())

    async def analysis(self, uri: str) -> Analysis:
        """Give the analysis of the present version of a document, once it is read.

        Several may wait for it: who no longer does, does not end it for the others. Raises
        `JsonRpcContentModified` where the document changes meanwhile.
        """
        if uri not in self._analyses:
            document = self.document(uri)
            opened = {document.path.resolve(): document for document in self.documents.values()}
            job = self.reader(uri).read(analyse, document, opened, self.laws)
            self._analyses[uri] = asyncio.ensure_future(job)
        future = self._analyses[uri]
        try:
            self._last[uri] = await asyncio.shield(future)
        except asyncio.CancelledError:
            if future.cancelled():
                raise JsonRpcContentModified("the document has changed") from None
            raise
        return self._last[uri]

    async def last(self, uri: str) -> Analysis:
        """Give the last finished analysis of a document at once; only the first has to be waited for."""
        return self._last[uri] if uri in self._last else await self.analysis(uri)

    def rest(self) -> None:
        """End all reading."""
        for reader in self._readers.values():
            reader.close()

    def take(self, uri: str, number: int, text: str) -> None:
        """Take a new version of a document."""
        self.documents[uri] = Document.of(uri, number, text)
        self.changed(uri)

    def drop(self, uri: str) -> None:
        """Forget a document that was closed, and its mistakes."""
        self.documents.pop(uri, None)
        self._last.pop(uri, None)
        self.changed(uri)
        if uri in self._readers:
            self._readers.pop(uri).close()
        self._publish(types.PublishDiagnosticsParams(uri, []))

    def changed(self, uri: str) -> None:
        """Read a document anew, and those that use it."""
        for other in [*self._analyses]:
            if other == uri or self._was_read_for(uri, other):
                self._analyses.pop(other).cancel()
                self.reader(other).stop()
                self._check_soon(other)
        self._check_soon(uri)

    def changed_on_disk(self) -> None:
        """Read all documents anew."""
        for uri in self.documents:
            self.changed(uri)

    def _was_read_for(self, uri: str, other: str) -> bool:
        future = self._analyses[other]
        if not future.done() or future.cancelled() or future.exception() is not None:
            return True
        files = map(path_of, future.result().addresses.values())
        return path_of(uri).resolve() in {path.resolve() for path in files}

    def _check_soon(self, uri: str) -> None:
        if uri in self._checks:
            self._checks.pop(uri).cancel()
        if uri in self.documents:
            self._checks[uri] = asyncio.ensure_future(self._check(uri))

    async def _check(self, uri: str) -> None:
        await asyncio.sleep(PAUSE)
        with suppress(JsonRpcContentModified):
            analysis = await self.analysis(uri)
            told = await self.reader(uri).read(diagnostics, analysis, self.encoding)
            self._publish(types.PublishDiagnosticsParams(uri, told, analysis.document.version))

    def _publish(self, told: types.PublishDiagnosticsParams) -> None:
        self.text_document_publish_diagnostics(told)


def made(laws: str) -> Server:
    """Make a server with all its features."""
    server = Server(laws)
    _follow(server)
    _tell(server)
    _offer(server)
    return server


def serve(laws: str) -> None:
    """Serve the editor at the other end of standard input and output until it says good-bye."""
    logging.getLogger("pygls").addHandler(logging.NullHandler())  # what fails is told to the editor
    server = made(laws)
    try:
        server.start_io()
    finally:
        server.rest()


def _follow(server: Server) -> None:
    """Make ready, then handle documents that are opened, changed, saved and closed."""

    @server.feature(types.INITIALIZED)
    async def ready(params: types.InitializedParams) -> None:
        await server.reader("").read(_read_first, server.laws)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        server.take(document.uri, document.version, document.text)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def typed(params: types.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        server.take(uri, params.text_document.version, server.workspace.get_text_document(uri).source)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        server.changed_on_disk()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def written(params: types.DidChangeWatchedFilesParams) -> None:
        server.changed_on_disk()

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.drop(params.text_document.uri)


def _tell(server: Server) -> None:
    """Answer hovers, definitions and the outline."""

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover_at(params: types.HoverParams) -> types.Hover | None:
        uri = params.text_document.uri
        analysis = await server.analysis(uri)
        return await server.reader(uri).read(_hover, analysis, params.position, server.encoding)

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def declared(params: types.DefinitionParams) -> types.Location | None:
        uri = params.text_document.uri
        analysis = await server.analysis(uri)
        return await server.reader(uri).read(_definition, analysis, params.position, server.encoding)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def outlined(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        analysis = await server.analysis(params.text_document.uri)
        return outline(analysis, server.encoding)


def _offer(server: Server) -> None:
    """Answer completions and formatting, and draw."""

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(["(", ",", ".", '"', "/"]))
    async def offered(params: types.CompletionParams) -> list[types.CompletionItem]:
        document = server.document(params.text_document.uri)
        offset = _offset(document, params.position, server.encoding)
        return completions(document.source.text, offset, await server.last(document.uri))

    @server.feature(types.TEXT_DOCUMENT_FORMATTING)
    async def laid_out(params: types.DocumentFormattingParams) -> list[types.TextEdit]:
        uri = params.text_document.uri
        return await server.reader(uri).read(layout, server.document(uri), server.encoding)

    @server.feature(DIAGRAM)
    async def drawn(params: Any) -> dict[str, str]:
        try:
            uri = str(params.textDocument.uri)
        except AttributeError:
            raise JsonRpcInvalidParams("a diagram is of a textDocument") from None
        analysis = await server.analysis(uri)
        return await server.reader(uri).read(_diagram, analysis)


def _read_first(laws: str) -> None:
    """Answer for a shipped spec, while the editor starts: the parser and the law set are loaded once."""
    with suppress(SpecError):  # it is told of the user's documents
        text = library.read(library.locate(FIRST)).text
        document = Document.of("untitled:first", 0, text)
        analysis = analyse(document, {}, laws)
        hover(analysis, text.index("-> ") + len("-> "))
        diagnostics(analysis, "utf-16")


def _hover(analysis: Analysis, position: types.Position, encoding: str) -> types.Hover | None:
    found = hover(analysis, _offset(analysis.document, position, encoding))
    if found is None:
        return None
    text, span = found
    lines = TextLines(span.source.text, encoding)
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), as_range(lines, span))


def _definition(analysis: Analysis, position: types.Position, encoding: str) -> types.Location | None:
    found = mention(analysis.spec, _offset(analysis.document, position, encoding))
    declared = meaning(analysis, found) if found is not None else None
    return location(analysis, declared.span, encoding) if declared is not None else None


def _diagram(analysis: Analysis) -> dict[str, str]:
    """Draw the network of a text; where it has none, say why."""
    from layercalc.draw.build import diagram
    from layercalc.draw.svg import svg

    if analysis.network is None or analysis.part:
        return {"why": next((str(mistake) for mistake in analysis.mistakes), "This file has no network.")}
    try:
        with limits.deep_recursion():
            return {"svg": svg(diagram(analysis.network))}
    except SpecError as error:
        return {"why": str(error)}


def _offset(document: Document, position: types.Position, encoding: str) -> int:
    return TextLines(document.source.text, encoding).offset((position.line, position.character))
