"""Searches from Python: `layercalc.search`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from layercalc.resolve.assume_option import read_conditions
from layercalc.resolve.loading import DEFAULT_LAWS, load_program
from layercalc.resolve.points import read_points, setting
from layercalc.searches.accuracy import basis_of
from layercalc.searches.found import Found
from layercalc.searches.question import asked
from layercalc.searches.run import searched
from layercalc.sweeps.over import read_over
from layercalc.sweeps.request import Request

Texts: TypeAlias = "str | Iterable[str]"
Values: TypeAlias = "str | int | float | bool | Iterable[Any]"


def search(
    spec: str | Path,
    over: str | Mapping[str, Values],
    *,
    maximize: Texts = (),
    minimize: Texts = (),
    subject_to: Texts = (),
    tolerance: Mapping[str, str | float] | None = None,
    params: Mapping[str, Values] | None = None,
    laws: str = DEFAULT_LAWS,
    assume: Texts = (),
    predictor: str | None = None,
    trials: int | None = None,
    seed: int = 0,
) -> Found:
    """Find the networks of a family that are best in several measures at once.

    >>> import layercalc
    >>> grid = {"depth": range(8, 57, 6), "width": [8, 16]}
    >>> found = layercalc.search("resnet_cifar", grid, maximize="gcc", minimize="params")
    >>> found
    <ResNetCIFAR: maximize GCC, minimize params; 11 of 18 points on the front>
    >>> found.point(0), found.columns["params"][0].item()
    ({'depth': 56, 'width': 16}, 853018)

    `over` gives the values of each param that is open, as lists or as on the command line,
    `"8..56..6"`, or it is the name of a CSV file with points; `params` fixes others. `maximize` and
    `minimize` name measures, `subject_to` has conditions, and `tolerance` has steps,
    `{"gcc": "16bits", "params": "20%"}`. With `trials`, and of more than 10^9 points, Optuna draws a
    sample by the `seed`. The accuracies `top1` and `top5` are those of `layercalc predict` under
    `laws="channels"`, else those of the `predictor`. `Found.columns` are arrays of numpy, the best of
    the first objective first.

    Raises `SpecError` for any mistake, and where no point is feasible.
    """
    program = load_program(str(spec), laws)
    fixed = {name: read_points(name, _values(value))[0] for name, value in (params or {}).items()}
    texts = [over] if isinstance(over, str) else [f"{name}={_values(value)}" for name, value in over.items()]
    request = Request(program, read_over(program, texts), (), fixed, read_conditions(_texts(assume)))
    steps = [f"{name}={step}" for name, step in (tolerance or {}).items()]
    question = asked(
        request,
        partial(basis_of, request, laws),
        _texts(maximize),
        _texts(minimize),
        _texts(subject_to),
        steps,
        predictor,
    )
    return searched(question, trials, seed)


def _texts(texts: Texts) -> list[str]:
    return [texts] if isinstance(texts, str) else [*texts]


def _values(values: Values) -> str:
    """Write values in the language."""
    if isinstance(values, str | int | float):
        return values if isinstance(values, str) else setting(values)
    return ",".join(value if isinstance(value, str) else setting(value) for value in values)
