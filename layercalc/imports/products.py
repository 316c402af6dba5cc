"""Products of tensors as products of matrices: attention, and sums over equal letters.

Whatever the framework calls them, they become `permute`, `reshape`, `matmul` and `softmax`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from layercalc.imports.values import Builder, Derived, Known, stretched


def attention(
    builder: Builder,
    query: Known | Derived,
    key: Known | Derived,
    value: Known | Derived,
    mask: Known | Derived | None = None,
) -> Known | None:
    """Add scaled products of queries and keys, their softmax, and the sums of values it weighs.

    Each is ... x positions x channels; with fewer keys, several queries share them. The mask, if there
    is one, is added before the softmax.
    """
    if not (isinstance(key, Known) and isinstance(value, Known)):
        return None
    rank = len(key.shape)
    if len(query.shape) != rank or any(a % b for a, b in zip(query.shape[:-2], key.shape[:-2], strict=True)):
        return None
    turned = builder.permuted(key, (*range(rank - 2), rank - 1, rank - 2))
    shape = (*query.shape[:-1], key.shape[-2])
    weights = builder.emit("matmul", [query, turned], shape)
    if isinstance(mask, Known) or (mask is not None and mask.weights):
        weights = builder.emit("add", [weights, mask], stretched(shape, mask.shape))
    weights = builder.emit("softmax", [weights], shape, attributes={"axis": len(shape) - 1})
    return builder.emit("matmul", [weights, value], (*shape[:-1], value.shape[-1]))


def contraction(
    builder: Builder, equation: str, operands: Sequence[Known | Derived], shape: tuple[int, ...]
) -> Known | None:
    """Add the sum of products of two tensors, named by letters for their axes: `bhqd,bhkd->bhqk`.

    None where it is no product of matrices: a letter twice in one tensor, one that is summed
    over in one tensor alone, or dots.
    """
    left, _, result = equation.replace(" ", "").partition("->")
    letters = left.split(",")
    if "." in equation or not result or any(len(set(one)) != len(one) for one in letters):
        return None
    first, second = letters
    batch = [one for one in first if one in second and one in result]
    inner = [one for one in first if one in second and one not in result]
    rows = [one for one in first if one not in second]
    columns = [one for one in second if one not in first]
    if not set(rows) | set(columns) <= set(result) or not inner:
        return None
    sizes = {
        letter: size
        for one, operand in zip(letters, operands, strict=True)
        for letter, size in zip(one, operand.shape, strict=True)
    }
    total = {id(part): math.prod(sizes[one] for one in part) for part in (inner, rows, columns)}
    lead = [sizes[one] for one in batch]
    a = builder.permuted(operands[0], [first.index(one) for one in (*batch, *rows, *inner)])
    a = builder.reshaped(a, (*lead, total[id(rows)], total[id(inner)]))
    b = builder.permuted(operands[1], [second.index(one) for one in (*batch, *inner, *columns)])
    b = builder.reshaped(b, (*lead, total[id(inner)], total[id(columns)]))
    made = builder.emit("matmul", [a, b], (*lead, total[id(rows)], total[id(columns)]))
    order = (*batch, *rows, *columns)
    apart = builder.reshaped(made, [sizes[one] for one in order])
    turned = builder.permuted(apart, [order.index(one) for one in result])
    return turned if isinstance(turned, Known) and turned.shape == shape else None
