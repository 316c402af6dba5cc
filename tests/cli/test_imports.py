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
        ("--help", UNUSED | {"json", "lark", "layercalc.parse", "layercalc.resolve", "layercalc.report"}),
        ("eval --help", UNUSED | {"json", "lark", "layercalc.parse"}),
        ("eval resnet --help", UNUSED | {"layercalc.report"}),
        ("zoo --help", UNUSED | {"json", "lark", "layercalc.parse", "layercalc.zoo", "layercalc.report"}),
        ("reproduce --help", UNUSED | {"json", "lark", "layercalc.experiments", "layercalc.report"}),
        ("reproduce", {"rich", "matplotlib", "numpy", "scipy", "layercalc.plot"}),
        ("check resnet", UNUSED | {"layercalc.measures"}),
        ("fmt resnet --check", UNUSED | {"layercalc.resolve"}),
        ("specs", UNUSED | {"layercalc.resolve"}),
        ("laws", UNUSED),
        ("laws conv", UNUSED),
        ("show resnet --until tree", UNUSED),
        ("show resnet --until network", UNUSED),
        ("eval resnet --depth n", {"rich", "layercalc.report.records", "layercalc.listing"}),
        ("layers resnet", {"rich", "layercalc.report.records"}),
        ("zoo --family alexnet", {"rich", "layercalc.report.formats"}),
        ("eval resnet --format json", {"rich", "layercalc.report.layers"}),
    ],
)
def test_modules(command: str, absent: set[str]) -> None:
    arguments = [sys.executable, "-c", PROBE, *command.split()]
    done = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=True, env=environment())
    loaded = set(done.stderr.splitlines()[-1].split())
    assert "click" in loaded
    assert not absent & loaded
