"""`layercalc plot`: power and complexity along a network."""

from __future__ import annotations

from pathlib import Path

import click

from layercalc.cli import candidates
from layercalc.cli.evaluation import networks_of
from layercalc.cli.output import LAWS, SET
from layercalc.cli.pictures import picture_option, write_picture
from layercalc.cli.spec_command import SpecCommand, given_points, program_of


@click.command(cls=SpecCommand, short_help="Draw power and complexity along a network.")
@click.argument("spec", shell_complete=candidates.specs)
@picture_option("--out", required=True, help_="The file for the picture")
@LAWS
@SET
@click.pass_context
def plot(ctx: click.Context, spec: str, out: Path, laws: str | None, assignments: tuple[str, ...]) -> None:
    """Draw cumulative and local power and complexity along a network, as Fig. 7 of the paper.

    Its layers and merges follow each other in the order of the data's way, branch by
    branch and with every round of a repeat; what is neutral is left out. Values that
    span over six bits are drawn as logarithms to base two.

    A param that is given several values, as in --depth 18,34,50, makes a curve for each.

    Pictures need matplotlib: in a checkout, pip install '.[plots]'.
    """
    from layercalc.report.profile import profile_picture

    given = given_points(ctx, assignments)
    networks = [*networks_of(program_of(ctx), given)]
    varied = [name for name, values in given.items() if len(values) > 1]
    write_picture(profile_picture(networks, varied), out)
