"""The notebook keeps its word: run again it tells what it tells, and its answers are right."""

from __future__ import annotations

import doctest
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.checkout import ROOT
from tests.notebook import read, run, sessions, told, write

NOTEBOOKS = sorted(ROOT.glob("docs/**/*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_run_tells_what_the_notebook_tells(path: Path) -> None:
    assert told(run(path)) == told(read(path)), f"python -m tests.notebook {path.relative_to(ROOT)}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_answers_to_the_exercises(path: Path) -> None:
    text = sessions(read(path))
    test = doctest.DocTestParser().get_doctest(text, {}, path.stem, str(path), 0)
    assert len(test.examples) >= text.count("<details>")
    assert doctest.DocTestRunner().run(test).failed == 0


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_question_has_a_hidden_answer(path: Path) -> None:
    cells = [cell.source for cell in read(path).cells if "**Exercise.**" in cell.source]
    assert len(cells) >= 8
    assert all(cell.count("<details>") == cell.count("</details>") == 1 for cell in cells)


def test_a_cell_that_tells_something_else_is_seen(tmp_path: Path) -> None:
    made: Any = nbformat.v4
    cell = made.new_code_cell("1 + 1", outputs=[made.new_output("execute_result", {"text/plain": "3"})])
    write(made.new_notebook(cells=[cell]), tmp_path / "wrong.ipynb")
    assert told(read(tmp_path / "wrong.ipynb")) == [[{"text/plain": "3"}]]
    assert told(run(tmp_path / "wrong.ipynb")) == [[{"text/plain": "2"}]]
