"""Files and functions stay small enough to be read in one sitting."""

from __future__ import annotations

import ast

import pytest

from tests.checkout import parsed, place, sources

FILE, FUNCTION = 400, 50  # lines


@pytest.mark.parametrize("folder", ["layercalc", "tests"])
def test_no_file_is_long(folder: str) -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in sources(folder)}
    assert lengths
    assert not [place(path, length) for path, length in lengths.items() if length > FILE]


@pytest.mark.parametrize("folder", ["layercalc", "tests"])
def test_no_function_is_long(folder: str) -> None:
    lengths = {
        f"{place(path, node.lineno)}: {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in sources(folder)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert lengths
    assert not [function for function, length in lengths.items() if length > FUNCTION]
