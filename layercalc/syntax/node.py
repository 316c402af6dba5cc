"""What all nodes of the tree share: fields in the order of the grammar, set once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, dataclass_transform


class _NodeType(type):
    """Makes slots of a node's fields, as `dataclass` does, at a thirtieth of its start-up cost."""

    def __new__(cls, name: str, bases: tuple[type, ...], members: dict[str, Any]) -> _NodeType:
        written = tuple(members.get("__annotations__", ())) if bases else ()
        members["__slots__"] = members["__match_args__"] = members["_fields"] = written
        members["_below"] = tuple(field for field in reversed(written) if field != "span")
        made = super().__new__(cls, name, bases, members)
        made._puts = tuple(getattr(made, field).__set__ for field in written)  # type: ignore[attr-defined]
        return made


@dataclass_transform(frozen_default=True)
class Node(metaclass=_NodeType):
    """A node: its fields in the order of the grammar, set once; equal by content."""

    _fields: ClassVar[tuple[str, ...]]
    #: The fields in which other nodes can be, the last first.
    _below: ClassVar[tuple[str, ...]]
    #: What sets each field, as a node is frozen.
    _puts: ClassVar[tuple[Callable[[Node, object], None], ...]]

    def __init__(self, *values: object) -> None:
        for put, value in zip(self._puts, values, strict=True):
            put(self, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a {type(self).__name__} is frozen")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.values() == other.values()

    def __hash__(self) -> int:
        return hash(self.values())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.values()))})"

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return type(self), self.values()

    def values(self) -> tuple[Any, ...]:
        """Give the fields in order."""
        return tuple(getattr(self, name) for name in self._fields)
