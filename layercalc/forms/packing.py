"""Closed forms as plain tuples, in which they go to another process.

From a product; to its nodes one by one, each after those in its terms, and back. Promises: what
comes back is equal, and no depth of nodes needs deep recursion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from layercalc.forms.node import Join, postorder
from layercalc.forms.readable import Readable


def packed(value: Readable) -> tuple[list[Any], Any]:
    """Take a product apart; a node among the bases is given by its place in the list.

    >>> from layercalc.forms.product import ONE, Product, add
    >>> from layercalc.lazy import sympy
    >>> w = sympy.Symbol("w", positive=True)
    >>> value = add([Product.of(w) ** 3, ONE]) ** 2 * Product.of(3)
    >>> unpacked(*packed(value)) == value
    True
    """
    order = postorder(value.joins, lambda node: True)
    places = {node: place for place, node in enumerate(order)}
    return [(type(node), [_flat(term, places) for term in node.terms]) for node in order], _flat(
        value, places
    )


def unpacked(nodes: Sequence[Any], value: Any) -> Any:
    """Put a product together again."""
    made: list[Join[Any]] = []
    for kind, terms in nodes:
        made.append(kind([_filled(term, made) for term in terms]))
    return _filled(value, made)


def _flat(value: Readable, places: Mapping[Join[Any], int]) -> Any:
    powers = {
        core: [
            (None, places[base], power) if isinstance(base, Join) else (base, None, power)
            for base, power in monomial.items()
        ]
        for core, monomial in value._powers.items()
    }
    return type(value), powers, value._counts, value.is_zero


def _filled(flat: Any, made: Sequence[Join[Any]]) -> Any:
    kind, powers, counts, is_zero = flat
    filled = {
        core: {base if place is None else made[place]: power for base, place, power in monomial}
        for core, monomial in powers.items()
    }
    return kind._make(filled, counts, is_zero)
