"""Searches: the networks of a grid that are best in several measures at once.

>>> import layercalc
>>> found = layercalc.search("mlp", {"depth": [2, 3, 4]}, maximize="gcc", minimize="params")
>>> found.points, found.count
(3, 3)

From: a sweep over a grid, objectives, bounds. To: the front, exact or that of a sample, with counts, what
binds, a knee and its neighbours. Start with `run.search`, which goes through a grid chunk by chunk;
`front.front` says which points no other one dominates. `door.search` is `layercalc.search`.
"""
