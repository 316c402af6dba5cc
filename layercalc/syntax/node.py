"""What all nodes of the tree share: fields in the order of the grammar, set once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import repeat
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeAlias, dataclass_transform

#: The values of the fields, in order.
Fields: TypeAlias = Iterable[object]
_put = MemberDescriptorType.__set__


class _NodeType(type):
    """Makes slots of a node's fields, as `dataclass` does, at a thirtieth of its start-up cost."""

    def __new__(cls, name: str, bases: tuple[type, ...], members: dict[str, Any]) -> _NodeType:
        written = tuple(members.get("__annotations__", ())) if bases else ("outline", "_read")
        members["__slots__"] = members["__match_args__"] = members["_fields"] = written
        members["_below"] = tuple(field for field in reversed(written) if field != "span")
        made = super().__new__(cls, name, bases, members)
        made._places = tuple(getattr(made, field) for field in written)  # type: ignore[attr-defined]
        return made


@dataclass_transform(frozen_default=True)
class Node(metaclass=_NodeType):
    """A node: its fields in the order of the grammar, set once; equal by content."""

    _fields: ClassVar[tuple[str, ...]]
    #: The fields in which other nodes can be, the last first.
    _below: ClassVar[tuple[str, ...]]
    #: The slots of the fields, which set them, as a node is frozen.
    _places: ClassVar[tuple[MemberDescriptorType, ...]]

    def __init__(self, *values: object) -> None:
        if len(values) != len(self._places):
            raise TypeError(f"a {type(self).__name__} has {len(self._places)} fields, not {len(values)}")
        any(map(_put, self._places, repeat(self), values))

    @classmethod
    def unread(cls, name: object, span: object, outline: object, read: Callable[[], Fields]) -> Self:
        """Make a declaration that is read when it is asked for more than its name, its place, its outline."""
        made, (first, *_, last) = cls.__new__(cls), cls._places
        any(map(_put, (first, last, *Node._places), repeat(made), (name, span, outline, read)))
        return made

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Read a field that is not there yet."""
            if name not in self._fields:
                raise AttributeError(f"a {type(self).__name__} has no {name}")
            self.__init__(*self._read())
            return getattr(self, name)

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
