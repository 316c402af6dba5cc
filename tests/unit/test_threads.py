"""The API in several threads at once: the same answers, and the recursion limit put back."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import mpmath

from layercalc import limits
from layercalc.inspect.layer_table import rows
from layercalc.model import load, loads

JOBS = [("lenet", ""), ("mlp", "n"), ("resnet", "n"), ("rnn", "")]


def measured(job: tuple[str, str]) -> tuple[str, float | None]:
    name, depth = job
    model = load(name, {"depth": depth} if depth else None)
    return str(model.measure("params").exact()), model.measure("gcip").log2


def derived(_: int) -> str:
    return str(loads("activation a(x) = x * tanh(x)  input(3) a").measure("gcip").exact())


def test_threads_give_what_one_gives() -> None:
    before, precision = sys.getrecursionlimit(), mpmath.mp.prec
    alone, apart = [measured(job) for job in JOBS], derived(0)
    with ThreadPoolExecutor(8) as pool:
        assert [*pool.map(measured, JOBS * 4)] == alone * 4
        assert {*pool.map(derived, range(4))} == {apart}
    assert (sys.getrecursionlimit(), mpmath.mp.prec) == (before, precision)


def test_one_model_may_be_asked_by_several() -> None:
    names = ["gcc", "gcip", "params", "macs", "gsc", "layers"]
    model, other = load("resnet", depth="n"), load("resnet", depth="n")
    with ThreadPoolExecutor(8) as pool:
        found = [*pool.map(lambda name: model.measure(name).exact(), names * 3)]
    assert [*map(str, found)] == [str(other.measure(name).exact()) for name in names] * 3


def test_the_recursion_limit_stays_until_the_last_leaves() -> None:
    before = sys.getrecursionlimit()
    first, second = limits.deep_recursion(), limits.deep_recursion()
    with ThreadPoolExecutor(1) as other:
        first.__enter__()
        other.submit(second.__enter__).result()
        first.__exit__(None, None, None)
        assert sys.getrecursionlimit() >= limits.FRAMES
        other.submit(second.__exit__, None, None, None).result()
    assert sys.getrecursionlimit() == before


def test_a_listing_that_is_left_behind_leaves_no_count() -> None:
    listed = rows(load("resnet").network)
    next(listed)
    with limits.metered() as first:
        pass
    with limits.metered() as second:
        assert second is not first
