"""`layercalc fmt`: specs in the one layout of the language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click

from layercalc.cli import candidates
from layercalc.cli.output import say, write_data
from layercalc.errors import Diagnostic, Source, SpecError

CHANGES = 1


class _Laid(NamedTuple):
    """A spec by its name on the command line, with its text after formatting."""

    spec: str
    path: Path
    source: Source
    text: str
    changes: bool


@click.command(short_help="Lay specs out in the one canonical way.")
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...", shell_complete=candidates.specs)
@click.option("--check", is_flag=True, help="Write nothing; name what would change, and exit with 1 for it.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@click.pass_context
def fmt(ctx: click.Context, specs: tuple[str, ...], check: bool, diff: bool) -> None:
    """Lay specs out anew, in place, and name those that changed.

    No comment is lost, and a spec means what it meant: its tree is compared before
    anything is written. The author decides where lines of steps, rows of lists and
    bodies are broken, and keeps one blank line; the rest follows from the spec.
    A file keeps its line ends, its byte order mark, its owner and its permissions. Of - and
    of a pipe the layout is printed.
    """
    mistakes: list[Diagnostic] = []
    changed = False
    for spec in specs:
        try:
            laid = _lay_out(spec)
            changed |= laid.changes
            _show(laid, check, diff) if check or diff else _write(laid)
        except SpecError as error:
            mistakes.extend(error.diagnostics)
    if mistakes:
        raise SpecError(mistakes)
    if check and changed:
        ctx.exit(CHANGES)


def _lay_out(spec: str) -> _Laid:
    from layercalc.syntax.library import open_spec
    from layercalc.syntax.unparse import formatted

    source, path = open_spec(spec)
    text = source.dressed(formatted(source, path))
    return _Laid(spec, path, source, text, changes=text != source.raw)


def _show(laid: _Laid, check: bool, diff: bool) -> None:
    if diff:
        write_data("".join(_difference(laid)))
    elif check and laid.changes:
        say(laid.spec)


def _write(laid: _Laid) -> None:
    from layercalc.cli.files import write

    if not laid.path.is_file():  # standard input, or a pipe
        write_data(laid.text)
    elif laid.changes:
        write(laid.path, laid.text.encode())
        say(laid.spec)


def _difference(laid: _Laid) -> Iterator[str]:
    """Give the lines of a unified diff."""
    from difflib import unified_diff

    before, after = (_lines(text) for text in (laid.source.raw, laid.text))
    name = laid.source.name
    for line in unified_diff(before, after, name, name):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """Split a text into lines with their ends; only a line feed ends a line."""
    return [f"{line}\n" for line in text.split("\n")[:-1]] + [line for line in text.split("\n")[-1:] if line]
