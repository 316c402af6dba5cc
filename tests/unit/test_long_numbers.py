"""Numbers of over 4,300 digits, at which `str` of an int stops, through all that writes them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from layercalc.cli import main

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
