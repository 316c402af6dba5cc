"""Records are the dataclasses of the standard library, made in another way."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from layercalc import records
from layercalc.errors import Diagnostic
from layercalc.network import Tensor


def _classes(dataclass: Any, **options: bool) -> tuple[type, type]:
    """Make a class and one derived from it."""

    @dataclass(**options)
    class Plain:
        kinds: ClassVar[int] = 3
        first: int
        second: list[int] = dataclasses.field(default_factory=list)
        third: str = dataclasses.field(default="x", compare=False)
        fourth: int = dataclasses.field(default=4, repr=False)
        fifth: int = dataclasses.field(init=False, default=5)

        @property
        def double(self) -> int:
            return 2 * self.first

    @dataclass(**options)
    class Derived(Plain):
        sixth: int = 6

        def __post_init__(self) -> None:
            object.__setattr__(self, "sixth", self.sixth + 1)

        def __str__(self) -> str:
            return f"<{self.sixth}>"

    return Plain, Derived


def _set(made: Any) -> None:
    made.first = 9


JOBS: dict[str, Callable[[Any], object]] = {
    "repr": lambda made: repr(made(1, [2])),
    "str": lambda made: str(made(1)),
    "named": lambda made: repr(made(first=1, fourth=3)),
    "missing": lambda made: made(),
    "too much": lambda made: made(1, [], "", 2, 3, 4, 5),
    "unknown": lambda made: made(1, eighth=2),
    "twice": lambda made: made(1, first=2),
    "equal": lambda made: (made(1) == made(1, [], "y"), made(1) == made(2), made(1) == 1, made(1) != made(1)),
    "hash": lambda made: len({made(1, ()), made(1, (), "y"), made(2, ())}),
    "replace": lambda made: repr(dataclasses.replace(made(1, [3]), third="z")),
    "fields": lambda made: [field.name for field in dataclasses.fields(made)],
    "asdict": lambda made: dataclasses.asdict(made(1, [4])),
    "copy": lambda made: repr(copy.deepcopy(made(1, [5]))),
    "match": lambda made: made.__match_args__,
    "doc": lambda made: (made.__module__, made.__name__, made.__qualname__),
    "signature": lambda made: [*inspect.signature(made).parameters],
    "set": lambda made: _set(made(1)),
    "options": lambda made: [
        getattr(made.__dataclass_params__, name)
        for name in ("init", "repr", "eq", "order", "unsafe_hash", "frozen")
    ],
    "slots": lambda made: hasattr(made(1), "__dict__"),
    "other": lambda made: (made(1).double, made.kinds, made(1).fifth),
    "apart": lambda made: made(1).second is made(1).second,
}


def _done(job: Callable[[Any], object], made: Any) -> object:
    try:
        return job(made)
    except (TypeError, AttributeError) as error:
        return isinstance(error, TypeError)


@pytest.mark.parametrize("job", JOBS)
def test_a_record_is_a_dataclass(job: str) -> None:
    for number in range(16):
        options = {
            name: bool(number >> place & 1) for place, name in enumerate(("frozen", "slots", "eq", "repr"))
        }
        if job in {"repr", "str", "named", "replace", "copy"} and not options["repr"]:
            continue
        made = (_classes(dataclass, **options) for dataclass in (records.dataclass, dataclasses.dataclass))
        for ours, theirs in zip(*made, strict=True):
            assert _done(JOBS[job], ours) == _done(JOBS[job], theirs), options


def test_records_are_pickled() -> None:
    told = [Tensor(3, (8, 8)), Diagnostic("no such spec", hint="did you mean it?")]
    assert pickle.loads(pickle.dumps(told)) == told
