"""Every request has one answer, and the one that the protocol names: a raw client, in this process."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Iterator
from typing import Any, cast

import pytest
from pygls.exceptions import JsonRpcContentModified
from pygls.io_ import run_async

from layercalc.lsp.server import made

PARSE, REQUEST, METHOD, PARAMS, EARLY = -32700, -32600, -32601, -32602, -32002
URI = "untitled:one.arch"
TEXT = "input(3, 8, 8)\nconv(4, 3) -> relu\n"
PATIENCE = 60


@pytest.fixture(autouse=True)
def _limits_of_threads() -> Iterator[None]:
    """Put back what a server sets for its whole process."""
    frames, stack = sys.getrecursionlimit(), threading.stack_size()
    yield
    sys.setrecursionlimit(frames)
    threading.stack_size(stack)


class Wire:
    """What a server writes, message by message."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []

    def write(self, data: bytes) -> None:
        self.told.append(json.loads(data.partition(b"\r\n\r\n")[2]))

    def close(self) -> None:
        """Nothing is left open."""


def talk(*messages: object, answers: int | None = None) -> list[dict[str, Any]]:
    """Send messages (bytes as they are), and give the answers in order of arrival."""
    wanted = sum(isinstance(m, dict) and "id" in m for m in messages) if answers is None else answers

    async def spoken() -> list[dict[str, Any]]:
        server, wire, reader = made("paper"), Wire(), asyncio.StreamReader()
        server.protocol.set_writer(wire)
        job = run_async(threading.Event(), reader, server.protocol, error_handler=server.report_server_error)
        reading = asyncio.ensure_future(job)
        for message in messages:
            body = message if isinstance(message, bytes) else json.dumps(message).encode()
            reader.feed_data(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        async with asyncio.timeout(PATIENCE):
            while sum("method" not in told for told in wire.told) < wanted and not reading.done():
                await asyncio.sleep(0.01)
            reader.feed_eof()
            await reading
        server.rest()
        return [told for told in wire.told if "method" not in told]

    return asyncio.run(spoken())


def request(number: object, method: object, **params: object) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def notify(method: str, **params: object) -> dict[str, object]:
    return {"jsonrpc": "2.0", "method": method, "params": params}


def at(line: int, column: int, uri: str = URI) -> dict[str, object]:
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}}


def opened(text: str = TEXT) -> dict[str, object]:
    document = {"uri": URI, "languageId": "arch", "version": 1, "text": text}
    return notify("textDocument/didOpen", textDocument=document)


START = request(0, "initialize", processId=None, rootUri=None, capabilities={})
STOP = {"jsonrpc": "2.0", "id": 99, "method": "shutdown"}
IN_A_TEXT = ("hover", "definition", "completion")
OF_A_TEXT = ("documentSymbol", "formatting")
OPTIONS = {"tabSize": 4, "insertSpaces": True}


def code(answer: dict[str, Any]) -> int:
    number = answer["error"]["code"]
    assert isinstance(number, int)
    return number


def test_before_initialize_a_request_is_too_early() -> None:
    early = [request(n, f"textDocument/{kind}", **at(0, 0)) for n, kind in enumerate(IN_A_TEXT, 1)]
    told = talk(opened(), *early, request("x", "shutdown"), START)
    assert [code(answer) for answer in told[:-1]] == [EARLY] * 4
    assert [answer["id"] for answer in told] == [1, 2, 3, "x", 0]
    assert told[-1]["result"]["serverInfo"]["name"] == "layercalc"


def test_a_second_initialize_and_all_behind_shutdown_are_refused() -> None:
    told = talk(
        START, {**START, "id": 1}, STOP, request(2, "textDocument/hover", **at(0, 0)), {**STOP, "id": 3}
    )
    assert [answer["id"] for answer in told] == [0, 1, 99, 2, 3]
    assert told[2]["result"] is None
    assert [code(told[place]) for place in (1, 3, 4)] == [REQUEST] * 3


@pytest.mark.parametrize("stopped", [True, False])
def test_exit_says_whether_the_server_was_shut_down(stopped: bool) -> None:
    server = made("paper")
    server.protocol.set_writer(Wire())
    for message in (START, STOP)[: 1 + stopped]:
        server.protocol.handle_message(cast("Any", message))
    with pytest.raises(SystemExit) as ended:
        server.protocol.handle_message(cast("Any", notify("exit")))
    assert ended.value.code == (0 if stopped else 1)


@pytest.mark.parametrize("kind", [*IN_A_TEXT, *OF_A_TEXT])
def test_an_unknown_document_is_named(kind: str) -> None:
    [_, told] = talk(
        START, request(1, f"textDocument/{kind}", **at(0, 0, "file:///no.arch"), options=OPTIONS)
    )
    assert code(told) == PARAMS
    assert told["error"]["message"] == "no document is open at file:///no.arch"


@pytest.mark.parametrize("kind", IN_A_TEXT)
def test_a_place_beyond_the_text_is_the_nearest_in_it(kind: str) -> None:
    places = [(99, 0), (0, 10**6), (2**31 - 1, 2**31 - 1)]
    asked = [request(n, f"textDocument/{kind}", **at(*place)) for n, place in enumerate(places, 1)]
    told = talk(START, opened(), *asked)
    assert not any("error" in answer for answer in told)


@pytest.mark.parametrize("params", [
    {}, [], 3, "text", {"textDocument": 3}, at(-1, 0), {**at(0, 0), "position": {"line": "x"}},
    {**at(0, 0), "position": None}, {"textDocument": {"uri": None}, "position": {"line": 0, "character": 0}},
])  # fmt: skip
@pytest.mark.parametrize("method", ["textDocument/hover", "textDocument/completion"])
def test_params_that_do_not_fit_are_refused(method: str, params: object) -> None:
    told = talk(START, opened(), {"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
    assert code(told[1]) == PARAMS


def test_an_unknown_method_is_named() -> None:
    told = talk(
        START, request(1, "textDocument/tea"), {"jsonrpc": "2.0", "id": 2, "method": "$/tea"}, notify("tea")
    )
    assert [code(answer) for answer in told[1:]] == [METHOD, METHOD]


def test_what_is_no_message_is_refused_and_the_next_is_answered() -> None:
    texts = [b"{", b"\xff", b"[" * 200_000, b"[]", b"3", b"null", b"{}"]
    told = talk(START, *texts, request(1, "textDocument/tea"), answers=9)
    assert [(answer["id"], code(answer)) for answer in told[1:]] == [
        *[(None, PARSE)] * 3, *[(None, REQUEST)] * 4, (1, METHOD),
    ]  # fmt: skip


def test_an_envelope_that_is_wrong_is_refused() -> None:
    wrong = [request(None, "shutdown"), request(True, "shutdown"), request(1.5, "shutdown"), request(1, 7)]
    told = talk(START, *wrong, {"id": 2, "method": "shutdown"}, {"jsonrpc": "2.0"}, answers=7)
    assert [answer["id"] for answer in told[1:]] == [None, None, None, 1, 2, None]
    assert {code(answer) for answer in told[1:]} == {REQUEST}


def test_answers_to_questions_never_asked_are_passed_over() -> None:
    stray = [{"jsonrpc": "2.0", "id": 7, "result": None}, {"jsonrpc": "2.0", "id": 8, "error": {}}]
    assert [answer["id"] for answer in talk(START, *stray, STOP, answers=2)] == [0, 99]


def test_the_diagram_is_of_the_text_as_it_stands() -> None:
    asked = request(1, "layercalc/diagram", textDocument={"uri": URI})
    [_, told] = talk(START, opened(), asked)
    assert told["result"]["svg"].startswith("<svg")
    [_, told] = talk(START, opened("input(3) -> rellu"), asked)
    assert "unknown block or layer 'rellu'" in told["result"]["why"]
    [_, told] = talk(START, opened("block a { relu }"), asked)
    assert told["result"] == {"why": "This file has no network."}
    [_, *refused] = talk(START, asked, request(2, "layercalc/diagram"))
    assert [code(answer) for answer in refused] == [PARAMS, PARAMS]


def test_who_waits_for_a_text_that_changes_is_told() -> None:
    async def waited() -> None:
        server = made("paper")
        server.take(URI, 1, TEXT)
        waiting = asyncio.ensure_future(server.analysis(URI))
        await asyncio.sleep(0)
        server.take(URI, 2, TEXT)
        with pytest.raises(JsonRpcContentModified):
            await waiting
        server.drop(URI)
        server.rest()

    asyncio.run(waited())
