"""The outcome of an experiment: sheets of numbers, pictures, and verdicts on the paper's claims."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from layercalc.display import Shown
from layercalc.plot.picture import Picture

Cell: TypeAlias = "str | int | float | None"


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of the paper under a law set, whether it holds, and the evidence.

    `holds` is None where the numbers cannot decide it; `found` says why then.
    """

    section: str
    text: str
    laws: str
    holds: bool | None
    found: str


@dataclass(frozen=True, slots=True)
class Sheet(Shown):
    """Numbers under headers with units; `name` is that of its CSV file."""

    name: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Outcome(Shown):
    """All that one run of an experiment found; `formulas` are closed forms with what they give.

    `missing` tells what the paper shows and cannot be reproduced, and why.
    """

    sheets: Sequence[Sheet]
    pictures: Sequence[Picture]
    claims: Sequence[Claim]
    formulas: Sequence[tuple[str, str]] = ()
    missing: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Experiment:
    """An experiment of the paper: its name (`fig7`), its title, and the function that runs it."""

    name: str
    title: str
    run: Callable[[], Outcome]
