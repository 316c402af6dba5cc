"""Pictures written to files, in the format of the file's extension."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from layercalc.plot.picture import Format, Picture

Command = TypeVar("Command", bound=Callable[..., Any])


def picture_option(name: str, *, required: bool, help_: str) -> Callable[[Command], Command]:
    """Give a command an option for the file of a picture, refused before anything is calculated for it."""

    def checked(ctx: click.Context, option: click.Parameter, path: Path | None) -> Path | None:
        from layercalc.cli.files import check_place

        if path is not None:
            check_place(path)
            _format_of(path, name)
        return path

    return click.option(
        name, metavar="FILE", type=click.Path(path_type=Path), required=required, callback=checked,
        help=f"{help_}; SVG, PNG or PDF, as FILE ends; a pipe gets SVG.",
    )  # fmt: skip


def _format_of(path: Path, option: str = "") -> Format:
    """Find the format of a file's extension."""
    from layercalc.cli.files import is_stream
    from layercalc.errors import fail, listing
    from layercalc.plot.picture import FORMATS

    ending = path.suffix.lower() or (f".{FORMATS[0]}" if is_stream(path) else "")
    for format_ in FORMATS:
        if ending == f".{format_}":
            return format_
    endings = listing([f".{format_}" for format_ in FORMATS], "and")
    raise fail(f"{option} {path}: its ending means no picture", hint=f"those that do are {endings}")


def write_picture(picture: Picture, path: Path) -> None:
    """Draw a picture into a file."""
    from layercalc.cli.files import write
    from layercalc.plot.drawing import drawn

    format_ = _format_of(path)
    write(path, drawn(picture, [format_])[format_])
