"""The answers by the names of their requests.

From: a name and a request. To: an answer. Promises: what a spec or a value gets wrong is told in
the answer, as `errors`; each answer is given within the limits of the language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from layercalc import limits
from layercalc.errors import SpecError, fail
from layercalc.playground import editing
from layercalc.playground.sheet import Sheet

Request = Mapping[str, Any]
Answer = dict[str, Any]


def answer(name: str, request: Request) -> Answer:
    r"""Answer a request.

    >>> answer("read", {"text": "input(3) -> dens(2)"})["mistakes"][0]["message"]
    "unknown block or layer 'dens'\nhint: did you mean 'dense'?"
    """
    if name not in ANSWERS:
        return {"errors": [{"message": f"the page asks for '{name}', which is not known", "hint": ""}]}
    try:
        with limits.metered():
            return ANSWERS[name](request)
    except SpecError as error:
        return {"errors": [{"message": told.message, "hint": told.hint} for told in error.diagnostics]}


def _on_sheet(tell: Callable[[Sheet, Request], Answer]) -> Callable[[Request], Answer]:
    """Read the sheet first; a mistake in it keeps its place."""

    def told(request: Request) -> Answer:
        sheet = Sheet.of(request)
        try:
            return tell(sheet, request)
        except SpecError as error:
            return {"errors": editing.told_error(sheet, error)}

    return told


def _offset(request: Request) -> int:
    offset = request.get("offset")
    if not isinstance(offset, int):
        raise fail("a place in the text is a whole number")
    return offset


def _text(request: Request, name: str) -> str:
    text = request.get(name)
    if not isinstance(text, str):
        raise fail(f"the page has to say which {name}")
    return text


def _read(sheet: Sheet, request: Request) -> Answer:
    from layercalc.playground.formulas import formulas, params

    return {"mistakes": editing.told_mistakes(sheet), "params": params(sheet), **formulas(sheet)}


def _diagram(sheet: Sheet, request: Request) -> Answer:
    from layercalc.playground.pictures import drawn

    return drawn(sheet)


def _explain(sheet: Sheet, request: Request) -> Answer:
    from layercalc.playground.pictures import explained

    return explained(sheet, _offset(request))


def _growth(sheet: Sheet, request: Request) -> Answer:
    from layercalc.playground.growth import grown

    return grown(sheet, _text(request, "param"))


def _curves(sheet: Sheet, request: Request) -> Answer:
    from layercalc.playground.growth import curves

    return curves(sheet, _text(request, "param"))


def _laws(sheet: Sheet, request: Request) -> Answer:
    from layercalc.playground.tables import side_by_side

    return side_by_side(sheet)


def _file(sheet: Sheet, request: Request) -> Answer:
    from layercalc.playground.tables import file

    return file(sheet, _text(request, "form"))


def _goals(sheet: Sheet, request: Request) -> Answer:
    from layercalc.playground.lessons import checked

    return checked(sheet, _text(request, "lesson"))


def _networks(request: Request) -> Answer:
    from layercalc.playground.lessons import listed
    from layercalc.playground.tables import networks

    return {**networks(), **listed()}


def _measured(request: Request) -> Answer:
    from layercalc.playground.tables import measured

    names = request.get("rows")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise fail("the page has to say which rows")
    return measured(_text(request, "laws"), names)


def _open(request: Request) -> Answer:
    from layercalc.playground.tables import opened

    return opened(_text(request, "name"))


ANSWERS: Mapping[str, Callable[[Request], Answer]] = {
    "read": _on_sheet(_read),
    "hover": _on_sheet(lambda sheet, request: editing.hovered(sheet, _offset(request))),
    "complete": _on_sheet(lambda sheet, request: editing.completed(sheet, _offset(request))),
    "format": _on_sheet(lambda sheet, request: editing.laid_out(sheet)),
    "diagram": _on_sheet(_diagram),
    "explain": _on_sheet(_explain),
    "growth": _on_sheet(_growth),
    "curves": _on_sheet(_curves),
    "laws": _on_sheet(_laws),
    "file": _on_sheet(_file),
    "goals": _on_sheet(_goals),
    "networks": _networks,
    "measured": _measured,
    "open": _open,
}
