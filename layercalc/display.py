"""The base of objects that a notebook shows as a formula, a table or a picture, beside plain text.

From: an object. To: HTML, LaTeX or SVG, when IPython asks for them. Promises: nothing is imported
before. The room `notebook` knows how each kind of object looks; it is above all rooms whose
objects it shows, so it is imported by name.
"""

from __future__ import annotations

from importlib import import_module

#: The module whose `shown` writes what is asked for.
WRITERS = "layercalc.notebook"


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
