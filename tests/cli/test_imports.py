"""A command imports what it needs, and no more."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.checkout import ROOT
from tests.cli.process import environment

PROBE = """
import sys
from layercalc.cli import main
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""
UNUSED = {"sympy", "mpmath", "rich"}


@pytest.mark.parametrize(
    ("command", "absent"),
    [
        (
            "--help",
            UNUSED | {"json", "lark", "layercalc.syntax.parse", "layercalc.resolve", "layercalc.report"},
        ),
        ("eval --help", UNUSED | {"json", "lark", "layercalc.syntax.parse"}),
        ("eval resnet --help", UNUSED | {"layercalc.report"}),
        (
            "zoo --help",
            UNUSED | {"json", "lark", "layercalc.syntax.parse", "layercalc.paper.zoo", "layercalc.report"},
        ),
        ("reproduce --help", UNUSED | {"json", "lark", "layercalc.paper.experiments", "layercalc.report"}),
        ("reproduce", {"rich", "matplotlib", "numpy", "scipy", "layercalc.plot.drawing"}),
        ("check resnet", {"rich", "layercalc.report.records"}),
        ("fmt resnet --check", UNUSED | {"layercalc.resolve"}),
        ("specs", UNUSED | {"layercalc.resolve"}),
        ("laws", UNUSED),
        ("laws conv", UNUSED),
        ("show resnet --until tree", UNUSED),
        ("show resnet --until network", UNUSED),
        ("eval resnet --depth n", {"rich", "layercalc.report.records", "layercalc.inspect.layer_table"}),
        ("layers resnet", {"rich", "layercalc.report.records"}),
        ("zoo --family alexnet", {"rich", "layercalc.report.formats"}),
        ("eval resnet --format json", {"rich", "layercalc.report.layers"}),
    ],
)
def test_modules(command: str, absent: set[str]) -> None:
    loaded = _modules(*command.split())
    assert "click" in loaded
    assert not absent & loaded


@pytest.mark.parametrize(
    ("line", "absent"),
    [
        ("eval ", {"lark", "layercalc.resolve"}),
        ("eval resnet --", {"lark"}),
        ("eval resnet --set shortcuts=", {"lark"}),
        ("reproduce ", {"lark", "layercalc.paper.experiments"}),
        ("zoo ", {"lark", "layercalc.paper.zoo"}),
    ],
)
def test_modules_while_completing(line: str, absent: set[str]) -> None:
    loaded = _modules(COMP_LINE=f"layercalc {line}", _LAYERCALC_COMPLETE="fish_complete")
    assert "layercalc.cli.candidates" in loaded
    assert not (absent | UNUSED | {"layercalc.measures", "layercalc.report"}) & loaded


def _modules(*arguments: str, **changes: str) -> set[str]:
    command = [sys.executable, "-c", PROBE, *arguments]
    env = environment(**changes)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env=env)
    return set(done.stderr.splitlines()[-1].split())
