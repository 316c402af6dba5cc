"""The whole way from a text to closed forms, each rung by its name.

    text -> tree -> names -> network -> values -> closed

From: a `Program`, which `load_program` has read and parsed, and values for its params. To: what
there is at each rung. Promises: a rung is made when it is asked for, by one function of the room
that it belongs to. `layercalc show --until` prints a rung; `layercalc.load` gives the last one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from layercalc.resolve import resolve
from layercalc.resolve.names import check_names
from layercalc.resolve.program import Given, Program
from layercalc.syntax import tree


def climb(
    program: Program, given: Mapping[str, Given] | None = None, assume: Sequence[tree.Expression] = ()
) -> Iterator[tuple[str, Any]]:
    """Go from text to closed forms, and stop at each rung.

    >>> from layercalc.resolve.loading import load_program
    >>> rungs = dict(climb(load_program("lenet")))
    >>> [*rungs]
    ['text', 'tree', 'names', 'network', 'values', 'closed']
    >>> rungs["names"], rungs["network"].name, rungs["values"]["params"], rungs["closed"]["params"]
    ([], 'LeNet5', 61706, Closed(value=61706))

    Raises `SpecError` at the network for a spec with mistakes, the unknown names among them.
    """
    yield "text", program.source
    yield "tree", program.trees[0]  # parsed, and with the files that it uses assembled, by `load_program`
    yield "names", check_names(program)  # those that stand for nothing
    network = resolve(program, given, assume)  # params bound, blocks and loops closed, shapes known
    yield "network", network
    from layercalc.measures import take, tell  # no rung below waits for sympy

    taken = take(network)  # the network folded in the algebra of each measure, in canonical symbols
    yield "values", {name: one.value for name, one in taken.items()}
    yield "closed", tell(network, taken)  # in the author's symbols, with where they hold


def rung(
    name: str,
    program: Program,
    given: Mapping[str, Given] | None = None,
    assume: Sequence[tree.Expression] = (),
) -> Any:
    """Climb to a rung, and no further.

    >>> from layercalc.resolve.loading import load_program
    >>> type(rung("tree", load_program("lenet"))).__name__
    'Spec'
    """
    return next(made for reached, made in climb(program, given, assume) if reached == name)
