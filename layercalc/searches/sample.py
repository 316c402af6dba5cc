"""A search by a sample, where a grid has more points than are looked at one by one.

From: a `Question`, a number of trials and a seed. To: a `Found` that says that it is a sample. Optuna's
NSGA-II (Deb et al. 2002) chooses the points; it is imported here alone. Promises: the same
seed gives the same trials; a point that was drawn twice is measured once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import optuna
from optuna.trial import TrialState

from layercalc import limits
from layercalc.errors import limit
from layercalc.searches.columns import Array, Columns
from layercalc.searches.found import Found, Sample
from layercalc.searches.gathering import costs_of
from layercalc.searches.question import Question
from layercalc.searches.tally import Tally, Watch, unwatched
from layercalc.sweeps.run import Chunk

if TYPE_CHECKING:
    from optuna.trial import Trial

#: Trials of a search that names no number.
TRIALS = 2_000
#: Values of a param beyond which its logarithm is drawn evenly.
MANY = 1_000


def sampled(question: Question, trials: int = TRIALS, seed: int = 0, watch: Watch = unwatched) -> Found:
    """Search a sample of a grid; `watch` can report progress, and is told the number of trials.

    >>> from layercalc.resolve.loading import load_program
    >>> from layercalc.searches.objective import read_objectives
    >>> from layercalc.sweeps.grid import Grid
    >>> from layercalc.sweeps.request import Request
    >>> request = Request(load_program("mlp"), Grid({"depth": range(2, 10**6), "width": range(1, 10**6)}), ())
    >>> wanted = read_objectives(["gcc"], ["params"], [], ["gcc", "params"])
    >>> sampled(Question.of(request, wanted), trials=20, seed=1).sample
    Sample(trials=20, seed=1, different=20)

    Raises `SpecError` where no point that was drawn keeps all bounds, and over `limits.TRIALS` trials.
    """
    if trials > limits.TRIALS:
        raise limit(f"{trials:,} trials are asked for; the limit is {limits.TRIALS:,}")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sampler = optuna.samplers.NSGAIISampler(seed=seed)
    study = optuna.create_study(directions=["minimize"] * len(question.objectives), sampler=sampler)
    drawing, tally = _Drawing(question), Tally(question)
    for chunk in watch((drawing.tried(study) for _ in range(trials)), trials):
        tally.add(chunk)
    return tally.found(Sample(trials, seed, len(drawing.known)))


class _Drawing:
    """The points that were drawn so far, by their places on the axes."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self.known: dict[tuple[int, ...], Chunk] = {}

    def tried(self, study: optuna.Study) -> Chunk:
        """Make a trial, and give its point where it is new, else no point."""
        trial = study.ask()
        places = self._places(trial)
        new = places not in self.known
        if new:
            self.known[places] = self._question.measured_at(
                dict(zip(self._question.axes, places, strict=True))
            )
        chunk = self.known[places]
        self._tell(study, trial, chunk)
        return chunk if new else Chunk(_where_none(chunk.columns))

    def _places(self, trial: Trial) -> tuple[int, ...]:
        """Let a place on each axis be chosen, or one for all axes where they are rows of a file."""
        grid = self._question.request.grid
        if grid.paired:
            return (_place(trial, "", grid.size),) * len(grid.axes)
        return tuple(_place(trial, name, len(values)) for name, values in grid.axes.items())

    def _tell(self, study: optuna.Study, trial: Trial, chunk: Chunk) -> None:
        if not chunk.rows:
            study.tell(trial, state=TrialState.FAIL)
            return
        kept = self._question.kept(chunk.columns)
        for bound, mask in zip(self._question.bounds, kept, strict=True):
            trial.set_constraint(bound.text, 0.0 if mask[0] else bound.excess(chunk.columns))
        costs = costs_of(self._question.objectives, chunk.columns, exact=True)
        study.tell(trial, [float(cost[0]) for cost in costs])


def _place(trial: Trial, name: str, count: int) -> int:
    """Let one of so many places be chosen; of many the first as often as the later ones, by their size."""
    return trial.suggest_int(name, 1, count, log=count > MANY) - 1


def _where_none(columns: Columns) -> dict[str, Array]:
    return {name: column[:0] for name, column in columns.items()}
