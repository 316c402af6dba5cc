"""The commands as their help tells them: what the site and the manual pages are made from.

From: click's commands. To: an `Entry` for each. Promises: it runs none of them and needs nothing
but click; a text is wrapped by whoever shows it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass

import click

from layercalc.cli import main

#: What stands in help for a line that begins a new paragraph.
_PARAGRAPH = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Entry:
    """A command: its name, usage, one line on it, paragraphs, and options with their texts."""

    name: str
    usage: str
    summary: str
    text: tuple[str, ...]
    options: tuple[tuple[str, str], ...]


def entries() -> Iterator[Entry]:
    """Read the program, then each of its commands, in the order of its help."""
    root = click.Context(main, info_name="layercalc", **main.context_settings)
    yield _entry("layercalc", main, root, "measure neural-network architectures")
    for name, command in main.commands.items():
        context = click.Context(command, parent=root, info_name=name)
        yield _entry(f"layercalc {name}", command, context, command.get_short_help_str(200))


def is_typed(paragraph: str) -> bool:
    """Tell whether a paragraph is a command to type.

    >>> is_typed("layercalc eval resnet --depth n"), is_typed("layercalc evaluates a spec.")
    (True, False)
    """
    return paragraph.startswith("layercalc ") and " --" in paragraph and not paragraph.endswith((".", ":"))


def _entry(name: str, command: click.Command, context: click.Context, summary: str) -> Entry:
    text = (" ".join(part.split()) for part in _PARAGRAPH.split(inspect.cleandoc(command.help or "")))
    records = (param.get_help_record(context) for param in command.get_params(context))
    usage = " ".join([name, *command.collect_usage_pieces(context)])
    return Entry(
        name,
        usage,
        summary.rstrip("."),
        (*filter(None, text),),
        (*(told for told in records if told and told[1]),),
    )
