r"""A report as a LaTeX document that compiles as it is, with tables that can be copied out of it.

From: sections. To: one text for pdflatex. Promises: it needs amsmath, array, booktabs,
longtable and geometry, and fonts that every TeX has; no text of a spec
is read as a command; the paper is as wide as the widest table.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from layercalc.printing.typeset import number, typeset
from layercalc.report.latex import WIDTH, seen
from layercalc.report.section import Section
from layercalc.report.table import INDENT, Formula, FormulaPiece, Table, is_number, piece_text

#: Rows up to which a table is put on one page.
SHORT = 40
#: Widths in millimetres: of a letter, between columns, of both margins, of the least and the widest paper.
LETTER, GAP, MARGINS, PAPER, WIDEST = 1.9, 4.5, 40, 210, 5000

_SPECIAL: Mapping[str, str] = {
    **{char: f"\\{char}" for char in "#$%&_{}"},
    "\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "`": r"\`{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"{\ttfamily\char34}",
    "\N{NO-BREAK SPACE}": "~", "\N{EN DASH}": r"\textendash{}", "\N{EM DASH}": r"\textemdash{}",
    "\N{LEFT SINGLE QUOTATION MARK}": r"\textquoteleft{}",
    "\N{RIGHT SINGLE QUOTATION MARK}": r"\textquoteright{}",
    "\N{LEFT DOUBLE QUOTATION MARK}": r"\textquotedblleft{}",
    "\N{RIGHT DOUBLE QUOTATION MARK}": r"\textquotedblright{}",
    "\N{MULTIPLICATION SIGN}": r"\ensuremath{\times}", "\N{MINUS SIGN}": r"\ensuremath{-}",
    "ß": r"{\ss}", "æ": r"{\ae}", "Æ": r"{\AE}", "ø": r"{\o}", "Ø": r"{\O}", "ł": r"{\l}", "Ł": r"{\L}",
    "œ": r"{\oe}", "Œ": r"{\OE}", "\N{LATIN SMALL LETTER DOTLESS I}": r"{\i}",
}  # fmt: skip
_ACCENTS: Mapping[str, str] = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u", "\u0307": ".",
    "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0327": "c",
}  # fmt: skip
#: What would become one sign with the next.
_JOINED = re.compile("-(?=-)|'(?=')")
_GREEK = re.compile(r"GREEK (SMALL|CAPITAL) LETTER (\w+)")
#: The capitals of Greek that are no letters of Latin.
_CAPITALS = {"GAMMA", "DELTA", "THETA", "LAMBDA", "XI", "PI", "SIGMA", "UPSILON", "PHI", "PSI", "OMEGA"}
_SMALL = _CAPITALS | {
    "ALPHA", "BETA", "EPSILON", "ZETA", "ETA", "IOTA", "KAPPA", "MU", "NU", "RHO", "TAU", "CHI",
}  # fmt: skip


def document(sections: Sequence[Section]) -> str:
    """Write a document of sections; the first heading is its title."""
    width = max([PAPER, *(MARGINS + wide for section in sections for wide in _widths(section))])
    paper = f"paperwidth={min(width, WIDEST):.0f}mm, paperheight=297mm, margin={MARGINS // 2}mm"
    lines = [
        r"\documentclass{article}",
        *(rf"\usepackage{{{package}}}" for package in ("amsmath", "array", "booktabs", "longtable")),
        rf"\usepackage[{paper}]{{geometry}}",
        r"\setlength{\parindent}{0pt}",
        r"\setlength{\parskip}{1ex}",
        r"\setlength{\extrarowheight}{3pt}",
        r"\begin{document}",
    ]
    for place, section in enumerate(sections):
        lines += ["", *_section(section, "section" if place == 0 else "subsection")]
    return "\n".join([*lines, "", r"\end{document}", ""])


def _section(section: Section, level: str) -> Iterator[str]:
    title, *more = section.heading.splitlines() or [""]
    if title:
        yield rf"\{level}*{{{escaped(title)}}}"
    yield from (f"{escaped(line)}\n" for line in (*more, *section.text.splitlines()))
    if section.table is not None:
        yield latex_table(section.table)
        yield from (f"\n{_cell(note)}" for note in section.table.notes if note)
    yield from (rf"{_listed(line)}\\" for line in section.listing.splitlines())
    yield from (f"\n{_cell(note)}" for note in section.notes)


def _listed(line: str) -> str:
    text = line.lstrip(" ")
    return rf"\texttt{{\hspace*{{{(len(line) - len(text)) / 2}em}}{escaped(text).replace(' ', '~')}}}"


def latex_table(table: Table) -> str:
    r"""Write a table with booktabs; a long one spans several pages.

    >>> print(latex_table(Table(("layer", "p"), [["block"], ["  conv_1", "2.5e-9"], ["x", Formula("n/2")]])))
    \begin{tabular}{ll}
    \toprule
    layer & p \\
    \midrule
    \multicolumn{2}{l}{\itshape block} \\
    \quad conv\_1 & $2.5 \cdot 10^{-9}$ \\
    x & $\displaystyle \frac{n}{2}$ \\ \addlinespace
    \bottomrule
    \end{tabular}
    """
    kind = "tabular" if len(table.rows) <= SHORT else "longtable"
    columns, head = "".join(_columns(table, kind)), []
    if any(table.headers):
        head = [_row(table, table.headers), r"\midrule"]
        head += [r"\endhead"] if kind == "longtable" else []
    lines = [r"\toprule", *head, *(_row(table, row) for row in table.rows), r"\bottomrule"]
    return "\n".join([rf"\begin{{{kind}}}{{{columns}}}", *lines, rf"\end{{{kind}}}"])


def _row(table: Table, row: Sequence[str]) -> str:
    if len(row) < len(table.headers):
        return rf"\multicolumn{{{len(table.headers)}}}{{l}}{{\itshape {_cell(row[0])}}} \\"
    line = " & ".join(map(_cell, row))
    guard = "{}" if line[:1] in ("[", "*") else ""  # else it is an argument of the line before
    return rf"{guard}{line} \\" + (r" \addlinespace" if r"\frac" in line else "")


def _cell(cell: str) -> str:
    text = cell.lstrip(" ")
    indent = r"\quad " * ((len(cell) - len(text)) // len(INDENT))
    if not isinstance(cell, Formula):
        return _formula(cell) if is_number(cell) else indent + escaped(text)
    pieces = enumerate(cell.pieces)
    set_ = [escaped(piece_text(piece)) if place % 2 else _formula(piece) for place, piece in pieces]
    return indent + "".join(set_).lstrip()


def _formula(piece: FormulaPiece) -> str:
    """Set an expression; a line may break between its parts."""
    text = piece_text(piece)
    if is_number(text):
        return f"${number(text)}$" if re.search(r"e|^-\d", text) else text
    parts = r" \allowbreak ".join(typeset(piece).parts)
    return rf"$\displaystyle {parts}$"


def _columns(table: Table, kind: str) -> Iterator[str]:
    """Declare the columns, with widths in a long table, which TeX measures piece by piece."""
    right = table.right()
    for place, width in enumerate(_letters(table)):
        if width > WIDTH or kind == "longtable":
            side = "left" if place in right else "right"
            yield rf">{{\ragged{side}\arraybackslash}}p{{{width * LETTER:.0f}mm}}"
        else:
            yield "r" if place in right else "l"


def _widths(section: Section) -> Iterator[float]:
    """Give the widths of the texts that cannot be broken."""
    yield from (LETTER * len(line) for line in section.listing.splitlines())
    if section.table is not None:
        yield sum(letters * LETTER + GAP for letters in _letters(section.table))
        yield from (LETTER * seen(part) for note in section.table.notes for part in _parts(note))


def _letters(table: Table) -> Iterator[int]:
    """Give the length of the longest line of each column; texts over `WIDTH` are broken."""
    whole = [row for row in (table.headers, *table.rows) if len(row) == len(table.headers)]
    for column in zip(*whole, strict=True):
        parts = [part for cell in column for part in _parts(cell)]
        longest = max((seen(part) for part in parts), default=0)
        yield max(longest, min(WIDTH + 1, max(map(len, column))))


def _parts(cell: str) -> Iterator[str]:
    if is_number(cell):
        yield cell
    elif isinstance(cell, Formula):
        for piece in cell.pieces[::2]:
            yield from typeset(piece).parts if piece else ()
    else:
        yield from cell.split(" ")


def escaped(text: str) -> str:
    r"""Escape a text for TeX; characters that its fonts lack are written by their numbers.

    >>> escaped("50% of {x_1} --> λ, é, 層")
    "50\\% of \\{x\\_1\\} -{}-\\textgreater{} \\ensuremath{\\lambda}, \\'{e}, \\texttt{U+5C64}"
    """
    return _JOINED.sub(r"\g<0>{}", "".join(map(_letter, unicodedata.normalize("NFC", text))))


def _letter(char: str) -> str:
    if char in _SPECIAL:
        return _SPECIAL[char]
    if char.isascii() and char.isprintable():
        return char
    if greek := _GREEK.fullmatch(unicodedata.name(char, "")):
        name = greek[2].replace("LAMDA", "LAMBDA")
        if name in (_SMALL if greek[1] == "SMALL" else _CAPITALS):
            return rf"\ensuremath{{\{name.lower() if greek[1] == 'SMALL' else name.title()}}}"
    parts = unicodedata.normalize("NFD", char)
    if len(parts) == 2 and parts[0].isascii() and parts[1] in _ACCENTS:
        return rf"\{_ACCENTS[parts[1]]}{{{parts[0]}}}"
    return rf"\texttt{{U+{ord(char):04X}}}"
