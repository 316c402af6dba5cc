"""The wider zoo: networks of timm with public weights, as `specs/zoo/wider.csv` has them.

From: that file, which `python -m tests.wider` makes. To: rows with their measures under each law set.
Promises: nothing is measured again.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from layercalc.display import Shown
from layercalc.errors import did_you_mean, fail
from layercalc.measures import LOGS, MEASURES
from layercalc.records import dataclass, field
from layercalc.syntax.library import folder

#: What a row tells before its measures.
FACTS = ("model", "tag", "image_size", "top1", "top5", "family", "era", "attention")
#: The measures that no law set changes.
COUNTS = ("params", "macs")
#: The others, under the names of columns.
LAWFUL = {name: f"log2_{name}" if name in LOGS else name for name in MEASURES if name not in COUNTS}


@dataclass(frozen=True, slots=True)
class WiderRow(Shown):
    """A network, a recipe it was trained by, its accuracy, and its measures under each law set.

    >>> row = find("resnet50.tv_in1k")[0]
    >>> row.image_size, row.top1, row.family, row.era, row.attention
    (224, 76.156, 'resnet', 'first', False)
    >>> row.params, round(row.measures["paper"]["gcc"], 2)
    (25557032, 202.73)

    `top1` and `top5` are percentages at `image_size`; `family` is the module of timm with its code;
    `era` is one of `era.ERAS`; `attention` tells whether tokens of it meet in a product or a softmax.
    The measures of `LOGS` are logarithms to base two, -inf where a measure is 0. No network ends in a
    softmax.
    """

    model: str
    tag: str
    image_size: int
    top1: float
    top5: float
    family: str
    era: str
    attention: bool
    params: int
    macs: int
    measures: Mapping[str, Mapping[str, float]] = field(hash=False)

    @property
    def name(self) -> str:
        """The published name of the weights."""
        return f"{self.model}.{self.tag}"

    @property
    def network(self) -> tuple[str, int]:
        """The architecture at a size; rows in which these are equal have the same measures."""
        return self.model, self.image_size


def path() -> Path:
    """Find the file."""
    return folder("specs") / "zoo" / "wider.csv"


@cache
def head() -> tuple[str, ...]:
    """Give the remarks of the file: where its accuracies are from, and the versions it was made with."""
    return tuple(line.removeprefix("# ") for line in _lines() if line.startswith("#"))


@cache
def rows() -> list[WiderRow]:
    """Give all rows, in the order of their names.

    >>> rows() == sorted(rows(), key=lambda row: (row.model, row.image_size, row.tag))
    True
    """
    return [_row(record) for record in csv.DictReader(_table())]


@cache
def law_sets() -> tuple[str, ...]:
    """List the law sets under which the networks were measured.

    >>> law_sets()[:2]
    ('paper', 'channels')
    """
    names = next(csv.reader(_table()))
    return tuple(
        name.removesuffix("_gsc").removesuffix("_log2") for name in names if name.endswith("_log2_gsc")
    )


def column(laws: str, measure: str) -> str:
    """Name the column of a measure under a law set.

    >>> column("paper", "gcc"), column("paper", "layers"), column("paper", "params")
    ('paper_log2_gcc', 'paper_layers', 'params')
    """
    return measure if measure in COUNTS else f"{laws}_{LAWFUL[measure]}"


def check_laws(laws: str) -> None:
    """Refuse a law set under which the networks were not measured."""
    if laws not in law_sets():
        hint = did_you_mean(laws, law_sets()) or f"law sets: {', '.join(law_sets())}"
        raise fail(f"the wider zoo was not measured under the law set '{laws}'", hint=hint)


def find(name: str, among: Iterable[WiderRow] | None = None) -> list[WiderRow]:
    """Find rows by architecture, `resnet50`, or by the published name of weights, `resnet50.tv_in1k`.

    Raises `SpecError` for a name that no row has.
    """
    known = rows() if among is None else [*among]
    found = [row for row in known if name.lower() in (row.model, row.name)]
    if not found:
        near = did_you_mean(name.lower(), dict.fromkeys(row.model for row in known))
        raise fail(
            f"no network of the wider zoo is called '{name}'",
            hint=near or "`layercalc zoo --wider` lists them",
        )
    return found


def of_families(families: Iterable[str], among: Iterable[WiderRow]) -> list[WiderRow]:
    """Give the rows of some families, all where none is named.

    Raises `SpecError` for a family that no row has.
    """
    known, wanted = [*among], [*families]
    names = sorted({row.family for row in known})
    for family in wanted:
        if family not in names:
            hint = did_you_mean(family, names) or f"families: {', '.join(names)}"
            raise fail(f"no row has the family '{family}'", hint=hint)
    return [row for row in known if not wanted or row.family in wanted]


def _lines() -> list[str]:
    return path().read_text("utf-8").splitlines()


def _table() -> Iterator[str]:
    return (line for line in _lines() if not line.startswith("#"))


def _row(record: Mapping[str, str]) -> WiderRow:
    counts = {name: int(record[name]) for name in COUNTS}
    measures = {laws: {**_lawful(record, laws), **counts} for laws in law_sets()}
    return WiderRow(
        model=record["model"],
        tag=record["tag"],
        image_size=int(record["image_size"]),
        top1=float(record["top1"]),
        top5=float(record["top5"]),
        family=record["family"],
        era=record["era"],
        attention=record["attention"] == "yes",
        **counts,
        measures=measures,
    )


def _lawful(record: Mapping[str, str], laws: str) -> dict[str, float]:
    told = {name: record[column(laws, name)] for name in LAWFUL}
    return {name: float(text) if name in LOGS else int(text) for name, text in told.items()}
