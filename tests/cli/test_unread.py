"""`check` warns of values that reach no output, and explains networks of shared weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from click.testing import Result

Run = Callable[..., "Result"]

LOST = "input(3, 8, 8) as x  input(4) as y\nfrom x -> conv(5, 1) as lost\nfrom x -> relu"
SHARED = (
    "param n = 3 where n >= 1  block two { dense(4) repeat n { dense(4) -> relu } }  shared both = two\n"
    "input(4) as x  input(4) as y  from x -> both as a  from y -> both as b\n"
    "concat { from a | from b } -> dense(1)"
)


def test_a_value_that_reaches_no_output_is_a_warning(run_cli: Run) -> None:
    told = run_cli("check", "-", input=LOST)
    assert told.exit_code == 0
    assert [line for line in told.stderr.splitlines() if "warning" in line] == [
        "<stdin>:2:11: warning: this value reaches no output", "warning: input y reaches no output",
    ]  # fmt: skip
    assert "warning" not in run_cli("check", "-", input=SHARED).stderr


def test_shared_weights_are_explained(run_cli: Run) -> None:
    for given in ("3", "n"):
        told = run_cli("explain", "-", "--n", given, input=SHARED)
        assert (told.exit_code, "both" in told.output) == (0, True)
