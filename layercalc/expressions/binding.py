"""Matches arguments with parameters, in the same way for functions, blocks and layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from layercalc.errors import Diagnostic, Span, SpecError, did_you_mean, listing
from layercalc.syntax import tree


def match_arguments(
    name: str, parameters: Sequence[tree.Parameter], arguments: Sequence[tree.Argument], span: Span
) -> Mapping[str, tree.Argument]:
    """Give the argument of each parameter that has one.

    Raises `SpecError` for all unknown, doubled, missing and supernumerary
    arguments together.
    """
    names = [parameter.name.text for parameter in parameters]
    takes = f"{name} takes {listing(names, 'and') if names else 'no arguments'}"
    given: dict[str, tree.Argument] = {}
    wrong: list[Diagnostic] = []
    for place, argument in enumerate(arguments):
        if argument.name is None and place >= len(names):
            wrong.append(Diagnostic(f"{name}: argument {place + 1} is one too many", argument.span, takes))
            continue
        key = argument.name.text if argument.name else names[place]
        if key not in names:
            hint = did_you_mean(key, names) or takes
            wrong.append(Diagnostic(f"{name} has no parameter '{key}'", argument.span, hint))
        elif key in given:
            wrong.append(Diagnostic(f"{name}: '{key}' is given twice", argument.span))
        else:
            given[key] = argument
    missing = [p.name.text for p in parameters if p.default is None and p.name.text not in given]
    if missing and not wrong:
        lacks = f"{listing([repr(key) for key in missing], 'and')} {'is' if len(missing) == 1 else 'are'}"
        wrong.append(Diagnostic(f"{name}: {lacks} missing", span, takes))
    if wrong:
        raise SpecError(wrong)
    return given
