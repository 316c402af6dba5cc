"""Numbers of over 4,300 digits, at which `str` of an int stops, through all that writes them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from layercalc import loads
from layercalc.cli import main
from layercalc.errors import SpecError

ROUNDS = "param n = 10^5000 input(3) add { repeat n { dense(3) } | tanh | dense(4) -> dense(3) }"
UNITS = "param n = 10^5000 input(3) add { dense(n) -> dense(3) | tanh | dense(4) -> dense(3) }"


@pytest.mark.parametrize("text", [ROUNDS, UNITS])
@pytest.mark.parametrize(
    "command",
    ["eval", "eval --exact", "eval --format json", "eval --python", "eval --latex", "layers --format json",
     "explain", "explain --format json", "draw", "draw --values", "show", "show --until values", "check"],
)  # fmt: skip
def test_commands_write_them(tmp_path: Path, text: str, command: str) -> None:
    spec = tmp_path / "long.arch"
    spec.write_text(text, "utf-8")
    word, *options = command.split()
    result = CliRunner().invoke(main, [word, str(spec), *options], catch_exceptions=False)
    assert result.exit_code == 0
    assert result.stdout


def test_so_many_rounds_that_first_shrink_are_a_power() -> None:
    text = "param n = 2 input(3, 64, 64) repeat n { conv(8, 3, stride = 2) }"
    assert loads(text, n=4).params == 1944
    assert loads(text, n="10^5000").params == 576 * 10**5000 - 360


def test_sizes_that_would_be_so_long_are_refused() -> None:
    with pytest.raises(SpecError, match="the limit"):
        loads("param n = 2 input(3, 8) repeat n { conv(in.channels * 2, 3) }", n="10^5000")
