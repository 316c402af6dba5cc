"""Printing: plain into pipes and files, through rich on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from layercalc.report.table import Table

Command = TypeVar("Command", bound=Callable[..., Any])

LAWS = click.option("--laws", metavar="NAME|FILE", help="The law set.  [default: paper]")
SET = click.option(
    "--set", "assignments", multiple=True, metavar="NAME=VALUE",
    help="A param's value, for a param whose name an option bears.",
)  # fmt: skip
ASSUME = click.option(
    "--assume", multiple=True, metavar="CONDITION", help='A condition on symbols: "width >= 64".'
)
FORMAT = click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True
)


def show_table(heading: str, table: Table) -> None:
    """Print a table below its heading: fitted to a terminal, or plain."""
    if heading:
        click.echo(f"{heading}\n")
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
