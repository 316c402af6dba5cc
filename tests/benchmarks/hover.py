"""How long an editor waits for the values of a layer, over the first time after a change.

``python -m tests.benchmarks.hover [RUNS]``, with layercalc[lsp] installed. Both are
timed at the editor, with the server as a process of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import count

from tests.benchmarks.timing import Ratio, compare, table, within
from tests.checkout import ROOT
from tests.lsp.editor import Editor

#: Specs, and a layer of each as it is written there.
SPECS = {
    "resnet": "conv(channels, kernel, stride, groups",
    "nasnet": "global_avgpool",
    "densenet": "global_avgpool",
}
TARGET = 0.25
#: Seconds that the first hover may take.
FIRST = 0.05


def ratios(runs: int) -> Iterator[Ratio]:
    """Time a hover over the first hover."""
    editor = Editor()
    for name, layer in SPECS.items():
        first, again = _jobs(editor, name, layer)
        yield compare((f"hover in {name}", again), ("the first", first), TARGET, runs)
        yield within((f"first hover in {name}", first), FIRST, runs)
    editor.quit()


def _jobs(editor: Editor, name: str, layer: str) -> tuple[Callable[[], object], Callable[[], object]]:
    """Give the first hover after a change, and any further one."""
    path = ROOT / "specs" / f"{name}.arch"
    text = path.read_text("utf-8")
    before = text[: text.index(layer)]
    line, column = before.count("\n"), len(before.rpartition("\n")[2])
    uri, versions = editor.open(path, text), count(2)

    def again() -> object:
        return editor.hover(uri, line, column)

    def first() -> object:
        number = next(versions)
        editor.type(uri, text + " " * number, number)
        return again()

    return first, again


def main(runs: int = 15) -> None:
    """Print the table."""
    print(table(ratios(runs)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
