"""The server: what comes from the editor, and what goes back to it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import ParamSpec, TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from layercalc.lsp.analysis import Analysis, analyse
from layercalc.lsp.completion import completions
from layercalc.lsp.diagnostics import as_range, diagnostics, location
from layercalc.lsp.documents import Document, path_of
from layercalc.lsp.hover import hover
from layercalc.lsp.layout import layout
from layercalc.lsp.mentions import meaning, mention
from layercalc.lsp.outline import outline
from layercalc.lsp.places import Lines

#: Seconds without a key before a text is read.
PAUSE = 0.1
#: Bytes of stack of the thread that reads: what the deepest lawful spec takes.
STACK = 64 * 2**20

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


class Server(LanguageServer):
    """Keeps the open documents and what is known of them; reads them in one thread.

    An analysis stands until its document or a file that it was read from changes.
    """

    def __init__(self, laws: str) -> None:
        full = types.TextDocumentSyncKind.Full  # pygls parts lines where no editor does
        super().__init__("layercalc", version("layercalc"), full)
        self.laws = laws
        self.documents: dict[str, Document] = {}
        self._analyses: dict[str, asyncio.Future[Analysis]] = {}
        self._last: dict[str, Analysis] = {}
        self._checks: dict[str, asyncio.Task[None]] = {}
        threading.stack_size(STACK)
        self._reader = ThreadPoolExecutor(1, "reader")

    @property
    def encoding(self) -> str:
        """The units of columns that were agreed on with the editor."""
        return types.PositionEncodingKind(self.workspace.position_encoding or "utf-16").value

    async def read(
        self, job: Callable[Given, Answer], *arguments: Given.args, **named: Given.kwargs
    ) -> Answer:
        """Do a job in the thread that reads."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._reader, lambda: job(*arguments, **named))

    async def analysis(self, uri: str) -> Analysis:
        """Give what is known of the present version of a document, once it is read.

        Several may wait for it: who no longer does, does not end it for the others.
        """
        if uri not in self._analyses:
            opened = {document.path.resolve(): document for document in self.documents.values()}
            job = self.read(analyse, self.documents[uri], opened, self.laws)
            self._analyses[uri] = asyncio.ensure_future(job)
        self._last[uri] = await asyncio.shield(self._analyses[uri])
        return self._last[uri]

    async def last(self, uri: str) -> Analysis:
        """Give what is known of the last version that was read, which is there at once but for the first."""
        return self._last[uri] if uri in self._last else await self.analysis(uri)

    def take(self, uri: str, number: int, text: str) -> None:
        """Take a new version of a document."""
        self.documents[uri] = Document.of(uri, number, text)
        self.changed(uri)

    def drop(self, uri: str) -> None:
        """Forget a document that was closed, and its mistakes."""
        self.documents.pop(uri, None)
        self._last.pop(uri, None)
        self.changed(uri)
        self._publish(types.PublishDiagnosticsParams(uri, []))

    def changed(self, uri: str) -> None:
        """Read a document anew, and those that use it."""
        for other in [*self._analyses]:
            if other == uri or self._was_read_for(uri, other):
                self._analyses.pop(other).cancel()
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
        analysis = await self.analysis(uri)
        told = await self.read(diagnostics, analysis, self.encoding)
        self._publish(types.PublishDiagnosticsParams(uri, told, analysis.document.version))

    def _publish(self, told: types.PublishDiagnosticsParams) -> None:
        self.text_document_publish_diagnostics(told)


def serve(laws: str) -> None:
    """Serve the editor at the other end of standard input and output until it says good-bye."""
    server = Server(laws)
    _follow(server)
    _tell(server)
    _offer(server)
    server.start_io()


def _follow(server: Server) -> None:
    """Follow what is opened, typed, saved and closed."""

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
    """Tell what stands at a place, where it is declared, and what the text declares."""

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def told(params: types.HoverParams) -> types.Hover | None:
        analysis = await server.analysis(params.text_document.uri)
        return await server.read(_hover, analysis, params.position, server.encoding)

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def declared(params: types.DefinitionParams) -> types.Location | None:
        analysis = await server.analysis(params.text_document.uri)
        return await server.read(_definition, analysis, params.position, server.encoding)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def outlined(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        analysis = await server.analysis(params.text_document.uri)
        return outline(analysis, server.encoding)


def _offer(server: Server) -> None:
    """Offer what may be written at a place, and the canonical layout."""

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(["(", ",", ".", '"', "/"]))
    async def offered(params: types.CompletionParams) -> list[types.CompletionItem]:
        document = server.documents[params.text_document.uri]
        offset = _offset(document, params.position, server.encoding)
        return completions(document.source.text, offset, await server.last(document.uri))

    @server.feature(types.TEXT_DOCUMENT_FORMATTING)
    async def laid_out(params: types.DocumentFormattingParams) -> list[types.TextEdit]:
        return await server.read(layout, server.documents[params.text_document.uri], server.encoding)


def _hover(analysis: Analysis, position: types.Position, encoding: str) -> types.Hover | None:
    found = hover(analysis, _offset(analysis.document, position, encoding))
    if found is None:
        return None
    text, span = found
    lines = Lines(span.source.text, encoding)
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), as_range(lines, span))


def _definition(analysis: Analysis, position: types.Position, encoding: str) -> types.Location | None:
    found = mention(analysis.spec, _offset(analysis.document, position, encoding))
    declared = meaning(analysis, found) if found is not None else None
    return location(analysis, declared.span, encoding) if declared is not None else None


def _offset(document: Document, position: types.Position, encoding: str) -> int:
    return Lines(document.source.text, encoding).offset((position.line, position.character))
