"""Every command in every format, printed or written to a file."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from fractions import Fraction
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from layercalc.cli.output import ENDINGS
from layercalc.growth.crossing import Comparison, Crossing
from layercalc.growth.curve import CurvePoint
from layercalc.report.against import against_report

if TYPE_CHECKING:
    from click.testing import Result

Run = Callable[..., "Result"]

COMMANDS = {
    "eval": ("eval", "mlp", "--depth", "2,n", "--measure", "gcip,params"),
    "layers": ("layers", "mlp", "--depth", "2"),
    "zoo": ("zoo", "--family", "alexnet"),
    "zoo of one": ("zoo", "t1_01_alexnet"),
    "scale": ("scale", "mlp", "--over", "depth", "--measure", "gcc,params"),
    "solve": ("solve", "mlp", "--for", "depth", "--target", "params <= 4e5"),
    "solve for an accuracy": ("solve", "resnet", "--for", "depth", "--target", "top1 = 79", "--from", "macs"),
    "predict": ("predict", "resnet", "--depth", "18,50"),
    "activations": ("activations", "relu", "gelu", "softmax"),
    "compare": ("compare", "mlp", "resnet_cifar", "--over", "depth=2,8", "--measure", "gcip,params"),
}


def rows(text: str) -> list[dict[str, str]]:
    return [*csv.DictReader(StringIO(text))]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_format_of_a_command(run_cli: Run, command: str) -> None:
    outputs = {}
    for format_ in ENDINGS:
        result = run_cli(*COMMANDS[command], "--format", format_)
        assert result.exit_code == 0, result.output
        assert result.stdout.endswith("\n")
        outputs[format_] = result.stdout
    assert len({*outputs.values()}) == len(ENDINGS)
    assert outputs["text"] == run_cli(*COMMANDS[command]).stdout
    assert outputs["latex"].startswith("\\documentclass{article}\n")
    assert outputs["latex"].endswith("\n\\end{document}\n")
    assert outputs["latex"].count(r"\toprule") == outputs["html"].count("<table>") > 0
    assert outputs["markdown"].count("\n| --") == outputs["html"].count("<table>")
    HTMLParser().feed(outputs["html"])
    assert json.loads(outputs["json"])
    told = rows(outputs["csv"])
    assert told
    assert all(None not in row and None not in row.values() for row in told)


# -- CSV has what JSON has


def both(run_cli: Run, *arguments: str) -> tuple[Any, list[dict[str, str]]]:
    record = json.loads(run_cli(*arguments, "--format", "json").stdout)
    return record, rows(run_cli(*arguments, "--format", "csv").stdout)


def test_a_row_for_each_point(run_cli: Run) -> None:
    record, told = both(run_cli, *COMMANDS["eval"])
    assert [row["params.depth"] for row in told] == ["2", "n"]
    for point, row in zip(record["points"], told, strict=True):
        assert row["measures.params.expr"] == point["measures"]["params"]["expr"]
        log = point["measures"]["gcip"]["log2"]
        assert row["measures.gcip.log2"] == ("" if log is None else json.dumps(log))


def test_a_row_for_each_layer(run_cli: Run) -> None:
    record, told = both(run_cli, *COMMANDS["layers"])
    assert [row["name"] for row in told] == [layer["name"] for layer in record["layers"]]
    assert [json.loads(row["output"]) for row in told] == [layer["output"] for layer in record["layers"]]


def test_a_row_for_each_measure_and_param(run_cli: Run) -> None:
    arguments = ("scale", "mlp", "--over", "depth,width", "--measure", "gcc,params")
    _, told = both(run_cli, *arguments)
    assert [(row["param"], row["measure"]) for row in told] == [
        ("depth", "gcc"), ("depth", "params"), ("width", "gcc"), ("width", "params"),
    ]  # fmt: skip
    assert told[3]["growth"] == "quadratic"


def test_a_row_for_each_crossing_or_measure_without_any() -> None:
    first, last = CurvePoint(2, -1.5), CurvePoint(99, 3.0)
    crossings = [Crossing(1, Fraction(9, 2), 4, 5), Crossing(-1, None, 7, None)]
    compared = {
        "gcc": Comparison(crossings, first, last, 1),
        "layers": Comparison([], first, last, None),
    }
    table = against_report("depth", ("a", "b"), compared).rows()
    told = [dict(zip(table.headers, row, strict=True)) for row in table.rows]
    assert [(row["measure"], row["above"], row["value"], row["between"]) for row in told] == [
        ("gcc", "a", "4.5", "[4, 5]"), ("gcc", "b", "", "[7, null]"), ("layers", "", "", ""),
    ]  # fmt: skip
    assert [(row["range"], row["log2_quotient"], row["end"]) for row in told[1:]] == [
        ("[2, 99]", "[-1.5, 3.0]", "a"), ("[2, 99]", "[-1.5, 3.0]", ""),
    ]  # fmt: skip


def test_a_row_for_each_solution(run_cli: Run) -> None:
    record, told = both(run_cli, *COMMANDS["solve"])
    assert [row["below.number"] for row in told] == [str(s["below"]["number"]) for s in record["solutions"]]


def test_what_an_accuracy_is_from_stands_beside_each_solution(run_cli: Run) -> None:
    record, told = both(run_cli, *COMMANDS["solve for an accuracy"])
    assert {row["from.measure"] for row in told} == {"macs"}
    assert [json.loads(row["from.plausible"]) for row in told] == [record["from"]["plausible"]] * len(told)


@pytest.mark.parametrize("format_", ["text", "markdown", "latex", "html"])
def test_remarks_on_accuracies_stand_in_every_page(run_cli: Run, format_: str) -> None:
    solved = run_cli(*COMMANDS["solve for an accuracy"], "--format", format_).stdout
    assert "On the curve Top-1 = 79 where MACs = 2" in solved
    predicted = run_cli(*COMMANDS["predict"], "--format", format_).stdout
    assert "interval of one more network: it held " in predicted


# -- files


@pytest.mark.parametrize(
    ("format_", "ending"), [(name, end) for name, ends in ENDINGS.items() for end in ends]
)
def test_the_ending_of_a_file_says_its_format(
    run_cli: Run, tmp_path: Path, format_: str, ending: str
) -> None:
    path = tmp_path / f"a{ending.upper()}"
    result = run_cli("eval", "lenet", "--out", str(path))
    assert (result.exit_code, result.output) == (0, "")
    assert path.read_text("utf-8") == run_cli("eval", "lenet", "--format", format_).stdout
    assert [*tmp_path.iterdir()] == [path]


def test_a_format_that_is_named_goes_before_the_ending(run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    assert run_cli("eval", "lenet", "--format", "json", "--out", str(path)).exit_code == 0
    assert json.loads(path.read_text("utf-8"))["network"] == "LeNet5"


@pytest.mark.parametrize(("flag", "begins"), [("--python", '"""'), ("--latex", "% LeNet5")])
def test_other_forms_go_to_files_of_any_ending(run_cli: Run, tmp_path: Path, flag: str, begins: str) -> None:
    path = tmp_path / "a.own"
    assert run_cli("eval", "lenet", flag, "--out", str(path)).exit_code == 0
    assert path.read_text("utf-8").startswith(begins)
    assert path.read_text("utf-8") == run_cli("eval", "lenet", flag).stdout


@pytest.mark.parametrize("form", ["latex", "json", "html", "csv", "markdown"])
def test_two_forms_at_once_are_refused(run_cli: Run, form: str) -> None:
    result = run_cli("eval", "lenet", "--latex", "--format", form)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"--format {form} and --latex are two forms of output" in result.stderr


def test_an_ending_that_means_nothing(run_cli: Run, tmp_path: Path) -> None:
    result = run_cli("zoo", "--out", str(tmp_path / "a.doc"))
    assert (result.exit_code, [*tmp_path.iterdir()]) == (2, [])
    assert "its ending means no format\nhint: --format names one; else .txt, .md" in result.stderr


def test_a_missing_folder_is_named_before_anything_is_done(run_cli: Run, tmp_path: Path) -> None:
    result = run_cli("eval", "nosuch.arch[", "--out", str(tmp_path / "none" / "a.tex"))
    assert result.exit_code == 2
    result = run_cli("eval", "lenet", "--measure", "nosuch", "--out", str(tmp_path / "none" / "a.tex"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"error: cannot write {tmp_path}/none/a.tex: no such folder: {tmp_path}/none\n"


def test_a_folder_is_no_file(run_cli: Run, tmp_path: Path) -> None:
    result = run_cli("eval", "lenet", "--format", "text", "--out", str(tmp_path))
    assert result.exit_code == 2
    assert f"cannot write {tmp_path}: " in result.stderr


def test_a_file_is_written_whole_or_not_at_all(
    run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(self: Path, target: Path) -> None:
        raise KeyboardInterrupt

    path = tmp_path / "a.txt"
    path.write_text("before", "utf-8")
    monkeypatch.setattr(Path, "replace", stopped)
    assert run_cli("eval", "lenet", "--out", str(path)).exit_code == 130
    assert path.read_text("utf-8") == "before"
    assert [*tmp_path.iterdir()] == [path]


def test_a_mistake_leaves_the_file_as_it_was(run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("before", "utf-8")
    assert run_cli("eval", "lenet", "--classes", "0", "--out", str(path)).exit_code == 2
    assert path.read_text("utf-8") == "before"


@pytest.mark.parametrize("format_", ["latex", "html", "markdown"])
def test_a_spec_with_a_hostile_title_is_told(run_cli: Run, tmp_path: Path, format_: str) -> None:
    path = tmp_path / "h.arch"
    path.write_text('network H "<b>50% & $x$ _\\ {"\ninput(3) relu', "utf-8")
    shown = run_cli("eval", str(path), "--format", format_).stdout
    told = {
        "latex": r"\section*{H: \textless{}b\textgreater{}50\% \& \$x\$ \_",
        "html": "<h1>H: &lt;b&gt;50% &amp; $x$ _",
        "markdown": r"H: \<b\>50% \& \$x\$ \_",
    }
    assert told[format_] in shown
