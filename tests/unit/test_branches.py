"""Loops of branches: the closed form for a symbolic number is what the branches give one by one."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from layercalc.closed import Closed
from layercalc.errors import Source, SpecError
from layercalc.measures import measure_all
from layercalc.resolve import resolve
from layercalc.resolve.loading import assemble
from layercalc.resolve.points import read_points

HEAD = "param n = 4 where n >= 1\ninput(16, 32, 32)\n"
MERGES = {
    "alike": "add { for j in range(n) | conv(16, 3) -> relu }",
    "wider": "add { for j in range(n) | conv(2 * j + 4, 3) -> conv(16, 1) }",
    "beside one": "concat { identity | for j in range(n) | conv(4 * (j + 1), 3) }",
    "beside two": "add { conv(16, 5) | for j in range(n) | conv(16, 3) | for k in range(2) | conv(16, 1) }",
    "max": "max { for j in range(1, n + 1) | conv(16, 3, groups = 2) }",
    "from a name": "relu as a -> conv(8, 3) as b\n"
    "concat { for j in range(n) | from b -> conv(j + 1, 1) | from a }",
    "within each other": "add { for i in range(n) | add { for j in range(n) | conv(16, 3) } -> relu }",
    "two values": "block two from a, b { add { from a -> conv(8, 3) | from b -> conv(8, 1) } }\n"
    "relu as a -> conv(8, 3) as b\nfrom a, b\nadd { for j in range(n) | two }",
    "in a loop": "for i in range(n) { add { for j in range(n) | conv(16, 3) } }",
}


def measured(body: str, n: str) -> dict[str, Closed]:
    program = assemble(Source("branches.arch", HEAD + body), Path("branches.arch"))
    return measure_all(resolve(program, {"n": read_points("n", n)[0]}))


@pytest.mark.parametrize("body", MERGES.values(), ids=MERGES)
def test_a_symbolic_number_of_branches_is_what_they_give_one_by_one(body: str) -> None:
    family = measured(body, "n")
    for number in (1, 2, 3, 6):
        for name, closed in measured(body, str(number)).items():
            found, wanted = family[name].substitute({"n": number}).log2, closed.log2
            assert found is not None
            assert wanted is not None
            assert math.isclose(found, wanted, abs_tol=1e-9), (name, number)


@pytest.mark.parametrize(
    "body", ["sub { | for j in range(n - 1) | relu }", "div { for j in range(n) | relu }"]
)
def test_branches_in_an_order_are_two_or_more(body: str) -> None:
    """One alone is refused as a number, so the closed form does not hold there."""
    assert str(measured(body, "n")["layers"].holds) == "n = 2, 3, 4, ... (n >= 2)"
    with pytest.raises(SpecError, match="takes two branches or more"):
        measured(body, "1")
