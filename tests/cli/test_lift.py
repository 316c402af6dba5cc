"""`layercalc lift`: what it writes, where, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from layercalc import limits

if TYPE_CHECKING:
    from click.testing import Result

SPEC = "input(3, 8, 8)\nconv({0}, 3) -> relu\nrepeat {1} {{ conv({0}, 3) }}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for depth in (5, 8, 11):
        Path(f"net{depth}.arch").write_text(SPEC.format(8, depth - 2), "utf-8")
    return tmp_path


def test_a_lifted_spec_is_in_layout_and_measured(run_cli: Callable[..., Result]) -> None:
    assert run_cli("lift", "net5.arch", "net8.arch", "net11.arch", "--param", "depth").exit_code == 0
    lift = run_cli("lift", "net5.arch", "net8.arch", "net11.arch", "--param", "depth", "--out", "net.arch")
    assert (lift.exit_code, lift.output) == (0, "")
    assert "repeat depth - 2 {" in Path("net.arch").read_text("utf-8")
    assert run_cli("fmt", "--check", "net.arch").exit_code == 0
    assert "576*n - 936" in run_cli("eval", "net.arch", "--depth", "n", "--measure", "params").output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("net5.arch",), "lift takes 2 to 100 specs, and these are 1"),
        (("net5.arch", "nosuch.arch"), "no such file: nosuch.arch"),
        (("net5.arch", "net8.arch", "--param", "2x"), "--param 2x: not a name of the language"),
        (("net5.arch", "net8.arch", "--param", "else"), "--param else: not a name of the language"),
        (("net5.arch", "net8.arch", "--name", "a b"), "--name a b: not a name of the language"),
        (("net5.arch", "net8.arch", "--param", "conv"), "--param conv: a spec has this name already"),
        (("net5.arch", "net8.arch", "--param", "d=1"), "--param d=1: it takes 2 numbers, one for each spec"),
        (("net5.arch", "net8.arch", "--param", "d=1,1"), "--param d=1,1: it takes 2 numbers"),
        (("net5.arch", "net8.arch", "--param", "d=a,b"), "unknown name 'a'"),
        (
            ("net5.arch", "net8.arch", "--out", "net5.arch"),
            "cannot write net5.arch: it is a spec, or a file that",
        ),
        (("net5.arch", "net8.arch", "--out", "no/net.arch"), "no such folder: no"),
    ],
)
def test_mistakes(arguments: tuple[str, ...], told: str, run_cli: Callable[..., Result]) -> None:
    before = Path("net5.arch").read_text("utf-8")
    result = run_cli("lift", *arguments)
    assert result.exit_code == 2
    assert told in result.output
    assert Path("net5.arch").read_text("utf-8") == before


def test_a_member_that_does_not_come_back_ends_with_1(run_cli: Callable[..., Result]) -> None:
    text = "param c = 4\nblock unit { LET conv(c, 3) }\ninput(3, 8, 8)\nunit\n"
    Path("a.arch").write_text(text.replace("LET", "let c = in.channels"), "utf-8")
    Path("b.arch").write_text(text.replace("LET", ""), "utf-8")
    result = run_cli("lift", "a.arch", "b.arch", "--out", "c.arch")
    assert result.exit_code == 1
    assert "warning: b does not come back at size = 2" in result.output
    assert not Path("c.arch").exists()


def test_limits_are_met(run_cli: Callable[..., Result]) -> None:
    result = run_cli("lift", *["net5.arch"] * (limits.MEMBERS + 1))
    assert (result.exit_code, "lift takes 2 to 100 specs" in result.output) == (2, True)
    for name, kind in (("long1", "relu tanh "), ("long2", "tanh sigmoid ")):
        Path(f"{name}.arch").write_text("input(3, 8, 8)\n" + kind * 750, "utf-8")
    result = run_cli("lift", "long1.arch", "long2.arch")
    assert "comparing these specs takes over 2,000,000 pairs of steps, the limit" in result.output
    for place in (0, 1):
        steps = (f"conv({2 * k + place + k * k}, 3)" for k in range(1, limits.COLUMNS + 3))
        Path(f"wide{place}.arch").write_text("input(3, 8, 8)\n" + "\n".join(steps), "utf-8")
    result = run_cli("lift", "wide0.arch", "wide1.arch")
    assert "the specs differ in over 500 ways, the limit" in result.output
