"""Measures what was imported, and writes `specs/zoo/wider.csv`.

From: the table of accuracies, and the folder of imports. To: the text of the file: a row for each
recipe whose network was imported. What was measured by the same laws is kept beside the texts.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import layercalc
from layercalc.closed import Closed
from layercalc.measures import LOGS, MEASURES
from layercalc.model import Model
from layercalc.paper.zoo import wider
from layercalc.paper.zoo.era import era
from layercalc.syntax.library import folder
from tests.wider.importing import operators, texts

#: Those of the shipped law sets that read the paper; `derived` has other activations, and no other reading.
LAWS = ("paper", "channels", "literal", "weights")
#: Digits of a logarithm: as many as other sheets have.
DIGITS = 12
#: Layers by which a network weighs its tokens by each other.
ATTENTION = frozenset({"matmul", "softmax"})
HEAD = """\
# Networks of timm {timm} with public weights, imported with torch {torch} by `python -m tests.wider import`,
# measured by `python -m tests.wider measure`; none ends in a softmax. The logarithm of 0 is -inf.
# Top-1 and Top-5 in percent on ImageNet's validation set, of public weights at `image_size`: from
# huggingface/pytorch-image-models, results/results-imagenet.csv (Apache-2.0).
"""


def law_sets() -> tuple[str, ...]:
    """List the law sets of `LAWS` that are shipped."""
    return tuple(laws for laws in LAWS if (folder("specs") / "laws" / f"{laws}.arch").exists())


def measured(text: str, laws: str) -> dict[str, float]:
    """Take all measures of a text, as logarithms where they are told so."""
    return numbers(layercalc.loads(text, laws=laws))


def numbers(model: Model) -> dict[str, float]:
    """Give the measures of a model in the digits of the file; those of `LOGS` as logarithms."""
    found = {name: model.measure(name) for name in MEASURES}
    return {name: _log(value) if name in LOGS else int(str(value.number)) for name, value in found.items()}


def _log(value: Closed) -> float:
    if value.log2 is None:
        raise ValueError(f"{value} has no logarithm")
    return float(f"{value.log2:.{DIGITS}g}")


def has_attention(model: Model) -> bool:
    """Tell whether tokens of a network meet in a product or a softmax."""
    return bool(operators(model.network) & ATTENTION)


def write(accuracy: Path, cache: Path, add: bool = False) -> str:
    """Write the file; with `add`, the rows that it has of networks that are not in the folder stay."""
    families = json.loads((cache / "families.json").read_text("utf-8"))
    known: dict[tuple[str, int], dict[str, Any]] = {}
    versions: dict[str, str] = {}
    shipped = _digest()
    for one, record, text in texts(accuracy, cache):
        known[one.model, one.size] = _kept(cache, one.stem, text, shipped)
        versions = {name: record[name] for name in ("timm", "torch")}
    with accuracy.open(encoding="utf-8") as lines:
        recipes = sorted(
            csv.DictReader(lines), key=lambda row: (row["model"], int(row["image_size"]), row["tag"])
        )
    file = StringIO()
    file.write(HEAD.format(**versions))
    writer = csv.writer(file, lineterminator="\n")
    lawful = [wider.column(laws, name) for laws in law_sets() for name in wider.LAWFUL]
    writer.writerow([*wider.FACTS, *wider.COUNTS, *lawful])
    kept = _rows() if add else {}
    for recipe in recipes:
        key = recipe["model"], recipe["tag"], recipe["image_size"]
        if (found := known.get((recipe["model"], int(recipe["image_size"])))) is not None:
            writer.writerow([*_facts(recipe, families, found), *_cells(found)])
        elif key in kept:
            writer.writerow(kept[key])
    return file.getvalue()


def _rows() -> dict[tuple[str, ...], list[str]]:
    """Give the rows that the file has, by the model, the recipe and the size of the image."""
    lines = wider.path().read_text("utf-8").splitlines()
    rows = csv.reader(line for line in lines if not line.startswith("#"))
    return {tuple(row[:3]): row for row in rows}


def _facts(recipe: Mapping[str, str], families: Mapping[str, str], found: Mapping[str, Any]) -> Iterator[str]:
    yield from (recipe[name] for name in ("model", "tag", "image_size", "top1", "top5"))
    yield families[recipe["model"]]
    yield era(recipe["tag"])
    yield "yes" if found["attention"] else "no"


def _cells(found: Mapping[str, Any]) -> Iterator[str]:
    first = found["measures"][law_sets()[0]]
    yield from (str(first[name]) for name in wider.COUNTS)
    for laws in law_sets():
        told = found["measures"][laws]
        yield from (repr(told[name]) for name in wider.LAWFUL)


def _digest() -> str:
    """Tell apart the laws and blocks that texts are read by."""
    files = sorted(path for name in ("laws", "blocks") for path in (folder("specs") / name).glob("*.arch"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def _kept(cache: Path, stem: str, text: str, shipped: str) -> dict[str, Any]:
    """Measure a text, or take what was measured before."""
    path = cache / f"{stem}.measures"
    key = hashlib.sha256(f"2 {shipped} {DIGITS} {text}".encode()).hexdigest()
    kept: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    if kept.get("key") == key:
        return kept
    models = {laws: layercalc.loads(text, laws=laws) for laws in law_sets()}
    measures = {laws: numbers(model) for laws, model in models.items()}
    attention = any(has_attention(model) for model in models.values())
    kept = {"key": key, "attention": attention, "measures": measures}
    path.write_text(json.dumps(kept) + "\n", "utf-8")
    return kept
