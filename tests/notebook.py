"""Run the notebooks of the documentation, and take the answers out of their texts.

From: a notebook's path. To: the notebook as it is after a run, what its cells tell in text,
and the Python sessions of its texts. `python -m tests.notebook FILE ...` runs notebooks and
writes them with what they show.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

#: Forms that are text; pictures may differ between versions of what draws them.
TEXTS = ("text/plain", "text/html", "text/latex")
SECONDS = 120
#: What nbformat has no types for.
READ: Any = nbformat.read
WRITE: Any = nbformat.write


def read(path: Path) -> Any:
    """Read a notebook."""
    return READ(path, as_version=4)


def write(notebook: Any, path: Path) -> None:
    """Write a notebook, each line of it on a line of its own."""
    WRITE(notebook, path)


def run(path: Path) -> Any:
    """Run a notebook in a kernel of its own, beside the file."""
    notebook = read(path)
    for cell in notebook.cells:
        cell.pop("outputs", None)
    NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        coalesce_streams=True,
    ).execute()
    return notebook


def told(notebook: Any) -> list[list[dict[str, str]]]:
    """Give what each cell of code tells in text."""
    return [
        [_texts(output) for output in cell.outputs] for cell in notebook.cells if cell.cell_type == "code"
    ]


def _texts(output: Any) -> dict[str, str]:
    if output.output_type == "stream":
        return {output.name: output.text}
    return {form: text for form, text in output.data.items() if form in TEXTS}


def sessions(notebook: Any) -> str:
    """Join the texts of a notebook, with the Python sessions in them."""
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        write(run(Path(name)), Path(name))
