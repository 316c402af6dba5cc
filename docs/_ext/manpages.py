"""Manual pages, made from the commands: by hatchling for a wheel, or by hand.

From: the entries of `manual`. To: a file of roff for the program and for each command. Promises:
no text of theirs is read as roff. ``python docs/_ext/manpages.py FOLDER`` writes them into a folder.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parents[2]


def pages(version: str) -> Iterator[tuple[str, str]]:
    """Write the pages, each with the name of its file."""
    sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]
    from manual import entries, is_typed

    found = [*entries()]
    for entry in found:
        name = entry.name.replace(" ", "-")
        lines = [f'.TH {_text(name.upper())} 1 "" "layercalc {version}" "layercalc"']
        lines += [".SH NAME", f"{_text(name)} \\- {_text(entry.summary)}"]
        lines += [".SH SYNOPSIS", _text(entry.usage), ".SH DESCRIPTION"]
        for paragraph in entry.text:
            typed = is_typed(paragraph)
            lines += [".PP", *([".EX", f"    {_text(paragraph)}", ".EE"] if typed else [_text(paragraph)])]
        lines += [".SH OPTIONS", *(line for option in entry.options for line in _option(*option))]
        others = [other.name.replace(" ", "-") for other in found if other is not entry]
        seen = others if " " not in entry.name else ["layercalc"]
        lines += [".SH SEE ALSO", ", ".join(f"{_text(other)}(1)" for other in seen)]
        yield f"{name}.1", "\n".join(lines) + "\n"


def _option(name: str, text: str) -> list[str]:
    return [".TP", f"\\fB{_text(name)}\\fR", _text(text)]


def _text(text: str) -> str:
    r"""Escape what roff reads.

    >>> _text("--set a\\b"), _text(".5")
    ('\\-\\-set a\\eb', '\\&.5')
    """
    plain = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{plain}" if plain.startswith((".", "'")) else plain


def write(folder: Path, version: str) -> list[Path]:
    """Write the pages into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    made = [(folder / name, text) for name, text in pages(version)]
    for path, text in made:
        path.write_text(text, "utf-8")
    return [path for path, _ in made]


class ManualPages(BuildHookInterface[Any]):
    """Puts the pages into the wheel, from where pip puts them where man looks."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make them outside the checkout, where a build is to leave nothing."""
        self.made = TemporaryDirectory(prefix="layercalc-man-")
        for path in write(Path(self.made.name), self.metadata.version):
            build_data["shared_data"][str(path)] = f"share/man/man1/{path.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Drop them, once they are in the wheel."""
        self.made.cleanup()


if __name__ == "__main__":
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    write(Path(sys.argv[1]), project["version"])
