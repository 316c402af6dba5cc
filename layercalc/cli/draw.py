"""`layercalc draw`: the block diagram of a network."""

from __future__ import annotations

from pathlib import Path

import click

from layercalc.cli.inspection import network_of
from layercalc.cli.output import LAWS, SET
from layercalc.cli.spec_command import SpecCommand

#: What the ending of a file says of its form.
ENDINGS = {".mmd": "mermaid", ".mermaid": "mermaid", ".dot": "dot", ".gv": "dot"}


@click.command(cls=SpecCommand, short_help="Draw the block diagram: SVG, Mermaid or DOT.")
@click.argument("spec")
@LAWS
@click.option(
    "--format", "format_", type=click.Choice(["svg", "mermaid", "dot"]),
    help="The form.  [default: what the ending of FILE says, else svg]",
)  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write this file.")
@click.option(
    "--depth-of-blocks", "depth", type=click.IntRange(0), metavar="N",
    help="Open blocks so many deep, 0 none.  [default: as deep as one page goes]",
)  # fmt: skip
@click.option("--values", is_flag=True, help="Show the cumulative power and complexity at every point.")
@SET
@click.pass_context
def draw(
    ctx: click.Context, spec: str, laws: str | None, format_: str | None, out: Path | None, depth: int | None,
    values: bool, assignments: tuple[str, ...],
) -> None:  # fmt: skip
    """Draw the block diagram of a network.

    Series go from top to bottom, branches stand side by side and meet in a merge; a
    repeat is one frame with its count, a block a frame with its name, or one box where
    it is kept shut.
    """
    from layercalc.draw.build import diagram
    from layercalc.draw.writers import WRITERS

    if format_ is None:
        format_ = ENDINGS.get(out.suffix.lower(), "svg") if out is not None else "svg"
    text = WRITERS[format_](diagram(network_of(ctx, assignments), depth, values))
    if out is None:
        click.echo(text, nl=False)
        return
    from layercalc.cli.files import write

    write(out, text.encode())
