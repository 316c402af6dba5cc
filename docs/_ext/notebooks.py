"""Notebooks as pages: their texts, their code and what it showed.

From: a file of Jupyter. To: a page, read as Markdown. Promises: it runs nothing; of the forms
of an output the first of `FORMS` is shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from myst_parser.parsers.sphinx_ import MystParser
from sphinx.application import Sphinx

#: How the forms of an output are written in Markdown, the best first.
FORMS = {
    "text/html": "{raw} html",
    "image/svg+xml": "{raw} html",
    "text/latex": "{math}",
    "text/plain": "text",
}


class NotebookParser(MystParser):
    """Reads a notebook as the Markdown page that it amounts to."""

    supported = ("notebook",)

    def parse(self, inputstring: str, document: nodes.document) -> None:
        """Read the cells one after the other."""
        super().parse("\n\n".join(_cells(json.loads(inputstring))), document)


def _cells(notebook: Any) -> Iterator[str]:
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            yield source
            continue
        yield _fenced("python", source)
        yield from map(_output, cell["outputs"])


def _output(output: Any) -> str:
    if output["output_type"] == "stream":
        return _fenced("text", "".join(output["text"]))
    data = output["data"]
    form = next(form for form in FORMS if form in data)
    text = "".join(data[form])
    return _fenced(FORMS[form], text.strip("$") if form == "text/latex" else text)


def _fenced(kind: str, text: str) -> str:
    return f"``````{kind}\n{text.rstrip()}\n``````"


def setup(app: Sphinx) -> dict[str, bool]:
    """Take notebooks for sources of pages."""
    app.add_source_suffix(".ipynb", "notebook")
    app.add_source_parser(NotebookParser)
    return {"parallel_read_safe": True}
