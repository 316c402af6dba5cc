"""Random families: a random spec with a param, written out at some of its values, is lifted back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layercalc.errors import Source
from layercalc.lifting import lift
from layercalc.syntax.unparse import formatted
from tests.lifting import twin

#: What a value is at each value of the param, and a part of a spec as text with places for values.
Value: TypeAlias = Mapping[int, int]
Part: TypeAlias = "tuple[str, Sequence[Value | Sequence[Part]]]"
SIZES = (1, 2, 3, 5)
#: A family takes as long as two networks for each member.
EXAMPLES = max(5, settings().max_examples // 4)
BLOCKS = """
block unit(f, stride = 1) { conv(f, 3, stride) -> relu }
block gate { mul { let c = in.channels  conv(c, 1) -> sigmoid | identity } }
"""


def values(least: int = 1, most: int = 6) -> st.SearchStrategy[Value]:
    small = st.integers(least, most)
    lines = st.tuples(small, small).map(lambda ab: {p: ab[0] * p + ab[1] for p in SIZES})
    tables = st.lists(small, min_size=len(SIZES), max_size=len(SIZES))
    return st.one_of(
        small.map(lambda number: dict.fromkeys(SIZES, number)),
        lines,
        tables.map(lambda row: dict(zip(SIZES, row, strict=True))),
    )


@st.composite
def parts(draw: st.DrawFn, depth: int = 2) -> Part:
    leaves = ["conv(#, 3)", "unit(#)", "unit(#, stride = #)", "gate", "relu", "maxpool(#)", "conv(2 * #, 1)"]
    kinds = leaves if not depth else [*leaves, "repeat", "some", "either", "loop", "add"]
    kind = draw(st.sampled_from(kinds))
    if kind in leaves:
        return kind, [draw(values()) for _ in range(kind.count("#"))]
    body = draw(st.lists(parts(depth=depth - 1), min_size=1, max_size=3))
    if kind == "repeat":
        return "repeat # { @ }", [draw(values(0, 4)), body]
    if kind == "some":
        return "some", [draw(values(0, 1)), body]
    if kind == "either":
        other = draw(st.lists(parts(depth=depth - 1), min_size=1, max_size=2))
        return "either", [draw(values(0, 1)), body, other]
    if kind == "add":
        return "add { conv(#, 3) | conv(#, 1) }", [width := draw(values()), width]
    rows = draw(st.lists(st.tuples(values(), values(0, 3)), min_size=1, max_size=3))
    return "loop", [draw(values(1, 3)), *(cell for row in rows for cell in row), body]


def text(part: Part, size: int) -> str:
    """Write a part at a value of the param."""
    kind, filled = part
    given = [v[size] if isinstance(v, Mapping) else " ".join(text(p, size) for p in v) for v in filled]
    if kind == "some":
        return str(given[1]) if given[0] == 1 else ""
    if kind == "either":
        return str(given[1] if given[0] == 1 else given[2])
    if kind == "loop":
        cells = given[1:-1]
        rows = [f"({f}, {n})" for f, n in zip(cells[::2], cells[1::2], strict=True)][: int(given[0])]
        return f"for (f, n) in [{', '.join(rows)}] {{ conv(f, 3) repeat n {{ relu }} {given[-1]} }}"
    written = iter(map(str, given))
    return "".join(next(written) if char in "#@" else char for char in kind)


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(parts(), min_size=1, max_size=5), st.sets(st.sampled_from(SIZES), min_size=2))
def test_members_written_out_come_back(tmp_path: Path, body: list[Part], sizes: set[int]) -> None:
    paths = [tmp_path / f"net{size}.arch" for size in sorted(sizes)]
    for path, size in zip(paths, sorted(sizes), strict=True):
        steps = "\n".join(text(part, size) for part in body)
        path.write_text(f"network net{size}\n{BLOCKS}\ninput(3, 64, 64)\n{steps}\nidentity\n", "utf-8")
    lifted = lift([*map(str, paths)])
    assert not lifted.warnings, lifted.text
    assert formatted(Source("lifted", lifted.text)) == lifted.text
    for path, point in zip(paths, twin.points(lifted.text), strict=True):
        twin.check(lifted.text, point, path, measured=False)


@pytest.mark.parametrize("spec", ["resnet_cifar", "vgg", "mobilenet_v2", "vit", "unet"])
def test_a_spec_and_itself_differ_in_nothing(spec: str) -> None:
    lifted = lift([spec, spec])
    assert not lifted.warnings
    assert "# Lifted from" in lifted.text
