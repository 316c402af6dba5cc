"""Text to tree: the only importer of Lark.

From: a `Source`. To: the nodes of `tree`. Promises: spans are exact, syntax
mistakes in different declarations are reported together, and nesting beyond the
published limit is refused. It builds and never computes.

Lark is imported only where a text has to be parsed: the trees of shipped files are cached
(`cache`), and a value that is one word or one numeral needs no grammar.
"""

from __future__ import annotations

import re
from pathlib import Path

from layercalc.errors import Source, Span, SpecError
from layercalc.syntax import tree
from layercalc.syntax.habits import grouped
from layercalc.syntax.library import is_shipped
from layercalc.syntax.parse.cache import shipped_tree
from layercalc.syntax.parse.nesting import check_nesting

_PLAIN = r"(?P<number>[0-9]+)|(?!(?:and|else|for|if|in|match|not|or|then)$)[A-Za-z_][A-Za-z0-9_]*"


def parse(source: Source, path: Path | None = None) -> tree.Spec:
    """Parse a spec; `path` is its file, if it has one.

    >>> spec = parse(Source("two.arch", "input(3, 8, 8) conv(4, 3) -> relu"))
    >>> [step.name.text for step in spec.items]
    ['input', 'conv', 'relu']

    Raises `SpecError` with every syntax mistake that can be told apart.
    """
    if path is not None and is_shipped(path):
        return shipped_tree(source, path)
    from layercalc.syntax.parse.grammar import parse_spec

    return parse_spec(source)


def parse_partly(source: Source) -> tree.Spec:
    r"""Parse a spec that is being written as far as possible: the items without a mistake.

    >>> spec = parse_partly(Source("two.arch", "input(3, 8, 8)\nconv(4,\nparam n = 1"))
    >>> [item.name.text for item in spec.items]
    ['input', 'n']
    """
    from layercalc.syntax.parse.grammar import run_partly

    spec = run_partly(source)
    try:
        check_nesting(spec)
    except SpecError:
        return tree.Spec((), spec.span)
    return spec


def parse_values(source: Source) -> list[tree.Expression | tree.Interval]:
    """Parse the value of a param on the command line: points and ranges.

    >>> [type(point).__name__ for point in parse_values(Source("--depth", "18, 34..152..6"))]
    ['Number', 'Interval']
    """
    if plain := re.fullmatch(_PLAIN, source.text):
        kind = tree.Number if plain["number"] else tree.Name
        return [kind(source.text, Span(source, 0, len(source.text)))]
    from layercalc.syntax.parse.grammar import run

    values: list[tree.Expression | tree.Interval] = run(source, "values")
    for value in values:
        check_nesting(value)
        if isinstance(value, tree.Number) and (found := grouped(value.span)):
            raise SpecError([found])
    return values
