"""What a shell is told for a line that is not finished, asked in process."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
import pytest

from layercalc.cli import candidates, main
from layercalc.cli.candidates import VARIABLE
from layercalc.cli.shells import PROGRAM, SHELLS
from layercalc.measures import BY_NAME, MEASURES
from layercalc.paper.accuracy.predictor import PREDICTORS
from layercalc.paper.experiments import EXPERIMENTS
from layercalc.paper.zoo import rows
from layercalc.resolve import resolve
from layercalc.resolve.loading import load_program
from layercalc.resolve.measured import USUAL
from layercalc.resolve.points import read_points
from layercalc.syntax.library import shipped

if TYPE_CHECKING:
    from click.testing import Result


class Candidate(NamedTuple):
    kind: str
    word: str
    help: str


Ask = Callable[..., list[Candidate]]
DEPTH = Candidate("plain", "--depth", "weighted layers, or a symbol [50]")
FILES = Candidate("arch", "", "")
#: What a placeholder in a usage line says that something nameable is wanted.
NAMED = re.compile(r"\b(?:SPEC|PARAM|MEASURE|NAME)\b")


#: The measures that every law set has.
COSTS = (
    "activations", "stored", "kv_cache", "training_flops", "weights_bytes", "training_bytes", "non_embedding",
)  # fmt: skip


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Give a function that completes the end of a line: ``ask("layercalc ev")``."""

    def complete(line: str, shell: str = "zsh", **changes: str) -> list[Candidate]:
        for name, value in {"COMP_LINE": line, **changes}.items():
            monkeypatch.setenv(name, value)
        told = SHELLS[shell](main, {}, PROGRAM, VARIABLE).complete()
        return [Candidate(*row.split("\t")) for row in told.splitlines()]

    return complete


def _words(found: list[Candidate]) -> list[str]:
    return [candidate.word for candidate in found if candidate.kind == "plain"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("ev", ["eval"]),
        ("eval resn", ["resnet", "resnet_cifar", "resnet_v2", "resnext"]),
        ("eval --depth 3 lene", ["lenet"]),
        ("eval --depth=3 --exact lene", ["lenet"]),
        ("eval resnet --de", ["--depth"]),
        ("eval 'resnet' --de", ["--depth"]),
        ("eval resnet --depth 34 --depth", []),
        ("eval resnet --laws nosuch --de", ["--depth"]),
        ("eval resnext --group_", ["--group-width"]),
        ("eval resnet --shortcuts ", ["true", "false"]),
        ("eval resnet --shortcuts f", ["false"]),
        ("eval resnet --shortcuts=", ["--shortcuts=true", "--shortcuts=false"]),
        ("eval --shortcuts f", []),
        ("eval mnasnet --variant ", ["B1", "D1-320", "A1", "small", "D1"]),
        ("eval squeezenet --version ", ["1.0", "1.1"]),
        ("eval resnet --depth ", ["50", "18", "34", "152"]),
        ("eval resnet --depth 18,", ["18,50", "18,34", "18,152"]),
        ("eval resnet --depth n", []),
        ("eval resnet --set short", ["shortcuts="]),
        ("eval resnet --set shortcuts=t", ["shortcuts=true"]),
        ("eval resnet --set nosuch=", []),
        ("eval resnet --laws ", ["channels", "derived", "literal", "paper", "weights"]),
        ("eval resnet --laws=pa", ["--laws=paper"]),
        ("eval resnet --measure gcip,gs", ["gcip,gsip", "gcip,gsc"]),
        ("eval resnet --format ", ["text", "markdown", "latex", "csv", "json", "html"]),
        ("eval - --de", []),
        ("eval nosuch --de", []),
        ("scale resnet --over wi", ["width"]),
        ("scale resnet --over depth,wi", ["depth,width"]),
        ("scale resnet --over depth --against lene", ["lenet"]),
        ("solve resnet --for res", ["resolution"]),
        ("check lenet resnet_c", ["resnet_cifar"]),
        ("reproduce fig6 fig1", ["fig10", "fig11", "fig12", "fig13", "fig14", "fig15"]),
        ("zoo 'ResNet 5", ["ResNet 50"]),
        ("zoo --family alex", ["alexnet"]),
        ("laws conv_", ["conv_transpose"]),
        ("activations relu sw", ["swish"]),
        ("completion ", ["bash", "zsh", "fish"]),
    ],
)
def test_words(ask: Ask, line: str, words: list[str]) -> None:
    assert _words(ask(f"layercalc {line}")) == words


def test_a_param_is_told_with_its_doc_string(ask: Ask) -> None:
    assert ask("layercalc eval resnet --de") == [DEPTH]
    assert ask("layercalc scale resnet --over de") == [DEPTH._replace(word="depth")]


def test_a_spec_is_told_with_its_title(ask: Ask) -> None:
    titles = {name: load_program(name).title for name in shipped()}
    assert {c.word: c.help for c in ask("layercalc eval ") if c.kind == "plain"} == titles


@pytest.mark.parametrize(
    "line", ["eval ", "eval x", "check a.arch ", "eval mlp --laws ", "activations relu "]
)
def test_files_may_stand_where_specs_do(ask: Ask, line: str) -> None:
    assert FILES in ask(f"layercalc {line}")


@pytest.mark.parametrize("name", shipped())
def test_all_params_of_a_spec_are_options(ask: Ask, name: str) -> None:
    own = {option for param in main.commands["eval"].params for option in param.opts}
    params = {f"--{param.name.text.replace('_', '-')}" for param in load_program(name).takes.values()}
    assert {*_words(ask(f"layercalc eval {name} --"))} == (own | params | {"--help"}) - {"spec"}


@pytest.mark.parametrize("name", shipped())
def test_a_value_that_is_completed_is_one_that_the_spec_takes(name: str) -> None:
    command = main.commands["eval"]
    ctx, program = click.Context(command), load_program(name)
    candidates.read_typed(ctx, [name])
    for param, word in ((param, param.name.text) for param in candidates.typed_params(ctx)):
        values = {item.value for item in candidates.param_values(word)(ctx, command.params[0], "")}
        for value in values - {param.default.span.text if param.default is not None else ""}:
            assert resolve(program, {word: read_points(word, value)[0]})


def test_a_value_that_the_param_itself_refuses_is_not_completed(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "two.arch"
    matches = "let a = match n { 1 => 5, 4 => 6, else => 7 }\nlet b = match m { 1 => 5, 4 => 6, else => 7 }"
    path.write_text(f"param n = 3 where n >= 2\nparam m where m >= n\n{matches}")
    assert _words(ask(f"layercalc eval {path} --n ")) == ["3", "4"]
    assert _words(ask(f"layercalc eval {path} --m ")) == ["1", "4"]


def test_the_lists_that_the_command_line_keeps_are_those_of_the_program(ask: Ask) -> None:
    assert _words(ask("layercalc eval mlp --measure ")) == [*MEASURES, *BY_NAME, *COSTS]
    assert (*MEASURES, *BY_NAME) == USUAL
    assert _words(ask("layercalc predict mlp --from ")) == [*PREDICTORS]
    assert _words(ask("layercalc reproduce ")) == [experiment.name for experiment in EXPERIMENTS]
    assert {*_words(ask("layercalc zoo "))} == {word for row in rows() for word in (row.spec, row.model)}


def test_what_is_named_in_a_usage_line_is_completed() -> None:
    for command in main.commands.values():
        ctx = click.Context(command)
        candidates.read_typed(ctx, ["resnet"])
        for param in command.params:
            if NAMED.search(param.make_metavar(ctx)):
                assert param.shell_complete(ctx, ""), f"{command.name}: {param.name}"


@pytest.mark.parametrize(
    "content",
    [b"param depth = (\n", b"\xff\xfe", b"\0", b"param depth = 1 param depth = 2", b"use 'x'", b"(" * 9999],
)
def test_a_spec_that_cannot_be_read_has_no_params(ask: Ask, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.arch"
    path.write_bytes(content)
    assert ask(f"layercalc eval {path} --de") == []
    assert ask(f"layercalc eval {path} --depth ") == []
    assert "--laws" in _words(ask(f"layercalc eval {path} --"))


def test_what_a_terminal_would_obey_is_not_told(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "odd.arch"
    path.write_text('param odd = "x\ty" "one\ttwo\x1b[2J"\nlet b = match odd { "\x1b[2J" => 1, "z" => 2 }')
    assert [candidate.help for candidate in ask(f"layercalc eval {path} --odd")] == [
        'one two\\x1b[2J ["x y"]'
    ]
    assert _words(ask(f"layercalc eval {path} --odd ")) == ["z"]


def test_only_plain_files_are_read(ask: Ask, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.arch")
    for path in (tmp_path, tmp_path / "pipe.arch", "/dev/zero", "/dev/stdin"):
        assert ask(f"layercalc eval {path} --de") == []


@pytest.mark.parametrize(
    "line", ["", "layercalc", "layercalc eval 'x", "layercalc eval x\\", 'layercalc "', "é ", "'"]
)
def test_a_line_cut_off_anywhere_is_answered(ask: Ask, line: str) -> None:
    for shell in SHELLS:
        ask(line, shell)


@pytest.mark.parametrize(
    ("line", "word", "told"),
    [
        ("eval resnet --set shortcuts=f", "f", "false"),
        ("eval resnet --set shortcuts=", "", "true"),
        ("eval resnet --laws=pa", "pa", "paper"),
        ("eval resnet --shortcuts f", "f", "false"),
        (r"solve resnet --from log2\(gw", r"log2\(gw", "log2(gwc)"),
        ("solve resnet --from 'log2(gw", "log2(gw", "log2(gwc)"),
        ("zoo ResNet\\ 5", "ResNet\\ 5", "ResNet 50"),
    ],
)
def test_bash_is_told_what_stands_behind_the_place_where_it_parts_a_word(
    ask: Ask, line: str, word: str, told: str
) -> None:
    assert _words(ask(f"layercalc {line}", "bash", COMP_WORD=word))[0] == told


def test_the_environment_asks(run_cli: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMP_LINE", "layercalc eval resnet --de")
    monkeypatch.setenv(VARIABLE, "fish_complete")
    assert run_cli().output == "\t".join(DEPTH) + "\n"
    monkeypatch.setenv(VARIABLE, "fish_source")
    script = run_cli().output
    monkeypatch.setenv(VARIABLE, "nosuch_complete")
    assert run_cli().output == ""
    monkeypatch.delenv(VARIABLE)
    assert run_cli("completion", "fish").output == script
