"""Graphs of models that were recorded by `layercalc import --graph`, without their frameworks."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from layercalc.imports.convert import Imported, convert
from layercalc.imports.graph import Graph, from_json

FOLDER = Path(__file__).parent / "graphs"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


@cache
def graph(name: str) -> Graph:
    return from_json((FOLDER / f"{name}.json").read_text("utf-8"), name)


@cache
def imported(name: str) -> Imported:
    return convert(graph(name))
