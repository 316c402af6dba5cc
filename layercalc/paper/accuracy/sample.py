"""The networks with a known accuracy: rows of the zoo with the logarithms of a predictor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple, TypeAlias

from layercalc.paper import zoo
from layercalc.paper.accuracy.predictor import COUNTS, Predictor, logs_of
from layercalc.paper.zoo import Measured, Result

AccuracyKind: TypeAlias = Literal["top1", "top5"]
Progress: TypeAlias = Callable[[Iterable[Result], int], Iterable[Result]]

TARGETS: dict[AccuracyKind, str] = {"top1": "Top-1", "top5": "Top-5"}

_MEASURED: dict[str, Sequence[Measured]] = {}


def _unwatched(results: Iterable[Result], count: int) -> Iterable[Result]:
    return results


def measured(laws: str, watch: Progress = _unwatched) -> Sequence[Measured]:
    """Measure all valid rows of the zoo, once in a process; `watch` can report progress."""
    if laws not in _MEASURED:
        rows = zoo.rows()
        found = watch(zoo.results(rows, laws), len(rows))
        _MEASURED[laws] = [result for result in found if isinstance(result, Measured)]
    return _MEASURED[laws]


class KnownAccuracy(NamedTuple):
    """A row with a known accuracy in percent, its network and family by number, log2 of the predictor."""

    result: Measured
    network: int
    family: int
    log: float
    accuracy: float


def sample(rows: Iterable[Measured], predictor: Predictor, target: AccuracyKind) -> list[KnownAccuracy]:
    """Choose the rows that have both the accuracy and the predictor; number their networks and families.

    A network is an architecture: neither a table nor a softmax makes another one.

    >>> from layercalc.paper.accuracy.predictor import find_predictor
    >>> alike = sample(zoo.results(zoo.find("AlexNet")), find_predictor("params"), "top1")
    >>> [(known.network, known.accuracy) for known in alike]
    [(0, 56.518), (0, 56.432)]
    """
    results = [*rows]
    family_of = zoo.families(result.row for result in results)
    networks: dict[str, int] = {}
    families: dict[str, int] = {}
    found = []
    for result in results:
        logs = {**result.logs, **logs_of(result.measures, COUNTS)}
        accuracy, log = getattr(result.row, target), predictor.log2(logs)
        if accuracy is not None and log is not None:
            name = result.row.architecture
            network = networks.setdefault(name, len(networks))
            family = families.setdefault(family_of[name], len(families))
            found.append(KnownAccuracy(result, network, family, log, accuracy))
    return found


def once(known: Iterable[KnownAccuracy]) -> list[KnownAccuracy]:
    """Keep the first row of each network."""
    return [*{each.network: each for each in reversed([*known])}.values()][::-1]
