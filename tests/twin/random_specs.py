"""Random specs: params, blocks and a network, as texts of the language.

From: hypothesis. To: a `Text`, the spec as it is and with its repeats written out.
Promises: every spec resolves; unrolled it has at most `NODES` nodes for the steps it
pays for, and 2^`BITS` paths.
"""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.twin.random_places import Block, Place, Size, Text, write
from tests.twin.random_steps import KINDS, Writer

NODES, BITS = 120, 8
WORDS = ("3", "1", "4", "6", "w", "(w + 1)")
SYMBOLIC_WORDS = ("w", "(w + 1)", "3", "(m * w)")


@st.composite
def specs(draw: DrawFn, symbols: bool = False) -> Text:
    """Draw a spec with params `m`, which counts rounds, and `w`, which is a width.

    With `symbols` nearly all of them resolve for symbols too.
    """
    m, w = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    counts = {"m": m, "m - 1": m - 1, "m + 1": m + 1, "2": 2, "1": 1, "3": 3, "0": 0}
    writer = Writer(draw, counts, symbols, NODES, BITS)
    sizes = draw(st.lists(st.integers(1, 12), min_size=1, max_size=4))
    rank = len(sizes) - 1
    params = f"param m = {m} where m >= 1\nparam w = {w} where w >= 1"
    blocks = [_block(writer, rank) for _ in range(writer.pick((2, 1, 3, 0)))]
    place = Place(Size(rank), SYMBOLIC_WORDS if symbols else WORDS)
    network = writer.series(place, range(3, 10))
    place.names["x"] = place.here
    start = f"input({', '.join(map(str, sizes))}) as x"
    return write("network Random", params, *blocks, start, network, _tail(writer, place))


def _block(writer: Writer, rank: int) -> Text:
    """Draw a block, which may call those before it, and keep the books of a call."""
    name, takes, keep = f"block{writer.fresh()}", writer.pick((2, 1)), writer.pick((True, False))
    size = Size(rank)
    place = Place(size, (*WORDS, "f", "f"), {} if takes == 1 else {"a": size, "b": size}, keep, depth=1)
    before = writer.nodes, writer.bits
    writer.nodes, writer.bits = NODES // 4, BITS / 2
    start = write("") if takes == 1 else _meeting(writer, place)
    body = write(start, writer.series(place))
    cost = NODES // 4 - writer.nodes, BITS / 2 - writer.bits
    writer.nodes, writer.bits = before
    writer.blocks.append(Block(name, takes, rank, keep, *cost))
    return write(f"block {name}(f) {'' if takes == 1 else 'from a, b'} {{", body, "}")


def _meeting(writer: Writer, place: Place) -> Text:
    """Draw a merge of the two values that a block takes."""
    writer.affords(place, 3, 1)
    ways = []
    for name in ("a", "b"):
        inner = place.inner(keep=True)
        ways.append(write(f"from {name}", writer.series(inner, (1, 0)), writer.end(inner, "f", 1)))
    return write(f"{writer.pick(KINDS)} {{", ways[0], "|", ways[1], "}")


def _tail(writer: Writer, place: Place) -> Text:
    """Draw the end of the network: as it is, or classes."""
    if not writer.pick((True, False)):
        return write("")
    pooling = "global_avgpool" if place.here.rank else ""
    place.here = Size(0)
    return write(pooling, writer.series(place, (0, 1, 2)), "dense(10)", "softmax")
