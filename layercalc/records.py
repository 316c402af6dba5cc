"""Dataclasses that are made without compiling code.

From: a class with annotated fields. To: what `dataclasses.dataclass` makes of it, at a tenth of the cost:
that one writes each method as a text and compiles it, which took a tenth of the time of a light command.
Promises: `replace`, `fields` and type checkers see a dataclass. It knows the options `frozen`, `slots`,
`eq` and `repr`, and of a field `default`, `default_factory`, `init`, `repr` and `compare`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, field, replace
from inspect import get_annotations
from itertools import repeat
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from dataclasses import dataclass
    from inspect import Signature

Fields: TypeAlias = Mapping[str, Field[Any]]
_FIELDS = "__dataclass_fields__"


def _dataclass(
    cls: type | None = None,
    *,
    frozen: bool = False,
    slots: bool = False,
    eq: bool = True,
    repr: bool = True,  # noqa: A002
) -> Callable[[type], type] | type:
    """Make a dataclass.

    >>> @dataclass(frozen=True, slots=True)
    ... class Size:
    ...     height: int
    ...     width: int = 1
    >>> Size(3), replace(Size(3), width=2), Size(3) == Size(3, 1)
    (Size(height=3, width=1), Size(height=3, width=2), True)
    """

    def made(cls: type) -> type:
        return _made(cls, frozen, slots, eq, repr)

    return made if cls is None else made(cls)


if not TYPE_CHECKING:
    dataclass = _dataclass


def _made(cls: type, frozen: bool, slots: bool, eq: bool, repr: bool) -> type:  # noqa: A002
    written = [name for name, kind in get_annotations(cls).items() if "ClassVar" not in kind]
    own = {name: _field(cls, name) for name in written}
    fields = {}
    for base in reversed(cls.__mro__[1:]):
        fields.update(base.__dict__.get(_FIELDS, {}))
    fields.update(own)
    members = {name: value for name, value in vars(cls).items() if name not in {"__dict__", "__weakref__"}}
    for name, found in own.items():
        members.pop(name, None)
        if not slots and found.default is not MISSING:
            members[name] = found.default
    if slots:
        members["__slots__"] = tuple(own)
    own_hash = members.get("__hash__")
    members = {
        **_methods(fields, frozen, slots, eq),
        **({"__repr__": _repr} if repr else {}),
        **members,
        _FIELDS: fields,
        "__dataclass_params__": _Options(eq=eq, repr=repr, frozen=frozen),
        "__match_args__": tuple(name for name, found in fields.items() if found.init),
        "__signature__": _Signed(),
    }
    if eq and own_hash is None:
        members["__hash__"] = _hash if frozen else None
    made: type = type(cls)(cls.__name__, cls.__bases__, members)
    made.__qualname__ = cls.__qualname__
    made.__init__ = _initialiser(made, fields)  # type: ignore[misc]
    return made


def _field(cls: type, name: str) -> Field[Any]:
    """Read a field of a class as the standard library does, so that its functions know it."""
    default = cls.__dict__.get(name, MISSING)
    found: Field[Any] = default if isinstance(default, Field) else field(default=default)
    found.name, found.type = name, cls.__annotations__[name]
    found._field_type = dataclasses._FIELD  # type: ignore[attr-defined]  # there is no public way
    return found


def _initialiser(made: type, fields: Fields) -> Callable[..., None]:
    """Give the method that sets the fields, by their places or names."""
    names = [name for name, found in fields.items() if found.init]
    count = len(names)
    defaults = tuple(fields[name].default for name in names)
    spare = next((n for n, value in enumerate(reversed(defaults)) if value is MISSING), count)
    apart = [found for found in fields.values() if not found.init and _has_default(found)]
    behind = getattr(made, "__post_init__", None)

    def __init__(self: Any, *values: Any, **named: Any) -> None:  # noqa: N807
        if not named and 0 < count - len(values) <= spare:
            values += defaults[len(values) :]
        elif named or len(values) != count:
            values = (*values, *_filled(made, names[len(values) :], values, named))
        any(map(object.__setattr__, repeat(self), names, values))
        for found in apart:
            object.__setattr__(self, found.name, _default(found))
        if behind is not None:
            self.__post_init__()

    return __init__


def _filled(made: Any, names: list[str], values: tuple[Any, ...], named: dict[str, Any]) -> Iterator[Any]:
    """Give the fields behind those that have a value by their place."""
    fields: Fields = made.__dataclass_fields__
    known = len(values) <= len(made.__match_args__) and named.keys() <= {*names}
    if not known or not all(name in named or _has_default(fields[name]) for name in names):
        made.__signature__.bind(*values, **named)  # it says what is missing, or too much
    for name in names:
        yield named[name] if name in named else _default(fields[name])


def _has_default(found: Field[Any]) -> bool:
    return found.default is not MISSING or found.default_factory is not MISSING


def _default(found: Field[Any]) -> Any:
    return found.default if found.default_factory is MISSING else found.default_factory()


def _methods(fields: Fields, frozen: bool, slots: bool, eq: bool) -> dict[str, Any]:
    """Give the methods that a class has unless it has its own."""
    methods = dict[str, Any]()
    if eq:
        methods |= {
            "__eq__": _equal,
            "_compared": _getter([n for n, found in fields.items() if found.compare]),
        }
    if frozen:
        methods |= {"__setattr__": _refuse, "__delattr__": _refuse}
    if slots:
        methods |= {"__getstate__": _state, "__setstate__": _set_state}
    return methods


def _getter(names: list[str]) -> Callable[[Any], Any]:
    return attrgetter(*names) if names else staticmethod(lambda _: ())


def _repr(self: Any) -> str:
    shown = (
        f"{name}={getattr(self, name)!r}" for name, found in self.__dataclass_fields__.items() if found.repr
    )
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _equal(self: Any, other: Any) -> Any:
    if type(other) is not type(self):
        return NotImplemented
    return self._compared(self) == self._compared(other)


def _hash(self: Any) -> int:
    return hash(self._compared(self))


def _refuse(self: Any, name: str, value: object = None) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot set or delete {name!r}: a {type(self).__name__} is frozen")


def _state(self: Any) -> list[Any]:
    return [getattr(self, name) for name in self.__dataclass_fields__]


def _set_state(self: Any, values: list[Any]) -> None:
    for name, value in zip(self.__dataclass_fields__, values, strict=True):
        object.__setattr__(self, name, value)


class _Options:
    """The options of a dataclass as the standard library keeps them; Dask tells objects apart by them."""

    __slots__ = ("eq", "frozen", "init", "order", "repr", "unsafe_hash")

    def __init__(self, *, eq: bool, repr: bool, frozen: bool) -> None:  # noqa: A002
        self.init, self.order, self.unsafe_hash = True, False, False
        self.eq, self.repr, self.frozen = eq, repr, frozen


class _Signed:
    """The signature of a class, made when it is asked for."""

    def __get__(self, instance: object, made: type) -> Signature:
        from inspect import Parameter, Signature

        def default(found: Field[Any]) -> Any:
            return _default(found) if _has_default(found) else Parameter.empty

        found = (f for f in dataclasses.fields(made) if f.init)
        kind = Parameter.POSITIONAL_OR_KEYWORD
        return Signature([Parameter(f.name, kind, default=default(f), annotation=f.type) for f in found])


__all__ = ["dataclass", "field", "replace"]
