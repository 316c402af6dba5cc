"""`layercalc zoo`: the networks of the paper's tables, measured."""

from __future__ import annotations

from collections.abc import Sequence

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
@click.option("--wider", is_flag=True, help="The networks of timm instead, with their public weights.")
@click.option("--where", multiple=True, metavar="CONDITION", help='Only these: "top1 >= 75 and gcc > 400".')
@click.option("--sort", metavar="COLUMN[,COLUMN]", help="Put in this order; `-gcc` from the largest down.")
@LAWS
@output_options()
def zoo(
    name: str | None, tables: tuple[str, ...], families: tuple[str, ...], wider: bool,
    where: tuple[str, ...], sort: str | None, laws: str | None, target: OutputTarget,
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

    --wider shows networks that the paper does not have, each row with weights of timm and
    their Top-1, from a table that was measured before. NAME is a model or its weights
    (`resnet50.tv_in1k`), --family the module of timm with its code; the columns are model,
    tag, image_size, top1, top5, family, era, attention ("yes", "no") and the measures.
    """
    if wider:
        if tables:
            raise click.UsageError("--table chooses among the paper's tables, and --wider shows none of them")
        _wider(name, families, where, sort, laws, target)
        return
    from layercalc.paper.pages.zoo import mistakes, zoo_report
    from layercalc.paper.zoo import find, of_specs, results, rows
    from layercalc.paper.zoo.column import conditions, facts, order, ordered, values
    from layercalc.resolve.loading import DEFAULT_LAWS
    from layercalc.syntax.library import locate

    laws, columns, asked = laws or DEFAULT_LAWS, order(sort) if sort is not None else [], conditions(where)
    locate(laws, "law set", "laws")  # a mistake in it is told once, not for every row
    every = rows()
    chosen = of_specs(families, every if name is None else find(name, every))
    chosen = [row for row in chosen if not tables or str(row.table) in tables]
    early = [condition for condition in asked if condition.early]
    chosen = [row for row in chosen if all(condition.holds(facts(row)) for condition in early)]
    found = [*with_progress(results(chosen, laws), len(chosen))]
    shown = [result for result in found if all(condition.holds(values(result)) for condition in asked)]
    show(zoo_report(ordered(shown, columns, values), len(every), laws, named=name is not None), target)
    if (error := mistakes(found)) is not None:
        raise error


def _wider(
    name: str | None, families: Sequence[str], where: Sequence[str], sort: str | None, laws: str | None,
    target: OutputTarget,
) -> None:  # fmt: skip
    """Show rows of the wider zoo."""
    from layercalc.paper.pages.wider import wider_report
    from layercalc.paper.zoo import wider
    from layercalc.paper.zoo.column import WIDER, conditions, order, ordered, wider_values
    from layercalc.resolve.loading import DEFAULT_LAWS

    chosen_laws = laws or DEFAULT_LAWS
    wider.check_laws(chosen_laws)
    columns, asked = order(sort, WIDER) if sort is not None else [], conditions(where, WIDER)
    every = wider.rows()
    chosen = wider.of_families(families, every if name is None else wider.find(name, every))
    told = [(row, wider_values(row, chosen_laws)) for row in chosen]
    shown = [pair for pair in told if all(condition.holds(pair[1]) for condition in asked)]
    rows = [row for row, _ in ordered(shown, columns, lambda pair: pair[1])]
    show(wider_report(rows, len(every), chosen_laws), target)
