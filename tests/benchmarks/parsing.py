"""How long the parser takes over bare Lark, on the same text, in this process.

``python -m tests.benchmarks.parsing [RUNS]``. Bare Lark reads the same grammar with no
transformer and keeps no positions: what it gives cannot be used, only measured against.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from lark import Lark

from layercalc.errors import Source
from layercalc.syntax.parse import parse
from tests.benchmarks.timing import Ratio, compare, table

ROOT = Path(__file__).resolve().parents[2]
LINES, TARGET = 1000, 2.0
HEAD = 'network Bench "as long as a spec gets"\n'
BLOCK = """
# What papers write: a table, a block with a shortcut, expressions, named values.
param width{i} = 64 where width{i} >= 1 "channels of this part"
let stages{i} = match width{i} {{
    18 => [2, 2, 2, 2]
    34 | 50 => [3, 4, 6, 3]
    else => [3, 4, (width{i} - 32) / 3, 3]
}}
block bottleneck{i}(channels, stride = 1) {{
    add {{
        conv(channels, 1)         -> batchnorm -> relu
        conv(channels, 3, stride) -> batchnorm -> relu
        conv(4 * channels, 1)     -> batchnorm
    |
        if in.channels == channels and stride == 1 {{ identity }}
        else {{ conv(channels, 1, stride) -> batchnorm }}
    }}
    relu as out{i}
    from out{i} -> conv(2 * channels ^ 2 - 1, (1, 7), padding = same)
}}
for (i, blocks) in enumerate(stages{i}) {{
    bottleneck{i}(width{i} * 2^i, stride = if i == 0 then 1 else 2)
    repeat blocks - 1 {{ bottleneck{i}(width{i} * 2^i) }}
}}
"""


def text(lines: int = LINES) -> str:
    """Write a spec of about so many lines.

    >>> 950 < len(text(1000).splitlines()) <= 1000
    True
    """
    return HEAD + "".join(BLOCK.format(i=i) for i in range((lines - 1) // BLOCK.count("\n")))


def ratios(runs: int) -> Iterator[Ratio]:
    """Time the parser over bare Lark."""
    bare = Lark.open(str(ROOT / "grammars" / "arch.lark"), parser="lalr", start="spec")
    spec = text()
    yield compare(
        (f"parse, {len(spec.splitlines())} lines", lambda: parse(Source("bench.arch", spec))),
        ("bare Lark", lambda: bare.parse(spec)),
        TARGET,
        runs,
    )


def main(runs: int = 15) -> None:
    """Print the table."""
    print(table(ratios(runs)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
