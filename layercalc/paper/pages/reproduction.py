"""An experiment that has run, with the files of its results.

From: an `Experiment`. To: names of files with their bytes. Promises: two runs give the
same bytes. It writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from layercalc.paper.experiments import Experiment, Outcome
from layercalc.paper.pages.verdict import sheet_csv
from layercalc.plot.drawing import drawn
from layercalc.plot.picture import Format

#: The formats of pictures.
PICTURES: tuple[Format, ...] = ("svg", "png")


@dataclass(frozen=True, slots=True)
class Reproduction:
    """An experiment, what it found, and its files by name."""

    experiment: Experiment
    outcome: Outcome
    files: Mapping[str, bytes]

    @classmethod
    def of(cls, experiment: Experiment) -> Reproduction:
        """Run an experiment and draw its pictures."""
        outcome = experiment.run()
        files = {f"{sheet.name}.csv": sheet_csv(sheet).encode() for sheet in outcome.sheets}
        for picture in outcome.pictures:
            for format_, data in drawn(picture, PICTURES).items():
                files[f"{picture.name}.{format_}"] = data
        return cls(experiment, outcome, files)
