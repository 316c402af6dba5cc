"""Random families: the closed form put at numbers is the network unrolled at these numbers.

Held to the calculator with numbers, whose loops are products round after round, and to
the twin, which knows neither loops nor closed forms. Every family here must close: a
refusal fails like a wrong number.
"""

from __future__ import annotations

import pytest
from hypothesis import event, given

from layercalc.closed import Closed
from layercalc.measures import measure_all
from layercalc.resolve import resolve
from tests.examples import examples
from tests.twin import dynamic
from tests.twin.holding import check, close, exactly, program_of, values_of
from tests.twin.random_families import Family, families
from tests.twin.unroll import unroll

HEAD = "network Random param n where n >= 2 param r where r % 2^n == 0 input(3, r, r)"
#: Families that were wrong, or refused, once.
MENDED = (
    # A first round that differs in a law alone: a unit kernel has no complexity.
    Family(
        "reading", f"{HEAD} for i in range(n) {{ conv(3, 2 * i + 1) }}", ({"n": 2, "r": 4}, {"n": 5, "r": 32})
    ),
    # A first round apart, and sizes that need not be divisible.
    Family(
        "rounding",
        "network Random param n where n >= 2 param r input(3, r, r) repeat n { conv(5, 3, stride = 2) }",
        ({"n": 2, "r": 7}, {"n": 5, "r": 100}),
    ),
    # A padding that halves a size, as `same` does.
    Family(
        "shrinking",
        f"{HEAD} repeat n {{ conv(3, 3, stride = 2, padding = 1) }}",
        ({"n": 2, "r": 4}, {"n": 5, "r": 96}),
    ),
)

LAWS = ("paper", "channels")


@examples(10)
@given(family=families())
def test_a_closed_form_at_numbers_is_the_network_unrolled(family: Family) -> None:
    event(family.kind)
    for laws in LAWS:
        hold(family, laws)


@pytest.mark.parametrize("family", MENDED, ids=lambda family: family.kind)
@pytest.mark.parametrize("laws", LAWS)
def test_a_family_that_was_mended_is_closed(family: Family, laws: str) -> None:
    hold(family, laws)


def hold(family: Family, laws: str) -> None:
    """Compare all measures at all points of a family."""
    program = program_of(family.text, laws)
    closed = measure_all(resolve(program, values_of({name: name for name in family.points[0]})))
    for point in family.points:
        network = resolve(program, values_of({name: str(value) for name, value in point.items()}))
        taken = measure_all(network)
        put_in = {name: measure.substitute(point) for name, measure in closed.items()}
        assert [name for name in taken if not same(put_in[name], taken[name])] == [], point
        check(taken, dynamic.measures(unroll(network.body)))


def same(closed: Closed, number: Closed) -> bool:
    """Tell whether two measures are one number: by logarithms, and exactly where both are exact."""
    exact = exactly(closed.expr), exactly(number.expr)
    equal = exact[0] == exact[1] or None in exact
    return equal and number.log2 is not None and close(closed.log2, number.log2)
