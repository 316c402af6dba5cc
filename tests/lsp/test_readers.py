"""A document is read while another is: no one waits for the slow one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from layercalc import limits
from layercalc.errors import LimitError
from layercalc.lsp import server as served
from layercalc.lsp.analysis import Analysis, analyse
from layercalc.lsp.documents import Document
from layercalc.lsp.reader import Reader
from layercalc.lsp.server import Server

PATIENCE = 60


def document(path: Path, text: str = "input(3) relu") -> Document:
    return Document.of(path.as_uri(), 1, text)


def test_a_document_is_answered_while_another_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    slow, quick = document(tmp_path / "slow.arch"), document(tmp_path / "quick.arch")

    def reading(document: Document, opened: Mapping[Path, Document], laws: str) -> Analysis:
        assert document is not slow or go_on.wait(PATIENCE)
        return analyse(document, opened, laws)

    monkeypatch.setattr(served, "analyse", reading)

    async def asked() -> list[str]:
        server = Server("paper")
        server.documents = {slow.uri: slow, quick.uri: quick}
        first = asyncio.ensure_future(server.analysis(slow.uri))
        await asyncio.sleep(0)
        second = await asyncio.wait_for(server.analysis(quick.uri), PATIENCE)
        assert not first.done()
        go_on.set()
        found = [second, await asyncio.wait_for(first, PATIENCE)]
        server.rest()
        return [analysis.document.uri for analysis in found]

    assert asyncio.run(asked()) == [quick.uri, slow.uri]


def test_what_is_no_longer_wanted_ends_where_it_counts_its_work() -> None:
    started = threading.Event()

    def endless() -> None:
        while True:
            limits.work(0)
            started.set()

    async def stopped() -> int:
        reader = Reader()
        job = asyncio.ensure_future(reader.read(endless))
        while not started.is_set():
            await asyncio.sleep(0.01)
        reader.stop()
        with pytest.raises(LimitError):
            await asyncio.wait_for(job, PATIENCE)
        answer = await reader.read(lambda: 3)
        reader.close()
        return answer

    assert asyncio.run(stopped()) == 3
