"""What the predictor is fitted to: networks trained on ImageNet-1k alone, with their measures and accuracies.

From: the rows of the paper's tables, measured here, and those of the wider zoo. To: `Example`s.
Weights that have seen other images, or a larger network's answers, are left out, and so are the
networks that timm tests its code with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from layercalc.measures import measure_all
from layercalc.paper import zoo
from layercalc.paper.accuracy.fitted.stored import LAWS
from layercalc.paper.accuracy.wider import ALONE
from layercalc.paper.accuracy.wider import logs_of as wider_logs
from layercalc.paper.zoo import Row, wider

#: What forms may read, by its logarithm.
READ = ("logits_gsc", "params", "macs", "layers", "image_side")
#: Families of the wider zoo without attention whose layers mix channels by `linear`, place by place:
#: eq. (16) counts such a layer once, where a convolution counts n times.
LINEAR = ("convnext", "mambaout", "mlp_mixer", "sequencer", "swiftformer")
#: Families that build on another's blocks: left out together.
KIN = {
    "resnet": (
        "resnext", "wide_resnet_imagenet", "se_resnet", "se_resnext", "senet", "resnetv2", "resnest",
        "res2net", "sknet",
    ),
    "byobnet": ("byoanet",),
    "efficientnet": ("mobilenet", "mobilenet_v2", "mnasnet", "mobilenetv3", "hardcorenas"),
    "inception_v3": ("googlenet", "bn_inception", "inception_v4", "inception_resnet_v2"),
    "xception": ("xception_aligned",),
    "vision_transformer": (
        "beit", "cait", "deit", "eva", "vision_transformer_hybrid", "vision_transformer_relpos",
        "vision_transformer_sam", "naflexvit",
    ),
    "swin_transformer": ("swin_transformer_v2", "swin_transformer_v2_cr"),
    "efficientformer": ("efficientformer_v2",),
}  # fmt: skip
_FAMILY = {other: family for family, others in KIN.items() for other in others}

Progress = Callable[[Iterable[Row], int], Iterable[Row]]


class Example(NamedTuple):
    """A network with one of its recipes.

    `tokens` tells whether it has attention or linear layers over places, `recent` whether its recipe
    is later than those of the paper's rows; `logs` are logarithms of `READ`.
    """

    name: str
    network: str
    family: str
    tokens: bool
    recent: bool
    logs: Mapping[str, float]
    top1: float
    top5: float


def examples(watch: Progress = lambda rows, count: rows) -> list[Example]:
    """Give all examples, those of the paper first."""
    return [*_of_the_paper(watch), *_wider()]


def _of_the_paper(watch: Progress) -> Iterator[Example]:
    """Measure the rows that print both accuracies, each network once."""
    rows = zoo.rows()
    families = zoo.families(rows)
    printed = [row for row in rows if row.top1 is not None and row.top5 is not None]
    known: dict[object, Mapping[str, float]] = {}
    for row in watch(printed, len(printed)):
        if row.point not in known:
            measures = measure_all(row.load(LAWS).network, READ)
            known[row.point] = {name: measures[name].log2 or 0.0 for name in READ}
        name, family = row.architecture, families[row.architecture]
        yield Example(
            row.name, _bare(name), _FAMILY.get(family, family), False, False, known[row.point],
            row.top1 or 0.0, row.top5 or 0.0,
        )  # fmt: skip


def _wider() -> Iterator[Example]:
    for row in wider.rows():
        if row.era in ALONE and not row.model.startswith("test_"):
            told = wider_logs(row, LAWS)
            logs = {**told, "logits_gsc": told["gsc"], "image_side": told["image_size"]}
            tokens = row.attention or row.family in LINEAR
            yield Example(
                row.name, _bare(row.model), _FAMILY.get(row.family, row.family), tokens, row.era != "first",
                {name: logs[name] for name in READ}, row.top1, row.top5,
            )  # fmt: skip


def _bare(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def shares(found: Sequence[Example]) -> list[float]:
    """Give the weight of each example: its network has 1, shared by its rows."""
    counts = Counter(one.network for one in found)
    return [1 / counts[one.network] for one in found]
