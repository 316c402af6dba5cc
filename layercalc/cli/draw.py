"""`layercalc draw`: the block diagram of a network."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from layercalc.cli import candidates
from layercalc.cli.inspection import network_of
from layercalc.cli.output import LAWS, SET, write_data
from layercalc.cli.spec_command import SpecCommand
from layercalc.errors import fail, listing

#: The forms, each with its file extensions; a file without one holds SVG.
ENDINGS = {
    "svg": (".svg", ""), "mermaid": (".mmd", ".mermaid"), "dot": (".dot", ".gv"), "png": (".png",),
    "pdf": (".pdf",),
}  # fmt: skip
#: Those that no terminal can show.
BINARY = ("png", "pdf")


@click.command(cls=SpecCommand, short_help="Draw the block diagram: SVG, PNG, PDF, Mermaid or DOT.")
@click.argument("spec", shell_complete=candidates.specs)
@LAWS
@click.option(
    "--format", "format_", type=click.Choice([*ENDINGS]),
    help="The form.  [default: what the ending of FILE says, else svg]",
)  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write this file.")
@click.option(
    "--depth-of-blocks", "depth", type=click.IntRange(0), metavar="N",
    help="Open blocks so many deep, 0 none.  [default: as deep as one page goes]",
)  # fmt: skip
@click.option(
    "--open",
    "opened",
    multiple=True,
    metavar="NAME",
    help="Open this block, and those around it.",
    shell_complete=candidates.blocks,
)
@click.option(
    "--shut", multiple=True, metavar="NAME", help="Keep this block shut.", shell_complete=candidates.blocks
)
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

    PNG and PDF need vl-convert: the extra `pictures` of layercalc brings it.
    """
    from layercalc.cli.files import check_place, write
    from layercalc.draw.build import diagram
    from layercalc.draw.opening import opening
    from layercalc.draw.writers import drawn

    if out is not None:
        check_place(out)
    form = format_ or _form_of(out)
    if form in BINARY and out is None and sys.stdout is not None and sys.stdout.isatty():
        raise fail(
            f"--format {form}: a terminal shows no {form.upper()}", hint="--out FILE, or a pipe, takes it"
        )
    network = network_of(ctx, assignments)
    data = drawn(diagram(network, depth, values, opening(network, opened, shut), right), form)
    if out is not None:
        write(out, data)
    elif form in BINARY:
        click.echo(data, nl=False)
    else:
        write_data(data.decode())


def _form_of(out: Path | None) -> str:
    """Find the form that the ending of a file means."""
    if out is None:
        return "svg"
    ending = out.suffix.lower()
    found = next((name for name, endings in ENDINGS.items() if ending in endings), None)
    if found is None:
        known = listing([ending for endings in ENDINGS.values() for ending in endings if ending])
        raise fail(f"--out {out}: its ending means no picture", hint=f"--format names one; else {known}")
    return found
