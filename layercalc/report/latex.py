r"""The measures of a network as one `align*` block of LaTeX, with amsmath.

From: a network with its measures. To: LaTeX. Promises: it needs only amsmath;
long values break between factors and terms; a part that occurs more than once, or is a
sum, has its own line. Numbers are rounded unless exactness is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from layercalc.assumptions.domain import Domain
from layercalc.closed import Closed
from layercalc.display import visible
from layercalc.inspect.measured import MeasuredNetwork
from layercalc.measures import label_of
from layercalc.printing.typeset import name, typeset
from layercalc.report import cells
from layercalc.report.domains import HOLDS, of_measures
from layercalc.report.evaluation import heading
from layercalc.report.table import FormulaPiece, piece_text
from layercalc.syntax.tree import Expression
from layercalc.writing.written import Written

#: Letters on one line, as they are printed: a page of 11 points has room for some 80.
WIDTH = 75
#: Words, with the spaces around them.
_WORDS = re.compile(r"( ?[A-Za-z][A-Za-z ]*)")
_UNSEEN = re.compile(r"\\(?:left|right|mathit|[, ])|\\frac\{|[{}^_ ]|(?<=\\)[a-z]+")


def latex(point: MeasuredNetwork, exact: bool = False) -> str:
    r"""Write the measures, each on a line.

    >>> from layercalc.measures import measure_all
    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> network = resolve(load_program("lenet"))
    >>> print(latex(MeasuredNetwork(network, measure_all(network, ["params", "layers"]))))
    % LeNet5: Gradient-Based Learning Applied to Document Recognition, LeCun et al. 1998, figure 2
    % classes = 10; laws paper
    \begin{align*}
    \mathrm{params} &= 61706 \\
    \mathrm{layers} &= 11
    \end{align*}
    """
    comments = [f"% {line}" for line in heading([point]).splitlines()]
    comments += [visible(f"% {' '.join(line.split())}") for line in point.refusals]
    lines = [line for key, closed in point.measures.items() for line in _lines(key, closed, exact)]
    lines += _domain(of_measures(point.measures))
    return "\n".join([*comments, r"\begin{align*}", " \\\\\n".join(lines), r"\end{align*}"])


def _lines(key: str, closed: Closed, exact: bool) -> Iterator[str]:
    label = rf"\mathrm{{{label_of(key).replace(' ', '~')}}}"
    written = _written(closed, exact)
    if closed.cases and not any(_written(value, exact).parts for _, value in closed.cases):
        yield f"{label} &= {_cases(closed, exact)}"
        return
    yield _equation(label, written.tree)
    for part, meaning in reversed(written.parts):
        yield _equation(name(part), meaning)


def _written(closed: Closed, exact: bool) -> Written:
    return closed.exact() if exact else closed.folded_parts(cells.DIGITS)


def formula(closed: Closed, exact: bool = False) -> str:
    r"""Write one value as a formula, with the definitions of its names below it.

    >>> from layercalc.numbers.scalar import plain
    >>> import sympy
    >>> formula(Closed(plain(sympy.Symbol("n") ** 2 / 3)))
    '\\frac{n^{2}}{3}'
    """
    written = _written(closed, exact)
    if closed.cases and not any(_written(value, exact).parts for _, value in closed.cases):
        return _cases(closed, exact)
    lines = [f"& {typeset(written.tree).text}"]
    lines += [f"& {name(part)} = {typeset(meaning).text}" for part, meaning in reversed(written.parts)]
    below = r" \\ ".join(lines)
    return below[2:] if len(lines) == 1 else rf"\begin{{aligned}} {below} \end{{aligned}}"


def _domain(domain: Domain) -> Iterator[str]:
    """Write the domain of the values, broken after words."""
    if not domain.symbols:
        return
    lines, length = [rf"\text{{{HOLDS}}} & "], 0
    for place, piece in enumerate(domain.told.pieces):
        part = domain_piece(piece, place % 2 == 1)
        letters = len(piece_text(piece))
        if length + letters > WIDTH and place % 2 == 0:
            lines.append(r"& \quad ")
            length = 0
        lines[-1] += part
        length += letters
    yield " \\\\\n".join(lines)


def holds(domain: Domain) -> str:
    r"""Write the domain of a formula beside it; empty without symbols."""
    if not domain.symbols:
        return ""
    parts = (domain_piece(piece, place % 2 == 1) for place, piece in enumerate(domain.told.pieces))
    return rf" \qquad (\text{{{HOLDS}}}{''.join(parts)})"


def domain_piece(piece: FormulaPiece, words: bool) -> str:
    r"""Write a piece of a domain: a formula, or words and signs within mathematics.

    >>> domain_piece("n % 3 == 2", words=False), domain_piece(", ... with ", words=True)
    ('n \\bmod 3 = 2', ',\\ \\ldots\\text{ with }')
    """
    if not words:
        return typeset(piece).text if piece else ""
    parts = enumerate(_WORDS.split(piece_text(piece)))
    signs = {" ": r"\ ", "...": r"\ldots"}
    return "".join(
        rf"\text{{{part}}}" if place % 2 else re.sub(r" |\.\.\.", lambda sign: signs[sign[0]], part)
        for place, part in parts
    )


def _equation(left: str, right: Expression) -> str:
    """Write an equation, broken between the parts of its right side."""
    lines, length = [f"{left} &="], 0
    for part in typeset(right).parts:
        letters = seen(part)
        if length and length + letters > WIDTH:
            lines.append(rf"&\quad {{}} {part}")
            length = letters
        else:
            lines[-1] += f" {part}"
            length += letters
    return " \\\\\n".join(lines)


def seen(part: str) -> int:
    """Count the printed letters of a part."""
    return len(_UNSEEN.sub("", part))


def _cases(closed: Closed, exact: bool) -> str:
    told = [(typeset(_written(value, exact).tree).text, typeset(when).text) for when, value in closed.cases]
    if len(told) == 1:
        return rf"{told[0][0]} \qquad ({told[0][1]})"
    rows = r" \\ ".join(f"{value} & {when}" for value, when in told)
    return rf"\begin{{cases}} {rows} \end{{cases}}"
