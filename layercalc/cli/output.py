"""Printing: plain into pipes and files, through rich on a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import click

from layercalc.cli import candidates

if TYPE_CHECKING:
    from layercalc.report.table import Table

Command = TypeVar("Command", bound=Callable[..., Any])
Item = TypeVar("Item")

LAWS = click.option(
    "--laws", metavar="NAME|FILE", help="The law set.  [default: paper]", shell_complete=candidates.law_sets
)
SET = click.option(
    "--set", "assignments", multiple=True, metavar="NAME=VALUE",
    help="A param's value, for a param whose name an option bears.", shell_complete=candidates.assignments,
)  # fmt: skip
ASSUME = click.option(
    "--assume", multiple=True, metavar="CONDITION", help='A condition on symbols: "width >= 64".'
)
#: Seconds that a run takes before it tells how far it is.
PATIENCE = 1.0


def format_option(*formats: str) -> Callable[[Command], Command]:
    """Make the option `--format` of a command; the first format is the default."""
    return click.option(
        "--format", "format_", type=click.Choice(formats), default=formats[0], show_default=True
    )


FORMAT = format_option("text", "json")


def show_table(heading: str, table: Table, format_: str = "text") -> None:
    """Print a table below its heading: as Markdown, or as text fitted to a terminal, or plain."""
    if heading:
        click.echo(f"{heading}\n")
    if format_ == "markdown":
        from layercalc.report.formats import markdown

        click.echo(markdown(table))
        return
    if sys.stdout is None or not sys.stdout.isatty():
        click.echo(table.plain())
        return
    from rich.console import Console

    console = Console()
    for place, block in enumerate(table.blocks(console.width)):
        console.print(*([""] if place else []), block.rich(console.width), sep="\n")
    for note in table.notes:
        console.print(note, markup=False, highlight=False)


def show_json(data: Any) -> None:
    """Print JSON, in ASCII: it can be written anywhere."""
    import json

    click.echo(json.dumps(data, indent=2, allow_nan=False))


def with_progress(items: Iterable[Item], count: int) -> Iterator[Item]:
    """Hand items on; a terminal is told how many have come, once this has taken a while."""
    rest = iter(items)
    if sys.stderr is None or not sys.stderr.isatty():
        yield from rest
        return
    start = time.monotonic()
    for done, item in enumerate(rest, start=1):
        yield item
        if time.monotonic() - start > PATIENCE:
            yield from _with_bar(rest, done, count)


def _with_bar(items: Iterator[Item], done: int, count: int) -> Iterator[Item]:
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=count, completed=done)
        for item in items:
            yield item
            bar.advance(task)
