"""What the checkout offers to other programs: hooks to pre-commit, a citation."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.checkout import ROOT

yaml = pytest.importorskip("yaml")
RunCli = Callable[..., Result]


def test_the_hooks_lay_out_and_check(run_cli: RunCli, tmp_path: Path) -> None:
    hooks = {
        hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    }
    assert {*hooks} == {"layercalc-fmt", "layercalc-check"}
    spec = tmp_path / "one.arch"
    spec.write_text("input(3,8,8) rellu", "utf-8")
    ended = []
    for name in ("layercalc-fmt", "layercalc-check"):
        assert re.search(hooks[name]["files"], str(spec))
        program, *arguments = shlex.split(hooks[name]["entry"])
        assert program == "layercalc"
        ended.append(run_cli(*arguments, str(spec)).exit_code)
    assert ended == [0, 2]
    assert spec.read_text("utf-8") == "input(3, 8, 8) -> rellu\n"


def test_the_citation_is_of_this_version() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert (cited["version"], cited["license"]) == (project["version"], project["license"])
    assert cited["title"].startswith(f"{project['name']}: ")
