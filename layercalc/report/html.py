"""A report as one HTML file that is readable offline, in light and dark, with formulas as MathML.

From: sections. To: one text. Promises: it loads no other file, and no text
of a spec is read as markup. Each formula shows its text in the language when pointed at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import TypeGuard

from layercalc.printing.formula import SUM, level
from layercalc.printing.notation import MATHML
from layercalc.printing.typeset import number, typeset
from layercalc.report.section import Section
from layercalc.report.table import INDENT, Formula, FormulaPiece, Table, is_number, piece_text
from layercalc.syntax import tree

#: Letters of a cell that stays on one line.
WIDTH = 60
#: Letters of a formula that is set whole: a longer one would not fit a telephone.
UNBROKEN = 30
LONG = ' class="long"'
STYLE = """\
:root { color-scheme: light dark; }
body { max-width: 80rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; }
body { --shade: color-mix(in srgb, CanvasText 35%, transparent); overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; }
/* A table that is wider than the page scrolls; a shadow on a side, and words above it, say so. */
div:has(> table) { overflow-x: auto; margin: 1rem 0; container-type: scroll-state; background:
  linear-gradient(to right, Canvas 40%, transparent) left / 2rem 100% no-repeat local,
  linear-gradient(to left, Canvas 40%, transparent) right / 2rem 100% no-repeat local,
  linear-gradient(to right, var(--shade), transparent) left / 0.6rem 100% no-repeat,
  linear-gradient(to left, var(--shade), transparent) right / 0.6rem 100% no-repeat; }
@container scroll-state(scrollable: inline) {
  div:has(> table)::before { content: "The table goes on to the side: scroll."; }
}
div:has(> table)::before { position: sticky; left: 0; font-size: 0.85rem; opacity: 0.8; }
table { border-collapse: collapse; border-block: 2px solid; overflow-wrap: normal; }
th, td { padding: 0.2rem 0.8rem; text-align: start; vertical-align: baseline; white-space: nowrap; }
thead th { border-bottom: 1px solid; }
tbody tr:nth-child(even) { background: color-mix(in srgb, CanvasText 6%, transparent); }
.number { text-align: end; font-variant-numeric: tabular-nums; }
td:not(.number):has(math), .long { white-space: normal; }
.long { min-width: min(24rem, 45vw); }
@media (max-width: 40rem) { td:not(.number):last-child { white-space: normal; } }
ul { padding-inline-start: 1.4rem; list-style: disc; } li:has(> details) { list-style: none; }
summary { cursor: pointer; }
pre { overflow-x: auto; font-size: 0.9rem; }
math { padding-block: 0.15rem; } mi.name { font-style: italic; }"""


def page(sections: Sequence[Section]) -> str:
    """Write a page of sections; the first heading is its title."""
    title = next((line for section in sections for line in section.heading.splitlines()), "layercalc")
    body = (line for place, section in enumerate(sections) for line in parts(section, 2 if place else 1))
    return framed(title, body)


def framed(title: str, body: Iterable[str], style: str = "") -> str:
    """Make a whole page of a body of HTML, with additional style rules if given."""
    lines = [
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title>",
        f"<style>\n{STYLE}{style}\n</style>",
        "</head>",
        "<body>",
        *body,
        "</body>",
        "</html>",
        "",
    ]
    return "\n".join(lines)


def parts(section: Section, level: int = 2) -> Iterator[str]:
    """Write the pieces of a section under a heading of a level.

    >>> [*parts(Section("one", text="two"))]
    ['<h2>one</h2>', '<p>two</p>']
    """
    title, *more = _heading(section.heading)
    if title:
        yield f"<h{level}>{title}</h{level}>"
    yield from (f"<p>{escape(line)}</p>" for line in (*more, *section.text.splitlines()))
    if section.table is not None:
        yield html_table(section.table)
        yield from (f"<p>{_cell(note)}</p>" for note in section.table.notes if note)
    if section.listing and section.nested:
        yield from _nested(section.listing.splitlines())
    elif section.listing:
        yield f"<pre>{escape(section.listing)}</pre>"
    yield from (f"<p>{_cell(note)}</p>" for note in section.notes)


def _heading(text: str) -> list[str]:
    """Set the first line of a heading; the others are texts."""
    if isinstance(text, Formula):
        return [_cell(text)]
    title, *more = text.splitlines() or [""]
    return [escape(title), *more]


def _nested(lines: Sequence[str]) -> Iterator[str]:
    """Write lines as lists within each other, by how far they are indented; each can be shut.

    >>> print("".join(_nested(["a", "  b", "c"])))
    <ul><li><details open><summary>a</summary><ul><li>b</li></ul></details></li><li>c</li></ul>
    """
    if lines:
        depth = len(lines[0]) - len(lines[0].lstrip())
        heads = [place for place, line in enumerate(lines) if len(line) - len(line.lstrip()) == depth]
        items = (lines[start:end] for start, end in zip(heads, [*heads[1:], len(lines)], strict=True))
        yield f"<ul>{''.join(map(_item, items))}</ul>"


def _item(lines: Sequence[str]) -> str:
    told, below = escape(lines[0].strip().replace("->", "→")), "".join(_nested(lines[1:]))
    return f"<li>{f'<details open><summary>{told}</summary>{below}</details>' if below else told}</li>"


def html_table(table: Table) -> str:
    """Write a table; a heading across its columns is a cell across them.

    >>> print(html_table(Table(("layer", "p"), [["<block>"], ["conv", "12"]])))
    <div><table>
    <thead><tr><th scope="col">layer</th><th scope="col" class="number">p</th></tr></thead>
    <tbody>
    <tr><th scope="rowgroup" colspan="2">&lt;block&gt;</th></tr>
    <tr><td>conv</td><td class="number">12</td></tr>
    </tbody>
    </table></div>
    """
    right = table.right()
    classes = [' class="number"' if place in right else "" for place in range(len(table.headers))]
    lines = ["<div><table>"]
    if any(table.headers):
        heads = zip(table.headers, classes, strict=True)
        cells = "".join(f'<th scope="col"{kind}>{escape(head)}</th>' for head, kind in heads)
        lines.append(f"<thead><tr>{cells}</tr></thead>")
    rows = (f"<tr>{_row(row, classes)}</tr>" for row in table.rows)
    return "\n".join([*lines, "<tbody>", *rows, "</tbody>", "</table></div>"])


def _row(row: Sequence[str], classes: Sequence[str]) -> str:
    if len(row) < len(classes):
        return f'<th scope="rowgroup" colspan="{len(classes)}">{_cell(row[0])}</th>'
    kinds = [LONG if len(cell) > WIDTH else kind for cell, kind in zip(row, classes, strict=True)]
    return "".join(f"<td{kind}>{_cell(cell)}</td>" for cell, kind in zip(row, kinds, strict=True))


def _cell(cell: str) -> str:
    text = cell.lstrip(" ")
    indent = "&emsp;" * ((len(cell) - len(text)) // len(INDENT))
    if not isinstance(cell, Formula):
        return formula(cell) if is_number(cell) else indent + escape(text)
    pieces = enumerate(cell.pieces)
    set_ = (escape(piece_text(piece)) if place % 2 else formula(piece) for place, piece in pieces)
    return indent + "".join(set_)


def formula(piece: FormulaPiece) -> str:
    """Set an expression, each of its parts by itself: a line may break between them.

    >>> formula("2*n")
    '<span title="2*n"><math displaystyle="true"><mn>2</mn></math><wbr><math displaystyle="true">...'

    Raises `SpecError` for a text that has no signs of mathematics.
    """
    text = piece_text(piece)
    if is_number(text):
        return _math(text, [number(text, MATHML)]) if "e" in text else text
    return _math(text, _parts(piece, text))


def _parts(piece: FormulaPiece, text: str) -> Iterator[str]:
    """Set an expression in parts; the sums in a long product can be broken, and so can one over a number."""
    parts = typeset(piece, MATHML).parts
    if not isinstance(piece, tree.Chain) or len(text) <= UNBROKEN:
        yield from parts
        return
    signs, (first, *others) = {sign.strip() for sign in piece.operators}, piece.operands
    if signs == {"/"} and _is_sum(first) and isinstance(others[-1], tree.Number):
        yield from _sum(first, f"<mo>/</mo>{typeset(others[-1], MATHML).text}")
    elif signs == {"*"} and len(parts) == len(piece.operands):
        for factor, part in zip(piece.operands, parts, strict=True):
            yield from _sum(factor) if _is_sum(factor) else [part]
    else:
        yield from parts


def _is_sum(node: object) -> TypeGuard[tree.Group]:
    return isinstance(node, tree.Group) and isinstance(node.inner, tree.Chain) and level(node.inner) == SUM


def _sum(node: tree.Group, behind: str = "") -> Iterator[str]:
    """Set a sum in brackets that need not stand on one line."""
    *parts, last = typeset(node.inner, MATHML).parts
    yield from (part if place else f"<mo>(</mo>{part}" for place, part in enumerate(parts))
    yield f"{last}<mo>)</mo>{behind}"


def _math(text: str, parts: Iterable[str]) -> str:
    shown = "<wbr>".join(f'<math displaystyle="true">{part}</math>' for part in parts)
    return f'<span title="{escape(text)}">{shown}</span>'
