"""What holds for every experiment."""

from __future__ import annotations

import pytest

from layercalc import SpecError
from layercalc.paper.experiments import EXPERIMENTS, find
from layercalc.paper.experiments.shared import joined_by_law_set


def test_experiments_are_in_the_order_of_the_figures() -> None:
    *figures, last = (experiment.name for experiment in EXPERIMENTS)
    numbers = [int(name.removeprefix("fig")) for name in figures]
    assert numbers == sorted(set(numbers))
    assert last == "wider"


def test_an_experiment_is_found_by_name() -> None:
    for experiment in EXPERIMENTS:
        assert find(experiment.name) is experiment


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    with pytest.raises(SpecError, match="did you mean 'fig10'"):
        find("fig100")
    with pytest.raises(SpecError, match="experiments: fig"):
        find("autoencoder")


def test_law_sets_that_find_the_same_are_told_together() -> None:
    assert joined_by_law_set({"a": 1.0, "b": 2.0, "c": 1.0}) == {"laws a and c": 1.0, "laws b": 2.0}
