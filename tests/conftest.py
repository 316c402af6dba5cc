"""What all tests share: hypothesis profiles, patience with garbage, the command line, golden files."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

from tests.examples import USUAL

if TYPE_CHECKING:
    from click.testing import Result

# What Python and the parser keep for the next process stays out of the checkout, and is kept there: a command
# in a process of its own would compile sympy again, which takes three times as long as the command.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
if "PYTHONPYCACHEPREFIX" not in os.environ:
    _kept = TemporaryDirectory(prefix="layercalc-")
    atexit.register(_kept.cleanup)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = _kept.name

set_hypothesis_home_dir(Path(__file__).parents[1] / ".venv" / ".hypothesis")

# A run is the same each time and no slow machine fails it; `search` looks further afield.
settings.register_profile("ci", deadline=None, derandomize=True, max_examples=USUAL)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

# A terminal or a server may ask for colours, which tests of an output do not.
for name in ("FORCE_COLOR", "NO_COLOR"):
    os.environ.pop(name, None)

# Looking for garbage takes a tenth of the time, here as on the command line.
gc.set_threshold(200_000)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files")


@pytest.fixture
def run_cli() -> Callable[..., Result]:
    """Give a function that runs the command line in process: ``run_cli("eval", "resnet", input="...")``."""
    from click.testing import CliRunner

    main = pytest.importorskip("layercalc.cli").main

    def run(*arguments: str, input: str | bytes | None = None) -> Result:  # noqa: A002 (click's own name)
        return CliRunner().invoke(main, arguments, input=input)

    return run


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Give a function that holds a text to a file; ``--update-golden`` rewrites the file."""

    def check(path: Path, text: str) -> None:
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        assert text == path.read_text("utf-8"), f"{path} differs; --update-golden rewrites it"

    return check
