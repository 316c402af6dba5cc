"""`layercalc reproduce`: its files, verdicts and page; runs that are stopped; libraries that are missing."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from layercalc import SpecError
from layercalc.cli.files import make_folder, write
from layercalc.paper import experiments
from layercalc.paper.experiments import Claim, Experiment, Outcome, Sheet, find
from layercalc.paper.pages.verdict import sheet_csv, verdict
from layercalc.plot.picture import Curve, Panel, Picture
from tests.cli.process import environment, on_terminal

if TYPE_CHECKING:
    from click.testing import Result

Run = Callable[..., "Result"]

CLAIMS = [
    Claim("7.1", "it <grows> & grows", "paper", True, "by 2"),
    Claim("7.1", "it <grows> & grows", "channels", None, "nobody knows"),
    Claim("7.1", "it shrinks", "paper", False, "it does not"),
]
PICTURE = Picture("fig1", "Growth & <decay>", [Panel("x", "y", [Curve("growth", [0, 1], [1, 2])])])
OUTCOME = Outcome(
    [Sheet("fig1", ["x", "y"], [[0, 1 / 3], [1, None]])],
    [PICTURE],
    CLAIMS,
    [("y", "2^x"), ("z", "a x^b < c")],
    ["the rest"],
)
SMALL = Experiment("fig1", "It grows", lambda: OUTCOME)
OTHER = Experiment(
    "fig2", "It grows again", lambda: replace(OUTCOME, sheets=[], pictures=[replace(PICTURE, name="fig2")])
)


def _stopped() -> NoReturn:
    raise KeyboardInterrupt


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put two experiments that take no time in place of the paper's."""
    monkeypatch.setattr(experiments, "EXPERIMENTS", (SMALL, OTHER))


# -- what is asked for


def test_without_a_name_they_are_listed(run_cli: Run) -> None:
    result = run_cli("reproduce")
    assert result.exit_code == 0
    lines = dict(line.split(maxsplit=1) for line in result.stdout.splitlines()[1:])
    assert lines == {experiment.name: experiment.title for experiment in experiments.EXPERIMENTS}


@pytest.mark.usefixtures("small")
def test_an_unknown_name_is_told_before_anything_runs(run_cli: Run, tmp_path: Path) -> None:
    result = run_cli("reproduce", "fig1", "fig22", "--out", str(tmp_path / "new"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "error: no experiment is called 'fig22'\nhint: did you mean 'fig2'?\n"
    assert not (tmp_path / "new").exists()


def test_all_and_a_name_are_not_asked_together(run_cli: Run, tmp_path: Path) -> None:
    found = run_cli("reproduce", "fig6", "fig7", "--all", "--out", str(tmp_path / "out"))
    assert (found.exit_code, [*tmp_path.iterdir()]) == (2, [])
    assert "--all reproduces every experiment: leave out fig6 and fig7, or --all" in found.stderr


@pytest.mark.usefixtures("small")
def test_a_named_experiment_has_its_files_and_its_verdict(run_cli: Run, tmp_path: Path) -> None:
    result = run_cli("reproduce", "fig1", "fig1", "--out", str(tmp_path / "new"))
    assert (result.exit_code, result.stderr) == (0, "")
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"fig1.csv", "fig1.svg", "fig1.png"}
    assert (tmp_path / "new" / "fig1.csv").read_text() == "x,y\n0,0.333333333333\n1,\n"
    assert result.stdout == (
        "fig1: It grows\n\n"
        "7.1  it <grows> & grows: holds under paper, undecided under channels\n"
        "  paper     holds      by 2\n  channels  undecided  nobody knows\n"
        "7.1  it shrinks\n  paper     fails      it does not\n\n"
        "Closed forms\n  y = 2^x\n  z = a x^b < c\n\nMissing\n  the rest\n\n"
        f"Written into {tmp_path / 'new'}: fig1.csv, fig1.svg, fig1.png\n"
    )


def test_the_folder_is_reproduced_unless_another_is_named(
    run_cli: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, small: None
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_cli("reproduce", "fig2").exit_code == 0
    assert {path.name for path in (tmp_path / "reproduced").iterdir()} == {"fig2.svg", "fig2.png"}


def test_two_runs_write_the_same(run_cli: Run, tmp_path: Path, small: None) -> None:
    for run in ("first", "second"):
        assert run_cli("reproduce", "fig1", "--out", str(tmp_path / run)).exit_code == 0
    first, second = (
        {path.name: path.read_bytes() for path in (tmp_path / run).iterdir()} for run in ("first", "second")
    )
    assert first == second


def test_two_runs_find_the_same() -> None:
    first, second = ([*map(sheet_csv, find("fig7").run().sheets)] for _ in range(2))
    assert first == second
    header, *rows = csv.reader(first[0].splitlines())
    assert all(len(row) == len(header) for row in rows)


# -- the page


VOID = {"meta"}


class _Page(HTMLParser):
    """Gathers the names, the links and the texts of a page; every element must be closed."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open += [] if tag in VOID else [tag]
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.links += [value for name, value in attrs if name in ("href", "src", "xlink:href") and value]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def page(run_cli: Run, tmp_path: Path, small: None) -> _Page:
    assert run_cli("reproduce", "--all", "--out", str(tmp_path)).exit_code == 0
    read = _Page()
    read.feed((tmp_path / "index.html").read_text("utf-8"))
    read.close()
    return read


def test_the_page_is_whole_and_its_names_are_its_own(page: _Page) -> None:
    assert page.open == []
    assert not [name for name, times in Counter(page.ids).items() if times > 1]


def test_the_page_needs_no_other_file(page: _Page, tmp_path: Path) -> None:
    inner = {link.removeprefix("#") for link in page.links if link.startswith("#")}
    assert inner <= {*page.ids}
    outer = {link for link in page.links if not link.startswith("#")}
    assert outer == {path.name for path in tmp_path.iterdir()} - {"index.html"}


def test_the_page_tells_all_that_was_found(page: _Page) -> None:
    told = (
        [claim.text for claim in CLAIMS]
        + [claim.found for claim in CLAIMS]
        + ["undecided", "2x", "a x^b < c", "the rest", "Growth & <decay>"]
    )
    assert all(text in page.text for text in told)


# -- a terminal


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of Unix")
def test_a_terminal_gets_lines_that_fit_and_verdicts_in_colour(tmp_path: Path) -> None:
    shown = on_terminal("reproduce", "fig7", "--out", str(tmp_path), width=70)
    assert "\x1b[32mholds\x1b[0m" in shown
    plain = re.sub("\x1b\\[[0-9;]*m", "", shown).split("Written into")[0]
    assert max(map(len, plain.splitlines())) <= 70
    assert "GCIP = 1 exactly" in plain


# -- stopped runs, and places that cannot be written


def test_a_stopped_run_leaves_whole_files_only(
    run_cli: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(experiments, "EXPERIMENTS", (SMALL, Experiment("fig2", "", _stopped)))
    result = run_cli("reproduce", "--all", "--out", str(tmp_path))
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "")
    assert {path.name for path in tmp_path.iterdir()} == {"fig1.csv", "fig1.svg", "fig1.png"}


@pytest.mark.parametrize("raised", [KeyboardInterrupt, OSError])
def test_a_file_is_written_whole_or_not_at_all(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, raised: type[BaseException]
) -> None:
    path = tmp_path / "fig1.csv"
    write(path, b"before")

    def fails(*_: object) -> NoReturn:
        assert len([*tmp_path.iterdir()]) == 2
        raise raised

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fails)
        with pytest.raises(raised):
            write(path, b"after")
    assert [(found, found.read_bytes()) for found in tmp_path.iterdir()] == [(path, b"before")]
    write(path, b"after")
    assert path.read_bytes() == b"after"


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "file")
    write(tmp_path / "link", b"data")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_bytes() == b"data"


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of Unix")
def test_a_pipe_stays_one(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDWR | os.O_NONBLOCK)
    write(tmp_path / "pipe", b"data")
    assert os.read(reader, 10) == b"data"
    os.close(reader)
    assert (tmp_path / "pipe").is_fifo()


def test_a_folder_that_is_not_there_is_named(run_cli: Run, tmp_path: Path, small: None) -> None:
    out = tmp_path / "none" / "out"
    result = run_cli("reproduce", "fig1", "--out", str(out))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"error: cannot write {out}: no such folder: {tmp_path / 'none'}\n"
    with pytest.raises(SpecError, match="no such folder"):
        write(out, b"")


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(SpecError, match=r"cannot write into .*out: it is no folder"):
        make_folder(tmp_path / "out")
    with pytest.raises(SpecError, match=r"cannot write .*: Is a directory"):
        write(tmp_path, b"")


# -- libraries that are not there

WITHOUT = "import sys; sys.modules['{}'] = None; from layercalc.cli import main; main({!r})"


def _without(library: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    code = WITHOUT.format(library, [*arguments])
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, text=True, env=environment()
    )


def test_without_matplotlib_it_is_said_what_to_install(tmp_path: Path) -> None:
    done = _without("matplotlib", "reproduce", "fig7", "--out", str(tmp_path / "out"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "error: this command needs matplotlib, which is not installed\n"
        "hint: in a checkout of layercalc: pip install '.[plots]'\n"
    )
    assert not (tmp_path / "out").exists()


def test_without_matplotlib_the_rest_works() -> None:
    assert _without("matplotlib", "reproduce").returncode == 0


def test_another_module_that_is_missing_is_no_matter_of_extras(
    run_cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> NoReturn:
        raise ModuleNotFoundError(name="layercalc.nowhere")

    monkeypatch.setattr(experiments, "EXPERIMENTS", (Experiment("fig1", "", broken),))
    assert isinstance(run_cli("reproduce", "fig1").exception, ModuleNotFoundError)


# -- texts


def test_numbers_have_twelve_digits() -> None:
    sheet = Sheet("fig1", ["a"], [[0.1 + 0.2], [1e300 / 3], [7], ["x, y"], [None]])
    assert sheet_csv(sheet).splitlines() == ["a", "0.3", "3.33333333333e+299", "7", '"x, y"', '""']


def test_a_width_keeps_every_word() -> None:
    outcome = find("fig7").run()
    wide, narrow = (verdict(find("fig7"), outcome, width) for width in (None, 50))
    assert " ".join(" ".join(wide).split()) == " ".join(" ".join(narrow).split())
