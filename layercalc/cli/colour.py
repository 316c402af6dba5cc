"""Colours on terminals: when they are wanted, and what they say of a diagnostic."""

from __future__ import annotations

import os
import re
import sys
from typing import TextIO

import click

#: What is coloured in a line of a diagnostic: its kind behind the place, the carets, the word `hint`.
_PARTS = r"(?P<before>^(?:.*?:\d+:\d+: )?|^ {6}\| +)(?P<part>error:|warning:|hint:|\^+$)"
_COLOURS = {"error:": "red", "warning:": "yellow", "hint:": "cyan"}


def has_colours(stream: TextIO | None) -> bool:
    """Tell whether a stream gets colours.

    `NO_COLOR` stops them, `FORCE_COLOR` wants them; else a terminal has them that is not called dumb.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def coloured(diagnostics: str) -> str:
    r"""Colour the kind, the carets and the hint of each diagnostic of a text.

    >>> coloured("a.arch:1:3: error: no such layer")
    'a.arch:1:3: \x1b[31m\x1b[1merror:\x1b[0m no such layer'
    """

    def styled(found: re.Match[str]) -> str:
        return found["before"] + click.style(found["part"], fg=_COLOURS.get(found["part"], "red"), bold=True)

    return "\n".join(re.sub(_PARTS, styled, line, count=1) for line in diagnostics.split("\n"))


def tell(diagnostics: object) -> None:
    """Print diagnostics on standard error."""
    text, wanted = str(diagnostics), has_colours(sys.stderr)
    click.echo(coloured(text) if wanted else text, err=True, color=wanted)
