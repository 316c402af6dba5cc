"""A search: every point of a grid measured, held against the bounds, and put onto the front or left out.

From: a `Question`. To: a `Found`. Promises: the front is exact, or is told to be that of a sample.
"""

from __future__ import annotations

from layercalc import limits
from layercalc.errors import limit
from layercalc.searches.found import Found
from layercalc.searches.question import Question
from layercalc.searches.tally import Tally, Watch, unwatched


def search(question: Question, watch: Watch = unwatched) -> Found:
    """Search a grid by exhaustion.

    >>> from layercalc.resolve.loading import load_program
    >>> from layercalc.searches.objective import read_objectives
    >>> from layercalc.sweeps.grid import Grid
    >>> from layercalc.sweeps.request import Request
    >>> request = Request(load_program("mlp"), Grid({"depth": [2, 3], "width": [16, 32]}), ())
    >>> found = search(Question.of(request, read_objectives(["gcc"], ["params"], [], ["gcc", "params"])))
    >>> found.points, found.valid, found.count, found.columns["depth"].tolist()
    (4, 4, 3, [3, 3, 2])

    Raises `SpecError` where no point keeps all bounds, and over `limits.SEARCHED` points.
    """
    grid = question.request.grid
    if grid.size > limits.SEARCHED:
        message = f"{grid.size:,} points are searched; the limit of an exhaustion is {limits.SEARCHED:,}"
        raise limit(message, hint="--trials 1000 draws a sample of them")
    tally = Tally(question)
    for chunk in watch(question.measured(), sum(1 for _ in question.blocks())):
        tally.add(chunk)
    return tally.found()


def searched(question: Question, trials: int | None = None, seed: int = 0, watch: Watch = unwatched) -> Found:
    """Search a grid; with `trials`, and of more than `limits.SEARCHED` points, a sample of it.

    Raises `SpecError` where no point is feasible.
    """
    if trials is None and question.request.grid.size <= limits.SEARCHED:
        return search(question, watch)
    from layercalc.searches.sample import TRIALS, sampled

    return sampled(question, trials or TRIALS, seed, watch)
