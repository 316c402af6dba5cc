"""Hints for what people paste, and for the names of other libraries, which name what there is here."""

from __future__ import annotations

import re

import pytest

from layercalc.errors import SpecError
from layercalc.model import loads
from layercalc.resolve.loading import load_program
from layercalc.resolve.merges import MERGES
from layercalc.syntax import habits


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("conv(3, 3x3)", "several sizes are written (3, 3), and one for all axes 3"),
        ("conv(3, 3 x 3)", "several sizes are written (3, 3), and one for all axes 3"),
        ("let n = 3 dense(2n)", "a product is written with its sign: 2 * n"),
        ("dropout(.5)", "a decimal begins with a figure: 0.5"),
        ("dense(1_000)", "figures are not grouped: 1000"),
        ("dense(37,000)", "figures are not grouped: 37000 for 37,000"),
        ("dense(37,500)", "figures are not grouped: 37000 for 37,000"),
        ('conv(4, 3, padding = "same")', "same is written without quotes"),
        ("width = 64", "`let x = ...` names a value, and == compares two"),
        ("nn.Linear(3)", "layers stand without a prefix: conv(64, 3)"),
        ("conv(64, kernel_size = 7)", "it is called `kernel` here"),
        ("relu // x", "a comment begins with #"),
        ("relu\N{NO-BREAK SPACE}relu", "this is a no-break space: a plain one parts words"),
        ("relu\N{ZERO WIDTH SPACE}relu", "this is an invisible character, zero width space: take it out"),
        ("relu \N{RIGHTWARDS ARROW} relu", "the arrow between two steps is written ->"),
        ("dense(3 \N{MINUS SIGN} 1)", "minus is written -"),
        ("conv(3, 3\N{MULTIPLICATION SIGN}3)", "a product is written *, and several sizes (3, 3)"),
        ("if 3 \N{GREATER-THAN OR EQUAL TO} 2 { relu }", "`at least` is written >="),
    ],
)
def test_what_is_pasted_gets_a_hint(text: str, hint: str) -> None:
    with pytest.raises(SpecError) as caught:
        loads(f"input(3, 8, 8)\n{text}")
    assert hint in [mistake.hint for mistake in caught.value.diagnostics]


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("Conv2d", "conv"), ("Linear", "dense"), ("fc", "dense"), ("AvgPool2d", "avgpool"), ("LSTM", "lstm"),
        ("Embedding", "embedding"), ("GroupNorm", "groupnorm"), ("MultiheadAttention", "attention"),
        ("ConvTranspose1d", "conv_transpose"), ("GlobalAveragePooling2D", "global_avgpool"),
    ],
)  # fmt: skip
def test_a_name_of_another_library_points_to_ours(name: str, ours: str) -> None:
    with pytest.raises(SpecError) as caught:
        loads(f"input(3, 8, 8)\n{name}(4)")
    assert f"`{ours}" in caught.value.diagnostics[0].hint


def test_every_hint_names_what_there_is() -> None:
    program = load_program("lenet")
    known = {*program.callable_names(), *MERGES, "input", "transformer", "activation", "layer"}
    for hint in habits.STEPS.values():
        used = re.search(r'use "(.*?)"', hint)
        there = known | {*load_program_with(used[1])} if used else known
        for call in re.findall(r"`(\w+)", hint):
            assert call in there, hint


def load_program_with(path: str) -> list[str]:
    from pathlib import Path

    from layercalc.errors import Source
    from layercalc.resolve.loading import assemble

    return [*assemble(Source("<text>", f'use "{path}"\ninput(3)'), Path.cwd() / "-").callable_names()]


def test_a_name_stands_in_one_row() -> None:
    for table in (habits.CHARACTERS, habits.STEPS, habits.ARGUMENTS):
        names = [name for row in table for name in row.split(" | " if table is habits.CHARACTERS else None)]
        assert len(names) == len({*names})
