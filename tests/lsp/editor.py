"""An editor for the tests: pygls' own client, with the server as a process of its own.

From: texts and places in them, as an editor counts. To: what the server answers.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from tests.checkout import ROOT
from tests.cli.process import environment

Answer = TypeVar("Answer")
PATIENCE = 60


class Editor:
    """A client with its server; its loop runs while something is awaited."""

    def __init__(self, *encodings: types.PositionEncodingKind) -> None:
        self._runner = asyncio.Runner()
        self._client = LanguageClient("tests", "1")
        self._told: dict[str, types.PublishDiagnosticsParams] = {}
        self._news = asyncio.Event()
        self._client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(self._taker())
        command = (sys.executable, "-m", "layercalc", "lsp")
        self.run(self._client.start_io(*command, cwd=ROOT, env=environment()))
        general = types.GeneralClientCapabilities(position_encodings=list(encodings) or None)
        capabilities = types.ClientCapabilities(general=general)
        self.server = self.run(
            self._client.initialize_async(types.InitializeParams(capabilities=capabilities))
        )
        self._client.initialized(types.InitializedParams())

    def run(self, job: Coroutine[Any, Any, Answer]) -> Answer:
        """Wait for something, not for ever."""
        return self._runner.run(asyncio.wait_for(job, PATIENCE))

    def _taker(self) -> Callable[[types.PublishDiagnosticsParams], None]:
        def take(params: types.PublishDiagnosticsParams) -> None:  # pygls marks it, which no method bears
            self._told[params.uri] = params
            self._news.set()

        return take

    def open(self, path: Path, text: str, version: int = 1) -> str:
        """Open a text; give its address."""
        document = types.TextDocumentItem(path.as_uri(), "arch", version, text)
        self._client.text_document_did_open(types.DidOpenTextDocumentParams(document))
        return document.uri

    def type(self, uri: str, text: str, version: int) -> None:
        """Change a text, all of it at once."""
        change = types.TextDocumentContentChangeWholeDocument(text)
        document = types.VersionedTextDocumentIdentifier(version, uri)
        self._client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    def close(self, uri: str) -> None:
        """Close a text."""
        document = types.TextDocumentIdentifier(uri)
        self._client.text_document_did_close(types.DidCloseTextDocumentParams(document))

    def mistakes(self, uri: str, version: int | None = 1) -> list[types.Diagnostic]:
        """Wait for the mistakes of a version of a text; None stands for a text that was closed."""
        return self.run(self._mistakes(uri, version))

    async def _mistakes(self, uri: str, version: int | None) -> list[types.Diagnostic]:
        while uri not in self._told or self._told[uri].version != version:
            self._news.clear()
            await self._news.wait()
        return list(self._told[uri].diagnostics)

    def forget(self, uri: str) -> None:
        """Wait for news of a text: what was told before does not count."""
        self._told.pop(uri, None)

    def hover(self, uri: str, line: int, column: int) -> str:
        """Give the Markdown that is shown at a place."""
        params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, column))
        shown = self.run(self._client.text_document_hover_async(params))
        if shown is None:
            return ""
        assert isinstance(shown.contents, types.MarkupContent)
        return shown.contents.value

    def definition(self, uri: str, line: int, column: int) -> types.Location | None:
        """Give the place of the definition of what stands at a place."""
        params = types.DefinitionParams(types.TextDocumentIdentifier(uri), types.Position(line, column))
        found = self.run(self._client.text_document_definition_async(params))
        assert found is None or isinstance(found, types.Location)
        return found

    def completions(self, uri: str, line: int, column: int) -> dict[str, types.CompletionItem]:
        """Give what may be written at a place, by name."""
        params = types.CompletionParams(types.TextDocumentIdentifier(uri), types.Position(line, column))
        found = self.run(self._client.text_document_completion_async(params))
        assert isinstance(found, list)
        return {item.label: item for item in found}

    def symbols(self, uri: str) -> list[types.DocumentSymbol]:
        """Give the outline of a text."""
        params = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
        found = self.run(self._client.text_document_document_symbol_async(params))
        return [item for item in found or () if isinstance(item, types.DocumentSymbol)]

    def layout(self, uri: str) -> list[types.TextEdit]:
        """Give what changes in the canonical layout."""
        options = types.FormattingOptions(4, insert_spaces=True)
        params = types.DocumentFormattingParams(types.TextDocumentIdentifier(uri), options)
        edits = self.run(self._client.text_document_formatting_async(params))
        return list(edits or ())

    def quit(self) -> int | None:
        """Say good-bye; give the status with which the server ends."""
        self.run(self._client.shutdown_async(None))
        self._client.exit(None)
        return self._ended()

    def vanish(self) -> int | None:
        """Go away without a word; give the status with which the server ends."""
        server = self._client._server
        assert server is not None
        assert server.stdin is not None
        server.stdin.close()
        return self._ended()

    def _ended(self) -> int | None:
        server = self._client._server
        assert server is not None
        self.run(self._client.stop())  # type: ignore[no-untyped-call]
        self._runner.close()
        return server.returncode
