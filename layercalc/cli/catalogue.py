"""`layercalc specs` and `layercalc laws`: what is shipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from layercalc.cli import candidates
from layercalc.cli.output import say, show_table

if TYPE_CHECKING:
    from layercalc.report.laws import LawSet
    from layercalc.syntax import tree

LONGEST = 20


@click.command(short_help="List the shipped specs.")
def specs() -> None:
    """List the shipped specs with their titles and params."""
    from layercalc.report.table import Table
    from layercalc.syntax import tree
    from layercalc.syntax.library import read, shipped
    from layercalc.syntax.parse import parse

    rows = []
    for name, path in shipped().items():
        items = parse(read(path), path).items
        title = next((item.title for item in items if isinstance(item, tree.Title)), "")
        params = [_param(item) for item in items if isinstance(item, tree.Param)]
        rows.append((name, title, ", ".join(params)))
    show_table("", Table(("spec", "title", "params"), rows))


def _param(param: tree.Param) -> str:
    if param.default is None:
        return param.name.text
    default = param.default.span.text
    return f"{param.name.text} = {default if len(default) <= LONGEST else '...'}"


@click.command(short_help="Show the law sets, one of them, or one layer.")
@click.argument("name", required=False, shell_complete=candidates.law_sets_and_layers)
def laws(name: str | None) -> None:
    """Show the law sets, the declarations of one, or one layer in each of them.

    NAME is a law set (`paper`), the file of one, or a layer (`conv`).
    """
    from layercalc.report.laws import LawSet, overview
    from layercalc.resolve.loading import DEFAULT_LAWS
    from layercalc.syntax.library import locate, shipped

    paths = shipped("laws")
    if name is not None and (name in paths or "/" in name or name.endswith(".arch")):
        say(LawSet.read(name, locate(name, "law set", "laws")).text)
        return
    order = sorted(paths, key=lambda key: (key != DEFAULT_LAWS, key))
    sets = [LawSet.read(key, paths[key]) for key in order]
    if name is None:
        show_table("", overview(sets, DEFAULT_LAWS))
    else:
        say(_layer(name, sets))


def _layer(name: str, sets: list[LawSet]) -> str:
    from layercalc.errors import did_you_mean, fail

    found = [f"laws {law_set.name}\n\n{law_set.layers[name]}" for law_set in sets if name in law_set.layers]
    if not found:
        names = [law_set.name for law_set in sets]
        layers = [layer for law_set in sets for layer in law_set.layers]
        hint = did_you_mean(name, [*names, *layers]) or f"law sets: {', '.join(names)}"
        raise fail(f"no law set and no layer is called '{name}'", hint=hint)
    return "\n\n\n".join(found)
