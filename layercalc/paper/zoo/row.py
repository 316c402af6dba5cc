"""The rows of the paper's tables, as `specs/zoo/rows.csv` has them."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction

from layercalc.display import Shown
from layercalc.errors import did_you_mean, fail
from layercalc.model import Model, load
from layercalc.records import dataclass, field
from layercalc.resolve.loading import DEFAULT_LAWS
from layercalc.syntax.library import folder, read


@dataclass(frozen=True, slots=True)
class Row(Shown):
    """A row: what the paper prints, what a public source counts, and the spec that gives the network.

    >>> row = rows()[0]
    >>> row.table, row.model, row.top1, row.spec
    (1, 'AlexNet', 56.518, 'alexnet')
    >>> row.load().macs == row.macs
    True

    `architecture` is the same for rows that differ in their source only: in a softmax at the end,
    in biases and paddings, in the layer of a block that has the stride. `params` and `macs` are
    counted in `reference`; `params_printed` differs where `note` says why. `top1` and `top5` are
    percentages, None where none is printed.
    """

    name: str
    table: int
    model: str
    architecture: str
    top1: float | None
    top5: float | None
    params_printed: int
    params: int
    macs: int
    spec: str
    arguments: Mapping[str, str] = field(hash=False)
    reference: str
    note: str

    @property
    def point(self) -> tuple[object, ...]:
        """The spec with its arguments; rows in which these are equal have the same network."""
        return self.spec, *self.arguments.items()

    def load(self, laws: str = DEFAULT_LAWS) -> Model:
        """Load the spec with the arguments of this row."""
        return load(self.spec, self.arguments, laws=laws)


def rows() -> list[Row]:
    """Give all rows in the paper's order.

    >>> len(rows())
    110
    """
    lines = read(folder("specs") / "zoo" / "rows.csv").text.splitlines()
    return [_row(record) for record in csv.DictReader(lines)]


def families(among: Iterable[Row]) -> dict[str, str]:
    """Give the family of each architecture: the spec of its first row.

    >>> found = families(rows())
    >>> [row.spec for row in rows() if row.architecture == "resnet-101"], found["resnet-101"]
    (['resnet', 'caffe_resnet', 'resnet', 'caffe_resnet'], 'resnet')
    """
    found: dict[str, str] = {}
    for row in among:
        found.setdefault(row.architecture, row.spec)
    return found


def _row(record: Mapping[str, str]) -> Row:
    return Row(
        name=record["row"],
        table=int(record["table"]),
        model=record["model"],
        architecture=record["architecture"],
        top1=_percentage(record["top1"]),
        top5=_percentage(record["top5"]),
        params_printed=int(Fraction(record["params_printed"])),  # one may be printed as 1.0558e+09
        params=int(record["params"]),
        macs=int(record["macs"]),
        spec=record["spec"],
        arguments=dict(pair.split("=", 1) for pair in record["arguments"].split()),
        reference=record["reference"],
        note=record["note"],
    )


def _percentage(text: str) -> float | None:
    return float(text) if text else None


def find(name: str, among: Iterable[Row] | None = None) -> list[Row]:
    """Find rows by name, by the printed model or by the spec; only letters and digits are compared.

    >>> [row.model for row in find("squeezenet-1.1")]
    ['SqueezeNet 1.1', 'SqueezeNet 1.1']

    Raises `SpecError` for a name that no row has.
    """
    known = rows() if among is None else [*among]
    found = [row for row in known if _bare(name) in {_bare(own) for own in _names(row)}]
    if not found:
        near = did_you_mean(name.lower(), (own.lower() for row in known for own in _names(row)))
        hint = near or "`layercalc zoo` lists them"
        raise fail(f"no row, model or spec of the zoo is called '{name}'", hint=hint)
    return found


def of_specs(specs: Collection[str], among: Iterable[Row]) -> list[Row]:
    """Give the rows of some specs, all where none is named.

    >>> len(of_specs(["alexnet", "vgg"], rows()))
    16

    Raises `SpecError` for a spec that no row has.
    """
    known = [*among]
    names = [*dict.fromkeys(row.spec for row in known)]
    for spec in specs:
        if spec not in names:
            hint = did_you_mean(spec, names) or f"specs: {', '.join(names)}"
            raise fail(f"no row has the spec '{spec}'", hint=hint)
    return [row for row in known if not specs or row.spec in specs]


def _names(row: Row) -> tuple[str, ...]:
    return row.name, row.model, row.spec


def _bare(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
