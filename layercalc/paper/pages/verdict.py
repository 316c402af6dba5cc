"""The verdicts of an experiment on the paper's claims as text, and its sheets as files.

From: an `Outcome`. To: lines, and comma-separated values. Promises: a float is written with
12 significant digits, so that the last bits of a machine's mathematics do not show.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from layercalc.errors import listing
from layercalc.paper.experiments import Claim, Experiment, Outcome, Sheet
from layercalc.report.formats import comma_separated
from layercalc.report.table import Table

DIGITS = 12
#: What is said of a claim.
HOLDS, FAILS, UNDECIDED = "holds", "fails", "undecided"
#: The words in the styles of a terminal.
STYLES: Mapping[str, Mapping[str, Any]] = {
    HOLDS: {"fg": "green"}, FAILS: {"fg": "red", "bold": True}, UNDECIDED: {"fg": "yellow"},
}  # fmt: skip
_INDENT = "  "


def sheet_csv(sheet: Sheet) -> str:
    r"""Write a sheet as comma-separated values.

    >>> sheet_csv(Sheet("fig7", ["layer", "power"], [["conv", 2 / 3], ["relu", None]]))
    'layer,power\nconv,0.666666666667\nrelu,\n'
    """
    return comma_separated(sheet_table(sheet))


def sheet_table(sheet: Sheet) -> Table:
    """Make a table of a sheet."""
    return Table(sheet.headers, [[*map(_cell, row)] for row in sheet.rows])


def claims_table(outcome: Outcome) -> Table:
    """Make a table of the claims, grouped by their text.

    >>> claims = [Claim("7.2", "it is 1", laws, True, "GCIP = 1") for laws in ("paper", "channels")]
    >>> print(claims_table(Outcome([], [], claims)).plain())
    section  claim    laws      verdict  found
        7.2  it is 1  paper     holds    GCIP = 1
                      channels  holds    GCIP = 1
    """
    lines = []
    for told, claims in grouped(outcome.claims).items():
        for place, claim in enumerate(claims):
            head = told if place == 0 else ("", "")
            lines.append([*head, claim.laws, word(claim), claim.found])
    return Table(("section", "claim", "laws", "verdict", "found"), lines)


def _cell(value: str | float | None) -> str:
    if isinstance(value, float):
        return f"{value:.{DIGITS}g}"
    return "" if value is None else str(value)


def word(claim: Claim) -> str:
    """Give the verdict on a claim in one word."""
    return UNDECIDED if claim.holds is None else HOLDS if claim.holds else FAILS


def verdict(experiment: Experiment, outcome: Outcome, width: int | None = None) -> list[str]:
    r"""Write the claims with a line for each law set, the closed forms, and what is missing.

    >>> claim = Claim("7.2", "the power is that of the input", "paper", True, "GCIP = 1")
    >>> outcome = Outcome([], [], [claim], [("GCC", "1024*c")])
    >>> print("\n".join(verdict(Experiment("fig7", "The autoencoder", lambda: outcome), outcome)))
    fig7: The autoencoder
    <BLANKLINE>
    7.2  the power is that of the input
      paper  holds  GCIP = 1
    <BLANKLINE>
    Closed forms
      GCC = 1024*c
    """
    lines = [f"{experiment.name}: {experiment.title}", "", *_claims(outcome.claims, width)]
    if outcome.formulas:
        lines += ["", "Closed forms"]
        lines += [line for left, text in outcome.formulas for line in _filled(f"{left} = {text}", width)]
    if outcome.missing:
        lines += ["", "Missing"]
        lines += [line for text in outcome.missing for line in _filled(text, width)]
    return lines


def grouped(claims: Sequence[Claim]) -> dict[tuple[str, str], list[Claim]]:
    """Group the claims by their text, over all law sets."""
    found: dict[tuple[str, str], list[Claim]] = {}
    for claim in claims:
        found.setdefault((claim.section, claim.text), []).append(claim)
    return found


def _claims(claims: Sequence[Claim], width: int | None) -> Iterator[str]:
    laws = max((len(claim.laws) for claim in claims), default=0)
    words = max((len(word(claim)) for claim in claims), default=0)
    for (section, text), lines in grouped(claims).items():
        yield from _filled(f"{section}  {text}{_divided(lines)}", width, "", " " * (len(section) + 2))
        for claim in lines:
            start = f"{_INDENT}{claim.laws:{laws}}  {word(claim):{words}}  "
            yield from _filled(claim.found, width, start, " " * len(start))


def _divided(claims: Sequence[Claim]) -> str:
    """Name the law sets of each verdict on one claim, where there are several.

    >>> _divided([Claim("7.3", "", laws, laws != "paper", "") for laws in ("paper", "channels", "weights")])
    ': holds under channels and weights, fails under paper'
    """
    verdicts = {told: [claim.laws for claim in claims if word(claim) == told] for told in STYLES}
    told = [f"{told} under {listing(laws, 'and')}" for told, laws in verdicts.items() if laws]
    return f": {', '.join(told)}" if len(told) > 1 else ""


def _filled(text: str, width: int | None, first: str = _INDENT, rest: str = 2 * _INDENT) -> list[str]:
    """Wrap text to a width; without one, it stays one line."""
    if width is None:
        return [f"{first}{text}"]
    return textwrap.wrap(
        text, max(width, len(rest) + 20), initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    )
