"""The first inputs of the fuzzer: no command ends in a traceback. Run it long by hand, `tests/fuzz.py`."""

from __future__ import annotations

import pytest

from tests import fuzz
from tests.examples import long_run

#: Inputs of each part.
INPUTS = 100 if long_run() else 20


@pytest.mark.parametrize("part", range(5))
def test_mutated_inputs_end_in_an_answer_or_a_diagnostic(part: int) -> None:
    faults = [
        (number, given.words, fault)
        for number, given, fault, _, _ in fuzz.run(INPUTS, seed=7, first=100 * part)
        if fault is not None and fault.kind in ("traceback", "exit status")
    ]
    assert faults == []


def test_the_same_seed_makes_the_same_inputs() -> None:
    assert [fuzz.generated(7, number) for number in range(20)] == [
        fuzz.generated(7, number) for number in range(20)
    ]
    assert fuzz.generated(7, 1) != fuzz.generated(8, 1)
