"""Output in any format, to a file, to a pipe as plain text, or on a terminal, fitted to it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from layercalc.cli import candidates
from layercalc.cli.colour import has_colours
from layercalc.display import LAYOUT, visible
from layercalc.records import dataclass

if TYPE_CHECKING:
    from layercalc.report.section import Report, Section
    from layercalc.report.table import Table

Command = TypeVar("Command", bound=Callable[..., Any])
Item = TypeVar("Item")


def laws_option(default: str) -> Callable[[Command], Command]:
    """Give a command the option `--laws`, and its help the default."""
    return click.option(
        "--laws", metavar="NAME|FILE", help=f"The law set.  [default: {default}]", callback=_named,
        shell_complete=candidates.law_sets,
    )  # fmt: skip


def _named(ctx: click.Context, option: click.Parameter, laws: str | None) -> str | None:
    """Refuse an empty name, which is not the default."""
    if laws == "":
        raise click.BadParameter("it is empty", ctx, option)
    return laws


LAWS = laws_option("paper")
SET = click.option(
    "--set", "assignments", multiple=True, metavar="NAME=VALUE",
    help="A param's value, for a param whose name an option bears.", shell_complete=candidates.assignments,
)  # fmt: skip
ASSUME = click.option(
    "--assume", multiple=True, metavar="CONDITION", help='A condition on symbols: "width >= 64".'
)
#: The styles of the kinds of lines of a report.
STYLES: Mapping[str, Mapping[str, Any]] = {
    "": {}, "head": {"bold": True}, "group": {"bold": True, "fg": "cyan"}, "none": {"fg": "yellow"},
}  # fmt: skip
#: Seconds before a run shows its progress.
PATIENCE = 1.0


#: The formats, each with its file extensions.
ENDINGS = {
    "text": (".txt",),
    "markdown": (".md", ".markdown"),
    "latex": (".tex",),
    "csv": (".csv",),
    "json": (".json",),
    "html": (".html", ".htm"),
}
FORMAT = click.option(
    "--format", "format_", type=click.Choice([*ENDINGS]), metavar="FORMAT",
    help=f"{', '.join(ENDINGS)}.  [default: as FILE ends, else text]",
)  # fmt: skip
OUT = click.option(
    "--out", metavar="FILE", type=click.Path(path_type=Path), help="Write to a file, in one step."
)


@dataclass(frozen=True, slots=True)
class OutputTarget:
    """The destination of an output: a file or, without a path, standard output; and its format."""

    path: Path | None
    asked: str | None

    def __post_init__(self) -> None:
        """Refuse a file that cannot be written, before anything is calculated for it."""
        if self.path is not None:
            from layercalc.cli.files import check_place

            check_place(self.path)

    @property
    def format(self) -> str:
        """The format asked for, else that of the file's extension, else text; nothing for an unknown one."""
        if self.asked is not None or self.path is None:
            return self.asked or "text"
        ending = self.path.suffix.lower()
        if not ending:
            from layercalc.cli.files import is_stream

            return "text" if is_stream(self.path) else ""
        return next((name for name, endings in ENDINGS.items() if ending in endings), "")

    def check(self) -> None:
        """Refuse an unknown extension."""
        if not self.format:
            from layercalc.errors import fail, listing

            known = listing([ending for endings in ENDINGS.values() for ending in endings])
            raise fail(
                f"--out {self.path}: its ending means no format", hint=f"--format names one; else {known}"
            )

    def write(self, text: str) -> None:
        """Write a text that ends with a line feed."""
        if self.path is not None:
            from layercalc.cli.files import write

            write(self.path, text.encode("utf-8", "backslashreplace"))
        else:
            write_data(text)


def say(text: str, *, nl: bool = True) -> None:
    """Print a text for people on standard output, in the encoding of the terminal."""
    click.echo(visible(text, LAYOUT), nl=nl)


def write_data(text: str) -> None:
    """Write a text for programs on standard output, in UTF-8; a terminal gets what it can show of it."""
    shown = visible(text, LAYOUT) if sys.stdout is not None and sys.stdout.isatty() else text
    click.echo(shown.encode("utf-8", "backslashreplace"), nl=False)


def output_options(*forms: str) -> Callable[[Command], Command]:
    """Give a command the options `--format` and `--out`, which reach it as `target`.

    A file's ending need mean no format where one of the flags `forms` says what is written.
    """

    def with_options(command: Command) -> Command:
        @FORMAT
        @OUT
        @wraps(command)
        def targeted(*arguments: Any, format_: str | None, out: Path | None, **options: Any) -> Any:
            target = OutputTarget(out, format_)
            if not any(options[form] for form in forms):
                target.check()
            return command(*arguments, target=target, **options)

        return cast("Command", targeted)

    return with_options


def show(report: Report, target: OutputTarget) -> None:
    """Write a report in its format, to a file, to a pipe or on a terminal."""
    if target.format == "text" and target.path is None:
        show_text(report.sections())
    else:
        target.write(_written(report, target.format))


def _written(report: Report, format_: str) -> str:
    if format_ == "json":
        import json

        told = json.dumps(report.record(), indent=2, allow_nan=False)  # in ASCII
        return told.replace("\x7f", "\\u007f") + "\n"
    if format_ == "csv":
        from layercalc.report.formats import comma_separated

        return comma_separated(report.rows())
    return _page(format_)(report.sections())


def _page(format_: str) -> Callable[[Sequence[Section]], str]:
    """Find the writer of a format; only this one is imported."""
    if format_ == "latex":
        from layercalc.report.tex import document as page
    elif format_ == "html":
        from layercalc.report.html import page
    elif format_ == "markdown":
        from layercalc.report.formats import markdown_page as page
    else:
        from layercalc.report.section import text_page as page
    return page


def show_text(sections: Sequence[Section]) -> None:
    """Print sections as text, fitted to a terminal or plain."""
    room = width()
    if room is None and not has_colours(sys.stdout):
        click.echo(_page("text")(sections), nl=False)
        return
    from layercalc.report.fitted import fitted

    show_lines(fitted(sections, room or sys.maxsize))


def show_table(heading: str, table: Table) -> None:
    """Print a table below its heading as text."""
    from layercalc.report.section import Section

    show_text([Section(heading, table)])


def show_lines(lines: Iterable[tuple[str, str]]) -> None:
    """Print lines, each in the style of its kind where colours are wanted."""
    coloured = has_colours(sys.stdout)
    for text, kind in lines:
        click.echo(click.style(text, **STYLES[kind]) if coloured and text and kind else text, color=coloured)


def width() -> int | None:
    """Give the columns of the terminal, or what `COLUMNS` says; None where the output goes elsewhere."""
    if sys.stdout is None or not sys.stdout.isatty():
        return None
    import shutil  # only a terminal asks

    return shutil.get_terminal_size().columns


def with_progress(items: Iterable[Item], count: int) -> Iterator[Item]:
    """Pass items on, and show progress on a terminal once this takes a while."""
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
