"""`layercalc lsp`: the language server of editors."""

from __future__ import annotations

import sys

import click

from layercalc.cli.output import LAWS


@click.command(short_help="Serve an editor: mistakes, values, definitions, completion.")
@LAWS
def lsp(laws: str | None) -> None:
    """Serve an editor by the Language Server Protocol over standard input and output.

    An editor starts this by itself for .arch files; it shows what `layercalc check`
    says while one types, and the values of `layercalc layers` where one points.
    """
    from layercalc.errors import fail
    from layercalc.resolve.loading import DEFAULT_LAWS
    from layercalc.syntax.library import locate

    if sys.stdin is None or sys.stdout is None:  # what Python makes of `<&-`
        raise fail("an editor speaks over standard input and output, and one of them is closed")
    locate(laws or DEFAULT_LAWS, "law set", "laws")
    from layercalc.lsp.server import serve

    serve(laws or DEFAULT_LAWS)
