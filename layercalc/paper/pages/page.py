"""All experiments as one page of HTML that needs no other file to be read.

From: experiments that have run. To: HTML 5 with their pictures, closed forms and verdicts.
Promises: names inside pictures do not clash, and every text is escaped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from layercalc.errors import SpecError
from layercalc.paper.pages.reproduction import Reproduction
from layercalc.paper.pages.verdict import FAILS, HOLDS, UNDECIDED, claims_table, word
from layercalc.report.html import formula, framed
from layercalc.report.table import Table

_STYLE = """
h2 { border-top: 1px solid; margin-top: 3rem; padding-top: 1.5rem; }
table { width: 100%; }
td { white-space: normal; }
.holds { color: light-dark(#00634a, #5fcfae); }
.fails { color: light-dark(#a33600, #ff9a66); font-weight: bold; }
.undecided { opacity: 0.7; }
figure { margin: 1.5rem 0; }
figure svg { width: 100%; height: auto; background: #fff; }
code { overflow-wrap: anywhere; }"""
_TITLE = "The paper's experiments, reproduced"
_LEAD = """Neural Network Layer Algebra: A Framework to Measure Capacity and Compression in Deep Learning,
Badias and Banerjee: each claim of its experiments beside the figures that this run found."""
_NAMED = re.compile(r'( id="| xlink:href="#| href="#|url\(#)')


def page(reproductions: Sequence[Reproduction]) -> str:
    """Write the page."""
    body = [
        f"<h1>{_TITLE}</h1>",
        f"<p>{_LEAD}</p>",
        _table(("experiment", HOLDS, FAILS, UNDECIDED), map(_summary, reproductions)),
        *(part for done in reproductions for part in _section(done)),
    ]
    return framed(_TITLE, body, _STYLE)


def _summary(done: Reproduction) -> list[str]:
    counts = Counter(word(claim) for claim in done.outcome.claims)
    name = escape(done.experiment.name)
    link = f'<a href="#{name}">{name}</a>: {escape(done.experiment.title)}'
    return [f"<td>{cell}</td>" for cell in (link, *(counts[key] for key in (HOLDS, FAILS, UNDECIDED)))]


def _section(done: Reproduction) -> Iterator[str]:
    outcome = done.outcome
    name, title = escape(done.experiment.name), escape(done.experiment.title)
    yield f'<section id="{name}">\n<h2>{name}: {title}</h2>'
    for picture in outcome.pictures:
        links = _links(f"{picture.name}.{ending}" for ending in ("svg", "png"))
        drawing = _inline(done.files[f"{picture.name}.svg"].decode(), picture.name)
        yield f"<figure>\n{drawing}\n<figcaption>{escape(picture.title)} ({links})</figcaption>\n</figure>"
    claims = claims_table(outcome)
    yield _table(claims.headers, _claims(claims))
    if outcome.formulas:
        yield "<h3>Closed forms</h3>"
        forms = ((escape(left), _formula(text)) for left, text in outcome.formulas)
        yield _table(("what", "in closed form"), ([f"<td>{cell}</td>" for cell in form] for form in forms))
    if outcome.missing:
        yield f"<h3>Missing</h3>\n<ul>{''.join(f'<li>{escape(text)}</li>' for text in outcome.missing)}</ul>"
    yield f"<p>Numbers: {_links(f'{sheet.name}.csv' for sheet in outcome.sheets)}</p>\n</section>"


def _formula(text: str) -> str:
    """Typeset a formula; a text outside the language stays as it is."""
    try:
        return formula(text)
    except SpecError:
        return f"<code>{escape(text)}</code>"


def _claims(claims: Table) -> Iterator[list[str]]:
    """Write the rows of a table of claims, each verdict in its style."""
    for *told, verdict, found in claims.rows:
        cells = [f"<td>{escape(cell)}</td>" for cell in told]
        yield [*cells, f'<td class="{verdict}">{verdict}</td>', f"<td>{escape(found)}</td>"]


def _table(headers: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table; the cells of its rows are HTML already."""
    head = "".join(f'<th scope="col">{escape(header)}</th>' for header in headers)
    body = (f"<tr>{''.join(cells)}</tr>" for cells in rows)
    lines = [f"<thead><tr>{head}</tr></thead>", "<tbody>", *body, "</tbody>"]
    return "\n".join(["<div><table>", *lines, "</table></div>"])


def _links(names: Iterable[str]) -> str:
    return ", ".join(f'<a href="{escape(name)}">{escape(name)}</a>' for name in names)


def _inline(svg: str, name: str) -> str:
    """Take the svg element out of its file, and prefix all names in it with that of the picture."""
    return _NAMED.sub(rf"\g<1>{name}-", svg[svg.index("<svg") :].strip())
