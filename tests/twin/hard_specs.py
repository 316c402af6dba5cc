"""Specs that are hard in one way each: every property is tried on them before the random ones."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import example, given

from tests.twin.random_places import Text, looped, write
from tests.twin.random_specs import specs

CELL = "block cell(f) from a, b { add { from a dense(f) | from b tanh dense(f) } }"
CELLS = looped(3, "from a, b cell(f) as c from b as a from c as b")

HARD: tuple[Text, ...] = (
    # Two values go round, and the new one is made of both: the map of a round is no diagonal.
    write(
        CELL,
        "input(4) as x relu as y",
        looped(5, "from x, y cell(2) as z from y as x from z as y"),
        "add { from x dense(1) | from y dense(1) }",
    ),
    # The same where the two have no common origin, in a block, which itself goes round.
    write(
        CELL,
        write(
            "block cells(f) from a, b {",
            CELLS,
            "add { from a dense(f) | from b dense(f) | from a tanh dense(f) } }",
        ),
        "input(3) as x dense(5) as y",
        looped(2, "from x, y cells(2) as z from y sigmoid as x from z as y"),
        "from x, y cell(2)",
    ),
    # The named value has another shape from the second round on, the current one has not.
    write(
        "input(2, 8, 8) as x conv(4, 1)",
        looped(3, "add { | from x conv(4, 3) } as y from x conv(6, 3) as x from y conv(4, 3)"),
        "concat { | from x }",
    ),
    # A round does not read the current value, whose shape it changes.
    write(
        "input(3, 9) as x conv(5, 3)", looped(3, "from x conv(3, 3) as x conv(7, 2)"), "concat { | from x }"
    ),
    # A round reads the shape of the current value, which changes, and nothing else of it.
    write("input(4) as x", looped(3, "let c = in.channels from x dense(c) dense(3)"), "relu"),
    # Every round changes the shape, and so does the loop around it.
    write(
        "input(2, 40, 33)", looped(2, write(looped(2, "conv(in.channels + 1, 3, stride = 2)"), "maxpool(2)"))
    ),
    # Branches that do nothing, or the same; a merge of one; a value that nothing reads.
    write(
        "input(6) as x dense(3) as y from x add { | | relu | from x } max { tanh } concat { from y | from y }"
    ),
    # Loops without a body, without a round, with one.
    write(
        "input(3) as x", looped(4, ""), looped(0, "dense(7) as x"), looped(1, "dense(2) as x relu"), "from x"
    ),
    # A skip over blocks with skips.
    write("input(3) as x", looped(3, "add { | relu as y add { dense(3) | from y } }"), "add { from x | }"),
)


def on_specs(test: Callable[..., None]) -> Callable[..., None]:
    """Try a property on the hard specs and on random ones."""
    for spec in HARD:
        test = example(spec=spec)(test)
    return given(spec=specs())(test)
