"""The whole of a search: what is asked, and the answer by exhaustion or by a sample."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from layercalc import limits
from layercalc.errors import fail
from layercalc.measures import known_measures
from layercalc.paper.accuracy.forecast import Basis
from layercalc.resolve.measured import measures_of
from layercalc.search.bounds import read_bounds
from layercalc.search.objective import ACCURACIES, read_objectives
from layercalc.search.question import Question
from layercalc.search.run import Found, Watch, search, unwatched
from layercalc.sweep.request import Request


def asked(
    request: Request, basis: Callable[[str | None], Basis], maximize: Sequence[str], minimize: Sequence[str],
    bounds: Sequence[str] = (), tolerance: Sequence[str] = (), predictor: str | None = None,
) -> Question:  # fmt: skip
    """Read what is asked of the networks of a request; `basis` is called where accuracies are expected.

    Raises `SpecError` for any mistake, before anything is calculated.
    """
    declared = [*measures_of(request.program)]
    objectives = read_objectives(maximize, minimize, tolerance, [*known_measures(), *declared])
    wanted = read_bounds(bounds, declared)
    names = {one.measure for one in objectives} | {one.measure for one in wanted}
    accurate = not names.isdisjoint(ACCURACIES)
    if predictor is not None and not accurate:
        raise fail("a predictor is for top1 and top5, and neither is asked for", hint="--maximize top1")
    return Question.of(request, objectives, wanted, basis(predictor) if accurate else None)


def searched(question: Question, trials: int | None = None, seed: int = 0, watch: Watch = unwatched) -> Found:
    """Search a grid; with `trials`, and of more than `limits.SEARCHED` points, a sample of it.

    Raises `SpecError` where no point is feasible.
    """
    if trials is None and question.request.grid.size <= limits.SEARCHED:
        return search(question, watch)
    from layercalc.search.sample import TRIALS, sampled

    return sampled(question, trials or TRIALS, seed, watch)
