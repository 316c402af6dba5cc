"""The predictor as it is stored, in `specs/zoo/predictor.json`: read in a moment, without fitting.

From: that file. To: a `Basis` for a network. Promises: a file that belongs to other data than those
in `specs/zoo` is refused.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from layercalc.errors import fail
from layercalc.network import Applied, Network, bodies
from layercalc.paper.accuracy.fit import PowerLaw
from layercalc.paper.accuracy.predictor import Logs, Predictor
from layercalc.paper.accuracy.sample import TARGETS, AccuracyKind
from layercalc.paper.accuracy.study import ALL, Estimate
from layercalc.syntax.library import folder

#: The laws under which complexity is read: those whose sum explains most.
LAWS = "channels"
#: The two kinds of networks, each with a curve of its own.
CONVOLUTIONAL, TOKENS = "convolutional", "tokens"
#: What the name of the predictor stands for in `Basis`.
NAME = "X"
#: How a measure is written in it.
WRITTEN = {"logits_gsc": "GSC", "image_side": "side", "params": "params", "macs": "MACs", "layers": "layers"}
#: The bend of a law that is a straight line: nothing shows of it.
STRAIGHT = -1e-9


@dataclass(frozen=True)
class StoredCurve:
    """One accuracy over the logarithm of X, with what is known of it.

    `recent` are the points that a recipe adds which is later than those of the paper's rows, `radius` is
    half of the interval, `coverage` the share of networks in it whose family was left out of the fit,
    `recipes_apart` the standard deviation of the recipes of one network, None where none has several.
    """

    law: PowerLaw
    range: Estimate
    recent: float
    radius: float
    coverage: float
    recipes_apart: float | None
    r_squared: float
    q_squared: float
    q_squared_by_family: float
    error: float
    rows: int
    networks: int
    families: int

    def expected(self, log: float) -> float:
        """Give the accuracy that the curve expects, a percentage."""
        return min(max(self.law.at(log), 0.0), ALL)

    def interval(self, log: float) -> Estimate:
        """Give the interval of one more network, of a family that the curve does not know."""
        told = self.law.at(log)
        return Estimate(*(min(max(told + far, 0.0), ALL) for far in (-self.radius, self.radius)))


@dataclass(frozen=True)
class Domain:
    """A kind of networks with its predictor, X, and its curves; `side` is the least image side in it."""

    name: str
    form: str
    powers: Mapping[str, float]
    curves: Mapping[AccuracyKind, StoredCurve]
    side: int
    tried: Sequence[tuple[str, float, float]]

    @property
    def title(self) -> str:
        """The networks that it holds, in words."""
        return {
            CONVOLUTIONAL: "convolutional networks",
            TOKENS: "networks with attention or linear layers",
        }[self.name]

    @property
    def formula(self) -> str:
        """X in words: the product of powers of measures.

        >>> stored(CONVOLUTIONAL).formula.startswith("X = GSC^0.")
        True
        """
        factors = " x ".join(f"{WRITTEN[name]}^{power:.3g}" for name, power in self.powers.items())
        laws = (
            ", GSC under laws channels and without a softmax at the end"
            if "logits_gsc" in self.powers
            else ""
        )
        return f"X = {factors}{laws}"

    @cached_property
    def predictor(self) -> Predictor:
        """X, as a predictor."""
        return Predictor(NAME, NAME, tuple(self.powers), self._read)

    def _read(self, logs: Logs) -> float:
        return math.fsum(power * logs[name] for name, power in self.powers.items())


@cache
def stored(name: str) -> Domain:
    """Read the curves of a kind of networks.

    >>> domain = stored(CONVOLUTIONAL)
    >>> sorted(domain.curves), domain.curves["top1"].coverage > 0.85
    (['top1', 'top5'], True)

    Raises `SpecError` where the data have changed since the curves were fitted.
    """
    record = json.loads(path().read_text("utf-8"))
    if record["digest"] != digest():
        raise fail(
            "the predictor was fitted to other data than those in specs/zoo",
            hint="`layercalc predict --fit` fits it again; --from MEASURE does without it",
        )
    return _domain(name, record["domains"][name])


def _domain(name: str, record: Mapping[str, Any]) -> Domain:
    told = {key: record[key] for key in ("rows", "networks", "families")}
    powers = record["powers"]
    low, high = record["range"]
    curves: dict[AccuracyKind, StoredCurve] = {}
    for target in TARGETS:
        fitted = dict(record[target])
        shape = (fitted.pop("top"), fitted.pop("log2_drop"), fitted.pop("share"))
        law = _law(*shape, middle=(low + high) / 2)
        curves[target] = StoredCurve(law, Estimate(low, high), **fitted, **told)
    tried = [(label, first, second) for label, first, second in record["tried"]]
    return Domain(name, record["form"], powers, curves, record["side"], tried)


def _law(top: float, log2_drop: float | None, share: float, middle: float) -> PowerLaw:
    """Write top - 2^log2_drop / X^share, or top + share log2 X, as a power law.

    >>> law = _law(90.0, 10.0, 0.5, 16.0)
    >>> law.at(16.0), round(law.at(30.0), 9), law.offset
    (86.0, 89.96875, 90.0)
    >>> round(_law(10.0, None, 2.0, 16.0).at(20.0), 5)
    50.0
    """
    if log2_drop is None:
        return PowerLaw(middle, 1.0, top + share * middle, share, STRAIGHT)
    gap, bend = 2 ** (log2_drop - share * middle), -share * math.log(2)
    return PowerLaw(middle, 1.0, top - gap, -bend * gap, bend)


def path() -> Path:
    """Find the file."""
    return folder("specs") / "zoo" / "predictor.json"


def digest() -> str:
    """Give the digest of the data that the predictor is fitted to: both zoos."""
    found = hashlib.sha256()
    for name in ("rows.csv", "wider.csv"):
        found.update((folder("specs") / "zoo" / name).read_bytes().replace(b"\r\n", b"\n"))
    return found.hexdigest()


def kind_of(networks: Iterable[Network]) -> str:
    """Tell of which kind networks are: with attention or linear layers over places, or convolutional.

    Attention is a product of matrices, or a softmax over places.

    >>> from layercalc.model import load
    >>> kind_of([load("resnet").network]), kind_of([load("vit").network])
    ('convolutional', 'tokens')

    Raises `SpecError` where they are of both kinds.
    """
    kinds = {TOKENS if _has_tokens(network) else CONVOLUTIONAL for network in networks}
    if len(kinds) > 1:
        raise fail("some of these networks have attention or linear layers, others none: predict them apart")
    return kinds.pop()


def _has_tokens(network: Network) -> bool:
    steps = (step for body, _ in bodies(network.body) for step in body.steps if isinstance(step, Applied))
    return any(
        step.layer.name == "matmul"
        or (step.layer.name in ("linear", "softmax") and step.layer.input.rank > 0)
        for step in steps
    )
