"""`layercalc activations`: what follows from the formulas of activations, beside their laws."""

from __future__ import annotations

import click

from layercalc.cli import candidates
from layercalc.cli.output import LAWS, OutputTarget, output_options, show


@click.command(short_help="Derive power and complexity of activations from their formulas.")
@click.argument("names", nargs=-1, metavar="[NAME|FILE]...", shell_complete=candidates.activations)
@click.option(
    "--input", "input_", default="normal(0, 1)", show_default=True, metavar="DISTRIBUTION",
    help="What goes in: normal(mean, sd) or uniform(low, high).",
)  # fmt: skip
@LAWS
@output_options()
def activations(names: tuple[str, ...], input_: str, laws: str | None, target: OutputTarget) -> None:
    """Derive the ratio of deviations behind and before each activation of a law set.

    NAME is an activation, or a call of one: `prelu(slope = 0.1)`; FILE declares its own. The
    ratio is power, its inverse complexity, its square the ratio of variances; exact where the
    formula is made of powers and exponentials between kinks, else to twelve digits. p and c are
    what the laws say, and whether p is a ratio of deviations or of variances as derived.

    A formula that divides a vector by its sum is taken for N independent elements, N large.

    CSV and JSON have twelve digits, the formulas and where each law stands; JSON: `input`,
    `laws` and `activations`.
    """
    from layercalc.activations import read_input
    from layercalc.inspect.ratios import ratios
    from layercalc.report.activations import ratios_report
    from layercalc.resolve.loading import DEFAULT_LAWS

    laws, x = laws or DEFAULT_LAWS, read_input(input_)
    show(ratios_report(ratios(names, laws, x), x, laws), target)
