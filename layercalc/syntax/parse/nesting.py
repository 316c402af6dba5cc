"""The limit on nesting, checked once without recursion, so that every later stage may recurse."""

from __future__ import annotations

from typing import Any

from layercalc import limits
from layercalc.errors import Span, limit
from layercalc.syntax import tree

_LEAVES = (tree.Word, tree.Number, tree.String, tree.Name, tree.Current, Span, str)
#: What stands within another of its kind is one level deeper.
_LEVELS = (
    tree.Body, tree.Group, tree.Sequence, tree.Comprehension, tree.Apply, tree.Index, tree.Attribute,
    tree.Prefix, tree.Power, tree.Conditional, tree.Match, tree.Targets,
)  # fmt: skip


def check_nesting(root: Any) -> None:
    """Refuse a tree that is deeper than `limits.NESTING`, without recursion."""
    stack: list[tuple[Any, int]] = [(root, 0)]
    while stack:
        node, depth = stack.pop()
        if type(node) is tuple:
            stack.extend((child, depth) for child in node if not isinstance(child, _LEAVES))
            continue
        depth += isinstance(node, _LEVELS)
        if depth > limits.NESTING:
            raise limit(f"this nests deeper than {limits.NESTING} levels, the limit", node.span)
        for slot in node._fields:
            child = getattr(node, slot)
            if child is not None and not isinstance(child, _LEAVES):
                stack.append((child, depth))
