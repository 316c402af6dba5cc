"""What a person sees on terminals of 60 to 200 columns; `--update-golden` rewrites those of 60 and 80."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.cells import cell_len

from layercalc.cli import main, output
from layercalc.report.fitted import fitted
from layercalc.report.section import Section

FOLDER = Path(__file__).parent / "screens"
COMMANDS = {
    "eval": "eval resnet --depth 50",
    "eval_points": "eval resnet --depth 18,34,50",
    "eval_symbols": "eval resnet --depth n --width w --measure gcip,gcc,params",
    "layers": "layers resnet --depth 50 --depth-of-blocks 1",
    "layers_symbols": "layers mlp --depth n --width w",
    "compare": "compare lenet mlp resnet vgg",
    "compare_points": "compare resnet_cifar --shortcuts true,false --over depth=20,32 --measure gcip,params",
    "scale": "scale mlp --over depth",
    "zoo": "zoo --family vgg",
    "zoo_row": "zoo t1_01_alexnet",
    "explain": "explain resnet",
    "explain_line": "explain resnet:44 --depth 18",
}
#: What is said of columns that are left out.
ADDED = {"left", "out,", "for", "want", "of", "width:", "and"}


@cache
def sections(name: str) -> Sequence[Section]:
    """Run a command, and give what it would show."""
    found: list[Section] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(output, "show_text", found.extend)
        result = CliRunner().invoke(main, shlex.split(COMMANDS[name]))
    assert result.exit_code == 0, result.output
    return found


def screen(name: str, width: int) -> list[str]:
    return [line.text for line in fitted(sections(name), width)]


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("name", COMMANDS)
def test_a_narrow_screen(name: str, width: int, golden: Callable[[Path, str], None]) -> None:
    golden(FOLDER / f"{name}_{width}.txt", "".join(f"{line}\n" for line in screen(name, width)))


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("name", COMMANDS)
def test_no_word_is_broken_and_no_line_too_wide(name: str, width: int) -> None:
    lines, whole = screen(name, width), screen(name, 100_000)
    assert max(map(cell_len, lines)) <= width
    words = {word for line in whole for word in line.split()}
    assert {word for line in lines for word in line.split()} <= words | ADDED | {f"{word}," for word in words}


def test_every_screen_has_its_command() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {
        f"{n}_{width}.txt" for n in COMMANDS for width in (60, 80)
    }
