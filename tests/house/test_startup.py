"""What needs no symbols does not wait for sympy."""

from __future__ import annotations

from tests.benchmarks.startup import AT_NUMBERS, SYMBOLS, imports_sympy


def test_commands_at_numbers_import_no_sympy() -> None:
    assert not imports_sympy(*AT_NUMBERS)


def test_the_probe_sees_sympy() -> None:
    assert imports_sympy(*SYMBOLS)


def test_sums_of_symbols_load_no_tensors() -> None:
    assert not imports_sympy(*SYMBOLS, modules="sympy.tensor.tensor")
