"""The front door: few names, each with a sentence and an example."""

from __future__ import annotations

import inspect

import layercalc

MOST = 15


def test_the_public_names_are_few() -> None:
    assert 0 < len(layercalc.__all__) <= MOST
    assert len(set(layercalc.__all__)) == len(layercalc.__all__)


def test_every_public_name_has_an_example() -> None:
    assert not [name for name in layercalc.__all__ if ">>> " not in _docstring(getattr(layercalc, name))]


def _docstring(thing: object) -> str:
    """Give the docstring a thing bears itself: a constant would show that of its type."""
    bears_one = inspect.isroutine(thing) or inspect.isclass(thing) or inspect.ismodule(thing)
    return (thing.__doc__ or "") if bears_one else ""
