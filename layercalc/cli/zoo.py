"""`layercalc zoo`: the networks of the paper's tables, measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from layercalc.cli import candidates
from layercalc.cli.output import LAWS, format_option, show_json, show_table, with_progress

if TYPE_CHECKING:
    from layercalc.zoo import Result


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
@format_option("text", "markdown", "csv", "json")
def zoo(
    name: str | None, tables: tuple[str, ...], families: tuple[str, ...], where: tuple[str, ...],
    sort: str | None, laws: str | None, format_: str,
) -> None:  # fmt: skip
    """Show the rows of the paper's tables 1 to 3: measures, params, MACs and the printed Top-1.

    NAME is a row, a model as printed (`"ResNet 50"`) or a spec: its rows are shown with
    all that is printed, what was counted and where, all measures, and the spec.

    --where is a condition of the language on the columns row, table, model, top1, top5,
    params_printed, spec, reference, and the measures; gcip, gcc, gsip, gsc and gwc are
    logarithms to base two, as in the table. A row without a value for a column that is
    named does not fulfil it, and comes last in the order of that column.

    CSV has all columns in full precision; JSON: `laws` and `rows`, each with what is
    printed and counted, `spec` and `arguments`, `measures` as `eval` tells them, and
    `mistakes`; with NAME also the texts of the `specs`.
    """
    from layercalc.library import locate
    from layercalc.report.zoo import mistakes
    from layercalc.resolve.program import DEFAULT_LAWS
    from layercalc.zoo import find, of_specs, results, rows
    from layercalc.zoo.column import conditions, facts, order, ordered, values

    laws, columns, asked = laws or DEFAULT_LAWS, order(sort) if sort else [], conditions(where)
    locate(laws, "law set", "laws")  # a mistake in it is told once, not for every row
    every = rows()
    chosen = of_specs(families, every if name is None else find(name, every))
    chosen = [row for row in chosen if not tables or str(row.table) in tables]
    early = [condition for condition in asked if condition.early]
    chosen = [row for row in chosen if all(condition.holds(facts(row)) for condition in early)]
    found = [*with_progress(results(chosen, laws), len(chosen))]
    shown = [result for result in found if all(condition.holds(values(result)) for condition in asked)]
    _show(ordered(shown, columns), len(every), laws, format_, named=name is not None)
    if (error := mistakes(found)) is not None:
        raise error


def _show(results: list[Result], total: int, laws: str, format_: str, named: bool) -> None:
    """Print rows as a table or for programs; with all that is known of them if they were named."""
    from layercalc.report import zoo as report

    if format_ == "json":
        told = {"laws": laws, "rows": [report.result_record(result) for result in results]}
        texts = {spec: source.text for spec, source in report.spec_texts(results).items()}
        show_json({**told, "specs": texts} if named else told)
    elif format_ == "csv":
        from layercalc.report.formats import comma_separated

        click.echo(comma_separated(report.full_table(results)), nl=False)
    elif named and results and format_ == "text":
        _show_networks(results, laws)
    else:
        show_table(report.heading(results, total, laws), report.zoo_table(results), format_)


def _show_networks(results: list[Result], laws: str) -> None:
    """Print each network with all its rows and measures, then the specs."""
    from layercalc.report import zoo as report

    for alike in report.networks(results):
        show_table(report.network_heading(alike, laws), report.facts_table(alike))
        click.echo()
        if (table := report.network_table(alike)) is not None:
            show_table("", table)
            click.echo()
    for source in report.spec_texts(results).values():
        click.echo(f"{source.name}:\n\n{source.text.rstrip()}")
