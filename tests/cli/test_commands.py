"""`check`, `show`, `layers`, `specs` and `laws`."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from layercalc import law_sets, load, specs
from layercalc.closed import Closed
from layercalc.errors import Source
from layercalc.report import laws as report_laws
from layercalc.syntax import library
from layercalc.syntax.parse import parse

if TYPE_CHECKING:
    from click.testing import Result

Run = Callable[..., "Result"]


# -- check


def test_every_shipped_spec_is_ok(run_cli: Run) -> None:
    """Under the other law sets `test_every_spec_is_sound_under_every_law_set` measures them."""
    result = run_cli("check", *specs())
    assert (result.exit_code, result.stderr) == (0, "")
    assert [line.split(":")[0] for line in result.output.splitlines()] == list(specs())
    assert all(": ok, " in line for line in result.output.splitlines())


def test_the_mistakes_of_all_files_are_told(run_cli: Run, tmp_path: Path) -> None:
    texts = {"a": "input(3", "b": "network B input(3) relu", "c": "input(3) relo\ndense(nine)"}
    for name, text in texts.items():
        (tmp_path / f"{name}.arch").write_text(text, "utf-8")
    files = [str(tmp_path / f"{name}.arch") for name in texts]
    result = run_cli("check", *files, "nosuch", "lenet")
    assert result.exit_code == 2
    assert result.stdout == f"{files[1]}: ok, 3 to 3\nlenet: ok, 1 x 32 x 32 to 10\n"
    first = [line for line in result.stderr.splitlines() if "error: " in line]
    places = [line.partition(" error: ")[0] for line in first]
    assert places == [f"{files[0]}:1:7:", f"{files[2]}:1:10:", f"{files[2]}:2:7:", first[-1]]
    assert first[-1] == "error: no spec is called 'nosuch', and no such file exists"
    assert "Traceback" not in result.stderr


def test_check_wants_a_spec(run_cli: Run) -> None:
    assert run_cli("check").exit_code == 2


def test_check_reads_standard_input(run_cli: Run) -> None:
    assert run_cli("check", "-", input="input(3) relu").output == "-: ok, 3 to 3\n"


def test_check_warns_of_a_unit_convolution_on_a_sequence_and_of_idle_values(run_cli: Run) -> None:
    text = "input(8, 20) as x\nconv(4, 1) as y\nfrom x -> conv(3, 3) -> relu\n"
    result = run_cli("check", "-", input=text)
    assert (result.exit_code, result.stdout) == (0, "-: ok, 8 x 20 to 3 x 20\n")
    assert [line for line in result.stderr.splitlines() if not line.startswith(" ")] == [
        "<stdin>:2:1: warning: conv(4, 1) on a sequence has no complexity",
        "hint: linear(4, bias = false) computes the same and has log2(4 * 8)",
        "<stdin>:2:1: warning: this value reaches no output",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "input(8, 20) conv(4, 1, stride = 2)",
        "input(8, 20) conv(8, 1, groups = 8)",
        "input(8, 20, 20) conv(4, 1)",
        # What is carried to the next round is idle behind the last one.
        (
            "input(8) as x from x -> relu as s for d in [3, 5] { from x -> dense(d) as z "
            "from x -> dense(8) as x add { from s | from z -> dense(8) } as s } from s"
        ),
        "input(8) as x from x -> relu as s repeat 2 { from x -> dense(8) as x add { from s | from x } as s }",
        "block pair from x { from x -> relu as y  from x, y } input(8) pair as x, y  from y",
    ],
)
def test_check_does_not_warn_of_what_is_meant(run_cli: Run, text: str) -> None:
    result = run_cli("check", "-", input=text)
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_warning_tells_the_blocks_that_led_there(run_cli: Run) -> None:
    text = "block unit(d) { conv(d, 1, bias = true) } param n = 2 input(8, 20) repeat n { unit(8) }"
    told = run_cli("check", "-", input=text).stderr
    assert "in unit, used at <stdin>:1:79" in told
    assert told.count("warning: ") == 1


def test_check_takes_a_param_without_a_default_as_a_symbol(run_cli: Run) -> None:
    text = "param r where r % 8 == 0 input(3, r) conv(4, 3, stride = 2)"
    assert run_cli("check", "-", input=text).output == "-: ok, 3 x r to 4 x r/2\n"


def test_check_tells_unknown_names_of_laws_with_those_of_the_spec(run_cli: Run, tmp_path: Path) -> None:
    laws = tmp_path / "own.arch"
    laws.write_text("layer never(k) { power = wdth + k  params = hieght(k) }")
    told = run_cli("check", "-", "--laws", str(laws), input="input(3) nope let x = y").stderr
    lines = [line for line in told.splitlines() if ": error: " in line]
    assert [line.partition(": error: ")[2] for line in lines] == [
        "unknown name 'wdth'",
        "unknown function 'hieght'",
        "unknown block or layer 'nope'",
        "unknown name 'y'",
    ]


# -- show


def test_a_tree_is_shown_of_what_cannot_be_built(run_cli: Run) -> None:
    result = run_cli("show", "-", "--until", "tree", input="input(3) relo")
    assert result.exit_code == 0
    assert "name: Word 'relo' 1:10" in result.output
    assert run_cli("show", "-", input="input(3) relo").exit_code == 2


def test_a_tree_is_that_of_the_spec_and_of_nothing_that_it_uses(run_cli: Run) -> None:
    _, title, kind, *_ = run_cli("show", "senet", "--until", "tree").output.splitlines()
    assert (title.split(), kind.split()) == (["Title", "1:1"], ["kind:", "'network'"])


def test_the_network_is_shown_unless_asked_otherwise(run_cli: Run) -> None:
    assert run_cli("show", "lenet").output == run_cli("show", "lenet", "--until", "network").output


def test_a_network_is_shown_in_the_authors_symbols(run_cli: Run) -> None:
    result = run_cli("show", "resnet_cifar", "--depth", "n", "--resolution", "r", "--width", "w")
    assert "%5 = repeat (n - 8)/6 %4: w x r x r\n" in result.output
    assert "conv(filters = 2*w, kernel = 3, stride = 2, " in result.output
    assert "2*w x r/2 x r/2\n" in result.output
    assert "r/4*" not in result.output


def test_values_are_shown_exactly(run_cli: Run) -> None:
    result = run_cli("show", "mlp", "--depth", "n", "--until", "values")
    assert "gcip = 5/392 * 0.584^n\n" in result.output
    assert "Product" not in result.output


# -- layers


def test_the_last_row_agrees_with_eval(run_cli: Run) -> None:
    model = load("resnet", depth=18)
    result = run_cli("layers", "resnet", "--depth", "18")
    *_, last = (line for line in result.output.splitlines() if line.startswith("network "))
    shown = [Fraction(cell) for cell in last.replace(",", "").split()[-6:]]
    for name, number in zip(("gsip", "gsc", "params", "macs", "gcip", "gcc"), shown, strict=True):
        assert Closed(number).log2 == pytest.approx(model.measure(name).log2, abs=1e-3)


def test_layers_as_json(run_cli: Run) -> None:
    result = run_cli("layers", "resnet", "--depth", "n", "--format", "json")
    told = json.loads(result.output)
    assert list(told) == ["network", "spec", "laws", "params", "measures", "holds", "layers"]
    assert told["measures"]["params"]["expr"] == load("resnet", depth="n").measure("params").exact().text
    assert {row["kind"] for row in told["layers"]} == {"layer", "merge", "repeat"}
    assert told["layers"][-1]["cumulative_complexity"] == told["measures"]["gcc"]
    assert [row["times"] for row in told["layers"] if row["name"] == "add"][5] == "(n - 35)/3"


def test_every_round_is_listed_when_asked_for(run_cli: Run) -> None:
    once = run_cli("layers", "mlp", "--depth", "9").output
    unrolled = run_cli("layers", "mlp", "--depth", "9", "--unroll").output
    assert "repeat 8" in once
    assert "repeat" not in unrolled
    assert "round 8 of 8" in unrolled
    assert _last_row(once) == _last_row(unrolled)


def _last_row(output: str) -> list[str]:
    *_, last = (line for line in output.splitlines() if line.startswith("network "))
    return last.split()


# -- specs and laws


def test_specs_are_listed_with_title_and_params(run_cli: Run) -> None:
    lines = run_cli("specs").output.splitlines()
    assert [line.split()[0] for line in lines[1:]] == list(specs())
    rows = {line.split()[0]: line for line in lines}
    assert "  Learning Representations by Back-Propagating Errors" in rows["mlp"]
    assert rows["mlp"].endswith("  inputs = 784, width = 256, depth = 3, classes = 10")
    assert "growth = ..., layers = ..." in rows["densenet"]


def test_a_param_without_a_default_is_listed_by_name(
    run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.arch").write_text("param w param k = 2 input(w) dense(k)", "utf-8")
    monkeypatch.setattr(library, "shipped", lambda: {"mine": tmp_path / "mine.arch"})
    assert run_cli("specs").output == "spec  title  params\nmine         w, k = 2\n"


def test_law_sets_are_listed_the_default_first(run_cli: Run) -> None:
    lines = run_cli("laws").output.splitlines()
    assert [line.split("  ")[0] for line in lines] == [
        "laws", "paper (default)", "channels", "derived", "literal", "weights",
    ]  # fmt: skip
    assert "paper + conv, conv_transpose" in lines[2]


@pytest.mark.parametrize("name", law_sets())
def test_a_law_set_is_shown_as_it_is_written(run_cli: Run, name: str) -> None:
    text = law_sets()[name].read_text("utf-8")
    assert run_cli("laws", name).output == text.rstrip() + "\n"
    assert run_cli("laws", str(law_sets()[name])).output == text.rstrip() + "\n"


def test_one_layer_is_shown_in_every_law_set(run_cli: Run) -> None:
    output = run_cli("laws", "conv").output
    assert [line for line in output.splitlines() if line.startswith("laws ")] == [
        "laws paper", "laws channels", "laws literal", "laws weights",
    ]  # fmt: skip
    assert output.count("\nlayer conv(") == 4
    assert "# 5.2 Convolution, of any rank" in output
    assert run_cli("laws", "relu").output.startswith("laws paper\n\n# 5.6 ReLU and its kin.")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "nosuch",
            (
                "no law set and no layer is called 'nosuch'\n"
                "hint: law sets: paper, channels, derived, literal, weights\n"
            ),
        ),
        ("convv", "no law set and no layer is called 'convv'\nhint: did you mean 'conv'?\n"),
        ("chanels", "no law set and no layer is called 'chanels'\nhint: did you mean 'channels'?\n"),
        ("no/such.arch", "no such file: no/such.arch\n"),
    ],
)
def test_unknown_laws(run_cli: Run, name: str, told: str) -> None:
    result = run_cli("laws", name)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"error: {told}")


@pytest.mark.parametrize(("name", "files"), [(None, 5), ("conv", 5), ("nosuch", 5), ("paper", 1)])
def test_each_law_file_is_parsed_once(
    run_cli: Run, monkeypatch: pytest.MonkeyPatch, name: str | None, files: int
) -> None:
    parsed = []

    def counted(source: Source, path: Path) -> object:
        parsed.append(source.name)
        return parse(source, path)

    monkeypatch.setattr(report_laws, "parse", counted)
    run_cli("laws", *filter(None, [name]))
    assert len(parsed) == len(set(parsed)) == files


# -- blocks that are shut


def test_blocks_are_shut_below_a_depth(run_cli: Run) -> None:
    shown = run_cli("layers", "resnet", "--depth-of-blocks", "0").stdout
    assert [line.split()[0] for line in shown.splitlines()[4:8]] == ["stem", "stages", "head", "network"]
    told = json.loads(run_cli("layers", "resnet", "--depth-of-blocks", "0", "--format", "json").stdout)[
        "layers"
    ]
    assert [row["kind"] for row in told] == ["block"] * 3
    assert sum(row["params"]["value"] for row in told) == 25557032


def test_depth_is_short_for_it_where_no_param_bears_that_name(run_cli: Run) -> None:
    short, long = (
        run_cli("layers", "inception_v3", option, "0").stdout for option in ("--depth", "--depth-of-blocks")
    )
    assert short == long
    assert "\nstem  " in short
    assert "depth = 18," in run_cli("layers", "resnet", "--depth", "18").stdout
    helped = [run_cli("layers", spec, "--help").stdout for spec in ("inception_v3", "resnet")]
    assert ["--depth-of-blocks, --depth N" in text for text in helped] == [True, False]
    assert "--depth VALUE" in helped[1]
