"""How things are shown: the texts of others made harmless, and the base of objects in notebooks.

`visible` is what every printer of names, titles, doc strings and paths of others uses. `Shown` is the
base of objects that a notebook shows as a formula, a table or a picture beside plain text: nothing
is imported before IPython asks for HTML, LaTeX or SVG. The room `notebook` knows how each kind of
object looks; it is above all rooms whose objects it shows, so it is imported by name.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from itertools import pairwise

#: The module whose `shown` writes what is asked for.
WRITERS = "layercalc.notebook"
#: What a listing of several lines keeps.
LAYOUT = "\n\t"
#: They join and part letters of one word, as Persian spells it, and move nothing else.
_JOINERS = "\u200c\u200d"


def visible(text: str, kept: str = "") -> str:
    r"""Show the characters of a text that a terminal, an editor or a browser would obey, by their numbers.

    Those are control characters, with line ends and escapes, marks that turn the direction of
    writing, others that have no sign of their own, and halves of pairs, as in file names that are no
    text. Letters, signs and spaces stay, and what is `kept`.

    >>> visible("\x1b[31mred \u202etxt.exe"), visible("one\n\ttwo", LAYOUT)
    ('\\x1b[31mred \\u202etxt.exe', 'one\n\ttwo')
    """
    return (
        text
        if text.isprintable()
        else "".join(char if _stays(char, kept) else _number(char) for char in text)
    )


def _stays(char: str, kept: str) -> bool:
    if char.isprintable() or char in kept or char in _JOINERS:
        return True
    import unicodedata  # most texts have none of these

    return unicodedata.category(char) == "Zs"


def _number(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def factors(sizes: Iterable[str]) -> list[str]:
    """Write sizes so that ` x ` may stand between them: one of several terms in brackets.

    >>> factors(["4*n + 8", "(n + 1)*(n - 1)", "6"]), factors(["4*n + 8"])
    (['(4*n + 8)', '(n + 1)*(n - 1)', '6'], ['4*n + 8'])
    """
    texts = list(sizes)
    return [f"({text})" if _is_sum(text) else text for text in texts] if len(texts) > 1 else texts


def _is_sum(text: str) -> bool:
    depth = 0
    for before, char in pairwise(text):
        depth += (before == "(") - (before == ")")
        if depth == 0 and before == " " and char in "+-":
            return True
    return False


class Shown:
    """An object that a notebook shows in each format that the room `notebook` has for it.

    >>> from layercalc.errors import Diagnostic
    >>> Diagnostic("no such spec 'resnt'")._repr_html_()
    "<pre>error: no such spec 'resnt'</pre>"
    >>> Diagnostic("no such spec 'resnt'")._repr_svg_() is None
    True
    """

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        return _written("html", self)

    def _repr_latex_(self) -> str | None:
        return _written("latex", self)

    def _repr_svg_(self) -> str | None:
        return _written("svg", self)


def _written(form: str, thing: object) -> str | None:
    text: str | None = import_module(WRITERS).shown(form, thing)
    return text
