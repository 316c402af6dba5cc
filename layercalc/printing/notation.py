r"""The two notations in which formulas are set: LaTeX, for amsmath, and MathML, for browsers.

From: the pieces that `typeset` finds in an expression. To: their markup. Promises: both
have the same methods, so that what can be set in one can be set in the other; MathML keeps
to the Core that browsers draw, and a name of several letters stays one identifier there.
"""

from __future__ import annotations

from typing import ClassVar, Protocol


class Notation(Protocol):
    """How each piece of a formula is written; a piece is markup that can stand beside others."""

    def letter(self, text: str) -> str:
        """Write a name of one letter, or a figure of a name."""

    def greek(self, text: str) -> str:
        """Write the Greek letter of that name."""

    def word(self, text: str) -> str:
        """Write a name of several letters."""

    def function(self, text: str) -> str:
        """Write the name of a function."""

    def figures(self, text: str) -> str:
        """Write a decimal."""

    def sign(self, text: str) -> str:
        """Write an operator of the language between two operands."""

    def prefixed(self, sign: str, inner: str) -> str:
        """Write an operator before its operand."""

    def postfixed(self, inner: str, sign: str) -> str:
        """Write an operator behind its operand."""

    def comma(self) -> str:
        """Write what stands between arguments."""

    def factor(self, text: str, dot: bool) -> str:
        """Write a factor behind others, behind a dot or a small space."""

    def below(self, base: str, index: str) -> str:
        """Write an index."""

    def raised(self, base: str, exponent: str) -> str:
        """Write a power."""

    def over(self, above: str, below: str) -> str:
        """Write a fraction."""

    def fenced(self, left: str, inner: str, right: str) -> str:
        """Write what stands between two fences, as high as it is."""

    def applied(self, function: str, listed: str) -> str:
        """Write a function with its arguments."""

    def root(self, inner: str) -> str:
        """Write a square root."""

    def overlined(self, inner: str) -> str:
        """Write something below a line."""

    def rounds(self, sign: str, first: str, last: str, term: str) -> str:
        """Write a sum or a product of a term from one round to another."""


class Latex:
    r"""LaTeX that needs nothing but amsmath.

    >>> Latex().raised(Latex().word("depth_1"), "2")
    '\\mathit{depth\\_1}^{2}'
    """

    _signs: ClassVar = {
        "==": "=", "!=": r"\ne", "<=": r"\le", ">=": r"\ge", "and": r"\wedge", "or": r"\vee",
        "not": r"\neg ", "%": r"\bmod",
    }  # fmt: skip
    _functions: ClassVar = {"log2": r"\log_{2}", "log": r"\ln", "max": r"\max", "min": r"\min"}
    _fences: ClassVar = {"⌊": r"\lfloor", "⌋": r"\rfloor", "⌈": r"\lceil", "⌉": r"\rceil"}

    def letter(self, text: str) -> str:
        return text

    def greek(self, text: str) -> str:
        return f"\\{text}"

    def word(self, text: str) -> str:
        escaped = text.replace("_", r"\_")
        return rf"\mathit{{{escaped}}}"

    def function(self, text: str) -> str:
        return self._functions.get(text, rf"\operatorname{{{text}}}")

    def figures(self, text: str) -> str:
        return text

    def sign(self, text: str) -> str:
        return self._signs.get(text, text)

    def prefixed(self, sign: str, inner: str) -> str:
        return self.sign(sign) + inner

    def postfixed(self, inner: str, sign: str) -> str:
        return inner + sign

    def comma(self) -> str:
        return ", "

    def factor(self, text: str, dot: bool) -> str:
        return (r"\cdot " if dot else r"\, ") + text

    def below(self, base: str, index: str) -> str:
        return f"{base}_{{{index}}}"

    def raised(self, base: str, exponent: str) -> str:
        return f"{base}^{{{exponent}}}"

    def over(self, above: str, below: str) -> str:
        return rf"\frac{{{above}}}{{{below}}}"

    def fenced(self, left: str, inner: str, right: str) -> str:
        if left == "(":
            return rf"\left({inner}\right)"
        return rf"\left{self._fences.get(left, left)} {inner} \right{self._fences.get(right, right)}"

    def applied(self, function: str, listed: str) -> str:
        return rf"{function}\left({listed}\right)"

    def root(self, inner: str) -> str:
        return rf"\sqrt{{ {inner} }}"

    def overlined(self, inner: str) -> str:
        return rf"\overline{{{inner}}}"

    def rounds(self, sign: str, first: str, last: str, term: str) -> str:
        command = r"\sum" if sign == "sum" else r"\prod"
        return rf"{command}_{{{first}}}^{{{last}}} {term}"


class MathML:
    """MathML Core within HTML; operators say their form, so that a line may begin with one.

    >>> MathML().raised(MathML().word("depth"), MathML().figures("2"))
    '<msup><mrow><mi class="name">depth</mi></mrow><mrow><mn>2</mn></mrow></msup>'
    """

    _signs: ClassVar = {
        "-": "\N{MINUS SIGN}", "==": "=", "!=": "≠", "<": "&lt;", "<=": "≤", ">": "&gt;", ">=": "≥",
        "and": "∧", "or": "\N{LOGICAL OR}", "not": "¬", "%": "mod",
    }  # fmt: skip

    def letter(self, text: str) -> str:
        return f"<mi>{text}</mi>" if text.isalpha() else f"<mn>{text}</mn>"

    def greek(self, text: str) -> str:
        return f"<mi>&{text};</mi>"

    def word(self, text: str) -> str:
        return f'<mi class="name">{text}</mi>'

    def function(self, text: str) -> str:
        if text == "log2":
            return "<msub><mi>log</mi><mn>2</mn></msub>"
        return f"<mi>{'ln' if text == 'log' else text}</mi>"

    def figures(self, text: str) -> str:
        return f"<mn>{text}</mn>"

    def sign(self, text: str) -> str:
        return f'<mo form="infix">{self._signs.get(text, text)}</mo>'

    def prefixed(self, sign: str, inner: str) -> str:
        return f'<mo form="prefix">{self._signs.get(sign, sign)}</mo>{inner}'

    def postfixed(self, inner: str, sign: str) -> str:
        return f'{inner}<mo form="postfix">{sign}</mo>'

    def comma(self) -> str:
        return "<mo>,</mo>"

    def factor(self, text: str, dot: bool) -> str:
        sign = "·" if dot else "\N{INVISIBLE TIMES}"
        spaces = "" if dot else ' lspace="0" rspace="0.17em"'
        return f'<mo form="infix"{spaces}>{sign}</mo>{text}'

    def below(self, base: str, index: str) -> str:
        return f"<msub>{_one(base)}{_one(index)}</msub>"

    def raised(self, base: str, exponent: str) -> str:
        return f"<msup>{_one(base)}{_one(exponent)}</msup>"

    def over(self, above: str, below: str) -> str:
        return f"<mfrac>{_one(above)}{_one(below)}</mfrac>"

    def fenced(self, left: str, inner: str, right: str) -> str:
        opening = f'<mo form="prefix" fence="true" stretchy="true">{left}</mo>'
        closing = f'<mo form="postfix" fence="true" stretchy="true">{right}</mo>'
        return f"<mrow>{opening}{_one(inner)}{closing}</mrow>"

    def applied(self, function: str, listed: str) -> str:
        return f"{function}<mo>\N{FUNCTION APPLICATION}</mo>{self.fenced('(', listed, ')')}"

    def root(self, inner: str) -> str:
        return f"<msqrt>{inner}</msqrt>"

    def overlined(self, inner: str) -> str:
        return f"<mover>{_one(inner)}<mo>\N{OVERLINE}</mo></mover>"

    def rounds(self, sign: str, first: str, last: str, term: str) -> str:
        sum_ = "∑" if sign == "sum" else "∏"
        return f"<munderover><mo>{sum_}</mo>{_one(first)}{_one(last)}</munderover>{term}"


def _one(markup: str) -> str:
    """Put pieces into a row, where one is asked for."""
    return f"<mrow>{markup}</mrow>"
