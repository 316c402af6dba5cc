r"""The two notations in which formulas are set: LaTeX, for amsmath, and MathML, for browsers.

From: the pieces that `typeset` finds in an expression. To: their markup, as templates in which
each `%s` stands for a piece. Promises: what can be set in one can be set in the other; MathML
keeps to the Core that browsers draw, its operators say their form, so that a line may begin
with one, and a name of several letters stays one identifier there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Notation(NamedTuple):
    r"""How each piece of a formula is written; a piece is markup that can stand beside others.

    >>> LATEX.over % ("a", "b"), MATHML.fenced["sqrt"] % MATHML.figures % "2"
    ('\\frac{a}{b}', '<msqrt><mn>2</mn></msqrt>')
    """

    letter: str
    greek: str
    word: str
    #: What stands for `_` in a word.
    low_line: str
    function: str
    functions: Mapping[str, str]
    figures: str
    #: An operator between its operands, before one, behind one; the signs that the language writes otherwise.
    infix: str
    prefixed: str
    postfixed: str
    signs: Mapping[str, str]
    comma: str
    #: A factor behind others, behind a dot or a small space.
    dotted: str
    spaced: str
    below: str
    raised: str
    over: str
    #: What stands between brackets or under a root as high as it is, by the bracket or the function.
    fenced: Mapping[str, str]
    applied: str
    overlined: str
    #: A sum or a product over rounds: the first round, the last, and the term.
    rounds: Mapping[str, str]

    def sign(self, operator: str) -> str:
        """Write an operator of the language between two operands."""
        return self.infix % self.signs.get(operator, operator)

    def prefix(self, operator: str, operand: str) -> str:
        """Write an operator before its operand."""
        return self.prefixed % (self.signs.get(operator, operator), operand)

    def named(self, function: str) -> str:
        """Write the name of a function."""
        return self.functions.get(function) or self.function % function


LATEX = Notation(
    letter="%s",
    greek=r"\%s",
    word=r"\mathit{%s}",
    low_line=r"\_",
    function=r"\operatorname{%s}",
    functions={"log2": r"\log_{2}", "log": r"\ln", "max": r"\max", "min": r"\min"},
    figures="%s",
    infix="%s",
    prefixed="%s%s",
    postfixed="%s%s",
    signs={
        "==": "=", "!=": r"\ne", "<=": r"\le", ">=": r"\ge", "and": r"\wedge", "or": r"\vee",
        "not": r"\neg ", "%": r"\bmod",
    },
    comma=", ",
    dotted=r"\cdot %s",
    spaced=r"\, %s",
    below="%s_{%s}",
    raised="%s^{%s}",
    over=r"\frac{%s}{%s}",
    fenced={
        "(": r"\left(%s\right)", "abs": r"\left| %s \right|", "floor": r"\left\lfloor %s \right\rfloor",
        "ceil": r"\left\lceil %s \right\rceil", "sqrt": r"\sqrt{ %s }",
    },
    applied=r"%s\left(%s\right)",
    overlined=r"\overline{%s}",
    rounds={"sum": r"\sum_{%s}^{%s} %s", "product": r"\prod_{%s}^{%s} %s"},
)  # fmt: skip

_ROW = "<mrow>%s</mrow>"
_FENCE = '<mo form="%s" fence="true" stretchy="true">%s</mo>'
_FENCED = {
    name: _ROW % (_FENCE % ("prefix", left) + _ROW + _FENCE % ("postfix", right))
    for name, left, right in (("(", "(", ")"), ("abs", "|", "|"), ("floor", "⌊", "⌋"), ("ceil", "⌈", "⌉"))
}
_ROUNDS = {
    name: f"<munderover><mo>{sign}</mo>{_ROW}{_ROW}</munderover>%s"
    for name, sign in {"sum": "∑", "product": "∏"}.items()
}

MATHML = Notation(
    letter="<mi>%s</mi>",
    greek="<mi>&%s;</mi>",
    word='<mi class="name">%s</mi>',
    low_line="_",
    function="<mi>%s</mi>",
    functions={"log2": "<msub><mi>log</mi><mn>2</mn></msub>", "log": "<mi>ln</mi>"},
    figures="<mn>%s</mn>",
    infix='<mo form="infix">%s</mo>',
    prefixed='<mo form="prefix">%s</mo>%s',
    postfixed='%s<mo form="postfix">%s</mo>',
    signs={
        "-": "\N{MINUS SIGN}", "==": "=", "!=": "≠", "<": "&lt;", "<=": "≤", ">": "&gt;", ">=": "≥",
        "and": "∧", "or": "\N{LOGICAL OR}", "not": "¬", "%": "mod",
    },
    comma="<mo>,</mo>",
    dotted='<mo form="infix">·</mo>%s',
    spaced='<mo form="infix" lspace="0" rspace="0.17em">\N{INVISIBLE TIMES}</mo>%s',
    below=f"<msub>{_ROW}{_ROW}</msub>",
    raised=f"<msup>{_ROW}{_ROW}</msup>",
    over=f"<mfrac>{_ROW}{_ROW}</mfrac>",
    fenced={**_FENCED, "sqrt": "<msqrt>%s</msqrt>"},
    applied=f"%s<mo>\N{FUNCTION APPLICATION}</mo>{_FENCED['(']}",
    overlined=f"<mover>{_ROW}<mo>\N{OVERLINE}</mo></mover>",
    rounds=_ROUNDS,
)  # fmt: skip
