"""What all nodes of the tree share: fields in the order of the grammar, set once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeAlias, dataclass_transform

#: The values of the fields, in order.
Fields: TypeAlias = Iterable[object]
#: The types of fields in which no nodes are.
LEAVES = {"str", "tuple[str, ...]", "Span"}


@dataclass_transform(frozen_default=True)
class Node:
    """A node: its fields in the order of the grammar, set once; equal by content."""

    _fields: ClassVar[tuple[str, ...]]
    #: The fields in which other nodes can be, the last first.
    _below: ClassVar[tuple[str, ...]]

    def __init_subclass__(cls) -> None:
        """Read the fields of a kind, a hundredth of what a dataclass costs at the start."""
        cls._fields = (*cls.__annotations__,)
        cls.__match_args__ = cls._fields  # type: ignore[attr-defined, misc]
        inner = {field for field, kind in cls.__annotations__.items() if kind not in LEAVES}
        cls._below = tuple(field for field in reversed(cls._fields) if field in inner)

    def __init__(self, *values: object) -> None:
        vars(self).update(zip(self._fields, values, strict=True))

    @classmethod
    def unread(cls, name: object, span: object, outline: object, read: Callable[[], Fields]) -> Self:
        """Make a declaration that is read when it is asked for more than its name, its place, its outline."""
        made = cls.__new__(cls)
        vars(made).update(name=name, span=span, outline=outline, _read=read)
        return made

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Read a field that is not there yet."""
            if name not in self._fields:
                raise AttributeError(f"a {type(self).__name__} has no {name}")
            vars(self).update(zip(self._fields, self._read(), strict=True))
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
