"""The zoo: the networks of the paper's tables 1 to 3, each row with the spec that gives it.

From: `specs/zoo/rows.csv`. To: rows, their measures, and the rows that a condition chooses.
Promises: rows come in the paper's order; a network with several rows is measured once; a
mistake in one row hides no other. Its texts are written by `paper.pages.zoo`.

>>> from layercalc.paper import zoo
>>> [row.name for row in zoo.find("ResNet 50")]
['t1_17_resnet_50', 't2_20_resnet_50', 't3_14_resnet_50']
>>> [result] = zoo.results(zoo.find("t1_17_resnet_50"))
>>> result.measures["params"].number == result.row.params
True
"""

from layercalc.paper.zoo.result import Broken, Measured, Result, results
from layercalc.paper.zoo.row import Row, families, find, of_specs, rows

__all__ = ["Broken", "Measured", "Result", "Row", "families", "find", "of_specs", "results", "rows"]
