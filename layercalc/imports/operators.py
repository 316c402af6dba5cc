"""Operators that frameworks have in common, as nodes of the neutral graph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from layercalc.imports.values import Builder, Derived, Known, product

#: The least values that a clamp keeps from 0 are no more than this: a guard of what is divided by.
GUARD = 1e-3
#: Powers that have a name.
POWERS: Mapping[float, str] = {2: "square", 0.5: "root", -0.5: "inverse_root", -1: "reciprocal"}

_Reader = TypeVar("_Reader")


def table(*entries: tuple[str, _Reader]) -> dict[str, _Reader]:
    """Make a table of readers by name, from names with spaces between them.

    >>> table(("conv1d conv2d", 1), ("linear", 2))
    {'conv1d': 1, 'conv2d': 1, 'linear': 2}
    """
    return {name: reader for names, reader in entries for name in names.split()}


def layer(
    builder: Builder,
    op: str,
    data: Known,
    shape: tuple[int, ...],
    weight: Derived,
    bias: Derived | None,
    **attributes: Any,
) -> Known:
    """Add a layer with its own weights, and behind it the others that these are computed with.

    Its own are that of the weight's size, and those of its bias; gains of standardized weights are others.
    """
    size, added = product(weight.shape), bias.weights if bias is not None else ()
    whole = [name for name in weight.weights if product(builder.weights[name]) == size][:1]
    own = [*(whole or weight.weights), *added]
    others = [name for name in (*weight.weights, *added) if name not in own]
    made = builder.emit(op, [data], shape, own, {**attributes, "bias": bias is not None})
    return builder.emit("gain", [made], shape, others) if others else made


def clamp(builder: Builder, x: Known, low: float | None, high: float | None) -> Known | None:
    """Add a clamp, under the name that it has between some limits; None where one limit is missing."""
    if low == 0 and high in (None, 6):
        return builder.emit("relu" if high is None else "relu6", [x], x.shape)
    if high is None and (low is None or 0 < low <= GUARD):
        return x
    if low is None or high is None:
        return None
    return builder.emit("clamp", [x], x.shape, attributes={"low": float(low), "high": float(high)})


def power(builder: Builder, x: Known, exponent: float) -> Known:
    """Add a power of each element."""
    return x if exponent == 1 else builder.emit(POWERS.get(exponent, "power"), [x], x.shape)
