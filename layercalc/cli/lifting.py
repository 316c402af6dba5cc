"""`layercalc lift`: the members of a family as one spec."""

from __future__ import annotations

from pathlib import Path

import click

from layercalc.cli import candidates

LOST = 1


@click.command(short_help="Make one spec with a param of the members of a family.")
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...", shell_complete=candidates.specs)
@click.option(
    "--param", multiple=True, metavar="WORD[=VALUES]",
    help="The name of a param, and its value for each SPEC where their names do not tell it; or WORD,WORD.",
)  # fmt: skip
@click.option("--name", default="", help="The name of the network; else what the names have in common.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the spec there, not to the terminal.",
)
@click.pass_context
def lift(
    ctx: click.Context, specs: tuple[str, ...], param: tuple[str, ...], name: str, out: Path | None
) -> None:
    """Write one spec that is each SPEC at one value of its params.

    What the specs share stays as it is. Where they differ, a number follows the param by a law
    that three or more of them show, or is looked up by it; so are steps that only some have. The
    values of the param are the numbers in the specs' names, as 50 in resnet50.arch:

    layercalc lift resnet50.arch resnet101.arch resnet152.arch --param depth

    Names that differ in two numbers tell the values of two params: --param depth,width.

    Each SPEC is compared, layer by layer, with what it becomes. If one does not come back,
    nothing is written, and the exit status is 1.
    """
    from layercalc.cli.files import check_place, write
    from layercalc.lifting import lift as lifted

    if out is not None:
        check_place(out, spec=True)
    found = lifted(specs, param or "", name, out)
    for warning in found.warnings:
        click.echo(str(warning), err=True)
    if found.warnings:
        ctx.exit(LOST)
    if out is not None:
        write(out, found.text.encode())
    else:
        click.echo(found.text, nl=False)
