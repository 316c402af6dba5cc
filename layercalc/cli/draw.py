"""`layercalc draw`: the block diagram of a network."""

from __future__ import annotations

from pathlib import Path

import click

from layercalc.cli import candidates
from layercalc.cli.inspection import network_of
from layercalc.cli.output import LAWS, SET
from layercalc.cli.spec_command import SpecCommand

#: What the ending of a file says of its form.
ENDINGS = {".mmd": "mermaid", ".mermaid": "mermaid", ".dot": "dot", ".gv": "dot"}


@click.command(cls=SpecCommand, short_help="Draw the block diagram: SVG, Mermaid or DOT.")
@click.argument("spec", shell_complete=candidates.specs)
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
@click.option("--open", "opened", multiple=True, metavar="NAME", help="Open this block, and those around it.")
@click.option("--shut", multiple=True, metavar="NAME", help="Keep this block shut.")
@click.option("--left-to-right", "right", is_flag=True, help="Lead the wires to the right, not down.")
@click.option("--values", is_flag=True, help="Show the cumulative power and complexity at every point.")
@SET
@click.pass_context
def draw(
    ctx: click.Context, spec: str, laws: str | None, format_: str | None, out: Path | None, depth: int | None,
    opened: tuple[str, ...], shut: tuple[str, ...], right: bool, values: bool, assignments: tuple[str, ...],
) -> None:  # fmt: skip
    """Draw the block diagram of a network.

    Series go from top to bottom, branches stand side by side and meet in a merge; a
    repeat is one frame with its count, and so are rounds whose sizes follow a law; a
    block is a frame with its name, or one box where it is kept shut. Where resolutions
    fall and rise again with skips between, as in a U-Net, the picture is a U.

    --open and --shut may be given several times.
    """
    from layercalc.cli.files import check_folder, write
    from layercalc.draw.build import diagram
    from layercalc.draw.direction import DOWN, RIGHT
    from layercalc.draw.opening import opening
    from layercalc.draw.writers import WRITERS

    if out is not None:
        check_folder(out)
    if format_ is None:
        format_ = ENDINGS.get(out.suffix.lower(), "svg") if out is not None else "svg"
    network, direction = network_of(ctx, assignments), RIGHT if right else DOWN
    drawn = diagram(network, depth, values, opening(network, opened, shut), direction)
    text = WRITERS[format_](drawn, direction)
    if out is None:
        click.echo(text, nl=False)
    else:
        write(out, text.encode())
