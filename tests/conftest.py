"""What all tests share: hypothesis profiles, patience with garbage, the command line, golden files."""

from __future__ import annotations

import gc
import os
import sys
import sysconfig
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

from tests.examples import USUAL

if TYPE_CHECKING:
    from click.testing import Result

KEPT = Path(__file__).parents[1] / ".venv"


def _share_bytecode(folder: Path) -> None:
    """Link what pip and Python's own installation compiled to where this run looks for bytecode.

    To compile sympy, matplotlib, Sphinx and the others anew takes each worker some ten seconds.
    """
    compiled = f"{sys.implementation.cache_tag}.pyc"
    for library in {sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")}:
        with suppress(OSError):  # another file system, or another's files: compiled anew
            for place, _, files in os.walk(library):
                if place.endswith("__pycache__") and "/test" not in place:
                    there = folder / Path(place).parent.relative_to("/")
                    there.mkdir(parents=True, exist_ok=True)
                    for file in files:
                        if file.endswith(compiled):
                            os.link(f"{place}/{file}", there / file)


# What Python and the parser keep for the next process stays out of the checkout, and is kept there: a command
# in a process of its own would compile sympy again, which takes three times as long as the command.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
if "PYTHONPYCACHEPREFIX" not in os.environ:
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(KEPT / ".bytecode")
    if not (KEPT / ".bytecode").exists():
        _share_bytecode(KEPT / ".bytecode")

set_hypothesis_home_dir(KEPT / ".hypothesis")

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


def pytest_collection_finish() -> None:
    """Look for no garbage among what was imported and collected: it is much, and all of it stays."""
    gc.freeze()


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
