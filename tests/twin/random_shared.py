"""Random networks of shared weights and of layers of several values.

Every step keeps a square of 4 channels, so that any value can meet any other. A text calls
`tower` for a block of its own weights or of shared ones, by what stands before it.
"""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as st

HEAD = """
param n = 3 where n >= 2
param m = 2 where m >= 1
layer meeting(scale = a.channels) from a, b, c {
    shape      = [scale] + b.spatial
    power      = scale / (a.channels + c.channels)
    complexity = scale / 3
    params     = scale * a.channels
    macs       = out.volume
}
"""
LAYERS = ["relu", "conv(4, 3)", "conv(4, 1, bias = true)", "linear(4)", "batchnorm", "dropout"]
MERGES = {"add": 2, "sub": 2, "div": 3, "max": 2, "mul": 2, "matmul": 2, "meeting": 3}


class Spec(NamedTuple):
    """A network with a block: what the block does, and what the network does with it."""

    tower: str
    steps: str

    @property
    def shared(self) -> str:
        """The network with the block's weights shared."""
        return f"{HEAD} block own {{ {self.tower} }} shared tower = own {self._rest}"

    @property
    def apart(self) -> str:
        """The network in which each use of the block has weights of its own."""
        return f"{HEAD} block tower {{ {self.tower} }} {self._rest}"

    @property
    def alone(self) -> str:
        """The block by itself."""
        return f"{HEAD} block tower {{ {self.tower} }} input(4, n, n) tower"

    @property
    def _rest(self) -> str:
        return f"input(4, n, n) as x {self.steps}"


def _body(
    calls: list[str], depth: int = 2, counts: tuple[str, ...] = ("0", "1", "2", "m")
) -> st.SearchStrategy[str]:
    """Give steps in series; a repeat has one of the `counts`."""
    layer = st.sampled_from([*LAYERS, *calls])
    inner = _body(calls, depth - 1, counts) if depth else layer
    merge = st.sampled_from([*MERGES]).flatmap(
        lambda kind: st.lists(inner | st.just(""), min_size=MERGES[kind], max_size=MERGES[kind]).map(
            lambda branches: f"{kind} {{ {' | '.join(branches)} }}"
        )
    )
    repeat = st.tuples(st.sampled_from(counts), inner).map(lambda pair: f"repeat {pair[0]} {{ {pair[1]} }}")
    return st.lists(layer | merge | repeat, min_size=1, max_size=3).map(" ".join)


specs = st.builds(Spec, _body([], 1), _body(["tower", "tower"]))
