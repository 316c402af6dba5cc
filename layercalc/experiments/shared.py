"""What experiments share: the law sets, the measured zoo, logarithms, and what they have in common."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from statistics import correlation
from typing import TypeAlias, TypeVar

from layercalc import zoo
from layercalc.closed import LOG_DIGITS
from layercalc.experiments.outcome import Claim
from layercalc.measures import MEASURES
from layercalc.model import Model
from layercalc.values.product import Product

#: The law sets under which every claim is looked at.
LAWS = ("paper", "channels")

T = TypeVar("T")
#: What is claimed, whether it holds (None: the numbers cannot decide it), and the figures.
Verdict: TypeAlias = tuple[str, bool | None, str]


def claims(section: str, verdicts: Callable[[str], Iterable[Verdict]]) -> list[Claim]:
    """Look at the claims of a section under each law set.

    >>> [claim.laws for claim in claims("7.2", lambda laws: [("GCIP is 1", True, "1")])]
    ['paper', 'channels']
    """
    return [
        Claim(section, text, laws, holds, found) for laws in LAWS for text, holds, found in verdicts(laws)
    ]


@cache
def measured_zoo(laws: str) -> tuple[zoo.Measured, ...]:
    """Measure all rows of the zoo under a law set, once in a process.

    Raises `SpecError` for a row that cannot be measured.
    """
    found = []
    for result in zoo.results(zoo.rows(), laws):
        if isinstance(result, zoo.Broken):
            raise result.error
        found.append(result)
    return tuple(found)


def log2(value: Product) -> float:
    """Take the logarithm to base two of a positive number.

    >>> log2(Product.of(2).power(10**6))
    1000000.0
    """
    return float(value.log2(LOG_DIGITS))


def told_together(found: Mapping[str, T]) -> dict[str, T]:
    """Join the law sets under which something is the same.

    >>> told_together({"paper": [1, 2], "channels": [1, 2], "literal": [3]})
    {'laws paper and channels': [1, 2], 'laws literal': [3]}
    """
    alike: list[tuple[T, list[str]]] = []
    for laws, value in found.items():
        names = next((names for other, names in alike if other == value), None)
        if names is None:
            alike.append((value, [laws]))
        else:
            names.append(laws)
    return {f"laws {' and '.join(names)}": value for value, names in alike}


def formulas(subject: str, models: Mapping[str, Model]) -> Iterator[tuple[str, str]]:
    """Give GCIP and GCC in closed form; `models` are of one network, by law set.

    >>> from layercalc.model import load
    >>> models = {laws: load("mlp", depth="n", laws=laws) for laws in LAWS}
    >>> next(formulas("a perceptron", models))
    ('GCIP of a perceptron, laws paper and channels', '0.007449 * 0.584^(n - 1)')
    """
    for name in ("gcip", "gcc"):
        texts = {laws: model.measure(name).folded() for laws, model in models.items()}
        for laws, text in told_together(texts).items():
            yield f"{MEASURES[name].label} of {subject}, {laws}", text


def rank_correlation(x: Sequence[float], y: Sequence[float]) -> float:
    """Correlate the ranks of two lists (Spearman); equal values share their middle rank.

    >>> rank_correlation([1, 2, 2, 9], [10, 20, 20, 21])
    1.0
    """
    return correlation(_ranks(x), _ranks(y))


def _ranks(values: Sequence[float]) -> list[float]:
    order = sorted(values)
    return [(bisect_left(order, value) + bisect_right(order, value)) / 2 for value in values]
