"""`layercalc solve`: sentences, neighbours, JSON, targets that are never met."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from click.testing import Result

Run = Callable[..., "Result"]


@pytest.mark.parametrize(
    ("arguments", "target", "sentence"),
    [
        ("resnet --for depth", "gwc = 2^400", "gwc = 2^400 at depth = 95.68718044"),
        (
            "resnet --for depth",
            "params <= 25e6",
            "params <= 25e6 up to depth = 47; it is crossed at depth = 48",
        ),
        ("resnet --for depth", "params > 25e6", "params > 25e6 from depth = 50 on; it is crossed at"),
        ("resnet --for width", "params = 25557032", "params = 25557032 at width = 64"),
        (
            "resnet --for width",
            "params < 25557032",
            "params < 25557032 up to width = 63; it is reached at",
        ),
        ("resnet --for width", "params <= 25557032", "params <= 25557032 up to width = 64; it is reached"),
        ("resnet --for width", "params >= 25557032", "params >= 25557032 from width = 64 on; it is reached"),
        ("resnet --for width", "params > 25557032", "params > 25557032 from width = 65 on; it is reached"),
        ("vgg --for depth", "log2(gcip) = -100", "log2(gcip) = -100 at depth = "),
        ("mlp --for depth", "layers >= 1", "layers >= 1 throughout, from depth = 1 to"),
        ("mlp --for depth --width 8", "params = 1e4", "params = 1e4 at depth = "),
    ],
)
def test_sentences(run_cli: Run, arguments: str, target: str, sentence: str) -> None:
    result = run_cli("solve", *arguments.split(), "--target", target)
    assert result.exit_code == 0, result.stderr
    assert sentence in result.output


def test_the_neighbours_are_told(run_cli: Run) -> None:
    output = run_cli("solve", "resnet", "--for", "depth", "--target", "gwc = 2^400").output
    rows = [line.split() for line in output.splitlines() if line.split()[:1] in (["95"], ["98"])]
    assert rows == [["95", "3.8163e119", "397.242"], ["98", "1.6089e123", "409.283"]]


def test_both_solutions_are_told(run_cli: Run) -> None:
    output = run_cli("solve", "mlp", "--for", "width", "--target", "gsip = 7").output
    assert "gsip = 7 at width = 3.082549273" in output
    assert "gsip = 7 at width = 2543.349451" in output


def test_json(run_cli: Run) -> None:
    arguments = ("solve", "resnet", "--for", "depth", "--target", "params <= 25e6", "--format", "json")
    record = json.loads(run_cli(*arguments).output)
    (solution,) = record["solutions"]
    assert (record["for"], record["final"], solution["exact"]) == ("depth", True, "6773513/139648")
    assert (solution["below"]["number"], solution["below"]["meets"]) == (47, True)
    assert (solution["above"]["number"], solution["above"]["meets"]) == (50, False)
    assert solution["above"]["measure"]["value"] == 25557032


@pytest.mark.parametrize(
    ("arguments", "target", "message"),
    [
        ("mlp --for depth", "gcc = 2", "gcc = 2 is never met: GCC is never below 2^8.41628, at depth = 1"),
        ("resnet --for width", "params = 10^40", "is not met from width = 2 to 1219987520249: params lies"),
        ("resnet --for width", "gcip = 2", "gcip = 2 is never met: GCIP is 3.2867e-11 at every width"),
        ("resnet --for depth", "gwcc = 2", "--target:1:1: error: no measure is called 'gwcc'"),
        ("resnet --for depth", "gwc", "'gwc' is no target"),
        ("resnet --for shortcuts", "gwc = 2", "shortcuts is true or false"),
        ("resnet --for depth --width w", "gcc = 2", "gcc depends on w as well: give w a number here"),
    ],
)
def test_mistakes(run_cli: Run, arguments: str, target: str, message: str) -> None:
    result = run_cli("solve", *arguments.split(), "--target", target)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_a_search_goes_on_where_none_of_the_first_numbers_is_valid(tmp_path: Path, run_cli: Run) -> None:
    spec = tmp_path / "far.arch"
    spec.write_text("param n = 3 where n >= 1000\ninput(1, n)\ndense(1, bias = false)", "utf-8")
    result = run_cli("solve", str(spec), "--for", "n", "--target", "params = 5000")
    assert "params = 5000 at n = 5000" in result.stdout


def test_a_param_without_a_default_is_solved_for(tmp_path: Path, run_cli: Run) -> None:
    spec = tmp_path / "open.arch"
    spec.write_text("param m\ninput(3, 8, 8)\nconv(m, 3) -> relu\n", "utf-8")
    found = run_cli("solve", str(spec), "--for", "m", "--target", "params = 27 * 185")
    assert (found.exit_code, found.stderr) == (0, "")
    assert "params = 27 * 185 at m = 185\n" in found.stdout
    grown = run_cli("scale", str(spec), "--over", "m", "--measure", "params")
    assert "params  linear       27 * m" in grown.stdout
    refused = run_cli("scale", str(spec), "--over", "m", "--m", "2*m")
    assert "m has a value with symbols" in refused.stderr
