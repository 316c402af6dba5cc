"""`layercalc reproduce`: the paper's experiments, with what became of its claims."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from layercalc.cli import candidates
from layercalc.cli.colour import has_colours
from layercalc.cli.output import say, show_table, width, with_progress

if TYPE_CHECKING:
    from layercalc.paper.experiments import Experiment, Outcome


PAGE = "index.html"


@click.command(short_help="Reproduce the paper's experiments: numbers, pictures, verdicts.")
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=candidates.experiments)
@click.option("--all", "all_", is_flag=True, help="All of them, and a page of all pictures and verdicts.")
@click.option(
    "--out", type=click.Path(path_type=Path), default="reproduced", show_default=True, metavar="DIR",
    help="The folder for the files; it is made if need be.",
)  # fmt: skip
def reproduce(names: tuple[str, ...], all_: bool, out: Path) -> None:
    """Reproduce experiments of the paper: fig7, fig8 and so on; without a NAME, list them.

    For each, its numbers are written as CSV and its pictures as SVG and PNG; printed is
    what became of each of the paper's claims under each law set, with the figures found.
    --all also writes index.html, one page that needs no other file to be read.

    Pictures need matplotlib, some experiments scipy: in a checkout, pip install '.[plots]'.
    """
    from layercalc.errors import listing
    from layercalc.paper.experiments import EXPERIMENTS, find

    if not names and not all_:
        _list(EXPERIMENTS)
        return
    if names and all_:
        told = f"--all reproduces every experiment: leave out {listing(names, 'and')}, or --all"
        raise click.UsageError(told)
    named = [find(name) for name in dict.fromkeys(names)]
    _reproduce(EXPERIMENTS if all_ else named, out, all_=all_)


def _list(experiments: Sequence[Experiment]) -> None:
    from layercalc.report.table import Table

    show_table("", Table(("name", "shows"), [(found.name, found.title) for found in experiments]))


def _reproduce(experiments: Sequence[Experiment], out: Path, *, all_: bool) -> None:
    """Run experiments; write the files of each and report its results as soon as it has run."""
    from layercalc.cli.files import make_folder, write
    from layercalc.paper.pages.page import page
    from layercalc.paper.pages.reproduction import Reproduction

    make_folder(out)
    found: list[Reproduction] = []
    for done in with_progress(map(Reproduction.of, experiments), len(experiments)):
        for name, data in done.files.items():
            write(out / name, data)
        found.append(done)
    if all_:
        write(out / PAGE, page(found).encode())
    for done in found:
        _show(done.experiment, done.outcome)
    names = [name for done in found for name in done.files]
    say(f"Written into {out}: {', '.join([*names, *([PAGE] if all_ else [])])}")


def _show(experiment: Experiment, outcome: Outcome) -> None:
    """Print the results of an experiment, wrapped to a terminal."""
    from layercalc.paper.pages.verdict import STYLES, verdict

    wanted = has_colours(sys.stdout)
    words = re.compile(f"(?<=  )({'|'.join(STYLES)})(?=  )")
    for line in [*verdict(experiment, outcome, width()), ""]:
        shown = words.sub(lambda word: click.style(word[0], **STYLES[word[0]]), line) if wanted else line
        click.echo(shown, color=wanted)
