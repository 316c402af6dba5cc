"""Matches arguments with parameters, in the same way for functions, blocks and layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from layercalc.errors import Diagnostic, Span, SpecError, did_you_mean, listing
from layercalc.syntax import tree
from layercalc.syntax.habits import argument_hint, place_hint


def takes(name: str, parameters: Sequence[tree.Parameter]) -> str:
    """Tell what a call may give."""
    names = [parameter.name.text for parameter in parameters]
    return f"{name} takes {listing(names, 'and') if names else 'no arguments'}"


def match_arguments(
    name: str, parameters: Sequence[tree.Parameter], arguments: Sequence[tree.Argument], span: Span
) -> Mapping[str, tree.Argument]:
    """Give the argument of each parameter that has one.

    Raises `SpecError` for all unknown, doubled, missing and supernumerary
    arguments together.
    """
    names = [parameter.name.text for parameter in parameters]
    told = takes(name, parameters)
    given: dict[str, tree.Argument] = {}
    wrong: list[Diagnostic] = []
    for place, argument in enumerate(arguments):
        if argument.name is None and place >= len(names):
            hint = place_hint(argument.span) or told
            wrong.append(Diagnostic(f"{name}: argument {place + 1} is one too many", argument.span, hint))
            continue
        key = argument.name.text if argument.name else names[place]
        if key not in names:
            hint = argument_hint(key) or did_you_mean(key, names) or told
            wrong.append(Diagnostic(f"{name} has no parameter '{key}'", argument.span, hint))
        elif key in given:
            wrong.append(Diagnostic(f"{name}: '{key}' is given twice", argument.span))
        else:
            given[key] = argument
    missing = [p.name.text for p in parameters if p.default is None and p.name.text not in given]
    if missing and not wrong:
        lacks = f"{listing([repr(key) for key in missing], 'and')} {'is' if len(missing) == 1 else 'are'}"
        wrong.append(Diagnostic(f"{name}: {lacks} missing", span, told))
    if wrong:
        raise SpecError(wrong)
    return given
