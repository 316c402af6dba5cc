"""What the operators of PyTorch mean in the neutral graph, one function for each kind.

From: a node of an exported program, in the order of the program. To: nodes of a `Builder`. An
operator that is not in `READERS`, or is there and used in a way that has no neutral form, becomes
a node under its own name, which later stages refuse.
"""

from __future__ import annotations

from layercalc.imports.aten import layers, recurrent, shapes, windows
from layercalc.imports.aten.inplace import write
from layercalc.imports.aten.operation import FRESH, Operation, is_item, name_of, writes
from layercalc.imports.values import Derived, Known, Value

__all__ = ["Operation", "is_item", "read", "write", "writes"]

#: The readers by the names of operators.
READERS = {**layers.READERS, **shapes.READERS, **windows.READERS, **recurrent.READERS}


def read(operation: Operation) -> Value:
    """Add what an operator means."""
    node = operation.node
    if name_of(node) in FRESH:
        return Derived((), operation.shape)
    reader = READERS.get(name_of(node)) if str(node.target).startswith("aten.") else None
    made = reader(operation) if reader is not None else None
    if made is None or (isinstance(made, Known) and made.shape != operation.shape):
        return operation.unknown()
    return made
