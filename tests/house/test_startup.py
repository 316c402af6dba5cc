"""What needs no mathematics does not wait for sympy."""

from __future__ import annotations

import pytest

from tests.benchmarks.startup import EVAL, LIGHT, imports_sympy


@pytest.mark.parametrize("command", LIGHT, ids=" ".join)
def test_a_light_command_imports_no_sympy(command: tuple[str, ...]) -> None:
    assert not imports_sympy(*command)


def test_the_probe_sees_sympy() -> None:
    assert imports_sympy(*EVAL)
