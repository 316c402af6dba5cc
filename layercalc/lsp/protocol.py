"""The rules of the protocol that come before any feature.

From: messages as JSON. To: features, or an answer that refuses. Promises: each request has one
answer, whatever it holds and whenever it comes: before `initialize`, behind `shutdown`, with
params that no feature takes, or as a text that is no message.
"""

from __future__ import annotations

from typing import Any

from lsprotocol import types
from pygls import exceptions
from pygls.protocol import LanguageServerProtocol

#: What a notification may be before `initialize` and behind `shutdown`.
ALWAYS = (types.EXIT,)


class Protocol(LanguageServerProtocol):
    """Looks at a message as a whole before its parts are read: pygls has no answer to what it cannot read."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Leave the objects of a message as they are until `handle_message`."""
        return data

    def handle_message(self, message: Any) -> None:
        """Answer what cannot be done, and give the rest to its feature."""
        refusal = _broken(message) or self._too_early_or_late(message)
        if refusal is None:
            try:
                read = super().structure_message(
                    {"params": None, **message} if self._is_new(message) else message
                )
            except exceptions.JsonRpcException:
                refusal = exceptions.JsonRpcInvalidParams("these params do not fit the method")
            else:
                super().handle_message(read)
                return
        self.refuse(message, refusal)

    def refuse(self, message: Any, refusal: exceptions.JsonRpcException) -> None:
        """Answer with a mistake; nobody waits for the answer to a notification or to an answer."""
        read = isinstance(message, dict)
        if read and ("method" in message) != ("id" in message):
            return
        number = message.get("id") if read and _is_id(message.get("id")) else None
        error = {"code": refusal.code, "message": refusal.message}
        self._send_data({"jsonrpc": self.VERSION, "id": number, "error": error})

    def _too_early_or_late(self, message: dict[str, Any]) -> exceptions.JsonRpcException | None:
        method = message.get("method")
        if method is None or method in ALWAYS:
            return None
        if self._shutdown:
            return exceptions.JsonRpcInvalidRequest("the server was shut down")
        if self._workspace is None and method != types.INITIALIZE:
            return exceptions.JsonRpcServerNotInitialized("the server was not initialized")
        if self._workspace is not None and method == types.INITIALIZE:
            return exceptions.JsonRpcInvalidRequest("the server was initialized before")
        return None

    def _is_new(self, message: dict[str, Any]) -> bool:
        """Tell whether a method is none of the protocol's own."""
        return "method" in message and self.get_message_type(message["method"]) is None


def _broken(message: Any) -> exceptions.JsonRpcException | None:
    """Say what keeps a value from being a message of JSON-RPC."""
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        return exceptions.JsonRpcInvalidRequest("this is no message of JSON-RPC 2.0")
    if "method" in message:
        if not isinstance(message["method"], str):
            return exceptions.JsonRpcInvalidRequest("a method is a text")
        if "id" in message and not _is_id(message["id"]):
            return exceptions.JsonRpcInvalidRequest("an id is a whole number or a text")
    elif "id" not in message or not {"result", "error"} & message.keys():
        return exceptions.JsonRpcInvalidRequest("this is neither a request nor an answer")
    return None


def _is_id(number: Any) -> bool:
    return isinstance(number, int | str) and not isinstance(number, bool)
