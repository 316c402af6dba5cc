"""`layercalc zoo`: the networks of the paper's tables, measured."""

from __future__ import annotations

import click

from layercalc.cli import candidates
from layercalc.cli.output import LAWS, OutputTarget, output_options, show, with_progress


@click.command(short_help="Show the networks of the paper's tables, or one of them.")
@click.argument("name", required=False, shell_complete=candidates.zoo_rows)
@click.option("--table", "tables", multiple=True, type=click.Choice(["1", "2", "3"]), help="Only this table.")
@click.option(
    "--family", "families", multiple=True, metavar="SPEC", help="Only the rows of this spec.",
    shell_complete=candidates.shipped_specs,
)  # fmt: skip
@click.option("--where", multiple=True, metavar="CONDITION", help='Only these: "top1 >= 75 and gcc > 400".')
@click.option("--sort", metavar="COLUMN[,COLUMN]", help="Put in this order; `-gcc` from the largest down.")
@LAWS
@output_options()
def zoo(
    name: str | None, tables: tuple[str, ...], families: tuple[str, ...], where: tuple[str, ...],
    sort: str | None, laws: str | None, target: OutputTarget,
) -> None:  # fmt: skip
    """Show the rows of the paper's tables 1 to 3: measures, params, MACs and the printed Top-1.

    NAME is a row, a model as printed (`"ResNet 50"`) or a spec: its rows are shown with
    all that is printed, what was counted and where, all measures, and the spec.

    --where is a condition of the language on the columns row, table, model, top1, top5,
    params_printed, spec, reference, and the measures; gcip, gcc, gsip, gsc and gwc are
    logarithms to base two, as in the table. A row without a value for a column that is
    named does not fulfil it, and comes last in the order of that column. A measure of 0 has
    no logarithm: `-` in the table, -inf in CSV and in the order.

    CSV has all columns in full precision; JSON: `laws` and `rows`, each with what is
    printed and counted, `spec` and `arguments`, `measures` as `eval` tells them, and
    `mistakes`; with NAME also the texts of the `specs`.
    """
    from layercalc.paper.pages.zoo import mistakes, zoo_report
    from layercalc.paper.zoo import find, of_specs, results, rows
    from layercalc.paper.zoo.column import conditions, facts, order, ordered, values
    from layercalc.resolve.loading import DEFAULT_LAWS
    from layercalc.syntax.library import locate

    laws, columns, asked = laws or DEFAULT_LAWS, order(sort) if sort else [], conditions(where)
    locate(laws, "law set", "laws")  # a mistake in it is told once, not for every row
    every = rows()
    chosen = of_specs(families, every if name is None else find(name, every))
    chosen = [row for row in chosen if not tables or str(row.table) in tables]
    early = [condition for condition in asked if condition.early]
    chosen = [row for row in chosen if all(condition.holds(facts(row)) for condition in early)]
    found = [*with_progress(results(chosen, laws), len(chosen))]
    shown = [result for result in found if all(condition.holds(values(result)) for condition in asked)]
    show(zoo_report(ordered(shown, columns), len(every), laws, named=name is not None), target)
    if (error := mistakes(found)) is not None:
        raise error
