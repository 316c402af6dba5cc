"""The whole way from a neutral graph to a spec that was checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from layercalc.errors import Diagnostic, SpecError
from layercalc.imports.axes import follow
from layercalc.imports.axes.ones import ones
from layercalc.imports.check import Counts, count, first_difference
from layercalc.imports.graph import Graph
from layercalc.imports.names import identifier
from layercalc.imports.steps import Layered
from layercalc.imports.structure import Program, structure
from layercalc.imports.writing import write

if TYPE_CHECKING:
    from layercalc.model import Model


class Imported(NamedTuple):
    """An imported model: its text, the model that is loaded from it, and what is to be told of it."""

    text: str
    model: Model
    warnings: tuple[Diagnostic, ...] = ()


def convert(graph: Graph, name: str = "", partial: bool = False) -> Imported:
    """Write a graph as a spec, load it, and hold it against a count of the graph.

    >>> from layercalc.imports.graph import Node
    >>> linear = Node("linear", (0,), (1, 4), 0, {"units": 4, "bias": False}, ("w",))
    >>> nodes = (Node("input", (), (1, 8)), linear)
    >>> print(convert(Graph("by hand", "no framework", nodes, (1,), {"w": (4, 8)}), "One").text)
    network One "by hand"
    <BLANKLINE>
    # Imported with no framework, input 8.
    # Parameters and multiply-accumulates equal those of the model: 32 and 32.
    <BLANKLINE>
    input(8)
    dense(4, bias = false)
    <BLANKLINE>

    Raises `SpecError` with every operator that has no form in the language, unless `partial`
    lets them be neutral layers. A text whose counts are not the model's has a warning.
    """
    from layercalc.model import loads

    layered = follow(graph, partial)
    title = graph.source.replace('"', "'")
    chosen = name or _name(graph)
    shortest, program = _shortest(layered, chosen, title)
    model, counted = loads(shortest), count(graph)
    if longer := ones(graph):
        try:
            other, same = _shortest(follow(graph, ones=longer), chosen, title)
            if other.count("\n") < shortest.count("\n") and _told(read := loads(other)) == counted:
                program, model = same, read
        except SpecError:
            pass  # not to be followed so: the first reading stands
    told = _told(model)
    unknown = [declared.name for declared in program.layered.declared if declared.unknown]
    remarks = [*_remarks(graph, program.layered, unknown), _verdict(counted, told, bool(unknown))]
    warnings = () if counted == told else (_warning(layered, counted, told),)
    text = write(program, chosen, title, remarks)
    return Imported(text, model, warnings)


def _shortest(layered: Layered, name: str, title: str) -> tuple[str, Program]:
    texts = {write(program, name, title, []): program for program in structure(layered)}
    text = min(texts, key=lambda text: text.count("\n"))
    return text, texts[text]


def _told(model: Model) -> Counts:
    return Counts(int(model.params), int(model.macs))


def _name(graph: Graph) -> str:
    """Name a network after what was asked for, or the class of the model."""
    asked = re.split(r"[.:/\\]", re.sub(r"\.(json|keras|onnx|pt2)$", "", graph.source))[-1]
    return identifier(asked or graph.calls[0].title, "net")


def _remarks(graph: Graph, layered: Layered, unknown: Sequence[str]) -> Iterator[str]:
    shapes = [" x ".join(map(str, step.shape)) for step in layered.steps if step.name == "input"]
    yield f"Imported with {graph.version}, input {' and '.join(shapes)}."
    if graph.unused:
        yield f"Left out, as the output does not depend on it: {', '.join(graph.unused)}."
    if unknown:
        yield f"Not followed, and neutral here: {', '.join(unknown)}."


def _verdict(counted: Counts, told: Counts, partial: bool) -> str:
    if counted == told and partial:
        counts = f"{told.params:,} parameters and {told.macs:,} multiply-accumulates"
        return f"All else has {counts}, as many as in the model."
    if counted == told:
        counts = f"{told.params:,} and {told.macs:,}"
        return f"Parameters and multiply-accumulates equal those of the model: {counts}."
    return (
        f"NOT those of the model: {told.params:,} parameters for {counted.params:,}, "
        f"{told.macs:,} multiply-accumulates for {counted.macs:,}."
    )


def _warning(layered: Layered, counted: Counts, told: Counts) -> Diagnostic:
    where = first_difference(layered)
    message = (
        f"the text has {told.params:,} parameters and {told.macs:,} multiply-accumulates, "
        f"the model {counted.params:,} and {counted.macs:,}"
    )
    hint = f"the first module that differs: {where}" if where else ""
    return Diagnostic(message, hint=hint, severity="warning")
