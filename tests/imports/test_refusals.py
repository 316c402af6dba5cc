"""What cannot be read is told, all of it at once, and nothing is guessed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from layercalc.errors import SpecError
from layercalc.imports.convert import convert
from layercalc.imports.graph import Call, Graph, Node, from_json, to_json
from layercalc.imports.literals import literal

if TYPE_CHECKING:
    from click.testing import Result

IMAGE = (1, 4, 8, 8)
CALLS = (Call("", "models.Net"), Call("stem", "models.Stem"), Call("head", "models.Head"))


def _odd() -> Graph:
    """Make a graph with two operators that nobody knows, of which one takes two values."""
    nodes = (
        Node("input", (), IMAGE),
        Node("aten.cumsum.default", (0,), IMAGE, 1),
        Node("relu", (0,), IMAGE, 1),
        Node("aten.where.self", (1, 2), IMAGE, 2),
    )
    return Graph("odd", "no framework", nodes, (3,), {}, CALLS)


def test_every_unknown_operator_is_told_with_its_module() -> None:
    nodes = (
        Node("input", (), IMAGE),
        Node("aten.cumsum.default", (0,), IMAGE, 1),
        Node("relu", (0,), IMAGE),
        Node("aten.sort.default", (2,), IMAGE, 2),
        Node("add", (1, 3), IMAGE),
    )
    with pytest.raises(SpecError) as raised:
        convert(Graph("odd", "no framework", nodes, (4,), {}, CALLS))
    first, second = raised.value.diagnostics
    assert first.message == (
        "stem: aten.cumsum.default, 1 x 4 x 8 x 8 to 1 x 4 x 8 x 8: no such operator is known"
    )
    assert first.hint == "--partial writes: layer aten_cumsum_default(sizes) { shape = sizes }"
    assert second.message.startswith("head: aten.sort.default")


def test_a_partial_import_declares_what_is_unknown() -> None:
    imported = convert(_odd(), partial=True)
    assert "layer aten_cumsum_default(sizes) { shape = sizes }" in imported.text
    assert "layer aten_where_self(sizes) from value0, value1 { shape = sizes }" in imported.text
    assert "# Not followed, and neutral here: aten_cumsum_default, aten_where_self." in imported.text
    assert imported.model.params == 0


def test_a_difference_is_a_warning_with_its_module() -> None:
    linear = Node("linear", (0,), (1, 4), 1, {"units": 4, "bias": False}, ("weight", "table"))
    nodes = (Node("input", (), (1, 8)), linear)
    graph = Graph("one", "no framework", nodes, (1,), {"weight": (4, 8), "table": (5,)}, CALLS)
    (warning,) = convert(graph).warnings
    assert warning.message.startswith("the text has 32 parameters")
    assert warning.hint == "the first module that differs: stem"
    assert "# NOT those of the model: 32 parameters for 37" in convert(graph).text


def test_a_difference_in_a_layer_that_is_divided_is_told() -> None:
    linear = Node("linear", (0,), (1, 4), 2, {"units": 4, "bias": False}, ("weight", "table"))
    halves = (
        Node("slice", (1,), (1, 2), 0, {"axis": 1, "start": n, "stop": n + 2, "step": 1}) for n in (0, 2)
    )
    nodes = (Node("input", (), (1, 8)), linear, *halves, Node("mul", (2, 3), (1, 2)))
    graph = Graph("one", "no framework", nodes, (4,), {"weight": (4, 8), "table": (5,)}, CALLS)
    (warning,) = convert(graph).warnings
    assert warning.hint == "the first module that differs: head"


GOOD: dict[str, Any] = json.loads(to_json(Graph("one", "x", (Node("input", (), IMAGE),), (0,))))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"format": "other"}, "not a file of `layercalc import --graph`"),
        ({"version": 2}, "a graph of version 2, and this program reads 1"),
        ({"nodes": [[0, [], [1, 4], 0]]}, "not a whole graph of version 1"),
        ({"nodes": [[7, [], [1, 4], 0, []]]}, "not a whole graph of version 1"),
        ({"nodes": [[0, [], [1, "4"], 0, []]]}, "not a whole graph of version 1"),
        ({"nodes": [[0, [0], [1, 4], 0, []]]}, "node 0, input, takes what stands behind it"),
        ({"nodes": [[0, [], [1, 0], 0, []]]}, "node 0, input, has the shape [1, 0]"),
        ({"nodes": [[0, [], [1, 4], 3, []]]}, "node 0, input, is in no call"),
        ({"outputs": [5]}, "an output is no node"),
        ({"outputs": []}, "a graph has a call and an output"),
        ({"calls": [["", "Net", 4, {}]]}, "a call stands before the one around it"),
    ],
)
def test_a_broken_graph_is_refused(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(SpecError) as raised:
        from_json(json.dumps(GOOD | changed), "odd.json")
    assert str(raised.value) == f"error: odd.json: {told}"


@pytest.mark.parametrize("text", ["", "[1]", "{", "[" * 100_000])
def test_what_is_no_graph_is_refused(text: str) -> None:
    with pytest.raises(SpecError):
        from_json(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-2", -2),
        ("0.5", 0.5),
        ("true", True),
        ("none", None),
        ('"a b"', "a b"),
        ("1,2", [1, 2]),
        ("(1, [2])", [1, [2]]),
    ],
)
def test_an_argument_is_a_literal(text: str, value: object) -> None:
    assert literal("depth", text) == value


@pytest.mark.parametrize("text", ["2 + 3", "open(1)", "len", "f(x)"])
def test_nothing_else_is_an_argument(text: str) -> None:
    if text.isidentifier():
        assert literal("depth", text) == text  # a word, which is not looked up
        return
    with pytest.raises(SpecError, match="not a literal"):
        literal("depth", text)


def test_the_command_writes_a_spec(run_cli: Callable[..., Result], tmp_path: Path) -> None:
    graph = Path(__file__).parent / "graphs" / "alexnet.json"
    done = run_cli("import", str(graph), "--out", str(tmp_path / "a.arch"), "--name", "Mine")
    assert (done.exit_code, done.output) == (0, "")
    assert (tmp_path / "a.arch").read_text("utf-8").startswith("network Mine ")
    assert run_cli("fmt", "--check", str(tmp_path / "a.arch")).exit_code == 0
    again = tmp_path / "again.json"
    assert run_cli("import", str(graph), "--graph", str(again)).output.startswith("network alexnet ")
    assert again.read_text("utf-8") == graph.read_text("utf-8")


def test_the_command_tells_a_difference_and_unknown_operators(
    run_cli: Callable[..., Result], tmp_path: Path
) -> None:
    odd = tmp_path / "odd.json"
    odd.write_text(to_json(_odd()), "utf-8")
    refused = run_cli("import", str(odd), "--out", str(tmp_path / "odd.arch"))
    assert refused.exit_code == 2
    assert "aten.cumsum.default" in refused.stderr
    assert not (tmp_path / "odd.arch").exists()
    assert run_cli("import", str(odd), "--partial").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["gone.json"], "no such file: gone.json"),
        (["model.h5"], "model.h5: not a source of models that can be read"),
        (["package.module:call"], "--input says the shape of what it takes"),
        (["gone.onnx", "--input", "3"], "a file has its own inputs"),
        (["p:f", "--input", "3,x"], "--input 3,x: sizes are whole numbers of at least 1"),
        (["p:f", "--input", "3", "--arg", "f"], "--arg f: not KEY=VALUE"),
    ],
)
def test_the_command_refuses(run_cli: Callable[..., Result], arguments: list[str], told: str) -> None:
    done = run_cli("import", *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr
