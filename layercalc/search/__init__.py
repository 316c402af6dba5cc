"""Searches: the networks of a grid that are best in several measures at once.

From: a sweep over a grid, objectives, bounds. To: the front, exact or of a sample, with counts, what binds, a
knee and its neighbours. Start with `run.search`, which goes through a grid chunk by chunk; `front.front` says
which points no other one dominates.
"""
