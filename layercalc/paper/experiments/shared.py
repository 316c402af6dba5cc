"""Shared by the experiments: law sets, verdicts, logarithms, and joining equal results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias, TypeVar

from layercalc.closed import LOG_DIGITS
from layercalc.errors import listing
from layercalc.forms.product import Product
from layercalc.measures import MEASURES
from layercalc.model import Model
from layercalc.paper.experiments.outcome import Claim

#: The law sets under which every claim is looked at.
LAWS = ("paper", "channels", "weights")

T = TypeVar("T")
#: What is claimed, whether it holds (None: the numbers cannot decide it), and the figures.
Verdict: TypeAlias = tuple[str, bool | None, str]


def claims(section: str, verdicts: Callable[[str], Iterable[Verdict]]) -> list[Claim]:
    """Judge the claims of a section under each law set.

    >>> [claim.laws for claim in claims("7.2", lambda laws: [("GCIP is 1", True, "1")])]
    ['paper', 'channels', 'weights']
    """
    return [
        Claim(section, text, laws, holds, found) for laws in LAWS for text, holds, found in verdicts(laws)
    ]


def log2(value: Product) -> float:
    """Take the logarithm to base two of a positive number.

    >>> log2(Product.of(2) ** (10**6))
    1000000.0
    """
    return float(value.log2(LOG_DIGITS))


def joined_by_law_set(found: Mapping[str, T]) -> dict[str, T]:
    """Join the law sets that give the same result.

    >>> joined_by_law_set({"paper": [1, 2], "channels": [1, 2], "literal": [3]})
    {'laws paper and channels': [1, 2], 'laws literal': [3]}
    """
    alike: list[tuple[T, list[str]]] = []
    for laws, value in found.items():
        names = next((names for other, names in alike if other == value), None)
        if names is None:
            alike.append((value, [laws]))
        else:
            names.append(laws)
    return {f"laws {listing(names, 'and')}": value for value, names in alike}


def formulas(subject: str, models: Mapping[str, Model]) -> Iterator[tuple[str, str]]:
    """Give GCIP and GCC in closed form; `models` are of one network, by law set.

    >>> from layercalc.model import load
    >>> models = {laws: load("mlp", depth="n", laws=laws) for laws in LAWS}
    >>> next(formulas("a perceptron", models))
    ('GCIP of a perceptron, laws paper, channels and weights', '0.012755 * 0.584^n')
    """
    for name in ("gcip", "gcc"):
        texts = {laws: model.measure(name).folded() for laws, model in models.items()}
        for laws, text in joined_by_law_set(texts).items():
            yield f"{MEASURES[name].label} of {subject}, {laws}", text
